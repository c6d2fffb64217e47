"""Floors that are kept, missed, and not measured; and what the command line says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import BadInput
from evals.__main__ import main
from evals.reports import gate
from evals.reports.gate import Floor

KEPT = {
    "hit_rate": 0.9,
    "abstention_recall": 0.95,
    "false_abstention": 0.08,
    "near_miss_false_answers": 0.08,
    "freshness_accuracy": 0.95,
    "verbatim_rate": 1.0,
}


def report(folder: Path, **figures: float | None) -> Path:
    folder.mkdir()
    rows = {name: {"value": value} for name, value in (KEPT | figures).items()}
    (folder / "report.json").write_text(json.dumps({"suites": {"gold": {"figures": rows}}}))
    return folder


def test_a_report_on_its_floors_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", str(report(tmp_path / "r"))]) == 0
    assert capsys.readouterr().out.count("kept") == 6


@pytest.mark.parametrize(
    "missed",
    [
        {"hit_rate": 0.8999},
        {"false_abstention": 0.081},
        {"verbatim_rate": 0.9999},
        {"hit_rate": None},
    ],
)
def test_one_missed_floor_is_exit_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], missed: dict[str, float | None]
) -> None:
    assert main(["gate", str(report(tmp_path / "r", **missed))]) == 4
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("MISSED")] == [
        line for line in out.splitlines() if next(iter(missed)) in line
    ]


def test_a_folder_without_a_report_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", str(tmp_path)]) == 2
    assert "report.json is no report" in capsys.readouterr().err


def test_a_report_of_nothing_with_a_floor_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"suites": {"mine": {"figures": {}}}}')
    assert main(["gate", str(tmp_path)]) == 2


def test_a_broken_file_of_floors_is_named(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    file.write_text("[gold]\nhit_rate = 3")
    with pytest.raises(BadInput, match="holds no floors"):
        gate.floors(file)


def test_the_floors_that_ship() -> None:
    wanted = {(floor.suite, floor.figure): floor for floor in gate.floors()}
    assert wanted["gold", "verbatim_rate"] == Floor(suite="gold", figure="verbatim_rate", low=1.0)
    assert wanted["gold", "false_abstention"].high == 0.08
    assert wanted["retrieval", "checkthat22_2a dev MAP@5"].low == 0.95
    assert wanted["volatility", "weighted_f1"].low == 0.84


def test_compare_shows_every_figure_of_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = report(tmp_path / "a"), report(tmp_path / "b", hit_rate=0.95, extra=0.5)
    assert main(["compare", str(before), str(after)]) == 0
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["hit_rate"].endswith("0.9000 ->  0.9500  +0.0500")
    assert lines["extra"].endswith("- ->  0.5000")


def test_a_limit_is_a_whole_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["run", "--all", "--out", "x", "--limit", "0"])
    assert leaving.value.code == 2
    assert "not a whole number from 1" in capsys.readouterr().err


def test_a_suite_on_public_sets_needs_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--suite", "volatility", "--out", str(tmp_path / "r")]) == 2
    assert "--benchmarks DIR" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
