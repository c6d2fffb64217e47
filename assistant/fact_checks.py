"""The fact-checks that the archive serves: listed by their titles, or each judged on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistant.freshness.clocks import in_force
from assistant.ledger.documents import Documents
from assistant.types import Audience, Badge, Document, Freshness
from assistant.upkeep.rounds import Judging


class FactChecks:
    def __init__(self, documents: Documents, judge: Callable[[], Judging]) -> None:
        self._documents = documents
        self._judge = judge

    def judged(self, day: date) -> list[tuple[Document, Freshness, tuple[Badge, ...]]]:
        """Every one that is in force on the day, by id."""
        return [
            (document, *self._judge().document(document, day))
            for document in self._documents.active("internal", "fact_check")
            if in_force(document, day)
        ]

    def listed(self, limit: int, offset: int, audience: Audience) -> tuple[list[Document], int]:
        """Some of them by their titles, and how many there are: nothing is judged."""
        served = [
            each
            for each in self._documents.listed(audience)
            if each.state == "active" and each.kind == "fact_check"
        ]
        page = served[offset : offset + limit]
        return [self._documents.version(each.id, each.version) for each in page], len(served)
