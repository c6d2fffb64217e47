"""Recall: the past answers that rest on a document, and whether what they say still holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.shapes_upkeep import RecalledJson, RecallJson
from assistant.types import Audience

if TYPE_CHECKING:
    from assistant.upkeep.recall import Recalled
    from assistant.wiring import Assistant


def recall(
    assistant: Assistant,
    *,
    document_id: str,
    audience: Audience = "internal",
    limit: int | None = None,
    offset: int = 0,
    address: str | None = None,
) -> RecallJson:
    """Every answer that shows words of any version of it, newest first; a page with a `limit`.

    `address` is where readers reach the service, for the permalinks: the setting's when left out.
    Raises NotFound for a document that isn't for this audience, as for one that isn't there.
    """
    found = assistant.recall(document_id, audience, limit, offset)
    base = address or assistant.settings.public_url
    end = offset + len(found.answers)
    return {
        "document_id": found.document_id,
        "title": found.title,
        "state": found.state,
        "note": found.note,
        "items": [_recalled(each, base) for each in found.answers],
        "affected": found.affected,
        "total": found.total,
        "next_cursor": str(end) if end < found.total else None,
    }


def _recalled(answer: Recalled, base: str | None) -> RecalledJson:
    return {
        "id": answer.id,
        "question": answer.question,
        "created_at": answer.created_at,
        "versions": list(answer.versions),
        "affected": answer.why is not None,
        "why": answer.why,
        "threads": answer.threads,
        "told": answer.told,
        "url": f"{base}/a/{answer.id}" if base else None,
    }


BY_NAME: Mapping[str, Callable[..., object]] = {"recall": recall}
