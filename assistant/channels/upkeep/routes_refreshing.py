"""HTTP: refreshing a fact-check, looking at a refresh, approving or rejecting it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.channels.auth import Caller, name_of
from assistant.channels.routes_ask import problems
from assistant.channels.services import Editor, Refresher, archive, services
from assistant.channels.stream import in_turn
from assistant.channels.upkeep import refreshing
from assistant.errors import Gone, NotFound
from assistant.shapes_upkeep import RefreshJson

router = APIRouter()

LONGEST_KEY = 200
LONGEST_TEXT = 500_000

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        description="The same key gives the same refresh, whatever became of it.",
    ),
]


class RefreshRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by_hand: bool = Field(
        False, description="You looked at the sources that can't be looked at from here."
    )


class DecisionRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    approve: bool = Field(description="Publish what is proposed, or reject it.")
    note: str | None = Field(None, max_length=2000, description="Another public note.")
    reason: str | None = Field(None, max_length=2000, description="Why it is rejected.")
    kind: Literal["updated", "corrected"] | None = Field(
        None, description="What an editor calls what is published: corrected, if it was wrong."
    )
    text: str | None = Field(
        None, max_length=LONGEST_TEXT, description="The text as you have edited it."
    )


# An id may hold slashes, so this route takes the rest of the path up to its last word.
@router.post(
    "/v1/documents/{document_id:path}/refresh",
    response_model=RefreshJson,
    responses={
        202: {"model": RefreshJson, "description": "It waits for an editor."},
        **problems(401, 403, 404, 410, 413, 422, 429, 503),
    },
    summary="Refresh a fact-check",
)
async def refresh(
    request: Request,
    document_id: str,
    caller: Refresher,
    body: RefreshRequest | None = None,
    key: Key = None,
) -> Response:
    """Looks at its sources again and proposes what becomes of it: 202 while that waits for an
    editor, 200 once it is published, rejected or failed (its `outcome` says so)."""

    def work() -> RefreshJson:
        archive(request).document(document_id, audience=caller.audience)
        return refreshing.refresh(
            archive(request),
            document_id=document_id,
            key=f"{caller.key_id or ''} {key}" if key else None,
            by_hand=body.by_hand if body else False,
            by=name_of(caller.key_id),
        )

    made = await in_turn(request.receive, services(request).refreshes, lambda _look: work())
    status = 202 if made["state"] in ("working", "proposed") else 200
    return JSONResponse(made, status, {"Location": f"/v1/refreshes/{made['id']}"})


@router.get(
    "/v1/refreshes/{refresh_id}",
    response_model=RefreshJson,
    responses=problems(401, 403, 404, 422),
    summary="A refresh",
)
def refresh_get(request: Request, refresh_id: str, caller: Editor) -> Response:
    return JSONResponse(_known(request, refresh_id, caller))


@router.post(
    "/v1/refreshes/{refresh_id}/decision",
    response_model=RefreshJson,
    responses=problems(401, 403, 404, 413, 422, 429, 503),
    summary="Approve or reject a refresh",
)
async def refresh_decide(
    request: Request, refresh_id: str, body: DecisionRequest, caller: Refresher
) -> Response:
    """To withdraw a fact-check is an admin's act."""

    def work() -> RefreshJson:
        if body.approve and _known(request, refresh_id, caller)["outcome"] == "withdrawn":
            caller.needs("admin")
        return _decided(request, refresh_id, body, caller)

    turns = services(request).commands
    return JSONResponse(await in_turn(request.receive, turns, lambda _look: work()))


def _decided(
    request: Request, refresh_id: str, body: DecisionRequest, caller: Caller
) -> RefreshJson:
    _known(request, refresh_id, caller)
    decide = partial(refreshing.refresh_decide, archive(request), refresh_id=refresh_id)
    return decide(
        approve=body.approve,
        by=name_of(caller.key_id),
        note=body.note,
        reason=body.reason,
        text=body.text,
        kind=body.kind,
    )


def _known(request: Request, refresh_id: str, caller: Caller) -> RefreshJson:
    """A refresh of a document that the caller may know of. Raises NotFound."""
    found = refreshing.refresh_get(archive(request), refresh_id=refresh_id)
    try:
        with suppress(Gone):  # withdrawn: what became of it is read all the more
            archive(request).document(found["document_id"], audience=caller.audience)
    except NotFound as error:
        raise NotFound(f"no refresh {refresh_id!r}") from error
    return found
