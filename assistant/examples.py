"""Questions that the archive can answer: the titles of its newest fact-checks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

from assistant.freshness.clocks import in_force, known
from assistant.ledger.documents import Documents, Listed
from assistant.types import Document

SAMPLED = 60
"""Fact-checks that are looked at; in a larger archive they are spread evenly over its titles."""
KEPT = 12


class Examples:
    """Chosen once a day, or when too few are left; each is looked up again before it is shown."""

    def __init__(self, documents: Documents, replaced: Callable[[Document, date], bool]) -> None:
        """`replaced` says whether something stands in the place of a document on a day."""
        self._documents = documents
        self._replaced = replaced
        self._lock = threading.Lock()
        self._chosen: tuple[date, int, tuple[Document, ...]] = (date.min, -1, ())

    def __call__(self, today: date, most: int) -> list[str]:
        """At most `most` questions, that of the newest fact-check first."""
        with self._lock:
            standing = self._standing(today)
            if len(standing) < most and self._chosen[:2] != (today, self._documents.writes):
                chosen = self._choose(today)
                self._chosen = today, self._documents.writes, chosen
                standing = self._standing(today)
        return [document.title for document in standing[:most]]

    def _standing(self, today: date) -> list[Document]:
        """Those chosen today that are still served, unchanged, to everybody."""
        chosen = self._chosen[2] if self._chosen[0] == today else ()
        return [each for each in chosen if self._stands(each, today)]

    def _stands(self, document: Document, today: date) -> bool:
        found = self._documents.standing(document.id)
        return (
            found is not None
            and found.state == "active"
            and found.audience == "public"
            and found.version == document.version
            and not self._replaced(document, today)
        )

    def _choose(self, today: date) -> tuple[Document, ...]:
        asking = [each for each in self._documents.listed("public") if _asks(each)]
        step = -(-len(asking) // SAMPLED) or 1
        sample = [self._documents.version(each.id, each.version) for each in asking[::step]]
        standing = [d for d in sample if in_force(d, today) and self._stands(d, today)]
        return tuple(sorted(standing, key=lambda d: _checked(d, today), reverse=True)[:KEPT])


def _asks(each: Listed) -> bool:
    served = each.kind == "fact_check" and each.state == "active"
    return served and each.title.endswith("?") and len(each.title) <= 200


def _checked(document: Document, today: date) -> date:
    checked = known(document.content.checked_on, today)
    return checked.last if checked else date.min
