"""What of a question about several years is left for one claim of its answer."""

from __future__ import annotations

from assistant.freshness.asking import asked_of

QUESTION = "How many geese were there in 2022, and how many in March 2023?"


def test_a_year_that_another_claim_gives_is_its_own() -> None:
    left = asked_of(QUESTION, "There were 3,905 geese in 2022.", ["There were 4,310 in 2023."])
    assert "2022" in left
    assert "2023" not in left
    assert "March" not in left


def test_a_year_that_no_claim_gives_stays_asked() -> None:
    assert asked_of(QUESTION, "There were 3,905 geese in 2022.", ["Geese migrate."]) == QUESTION


def test_a_claim_without_a_year_is_asked_the_whole_question() -> None:
    assert asked_of(QUESTION, "Geese migrate.", ["There were 4,310 in 2023."]) == QUESTION


def test_a_question_of_one_year_is_left_whole() -> None:
    asked = "How many geese were there in 2022?"
    assert asked_of(asked, "There were 3,905 in 2022.", ["In 2021 there were less."]) == asked
