"""The pictures of a report as values: lines and bars with their axes, drawn by whoever renders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One named line of a picture: (x, y) in the order of x. `dashed`: a reference, no result."""

    name: str
    points: tuple[Point, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, with its 95 % interval where it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Lines over two axes, or groups of bars (group -> bars). `name` is its file's name."""

    name: str
    title: str
    x: str
    y: str
    lines: tuple[Line, ...] = ()
    bars: tuple[tuple[str, tuple[Bar, ...]], ...] = ()


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> tuple[Point, ...]:
    """(coverage, risk) as the bar is lowered: the most confident cases first.

    Coverage is the share that is answered, risk the share of those that is wrong (El-Yaniv and
    Wiener, JMLR 11, 2010). Ties are taken together.
    """
    order = sorted(range(len(confidence)), key=lambda i: -confidence[i])
    points: list[Point] = []
    errors = 0
    for place, i in enumerate(order, start=1):
        errors += wrong[i]
        last = place == len(order)
        if last or confidence[order[place]] != confidence[i]:
            points.append((round(place / len(order), 4), round(errors / place, 4)))
    return tuple(points)


def reliability(
    probability: Sequence[float], true: Sequence[bool], bins: int = 10
) -> tuple[Point, ...]:
    """(mean probability, share that is true) of equally wide bins that hold a case."""
    held: dict[int, list[int]] = {}
    for i, p in enumerate(probability):
        held.setdefault(min(int(p * bins), bins - 1), []).append(i)
    return tuple(
        (
            round(sum(probability[i] for i in cases) / len(cases), 4),
            round(sum(true[i] for i in cases) / len(cases), 4),
        )
        for _, cases in sorted(held.items())
    )
