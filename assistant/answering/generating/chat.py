"""The one door to a chat model: instructions and a text go in, a text comes out, in time or not.

What the text says is data to the model; what the model says is data to its caller, who checks it.
LangChain is imported when a model is first asked.
"""

from __future__ import annotations

import math
import queue
import threading
import time
import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.answering.generating.breaker import Breaker
from assistant.errors import Unavailable

TIMEOUT_S = 8.0
MAX_TOKENS = 400
CHARS_A_TOKEN = 20
"""No language model writes longer tokens on the whole: what is longer is cut."""
AT_ONCE = 8
"""Calls that may be under way; a model that hangs must not gather threads without end."""
MAX_BYTES = 1 << 20
"""Of a server's reply, headers aside."""

_PAUSE_S = 0.5
_WORTH_S = 1.0
"""A second try with less time than this is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model wrote, and the tokens that its provider counted; None where it doesn't."""

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None


class _Busy(Unavailable):
    """It may answer others: no sign that it is down."""


class Chat:
    """The port ChatModel over LangChain. Safe to share between threads.

    `model` is a name that `init_chat_model` knows ("openai:gpt-4.1-mini"); with `base_url` any
    name that the OpenAI-compatible server there knows. `timeout_s` bounds the whole call, with the
    `retries` that a broken connection, 429 and 5xx are worth. Several may share a `breaker`.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        max_tokens: int = MAX_TOKENS,
        retries: int = 0,
        breaker: Breaker | None = None,
    ) -> None:
        self._model = model
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._max_tokens = max_tokens
        self._retries = retries
        self._breaker = breaker
        self._steady = True
        """Asks for the likeliest words; some reasoning models take no such wish."""
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._making = threading.Lock()

    def __call__(self, instructions: str, text: str) -> str:
        """Raises Unavailable: no such model, an error, no answer in time, no text."""
        return self.say(instructions, text).text

    def say(self, instructions: str, text: str) -> Said:
        """As a call, with what it cost."""
        self.prepare()
        if self._breaker:
            self._breaker.enter()
        try:
            said = self._tried(instructions, text, time.monotonic() + self._timeout_s)
        except Unavailable as error:
            if self._breaker and not isinstance(error, _Busy):
                self._breaker.failed()
            raise
        if self._breaker:
            self._breaker.worked()
        return said

    def prepare(self) -> None:
        """Imports and makes what a call needs, outside the time of a call. Raises Unavailable."""
        with self._making:
            try:
                self._langchain  # noqa: B018
            except Exception as error:
                message = f"the chat model {self._model!r} can't be used: {_named(error)}"
                raise Unavailable(message) from error

    def _tried(self, instructions: str, text: str, until: float) -> Said:
        tries = self._retries + 1
        while True:
            said = self._once(instructions, text, until)
            if isinstance(said, Said):
                return said
            tries -= 1
            wait = _worth_another(said)
            if not tries or wait is None or time.monotonic() + wait + _WORTH_S > until:
                raise Unavailable(f"the chat model failed: {_named(said)}") from said
            time.sleep(wait)

    def _once(self, instructions: str, text: str, until: float) -> Said | Exception:
        if not self._free.acquire(blocking=False):
            raise _Busy(f"the chat model has {AT_ONCE} questions to answer already")
        replies: queue.SimpleQueue[Said | Exception] = queue.SimpleQueue()
        work = threading.Thread(
            target=self._work, args=(instructions, text, replies), name="chat", daemon=True
        )
        work.start()
        try:
            return replies.get(timeout=max(until - time.monotonic(), 0.01))
        except queue.Empty:
            message = f"the chat model did not answer within {self._timeout_s:g} seconds"
            raise Unavailable(message) from None

    @cached_property
    def _langchain(self) -> Any:
        from langchain.chat_models import init_chat_model

        limits: dict[str, Any] = {
            "timeout": self._timeout_s,
            "max_retries": 0,
            "max_tokens": self._max_tokens,
        }
        if self._steady:
            limits["temperature"] = 0
        if self._base_url:  # a server without keys still wants a header; the environment's stays
            limits |= {"base_url": self._base_url, "api_key": self._api_key or "none"}
            limits["http_client"] = client = _bounded_client(self._timeout_s)
            weakref.finalize(self, client.close)  # a connection that was kept is not left behind
            return init_chat_model(self._model, model_provider="openai", **limits)
        if self._api_key:
            limits["api_key"] = self._api_key
        return init_chat_model(self._model, **limits)

    def _work(
        self, instructions: str, text: str, replies: queue.SimpleQueue[Said | Exception]
    ) -> None:
        try:
            message = self._invoked([("system", instructions), ("human", text)])
            usage = message.usage_metadata or {}
            replies.put(
                Said(
                    text=str(message.text)[: self._max_tokens * CHARS_A_TOKEN],
                    tokens_in=_count(usage.get("input_tokens")),
                    tokens_out=_count(usage.get("output_tokens")),
                )
            )
        except Exception as error:  # whatever a provider raises, the rules go on
            replies.put(error)
        finally:
            self._free.release()

    def _invoked(self, messages: list[tuple[str, str]]) -> Any:
        try:
            return self._langchain.invoke(messages)
        except Exception as error:
            refused = getattr(error, "status_code", None) == 400 and "temperature" in str(error)
            if not refused or not self._steady:
                raise
            with self._making:
                self._steady = False
                self.__dict__.pop("_langchain", None)
            return self._langchain.invoke(messages)


def _count(tokens: object) -> int | None:
    return tokens if isinstance(tokens, int) and 0 <= tokens < 1 << 31 else None


def _bounded_client(timeout_s: float) -> Any:
    """An HTTP client whose replies end: a server that sends on and on would hold a thread, and
    memory, for good, because a time-out of reading starts anew with every byte. It follows no
    redirect: what a question found goes to the address that was set, and nowhere else."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, stream: Any) -> None:
            self._stream = stream
            self._until = time.monotonic() + timeout_s

        def __iter__(self) -> Any:
            size = 0
            for chunk in self._stream:
                size += len(chunk)
                if size > MAX_BYTES or time.monotonic() > self._until:
                    raise httpx2.ReadError("the reply does not end")
                yield chunk

        def close(self) -> None:
            self._stream.close()

    class Transport(httpx2.HTTPTransport):
        def handle_request(self, request: Any) -> Any:
            response = super().handle_request(request)
            response.stream = Bounded(response.stream)
            return response

    return httpx2.Client(transport=Transport(), timeout=timeout_s, follow_redirects=False)


def _worth_another(error: Exception) -> float | None:
    """The seconds after which a second try may do better; None where it would not."""
    status = getattr(error, "status_code", None)
    if status is None:
        name = type(error).__name__
        return _PAUSE_S if "Connection" in name and "Timeout" not in name else None
    if status != 429 and status < 500:
        return None
    try:
        asked = float(error.response.headers["retry-after"])  # type: ignore[attr-defined]
    except (AttributeError, KeyError, ValueError):
        return _PAUSE_S
    return max(asked, 0.0) if math.isfinite(asked) else None


def _named(error: Exception) -> str:
    """The kind of error alone: messages of providers may quote keys and addresses."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__}{f' {status}' if isinstance(status, int) else ''}"
