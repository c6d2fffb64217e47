"""HTTP: asking, and what was answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from functools import partial
from typing import Annotated, Any, Literal, TypeAlias, cast

import anyio
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Discriminator, Field
from typing_extensions import TypedDict

from assistant.channels import operations
from assistant.channels.auth import Caller
from assistant.channels.negotiation import prefers
from assistant.channels.operations import GapsJson
from assistant.channels.problems import MEDIA_TYPE, problem_json, request_id
from assistant.channels.services import AnyCaller, Editor, archive, services
from assistant.channels.stream import ClientGone, Emit, WorkerStream
from assistant.channels.web import answer_page
from assistant.contract import event_json
from assistant.errors import AssistantError
from assistant.shapes import AbstentionJson, AnswerJson, ProblemJson, ReplyJson
from assistant.types import AskEvents, Audience

log = logging.getLogger("assistant.http")
router = APIRouter()

AnyReply: TypeAlias = Annotated[AnswerJson | AbstentionJson, Discriminator("kind")]
Docs: TypeAlias = dict[int | str, dict[str, Any]]

EVENTS = "text/event-stream"


def problems(*statuses: int) -> Docs:
    """OpenAPI's words for the errors of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemJson"}}}
    return {
        status: {"description": "A problem (RFC 9457)", "content": content} for status in statuses
    }


class AskRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=operations.MAX_QUESTION)
    history: list[tuple[Literal["user", "assistant", "agent"], str]] = Field(
        default=[], max_length=100, description="Earlier turns, oldest first: [role, text]."
    )
    audience: Audience | None = Field(
        None, description="Can only narrow what the key may read; the key's own when left out."
    )
    conversation_id: str | None = Field(None, max_length=200)


class FeedbackRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    helpful: bool
    comment: str | None = Field(None, max_length=4_000)


@router.post(
    "/v1/ask",
    response_model=AnyReply,
    responses={
        200: {
            "description": "The Reply; as events: `evidence`, a `claim` each, then `reply`, "
            "or `error` with a problem.",
            "content": {EVENTS: {"schema": {"type": "string"}}},
        },
        **problems(400, 401, 403, 413, 422, 503),
    },
    summary="Ask the archive",
)
async def ask(request: Request, body: AskRequest, caller: AnyCaller) -> Response:
    found, arguments = services(request), _arguments(body, caller)
    if prefers(request.headers.get("accept", ""), EVENTS, "application/json"):
        make = partial(found.assistant.stream, **arguments)
        return WorkerStream(
            partial(_events, request, make),
            media_type=EVENTS,
            limiter=found.asking,
            keep_alive=b": still working\n\n",
        )
    work = partial(operations.ask, found.assistant, **arguments)
    reply = await anyio.to_thread.run_sync(work, limiter=found.asking)
    found.metrics.reply(reply)
    return JSONResponse(reply)


class _Arguments(TypedDict):
    question: str
    audience: Audience
    history: tuple[tuple[str, str], ...]
    conversation_id: str | None


def _arguments(body: AskRequest, caller: Caller) -> _Arguments:
    return {
        "question": operations.question_of(body.question),
        "audience": caller.reading(body.audience),
        "history": operations.history_of(body.history),
        "conversation_id": body.conversation_id,
    }


def _events(request: Request, make: Callable[[], AskEvents], emit: Emit) -> None:
    """Sends each event as it is made. However this ends, the iterator is closed."""
    stream = make()
    try:
        for event in stream:
            name, data = event_json(event)
            emit(_event(name, data))
            if name == "reply":
                services(request).metrics.reply(cast(ReplyJson, data))
    except ClientGone:
        raise
    except AssistantError as error:
        emit(_event("error", _problem(request, error.status, str(error))))
    except Exception:
        log.exception("request %s failed", request_id(request))
        emit(_event("error", _problem(request, 500, "something failed here; the log has more")))
    finally:
        if isinstance(stream, Generator):
            stream.close()


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _problem(request: Request, status: int, detail: str) -> ProblemJson:
    return problem_json(status, detail, path=request.url.path, request_id=request_id(request))


@router.get(
    "/v1/answers/{answer_id}",
    response_model=AnyReply,
    responses={
        200: {
            "description": "The Reply exactly as it was served, or its page.",
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
        **problems(401, 404, 410),
    },
    summary="A reply, as it was served",
)
def answer(request: Request, answer_id: str, caller: AnyCaller) -> Response:
    reply = operations.answer(archive(request), answer_id=answer_id, audience=caller.audience)
    headers = {"Vary": "Accept"}
    if prefers(request.headers.get("accept", ""), "text/html", "application/json"):
        return HTMLResponse(answer_page(reply), headers=headers)
    return JSONResponse(reply, headers=headers)


@router.post(
    "/v1/answers/{answer_id}/feedback",
    status_code=204,
    responses=problems(401, 404, 410, 422),
    summary="Say whether an answer helped",
)
def feedback(request: Request, answer_id: str, body: FeedbackRequest, caller: AnyCaller) -> None:
    operations.answer(archive(request), answer_id=answer_id, audience=caller.audience)
    operations.feedback(
        archive(request), answer_id=answer_id, helpful=body.helpful, comment=body.comment
    )


@router.get(
    "/v1/gaps",
    response_model=GapsJson,
    responses=problems(401, 403, 422),
    summary="Questions that the archive could not answer",
)
def gaps(
    request: Request,
    caller: Editor,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int, Query(ge=0, description="`next_cursor` of the page before.")] = 0,
) -> Response:
    found = operations.gaps(archive(request), limit=limit, offset=cursor, audience=caller.audience)
    return JSONResponse(found)
