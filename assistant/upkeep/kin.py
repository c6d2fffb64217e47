"""Which figures of the archive may be of one series with another: told once for a whole series.

Comparing two figures costs much more than finding them, and the words that they are compared by
are the same year after year. So the figures are first told apart by those words alone, and only
what may be of one series is compared with its periods and values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from assistant.freshness.keys.compare import relation
from assistant.ledger.figures import Figures, series_words
from assistant.types import Figure, Span

Row = tuple[str, int, Figure]
"""(document id, version, figure)"""

_NOWHERE = Span(start=0, end=1)
_EVER = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Of a figure: those whose place may be its own, and of these the ones of its series."""

    there: tuple[Row, ...] = ()
    series: tuple[Row, ...] = ()


class Kindred:
    """What is kept is kept under the ledger's count of writes. Safe to share between threads."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._grouped = lru_cache(maxsize=4096)(self._group)
        self._kin = lru_cache(maxsize=16384)(self._find)

    def of(self, figure: Figure, series: str, writes: int) -> Kin:
        """Among the figures that share a word of `series`, in the order in which they stand."""
        mine = line(figure)
        found = [self._kin(mine, word, writes) for word in series_words(series)]
        if len(found) == 1:
            return found[0]
        return Kin(
            there=_in_order(row for each in found for row in each.there),
            series=_in_order(row for each in found for row in each.series),
        )

    def _group(self, word: str, writes: int) -> dict[Figure, list[Row]]:
        grouped: dict[Figure, list[Row]] = {}
        for named in self._figures.of_word(word, writes):
            grouped.setdefault(line(named.row[2]), []).append(named.row)
        return grouped

    def _find(self, mine: Figure, word: str, writes: int) -> Kin:
        there: list[Row] = []
        kin: list[Row] = []
        for theirs, rows in self._grouped(word, writes).items():
            if _told_apart(mine.place, theirs.place):
                continue
            there += rows
            if relation(mine, theirs) != "other":
                kin += rows
        return Kin(there=_in_order(there), series=_in_order(kin))


@lru_cache(maxsize=20_000)
def line(figure: Figure) -> Figure:
    """The figure without its place in a text, its period and its value: what its series is."""
    return replace(
        figure,
        span=_NOWHERE,
        sentence=_NOWHERE,
        value=0.0,
        precision=0.0,
        period_first=_EVER,
        period_last=_EVER,
        series="",
    )


@lru_cache(maxsize=4096)
def _told_apart(one: str | None, other: str | None) -> bool:
    """Two figures with nothing else to them are told apart by these places."""
    here, there = (
        Figure(span=_NOWHERE, sentence=_NOWHERE, value=0, precision=0, unit="well", place=place)
        for place in (one, other)
    )
    return relation(here, there) == "other"


def _in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """By document and place in it, each once."""
    placed = {(row[0], row[2].span.start): row for row in rows}
    return tuple(placed[key] for key in sorted(placed))
