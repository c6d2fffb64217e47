"""What markers stand for, and the sentences of their sources that are about the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.language.computed import shares
from assistant.answering.language.values import Value
from assistant.answering.support.grounds import Ground, Said, coverage, stems
from assistant.types import Span

CONNECTED = 0.25
"""Share of a claim's words that stand around a figure of the source that speaks of the same."""
ALIKE = 0.4
"""Share from which a sentence of the source is about the same, so that its figure is the other."""
_LIKELY = 4
_ATTRIBUTED = re.compile(
    r"^according to\b[^,;:]*,|,?\s+according to\b[^,;:]*(?:,[^,;:]*\band\b[^,;:]*)?(?=[,;:.]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The words that markers stand for. `near` are figures of the paragraph that they stand in."""

    text: str
    near: tuple[Value, ...] = ()

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(bare(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A figure that the source doesn't hold as claimed. `other`: it has another one there."""

    written: str
    reason: str
    other: bool
    ground: Ground | None = None
    near: Span | None = None


def bare(statement: str) -> str:
    """Without who says so and without shares in words, which are judged apart."""
    for share in reversed(shares(statement)):
        statement = statement[: share.start] + statement[share.end :]
    return _ATTRIBUTED.sub("", statement)


def likeliest(part: Part, grounds: Sequence[Ground]) -> list[tuple[Ground, Said, float]]:
    """The few sentences that are about the same, best first."""
    scored = [
        (ground, said, coverage(part.stems, said.stems | said.frame))
        for ground in grounds
        for said in ground.said
    ]
    return sorted(scored, key=lambda each: -each[2])[:_LIKELY]
