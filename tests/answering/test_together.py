"""Questions that ask for several things: taken apart, and answered with a sentence for each."""

from __future__ import annotations

import pytest
from support.composed import document, said

from assistant.answering.sentences.facets import compares, facets


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "How many geese were there in Norland in 2022, and how many in 2023?",
            (
                "How many geese were there in Norland in 2022?",
                "How many geese were there in Norland in 2023?",
            ),
        ),
        (
            "How many geese were there in Norland in 2022, and what about 2023?",
            (
                "How many geese were there in Norland in 2022?",
                "How many geese were there in Norland in 2023?",
            ),
        ),
        (
            "How many geese were there in 2022 and 2023?",
            ("How many geese were there in 2022?", "How many geese were there in 2023?"),
        ),
        (
            "How many geese were there in 2022 and in 2023?",
            ("How many geese were there in 2022?", "How many geese were there in 2023?"),
        ),
        (
            "Did Norland have more geese in 2016 or more swans in 2017?",
            (
                "Did Norland have how many geese in 2016?",
                "Did Norland have how many swans in 2017?",
            ),
        ),
        (
            "Which figure is higher, the one of Norland or the one of Sudland?",
            (
                "Which figure is higher, the one of Norland?",
                "Which figure is higher, the one of Sudland?",
            ),
        ),
    ],
)
def test_what_is_asked_together_is_taken_apart(question: str, asked: tuple[str, ...]) -> None:
    assert facets(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "How many geese were counted between July 2018 and December 2020?",
        "How many geese were counted against the average of 1951 to 1980?",
        "How many boys and how many girls were there in 2024?",
        "How many of those geese were in parks or other care?",
        "How many geese are there?",
        "",
    ],
)
def test_one_thing_is_left_whole(question: str) -> None:
    assert facets(question) == ()


TWO_YEARS = (
    document("geese-in-2023", "Norland counted 4,310 geese in 2023. The count takes a week."),
    document("geese-in-2022", "In 2022 wardens of Norland counted 3,905 geese from the shore."),
)


def test_two_years_get_a_sentence_each_in_the_order_of_the_question() -> None:
    question = "How many geese did Norland count in 2022, and how many in 2023?"
    assert said(question, *TWO_YEARS) == [
        "In 2022 wardens of Norland counted 3,905 geese from the shore.",
        "Norland counted 4,310 geese in 2023.",
    ]


def test_a_year_that_is_found_is_told_where_the_other_is_not() -> None:
    newest = document("geese-in-2024", "Norland counted 4,925 geese in 2024, a record of geese.")
    swans = document("swans-in-2021", "There were 1,204 swans in 2021.")
    question = "How many geese did Norland count in 2022, and how many in 2021?"
    assert said(question, newest, *TWO_YEARS, swans) == [
        "In 2022 wardens of Norland counted 3,905 geese from the shore."
    ]


def test_a_sentence_with_one_figure_does_not_tell_the_numbers_of_two_years() -> None:
    grown = document("growth", "Norland counted 4,310 geese in 2023, more geese than in 2022.")
    question = "How many geese did Norland count in 2022, and how many in 2023?"
    assert said(question, TWO_YEARS[1], grown) == [TWO_YEARS[1].text, grown.text]


@pytest.mark.parametrize(
    ("question", "differs"),
    [
        ("By how many geese did 2023 differ from 2022?", True),
        ("How many more geese were there in 2023 than in 2022?", True),
        ("How did the geese of 2022 compare with those of 2023?", True),
        ("How many geese were there in 2022, and how many in 2023?", False),
    ],
)
def test_a_difference_is_told_from_several_numbers(question: str, differs: bool) -> None:
    assert compares(question) is differs


def test_one_sentence_that_says_it_all_is_enough() -> None:
    both = document("geese", "Norland counted 3,905 geese in 2022 and 4,310 geese in 2023.")
    question = "How many more geese did Norland count in 2023 than in 2022?"
    assert said(question, *TWO_YEARS, both) == [both.text]


def test_another_thing_of_the_other_year_is_no_comparison() -> None:
    older = document("brood-2022", "Norland counted 120 brooding geese in 2022.")
    newer = document("all-2023", "Norland counted 4,310 geese in 2023.")
    question = "How did the number of brooding geese in Norland in 2022 compare with that of 2023?"
    assert said(question, older, newer)[0] == older.text


def test_what_was_corrected_by_its_publisher_is_not_quoted_beside_its_correction() -> None:
    wrong = document("count", "Norland counted 51 geese in June 2024.")
    right = document(
        "final-count", "The final count of geese in Norland was 57 in 2024.", corrects=("count",)
    )
    assert said("Is it true that Norland counted 51 geese in June 2024?", wrong, right) == [
        right.text
    ]


def test_nobody_else_silences_a_document() -> None:
    ours = document("count", "Norland counted 51 geese in June 2024.")
    theirs = document(
        "final-count",
        "The final count of geese in Norland was 57 in 2024.",
        corrects=("count",),
        publisher="Example",
    )
    assert ours.text in said("How many geese did Norland count in June 2024?", ours, theirs)


def test_an_average_is_asked_for_by_its_name() -> None:
    text = "The stay of a goose in Norland was up to 9 days. On average a stay was 5 days."
    assert "On average a stay was 5 days." in said(
        "How long was the stay of a goose in Norland on average?", document("stays", text)
    )
