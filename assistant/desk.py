"""What the editors' desk shows: due fact-checks, gaps, feedback, documents, for one audience each.

Everything here takes the audience of whoever looks, and counts nothing that they may not read.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic

from assistant.answering.grouping import GapGroup, grouped
from assistant.errors import Gone, NotFound
from assistant.ledger.answers import Day
from assistant.ledger.documents import Listed
from assistant.ledger.feedback import Feedback
from assistant.ledger.ledger import Ledger
from assistant.ledger.places import Held
from assistant.ports import Clock
from assistant.rounds import Checked, Progress, Rounds
from assistant.types import STATES_WORST_FIRST, Audience, Document

DAYS = 30
"""How far back the charts of questions go."""

MOST_GAPS = 10_000
"""Gaps that are grouped, the most asked: whoever floods a server with questions must not close
the desk too."""

REACH_SECONDS = 60
"""How long the order of what is due leans on the same count of answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A fact-check as the last round found it, and how many answers rest on it."""

    checked: Checked
    reach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """What the last round found for a reader: `due` in the order of work, `soon` by its day."""

    progress: Progress
    due: tuple[Due, ...] = ()
    soon: tuple[Due, ...] = ()
    judged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A document in the list of documents. `document` is None when it was withdrawn."""

    listed: Listed
    document: Document | None
    checked: Checked | None
    reach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What readers said in one week; `first` is its Monday."""

    first: date
    said: int
    helpful: int


class Desk:
    """Reads the ledger for the desk, and writes what editors decide about gaps.

    `patience_s` is how long a page may wait for a round.
    """

    def __init__(
        self, ledger: Ledger, rounds: Rounds, clock: Clock, forget_old: Callable[[], None]
    ) -> None:
        self._ledger = ledger
        self._rounds = rounds
        self._clock = clock
        self._forget_old = forget_old
        self._reach: dict[Audience, tuple[float, dict[str, int]]] = {}
        self.patience_s = 2.0

    def today(self) -> date:
        return self._clock().astimezone(UTC).date()

    # --- what is due ------------------------------------------------------------------------------

    def docket(self, audience: Audience) -> Docket:
        progress = self._rounds.look(self.patience_s)
        if progress.last is None:
            return Docket(progress=progress)
        served = self._served(audience)
        reach = self._reach_of_all(audience)
        found = [
            Due(checked=each, reach=reach.get(each.document_id, 0))
            for each in progress.last.checked
            if each.document_id in served
        ]
        return Docket(
            progress=progress,
            due=tuple(sorted((each for each in found if each.checked.is_due), key=_urgency)),
            soon=tuple(_soon(found, self.today() + timedelta(days=14))),
            judged=len(found),
        )

    def reach(self, document_id: str, audience: Audience) -> int:
        """How many answers rest on a document."""
        return self._ledger.answers.reach(audience, [document_id]).get(document_id, 0)

    def _reach_of_all(self, audience: Audience) -> dict[str, int]:
        """Counted over every answer that was given, so at most once a minute."""
        counted, reach = self._reach.get(audience, (-math.inf, {}))
        if monotonic() - counted > REACH_SECONDS:
            reach = self._ledger.answers.reach(audience)
            self._reach[audience] = monotonic(), reach
        return reach

    def _served(self, audience: Audience) -> set[str]:
        """What may be shown now, whatever the last round saw."""
        listed = self._ledger.documents.listed(audience)
        return {each.id for each in listed if each.state == "active"}

    # --- what readers asked -----------------------------------------------------------------------

    def days(self, audience: Audience) -> list[Day]:
        """The last DAYS days in UTC, oldest first, today the last; a day without questions is 0."""
        first = self.today() - timedelta(days=DAYS - 1)
        since = datetime.combine(first, time(), UTC)
        asked = {day.day: day for day in self._ledger.answers.days(since, audience)}
        names = [(first + timedelta(days=n)).isoformat() for n in range(DAYS)]
        return [
            asked.get(name) or Day(day=name, questions=0, answered=0, stale=0) for name in names
        ]

    def gaps(self, audience: Audience) -> list[GapGroup]:
        """Gaps that ask the same put together, the most asked first."""
        self._forget_old()
        return grouped(self._ledger.gaps.most_asked(MOST_GAPS, 0, audience))

    def assign(self, group_id: str, audience: Audience, assignee: str | None) -> None:
        """Says who takes care of every gap of a group; None takes that back. Raises NotFound."""
        for gap in self._group(group_id, audience).gaps:
            self._ledger.gaps.assign(gap.key, gap.audience, assignee)

    def answer(self, group_id: str, audience: Audience, document_id: str | None) -> None:
        """Says which document answers a group by now; None takes that back.

        Raises NotFound unless everybody who asked may read that document.
        """
        group = self._group(group_id, audience)
        if document_id is not None:
            for readers in {gap.audience for gap in group.gaps}:
                self._readable(document_id, readers)
        for gap in group.gaps:
            self._ledger.gaps.answer(gap.key, gap.audience, document_id)

    def _readable(self, document_id: str, readers: Audience) -> None:
        try:
            self._ledger.documents.get(document_id, audience=readers)
        except NotFound as error:
            raise NotFound(
                f"no document {document_id!r} is served to {readers} readers, who asked this; "
                "give the id of one that is"
            ) from error

    def _group(self, group_id: str, audience: Audience) -> GapGroup:
        for group in self.gaps(audience):
            if group.id == group_id:
                return group
        raise NotFound("this gap is not there any more; it may have been forgotten since")

    def titles(self, ids: Iterable[str], audience: Audience) -> dict[str, str]:
        """The titles of those of these documents that are served to this audience."""
        wanted = set(ids)
        listed = self._ledger.documents.listed(audience)
        return {each.id: each.title for each in listed if each.id in wanted and _active(each)}

    # --- what readers said ------------------------------------------------------------------------

    def feedback_count(self, audience: Audience) -> int:
        self._forget_old()
        return self._ledger.feedback.count(audience)

    def feedback(self, audience: Audience, limit: int, offset: int) -> Sequence[Feedback]:
        """A page of what readers said, the newest first."""
        return self._ledger.feedback.newest(limit, offset, audience)

    def weeks(self, audience: Audience) -> list[Week]:
        """What readers said week by week, from Monday to Sunday in UTC, oldest first."""
        weeks: defaultdict[date, list[tuple[int, int]]] = defaultdict(list)
        for name, said, helpful in self._ledger.feedback.days(audience):
            day = date.fromisoformat(name)
            weeks[day - timedelta(days=day.weekday())].append((said, helpful))
        return [
            Week(first=first, said=sum(s for s, _ in days), helpful=sum(h for _, h in days))
            for first, days in sorted(weeks.items())
        ]

    # --- the archive ------------------------------------------------------------------------------

    def documents(self, audience: Audience, words: str = "") -> list[Listed]:
        """The documents that are served or were withdrawn and have `words` in the title, by it."""
        wanted = words.casefold().split()
        return [
            each
            for each in self._ledger.documents.listed(audience)
            if all(word in each.title.casefold() for word in wanted)
        ]

    def shelved(self, listed: Sequence[Listed], audience: Audience) -> list[Shelved]:
        """Some of the list of documents, with what is known of each."""
        last = self._rounds.look(0).last
        checked = {each.document_id: each for each in last.checked} if last else {}
        reach = self._ledger.answers.reach(audience, [each.id for each in listed])
        return [
            Shelved(
                listed=each,
                document=self._version(each),
                checked=checked.get(each.id) if _active(each) else None,
                reach=reach.get(each.id, 0),
            )
            for each in listed
        ]

    def _version(self, listed: Listed) -> Document | None:
        try:
            return self._ledger.documents.get(listed.id, listed.version)
        except Gone:
            return None

    def quarantine(self, audience: Audience) -> list[Held]:
        """What could not be read, the newest first."""
        return self._ledger.places.held(audience)


def _active(listed: Listed) -> bool:
    return listed.state == "active"


def _urgency(due: Due) -> tuple[int, int, str, str]:
    """The worst state first, then what most answers rest on, then the oldest."""
    checked = due.checked.checked_on
    age = checked.last.isoformat() if checked else ""
    state = STATES_WORST_FIRST.index(due.checked.freshness.state)
    return state, -due.reach, age, due.checked.document_id


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
