"""HTTP: asking, and what was answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    ValidationInfo,
    field_validator,
)

from assistant.channels import operations
from assistant.channels.asking import EVENTS, Asked, reply_to, stream_to
from assistant.channels.auth import Caller
from assistant.channels.negotiation import prefers
from assistant.channels.problems import MEDIA_TYPE
from assistant.channels.services import AnyReader, Asker, Editor, archive
from assistant.channels.since import since, standing_json
from assistant.channels.web import answer_page
from assistant.shapes import AbstentionJson, AnswerJson, AnswerStandingJson, GapsJson
from assistant.types import Audience

router = APIRouter()

AnyReply: TypeAlias = Annotated[AnswerJson | AbstentionJson, Discriminator("kind")]
Docs: TypeAlias = dict[int | str, dict[str, Any]]
Limit = Annotated[int, Query(ge=1, le=500)]
FARTHEST = 2**53 - 1
"""A number that JSON and the database can hold; no list and no history is as long."""
Cursor = Annotated[int, Query(ge=0, le=FARTHEST, description="`next_cursor` of the page before.")]
FeedbackReason = Literal["wrong", "outdated", "not_my_question", "weak_source", "unclear", "other"]


def problems(*statuses: int) -> Docs:
    """OpenAPI's words for the errors of a route."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemJson"}}}
    described: dict[str, Any] = {"description": "A problem (RFC 9457)", "content": content}
    if status == 429:
        described["description"] += ": asked too often, or more than can be worked on now"
        wait = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        described["headers"] = {"Retry-After": wait}
    return described


class AskRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_: Literal["claim"] | None = Field(
        None,
        alias="as",
        description="`claim`: find the published check of this claim or post, whatever its form; "
        "decided by the text when left out.",
    )
    question: str = Field(
        min_length=1,
        max_length=operations.MAX_POST,
        description=f"At most {operations.MAX_QUESTION:,} characters, unless it is told to be a "
        "claim.",
    )
    history: list[tuple[Literal["user", "assistant", "agent"], str]] = Field(
        default=[], max_length=100, description="Earlier turns, oldest first: [role, text]."
    )
    audience: Audience | None = Field(
        None, description="Can only narrow what the key may read; the key's own when left out."
    )
    as_of: str | None = Field(
        None,
        max_length=40,
        description="A day (its end in UTC) or an instant: the archive answers as it stood then, "
        "with the citations of then.",
    )
    conversation_id: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Of the client's own making, not to be guessed; earlier questions under it "
        "are remembered for the next, for the same key alone.",
    )

    @field_validator("question")
    @classmethod
    def _is_short(cls, question: str, info: ValidationInfo) -> str:
        """Only what is told to be a claim may be as long as a post."""
        if len(question) > operations.MAX_QUESTION and not info.data.get("as_"):
            raise ValueError(f"should have at most {operations.MAX_QUESTION} characters")
        return question


class FeedbackRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    helpful: bool
    reason: FeedbackReason | None = None
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
        **problems(400, 401, 403, 413, 422, 429, 503),
    },
    summary="Ask the archive",
)
async def ask(request: Request, body: AskRequest, caller: Asker) -> Response:
    asked = _asked(request, body, caller)
    if prefers(request.headers.get("accept", ""), EVENTS, "application/json"):
        return stream_to(request, asked)
    return JSONResponse(await reply_to(request, asked))


def _asked(request: Request, body: AskRequest, caller: Caller) -> Asked:
    mine = body.conversation_id and f"{caller.key_id or 'keyless'}:{body.conversation_id}"
    claim = body.as_ == "claim"
    read = operations.claim_of if claim else operations.question_of
    return {
        "question": read(body.question),
        "audience": caller.reading(body.audience),
        "history": operations.history_of(body.history),
        "conversation_id": mine,  # the same id with another key is another conversation
        "as_claim": claim,
        "as_of": operations.moment_of(archive(request), body.as_of),
    }


@router.get(
    "/v1/answers/{answer_id}",
    response_model=AnyReply,
    responses={
        200: {
            "description": "The Reply exactly as it was served, or its page.",
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
        **problems(401, 403, 404, 410),
    },
    summary="A reply, as it was served",
)
def answer(request: Request, answer_id: str, caller: AnyReader) -> Response:
    reply = operations.answer(archive(request), answer_id=answer_id, audience=caller.audience)
    headers = {"Vary": "Accept, Authorization"}
    if prefers(request.headers.get("accept", ""), "text/html", "application/json"):
        return HTMLResponse(answer_page(reply), headers=headers)
    return JSONResponse(reply, headers=headers)


@router.get(
    "/v1/answers/{answer_id}/standing",
    response_model=AnswerStandingJson,
    responses=problems(401, 403, 404, 410),
    summary="How a reply stands today",
)
def standing(request: Request, answer_id: str, caller: AnyReader) -> Response:
    """What was corrected or updated since it was served: for whoever shows it once more."""
    reply = operations.answer(archive(request), answer_id=answer_id, audience=caller.audience)
    found = since(reply, archive(request).standing(answer_id, caller.audience))
    return JSONResponse(standing_json(answer_id, found), headers={"Vary": "Authorization"})


@router.post(
    "/v1/answers/{answer_id}/feedback",
    status_code=204,
    responses=problems(400, 401, 403, 404, 410, 413, 422, 429),
    summary="Say whether an answer helped",
)
def feedback(request: Request, answer_id: str, body: FeedbackRequest, caller: Asker) -> None:
    operations.answer(archive(request), answer_id=answer_id, audience=caller.audience)
    operations.feedback(
        archive(request),
        answer_id=answer_id,
        helpful=body.helpful,
        comment=body.comment,
        reason=body.reason,
    )


@router.get(
    "/v1/gaps",
    response_model=GapsJson,
    responses=problems(401, 403, 422),
    summary="Questions that the archive could not answer",
)
def gaps(request: Request, caller: Editor, limit: Limit = 100, cursor: Cursor = 0) -> Response:
    found = operations.gaps(archive(request), limit=limit, offset=cursor, audience=caller.audience)
    return JSONResponse(found)
