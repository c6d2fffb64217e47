"""Which way a figure is good, higher, lower or neither: a floor says it, else its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from evals.reports.gate import Floor

Better = Literal["higher", "lower", "neither"]

# Before a word of these the figure counts something that goes wrong.
_LOWER = re.compile(
    r"\b(?:false|risk|ece|brier|errors?|wrong|failed|failures?|vetoed|obeyed|executed|missed|"
    r"fabricated|unsupported|repeated|undecided|calibration)\b"
)
_NEITHER = re.compile(r"\b(?:per answer|per reply|threshold|prevalence|share of)\b")
# These count what goes right, whatever else their name holds.
_HIGHER = re.compile(r"\b(?:refused|at risk|coverage|accuracy|recall|precision|right|auroc)\b")


def better(suite: str, figure: str, floors: Iterable[Floor] = ()) -> Better:
    for floor in floors:
        if (floor.suite, floor.figure) == (suite, figure):
            return "higher" if floor.low is not None else "lower"
    words = re.sub(r"[_\W]+", " ", figure.casefold())
    if _NEITHER.search(words):
        return "neither"
    if _HIGHER.search(words):
        return "higher"
    return "lower" if _LOWER.search(words) else "higher"


def verdict(low: float, high: float, way: Better) -> str:
    """What an interval of a difference shows: it does not hold 0, or nothing is shown."""
    if low <= 0 <= high:
        return "no difference shown"
    if way == "neither":
        return "higher" if low > 0 else "lower"
    return "better" if (low > 0) == (way == "higher") else "worse"
