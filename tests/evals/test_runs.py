"""Whole runs on a few documents: the same twice, and what the reports and rankings hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.errors import BadInput
from evals.__main__ import main
from evals.baselines import NAMES
from evals.homes import temporary
from evals.reports import writing
from evals.suites import gold_questions
from evals.suites import retrieval as retrieval_suite
from evals.suites.judged import Part
from evals.suites.registry import run_suites

DOCUMENTS = ("fact-checks/ncmec-latest-yearly-number.md", "sources/ncmec-impact-2024.md")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported query encoder is made once for all runs of this file."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def archive(repository: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two documents of the sample archive, and those questions that they answer or nearly do."""
    corpus, gold = tmp_path / "corpus", tmp_path / "gold"
    gold.mkdir()
    for name in DOCUMENTS:
        (corpus / name).parent.mkdir(parents=True)
        shutil.copy(repository / "corpus" / name, corpus / name)
    lines = (gold_questions.GOLD / "missing-children.jsonl").read_text("utf-8").splitlines()
    ids = {Path(name).stem for name in DOCUMENTS}
    kept = [x for x in lines if not (r := json.loads(x))["answerable"] or ids & {*r["documents"]}]
    (gold / "missing-children.jsonl").write_text("\n".join(kept), encoding="utf-8")
    return corpus, gold


def test_two_runs_differ_only_in_their_timings(
    archive: tuple[Path, Path], models: Path, tmp_path: Path
) -> None:
    corpus, gold = archive
    runs = [
        run_suites(["gold"], benchmarks=None, limit=12, models=models, corpus=corpus, gold=gold)
        for _ in range(2)
    ]
    # One provenance for both: somebody may commit to the checkout between the two runs.
    for out, (suites, _) in zip(("one", "two"), runs, strict=True):
        writing.write(suites, runs[0][1], tmp_path / out)
    files = {file.name for file in (tmp_path / "one").iterdir()}
    assert files == {
        *("report.json", "report.md", "latest.html", "junit.xml", "values.jsonl", "replies.jsonl"),
        *("timings.json", "timings.html"),
    }
    for name in (name for name in files if not name.startswith("timings.")):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    _holds_what_was_asked(tmp_path / "one")


def _holds_what_was_asked(out: Path) -> None:
    written = json.loads((out / "report.json").read_text("utf-8"))
    gold = written["suites"]["gold"]
    assert gold["figures"]["verbatim_rate"]["value"] == 1
    assert gold["data"] | {"documents": 2, "questions": 12} == gold["data"]
    assert written["provenance"]["limit"] == 12
    assert written["provenance"]["settings"]["now"] == "2026-11-21"
    rows = [json.loads(line) for line in (out / "replies.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 12
    assert {row["reply"]["kind"] for row in rows} == {"answer", "abstention"}
    assert not [row for row in rows if row["not_verbatim"] or "id" in row["reply"]]
    page = (out / "report.md").read_text("utf-8")
    assert "| hit_rate |" in page
    assert "A slice: 12 of each set." in page


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{}", "mine.jsonl line 1 is no gold question: KeyError"),
        ("not json", "mine.jsonl line 1 is no gold question: JSONDecodeError"),
    ],
)
def test_a_row_that_is_no_question_is_named(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "mine.jsonl").write_text(row)
    with pytest.raises(BadInput, match=message):
        gold_questions.load(tmp_path)


def test_a_folder_without_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no gold questions"):
        gold_questions.load(tmp_path)


def test_a_slice_is_the_same_and_spread() -> None:
    every, some = gold_questions.load(), gold_questions.load(limit=40)
    assert some == gold_questions.load(limit=40)
    assert [question for question in every if question in some] == list(some)
    assert len(some) == 40
    assert {question.answerable for question in some} == {True, False}
    assert len({question.subject for question in some}) > 2
    assert gold_questions.load(limit=10_000) == every


TEXTS = {
    "lamps": "The council of Dunmere counted 1,200 street lamps.",
    "bees": "Bees visit apple blossom in April and May.",
    "trains": "Night trains between Ashford and Carrow were withdrawn.",
}


def public_set(folder: Path) -> Path:
    folder.mkdir(parents=True)
    rows = [{"_id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    queries = [
        {"_id": "q1", "text": "how many lamps are there in Dunmere", "split": "dev"},
        {"_id": "q2", "text": "which insects like apple trees", "split": "dev"},
        {"_id": "q3", "text": "when do trains go", "split": "train"},
        {"_id": "q4", "text": "?!", "split": "dev"},
        {"_id": "q5", "text": "nobody judged this", "split": "dev"},
    ]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\tlamps\t1\nq2\tbees\t1\nq3\ttrains\t1\nq4\ttrains\t1\n"
    )
    return folder.parent


def test_a_public_set_goes_through_ingest_and_search(models: Path, tmp_path: Path) -> None:
    part = Part(folder="tiny", part="dev", measure="AP@5", split="dev")
    benchmarks = public_set(tmp_path / "public" / "tiny")
    with temporary(models) as homes:
        suite = retrieval_suite.run(homes, benchmarks, parts=[part])
    (figure,) = suite.figures
    assert figure.value == pytest.approx(2 / 3, abs=1e-4)  # a query without a word finds nothing
    first = {line.split()[0]: line.split()[2] for line in reversed(suite.cases["tiny.trec"])}
    assert first == {"q1": "lamps", "q2": "bees"}


def test_each_figure_stands_beside_its_baselines(models: Path, tmp_path: Path) -> None:
    part = Part(folder="tiny", part="dev", measure="AP@5", split="dev")
    with temporary(models) as homes:
        suite = retrieval_suite.run(homes, public_set(tmp_path / "tiny"), parts=[part])
    (figure,) = suite.figures
    assert suite.values == {figure.name: {"tiny:q1": 1.0, "tiny:q2": 1.0, "tiny:q4": 0.0}}
    beside = {each.beside: each for each in suite.differences}
    assert tuple(beside) == NAMES
    assert all(each.ours == figure.value for each in beside.values())
    assert beside["BM25 alone"].theirs == pytest.approx(2 / 3, abs=1e-4)
    (group,) = suite.pictures[0].bars
    assert (group[0], [bar.name for bar in group[1]]) == (figure.name, ["this assistant", *NAMES])
    (worst,) = suite.worst
    assert (worst.case, worst.asked) == ("tiny:q4", "?!")


def test_any_other_set_is_measured_too(models: Path, tmp_path: Path) -> None:
    folder = public_set(tmp_path / "of-ours").joinpath("of-ours")
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    with (folder / "corpus.jsonl").open("a") as corpus:
        corpus.write('\n{"_id": "empty", "title": "", "text": " "}')
    with temporary(models) as homes:
        suite = retrieval_suite.run(homes, tmp_path)
    assert [figure.name for figure in suite.figures] == ["of-ours all nDCG@10", "of-ours all MAP@5"]
    assert {figure.cases for figure in suite.figures} == {4}


def test_no_public_set_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--suite", "retrieval", "--benchmarks", str(tmp_path), "--out", "x"]) == 2
    assert "holds none of" in capsys.readouterr().err


def test_the_sets_that_are_at_hand(shared: Path, models: Path) -> None:
    suites, _ = run_suites(
        ["volatility"], benchmarks=shared / "benchmarks", limit=60, models=models
    )
    share = suites[0].figures[0].value
    assert share is not None
    assert share > 0.7
    assert len(suites[0].cases["volatility.jsonl"]) == 60
