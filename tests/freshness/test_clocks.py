"""Four clocks, never mixed, read against an injected day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from freshness_making import document, partial
from hypothesis import given
from hypothesis import strategies as st

from assistant.freshness.clocks import (
    age_in_days,
    clocks,
    day,
    in_force,
    judged_on,
    known,
)


def test_each_clock_is_read_from_its_own_field() -> None:
    four = clocks(document(checked_on="2025-12-19", published_on="2025-05", valid_as_of="2024"))
    assert (str(four.checked_on), str(four.published_on), str(four.valid_as_of)) == (
        "2025-12-19",
        "2025-05",
        "2024",
    )
    assert four.retrieved_on == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_fact_check_is_judged_on_its_check_and_on_nothing_else() -> None:
    assert judged_on(document(checked_on=None, published_on="2025-05")) is None
    assert str(judged_on(document(checked_on="2025-12-19"))) == "2025-12-19"


def test_a_source_is_judged_on_its_publication() -> None:
    source = document(kind="source_document", checked_on="2025-12-19", published_on="2025-05")
    assert str(judged_on(source)) == "2025-05"


@pytest.mark.parametrize(
    ("value", "now", "age"),
    [
        ("2025-12-19", date(2025, 12, 20), 1),
        ("2025-12-19", date(2025, 12, 19), 0),
        ("2025", date(2025, 6, 1), 0),
        ("2025", date(2026, 1, 10), 10),
        ("2024-02", date(2024, 3, 1), 1),
        (None, date(2026, 1, 1), 0),
    ],
)
def test_age_runs_from_the_last_day_of_the_interval(value: str | None, now: date, age: int) -> None:
    assert age_in_days(partial(value), now) == age


def test_a_date_ahead_of_the_clock_is_unknown() -> None:
    assert known(partial("2026"), date(2025, 12, 31)) is None
    assert known(partial("2026"), date(2026, 1, 1)) == partial("2026")
    assert known(None, date(2026, 1, 1)) is None


def test_a_check_is_left_out_before_its_own_day() -> None:
    check = document(checked_on="2025-12-19")
    assert not in_force(check, date(2025, 12, 18))
    assert in_force(check, date(2025, 12, 19))


def test_undated_checks_and_sources_are_always_in_force() -> None:
    assert in_force(document(checked_on=None), date(1900, 1, 1))
    assert in_force(document(kind="source_document", checked_on="2999-01-01"), date(1900, 1, 1))


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_is_the_same_day_in_every_time_zone(naive: datetime, minutes: int) -> None:
    instant = naive.replace(tzinfo=UTC)
    elsewhere = instant.astimezone(timezone(timedelta(minutes=minutes)))
    assert day(instant) == day(elsewhere) == naive.date()


def test_a_day_and_a_naive_instant_are_taken_as_they_are() -> None:
    assert day(date(2024, 2, 29)) == date(2024, 2, 29)
    assert day(datetime(2024, 2, 29, 23, 59)) == date(2024, 2, 29)
