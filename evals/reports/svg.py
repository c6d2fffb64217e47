"""A picture as inline SVG: lines over two axes, or rows of values with their intervals.

Drawn 360 units wide, so that it is readable unscaled on a telephone. Colours are classes of the
page's style; every line has a mark of its own, so that nothing is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from evals.reports.pictures import Bar, Line, Picture, Point
from evals.reports.text import number, plain

WIDTH = 360
_LEFT, _RIGHT, _TOP, _PLOT = 46, 14, 10, 220
_NAMES, _VALUES, _ROW, _HEAD = 148, 52, 20, 24
_MARKS = 6
"""Marks on a line; the others of its points are in the table."""
_MOST = 240
"""Points that are drawn of a line: more can't be told apart."""
_SERIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From `low` to `high` with `ticks`, drawn from `start` to `end` (units of the drawing)."""

    low: float
    high: float
    ticks: tuple[float, ...]
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)


def svg(picture: Picture, prefix: str = "") -> str:
    """The drawing with title and description; `prefix` keeps its ids apart from other pages'."""
    height = _lines_height(picture) if picture.lines else _bars_height(picture)
    name = f"{prefix}{picture.name}"
    root = Element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {height}",
            "role": "img",
            "aria-labelledby": f"{_id(name)}-t {_id(name)}-d",
            "class": "picture",
        },
    )
    SubElement(root, "title", id=f"{_id(name)}-t").text = plain(picture.title)
    SubElement(root, "desc", id=f"{_id(name)}-d").text = described(picture)
    if picture.lines:
        _draw_lines(root, picture)
    else:
        _draw_bars(root, picture)
    return tostring(root, "unicode")


def described(picture: Picture) -> str:
    """What a reader who does not see it is told: the axes and what is on them."""
    if picture.lines:
        names = ", ".join(plain(line.name) for line in picture.lines)
        return f"Lines over {plain(picture.x)} and {plain(picture.y)}: {names}. A table follows."
    groups = ", ".join(plain(group) for group, _ in picture.bars)
    return f"{plain(picture.x) or 'Values'} with intervals, by {groups}. A table follows."


# --- lines ----------------------------------------------------------------------------------------


def _lines_height(picture: Picture) -> int:
    return _TOP + _PLOT + 48 + 18 * len(picture.lines)


def _draw_lines(root: Element, picture: Picture) -> None:
    points = [point for line in picture.lines for point in line.points]
    x = axis([p[0] for p in points], _LEFT, WIDTH - _RIGHT)
    y = axis([p[1] for p in points], _TOP + _PLOT, _TOP)
    _grid(root, x, y)
    bottom = _TOP + _PLOT
    _text(root, (_LEFT + WIDTH - _RIGHT) / 2, bottom + 32, picture.x, "axis", "middle")
    up = _text(root, 0, 0, picture.y, "axis", "middle")
    up.set("transform", f"translate(11 {_TOP + _PLOT / 2:g}) rotate(-90)")
    for place, line in enumerate(picture.lines):
        _draw_line(root, line, place, x, y)
        _legend(root, line, place, bottom + 50 + 18 * place)


def _draw_line(root: Element, line: Line, place: int, x: Axis, y: Axis) -> None:
    drawn = [(x.at(px), y.at(py)) for px, py in thinned(line.points, _MOST)]
    if not drawn:
        return
    path = " ".join(f"{px:g},{py:g}" for px, py in drawn)
    SubElement(root, "polyline", {"points": path, "class": _line_class(line, place)})
    if not line.dashed:
        for px, py in thinned(drawn, _MARKS):
            _mark(root, place, px, py)


def _legend(root: Element, line: Line, place: int, at: float) -> None:
    ends = {"x1": str(_LEFT), "x2": str(_LEFT + 26), "y1": f"{at:g}", "y2": f"{at:g}"}
    SubElement(root, "line", {**ends, "class": _line_class(line, place)})
    if not line.dashed:
        _mark(root, place, _LEFT + 13, at)
    _text(root, _LEFT + 34, at + 4, _short(line.name, 40), "legend")


def _line_class(line: Line, place: int) -> str:
    return "line reference" if line.dashed else f"line s{place % _SERIES}"


def _mark(root: Element, place: int, x: float, y: float) -> None:
    """A circle, square, diamond or triangle, so that lines are told apart without colour."""
    style = f"mark s{place % _SERIES}"
    if place % 4 == 0:
        SubElement(root, "circle", {"cx": f"{x:g}", "cy": f"{y:g}", "r": "3.5", "class": style})
        return
    corners = (
        ((-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)),
        ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)),
        ((0, -4.4), (4.2, 3.4), (-4.2, 3.4)),
    )[place % 4 - 1]
    path = " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in corners)
    SubElement(root, "polygon", {"points": path, "class": style})


def _grid(root: Element, x: Axis, y: Axis) -> None:
    for tick in y.ticks:
        at = y.at(tick)
        _rule(root, (_LEFT, at), (WIDTH - _RIGHT, at), "grid")
        _text(root, _LEFT - 6, at + 4, _tick(tick), "tick", "end")
    for tick in x.ticks:
        at = x.at(tick)
        _rule(root, (at, _TOP), (at, _TOP + _PLOT), "grid")
        _text(root, at, _TOP + _PLOT + 16, _tick(tick), "tick", "middle")
    _rule(root, (_LEFT, _TOP + _PLOT), (WIDTH - _RIGHT, _TOP + _PLOT), "frame")
    _rule(root, (_LEFT, _TOP), (_LEFT, _TOP + _PLOT), "frame")


# --- rows of values -------------------------------------------------------------------------------


def _bars_height(picture: Picture) -> int:
    rows = sum(len(bars) for _, bars in picture.bars)
    return _HEAD * len(picture.bars) + _ROW * rows + 40


def _draw_bars(root: Element, picture: Picture) -> None:
    """A dot with its interval in each row: the axis need not begin at 0, as a bar's would."""
    bars = [bar for _, group in picture.bars for bar in group]
    ends = [e for bar in bars for e in (bar.value, bar.low, bar.high) if e is not None]
    x = axis(ends, _NAMES, WIDTH - _VALUES, most=4)
    bottom = _bars_height(picture) - 36
    for tick in x.ticks:
        _rule(root, (x.at(tick), 6), (x.at(tick), bottom), "grid")
        _text(root, x.at(tick), bottom + 15, _tick(tick), "tick", "middle")
    _text(root, (_NAMES + WIDTH - _VALUES) / 2, bottom + 31, picture.x, "axis", "middle")
    y = 0.0
    for group, rows in picture.bars:
        y += _HEAD
        _text(root, 2, y - 5, _short(group, 56), "group")
        for place, bar in enumerate(rows):
            _row(root, bar, x, y + _ROW / 2, first=place == 0)
            y += _ROW


def _row(root: Element, bar: Bar, x: Axis, y: float, *, first: bool) -> None:
    kind = "first" if first else "other"
    name = _text(root, _NAMES - 8, y + 4, _short(bar.name, 20), f"name {kind}", "end")
    if name.text != plain(bar.name):
        SubElement(name, "title").text = plain(bar.name)
    if bar.low is not None and bar.high is not None:
        _rule(root, (x.at(bar.low), y), (x.at(bar.high), y), f"whisker {kind}")
    at = {"cx": f"{x.at(bar.value):g}", "cy": f"{y:g}", "r": "4.5"}
    SubElement(root, "circle", {**at, "class": f"dot {kind}"})
    _text(root, WIDTH - 2, y + 4, number(bar.value), f"value {kind}", "end")


# --- axes and words -------------------------------------------------------------------------------


def axis(values: Sequence[float], start: float, end: float, most: int = 6) -> Axis:
    """An axis with round ticks that holds every value; shares that spread start at 0."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low >= 0 and (low < 0.4 * high or high == 0):
        low = 0.0
    if high - low <= 1e-9 * max(1.0, abs(low), abs(high)):
        low, high = (0.0, 1.0) if abs(high) < 1e-9 else (low - 0.5, high + 0.5)
    step = _step((high - low) / (most - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(float(f"{place * step:.10g}") for place in range(first, last + 1))
    return Axis(low=ticks[0], high=ticks[-1], ticks=ticks, start=start, end=end)


def _step(least: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`."""
    scale = 10.0 ** math.floor(math.log10(least))
    return next(f * scale for f in (1, 2, 2.5, 5, 10) if f * scale >= least * (1 - 1e-9))


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most so many, evenly spread by their place; the first and the last stay."""
    if len(points) <= most:
        return list(points)
    places = dict.fromkeys(round(i * (len(points) - 1) / (most - 1)) for i in range(most))
    return [points[place] for place in places]


def _tick(value: float) -> str:
    return f"{value:,.10g}"


def _rule(root: Element, one: Point, other: Point, style: str) -> None:
    ends: Iterable[tuple[str, float]] = zip(("x1", "y1", "x2", "y2"), (*one, *other), strict=True)
    SubElement(root, "line", {**{name: f"{v:g}" for name, v in ends}, "class": style})


def _text(
    root: Element, x: float, y: float, words: str, style: str, anchor: str = "start"
) -> Element:
    at = {"x": f"{x:g}", "y": f"{y:g}", "class": style, "text-anchor": anchor}
    element = SubElement(root, "text", at)
    element.text = plain(words)
    return element


def _short(text: str, longest: int) -> str:
    return plain(text, longest)


def _id(name: str) -> str:
    return "p-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in name)
