"""Sets in BEIR's layout, runs of TREC and the measures over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BadInput
from evals.beir import (
    Query,
    each_query,
    is_set,
    judgements,
    mean,
    read_qrels,
    read_queries,
    trec_lines,
    with_understood,
)
from evals.inputs import judged_file

QRELS = {"a": {"d1": 1}, "b": {"d2": 1, "d3": 1}, "c": {"d4": 1}}
RUNS = {
    "a": [("d9", 3.0), ("d1", 2.0)],
    "b": [("d2", 3.0), ("d9", 2.0), ("d3", 1.0)],
    "c": [],
}
TSV = "query-id\tcorpus-id\tscore\n" + "".join(
    f"{query}\t{document}\t{score}\n"
    for query, scores in QRELS.items()
    for document, score in scores.items()
)


def test_average_precision_at_5() -> None:
    values = each_query("AP@5", ["a", "b", "c"], QRELS, RUNS)
    assert values == pytest.approx({"a": 1 / 2, "b": (1 + 2 / 3) / 2, "c": 0})
    figure = mean("AP@5", values)
    assert (figure.name, figure.cases) == ("MAP@5", 3)
    assert figure.value == pytest.approx(sum(values.values()) / 3, abs=1e-4)


def test_discounted_gain_at_10() -> None:
    assert each_query("nDCG@10", ["a"], QRELS, RUNS)["a"] == pytest.approx(0.63093, abs=1e-5)


def test_a_run_file_is_judged_as_the_run_that_wrote_it(tmp_path: Path) -> None:
    run, qrels = tmp_path / "one.trec", tmp_path / "qrels.tsv"
    run.write_text("\n".join(trec_lines(RUNS)))
    qrels.write_text(TSV)
    figures = {figure.name: figure for figure in judged_file(run, qrels).figures}
    assert set(figures) == {"nDCG@10", "MAP@5", "MRR@10", "R@10", "R@100"}
    assert all(figure.cases == 3 for figure in figures.values())  # "c" found nothing: it counts
    assert figures["MAP@5"].value == pytest.approx(4 / 9, abs=1e-4)
    assert figures["MRR@10"].value == pytest.approx(1 / 2, abs=1e-4)
    assert figures["R@10"].value == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 Q0 d1 1 0.5", "one.trec line 2 is no line of a TREC run"),
        ("q1 Q0 d1 1 high tag", "one.trec line 2 is no line of a TREC run"),
    ],
)
def test_a_line_that_is_no_run_is_named(tmp_path: Path, line: str, message: str) -> None:
    run, qrels = tmp_path / "one.trec", tmp_path / "qrels.tsv"
    run.write_text(f"a Q0 d1 1 0.5 tag\n{line}\n")
    qrels.write_text(TSV)
    with pytest.raises(BadInput, match=message):
        judged_file(run, qrels)


@pytest.mark.parametrize("line", ["q1\td1", "q1\td1\tyes", "q1 d1 1"])
def test_a_line_that_is_no_judgement_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "qrels.tsv").write_text(f"{TSV}{line}\n")
    with pytest.raises(BadInput, match=r"qrels.tsv line 6 is no judgement"):
        read_qrels(tmp_path / "qrels.tsv")


def test_judgements_of_the_test_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / name).write_text("")
    assert not is_set(tmp_path)
    (tmp_path / "qrels").mkdir()
    for name in ("train", "test"):
        (tmp_path / "qrels" / f"{name}.tsv").write_text(TSV.replace("\n", "\r\n"))
    assert is_set(tmp_path)
    chosen = judgements(tmp_path)
    assert chosen == tmp_path / "qrels" / "test.tsv"
    assert read_qrels(chosen) == QRELS


def test_a_query_as_it_is_understood_has_judgements_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    history = '[["user", "Who built the harbour of Dunmere?"], ["agent", "The council."]]'
    file.write_text(f'{{"_id": 7, "text": "and when?", "history": {history}}}')
    (query,) = read_queries(file)
    assert query == Query(
        id="7",
        text="and when?",
        history=(("user", "Who built the harbour of Dunmere?"), ("agent", "The council.")),
    )
    understood = query.understood()
    assert understood.id != query.id
    assert "harbour" in understood.text
    both = with_understood({"7": {"d1": 1}})
    assert both[understood.id] == both["7"] == {"d1": 1}
