"""Questions that ask the same in other words: told by the stems of the words that carry meaning."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.answering.language.text import content_stems
from assistant.ledger.gaps import Gap

GapState = Literal["open", "assigned", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapGroup:
    """Gaps that ask the same, the most asked first."""

    id: str
    gaps: tuple[Gap, ...]

    @property
    def question(self) -> str:
        return self.gaps[0].question

    @property
    def count(self) -> int:
        return sum(gap.count for gap in self.gaps)

    @property
    def last_asked(self) -> str:
        return max(gap.last_asked for gap in self.gaps)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gap.reason for gap in self.gaps))

    @property
    def assignees(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gap.assignee for gap in self.gaps if gap.assignee))

    @property
    def answered_by(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gap.answered_by for gap in self.gaps if gap.answered_by))

    @property
    def state(self) -> GapState:
        if self.answered_by:
            return "answered"
        return "assigned" if self.assignees else "open"


@lru_cache(maxsize=1 << 14)
def same_question(question: str) -> str:
    """A name that questions share when they share all their content stems, whatever their order.

    16 hexadecimal digits. A question without such words (another script, say) goes by itself.
    """
    stems = sorted(set(content_stems(question))) or ["", " ".join(question.casefold().split())]
    return hashlib.sha256("\n".join(stems).encode("utf-8", "replace")).hexdigest()[:16]


def grouped(gaps: Iterable[Gap]) -> list[GapGroup]:
    """Gaps that ask the same put together, the most asked first; inside a group as they came."""
    groups: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        groups[same_question(gap.question)].append(gap)
    made = [GapGroup(id=name, gaps=tuple(each)) for name, each in groups.items()]
    return sorted(made, key=lambda group: (group.count, group.last_asked, group.id), reverse=True)
