"""Writes a run's folder: the report in each of its forms, the cases, the values and the timings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from evals.provenance import Provenance
from evals.reports import gate, page
from evals.reports.gate import Floor
from evals.reports.junit import junit
from evals.reports.markdown import markdown
from evals.reports.report import REPORT, VALUES, Suite, put, report_json, value_lines

JUNIT = "junit.xml"
MARKDOWN = "report.md"


def write(
    suites: Sequence[Suite],
    provenance: Provenance,
    out: Path,
    floors: Sequence[Floor] | None = None,
) -> None:
    """`floors` are those that ship when not given."""
    floors = gate.floors() if floors is None else floors
    report = report_json(suites, provenance)
    measured = {suite.name: {each.name: each.value for each in suite.figures} for suite in suites}
    out.mkdir(parents=True, exist_ok=True)
    put(out / REPORT, json.dumps(report, indent=1, ensure_ascii=False))
    put(out / MARKDOWN, "\n".join(markdown(suites, provenance, floors)))
    put(out / page.PAGE, page.page(suites, provenance, floors))
    put(out / JUNIT, junit(report, gate.judged(measured, floors)))
    put(out / VALUES, "\n".join(line for suite in suites for line in value_lines(suite)))
    for suite in suites:
        for name, lines in suite.cases.items():
            put(out / name, "\n".join(lines))
    _timings(suites, out)


def _timings(suites: Sequence[Suite], out: Path) -> None:
    """All that differs between two runs."""
    rows = {
        suite.name: {
            **suite.seconds,
            **(
                {"each": {n: list(v) for n, v in suite.latencies.items()}}
                if suite.latencies
                else {}
            ),
        }
        for suite in suites
    }
    put(out / "timings.json", json.dumps(rows, indent=1))
    put(out / page.TIMINGS, page.timings_page(suites))
