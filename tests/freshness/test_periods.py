"""Which periods a text gives, as day-precise intervals at exact places."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.freshness.periods import add_months, newest, of_date, periods
from assistant.types import PartialDate


@pytest.mark.parametrize(
    ("text", "words", "first", "last", "grain"),
    [
        ("Deaths fell in 2024.", "2024", "2024-01-01", "2024-12-31", "year"),
        ("In May 2024 it rose", "May 2024", "2024-05-01", "2024-05-31", "month"),
        ("in Feb. 2024", "Feb. 2024", "2024-02-01", "2024-02-29", "month"),
        ("on 12 May 2024,", "12 May 2024", "2024-05-12", "2024-05-12", "day"),
        ("on May 3rd, 2024", "May 3rd, 2024", "2024-05-03", "2024-05-03", "day"),
        ("as of 2024-05-06", "2024-05-06", "2024-05-06", "2024-05-06", "day"),
        ("during 2024-05", "2024-05", "2024-05-01", "2024-05-31", "month"),
        ("Q1 2024 sales", "Q1 2024", "2024-01-01", "2024-03-31", "quarter"),
        ("2023-Q4", "2023-Q4", "2023-10-01", "2023-12-31", "quarter"),
        (
            "the third quarter of 2023",
            "third quarter of 2023",
            "2023-07-01",
            "2023-09-30",
            "quarter",
        ),
        ("H2 2020", "H2 2020", "2020-07-01", "2020-12-31", "half"),
        ("the first half of 2021", "first half of 2021", "2021-01-01", "2021-06-30", "half"),
        ("the FY 2022 total", "FY 2022", "2021-10-01", "2022-09-30", "fiscal_year"),
        ("FY\u20112022", "FY\u20112022", "2021-10-01", "2022-09-30", "fiscal_year"),
        ("FY22", "FY22", "2021-10-01", "2022-09-30", "fiscal_year"),
        ("fiscal year 2021-22", "fiscal year 2021-22", "2021-10-01", "2022-09-30", "fiscal_year"),
        ("from 2019 to 2023", "from 2019 to 2023", "2019-01-01", "2023-12-31", "range"),
        ("2019\u201323", "2019\u201323", "2019-01-01", "2023-12-31", "range"),
        ("between 2010 and 2020", "between 2010 and 2020", "2010-01-01", "2020-12-31", "range"),
        (
            "the 12 months to June 2023",
            "12 months to June 2023",
            "2022-07-01",
            "2023-06-30",
            "range",
        ),
        (
            "the year ending December 2023",
            "the year ending December 2023",
            "2023-01-01",
            "2023-12-31",
            "range",
        ),
        ("in the 1990s", "1990s", "1990-01-01", "1999-12-31", "decade"),
        ("absence in 2023-24", "2023-24", "2023-07-01", "2024-06-30", "split_year"),
        ("the 2023\u201324 school year", "2023\u201324", "2023-07-01", "2024-06-30", "split_year"),
        ("the 2023/2024 ski season", "2023/2024", "2023-07-01", "2024-06-30", "split_year"),
        ("school year 1999-2000", "1999-2000", "1999-07-01", "2000-06-30", "split_year"),
        ("the 2023-24 fiscal year", "2023-24", "2023-10-01", "2024-09-30", "fiscal_year"),
        ("the 2025-26 election cycle", "2025-26", "2025-01-01", "2026-12-31", "range"),
        ("grew in 2023-2024", "2023-2024", "2023-01-01", "2024-12-31", "range"),
        (
            "between July 2018 and May 2020",
            "between July 2018 and May 2020",
            "2018-07-01",
            "2020-05-31",
            "range",
        ),
        ("April to June 2024", "April to June 2024", "2024-04-01", "2024-06-30", "range"),
        ("Nov\u2013Feb 2024", "Nov\u2013Feb 2024", "2023-11-01", "2024-02-29", "range"),
    ],
)
def test_a_period_is_an_interval_at_its_place(
    text: str, words: str, first: str, last: str, grain: str
) -> None:
    (period,) = periods(text)
    assert period.span.of(text) == words
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.grain == grain


@pytest.mark.parametrize(
    "text",
    [
        "about 2000 people",
        "2024 children were counted",
        "it cost $2019",
        "2,024 cases",
        "1,950.5",
        "2023% more",
        "version 3.2024",
        "on 31 February 2024x",
        "the third half of nothing",
    ],
)
def test_a_count_is_no_period(text: str) -> None:
    assert periods(text) == ()


def test_a_day_that_does_not_exist_leaves_what_is_certain() -> None:
    (period,) = periods("on 31 February 2024")
    assert period.grain == "month"


def test_months_that_run_backwards_are_two_months() -> None:
    assert [p.grain for p in periods("from May 2024 to June 2023")] == ["month", "month"]


def test_periods_come_in_reading_order_and_never_overlap() -> None:
    text = "From 2019 to 2023 it grew; in May 2024 and FY 2022 it fell, in Q1 2025 it stood still."
    found = periods(text)
    assert [p.span.of(text) for p in found] == [
        "From 2019 to 2023",
        "May 2024",
        "FY 2022",
        "Q1 2025",
    ]
    last = newest(found)
    assert last is not None
    assert last.span.of(text) == "Q1 2025"


def test_a_publication_date_is_told_from_a_described_period() -> None:
    text = "Figures for 2023, published in May 2025, show a rise."
    assert [(p.span.of(text), p.publication) for p in periods(text)] == [
        ("2023", False),
        ("May 2025", True),
    ]


@pytest.mark.parametrize(
    ("text", "name", "as_date"),
    [
        ("in 2024", "2024", "2024"),
        ("FY 2022", "the fiscal year to 2022-09", "2022-09"),
        ("2019-23", "2019 to 2023", "2023"),
        ("2023-24", "2023-24", "2024-06"),
        ("April to June 2024", "2024-04 to 2024-06", "2024-06"),
        ("from July 2018 to May 2020", "2018 to 2020-05", "2020-05"),
        ("Q1 2024", "the quarter to 2024-03", "2024-03"),
        ("on 12 May 2024", "2024-05-12", "2024-05-12"),
        ("the year to June 2023", "2022 to 2023-06", "2023-06"),
    ],
)
def test_a_period_names_itself_and_its_end(text: str, name: str, as_date: str) -> None:
    (period,) = periods(text)
    assert period.name == name
    assert period.as_date.value == as_date


@pytest.mark.parametrize(
    ("value", "grain"), [("2024", "year"), ("2024-05", "month"), ("2024-05-12", "day")]
)
def test_a_metadata_date_is_the_same_interval(value: str, grain: str) -> None:
    given_date = PartialDate(value=value, origin="front_matter")
    period = of_date(given_date)
    assert (period.first, period.last, period.grain) == (given_date.first, given_date.last, grain)


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_every_iso_day_is_found(day: date) -> None:
    (period,) = periods(f"It stood at 5 on {day.isoformat()}.")
    assert (period.first, period.last) == (day, day)


@given(st.text(max_size=200))
def test_any_text_gives_ordered_disjoint_spans(text: str) -> None:
    found = periods(text)
    assert all(a.span.end <= b.span.start for a, b in zip(found, found[1:], strict=False))
    assert all(p.first <= p.last and p.span.end <= len(text) for p in found)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-12-31", 12, "2025-12-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-09-30", 3, "2024-12-31"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-05-12", 1, "2024-06-12"),
    ],
)
def test_a_month_later_keeps_the_end_of_the_month(start: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_past_the_calendar_is_an_error_by_name() -> None:
    with pytest.raises(OverflowError, match="past the calendar"):
        add_months(date(9999, 6, 1), 12)
