"""Whether what narrows two figures (who, how measured, how far it has come) is the same."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

from assistant.freshness.keys.lexicon import implied
from assistant.freshness.keys.likeness import matched, told
from assistant.freshness.keys.times import ROLLING
from assistant.freshness.keys.wording import NARROWING
from assistant.types import Figure

Match = Literal["yes", "unsure", "no"]

CARRIED = "carried"
"""Stands among what narrows a figure that another sentence says the metric of ("it", "the rate"):
enough to compare periods, too little to call two values a contradiction."""
STOCK = "stock"
"""Counted at the end of something, whenever it was added."""
_STATUS = frozenset(("provisional", "final"))
"""How far a count has come; it moves on from the one to the other, and stays the same count."""
BASES = frozenset(("yoy", "qoq", "mom"))
_ONE_SIDED = (
    _STATUS
    | BASES
    | frozenset(("unadjusted", "seasonally-adjusted", "net", "to-date", STOCK, ROLLING, CARRIED))
)
"""What one text says and another takes for granted; told apart only where both say one."""
_EXCLUSIVE = (BASES, frozenset(("unadjusted", "seasonally-adjusted")))
_NEAR = 0.6
_AVERAGE = frozenset(("average",))
_RATES = frozenset(("%", "year"))
_REAL = frozenset(("real",))
_CHANGE = frozenset(("change",))
_TAGS = frozenset(
    (
        "change", "forecast", "average", "median", "cumulative", "capita", "core", "backlog",
        "sample", "largest", "record", "claimed", "none", "daily",
    )
)  # fmt: skip
_SETTING_UP = frozenset(("add", "instal"))


def populations(one: Figure, other: Figure) -> Match:
    """Are they of the same part of whatever is counted, and measured alike?"""
    here, there = set(one.population), set(other.population)
    if any(here & group and there & group and not here & there & group for group in _EXCLUSIVE):
        return "no"
    if "gdp" in one.metric and "gdp" in other.metric:  # its growth is told in real terms
        here, there = here - _REAL, there - _REAL
    if _change_is_said(one, other):
        here, there = here - _CHANGE, there - _CHANGE
    here, there = here - _ONE_SIDED, there - _ONE_SIDED
    if one.unit == other.unit in _RATES:  # the rate of a year is its average
        here, there = here - _AVERAGE, there - _AVERAGE
    if here == there:
        return "yes"
    odd = here - there - {*other.context, *other.words}
    odd |= there - here - {*one.context, *one.words}
    both = matched(one.words, other.words) | matched(other.words, one.words)
    odd -= {each for word in both for each in implied(word)}
    if not odd:
        return "yes"
    if any(word in NARROWING or not word.isalpha() or word in _TAGS for word in odd):
        return "no"
    if told(one, other) == "alike":
        return "yes"
    return "yes" if len(here & there) >= _NEAR * len(here | there) > 0 and here & there else "no"


def _change_is_said(one: Figure, other: Figure) -> bool:
    """Both are changes, though only one calls it so: "inflation was 3%", "prices rose by 3%"."""
    here, there = set(one.population), set(other.population)
    return bool(
        (here & BASES and there & BASES)
        or "growth" in {*one.metric} & {*other.metric}
        or (_is_inflation(one, here) and "yoy" in there)
        or (_is_inflation(other, there) and "yoy" in here)
        or _set_up(one, other)
    )


def _set_up(one: Figure, other: Figure) -> bool:
    """What was added to a stock of plants was installed; only "added" is read as a change."""
    parts = ({*each.words, *each.population} for each in (one, other))
    return all(_SETTING_UP & part and STOCK not in part for part in parts)


def _is_inflation(figure: Figure, population: Set[str]) -> bool:
    """A rate of inflation is the change of prices over a year, where it doesn't say otherwise."""
    prices = {"consum", "price"} <= set(figure.metric) and figure.unit == "%"
    return prices and BASES.isdisjoint(population) and "change" not in population
