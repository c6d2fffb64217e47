"""A reranker and a judge of entailment, from the settings to what is found, answered, verified."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cross_encoders import make_cross_encoder

from assistant.errors import BadInput
from assistant.retrieval.cross_encoder import Reranker
from assistant.retrieval.search import reranked
from assistant.settings import Settings
from assistant.types import Answer
from assistant.wiring import open_assistant

LABELS = ("contradiction", "entailment", "neutral")
QUESTION = "How many passengers did the harbour ferries carry in 2024?"
EVIDENCE = "The harbour ferries carried 412,906 paying passengers in 2024, on four lines."
REWORDED = "In 2024 the harbour ferries carried 412,906 paying passengers."
TEXTS = {
    "ferries": EVIDENCE + " Most of them went to the island.",
    "fares": "Fares of the harbour ferries rose by a tenth in 2024. Passengers pay on board.",
    "trams": "Trams carried more passengers in 2024 than in any year before. They are new.",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("second")
    for name, text in TEXTS.items():
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / f"{name}.md").write_text(f"# About {name}\n\n{text}\n")
    with open_assistant(Settings(home=folder / "home", now="2026-11-21")) as assistant:
        assert assistant.ingest([str(folder / "in")]).added == len(TEXTS)
    return folder / "home"


def settings(home: Path, **models: Path) -> Settings:
    named = {name: str(path) for name, path in models.items()}
    return Settings(home=home, now="2026-11-21").model_copy(update=named)


def test_the_reranker_of_the_settings_orders_what_is_found(home: Path, tmp_path: Path) -> None:
    path = make_cross_encoder(tmp_path / "model", ["score"])
    with open_assistant(settings(home)) as assistant:
        plain = assistant.search(QUESTION, 10)
    with open_assistant(settings(home, reranker_model=path)) as assistant:
        found = assistant.search(QUESTION, 10)
        reply = assistant.ask(QUESTION)
    wanted = reranked(QUESTION, plain, Reranker(str(path)))
    assert [hit.passage.id for hit in found] == [hit.passage.id for hit in wanted]
    assert len(found) == len(TEXTS)
    assert reply.question == QUESTION


def test_the_support_model_of_the_settings_is_heard(home: Path, tmp_path: Path) -> None:
    agrees = make_cross_encoder(tmp_path / "agrees", LABELS, always=(-4, 4, 0))
    denies = make_cross_encoder(tmp_path / "denies", LABELS, always=(4, -4, 0))
    scores = {}
    for path in (agrees, denies):
        with open_assistant(settings(home, support_model=path)) as assistant:
            scores[path] = assistant.verify(REWORDED, EVIDENCE)
            wrong = assistant.verify(REWORDED.replace("412,906", "412,907"), EVIDENCE)
            quoted = assistant.verify(EVIDENCE, EVIDENCE)
            result = assistant.ask(QUESTION).result
        assert not wrong.supported
        assert quoted.supported
        # What is quoted whole needs no model, so the extractive answer stands with either.
        assert isinstance(result, Answer)
        assert "412,906" in result.claims[0].statement.text
    assert scores[agrees].supported
    assert not scores[denies].supported
    assert any("contradict" in reason for reason in scores[denies].reasons)
    with open_assistant(settings(home)) as assistant:
        alone = assistant.verify(REWORDED, EVIDENCE)
    assert alone.supported
    assert scores[denies].score < alone.score < scores[agrees].score


def test_a_model_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    missing = tmp_path / "none"
    with (
        open_assistant(settings(home, support_model=missing)) as assistant,
        pytest.raises(BadInput, match=r"ASSISTANT_SUPPORT_MODEL.*none"),
    ):
        assistant.verify(REWORDED, EVIDENCE)
    with (
        open_assistant(settings(home, reranker_model=missing)) as assistant,
        pytest.raises(BadInput, match=r"ASSISTANT_RERANKER_MODEL.*none"),
    ):
        assistant.search(QUESTION, 3)
