"""Operations on refreshes: making one, looking at it, approving or rejecting it; what is due."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from assistant.channels.operations import ProgressSink, instant_of
from assistant.contract import freshness_json
from assistant.shapes_upkeep import DueJson, RefreshJson
from assistant.types import Audience
from assistant.upkeep.urgency import level_of, urgency

if TYPE_CHECKING:
    from assistant.ledger.refreshes import Kept
    from assistant.upkeep.docket import Due
    from assistant.wiring import Assistant


def refresh(
    assistant: Assistant,
    *,
    document_id: str,
    now: str | None = None,
    key: str | None = None,
    approve: bool = False,
    by_hand: bool = False,
    by: str | None = None,
) -> RefreshJson:
    """Looks at a fact-check's sources again and proposes what becomes of it.

    A second one while one is open gives the same; `key` gives the same for good. `approve`
    publishes what is proposed at once, `by_hand` vouches for the sources that can't be looked at
    from here.
    """
    from assistant.upkeep.refreshing import Ask

    ask = Ask(
        document_id=document_id,
        now=instant_of(now) or assistant.settings.clock(),
        key=key,
        approve=approve,
        by_hand=by_hand,
        by=by,
    )
    return _json(assistant.refreshing.refresh(ask))


def refresh_due(
    assistant: Assistant,
    *,
    now: str | None = None,
    limit: int | None = None,
    approve: bool = False,
    by: str | None = None,
    progress: ProgressSink | None = None,
) -> list[RefreshJson]:
    """Refreshes what is due, the most urgent first."""
    waiting = due(assistant, now=now)[:limit]
    made = []
    for done, each in enumerate(waiting, start=1):
        made.append(
            refresh(assistant, document_id=each["document_id"], now=now, approve=approve, by=by)
        )
        if progress:
            progress(done, len(waiting), each["title"])
    return made


def refresh_get(assistant: Assistant, *, refresh_id: str) -> RefreshJson:
    """Raises NotFound."""
    return _json(assistant.refreshing.get(refresh_id))


def refresh_decide(
    assistant: Assistant,
    *,
    refresh_id: str,
    approve: bool,
    by: str | None = None,
    note: str | None = None,
    reason: str | None = None,
    text: str | None = None,
    kind: str | None = None,
) -> RefreshJson:
    """Publishes a proposal, with another note or text where one is given; or rejects it.

    `kind` is what an editor calls it: "updated", or "corrected" where it was wrong.
    """
    return _json(
        assistant.refreshing.decide(
            refresh_id, approve=approve, by=by, note=note, reason=reason, text=text, kind=kind
        )
    )


def refreshes(
    assistant: Assistant,
    *,
    document_id: str | None = None,
    open_only: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[RefreshJson]:
    """The newest first."""
    found = assistant.refreshing.listed(
        document_id, open_only=open_only, limit=limit, offset=offset
    )
    return [_json(each) for each in found]


def due(
    assistant: Assistant, *, now: str | None = None, audience: Audience = "internal"
) -> list[DueJson]:
    """The fact-checks that carry a notice, by level, reach and age.

    Of today as the day's round found them; of another day each is judged for it.
    """
    moment = instant_of(now)
    if moment is None or moment.astimezone(UTC).date() == assistant.desk.today():
        return [_due(each) for each in assistant.desk.due(audience)]
    reach = assistant.refreshing.reach(audience)
    opened = assistant.refreshing.open_ids()
    found = [
        (document, freshness)
        for document, freshness, _ in assistant.check(moment)
        if freshness.notice is not None
        and (audience == "internal" or document.audience == "public")
    ]
    found.sort(key=lambda each: urgency(each[0].id, each[1], reach.get(each[0].id, 0)))
    return [
        {
            "document_id": document.id,
            "version": document.version,
            "title": document.title,
            "level": level_of(freshness) or "info",
            "reach": reach.get(document.id, 0),
            "freshness": freshness_json(freshness),
            "refresh_id": opened.get(document.id),
        }
        for document, freshness in found
    ]


def _due(each: Due) -> DueJson:
    return {
        "document_id": each.checked.document_id,
        "version": each.checked.version,
        "title": each.checked.title,
        "level": each.level or "info",
        "reach": each.reach,
        "freshness": freshness_json(each.checked.freshness),
        "refresh_id": each.refresh_id,
    }


def _json(kept: Kept) -> RefreshJson:
    from assistant.upkeep.refresh_body import refresh_json

    return refresh_json(kept)


BY_NAME = {
    each.__name__: each
    for each in (refresh, refresh_due, refresh_get, refresh_decide, refreshes, due)
}
