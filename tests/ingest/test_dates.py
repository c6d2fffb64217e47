from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.dates import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-12-19", "2025-12-19"),
        ("2025-12", "2025-12"),
        ("2025", "2025"),
        ("2025/1/9", "2025-01-09"),
        ("20251219", "2025-12-19"),
        ("2025-12-19T23:30:00-08:00", "2025-12-19"),
        ("2025-12-19 10:00:00Z", "2025-12-19"),
        ("20251219T101500Z", "2025-12-19"),
        ("December 19, 2025", "2025-12-19"),
        ("  December\n19,  2025. ", "2025-12-19"),
        ("Dec. 19th, 2025", "2025-12-19"),
        ("19 December 2025", "2025-12-19"),
        ("the 1st of May 2024", "2024-05-01"),
        ("Fri, 19 Dec 2025 10:00:00 GMT", "2025-12-19"),
        ("Friday, December 19, 2025 at 10:00 am", "2025-12-19"),
        ("19-Dec-2025", "2025-12-19"),
        ("Dec. 2024", "2024-12"),
        ("Sept 2024", "2024-09"),
        ("February 29, 2024", "2024-02-29"),
        ("19.12.2025", "2025-12-19"),
        ("12/19/2025", "2025-12-19"),
        ("19/12/2025", "2025-12-19"),
        ("05/05/2025", "2025-05-05"),
        ("03/04/2025", "2025"),
        ("December 19, 2099", "2099-12-19"),
    ],
)
def test_written_dates(text: str, value: str) -> None:
    found = parse(text, "page_text")
    assert found is not None
    assert (found.value, found.origin) == (value, "page_text")


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "February 30, 2025", "2025-13-01", "2025-00", "31/31/2025", "0000", "12"),
        *("December", "19 December", "Q3 2024", "in 2024", "20251399", "2025-02-30T10:00:00Z"),
        "2024 " * 30,
    ],
)
def test_what_is_no_date_is_unknown(text: str) -> None:
    assert parse(text, "page_text") is None


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 1, 1)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    written = day.strftime("%B %d, ") + f"{day.year:04d}"
    european = f"{day.day} {day.strftime('%b')} {day.year:04d}"
    for text in (day.isoformat(), written, european, f"{day.isoformat()}T00:00:00Z"):
        found = parse(text, "row")
        assert found is not None
        assert found.first == found.last == day
        assert found.last + timedelta(days=1) > day


@given(st.text(max_size=70))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = parse(text, "row")
    assert found is None or found.first <= found.last
