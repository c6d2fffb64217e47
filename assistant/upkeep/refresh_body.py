"""A refresh as it is kept and shown: a proposal as JSON, and back where it is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from assistant.contract import reason_json
from assistant.freshness.refresh.values import Change, Left, Proposal, SourceCheck
from assistant.ledger import codec
from assistant.ledger.refreshes import Kept
from assistant.shapes_upkeep import DifferenceJson, LeftJson, RefreshJson, SourceCheckJson
from assistant.types import Content, Document

Body = Mapping[str, Any]


def body_of(proposal: Proposal, document: Document, by: str | None) -> dict[str, Any]:
    """Everything that was found and is proposed."""
    content = proposal.content
    return {
        "title": document.title,
        "by": by,
        "note": proposal.note,
        "reason": proposal.reason,
        "caution": proposal.caution,
        "text": content.text if content else None,
        "content": codec.dump(content) if content else None,
        "checked_on": str(content.checked_on) if content else None,
        "new_version": None,
        "pages": [_page(each) for each in proposal.pages],
        "differences": [_difference(each) for each in proposal.changes],
        "left": [_left(each) for each in proposal.left],
        "sources": [_source(each) for each in proposal.sources],
        "told_of": list(proposal.told_of),
    }


def content_of(body: Body) -> Content:
    """What is proposed. Raises KeyError or TypeError for an outcome that publishes no version."""
    return codec.parse(body["content"], body["text"])


def pages_of(body: Body) -> list[Document]:
    """What it quotes that is written only when it is published."""
    return [
        Document(
            id=each["id"],
            version=each["version"],
            audience=each["audience"],
            content=codec.parse(each["content"], each["text"]),
            retrieved_on=datetime(1970, 1, 1, tzinfo=UTC),
        )
        for each in body.get("pages") or []
    ]


def _page(page: Document) -> dict[str, Any]:
    return {
        "id": page.id,
        "version": page.version,
        "audience": page.audience,
        "content": codec.dump(page.content),
        "text": page.text,
    }


def refresh_json(kept: Kept) -> RefreshJson:
    body = kept.body
    return {
        "id": kept.id,
        "document_id": kept.document_id,
        "title": body.get("title") or "",
        "version": kept.version,
        "new_version": body.get("new_version"),
        "state": kept.state,
        "outcome": kept.outcome,
        "at": kept.at,
        "ended_at": kept.ended_at,
        "by": body.get("by"),
        "note": body.get("note"),
        "reason": body.get("reason"),
        "caution": body.get("caution"),
        "text": body.get("text"),
        "checked_on": body.get("checked_on"),
        "differences": cast(list[DifferenceJson], body.get("differences") or []),
        "left": cast(list[LeftJson], body.get("left") or []),
        "sources": cast(list[SourceCheckJson], body.get("sources") or []),
    }


def found_the_same(one: Body, other: Body) -> bool:
    """Two refreshes came to the same proposal, whoever asked for them and whenever."""
    return all(one.get(name) == other.get(name) for name in _FOUND)


def proposes_the_same(one: Body, other: Body) -> bool:
    """The same words would be published, on the same evidence."""
    return all(one.get(name) == other.get(name) for name in _PUBLISHED)


_PUBLISHED = ("note", "content", "text", "pages", "differences")
_FOUND = ("note", "reason", "content", "text", "pages", "differences", "left", "sources")


def without_source(body: Body, document_id: str) -> Body | None:
    """The body, where it says nothing of a document that is erased; None: nothing of it may stay.

    What a refresh says of a sentence (a reason, what is left and why, a caution) may quote any of
    the documents that it looked at, so it goes whole with each of them.
    """
    named = {document_id, f"{document_id}-page"}  # the page of which it is a digest goes with it
    return None if any(text in named for text in codec.strings(body)) else body


def _difference(change: Change) -> DifferenceJson:
    candidate = change.candidate
    source = candidate.document if candidate else None
    content = source.content if source else None
    published = content.published_on if content else None
    return {
        "start": change.span.start,
        "end": change.span.end,
        "old": change.old,
        "new": change.new,
        "old_value": change.old_value,
        "new_value": change.new_value,
        "old_period": change.old_period,
        "new_period": change.new_period,
        "source_id": source.id if source else None,
        "source_version": source.version if source else None,
        "source_title": source.title if source else None,
        "publisher": (content.publisher if content else None) or change.publisher,
        "url": content.url if content else None,
        "published_on": str(published) if published else None,
        "quote": candidate.words if candidate else None,
        "reasons": [reason_json(reason) for reason in change.reasons],
    }


def _left(left: Left) -> LeftJson:
    return {
        "start": left.span.start,
        "end": left.span.end,
        "text": left.text,
        "why": left.why,
        "reasons": [reason_json(reason) for reason in left.reasons],
    }


def _source(check: SourceCheck) -> SourceCheckJson:
    return {
        "n": check.n,
        "title": check.source.title,
        "publisher": check.source.publisher,
        "url": check.source.url,
        "document_id": check.document.id if check.document else None,
        "status": check.status,
        "text": check.text,
    }
