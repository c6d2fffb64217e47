"""The summary of a run: the figures that have a floor, with interval and commit, for the README."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import BadInput
from evals.figures import Figure
from evals.provenance import REPOSITORY, Provenance
from evals.reports.gate import Floor
from evals.reports.report import Suite
from evals.reports.text import cell, interval, number

SUMMARY = REPOSITORY / "evals" / "summary.json"
MARK = (
    "<!-- summary: written from evals/summary.json, see docs/measuring.md; a test compares them -->"
)
END = "<!-- /summary -->"
_FIRST = 3
"""Figures that stand for a suite without floors."""


def headline(suite: Suite, floors: Sequence[Floor]) -> list[tuple[Figure, Floor | None]]:
    """The figures of a suite that something is asked of, else its first few."""
    asked = {floor.figure: floor for floor in floors if floor.suite == suite.name}
    named = [figure for figure in suite.figures if figure.name in asked]
    return [(each, asked.get(each.name)) for each in named or suite.figures[:_FIRST]]


def summary(
    suites: Sequence[Suite], provenance: Provenance, floors: Sequence[Floor]
) -> dict[str, Any]:
    return {
        "commit": provenance.commit,
        "date": provenance.date,
        "uncommitted": provenance.uncommitted,
        "limit": provenance.limit,
        "rows": [
            {
                "suite": suite.name,
                "figure": figure.name,
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "cases": figure.cases,
                "floor": None if floor is None else bound(floor),
            }
            for suite in suites
            for figure, floor in headline(suite, floors)
        ],
    }


def bound(floor: Floor) -> str:
    return f"≥ {floor.low:g}" if floor.low is not None else f"≤ {floor.high:g}"


def read(file: Path = SUMMARY) -> Mapping[str, Any]:
    """Raises BadInput for a file that is no summary."""
    try:
        held: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _ = [row["figure"] for row in held["rows"]]
        return held
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{file} is no summary: {error}; `python -m evals run --all --summary {file}` writes it"
        ) from error


def table(held: Mapping[str, Any]) -> str:
    """The summary as a table of Markdown, and a sentence that says where it comes from."""
    lines = [
        "| suite | figure | value | 95 % interval | cases | floor |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    shown = ""
    for row in held["rows"]:
        suite = "" if row["suite"] == shown else cell(row["suite"])
        shown = row["suite"]
        lines.append(
            f"| {suite} | {cell(row['figure'])} | {number(row['value'])} "
            f"| {interval(row['low'], row['high'])} | {row['cases']} | {row['floor'] or ''} |"
        )
    return "\n".join([*lines, "", _origin(held)])


def _origin(held: Mapping[str, Any]) -> str:
    changed = " with uncommitted changes" if held["uncommitted"] else ""
    part = f"; a slice, {held['limit']} cases of each set" if held["limit"] else ""
    return f"Measured at commit `{held['commit'][:12]}` of {held['date'][:10]}{changed}{part}."
