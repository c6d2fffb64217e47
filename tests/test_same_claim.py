"""Published verdicts of one claim: small differences leave it one, a number or a not parts it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assistant.answering.published.verdicts import newest_first, verdicts
from assistant.same_claim import rated_on, same_claim, same_rating
from assistant.types import Content, Document, PartialDate, Verdict

CLAIM = "The city closed 12 public libraries in 2024."


@pytest.mark.parametrize(
    "other",
    [
        "The city closed 12 public libraries in 2024",
        "The city has closed 12 public libraries in 2024!",
        "the City closes 12 Public Libraries in 2024.",
    ],
)
def test_small_differences_leave_it_one_claim(other: str) -> None:
    assert same_claim(CLAIM, other)


@pytest.mark.parametrize(
    "other",
    [
        "The city closed 13 public libraries in 2024.",
        "The city closed 12 public libraries in 2023.",
        "The city never closed 12 public libraries in 2024.",
        "The county closed 12 school libraries in 2024.",
        "",
    ],
)
def test_another_number_denial_or_subject_is_another_claim(other: str) -> None:
    assert not same_claim(CLAIM, other)


def test_ratings_are_compared_without_case_and_marks() -> None:
    assert same_rating("Mostly false", "MOSTLY FALSE.")
    assert not same_rating("Mostly false", "False")


def check(name: str, rating: str, day: str | None, reviewed: str | None = None) -> Document:
    def dated(value: str | None) -> PartialDate | None:
        return PartialDate(value=value, origin="front_matter") if value else None

    return Document(
        id=name,
        version=1,
        audience="public",
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
        content=Content(
            kind="fact_check",
            title="Did the city close 12 public libraries in 2024?",
            text="It did.",
            sections=(),
            checked_on=dated(day),
            verdicts=(Verdict(claim=CLAIM, rating=rating, reviewed_on=dated(reviewed)),),
        ),
    )


def test_the_newer_verdict_comes_first_and_the_older_stays() -> None:
    old, new = check("old", "True", "2025-01-01"), check("new", "False", "2025-06-01")
    today = date(2026, 1, 1)
    found = verdicts("Did the city close 12 public libraries?", [old, new], today)
    assert [(d.id, v.rating) for d, v in found] == [("new", "False"), ("old", "True")]


def test_a_verdict_of_2099_or_without_a_date_is_never_the_newest() -> None:
    old = check("old", "True", "2025-01-01")
    ahead = check("ahead", "False", None, reviewed="2099-01-01")
    undated = check("undated", "False", None)
    pairs = [(each, each.content.verdicts[0]) for each in (ahead, undated, old)]
    assert [d.id for d, _ in newest_first(pairs, date(2026, 1, 1))] == ["old", "ahead", "undated"]
    assert rated_on(*pairs[1]) is None
