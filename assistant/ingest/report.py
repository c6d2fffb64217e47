"""What an ingest says while it runs and when it is done."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.ledger.places import Quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`done` of `total` documents looked at; a file of many documents makes `total` grow."""

    done: int
    total: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What a run did, counted in documents."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    quarantined: tuple[Quarantined, ...] = ()
    left_out: int = 0
    """Pages of a feed that this run did not ask for: the next run takes the next ones."""

    def __add__(self, other: IngestReport) -> IngestReport:
        return IngestReport(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            removed=self.removed + other.removed,
            unchanged=self.unchanged + other.unchanged,
            quarantined=self.quarantined + other.quarantined,
            left_out=self.left_out + other.left_out,
        )
