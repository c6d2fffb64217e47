"""HTTP: searching and reading the archive."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from assistant.channels import operations
from assistant.channels.routes_ask import FARTHEST, Cursor, Limit, problems
from assistant.channels.services import (
    AnyCaller,
    Editor,
    Searcher,
    address_of,
    archive,
    services,
)
from assistant.channels.stream import in_turn
from assistant.channels.upkeep.queueing import queue
from assistant.channels.upkeep.recalling import recall
from assistant.shapes import DocumentJson, HitsJson
from assistant.shapes_upkeep import QueuedCheckJson, RecalledJson, RecallJson
from assistant.types import Audience

router = APIRouter()


class CitingAnswerJson(RecalledJson):
    """`served` is false when the answer is Gone, `note` says why."""

    served: bool
    note: str | None


class CitingAnswersJson(RecallJson):
    items: list[CitingAnswerJson]  # type: ignore[misc]  # each says whether it is served, too


class ChecksJson(TypedDict):
    items: list[QueuedCheckJson]
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
    found = recall(
        archive(request),
        document_id=document_id,
        audience=caller.audience,
        limit=limit,
        offset=cursor,
        address=address_of(request),
    )
    items = [_citing(request, each, caller.audience) for each in found["items"]]
    return JSONResponse({**found, "items": items})


def _citing(request: Request, answer: RecalledJson, audience: Audience) -> CitingAnswerJson:
    served, note = operations.served(archive(request), answer_id=answer["id"], audience=audience)
    return {**answer, "served": served, "note": note}


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
    responses=problems(401, 403, 422, 503),
    summary="The freshness of every fact-check, in the order of work",
)
def freshness(
    request: Request, caller: AnyCaller, limit: Limit = 100, cursor: Cursor = 0
) -> Response:
    """The hardest reason first, then what most answers rested on, then the longest ago checked."""
    items, total = queue(archive(request), limit=limit, offset=cursor, audience=caller.audience)
    following = str(cursor + limit) if cursor + limit < total else None
    return JSONResponse({"items": items, "next_cursor": following})
