"""Cadence: given by a document, or learned from at least three releases."""

from __future__ import annotations

from datetime import date

import pytest
from freshness_making import document, partial
from hypothesis import given
from hypothesis import strategies as st

from assistant.freshness.periods import of_date
from assistant.freshness.series import (
    Release,
    cadence,
    learn,
    parse_cadence,
    releases_among,
    series_key,
)
from assistant.types import Document, PartialDate


def release(period: str, published: str) -> Release:
    return Release(
        document_id=period,
        period=of_date(PartialDate(value=period, origin="front_matter")),
        published_on=PartialDate(value=published, origin="front_matter"),
    )


YEARLY = [
    release("2021", "2022-05-01"),
    release("2022", "2023-05-11"),
    release("2023", "2024-05-03"),
]


@pytest.mark.parametrize(
    ("given_text", "months", "days", "lag", "grace", "spoken"),
    [
        ("P1M", 1, 0, 30, 15, "month"),
        ("P3M", 3, 0, 60, 30, "quarter"),
        ("P1Y", 12, 0, 180, 60, "year"),
        ("P2Y", 24, 0, 180, 60, "2 years"),
        ("P6M", 6, 0, 180, 60, "6 months"),
        ("p1w", 0, 7, 30, 15, "7 days"),
        ("P1M2D", 1, 2, 30, 15, "1 months and 2 days"),
    ],
)
def test_a_duration_has_its_usual_lag_and_grace(
    given_text: str, months: int, days: int, lag: int, grace: int, spoken: str
) -> None:
    found = parse_cadence(given_text)
    assert found is not None
    assert (found.months, found.days, found.lag_days, found.grace_days) == (
        months,
        days,
        lag,
        grace,
    )
    assert found.spoken == spoken
    assert not found.learned


@pytest.mark.parametrize("text", ["", "P", "P0M", "yearly", "PT5H", "1Y", "P99999Y"])
def test_what_is_no_duration_expects_no_release(text: str) -> None:
    assert parse_cadence(text) is None


@pytest.mark.parametrize(
    ("name", "period", "first_overdue_day"),
    [
        ("P1Y", "2024", "2026-08-29"),
        ("P3M", "2024-06", "2024-12-30"),
        ("P1M", "2024-05", "2024-08-15"),
    ],
)
def test_overdue_is_past_period_cadence_lag_and_grace(
    name: str, period: str, first_overdue_day: str
) -> None:
    found = parse_cadence(name)
    assert found is not None
    end = of_date(PartialDate(value=period, origin="front_matter"))
    assert found.overdue_from(end) == date.fromisoformat(first_overdue_day)


def test_nothing_is_due_past_the_calendar() -> None:
    found = parse_cadence("P1000Y")
    assert found is not None
    assert found.overdue_from(of_date(PartialDate(value="9990", origin="front_matter"))) is None


def test_three_releases_teach_cadence_and_lag() -> None:
    learned = learn(YEARLY)
    assert learned is not None
    assert (learned.name, learned.months, learned.learned) == ("P1Y", 12, True)
    assert learned.lag_days == (date(2024, 5, 3) - date(2023, 12, 31)).days
    assert learned.grace_days == (date(2023, 5, 11) - date(2022, 12, 31)).days - learned.lag_days


def test_two_releases_or_three_of_one_period_teach_nothing() -> None:
    assert learn(YEARLY[:2]) is None
    assert learn([YEARLY[0], YEARLY[0], release("2021", "2023-01-01")]) is None


def test_an_unsteady_series_has_no_cadence() -> None:
    assert (
        learn([release("2001", "2002"), release("2002", "2003"), release("2023", "2024")]) is None
    )


def test_weekly_and_quarterly_series_are_learned() -> None:
    weekly = learn([release(f"2024-05-{d:02d}", f"2024-05-{d + 2:02d}") for d in (5, 12, 19, 26)])
    quarters = learn([release(f"2024-{m:02d}", f"2024-{m + 2:02d}") for m in (3, 6, 9)])
    assert weekly is not None
    assert quarters is not None
    assert (weekly.name, weekly.lag_days, weekly.grace_days) == ("P7D", 2, 7)
    assert quarters.name == "P3M"


def test_a_given_cadence_keeps_its_length_and_learns_its_lag() -> None:
    both = cadence("P2Y", YEARLY)
    assert both is not None
    assert (both.name, both.months, both.learned) == ("P2Y", 24, True)
    assert both.lag_days < 180
    assert cadence("P1Y", []) == parse_cadence("P1Y")
    assert cadence(None, YEARLY) == learn(YEARLY)
    assert cadence("often", []) is None


@given(st.permutations(YEARLY))
def test_the_order_of_releases_teaches_the_same(releases: list[Release]) -> None:
    assert learn(releases) == learn(YEARLY)


def test_releases_of_one_statistic_are_found_by_publisher_and_title() -> None:
    def source(id: str, title: str, published: str | None, valid: str | None = None) -> Document:
        return document(
            id=id,
            title=title,
            kind="source_document",
            checked_on=None,
            published_on=published,
            valid_as_of=valid,
            publisher="Transport Office",
        )

    sources = [
        source("b", "Road deaths, 2022", "2023-05"),
        source("a", "Road deaths, 2021", "2022-05"),
        source("c", "Road deaths (FY 2023)", "2024-05"),
        source("d", "Rail deaths, 2023", "2024-05"),
        source("e", "Road deaths, 2024", None),
        source("f", "Road deaths", "2025-05", "2024"),
        source("g", "Road deaths", "2025-05"),
    ]
    found = releases_among(sources, sources[0])
    assert [r.document_id for r in found] == ["a", "b", "c", "f"]


def test_without_a_publisher_nothing_is_one_series() -> None:
    one = document(title="Road deaths, 2022", kind="source_document", published_on="2023")
    assert series_key(one) == ("", "road deaths")
    assert releases_among([one], one) == ()
    assert partial(None) is None
