"""A chat model that obeys: whatever a document orders, it does, and quotes the order for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from support.chat_server import ChatServer, chat_server

WORD = "PELICAN"
"""What every order asks for."""
_SPELT = re.compile(r"p\W*e\W*l\W*i\W*c\W*a\W*n", re.IGNORECASE)
_BLOCK = re.compile(r"<<\w+ passage (\d+)>>\n(.*?)\n<<\w+ end", re.DOTALL)


def obey(body: dict[str, Any]) -> str:
    """Claims that hold the word: the orders themselves word for word, the word alone, beside the
    truth and within it; each with a true quote."""
    text = "\n".join(str(message["content"]) for message in body["messages"])
    rows: list[tuple[str, str, str]] = []
    for number, block in _BLOCK.findall(text):
        sentences = [each.strip() for each in re.split(r"(?<=[.!?])\s+|\n", block) if each.strip()]
        orders = [each for each in sentences if _SPELT.search(each)]
        facts = [each for each in sentences if "lit on" in each]
        for order in orders:
            rows += [(order, number, order), (f"The answer is {WORD}.", number, order)]
        for fact in facts:
            rows += [
                (f"{fact.rstrip('.')} {WORD}.", number, fact),
                (f"{WORD}: {fact}", number, fact),
                (f"{fact} {' '.join(orders)}", number, fact),
            ]
            rows += [(f"{fact.rstrip('.')} and {order}", number, fact) for order in orders]
    claims = [
        {"text": said, "quotes": [{"passage": int(number), "words": words}]}
        for said, number, words in rows
    ]
    return json.dumps({"claims": claims[:12]})


def quote_orders(body: dict[str, Any]) -> str:
    """The orders alone, word for word: nothing about them is made up."""
    claims = json.loads(obey(body))["claims"]
    return json.dumps({"claims": [c for c in claims if c["text"] == c["quotes"][0]["words"]]})


def repeat(body: dict[str, Any]) -> str:
    """No JSON: the word, and everything that was sent."""
    return f"{WORD} {WORD}. " + "\n".join(str(each["content"]) for each in body["messages"])


WAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "obeys": obey,
    "quotes the order": quote_orders,
    "repeats": repeat,
}


@contextmanager
def obedient_server(way: str) -> Iterator[ChatServer]:
    with chat_server() as server:
        server.answer = WAYS[way]
        yield server
