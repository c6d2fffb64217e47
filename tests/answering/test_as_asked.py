"""What is told in another way than asked for doesn't lead, and isn't put beside what is."""

from __future__ import annotations

import pytest
from support.composed import document, said

from assistant.answering.language.places import places

ILL = document(
    "ferry-sickness",
    "In 2023, 669 passengers were seasick in Norway, compared with 817 in 2022. "
    "The rate for passengers on deck was 50.3 ill per 100,000 trips in 2023. "
    "Some 260,000 passengers fell ill on trips worldwide in 2023.",
)
COUNTED, RATE, WORLD = ILL.text.replace(". ", ".\n").split("\n")


def test_how_many_is_not_told_by_how_many_of_every_so_many_nor_by_the_world() -> None:
    assert said("How many passengers fell ill on trips in Norway in 2023?", ILL) == [COUNTED]


@pytest.mark.parametrize(
    "question",
    [
        "How many passengers fell ill per 100,000 trips in 2023?",
        "What was the rate of passengers on deck who fell ill in 2023?",
    ],
)
def test_a_rate_is_told_to_who_asks_for_one(question: str) -> None:
    assert RATE in said(question, ILL)


def test_the_world_is_told_to_who_asks_for_it() -> None:
    assert said("How many passengers fell ill worldwide in 2023?", ILL)[0] == WORLD


FINISHED = "The fullest year of the ferries is 2024, according to the harbour office."
HISTORY = "Our check of January 2024 named 2023 as the fullest year of the ferries."
SUMMER = "July 2023 was the fullest month of the ferries up to then."
DECADE = "The ten years from 2015 to 2024 were the ten fullest of the ferries."
FULLEST = document("fullest-year-of-the-ferries", " ".join((HISTORY, SUMMER, FINISHED, DECADE)))


@pytest.mark.parametrize(
    "question",
    [
        "Which year of the ferries was the fullest, 2023 or 2024?",
        "Was 2023 or 2024 the fullest year of the ferries?",
    ],
)
def test_which_of_two_years_is_told_by_what_names_the_one(question: str) -> None:
    assert said(question, FULLEST) == [FINISHED]


def test_a_verdict_on_the_earlier_year_needs_the_later_one_in_view() -> None:
    before = document("fullest-2023", "The fullest year of the ferries is 2023.")
    assert said("Which year of the ferries was the fullest, 2023 or 2024?", before, FULLEST) == [
        FINISHED
    ]


def test_what_an_earlier_check_said_is_told_to_who_asks_for_it() -> None:
    assert HISTORY not in said("Which was the fullest year of the ferries?", FULLEST)
    asked = "What did your check of January 2024 name as the fullest year of the ferries?"
    assert said(asked, FULLEST)[0] == HISTORY


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("how many ferries are there in the us", {"United States"}),
        ("the US counts ferries", {"United States"}),
        ("tell us how many ferries there are", set()),
        ("is it all of us", set()),
    ],
)
def test_the_us_is_no_pronoun(text: str, named: set[str]) -> None:
    assert places(text) == named


def test_whether_it_fell_is_told_by_a_direction() -> None:
    accidents = (
        "An accident of a ferry is any harm to ferries, and accidents of ferries are counted."
    )
    fallen = "The number of accidents fell by 40% in ten years."
    found = said("Are accidents of ferries falling?", document("ferries", f"{accidents} {fallen}"))
    assert found[0] == fallen


def test_a_yes_or_no_that_fits_best_opens_the_answer() -> None:
    answer = "No: ferries and their engines do no harm to seals, two surveys found."
    survey = "In one survey seals near ferries were not found to be harmed more than other seals."
    found = said("Do ferries harm seals?", document("Do-ferries-harm-seals?", f"{answer} {survey}"))
    assert found[0] == answer
