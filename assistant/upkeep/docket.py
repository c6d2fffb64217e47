"""The docket: fact-checks in the order of work as the last round found them, for one audience."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from time import monotonic

from assistant.errors import NotFound, Unavailable
from assistant.ledger.ledger import Ledger
from assistant.ledger.refreshes import OPEN
from assistant.ports import Clock
from assistant.types import Audience, Badge, Document, Freshness, Level
from assistant.upkeep.rounds import Checked, Judging, Progress, Round, Rounds
from assistant.upkeep.urgency import level_of, urgency

REACH_SECONDS = 60.0
"""How long the order of what is due leans on the same count of answers at most."""
REACH_SHARE = 0.01
"""The share of one processor that counting them may take: a small ledger is always counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A fact-check as the last round found it, and how many answers rest on it."""

    checked: Checked
    reach: int
    refresh_id: str | None = None
    """An open refresh of it."""

    @property
    def level(self) -> Level | None:
        return level_of(self.checked.freshness)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A fact-check judged in full, at its place in the order of work."""

    document: Document
    freshness: Freshness
    badges: tuple[Badge, ...]
    level: Level | None
    reach: int
    refresh_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """What the last round found for a reader: `due` in the order of work, `soon` by its day."""

    progress: Progress
    due: tuple[Due, ...] = ()
    soon: tuple[Due, ...] = ()
    judged: int = 0


class Dockets:
    """Puts what rounds found in the order of work. Safe to share between threads."""

    def __init__(
        self, ledger: Ledger, rounds: Rounds, judge: Callable[[], Judging], clock: Clock
    ) -> None:
        self._ledger = ledger
        self._rounds = rounds
        self._judge = judge
        self._clock = clock
        self._reach: dict[Audience, tuple[float, dict[str, int]]] = {}
        """Counts, and until when they are good enough."""

    def docket(self, audience: Audience, patience_s: float) -> Docket:
        progress = self._rounds.look(patience_s)
        if progress.last is None:
            return Docket(progress=progress)
        found = self._in_order(progress.last, audience)
        return Docket(
            progress=progress,
            due=tuple(each for each in found if each.checked.is_due),
            soon=tuple(_soon(found, _day(self._clock) + timedelta(days=14))),
            judged=len(found),
        )

    def due(self, audience: Audience, patience_s: float) -> list[Due]:
        """All that is due, as the newest round found it. Raises Unavailable as `checks` does."""
        found = self._in_order(self._finished(patience_s), audience)
        return [each for each in found if each.checked.is_due]

    def checks(
        self, audience: Audience, limit: int, offset: int, patience_s: float
    ) -> tuple[list[Judged], int]:
        """Some of all fact-checks in the order of work, and how many there are.

        The order is that of the newest round; those of this page alone are judged in full. Raises
        Unavailable when no round is finished in time.
        """
        found = self._in_order(self._finished(patience_s), audience)
        page = [self._judged(each) for each in found[offset : offset + limit]]
        return [each for each in page if each is not None], len(found)

    def _in_order(self, last: Round, audience: Audience) -> list[Due]:
        """What a round found and this audience may read, the most urgent first."""
        served = self._served(audience)
        reach = self._reach_of_all(audience)
        heads = reversed(self._ledger.refreshes.heads())
        opened = {each.document_id: each.id for each in heads if each.state in OPEN}
        found = [
            Due(
                checked=each,
                reach=reach.get(each.document_id, 0),
                refresh_id=opened.get(each.document_id),
            )
            for each in last.checked
            if each.document_id in served
        ]
        return sorted(found, key=_urgency)

    def _finished(self, patience_s: float) -> Round:
        """The round of the archive as it is now; when it takes too long, the last before."""
        until = monotonic() + patience_s
        while True:
            self._rounds.look(max(0.0, until - monotonic()))
            progress = self._rounds.look(0)  # the one waited for may have begun before a write
            if progress.under_way and monotonic() < until:
                continue
            if progress.last is None:
                raise Unavailable(_why(progress))
            return progress.last

    def _judged(self, due: Due) -> Judged | None:
        """None for one that was erased since the round."""
        try:
            document = self._ledger.documents.version(due.checked.document_id, due.checked.version)
        except NotFound:
            return None
        freshness, badges = self._judge().document(document, _day(self._clock))
        return Judged(
            document=document,
            freshness=freshness,
            badges=badges,
            level=level_of(freshness),
            reach=due.reach,
            refresh_id=due.refresh_id,
        )

    def _reach_of_all(self, audience: Audience) -> dict[str, int]:
        """Counted over every answer that was given; seldom anew where that takes long."""
        until, reach = self._reach.get(audience, (-math.inf, {}))
        began = monotonic()
        if began >= until:
            reach = self._ledger.answers.reach(audience)
            rests = min(REACH_SECONDS, (monotonic() - began) / REACH_SHARE)
            self._reach[audience] = monotonic() + rests, reach
        return reach

    def _served(self, audience: Audience) -> set[str]:
        """What may be shown now, whatever the last round saw."""
        listed = self._ledger.documents.listed(audience)
        return {each.id for each in listed if each.state == "active"}


def _why(progress: Progress) -> str:
    if progress.failed:
        return "the fact-checks could not be checked; the server's log says why"
    done = f"{progress.done:,} of {progress.total:,} are done"
    return f"the fact-checks are still being checked ({done}): ask again in a minute"


def _urgency(due: Due) -> tuple[int, int, str, str]:
    return urgency(due.checked.document_id, due.checked.freshness, due.reach)


def _soon(found: Sequence[Due], until: date) -> list[Due]:
    """What is not due yet but will be looked at again in the days to come, the soonest first."""
    coming = [
        (day, each.checked.document_id, each)
        for each in found
        if (day := each.checked.freshness.next_review_on)
        and day <= until
        and not each.checked.is_due
    ]
    return [each for *_, each in sorted(coming, key=lambda item: item[:2])]


def _day(clock: Clock) -> date:
    return clock().astimezone(UTC).date()
