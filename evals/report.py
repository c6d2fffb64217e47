"""What a run writes: report.json, report.md, a file of cases a suite, and timings.json.

Everything but timings.json is the same, byte for byte, for the same commit, data and settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import BadInput
from evals.figures import Figure
from evals.provenance import Provenance

REPORT = "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One suite's figures, over all of its cases and by slice, and what went wrong.

    `data` names what was measured on, with hashes. `cases` maps a file's name to its rows.
    `findings` are Markdown lines for a person. `seconds` go to timings.json alone.
    """

    name: str
    figures: tuple[Figure, ...]
    data: Mapping[str, str | int]
    slices: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    cases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def write(suites: Sequence[Suite], provenance: Provenance, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    _put(out / REPORT, json.dumps(report_json(suites, provenance), indent=1, ensure_ascii=False))
    _put(out / "report.md", "\n".join(markdown(suites, provenance)))
    for suite in suites:
        for name, lines in suite.cases.items():
            _put(out / name, "\n".join(lines))
    timings = {suite.name: dict(suite.seconds) for suite in suites}
    _put(out / "timings.json", json.dumps(timings, indent=1))


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
            }
            for suite in suites
        },
    }


def read(folder: Path) -> dict[str, dict[str, float | None]]:
    """suite -> figure -> value of a written report. Raises BadInput when there is none."""
    file = folder / REPORT if folder.is_dir() else folder
    try:
        suites = json.loads(file.read_text(encoding="utf-8"))["suites"]
        return {
            name: {figure: each["value"] for figure, each in suite["figures"].items()}
            for name, suite in suites.items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{file} is no report: {error}; make one with `python -m evals run --out {folder}`"
        ) from error


def markdown(suites: Sequence[Suite], provenance: Provenance) -> list[str]:
    lines = ["# Evaluation", "", *_provenance_lines(provenance)]
    for suite in suites:
        data = "; ".join(f"{name} {value}" for name, value in suite.data.items())
        lines += ["", f"## {suite.name}", "", f"Measured on: {data}.", ""]
        lines += table(suite.figures)
        if suite.slices:
            lines += ["", *_slices(suite.slices)]
        if suite.findings:
            lines += ["", *suite.findings]
    return lines


def table(figures: Sequence[Figure]) -> list[str]:
    lines = [
        "| figure | value | 95 % interval | n | what it says |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in figures:
        low_high = "" if each.low is None else f"{each.low:.3f} to {each.high:.3f}"
        lines.append(f"| {each.name} | {_shown(each)} | {low_high} | {each.of:g} | {each.means} |")
    return lines


def _slices(slices: Mapping[str, tuple[Figure, ...]]) -> list[str]:
    """One row a slice, one column a figure that applies to any of them."""
    names = [
        each.name
        for place, each in enumerate(next(iter(slices.values())))
        if any(figures[place].value is not None for figures in slices.values())
    ]
    lines = [f"| slice | {' | '.join(names)} |", "| --- " * (len(names) + 1) + "|"]
    for label, figures in slices.items():
        values = {each.name: _shown(each) for each in figures}
        lines.append(f"| {label} | {' | '.join(values[name] for name in names)} |")
    return lines


def _shown(figure: Figure) -> str:
    if figure.error:
        return f"failed: {figure.error}"
    return "-" if figure.value is None else f"{figure.value:.3f}"


def _figure_json(figure: Figure) -> dict[str, Any]:
    row = asdict(figure)
    del row["name"]
    return row


def _provenance_lines(provenance: Provenance) -> list[str]:
    changed = " with uncommitted changes" if provenance.uncommitted else ""
    return [
        f"Commit {provenance.commit}{changed}, of {provenance.date}.",
        f"Embedding model {provenance.embedding_model} ({provenance.embedding_fingerprint}).",
        "Settings: " + ", ".join(f"{k} {v}" for k, v in provenance.settings.items()) + ".",
        *([f"A slice: {provenance.limit} of each set."] if provenance.limit else []),
    ]


def _put(file: Path, text: str) -> None:
    file.write_text(text + "\n", encoding="utf-8")
