"""The values refuse to be what may never be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.fakes import document
from assistant.types import (
    Answer,
    Citation,
    Claim,
    Content,
    Document,
    Freshness,
    PartialDate,
    Section,
    Source,
    Span,
    Statement,
    Via,
)

TEXT = "Whales sing. They also click."
WHOLE = Span(start=0, end=len(TEXT))


@pytest.fixture
def whales() -> Document:
    content = Content(
        kind="fact_check",
        title="Do whales sing?",
        text=TEXT,
        sections=(Section(span=WHOLE, role="summary"),),
        pages=(Span(start=0, end=13), Span(start=13, end=len(TEXT))),
    )
    return document(content)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_date_is_an_interval_of_its_precision(value: str, first: date, last: date) -> None:
    when = PartialDate(value=value, origin="row")
    assert (when.first, when.last, str(when)) == (first, last, value)


@pytest.mark.parametrize(
    "value",
    ["", "24", "2024-00", "2024-13", "2024-05-00", "2023-02-29", "2024-5", "2024-05-1", "+024"],
)
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the messages are the calendar's
        PartialDate(value=value, origin="row")


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (5, 2)])
def test_a_span_holds_something(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start=start, end=end)


def test_a_citation_is_cut_never_supplied(whales: Document) -> None:
    citation = Citation(document=whales, span=Span(start=13, end=len(TEXT)))
    assert citation.quote == "They also click."
    assert citation.page == 2
    with pytest.raises(TypeError):
        Citation(document=whales, span=WHOLE, quote="Whales dance.")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="no text at"):
        Citation(document=whales, span=Span(start=0, end=len(TEXT) + 1))


def test_a_second_hop_quotes_only_what_it_reached(whales: Document) -> None:
    nowhere = Via(marker="[1]", source=Source(n=1))
    assert (nowhere.resolved, nowhere.quote) == (False, None)
    assert Via(marker="[1]", document=whales).quote is None
    assert Via(marker="[1]", document=whales, span=Span(start=0, end=12)).quote == "Whales sing."


def test_nothing_is_said_without_a_citation(whales: Document) -> None:
    with pytest.raises(ValueError, match="never said"):
        Statement(text="Whales sing.", citations=(), support=1.0)
    fresh = Freshness(state="fresh", score=0.0)
    with pytest.raises(ValueError, match="abstention"):
        Answer(claims=(), freshness=fresh, confidence=1.0, as_of=date(2026, 1, 1))


def test_numbers_follow_first_use_and_count_a_quote_once(whales: Document) -> None:
    first = Citation(document=whales, span=Span(start=0, end=12))
    second = Citation(document=whales, span=Span(start=13, end=len(TEXT)))
    fresh = Freshness(state="fresh", score=0.0)
    claims = tuple(
        Claim(statement=Statement(text="x", citations=cited, support=1.0), freshness=fresh)
        for cited in ((second,), (first, second))
    )
    answer = Answer(claims=claims, freshness=fresh, confidence=1.0, as_of=date(2026, 1, 1))
    assert answer.citations == (second, first)
    assert [answer.numbers(claim) for claim in claims] == [(1,), (2, 1)]


def test_a_section_is_found_by_its_words(whales: Document) -> None:
    section = whales.section_of(Span(start=0, end=5))
    assert section is not None
    assert section.role == "summary"
    assert whales.retrieved_on < datetime(2027, 1, 1, tzinfo=UTC)
    assert whales.page_of(Span(start=len(TEXT) + 5, end=len(TEXT) + 6)) is None


@given(st.text(alphabet="ab \n😀", min_size=1, max_size=60), st.data())
def test_what_stands_around_a_quote_is_its_paragraph(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    most = data.draw(st.integers(1, 20))
    span = Span(start=start, end=end)
    content = Content(
        kind="fact_check",
        title="",
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
    )
    before, after = document(content).around(span, most)
    assert text[start - len(before) : end + len(after)] == before + span.of(text) + after
    assert "\n" not in before + after
    assert len(before) <= most
    assert len(after) <= most
