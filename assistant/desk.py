"""What the editors' desk shows: due fact-checks, gaps, feedback, documents, for one audience each.

Everything here takes the audience of whoever looks, and counts nothing that they may not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.answering.questions.grouping import GapGroup, grouped
from assistant.errors import Gone, NotFound
from assistant.ingest.urls import canonical_url
from assistant.ledger.answers import Day
from assistant.ledger.documents import DocumentState, Listed
from assistant.ledger.feedback import Feedback
from assistant.ledger.ledger import Ledger
from assistant.ledger.lineage import Replacing
from assistant.ledger.places import InQuarantine
from assistant.ledger.refreshes import RefreshHead
from assistant.ports import Clock
from assistant.types import Audience, Document
from assistant.upkeep.docket import Docket, Dockets, Due, Judged
from assistant.upkeep.errands import Errands
from assistant.upkeep.rounds import Checked, Judging, Rounds

DAYS = 30
"""How far back the charts of questions go."""

MOST_GAPS = 10_000
"""Gaps that are grouped, the most asked: whoever floods a server with questions must not close
the desk too."""

Stands = tuple[int, DocumentState, Audience]
"""A document's version, whether it is served, and to whom."""


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

    `patience_s` is how long a page may wait for a round, `round_s` a program that reads them all.
    """

    def __init__(
        self,
        ledger: Ledger,
        rounds: Rounds,
        judge: Callable[[], Judging],
        clock: Clock,
        forget_old: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._rounds = rounds
        self._dockets = Dockets(ledger, rounds, judge, clock)
        self._clock = clock
        self._forget_old = forget_old
        self.errands = Errands()
        self.patience_s = 2.0
        self.round_s = 30.0

    def close(self) -> None:
        self.errands.close()

    def today(self) -> date:
        return self._clock().astimezone(UTC).date()

    # --- what is due ------------------------------------------------------------------------------

    def docket(self, audience: Audience) -> Docket:
        return self._dockets.docket(audience, self.patience_s)

    def due(self, audience: Audience) -> list[Due]:
        """All fact-checks that carry a notice today, in the order of work."""
        return self._dockets.due(audience, self.round_s)

    def checks(self, audience: Audience, limit: int, offset: int) -> tuple[list[Judged], int]:
        """Some of all fact-checks in the order of work, and how many there are."""
        return self._dockets.checks(audience, limit, offset, self.round_s)

    def reach(self, document_id: str, audience: Audience) -> int:
        """How many answers rest on a document."""
        return self._ledger.answers.reach(audience, [document_id]).get(document_id, 0)

    def refreshes(self, audience: Audience) -> list[RefreshHead]:
        """Of documents that the audience may know of: the open first, then the newest."""
        known = {each.id for each in self._ledger.documents.listed(audience)}
        return [each for each in self._ledger.refreshes.heads() if each.document_id in known]

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

    def stand(self, ids: Iterable[str]) -> dict[str, Stands]:
        """How these documents stand now: those that are there, served or withdrawn."""
        found = {each: self._ledger.documents.standing(each) for each in ids}
        return {
            each: (now.version, now.state, now.audience)
            for each, now in found.items()
            if now is not None and now.state != "erased"
        }

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

    def replacing(self, document: Document) -> tuple[Replacing, ...]:
        """What is linked as replacing a document, by its own metadata or by an editor."""
        url = document.content.url
        documents, url_key = self._ledger.documents, canonical_url(url) if url else None
        return self._ledger.lineage.replacing(document.id, url_key, documents.writes)

    def quarantine(self, audience: Audience) -> list[InQuarantine]:
        """What could not be read, the newest first."""
        return self._ledger.places.held(audience)


def _active(listed: Listed) -> bool:
    return listed.state == "active"
