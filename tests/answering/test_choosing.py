"""Choosing sentences: the one that answers first, what it leans on with it, and how many."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.language.text import split_sentences
from assistant.answering.questions.analysis import NUMERIC
from assistant.answering.sentences.choosing import SentenceVectors, load_model, worth_taking
from assistant.answering.sentences.extractive import CLAIMS, Extractive
from assistant.answering.sentences.leaning import leans
from assistant.ports import Vectors
from assistant.types import Content, Document, Evidence, Hit, Passage, Section, Span

PIER = (
    "Dunmere has a pier of oak. The pier was rebuilt by the engineer Ada Holt after a storm. "
    "It was opened again by the mayor in 1931. Gulls nest below the boards in spring. "
    "The town sells ice on the beach. Anglers fish for mackerel from its far end."
)


def evidence(question: str, text: str, title: str = "Dunmere pier", cut: int = 0) -> Evidence:
    """One document; its sentences in one passage, or from `cut` on in a second one."""
    content = Content(
        kind="source_document",
        title=title,
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
    )
    document = Document(
        id="pier",
        version=1,
        audience="public",
        content=content,
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
    )
    spans = split_sentences(text)
    parts = [spans[:cut], spans[cut:]] if cut else [spans]
    passages = [
        Passage(
            id=at,
            document_id="pier",
            version=1,
            span=Span(start=part[0].start, end=part[-1].end),
            text=text[part[0].start : part[-1].end],
            heading_path=(),
            sentences=tuple(part),
        )
        for at, part in enumerate(parts)
    ]
    hits = tuple(Hit(passage=passage, score=1.0) for passage in passages)
    return Evidence(question=question, hits=hits, documents={"pier": document})


def said(question: str, text: str = PIER, cut: int = 0) -> list[str]:
    found = evidence(question, text, cut=cut)
    return [proposal.text for proposal in Extractive()(question, found).proposals]


def test_the_sentence_that_answers_opens_the_answer() -> None:
    assert said("Who rebuilt the pier?")[0].startswith("The pier was rebuilt by the engineer Ada")
    assert said("Where do gulls nest?")[0] == "Gulls nest below the boards in spring."


def test_what_the_answer_leans_on_is_one_claim_with_it() -> None:
    claim = said("When was it opened again by the mayor?")[0]
    assert claim == (
        "The pier was rebuilt by the engineer Ada Holt after a storm. "
        "It was opened again by the mayor in 1931."
    )


def test_what_it_leans_on_may_stand_in_another_passage_that_was_found() -> None:
    question = "When was it opened again by the mayor?"
    found = evidence(question, PIER, cut=2)
    lead = Extractive()(question, found).proposals[0]
    assert [passage for passage, _ in lead.quotes] == [0, 1]
    assert lead.text == " ".join(words for _, words in lead.quotes)


def test_a_sentence_whose_support_is_out_of_sight_stays_out() -> None:
    question = "When was it opened again by the mayor?"
    found = evidence(question, PIER, cut=2)
    alone = Evidence(question=question, hits=found.hits[1:], documents=found.documents)
    texts = [proposal.text for proposal in Extractive()(question, alone).proposals]
    assert not any("opened again" in text for text in texts)


def test_nothing_is_said_twice() -> None:
    twice = PIER + " The pier was rebuilt by the engineer Ada Holt after the storm."
    texts = said("Who rebuilt the pier?", twice)
    assert sum("Ada Holt" in text for text in texts) == 1


@pytest.mark.parametrize(
    "question",
    [
        "Who rebuilt the pier?",
        "How is the pier used?",
        "How many people fish?",
        "When did it open?",
    ],
)
def test_every_claim_but_the_first_is_a_sentence_in_the_order_of_the_document(
    question: str,
) -> None:
    found = evidence(question, PIER)
    draft = Extractive()(question, found)
    places = [PIER.index(words) for each in draft.proposals for _, words in each.quotes]
    assert places[1:] == sorted(places[1:])
    sentences = {span.of(PIER) for span in split_sentences(PIER)}
    assert {proposal.text for proposal in draft.proposals[1:]} <= sentences
    assert len(draft.proposals) <= CLAIMS[draft.diagnostics["asked"]]  # type: ignore[index]


def test_what_leans_follows_what_it_leans_on() -> None:
    for question in ("What is known of the pier of Dunmere?", "How was the pier rebuilt?"):
        texts = [span.of(PIER) for span in split_sentences(PIER)]
        shown = [t for text in said(question) for t in texts if t in text]
        for at, text in enumerate(shown):
            if leans(text):
                assert shown[at - 1] == texts[texts.index(text) - 1]


def test_an_encoder_changes_which_sentence_leads() -> None:
    """One that puts the question and the ice next to each other."""

    def embed(texts: Sequence[str]) -> Vectors:
        near = np.array([[float("ice" in t or t.endswith("?")), 1e-3] for t in texts], np.float32)
        unit: Vectors = near / np.linalg.norm(near, axis=1, keepdims=True)
        return unit

    question = "What cold treat do visitors buy?"
    draft = Extractive(SentenceVectors(embed))(question, evidence(question, PIER))
    assert draft.proposals[0].text == "The town sells ice on the beach."


def test_each_sentence_is_encoded_once_while_it_is_kept() -> None:
    encoded: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        encoded.extend(texts)
        return np.array([[float(len(text)), 1.0] for text in texts], np.float32)

    vectors = SentenceVectors(embed, kept=3)
    assert vectors(["a", "bb", "a"])[:, 0].tolist() == [1.0, 2.0, 1.0]
    assert vectors(["bb", "ccc"])[:, 0].tolist() == [2.0, 3.0]
    assert encoded == ["a", "bb", "ccc"]
    vectors(["dddd"])
    vectors(["a"])
    assert encoded == ["a", "bb", "ccc", "dddd", "a"]


def test_vectors_are_right_from_many_threads() -> None:
    vectors = SentenceVectors(lambda ts: np.array([[float(t)] for t in ts], np.float32), kept=4)
    wrong: list[Sequence[str]] = []

    def ask(start: int) -> None:
        for at in range(200):
            texts = [str((start + at + i) % 9) for i in range(3)]
            if vectors(texts)[:, 0].tolist() != [float(text) for text in texts]:
                wrong.append(texts)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=9))
def test_what_is_worth_taking_has_the_greatest_expected_f1(parts: list[float]) -> None:
    total = sum(parts)
    ranked = sorted(parts, reverse=True)
    values = [2 * sum(ranked[:k]) / (k + total) for k in range(1, len(parts) + 1)]
    least = worth_taking(parts)
    taken = sum(part >= least - 1e-9 for part in parts)
    assert taken >= 1
    assert values[taken - 1] == pytest.approx(max(values))


def test_numeric_questions_get_short_answers() -> None:
    assert max(CLAIMS[kind] for kind in NUMERIC) <= 3
    assert all(1 <= most <= 5 for most in CLAIMS.values())


def test_to_hold_what_was_asked_never_counts_against_a_sentence() -> None:
    for with_vectors in (True, False):
        model = load_model(with_vectors=with_vectors)
        assert min(model.ranking[name] for name in ("here", "near", "kind", "pairs")) >= 0
        assert model.part["behind"] > 0
    assert load_model(with_vectors=True).ranking["cosine"] > 0
    assert "cosine" not in load_model(with_vectors=False).ranking


CASES = (
    "The regatta had 120 boats in 2024. In 2024 Norway sent 31 boats and Sweden 14 boats. "
    "Twelve races were held in 2024."
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many boats were in the regatta in 2024?", "The regatta had 120 boats"),
        ("How many boats did Sweden have in the regatta in 2024?", "In 2024 Norway sent 31 boats"),
        ("How many races did the regatta have in 2024?", "Twelve races were held"),
    ],
)
def test_the_figure_of_the_place_and_of_the_thing_that_was_asked_for_opens(
    question: str, first: str
) -> None:
    draft = Extractive()(question, evidence(question, CASES, title="The regatta"))
    assert draft.proposals[0].text.startswith(first)


def test_what_is_said_of_another_country_does_not_open() -> None:
    text = "Norway lost its regatta in 2024. The regatta of 2024 was lost by two boats."
    question = "Did Sweden lose its regatta in 2024?"
    draft = Extractive()(question, evidence(question, text, title="The regatta"))
    assert draft.proposals[0].text.startswith("The regatta of 2024")
