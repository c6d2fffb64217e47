"""Two runs compared case by case: what is shown to differ, what is not, and what else differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.sample_report import HOSTILE, provenance, suites

from evals.__main__ import main
from evals.reports import writing


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    writing.write(suites(), provenance(), before)
    writing.write(suites(shift=1.0), provenance(commit="f" * 40), after)
    return before, after


def compared(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> dict[tuple[str, str, str], dict]:  # type: ignore[type-arg]
    assert main(["compare", *arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["figures"]
    return {(row["suite"], row["slice"], row["figure"]): row for row in rows}


def test_a_gain_in_every_case_is_shown(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(capsys, *map(str, runs))
    row = found["gold", "", "hit_rate"]
    assert (row["before"], row["after"], row["difference"]) == (0.725, 1.0, 0.275)
    assert 0 < row["low"] < 0.275 < row["high"] < 1
    assert (row["verdict"], row["cases"]) == ("better", 40)
    back = compared(capsys, *map(str, runs[::-1]))
    assert back["gold", "", "hit_rate"]["verdict"] == "worse"
    assert found["gold", HOSTILE, "hit_rate"]["cases"] == 20
    assert found["gold", "spoken", "hit_rate"]["cases"] == 20


def test_the_same_run_shows_no_difference(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(capsys, str(runs[0]), str(runs[0]))
    paired = [row for row in found.values() if row["low"] is not None]
    assert len(paired) == 5
    assert {row["verdict"] for row in paired} == {"no difference shown"}
    assert {row["difference"] for row in paired} == {0}
    assert found["gold", "", "false_abstention"]["verdict"] == "not compared case by case"


def test_markdown_names_what_changed_before_it_folds_the_rest(
    runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *map(str, runs), "--markdown"]) == 0
    told, folded = capsys.readouterr().out.split("<details>")
    assert "From `0123456789ab` to `ffffffffffff`." in told
    assert "| gold | hit_rate | 0.725 | 1.000 | +0.275 |" in told
    assert "5 figures were compared case by case" in told
    assert "retrieval" not in told
    assert "<script" not in folded
    assert folded.count("| retrieval | tiny") == 2


def test_other_data_and_settings_are_warned_of(
    tmp_path: Path, runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    other = provenance(settings={"now": "2027-01-01", "chat_model": None}, limit=9)
    changed = suites()
    changed[0].data["questions_sha256"] = "other"  # type: ignore[index]
    writing.write(changed, other, tmp_path)
    assert main(["compare", str(runs[0]), str(tmp_path)]) == 0
    warned = capsys.readouterr().err.splitlines()
    assert warned == [
        "mind: gold was measured on other data: questions_sha256 abc -> other",
        "mind: the runs differ: limit None -> 9",
        "mind: the settings differ: now 2026-11-21 -> 2027-01-01",
    ]


def test_cases_of_only_one_run_are_left_out(
    tmp_path: Path, runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (runs[1] / "values.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "values.jsonl").write_text("\n".join(lines[:10]), encoding="utf-8")
    (tmp_path / "report.json").write_bytes((runs[1] / "report.json").read_bytes())
    found = compared(capsys, str(runs[0]), str(tmp_path))
    assert found["gold", "", "hit_rate"]["cases"] == 10


def test_a_broken_row_of_values_is_named(
    tmp_path: Path, runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.json").write_bytes((runs[1] / "report.json").read_bytes())
    (tmp_path / "values.jsonl").write_text('{"suite": "gold"}\n')
    assert main(["compare", str(runs[0]), str(tmp_path)]) == 2
    assert "values.jsonl line 1 is no value of a case" in capsys.readouterr().err
