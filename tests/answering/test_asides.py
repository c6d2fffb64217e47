"""What is said around a question is left out; the question itself never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.language.text import content_stems
from assistant.answering.questions.analysis import analyse
from assistant.answering.questions.asides import without_asides
from assistant.answering.questions.slots import dated


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("um, how many ferries sank in 2020", "how many ferries sank in 2020"),
        ("hey quick one how far did ticket prices fall", "how much did ticket prices fall"),
        ("so like how many libraries closed?", "how many libraries closed?"),
        ("Could you please tell me how many libraries closed?", "how many libraries closed?"),
        ("i was wondering if the libraries are shut, thanks", "the libraries are shut"),
        ("did we ever check the claim that ferries are free, and what did we rate it",
         "ferries are free"),
        ("They ADMITTED it: ferries are never safe. Wake up!!", "ferries are never safe!!"),
        ("Ferries sink every day and nobody reports it. Share this!", "Ferries sink every day!"),
        ("the ferry hasnt come", "the ferry hasn't come"),
        ("whats the ferry's fare", "what's the ferry's fare"),
        ("Hows the fare worked out?", "How's the fare worked out?"),
    ],
)  # fmt: skip
def test_what_is_said_around_a_question_is_left_out(said: str, asked: str) -> None:
    assert without_asides(said) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Well water: how many wells are tested?",
        "So many ferries: why?",
        "Look at inflation",
        "Right to vote for prisoners?",
        "hello",
        "Which ferry is the largest, and what did it cost?",
        "Which are the whys, and which the hows?",
    ],
)
def test_what_belongs_to_a_question_stays(question: str) -> None:
    assert without_asides(question) == question


@given(st.text(max_size=80))
def test_something_is_left_of_anything(text: str) -> None:
    assert bool(without_asides(text).strip()) == bool(text.strip())


def test_capitals_for_loudness_and_at_a_sentences_start_are_no_names() -> None:
    loud = analyse("KIDS KIDNAPPED by a ferry. Sharks helped NASA find Ada Lovelace.")
    assert loud.names == (("nasa",), tuple(content_stems("Ada Lovelace")))


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("prices came down", "prices fell"),
        ("wages are going up", "wages are rising"),
        ("the measles shots", "the measles vaccines"),
        ("the White House race", "the presidential election"),
    ],
)
def test_a_turn_of_speech_is_met_as_the_plain_word(spoken: str, written: str) -> None:
    assert content_stems(spoken) == content_stems(written)


def test_a_year_before_a_month_is_that_month() -> None:
    before = "What was the jobless rate in December 2025?"
    assert dated("what was it a year earlier?", before) == "what was it in December 2024?"
    assert dated("and the year before?", "How many in 2024?") == "and in 2023?"
