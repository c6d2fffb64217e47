"""The figures of a benchmark run and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EMBEDDING_FACTOR, EMBEDDING_SPARE_MS = 2.0, 15.0
"""A question may cost twice its own embedding and 15 ms more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: ours, the one that it is held against, and ours / theirs.

    `against` names what `theirs` is; `target` is in words. None where one has no such figure.
    """

    name: str
    unit: str
    ours: float
    theirs: float | None = None
    against: str = ""
    target: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All rows, and what they were measured on: lines of prose, heaviest imports of a cold ask."""

    rows: Sequence[Row]
    setting: Sequence[str]
    imports: Sequence[tuple[str, float]] = ()
    """(package, milliseconds with all that it imports) of a cold `assistant ask`, slowest first."""


def joined(sheets: Sequence[Sheet]) -> Sheet:
    """All of them on one."""
    return Sheet(
        rows=[row for sheet in sheets for row in sheet.rows],
        setting=[line for sheet in sheets for line in sheet.setting],
        imports=[each for sheet in sheets for each in sheet.imports],
    )


def lines(sheet: Sheet) -> Iterator[str]:
    yield from sheet.setting
    yield ""
    yield f"{'':34} {'ours':>11} {'beside':>11} {'ratio':>7}  beside what; target"
    for row in sheet.rows:
        theirs = "" if row.theirs is None else _number(row.theirs)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        notes = "; ".join(part for part in (row.against, row.target) if part)
        label = f"{row.name}, {row.unit}"
        yield f"{label:34} {_number(row.ours):>11} {theirs:>11} {ratio:>7}  {notes}".rstrip()
    if sheet.imports:
        yield ""
        yield "slowest imports of a cold `assistant ask`, ms: " + ", ".join(
            f"{name} {taken:.0f}" for name, taken in sheet.imports
        )


def sheet_json(sheet: Sheet) -> dict[str, object]:
    return {
        "setting": list(sheet.setting),
        "rows": [
            {
                "name": row.name,
                "unit": row.unit,
                "ours": row.ours,
                "theirs": row.theirs,
                "against": row.against,
                "ratio": row.ratio,
                "target": row.target,
            }
            for row in sheet.rows
        ],
        "imports_ms": dict(sheet.imports),
    }


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"
