"""How the periods of two figures stand to each other: the same, one after the other, or neither."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from assistant.types import Figure

_EVENTS = frozenset(("vote", "elect", "referendum", "census", "poll", "cast", "ballot"))
"""Of an event its date is given as a day, a month or a year."""

ROLLING = "rolling"
"""Stands among what narrows a figure of twelve months that end with some month."""

Times = Literal["same", "later", "earlier", "unknown", "no"]


def times(one: Figure, other: Figure) -> Times:
    a, b = _bounds(one), _bounds(other)
    if a is None or b is None:
        return "unknown"
    if a == b:
        return "same"
    if _event(one) and _event(other):
        return _of_events(a, b)
    running = {"to-date"} & {*one.population, *other.population}
    if a[0] == b[0] and (running or _running(a, b)):
        return "later" if b[1] > a[1] else "earlier"
    rolling = {ROLLING} & {*one.population} & {*other.population}
    if not rolling and _class(*a) != _class(*b):
        return "no"
    return "later" if b[1] > a[1] else "earlier"


def _bounds(figure: Figure) -> tuple[date, date] | None:
    if figure.period_first is None or figure.period_last is None:
        return None
    return figure.period_first, figure.period_last


def _event(figure: Figure) -> bool:
    return bool(_EVENTS & {*figure.metric, figure.unit})


def _of_events(a: tuple[date, date], b: tuple[date, date]) -> Times:
    if a[0] <= b[1] and b[0] <= a[1]:
        return "same"
    return "later" if b[0] > a[1] else "earlier"


def _running(a: tuple[date, date], b: tuple[date, date]) -> bool:
    """Counts from the same day on, one of them still running when it was given."""
    return any(_class(*each) == "to-date" for each in (a, b))


@lru_cache(maxsize=4096)
def _class(first: date, last: date) -> str:
    """What kind of period it is: only periods of one kind follow each other."""
    if first == last:
        return "day"
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return "to-date" if (first.month, first.day) == (1, 1) else "days"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months == 12:
        return f"year from month {first.month}"
    return f"{months} months"
