from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.support import judge

EVIDENCE = (
    "In 2024 the Harbour Ferry Authority carried 412,906 paying passengers on four lines. "
    "87% of departures left within five minutes of the timetable [3]. "
    "The fare did not rise in 2024, and it is false that the night ferry was cancelled."
)


@pytest.mark.parametrize(
    "claim",
    [
        "In 2024 the Harbour Ferry Authority carried 412,906 paying passengers on four lines.",
        "The Harbour Ferry Authority carried 412,906 paying passengers in 2024.",
        "The HFA carried 412906 paying passengers in 2024.",
        "87 percent of departures left within five minutes of the timetable.",
        "The fare did not rise in 2024.",
    ],
)
def test_what_the_evidence_says_is_supported(claim: str) -> None:
    verdict = judge(claim, EVIDENCE)
    assert verdict.supported, verdict.reasons
    assert verdict.score >= 0.6


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The Harbour Ferry Authority carried 412,907 paying passengers in 2024.", "412,907"),
        ("The Harbour Ferry Authority carried 412,906 paying passengers in 2023.", "2023"),
        ("87 departures left within five minutes of the timetable.", "another unit"),
        ("The Harbour Ferry Authority carried 412,906 paying lorries in 2024.", None),
        ("The Lakeside Ferry Authority carried 412,906 paying passengers in 2024.", "Lakeside"),
        ("The fare did rise in 2024.", "denies"),
        ("The night ferry was cancelled.", "rejects"),
        ("Departures of 412,906 ferries left within 87 minutes.", None),
        ("Ticket machines accept foreign coins.", "only"),
    ],
)
def test_what_it_does_not_say_is_not(claim: str, reason: str | None) -> None:
    verdict = judge(claim, EVIDENCE)
    assert not verdict.supported
    assert verdict.score < 0.6
    if reason:
        assert any(reason in each for each in verdict.reasons), verdict.reasons


def test_a_clause_without_its_denial_is_no_quotation() -> None:
    assert not judge(
        "The night ferry was cancelled.", "It is false that the night ferry was cancelled."
    ).supported


@pytest.mark.parametrize(("claim", "evidence"), [("", "Words."), ("Words.", ""), ("...", "Words.")])
def test_nothing_supports_nothing(claim: str, evidence: str) -> None:
    assert judge(claim, evidence).score == 0.0


numbers = st.one_of(
    st.integers(10, 9_999_999).map(lambda n: f"{n:,}"),
    st.integers(10, 9_999_999).map(str),
    st.decimals(1, 999, places=1).map(str),
)
TEMPLATES = (
    "The registry counted {} reports of lost dogs in the county in 2022.",
    "About {}% of the reports of lost dogs were solved within a week.",
    "Owners paid ${} for every lost dog in 2022.",
    "Of {} million lost dogs, most were found again.",
)


@given(numbers, st.sampled_from(TEMPLATES), st.data())
def test_a_number_altered_by_one_digit_never_passes(
    number: str, template: str, data: st.DataObject
) -> None:
    places = [m.start() for m in re.finditer(r"\d", number)]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != number[at]]))
    altered = number[:at] + digit + number[at + 1 :]
    evidence = template.format(number)
    assert judge(evidence, evidence).supported
    assert not judge(template.format(altered), evidence).supported
