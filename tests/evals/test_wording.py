"""Saying the same figure in another format counts; saying another figure never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.suites.wording import contains


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It assisted with 29,568 reports.", "29,568"),
        ("It assisted with 29568 reports.", "29,568"),
        ("91 percent were recovered", "91%"),
        ("91 per cent were recovered", "91 percent"),
        ("on 24 July 2009 it rose", "July 24, 2009"),
        ("retracted on February 2, 2010.", "2 February 2010"),
        ("1.55 °C above", "1.55 degrees Celsius"),
        ("from 1951–1980", "1951-1980"),
        ("The Reports rose", "report"),
        ("between 18 and 20", "18"),
        ("costs $3,500.", "$3,500"),
        ("under\u00a018 years", "under 18"),
    ],
)
def test_formats_are_the_same_words(text: str, wanted: str) -> None:
    assert contains(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("186 children", "18"),
        ("2,918 children", "18"),
        ("18.6 deaths", "18"),
        ("12,918.6 deaths", "18.6"),
        ("29,569 reports", "29,568"),
        ("191% more", "91%"),
        ("unfalse", "false"),
        ("24 July 2010", "24 July 2009"),
        ("", "anything"),
    ],
)
def test_another_figure_is_not_the_figure(text: str, wanted: str) -> None:
    assert not contains(text, wanted)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_is_found_only_as_itself(said: int, wanted: int) -> None:
    assert contains(f"There were {said:,} of them.", str(wanted)) == (said == wanted)
