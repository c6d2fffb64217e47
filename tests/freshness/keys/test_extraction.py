"""Figures are read with their offsets and keys; what is no figure is none; any text is survived."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.freshness.keys.extraction import extract
from assistant.types import Content, Figure, PartialDate, Section, Span
from evals.suites.keyed_figures import content_of
from evals.suites.keys import read_all


def content(text: str, title: str = "A page", publisher: str | None = None) -> Content:
    whole = f"{title}\n\n{text}"
    sections = (Section(span=Span(start=len(title) + 2, end=len(whole))),) if text else ()
    return Content(
        kind="source_document", title=title, text=whole, sections=sections, publisher=publisher
    )


def only(text: str, **given: str) -> Figure:
    (figure,) = extract(content(text, **given))
    return figure


def test_a_figure_stands_where_it_says() -> None:
    page = content("The office is old. In 2024, it received 1,204 complaints about noise.")
    (figure,) = extract(page)
    assert figure.span.of(page.text) == "1,204 complaints"
    assert figure.sentence.of(page.text) == "In 2024, it received 1,204 complaints about noise."
    assert (figure.value, figure.precision, figure.unit) == (1204, 0.5, "complaint")


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("It received 36.2 million reports.", 36_200_000, 50_000),
        ("About 40 billion tonnes were emitted.", 40e9, 5e9),
        ("More than 27,000 reports came in.", 27_000, 1000),
        ("There were 27,432 reports.", 27_432, 0.5),
        ("1 in 4 adults smoked.", 25, 2.5),
        ("Half a million people came.", 500_000, 500_000),
        ("The rate was 4.1 percent.", 4.1, 0.05),
    ],
)
def test_values_are_in_whole_units(text: str, value: float, precision: float) -> None:
    figure = only(text)
    assert figure.value == pytest.approx(value)
    assert figure.precision == pytest.approx(precision)


@pytest.mark.parametrize(
    "text",
    [
        "The law of 1984 was changed on 12 May 2019 [3].",
        "It covers children under 18 and adults aged 65 to 74.",
        "Section 611 of title 18 forbids it.",
        "They must report within 24 hours, as audit A-07-21-06102 says.",
        "COVID-19 and the U-6 rate are defined in Data Brief 522.",
        "The interval was wide, plus or minus 0.13.",
        "It was the 46th year of a 47-year record, at 10:30.",
    ],
)
def test_what_is_no_figure_is_none(text: str) -> None:
    assert extract(content(text)) == ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("There were 18.6 deaths per 100,000 live births.", "per 100000"),
        ("The wage is $7.25 per hour.", "usd/hour"),
        ("It was 1.5 degrees Celsius warmer.", "°c"),
        ("The ice covered 4.28 million square kilometres.", "km2"),
        ("The difference was 0.2 percentage points.", "pp"),
        ("669 women died of maternal causes.", "death"),
        ("Homicides fell to 412.", "homicid"),
    ],
)
def test_units(text: str, unit: str) -> None:
    assert only(text).unit == unit


def test_each_number_has_the_period_beside_it() -> None:
    page = content("Deaths rose from 31 in 2021 to 44 in 2023, after 29 in 2019.")
    assert [f.period_last for f in extract(page)] == [
        date(2021, 12, 31),
        date(2023, 12, 31),
        date(2019, 12, 31),
    ]


def test_a_fiscal_year_is_no_calendar_year() -> None:
    figure = only("The agency resolved 3,120 cases in fiscal year 2022.")
    assert (figure.period_first, figure.period_last) == (date(2021, 10, 1), date(2022, 9, 30))


def test_a_period_comes_from_the_document_where_the_sentence_has_none() -> None:
    text = "There were 1,204 complaints."
    assert only(text, title="Complaints in 2023").period_last == date(2023, 12, 31)
    assert only(text).period_last is None
    dated = Content(
        kind="source_document",
        title="Complaints",
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
        valid_as_of=PartialDate(value="2022", origin="front_matter"),
    )
    assert extract(dated)[0].period_last == date(2022, 12, 31)


def test_a_change_goes_up_or_down_and_is_no_level() -> None:
    down = only("Rents in Hungary fell by 2.1 percent in 2024.")
    level = only("Rents in Hungary fell to 21 percent of incomes in 2024.")
    assert down.value == -2.1
    assert "change" in down.population
    assert level.value == 21
    assert "change" not in level.population


def test_who_counts_is_one_name_however_it_is_written() -> None:
    named = only("The Office for National Statistics (ONS) counted 612 births in 2024.")
    short = only("The ONS counted 612 births in 2024.")
    published = only("There were 612 births.", publisher="Office for National Statistics")
    assert {named.subject, short.subject, published.subject} == {"ons"}
    assert (named.named, short.named, published.named) == (True, True, False)


def test_places_beside_their_numbers() -> None:
    page = content("Turnout was 64.74 percent in Germany, 51.49 percent in France.")
    assert [figure.place for figure in extract(page)] == ["germany", "france"]


def test_what_narrows_a_figure_is_kept_apart() -> None:
    women = only("Turnout among women was 66.9 percent in 2024.")
    everyone = only("Turnout was 65.3 percent in 2024.")
    assert women.metric == everyone.metric
    assert women.population == ("woman",)


@given(st.text(max_size=400))
def test_any_text_is_survived(text: str) -> None:
    page = content(text)
    for figure in extract(page):
        assert figure.sentence.covers(figure.span)
        assert figure.span.end <= len(page.text)


_PIECES = st.sampled_from(
    [
        *("in 2024 ", "FY 2022 ", "12,345 ", "%", " percent ", "from ", "to ", "of the "),
        *("reports ", "$", ".", ", ", "[1] ", "\u0130", "1 in 4 ", "as of May 3 ", "-", "\u2011"),
        *("the year before ", "NCMEC (", ") ", "Office of ", "United States ", "0.5 ", "9999 "),
        *("per 100,000 ", "million ", "aged 18 ", "rose by ", "\n\n", "\n- "),
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_mixture_of_its_own_words_is_survived(text: str) -> None:
    page = content(text, title="Numbers of 2023")
    for figure in extract(page):
        assert figure.sentence.covers(figure.span)
        assert figure.precision > 0


def test_only_what_may_be_quoted_is_read() -> None:
    text = "There were 12 fires.\n\nSee also 15 fires."
    sections = (
        Section(span=Span(start=0, end=20)),
        Section(span=Span(start=22, end=len(text)), role="furniture"),
    )
    page = Content(kind="source_document", title="Fires", text=text, sections=sections)
    assert [figure.value for figure in extract(page)] == [12]


def test_the_seeds_counts_are_told_apart(shared: Path) -> None:
    """Labelled by short keys: value, unit, a stem of the metric or population, period."""
    wanted = {
        (29568, "report", "assist", date(2024, 12, 31)),
        (27699, "case", "resolv", date(2022, 9, 30)),
        (375304, "entri", "miss", date(2023, 12, 31)),
        (36_200_000, "report", "cybertiplin", date(2023, 12, 31)),
        (23160, "report", "foster", date(2024, 12, 31)),
        (91, "%", "recov", date(2024, 12, 31)),
        (92, "%", "recov", date(2024, 12, 31)),
        (55, "%", "traffick", None),
    }
    (read,) = read_all(shared / "seeds" / "000_ceabae6b50229d8c.txt")
    found = extract(read)
    for value, unit, stem, last in wanted:
        assert any(
            (f.value, f.unit) == (value, unit)
            and stem in (*f.metric, *f.population)
            and (last is None or f.period_last == last)
            for f in found
        ), (value, unit, stem)


def test_a_pair_is_read_as_written() -> None:
    row = {
        "kind": "fact_check",
        "title": "How many?",
        "publisher": "Fire Office",
        "date": "2025-01-01",
        "text": "There were 412 fires in 2024 [1].",
    }
    (figure,) = extract(content_of(row))
    assert figure.subject == "fire office"
