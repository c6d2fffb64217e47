"""The summary of a run: what it holds, and that the README shows the one that is committed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.readme import written
from support.sample_report import provenance, suites

from assistant.errors import BadInput
from evals.reports import summary
from evals.reports.gate import Floor

FLOORS = (Floor(suite="gold", figure="hit_rate", low=0.9),)


def test_the_readme_shows_the_summary_that_is_committed(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    shown = readme.split(summary.MARK)[1].split(summary.END)[0]
    assert shown.strip() == summary.table(summary.read())


def test_the_readme_is_written_from_the_summary(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    before, rest = readme.split(summary.MARK)
    after = rest.split(summary.END)[1]
    empty = f"{before}{summary.MARK}\n| old |\n{summary.END}{after}"
    assert summary.table(summary.read()) in written(empty)


def test_a_summary_holds_what_something_is_asked_of() -> None:
    held = summary.summary(suites(), provenance(), FLOORS)
    assert held["commit"] == "0123456789abcdef0123456789abcdef01234567"
    assert [(row["suite"], row["figure"]) for row in held["rows"]] == [
        ("gold", "hit_rate"),
        # Nothing is asked of the other suite: its first figures stand for it.
        ("retrieval", "tiny dev MAP@5"),
        ("retrieval", "tiny all nDCG@10"),
    ]
    lines = summary.table(held).splitlines()
    assert lines[2] == "| gold | hit_rate | 0.725 | 0.572 to 0.839 | 40 | ≥ 0.9 |"
    assert lines[4].startswith("|  | tiny all nDCG@10 | 0.900 |")
    assert lines[-1] == "Measured at commit `0123456789ab` of 2026-11-21."


def test_a_summary_of_a_slice_or_of_changes_says_so() -> None:
    held = summary.summary(suites(), provenance(uncommitted=True, limit=7), FLOORS)
    last = summary.table(held).splitlines()[-1]
    assert last.endswith("with uncommitted changes; a slice, 7 cases of each set.")


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"rows": [{}]})])
def test_a_file_that_is_no_summary_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(BadInput, match="is no summary"):
        summary.read(tmp_path / "s.json")
