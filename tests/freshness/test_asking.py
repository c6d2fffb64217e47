"""What a question asks for, and the words that mean another time each day."""

from __future__ import annotations

from datetime import date

import pytest
from freshness_making import DEFINITION, LATEST, PAST, partial, volatility

from assistant.freshness.asking import (
    Question,
    claims_newest,
    judged_as_of,
    relative_words,
)

CHECKED = date(2025, 12, 19)
FIGURE = "It recorded 3,412 road deaths reported to the Transport Office."


def asked(text: str) -> Question:
    return Question(text=text, volatility=volatility(text, CHECKED))


@pytest.mark.parametrize(
    ("text", "newest", "figure"),
    [
        (LATEST, True, True),
        (DEFINITION, False, False),
        (PAST, False, False),
        ("How many road deaths does the Transport Office record?", False, True),
        ("Who runs the Transport Office?", False, False),
        ("What are the current rates of hospital beds in Norway?", True, False),
        ("What was the latest road death figure in 2019?", False, False),
    ],
)
def test_what_a_question_wants(text: str, newest: bool, figure: bool) -> None:
    question = asked(text)
    assert question.wants_newest is newest
    assert question.wants_figure_of(FIGURE) is figure


def test_what_is_asks_for_a_value_only_when_it_may_change() -> None:
    claim = "The minimum wage is 9.50 an hour."
    text = "What is the current minimum wage?"
    assert asked(text).wants_figure_of(claim)
    assert not asked("What is the minimum wage act?").wants_figure_of(claim)


def test_a_claim_may_say_that_it_is_the_newest() -> None:
    assert claims_newest("The most recent count is 5.")
    assert not claims_newest("It is now required to report deaths.")


@pytest.mark.parametrize(
    ("text", "right_until"),
    [
        ("Deaths fell this year.", date(2025, 12, 31)),
        ("Deaths fell last year.", date(2025, 12, 31)),
        ("Deaths fell this month.", date(2025, 12, 31)),
        ("Deaths fell last quarter.", date(2025, 12, 31)),
        ("Deaths fell this week.", date(2025, 12, 21)),
        ("It was announced yesterday.", date(2025, 12, 19)),
        ("It was recently announced.", date(2026, 12, 19)),
    ],
)
def test_relative_words_hold_to_the_end_of_their_period(text: str, right_until: date) -> None:
    (words,) = relative_words(text, CHECKED)
    assert words.right_until == right_until
    assert words.span.of(text).lower() in text.lower()


def test_the_quarter_and_month_end_inside_the_year() -> None:
    (quarter,) = relative_words("It fell this quarter.", date(2024, 2, 29))
    (month,) = relative_words("It fell this month.", date(2024, 2, 29))
    assert (quarter.right_until, month.right_until) == (date(2024, 3, 31), date(2024, 2, 29))


def test_a_sentence_with_its_own_date_has_no_relative_words() -> None:
    assert relative_words("This year, 2025, deaths fell.", CHECKED) == ()
    assert relative_words("Deaths fell.", CHECKED) == ()


@pytest.mark.parametrize(
    ("question", "valid", "day"),
    [
        ("What was the turnout in the election of 2025?", "2025-06", date(2026, 1, 1)),
        ("What was the turnout in the election of 2025?", "2025-12", date(2025, 12, 19)),
        ("What was the turnout in the election of 2025?", None, date(2025, 12, 19)),
        ("What was the turnout in the election of 2025?", "2024", date(2025, 12, 19)),
        ("How many road deaths were there in 2025?", "2025-06", date(2025, 12, 19)),
        ("What was the turnout in the election of 2019?", "2019-05", date(2025, 12, 19)),
        ("What may one give in the 2025-2026 election cycle?", "2025-01", date(2025, 12, 19)),
        ("What was the turnout in the election?", "2025-06", date(2025, 12, 19)),
    ],
)
def test_an_event_is_over_before_its_year_is(question: str, valid: str | None, day: date) -> None:
    dated = partial("2025-12-19")
    assert dated is not None
    assert judged_as_of(question, dated, partial(valid)) == day


@pytest.mark.parametrize(
    ("question", "dated", "day"),
    [
        ("How high was the river in March 2025?", "2025-03", date(2025, 4, 1)),
        ("How high was the river in March 2025?", "2025-03-31", date(2025, 3, 31)),
        ("How high was the river in March 2025?", "2025-04", date(2025, 4, 30)),
        ("How high was the river in 2025?", "2025-12", date(2025, 12, 31)),
        ("How high was the river in 2025?", "2025", date(2025, 12, 31)),
    ],
)
def test_a_date_of_the_asked_month_is_read_at_its_end(question: str, dated: str, day: date) -> None:
    given = partial(dated)
    assert given is not None
    assert judged_as_of(question, given, None) == day
