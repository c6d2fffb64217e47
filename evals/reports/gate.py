"""Does a report keep the floors: what is asked of each figure, and what was measured."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInput

FLOORS = Path(__file__).parent.parent / "floors.toml"
Figures = Mapping[str, Mapping[str, float | None]]
"""suite -> figure -> value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A bound of one figure of one suite: at least `low`, at most `high`."""

    suite: str
    figure: str
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        bound = f"at least {self.low:g}" if self.low is not None else f"at most {self.high:g}"
        return f"{self.suite} {self.figure}: {bound}"

    def missed(self, value: float | None) -> bool:
        """A figure that was not measured keeps no floor."""
        if value is None:
            return True
        return self.short_by(value) > 0

    def short_by(self, value: float) -> float:
        """How far a value is from the bound, on its wrong side; 0 when it keeps it."""
        below = 0.0 if self.low is None else self.low - value
        above = 0.0 if self.high is None else value - self.high
        return max(below, above, 0.0)


def floors(file: Path = FLOORS) -> tuple[Floor, ...]:
    """Raises BadInput for a file that is no table of floors."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        return tuple(
            Floor(
                suite=suite, figure=figure, low=bound.pop("min", None), high=bound.pop("max", None)
            )
            for suite, table in tables.items()
            for figure, bound in table.items()
        )
    except (OSError, ValueError, AttributeError) as error:
        raise BadInput(f"{file} holds no floors: {error}") from error


def judge(report: Figures, wanted: tuple[Floor, ...]) -> list[tuple[Floor, float | None]]:
    """The floors of the suites that the report holds, each with what was measured.

    Raises BadInput for a report without any suite that has floors.
    """
    found = judged(report, wanted)
    if not found:
        raise BadInput("the report holds no suite that has a floor; run one of: " + _names(wanted))
    return found


def judged(report: Figures, wanted: Sequence[Floor]) -> list[tuple[Floor, float | None]]:
    """The same; empty for a report without any suite that has floors."""
    return [
        (floor, report[floor.suite].get(floor.figure)) for floor in wanted if floor.suite in report
    ]


def lines(found: list[tuple[Floor, float | None]]) -> Iterator[str]:
    for floor, value in found:
        missed = floor.missed(value)
        word = "MISSED" if missed else "kept"
        shown = "not measured" if value is None else f"measured {value:.4f}"
        short = f", {floor.short_by(value):.4f} short" if missed and value is not None else ""
        yield f"{word:6}  {floor}, {shown}{short}"


def _names(wanted: tuple[Floor, ...]) -> str:
    return ", ".join(dict.fromkeys(floor.suite for floor in wanted))
