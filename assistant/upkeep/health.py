"""How a watched source stands, in one word: never stored, always read from what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from assistant.ledger.watched import Watch

SourceHealth = Literal[
    "new", "ok", "failing", "unreachable", "missing", "gone", "retracted", "refused"
]
_WORST_FIRST: tuple[SourceHealth, ...] = (
    *("retracted", "gone", "unreachable", "missing", "failing", "refused", "new", "ok"),
)
_ORDER = {state: place for place, state in enumerate(_WORST_FIRST)}


def state_of(watch: Watch) -> SourceHealth:
    """How a source stands, from the worst to the best; never stored."""
    if watch.looked_at is None:
        return "new"
    marks: Iterator[tuple[SourceHealth, object]] = iter(
        (
            ("retracted", watch.retracted_on),
            ("gone", watch.gone_on),
            ("unreachable", watch.unreachable_on),
            ("missing", watch.gone_first),
            ("failing", watch.failing_first),
            ("refused", watch.refused),
        )
    )
    return next((state for state, mark in marks if mark), "ok")


def trouble(watch: Watch) -> int:
    """For sorting: the worst first."""
    return _ORDER[state_of(watch)]
