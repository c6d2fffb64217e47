"""The one door to a chat model: instructions and a text go in, a text comes out, in time or not.

What the text says is data to the model; what the model says is data to its caller, who checks it.
LangChain is imported when a model is first asked.
"""

from __future__ import annotations

import queue
import threading
from functools import cached_property
from typing import Any

from assistant.errors import Unavailable

TIMEOUT_S = 8.0
MAX_TOKENS = 400
MAX_CHARS = 8_000
AT_ONCE = 8
"""Calls that may be under way; a model that hangs must not gather threads without end."""


class Chat:
    """The port ChatModel over LangChain. Safe to share between threads.

    `model` is a name that `init_chat_model` knows ("openai:gpt-4.1-mini"); with `base_url` any
    name that the OpenAI-compatible server there knows. `timeout_s` bounds the whole call.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._model = model
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._making = threading.Lock()

    def __call__(self, instructions: str, text: str) -> str:
        """Raises Unavailable: no such model, an error, no answer in time, no text."""
        self.prepare()
        if not self._free.acquire(blocking=False):
            raise Unavailable(f"the chat model has {AT_ONCE} questions to answer already")
        replies: queue.SimpleQueue[str | Exception] = queue.SimpleQueue()
        work = threading.Thread(
            target=self._work, args=(instructions, text, replies), name="chat", daemon=True
        )
        work.start()
        try:
            reply = replies.get(timeout=self._timeout_s)
        except queue.Empty:
            message = f"the chat model did not answer within {self._timeout_s:g} seconds"
            raise Unavailable(message) from None
        if isinstance(reply, Exception):
            raise Unavailable(f"the chat model failed: {_named(reply)}") from reply
        return reply

    def prepare(self) -> None:
        """Imports and makes what a call needs, outside the time of a call. Raises Unavailable."""
        with self._making:
            try:
                self._langchain  # noqa: B018
            except Exception as error:
                message = f"the chat model {self._model!r} can't be used: {_named(error)}"
                raise Unavailable(message) from error

    @cached_property
    def _langchain(self) -> Any:
        from langchain.chat_models import init_chat_model

        limits: dict[str, Any] = {
            "timeout": self._timeout_s,
            "max_retries": 0,
            "max_tokens": MAX_TOKENS,
            "temperature": 0,
        }
        if self._base_url:  # a server without keys still wants a header; the environment's stays
            limits |= {"base_url": self._base_url, "api_key": self._api_key or "none"}
            return init_chat_model(self._model, model_provider="openai", **limits)
        if self._api_key:
            limits["api_key"] = self._api_key
        return init_chat_model(self._model, **limits)

    def _work(
        self, instructions: str, text: str, replies: queue.SimpleQueue[str | Exception]
    ) -> None:
        try:
            said = self._langchain.invoke([("system", instructions), ("human", text)]).text
            replies.put(str(said)[:MAX_CHARS])
        except Exception as error:  # whatever a provider raises, the rules go on
            replies.put(error)
        finally:
            self._free.release()


def _named(error: Exception) -> str:
    """The kind of error alone: messages of providers may quote keys and addresses."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__}{f' {status}' if status else ''}"
