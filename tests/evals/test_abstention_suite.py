"""The suite of abstention: which weights judge a question, what its figures count, its worst."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answering.sufficiency import load_weights
from assistant.errors import BadInput
from evals import selective
from evals.homes import Homes
from evals.suites import abstention
from evals.suites.abstention import figures_of, read_models, read_questions
from evals.suites.abstention_shown import Case, Question, worst_of


def case(name: str, answerable: bool, answered: bool, confidence: float) -> Case:
    question = Question(
        id=name, archive="clapnq", text=name, history=(), answerable=answerable, topic=name
    )
    return Case(
        question=question,
        answered=answered,
        confidence=confidence,
        unseen_set=1 - confidence,
        shipped=confidence,
        said="words" if answered else "abstained",
    )


CASES = [
    case("held", True, True, 0.9),
    case("missed", True, False, 0.4),
    case("invented", False, True, 0.6),
    case("declined", False, False, 0.1),
    case("declined too", False, False, 0.2),
]


def test_each_figure_counts_what_it_says() -> None:
    values = {each.name: each.value for each in figures_of("clapnq", CASES)}
    assert values["clapnq auroc"] == pytest.approx(5 / 6, abs=1e-4)
    assert values["clapnq auroc_unseen_set"] == pytest.approx(1 / 6, abs=1e-4)
    assert values["clapnq answered_of_unanswerable"] == pytest.approx(1 / 3, abs=1e-4)
    assert values["clapnq abstained_of_answerable"] == 0.5
    assert values["clapnq coverage_5_percent_risk"] == 0.2


def test_the_worst_are_the_surest_of_what_is_not_there_then_the_least_sure_of_what_is() -> None:
    worst = list(worst_of(CASES))
    assert [each.case for each in worst] == ["clapnq invented", "clapnq missed"]
    assert worst[0].came == "words"


def test_questions_with_half_an_answer_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "mtrag"
    folder.mkdir()
    document = {"_id": "d", "title": "Cats", "text": "Cats purr."}
    (folder / "corpus.jsonl").write_text(json.dumps(document), encoding="utf-8")
    rows = [
        {"_id": "1", "text": "Do cats purr?", "answerable": True, "paired_passage": "d"},
        {"_id": "2", "text": "Do dogs?", "answerable": False, "answerability": "UNANSWERABLE"},
        {"_id": "3", "text": "And?", "answerable": True, "answerability": "PARTIAL"},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    found = read_questions(folder)
    assert [(each.id, each.topic) for each in found] == [("1", "mtrag:Cats"), ("2", "mtrag:2")]


def test_there_are_weights_for_every_part_and_set_over_the_features_that_ship() -> None:
    models = read_models()
    shipped = load_weights("with_sentences")
    assert len(models.without_part) == selective.PARTS
    assert set(models.without_set) == set(abstention.SETS)
    for weights in (*models.without_part, *models.without_set.values()):
        assert weights.features.keys() == shipped.features.keys()
        assert weights.caps.keys() == shipped.caps.keys()


def test_a_folder_without_any_of_its_sets_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds none of squad2, clapnq, mtrag"):
        abstention.run(Homes(root=tmp_path), tmp_path)
