"""The suite of choosing sentences on a set of three questions written for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.sentences.choosing import SentenceVectors
from assistant.ports import Vectors
from assistant.types import Span
from evals.suites import sentences
from evals.suites.sentences import ALONE, BARE, F1, FIRST, NEAREST_3

Row = dict[str, object]
TEXT = "Lamps line the quay . They were lit by gas until 1954 . Bees live in the park ."
PARTS = ["Lamps line the quay .", "They were lit by gas until 1954 .", "Bees live in the park ."]


@pytest.fixture
def benchmarks(tmp_path: Path) -> Path:
    passage: Row = {"_id": "p", "title": "Quay", "text": TEXT}
    write(
        tmp_path / "clapnq",
        [{**passage, "sentences": PARTS}],
        [
            {"_id": "1", "text": "How were lamps lit?", "answerable": True, "paired_passage": "p",
             "selected_sentences": PARTS[:2]},
            {"_id": "2", "text": "Who built it?", "answerable": False, "paired_passage": "p"},
        ],
    )  # fmt: skip
    write(
        tmp_path / "squad2",
        [passage],
        [
            {"_id": "3", "text": "Where do bees live?", "answerable": True, "answers": ["the park"],
             "paired_passage": "p"},
            {"_id": "4", "text": "Where is it?", "answerable": True, "answers": ["not in there"],
             "paired_passage": "p"},
        ],
    )  # fmt: skip
    return tmp_path


def write(folder: Path, corpus: list[Row], queries: list[Row]) -> None:
    folder.mkdir()
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "\n".join(json.dumps(row) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def embed(texts: Sequence[str]) -> Vectors:
    """How near a text is to bees, to lamps and to neither."""
    rows = [[float("bees" in t.lower()), float("lamps" in t.lower()), 0.1] for t in texts]
    unit = np.array(rows, dtype=np.float32)
    vectors: Vectors = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    return vectors


def test_only_questions_whose_answer_stands_in_their_passage_count(benchmarks: Path) -> None:
    clapnq = sentences.read_cases(benchmarks / "clapnq")
    squad2 = sentences.read_cases(benchmarks / "squad2")
    assert [case.id for case in (*clapnq, *squad2)] == ["clapnq:1", "squad2:3"]
    assert [span.of(TEXT) for span in clapnq[0].units] == PARTS
    assert [span.of(TEXT) for span in clapnq[0].gold] == PARTS[:2]
    assert [span.of(TEXT) for span in squad2[0].gold] == PARTS[2:]


def test_f1_of_a_claim_counts_each_sentence_that_it_shows(benchmarks: Path) -> None:
    (case,) = sentences.read_cases(benchmarks / "clapnq")
    one, two, three = case.units
    joined = Span(start=one.start, end=two.end)
    assert sentences.values_of(case, [joined])[F1] == 1.0
    assert sentences.values_of(case, [one])[F1] == pytest.approx(2 / 3)
    assert sentences.values_of(case, [one, three])[F1] == pytest.approx(1 / 2)
    assert sentences.values_of(case, [])[F1] == 0.0


def test_only_the_first_claim_is_asked_for_squads_answer(benchmarks: Path) -> None:
    (case,) = sentences.read_cases(benchmarks / "squad2")
    one, two, three = case.units
    assert sentences.values_of(case, [three, one])[FIRST] == 1.0
    assert sentences.values_of(case, [one, three])[FIRST] == 0.0
    held = sentences.values_of(case, [Span(start=two.start, end=three.end)])
    assert (held[FIRST], held[ALONE]) == (1.0, 0.0)
    assert sentences.values_of(case, [])[FIRST] == 0.0


def test_values_differences_and_worst_cases_say_what_came(benchmarks: Path) -> None:
    cases = [c for name in sentences.SETS for c in sentences.read_cases(benchmarks / name)]
    values: dict[str, dict[str, float]] = {}
    shown: dict[str, Sequence[Span]] = {}
    for label, choose in sentences.choosers(SentenceVectors(embed)).items():
        chosen = {case.id: choose(case.text, case.evidence) for case in cases}
        shown |= chosen if label == NEAREST_3 else {}
        for figure, found in sentences.scored(cases, chosen).items():
            values[f"{figure}, {label}" if label else figure] = found
    assert {F1, FIRST, f"{F1}, {BARE}", f"{F1}, {NEAREST_3}"} <= values.keys()
    assert values[FIRST] == {"squad2:3": 1.0}
    compared = sentences.differences(values)
    assert {(each.figure, each.beside) for each in compared} >= {(F1, NEAREST_3), (FIRST, BARE)}
    ours = {F1: values[f"{F1}, {NEAREST_3}"]}
    (worst,) = sentences.worst(cases, shown, ours)
    assert worst.asked == "How were lamps lit?"
    assert PARTS[2] in worst.came
    assert worst.wanted == " / ".join(PARTS[:2])
