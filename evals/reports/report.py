"""What a run writes into its folder; all but the files named timings.* is the same in every run.

For the same commit, data and settings every other file is the same, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import BadInput
from evals.figures import Difference, Figure
from evals.provenance import Provenance
from evals.reports.pictures import Picture

REPORT = "report.json"
VALUES = "values.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """A case that went wrong, in words: what was asked, what came, and what should have come."""

    case: str
    asked: str
    came: str
    wanted: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One suite's figures, over all of its cases and by slice, and what went wrong.

    `data` names what was measured on, with hashes. `cases` maps a file's name to its rows.
    `values` has what each case gave to a figure (figure -> case -> value), so that two runs can be
    compared case by case, `members` the cases of a slice (slice -> cases), so that this can be done
    by slice; `differences` are such comparisons with a baseline of the same run. `worst` are the
    cases to read first. `findings` are Markdown lines for a person. `seconds` (what -> how long)
    and `latencies` (what -> each one's seconds) go to timings.* alone.
    """

    name: str
    figures: tuple[Figure, ...]
    data: Mapping[str, str | int]
    slices: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    cases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    pictures: tuple[Picture, ...] = ()
    worst: tuple[Worst, ...] = ()
    findings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    latencies: Mapping[str, Sequence[float]] = field(default_factory=dict)


def report_json(suites: Sequence[Suite], provenance: Provenance) -> dict[str, Any]:
    return {
        "provenance": asdict(provenance),
        "suites": {
            suite.name: {
                "data": dict(suite.data),
                "figures": {each.name: _figure_json(each) for each in suite.figures},
                "slices": {
                    label: {each.name: _figure_json(each) for each in figures}
                    for label, figures in suite.slices.items()
                },
                "differences": [asdict(each) for each in suite.differences],
                "worst": [asdict(each) for each in suite.worst],
            }
            for suite in suites
        },
    }


def _figure_json(figure: Figure) -> dict[str, Any]:
    row = asdict(figure)
    del row["name"]
    return row


def value_lines(suite: Suite) -> Iterator[str]:
    """A row for what each case gave to each figure, with the slices that the case belongs to."""
    slices: dict[str, list[str]] = {}
    for label, cases in suite.members.items():
        for case in cases:
            slices.setdefault(case, []).append(label)
    for figure, values in suite.values.items():
        for case, value in values.items():
            row: dict[str, Any] = {"suite": suite.name, "figure": figure, "case": case}
            row |= {"value": round(float(value), 6)}
            if case in slices:
                row["slices"] = slices[case]
            yield json.dumps(row, ensure_ascii=False)


def loaded(folder: Path) -> dict[str, Any]:
    """A written report as it is. Raises BadInput when there is none."""
    file = folder / REPORT if folder.is_dir() else folder
    try:
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        for suite in report["suites"].values():
            for figure in suite["figures"].values():
                _ = figure["value"]
        return report
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{file} is no report: {error}; make one with `python -m evals run --out {folder}`"
        ) from error


def read(folder: Path) -> dict[str, dict[str, float | None]]:
    """suite -> figure -> value of a written report. Raises BadInput when there is none."""
    return {
        name: {figure: each["value"] for figure, each in suite["figures"].items()}
        for name, suite in loaded(folder)["suites"].items()
    }


def put(file: Path, text: str) -> None:
    """Writes a text and its last line end; half a surrogate pair becomes its JSON escape."""
    file.write_bytes((text + "\n").encode("utf-8", "backslashreplace"))
