"""What is committed together, and the port that takes it: ingest never sees the indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from assistant.ledger.places import Place, Placed, Quarantined
from assistant.ledger.writing import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is committed together: new versions, and the places at which documents stand."""

    entries: tuple[Entry, ...] = ()
    placed: tuple[tuple[Place, Placed], ...] = ()
    at: datetime | None = None
    """The instant at which it is written; the clock's where None."""
    also: Callable[[Connection], None] | None = None
    """What else belongs into the transaction."""


class Store(Protocol):
    """Where batches go: embedded, then the ledger, then the indexes."""

    def put(self, batch: Batch) -> None:
        """Takes a batch; it may still be on its way when this returns."""

    def finish(
        self,
        root: str,
        gone: Sequence[Place],
        quarantined: Sequence[Quarantined],
        *,
        moved: bool = False,
    ) -> list[str]:
        """Waits for every batch, drops places; the ids of documents that no place holds now.

        `moved`: some place holds another document than before.
        """
