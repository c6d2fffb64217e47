"""OpenAI's chat protocol: what a client sends, what it is sent, and what can't be had here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, cast

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from assistant.channels import operations
from assistant.channels.markdown import MARKDOWN
from assistant.channels.openai_errors import NotTaken
from assistant.channels.render import claim_text, reply_text
from assistant.channels.routes_ask import AnyReply
from assistant.errors import BadInput, TooLarge
from assistant.shapes import ClaimEventJson, ProblemJson, ReplyJson
from assistant.types import Audience

MODEL = "newsroom-assistant"
MEMBER = "newsroom_assistant"
MODELS_SINCE = 1_767_225_600
"""2026-01-01T00:00:00Z. The protocol wants a moment at which a model was made."""
MAX_TURNS = 100
NO_TOOLS = "no tool is ever called here: leave it out, or use `auto` or `none`"
NO_JSON = (
    f"the answer is text, and the whole reply comes as JSON beside it, under `{MEMBER}`: leave "
    "`response_format` out and read that"
)
ONLY_TEXT = "the answer is text: leave `modalities` out"


# --- what a client sends --------------------------------------------------------------------------


class Message(BaseModel):
    """`user` and `assistant` are read; what else is in a conversation is no question."""

    role: str
    content: str | list[dict[str, Any]] | None = None


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """What OpenAI's clients send. Parameters that are not listed change nothing."""

    model: str | None = Field(None, description=f"Any name: {MODEL} answers.")
    messages: list[Message] = Field(
        description="The last `user` message is the question; the `user` and `assistant` messages "
        f"before it are the conversation, the last {MAX_TURNS} of them. `system`, `developer` and "
        "`tool` messages are not read."
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, description="1, or left out: there is one answer.")
    tools: list[dict[str, Any]] | None = Field(None, description="No tool is ever called.")
    tool_choice: str | dict[str, Any] | None = None
    function_call: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None
    audience: Audience | None = Field(
        None, description="Can only narrow what the key may read; the key's own when left out."
    )
    as_: Literal["claim"] | None = Field(
        None, alias="as", description="As in `POST /v1/ask`: the text is a claim to be checked."
    )

    def must_be_possible(self) -> None:
        """Raises NotTaken for what would change the answer and can't be had."""
        form = (self.response_format or {}).get("type", "text")
        for param, wanted, instead in (
            ("n", self.n not in (None, 1), "there is one answer to a question: leave `n` out"),
            ("tool_choice", _forced(self.tool_choice), NO_TOOLS),
            ("function_call", _forced(self.function_call), NO_TOOLS),
            ("response_format", form != "text", NO_JSON),
            ("modalities", self.modalities not in (None, [], ["text"]), ONLY_TEXT),
        ):
            if wanted:
                raise NotTaken(instead, param)

    def question(self) -> str:
        """What is asked. Raises NotTaken, or TooLarge."""
        n = self._asked()
        text = _text(self.messages[n], f"messages.{n}.content")
        checked = operations.claim_of if self.as_ else operations.question_of
        try:
            return checked(text)
        except TooLarge:
            raise
        except BadInput as error:
            raise NotTaken(str(error), f"messages.{n}.content") from error

    def history(self) -> tuple[tuple[str, str], ...]:
        """Earlier turns, oldest first, the last of them. Raises NotTaken."""
        said = [
            (message.role, _text(message, f"messages.{n}.content"))
            for n, message in enumerate(self.messages[: self._asked()])
            if message.role in ("user", "assistant")
        ]
        try:
            return operations.history_of([turn for turn in said if turn[1].strip()][-MAX_TURNS:])
        except BadInput as error:
            raise NotTaken(str(error), "messages") from error

    def _asked(self) -> int:
        """The place of the message that asks."""
        asking = [n for n, message in enumerate(self.messages) if message.role == "user"]
        if not asking:
            raise NotTaken(
                "no message has the role `user`: send the question as the last one", "messages"
            )
        return asking[-1]


def _forced(choice: str | dict[str, Any] | None) -> bool:
    """Whether a client insists that a tool is called."""
    if isinstance(choice, dict) and isinstance(allowed := choice.get("allowed_tools"), dict):
        choice = allowed.get("mode")
    return choice not in (None, "auto", "none")


def _text(message: Message, param: str) -> str:
    if not isinstance(message.content, list):
        return message.content or ""
    texts = []
    for part in message.content:
        kind, text = part.get("type"), part.get("text")
        if kind == "text" and isinstance(text, str):
            texts.append(text)
        elif message.role == "user":
            raise NotTaken(f"only text is read, not {kind!r}: send the question in words", param)
    return "\n".join(texts)


# --- what it is sent ------------------------------------------------------------------------------


class UsageJson(TypedDict):
    """Always zero: no tokens are counted, and none are charged for."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class MessageJson(TypedDict):
    role: Literal["assistant"]
    content: str
    refusal: None


class ChoiceJson(TypedDict):
    index: int
    message: MessageJson
    logprobs: None
    finish_reason: Literal["stop"]


class CompletionJson(TypedDict):
    """A chat completion; `newsroom_assistant` is the Reply that `POST /v1/ask` gives."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceJson]
    usage: UsageJson
    newsroom_assistant: AnyReply


class DeltaJson(TypedDict):
    role: NotRequired[Literal["assistant"]]
    content: NotRequired[str]


class ChunkChoiceJson(TypedDict):
    index: int
    delta: DeltaJson
    logprobs: None
    finish_reason: Literal["stop"] | None


class ChunkJson(TypedDict):
    """An event of a stream. The one with a `finish_reason` has the Reply."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoiceJson]
    usage: NotRequired[UsageJson | None]
    newsroom_assistant: NotRequired[AnyReply]


class ModelJson(TypedDict):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsJson(TypedDict):
    object: Literal["list"]
    data: list[ModelJson]


THE_MODEL: ModelJson = {
    "id": MODEL,
    "object": "model",
    "created": MODELS_SINCE,
    "owned_by": "newsroom",
}
NO_USAGE: UsageJson = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
DONE = b"data: [DONE]\n\n"


def completion(reply: ReplyJson, created: int) -> CompletionJson:
    """`created` is in seconds since 1970."""
    said: MessageJson = {
        "role": "assistant",
        "content": reply_text(reply, MARKDOWN),
        "refusal": None,
    }
    return {
        "id": _new_id(),
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [{"index": 0, "message": said, "logprobs": None, "finish_reason": "stop"}],
        "usage": NO_USAGE,
        "newsroom_assistant": reply,
    }


class Chunks:
    """The events of one answer as chunks: put together, their words are those of `completion`."""

    def __init__(self, created: int, *, usage: bool) -> None:
        self._id = _new_id()
        self._created = created
        self._usage = usage
        self._said = ""

    def __call__(self, name: str, data: object) -> bytes:
        """What is sent of an event; `error` comes with a problem."""
        if name == "evidence":
            return self._delta({"role": "assistant", "content": ""})
        if name == "claim":
            return self._claim(cast(ClaimEventJson, data))
        if name == "reply":
            return self._reply(cast(ReplyJson, data))
        return _data(cast(ProblemJson, data))

    def _claim(self, event: ClaimEventJson) -> bytes:
        line = claim_text(event["claim"], MARKDOWN)
        return self._say(f"\n{line}" if self._said else line)

    def _reply(self, reply: ReplyJson) -> bytes:
        rest = self._say(reply_text(reply, MARKDOWN).removeprefix(self._said))
        last = self._chunk([_choice({}, "stop")])
        last["newsroom_assistant"] = reply
        usage = self._chunk([]) | {"usage": NO_USAGE}
        return rest + _data(last) + (_data(usage) if self._usage else b"") + DONE

    def _say(self, words: str) -> bytes:
        self._said += words
        return self._delta({"content": words})

    def _delta(self, delta: DeltaJson) -> bytes:
        return _data(self._chunk([_choice(delta, None)]))

    def _chunk(self, choices: list[ChunkChoiceJson]) -> ChunkJson:
        chunk: ChunkJson = {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": MODEL,
            "choices": choices,
        }
        if self._usage:
            chunk["usage"] = None
        return chunk


def _choice(delta: DeltaJson, finished: Literal["stop"] | None) -> ChunkChoiceJson:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finished}


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"


def _data(value: Mapping[str, object]) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
