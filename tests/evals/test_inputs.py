"""What can be brought in: a TREC run, and a newsroom's own questions as the documentation says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.sample_report import provenance, suites

from evals.__main__ import main
from evals.reports import writing
from evals.suites.gold_questions import load

RUN = "q1 Q0 a 1 3.0 mine\nq1 Q0 b 2 2.0 mine\nq2 Q0 c 1 1.0 mine\n"
BEIR = "query-id\tcorpus-id\tscore\nq1\tb\t1\nq2\tc\t1\nq3\td\t1\n"
TREC = "q1 0 b 1\nq2 0 c 1\nq3 0 d 1\n"


@pytest.mark.parametrize("judgements", [BEIR, TREC])
def test_a_run_is_judged_over_every_judged_query(tmp_path: Path, judgements: str) -> None:
    (tmp_path / "mine.trec").write_text(RUN)
    (tmp_path / "qrels").write_text(judgements)
    out = tmp_path / "out"
    arguments = ["--trec", str(tmp_path / "mine.trec"), "--qrels", str(tmp_path / "qrels")]
    assert main(["run", *arguments, "--out", str(out)]) == 0
    suite = json.loads((out / "report.json").read_text())["suites"]["trec"]
    assert suite["figures"]["MRR@10"]["value"] == pytest.approx((0.5 + 1 + 0) / 3, abs=1e-4)
    assert suite["figures"]["R@10"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert suite["data"]["queries judged"] == 3
    assert suite["data"]["queries ranked"] == 2
    assert len((out / "values.jsonl").read_text().splitlines()) == 15


@pytest.mark.parametrize(
    ("run", "qrels", "message"),
    [
        ("q1 a 3.0\n", BEIR, "line 1 is no line of a TREC run"),
        (RUN, "q1 0 b 1\nq1 0 b\n", "line 2 is no judgement"),
        (RUN, "", "holds no judgements"),
        (RUN, "other 0 b 1\n", "are they of one set"),
    ],
)
def test_what_can_not_be_judged_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], run: str, qrels: str, message: str
) -> None:
    (tmp_path / "run").write_text(run)
    (tmp_path / "qrels").write_text(qrels)
    arguments = ["--trec", str(tmp_path / "run"), "--qrels", str(tmp_path / "qrels")]
    assert main(["run", *arguments, "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_without_judgements_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--trec", "x", "--out", str(tmp_path / "out")]) == 2
    assert "--trec needs --qrels" in capsys.readouterr().err


def test_the_question_of_the_documentation_is_one(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "measuring.md").read_text(encoding="utf-8")
    row = page.split("```json\n")[1].split("\n```")[0]
    (tmp_path / "mine.jsonl").write_text(" ".join(row.splitlines()), encoding="utf-8")
    (question,) = load(tmp_path)
    assert question.answerable
    assert question.must_contain == ("1,200",)
    fields = {name for line in page.splitlines() for name in re.findall(r"^\| (`.+?`) \|", line)}
    named = set(re.findall(r"`(\w+)`", " ".join(fields) + "`_id`, `text` `type`, `slice`"))
    assert json.loads(row).keys() <= named


def test_the_files_of_the_documentation_are_those_of_a_report(
    repository: Path, tmp_path: Path
) -> None:
    page = (repository / "docs" / "measuring.md").read_text(encoding="utf-8")
    table = page.split("## What a run writes")[1].split("\n## ")[0]
    named = set(re.findall(r"`([\w.-]+\.(?:html|md|json|jsonl|xml))`", table))
    writing.write(suites(), provenance(), tmp_path)
    assert named >= {file.name for file in tmp_path.iterdir()}
