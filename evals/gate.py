"""Does a report keep the floors, and what changed between two reports."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInput

FLOORS = Path(__file__).parent / "floors.toml"
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
        below = self.low is not None and value < self.low
        return below or (self.high is not None and value > self.high)


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
    judged = [
        (floor, report[floor.suite].get(floor.figure)) for floor in wanted if floor.suite in report
    ]
    if not judged:
        raise BadInput("the report holds no suite that has a floor; run one of: " + _names(wanted))
    return judged


def lines(judged: list[tuple[Floor, float | None]]) -> Iterator[str]:
    for floor, value in judged:
        word = "MISSED" if floor.missed(value) else "kept"
        shown = "not measured" if value is None else f"{value:.4f}"
        yield f"{word:6}  {floor}, measured {shown}"


def compared(before: Figures, after: Figures) -> Iterator[str]:
    """Every figure of either report, with the difference where both have it."""
    for suite in sorted({*before, *after}):
        old, new = before.get(suite, {}), after.get(suite, {})
        for figure in dict.fromkeys([*old, *new]):
            yield f"{suite:10} {figure:34} {_change(old.get(figure), new.get(figure))}"


def _change(old: float | None, new: float | None) -> str:
    one, other = ("-" if value is None else f"{value:.4f}" for value in (old, new))
    difference = "" if old is None or new is None else f"{new - old:+.4f}"
    return f"{one:>7} -> {other:>7}  {difference}".rstrip()


def _names(wanted: tuple[Floor, ...]) -> str:
    return ", ".join(dict.fromkeys(floor.suite for floor in wanted))
