"""Deciding on a refresh: an approval publishes what its editor saw, or nothing.

A proposal is held against the archive once more, under the pen: it is refused where anything that
it rests on says something else by now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from assistant.errors import BadInput
from assistant.freshness.refresh.refresher import Refresher
from assistant.ledger.ledger import Ledger
from assistant.ledger.refreshes import Kept
from assistant.ports import Clock
from assistant.types import Document
from assistant.upkeep.refresh_body import body_of, proposes_the_same
from assistant.upkeep.refresh_swap import Decided, Publisher, ended

MOVED = (
    "what this rests on has moved since it was proposed (a source, a newer figure, or the archive):"
    " refresh it again"
)
TRIES = 3
"""How often a proposal is held against an archive that others write to, before it is refused."""


class Approval:
    """`watching` is what is known of a document's sources; `without_looking` proposes from what is
    held now."""

    def __init__(
        self,
        ledger: Ledger,
        publisher: Publisher,
        *,
        without_looking: Callable[[datetime], Refresher],
        watching: Callable[[Document], Sequence[object]],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._publisher = publisher
        self._without_looking = without_looking
        self._watching = watching
        self._clock = clock

    def publish(self, kept: Kept, decided: Decided) -> Kept:
        """Only while everything that it rests on still says the same."""
        for _ in range(TRIES):
            document = self._current(kept)
            self._must_be_its_day(kept, document)
            basis = self.resting_on(document)
            if not self._says_the_same(kept, document, basis):
                raise BadInput(MOVED)
            with self._publisher.writing():
                if self.resting_on(self._current(kept)) == basis:
                    return self._publisher.publish(kept, document, decided)
        raise BadInput(MOVED)

    def reject(self, kept: Kept, by: str | None, reason: str) -> Kept:
        closed = ended(kept, "rejected", by, self._clock(), reason=reason)
        self._ledger.refreshes.put(closed)
        return closed

    def resting_on(self, document: Document) -> dict[str, object]:
        """What moves with everything that a proposal could rest on."""
        return {
            "archive": self._ledger.generations.current(),
            "sources": list(self._watching(document)),
        }

    def must_have_come(self, day: date) -> None:
        if day > self._clock().astimezone(UTC).date():
            raise BadInput(f"{day} lies ahead: nothing can have been checked on it yet")

    def _current(self, kept: Kept) -> Document:
        document = fact_check(self._ledger, kept.document_id)
        if document.version != kept.version:
            self.reject(kept, None, "The fact-check was changed since.")
            raise BadInput("the fact-check was changed since this was proposed: refresh it again")
        return document

    def _must_be_its_day(self, kept: Kept, document: Document) -> None:
        """A check is of a day that has come, and never of one before the check that it replaces."""
        day = date.fromisoformat(kept.body["basis"]["day"])
        checked = document.content.checked_on
        self.must_have_come(day)
        if checked is not None and day < checked.first:
            raise BadInput(
                f"the fact-check was checked on {checked} already, after {day}: refresh it again"
            )

    def _says_the_same(self, kept: Kept, document: Document, basis: dict[str, object]) -> bool:
        """Where anything was written since, it is worked out anew from what is held now, without a
        look: an approval publishes what its editor saw or nothing."""
        then = kept.body["basis"]
        if {name: then[name] for name in basis} == basis:
            return True
        day = date.fromisoformat(then["day"])
        moment = datetime.combine(day, time.min, UTC)
        proposal = self._without_looking(moment).propose(document, day, by_hand=then["by_hand"])
        return proposal.outcome == kept.outcome and proposes_the_same(
            kept.body, body_of(proposal, document, None)
        )


def fact_check(ledger: Ledger, document_id: str) -> Document:
    """Raises NotFound, Gone, and BadInput for a source document."""
    document = ledger.documents.get(document_id)
    if document.kind != "fact_check":
        raise BadInput(
            f"{document_id!r} is a source document, which nobody checked: name a fact-check, "
            "or look at the source again with `assistant watch --once`"
        )
    return document
