"""HTTP: searching and reading the archive."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from assistant.channels import operations
from assistant.channels.routes_ask import FARTHEST, Cursor, Limit, problems
from assistant.channels.services import AnyCaller, Editor, Searcher, archive, services
from assistant.channels.stream import in_turn
from assistant.shapes import CheckJson, CitingAnswerJson, DocumentJson, HitsJson
from assistant.types import Audience

router = APIRouter()
T = TypeVar("T")


class CitingAnswersJson(TypedDict):
    items: list[CitingAnswerJson]
    next_cursor: str | None


class ChecksJson(TypedDict):
    items: list[CheckJson]
    next_cursor: str | None


class SearchRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, max_length=operations.MAX_QUESTION)
    k: int = Field(10, ge=1, le=100, description="How many passages to give.")
    audience: Audience | None = Field(None, description="Can only narrow what the key may read.")


@router.post(
    "/v1/search",
    response_model=HitsJson,
    responses=problems(400, 401, 403, 413, 422, 429, 503),
    summary="Find passages",
)
async def search(request: Request, body: SearchRequest, caller: Searcher) -> Response:
    audience = caller.reading(body.audience)
    work = partial(
        operations.search, archive(request), query=body.query, k=body.k, audience=audience
    )
    turns = services(request).turns
    return JSONResponse(await in_turn(request.receive, turns, lambda _look: work()))


# An id may hold slashes (a JSON Lines row names its own), so these routes take the rest of the
# path, and the longer one comes first.
@router.get(
    "/v1/documents/{document_id:path}/answers",
    response_model=CitingAnswersJson,
    responses=problems(401, 403, 404, 422),
    summary="The answers that cite a document",
)
def document_answers(
    request: Request, document_id: str, caller: Editor, limit: Limit = 100, cursor: Cursor = 0
) -> Response:
    answers = operations.document_answers(
        archive(request), document_id=document_id, audience=caller.audience
    )
    items, following = page_of(answers, limit, cursor)
    return JSONResponse({"items": items, "next_cursor": following})


@router.get(
    "/v1/documents/{document_id:path}",
    response_model=DocumentJson,
    responses=problems(401, 403, 404, 410, 422),
    summary="A document, whole",
)
def document(
    request: Request,
    document_id: str,
    caller: AnyCaller,
    version: Annotated[
        int | None, Query(ge=1, le=FARTHEST, description="The newest when left out.")
    ] = None,
) -> Response:
    found = operations.document(
        archive(request), document_id=document_id, version=version, audience=caller.audience
    )
    return JSONResponse(found)


@router.get(
    "/v1/freshness",
    response_model=ChecksJson,
    responses=problems(401, 403, 422),
    summary="The freshness of every fact-check",
)
def freshness(
    request: Request, caller: AnyCaller, limit: Limit = 100, cursor: Cursor = 0
) -> Response:
    checks = operations.check(archive(request), audience=caller.audience)
    items, following = page_of(checks, limit, cursor)
    return JSONResponse({"items": items, "next_cursor": following})


def page_of(items: Sequence[T], limit: int, cursor: int) -> tuple[list[T], str | None]:
    """A page of a list, and the cursor of the next."""
    end = cursor + limit
    return list(items[cursor:end]), str(end) if end < len(items) else None
