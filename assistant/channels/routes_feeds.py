"""HTTP: feeds for everybody, of what became of public fact-checks and of their verdicts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from assistant.channels import claimreview
from assistant.channels.feeds import (
    KINDS,
    Addresses,
    Entry,
    atom_feed,
    entry,
    json_feed,
    updated,
)
from assistant.channels.negotiation import names_tag
from assistant.channels.routes_ask import Cursor
from assistant.channels.services import address_of, archive, services
from assistant.errors import Gone, NotFound

router = APIRouter(include_in_schema=False)

PAGE = 50
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/feeds/freshness.json")
def freshness_json(request: Request, limit: Limit = PAGE, cursor: Cursor = 0) -> Response:
    """JSON Feed of fact-checks that turned stale, were corrected, withdrawn or checked again."""
    entries, addresses = _entries(request, limit, cursor)
    body = json.dumps(json_feed(entries, addresses), ensure_ascii=False).encode("utf-8", "replace")
    return _sent(request, body, "application/feed+json", addresses, updated(entries))


@router.get("/feeds/freshness.atom")
def freshness_atom(request: Request, limit: Limit = PAGE, cursor: Cursor = 0) -> Response:
    """The same entries in Atom."""
    entries, addresses = _entries(request, limit, cursor)
    body = atom_feed(entries, addresses)
    return _sent(request, body, "application/atom+xml; charset=utf-8", addresses, updated(entries))


@router.get("/feeds/claimreview.json")
def claim_reviews(request: Request, limit: Limit = PAGE, cursor: Cursor = 0) -> Response:
    """Every published verdict that stands, as ClaimReview in a schema.org DataFeed.

    A fact-check that was withdrawn or corrected is left out: what collects verdicts shows them
    without what was said of them since.
    """
    documents, more = archive(request).published(limit, cursor)
    addresses = _addresses(request, limit, cursor, more)
    feed = claimreview.data_feed(documents, addresses.base, addresses.this)
    body = json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")
    return _sent(request, body, claimreview.MEDIA_TYPE, addresses, None)


def _entries(request: Request, limit: int, cursor: int) -> tuple[Sequence[Entry], Addresses]:
    found = archive(request).changes(limit + 1, cursor, "public", KINDS)
    addresses = _addresses(request, limit, cursor, len(found) > limit)
    now = services(request).settings.clock()
    entries = [
        entry(each, addresses.base, now, names=lambda id: _is_public(request, id))
        for each in found[:limit]
    ]
    return entries, addresses


def _is_public(request: Request, document_id: str) -> bool:
    """Whether the public may read that there is such a document; what was withdrawn says so."""
    try:
        archive(request).document(document_id)
    except Gone:
        return True
    except NotFound:
        return False
    return True


def _addresses(request: Request, limit: int, cursor: int, more: bool) -> Addresses:
    base = address_of(request)
    first = base + request.url.path
    chosen = {} if limit == PAGE else {"limit": limit}

    def page(at: int) -> str:
        query = urlencode({**chosen, **({"cursor": at} if at else {})})
        return f"{first}?{query}" if query else first

    return Addresses(
        base=base,
        this=page(cursor),
        first=first,
        next=page(cursor + limit) if more else None,
    )


def _sent(
    request: Request, body: bytes, media_type: str, addresses: Addresses, changed: datetime | None
) -> Response:
    """With what a reader needs to ask again for nothing; 304 when it has these very bytes."""
    headers = {
        "Cache-Control": "public, no-cache",  # kept, but asked for: it may have been withdrawn
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    if changed:
        headers["Last-Modified"] = format_datetime(changed, usegmt=True)
    if addresses.next:
        headers["Link"] = f'<{addresses.next}>; rel="next"'
    if _has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _has(request: Request, tag: str) -> bool:
    """By its tag alone: a date would not tell that an entry was erased since."""
    return names_tag(request.headers.get("if-none-match", ""), tag)
