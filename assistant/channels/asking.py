"""A question asked over HTTP: answered in its turn, and not for a reader who left."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import NotRequired, cast

from fastapi import Request
from typing_extensions import TypedDict

from assistant.channels.problems import problem_json, request_id
from assistant.channels.services import services
from assistant.channels.stream import ClientGone, Emit, Look, WorkerStream, in_turn
from assistant.contract import event_json
from assistant.errors import AssistantError
from assistant.shapes import ProblemJson, ReplyJson
from assistant.types import AskEvents, Audience

log = logging.getLogger("assistant.http")

EVENTS = "text/event-stream"

Make = Callable[[], AskEvents]
Write = Callable[[str, object], bytes]
"""(name, data) of an event, `error` with a problem being one -> what is sent of it."""
Turned = tuple[tuple[str, str], ...]


class Asked(TypedDict):
    """What the archive is asked, checked by `operations` already."""

    question: str
    audience: Audience
    history: Turned
    conversation_id: str | None
    as_claim: NotRequired[bool]
    as_of: NotRequired[datetime | None]


async def reply_to(request: Request, asked: Asked) -> ReplyJson:
    """Raises TooManyRequests when its turn doesn't come, ClientGone, and what answering raises."""
    found = services(request)
    make = partial(found.assistant.stream, **asked)
    reply = await in_turn(request.receive, found.turns, partial(_last, make))
    found.metrics.reply(reply)
    return reply


def event_bytes(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def stream_to(request: Request, asked: Asked, write: Write = event_bytes) -> WorkerStream:
    """The events of an answer: evidence, each claim as it is verified, the reply or an error."""
    found = services(request)
    return WorkerStream(
        partial(_events, request, partial(found.assistant.stream, **asked), write),
        media_type=EVENTS,
        turns=found.turns,
        keep_alive=b": still working\n\n",
    )


def _last(make: Make, look: Look) -> ReplyJson:
    data: object = None
    with _closed(make()) as stream:
        for event in stream:
            look()
            _, data = event_json(event)
    return cast(ReplyJson, data)


def _events(request: Request, make: Make, write: Write, emit: Emit) -> None:
    """Sends each event as it is made. However this ends, the iterator is closed."""
    with _closed(make()) as stream:
        try:
            for event in stream:
                name, data = event_json(event)
                emit(write(name, data))
                if name == "reply":
                    services(request).metrics.reply(cast(ReplyJson, data))
        except ClientGone:
            raise
        except AssistantError as error:
            emit(write("error", _problem(request, error.status, str(error))))
        except Exception:
            log.exception("request %s failed", request_id(request))
            emit(write("error", _problem(request, 500, "something failed here; the log has more")))


@contextmanager
def _closed(stream: AskEvents) -> Iterator[AskEvents]:
    try:
        yield stream
    finally:
        if isinstance(stream, Generator):
            stream.close()


def _problem(request: Request, status: int, detail: str) -> ProblemJson:
    return problem_json(status, detail, path=request.url.path, request_id=request_id(request))
