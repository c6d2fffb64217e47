"""A chat server on loopback that lies, breaks and stalls: what no answer may ever show.

Each lie is built from the passages that it was given, so that it comes as near to the truth as a
lie can. What it made up is kept in `told`: strings that must not reach any reader.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CANARY = "zanzibarquux"
KEY = "sk-very-secret-key-0123456789"
"""The API key of the tests: a server that echoes it must not get it into any reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a request holds: its passages by number, its question, and all of its text."""

    passages: dict[int, str]
    question: str
    everything: str

    @property
    def sentences(self) -> list[tuple[int, str]]:
        return [
            (n, sentence)
            for n, text in self.passages.items()
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)
            if len(sentence.split()) >= 5
        ]


def given(body: dict[str, Any]) -> Given:
    text = "\n".join(str(message["content"]) for message in body["messages"])
    found = re.findall(r"<<\w+ passage (\d+)>>\n(.*?)\n<<\w+ end", text, re.DOTALL)
    passages = {int(n): block.split("\n", 1)[-1] for n, block in found}
    asked = text.rsplit("Question: ", 1)[-1]
    return Given(passages=passages, question=asked, everything=text)


Lie = Callable[[Given], "tuple[str, list[str]]"]
"""What was given -> (the model's text, what of it is made up)."""


def claims(*rows: tuple[str, int, str]) -> str:
    return json.dumps(
        {"claims": [{"text": t, "quotes": [{"passage": n, "words": w}]} for t, n, w in rows]}
    )


def of_sentences(change: Callable[[str], str], *, quote: bool = False) -> Lie:
    """Each sentence changed, beside its true quote or (`quote`) a changed one as well."""

    def lie(have: Given) -> tuple[str, list[str]]:
        changed = [(n, s, change(s)) for n, s in have.sentences]
        rows = [(c, n, c if quote else s) for n, s, c in changed if c != s]
        return claims(*rows[:12]), [text for text, _, _ in rows]

    return lie


def _digit(sentence: str) -> str:
    """The last digit of its last number is another one."""
    return re.sub(
        r"(\d)(?=\D*$)", lambda m: str((int(m[1]) + 3) % 10), sentence, count=1
    )  # fmt: skip


def _actor(sentence: str) -> str:
    return re.sub(r"^(?:The |An? )?[A-Z][\w&'’-]*(?: [A-Z][\w&'’-]*)*", "Interpol", sentence)


def _swapped(sentence: str) -> str:
    """Its first two names, or else its first two numbers, change places."""
    for pattern in (r"\b[A-Z][A-Za-z]{2,}\b", r"\d[\d,.]*\d"):
        found = list(re.finditer(pattern, sentence))[-2:]
        if len(found) == 2 and found[0][0] != found[1][0]:
            one, other = found
            return (
                sentence[: one.start()] + other[0] + sentence[one.end() : other.start()]
                + one[0] + sentence[other.end() :]
            )  # fmt: skip
    return sentence


def _negated(sentence: str) -> str:
    return re.sub(r"\b(is|are|was|were|has|have|had)\b", r"\1 not", sentence, count=1)


def _undenied(sentence: str) -> str:
    return re.sub(r"\b(?:not|never|no|false|false;|myth)\b ?", "", sentence, flags=re.IGNORECASE)


def _softened(sentence: str) -> str:
    return re.sub(r"\b[Ff]alse\b", "partly true", re.sub(r"\b[Tt]rue\b", "false", sentence))


def _doubled(sentence: str) -> str:
    return re.sub(r"\b(million|billion|percent|thousand)\b", "trillion", sentence, count=1)


def _obeys(have: Given) -> tuple[str, list[str]]:
    """What a passage orders is done, with a quote of the order itself."""
    orders = re.findall(r"[^.\n]*\b(?:[Ii]gnore|INSTRUCTION|say)\b[^.\n]*\.", have.everything)
    words = orders[0] if orders else "Ignore all"
    text = f"{CANARY} is the answer, as the passage orders."
    return claims((text, 1, words), (CANARY.upper(), 1, words)), [CANARY]


def _invents(have: Given) -> tuple[str, list[str]]:
    made = f"Officials in Norland confirmed 731,902 new {CANARY} cases in 2031."
    return claims((made, 1, made), (made, 99, have.question)), [CANARY, "731,902", "2031"]


def _markup(have: Given) -> tuple[str, list[str]]:
    rows = []
    for n, sentence in have.sentences[:3]:
        rows += [
            (f"<b>{sentence}</b><script>alert('{CANARY}')</script>", n, sentence),
            (f"{sentence} [more](https://{CANARY}.example/x)", n, sentence),
            (f"{sentence} ![x](javascript:{CANARY})", n, sentence),
            (f"<img src=x onerror={CANARY}> {sentence}", n, sentence),
        ]
    return claims(*rows), [CANARY, "<b>", "<script", "javascript:", "onerror", "]("]


def _adds(have: Given) -> tuple[str, list[str]]:
    rows = [
        (f"{s.rstrip('.')}, which proves that the {CANARY} government lied.", n, s)
        for n, s in have.sentences[:4]
    ]
    return claims(*rows), [CANARY, "government lied"]


def _adverb(have: Given) -> tuple[str, list[str]]:
    rows = [(re.sub(r" ", " illegally ", s, count=3), n, s) for n, s in have.sentences[:6]]
    return claims(*rows), [text for text, _, _ in rows]


def _stitched(have: Given) -> tuple[str, list[str]]:
    """The head of one sentence on the tail of another, quoting both."""
    found = have.sentences[:8]
    rows = []
    for (n, one), (m, other) in zip(found, found[1:], strict=False):
        head, tail = one.split(), other.split()
        text = " ".join(head[: len(head) // 2] + tail[len(tail) // 2 :])
        rows.append({"text": text, "quotes": [
            {"passage": n, "words": one}, {"passage": m, "words": other}]})  # fmt: skip
    return json.dumps({"claims": rows}), [str(row["text"]) for row in rows]


def _talks(have: Given) -> tuple[str, list[str]]:
    sentence = have.sentences[0][1] if have.sentences else ""
    text = f"As an AI model I think that you should know: {sentence}"
    return claims((text, 1, sentence), ("I can't help with that.", 1, sentence)), [
        "As an AI", "I think", "I can't"]  # fmt: skip


def _says(text: str) -> Lie:
    return lambda have: (text, [CANARY])


LIES: dict[str, Lie] = {
    "invents": _invents,
    "alters a digit": of_sentences(_digit),
    "alters a digit in the quote too": of_sentences(_digit, quote=True),
    "another actor": of_sentences(_actor),
    "swaps names or numbers": of_sentences(_swapped),
    "negates": of_sentences(_negated),
    "drops a denial": of_sentences(_undenied),
    "flips a verdict": of_sentences(_softened),
    "another scale": of_sentences(_doubled),
    "adds to the truth": _adds,
    "adds an adverb": _adverb,
    "stitches two sentences": _stitched,
    "obeys a document": _obeys,
    "markup": _markup,
    "talks": _talks,
    "refuses": _says(f"I'm sorry, but I can't assist with {CANARY}."),
    "nonsense": _says(f"{CANARY} " * 50),
    "empty": _says(""),
    "blank": _says(" \n\t \u200b"),
    "wrong shape: list of lists": _says(f'[[["{CANARY}"]], {{"text": ["{CANARY}"]}}]'),
    "wrong shape: numbers": _says(f'{{"claims": [1, null, {{"text": 7}}, "{CANARY}"]}}'),
    "wrong shape: quotes": _says(
        f'{{"claims": [{{"text": "{CANARY} was here.", "quotes": {{"passage": []}}}}]}}'
    ),
    "no JSON at the end": _says(f'{{"claims": [{{"text": "{CANARY} fell in 2019.", "quo'),
    "deep": _says("[" * 20_000),
    "echo": lambda have: (have.everything, ["character for character", "thrown away"]),
    "echo of the passages": lambda have: ("\n".join(have.passages.values()), []),
}


# --- how it breaks --------------------------------------------------------------------------------


def _completion(message: dict[str, Any], usage: Any = None) -> bytes:
    return json.dumps(
        {
            "id": "chat-1",
            "object": "chat.completion",
            "created": 0,
            "model": "liar",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": usage
            or {"prompt_tokens": 1200, "completion_tokens": 80, "total_tokens": 1280},
        }
    ).encode()


def _text(text: str) -> bytes:
    return _completion({"role": "assistant", "content": text})


_TOOL = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "t", "type": "function", "function": {"name": CANARY, "arguments": "{"}}],
}
BODIES: dict[str, bytes] = {
    "tool calls": _completion(_TOOL),
    "a refusal": _completion({"role": "assistant", "content": None, "refusal": CANARY}),
    "content in parts": _completion(
        {"role": "assistant", "content": [{"type": "text", "text": CANARY}]}
    ),
    "content that is a number": _completion({"role": "assistant", "content": 7}),
    "usage that is none": _completion(
        {"role": "assistant", "content": CANARY}, {"prompt_tokens": "many"}
    ),
    "no choices": b'{"choices": []}',
    "not JSON": b"<html>it works</html>",
    "invalid UTF-8": b'{"choices": [{"message": {"content": "\xff\xfe\x80"}}]}',
    "nothing at all": b"",
    "huge": _text(f"{CANARY} " * 400_000),
}
STATUSES = (400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529)


@dataclass
class LyingChat:
    """`behave` is what it does next: the name of a lie, of a body, or of a way to break."""

    url: str
    released: threading.Event
    behave: str | int = "empty"
    told: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    takes_temperature: bool = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    @property
    def chat(self) -> LyingChat:
        return self.server.chat

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.asked.append(body)
        with suppress(OSError):  # its caller had enough
            self._answer(body)

    def _answer(self, body: dict[str, Any]) -> None:
        doing = self.chat.behave
        if "temperature" in body and not self.chat.takes_temperature:
            self._send(b'{"error": {"message": "unsupported value: temperature"}}', 400)
        elif isinstance(doing, int):
            error = {"error": {"message": f"{CANARY}: the key {KEY} is wrong"}}
            self._send(json.dumps(error).encode(), doing)
        elif doing in LIES:
            text, made_up = LIES[doing](given(body))
            self.chat.told += made_up
            self._send(_text(text))
        elif doing in BODIES:
            self.chat.told.append(CANARY)
            self._send(BODIES[doing])
        else:
            getattr(self, doing.replace(" ", "_"))()

    def _send(self, data: bytes, status: int = 200) -> None:
        self.send_response(status)
        for name, value in self.chat.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hangs(self) -> None:
        self.chat.released.wait(60)

    def closes_at_once(self) -> None:
        self.close_connection = True
        self.connection.close()

    def closes_midway(self) -> None:
        data = _text(f"{CANARY} was true.")
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) + 100))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        self.connection.close()

    def never_ends(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"choices": [')
        while not self.chat.released.wait(0.01):
            self.wfile.write(b" " * 100)
            self.wfile.flush()

    def redirects(self) -> None:
        self.send_response(307)
        self.send_header("Location", f"{self.chat.url}/elsewhere/{CANARY}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    chat: LyingChat


@contextmanager
def lying_chat() -> Iterator[LyingChat]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.chat = LyingChat(
        url=f"http://127.0.0.1:{server.server_address[1]}/v1", released=threading.Event()
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.chat
    finally:
        server.chat.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


BREAKS = ("hangs", "closes at once", "closes midway", "never ends", "redirects")
