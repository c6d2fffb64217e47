"""The order of work, the same wherever fact-checks are listed: level, then reach, then age."""

from __future__ import annotations

from typing import get_args

from assistant.types import Freshness, Level

HARDEST_FIRST: tuple[Level, ...] = get_args(Level)


def level_of(freshness: Freshness) -> Level | None:
    """The level of the hardest reason for doubt; None when there is no doubt.

    What an editor pinned has a reason too, and a hard one, but one that holds it fresh.
    """
    if freshness.state == "fresh":
        return None
    levels = [reason.level for reason in freshness.reasons]
    return min(levels, key=HARDEST_FIRST.index, default=None)


def urgency(document_id: str, freshness: Freshness, reach: int) -> tuple[int, int, str, str]:
    """Sorts the most urgent first: by the hardest reason, then by how many answers rested on it
    (`reach`), then the longest ago checked, and before all the never checked."""
    level, checked = level_of(freshness), freshness.checked_on
    return (
        len(HARDEST_FIRST) if level is None else HARDEST_FIRST.index(level),
        -reach,
        checked.last.isoformat() if checked else "",
        document_id,
    )
