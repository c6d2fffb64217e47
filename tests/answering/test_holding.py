"""Does a source hold what a marker stands for? Pairs that an editor would judge the same way."""

from __future__ import annotations

import pytest

from assistant import fakes
from assistant.answering.language.text import split_sentences
from assistant.answering.sources.holding import Marked, Objection, objections
from assistant.answering.sources.marked import Part
from assistant.answering.support.grounds import Ground, ground, stems
from assistant.types import Content, Section, Span

FERRIES = (
    "In 2024, the Harbour Ferry Authority carried 412,906 paying passengers. It says that 91% of "
    "its departures were on time. In 2023, it handled 28,886 complaints."
)
ACCIDENTS = (
    "The rate of boat accidents fell by 26.2%, from 31.3 accidents per 100,000 trips in 2023 to "
    "23.1 in 2024. Swimmers were not more likely to be hurt than before."
)
LAKES = "The share of clean lakes in 2024 was 64.74 percent in Germany, 51.49 percent in France."
CREWS = "In 2023, the average career was 25.8 years for men and 31.1 years for women."
LIMITS = "The fare is $3,500 per season. In the season before it was $3,300 per season."


def source(text: str, publisher: str = "Harbour Ferry Authority", name: str = "src") -> Ground:
    content = Content(
        kind="source_document",
        title="A report",
        publisher=publisher,
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
    )
    return ground(fakes.document(content, id=name), split_sentences)


def judged(claim: str, *texts: str, complete: bool = True, subject: str = "") -> list[Objection]:
    sources = tuple((n, source(text, name=f"s{n}")) for n, text in enumerate(texts, start=1))
    marked = Marked(
        part=Part(text=claim), sources=sources, subject=stems(subject), complete=complete
    )
    return list(objections(marked))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("In 2024 the ferries carried 412,906 paying passengers", FERRIES),
        ("In 2024 the ferries carried about 413,000 paying passengers", FERRIES),
        ("More than 410,000 passengers paid for the ferries in 2024", FERRIES),
        ("More than nine in ten departures of the ferries were on time", FERRIES),
        ("9% of the departures were not on time", FERRIES),
        ("The rate of boat accidents fell by about a quarter", ACCIDENTS),
        ("The rate of boat accidents fell by 26% from 2023 to 2024", ACCIDENTS),
        ("The rate of boat accidents fell by 8.2 accidents per 100,000 trips", ACCIDENTS),
        ("The share of clean lakes was 51.5 percent in France in 2024", LAKES),
        ("The fare is $200 higher than in the season before", LIMITS),
        ("The average career of women was 5.3 years longer than that of men in 2023", CREWS),
        ("The source does not say why the ferries were late", FERRIES),
    ],
)
def test_what_is_held_rounded_or_worked_out_is_no_finding(claim: str, text: str) -> None:
    assert judged(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text", "says"),
    [
        ("In 2024 the ferries carried 412,907 paying passengers", FERRIES, "412,906"),
        ("In 2024 the ferries carried about 431,000 paying passengers", FERRIES, "412,906"),
        ("In 2023 the ferries carried 412,906 paying passengers", FERRIES, "the year"),
        ("In 2024 the ferries handled 28,886 complaints", FERRIES, "the year"),
        ("In 2023 the ferries had 28,886 passengers", FERRIES, "counts complaints"),
        ("Fewer than nine in ten departures were on time", FERRIES, "91%"),
        ("The rate of boat accidents fell by about a third", ACCIDENTS, "26.2%"),
        ("The rate of boat accidents rose by 26.2%", ACCIDENTS, "“fell”, not “rose”"),
        ("The rate was 23.1 boat accidents per 100,000 trips in 2023", ACCIDENTS, "the year"),
        ("The rate was 31.3 boat accidents per 1,000 trips in 2023", ACCIDENTS, "the base"),
        ("The share of clean lakes in France was 64.74 percent in 2024", LAKES, "the place"),
        ("The average career was 25.8 years for women in 2023", CREWS, "the sex"),
        ("The average career was 25.8 months for men in 2023", CREWS, "counts years"),
        ("The fare is €3,500 per season", LIMITS, "another unit"),
    ],
)
def test_a_figure_of_something_else_differs(claim: str, text: str, says: str) -> None:
    (found,) = judged(claim, text)
    assert found.kind == "number_differs"
    assert says in " ".join(found.reasons)
    assert found.nearest is not None
    assert found.nearest.of(text)


@pytest.mark.parametrize(
    ("claim", "text", "says"),
    [
        ("The crews are trained in winter on the northern lakes", ACCIDENTS, "no statement"),
        ("Swimmers were more likely to be hurt than before", ACCIDENTS, "the opposite"),
        ("The Lake Board counted 31.3 accidents per 100,000 trips", ACCIDENTS, "Lake Board"),
        ("The share of clean lakes was published for Norway in 2024", LAKES, "Norway"),
        ("The share of clean lakes in Germany was published in 2019", LAKES, "2019"),
    ],
)
def test_what_a_source_does_not_say_is_unsupported(claim: str, text: str, says: str) -> None:
    (found,) = judged(claim, text, subject="How many boat accidents are there?")
    assert found.numbers == (1,)
    assert says in " ".join(found.reasons)


def test_sources_carry_a_sentence_together() -> None:
    claim = (
        "The ferries carried 412,906 passengers in 2024, and the rate of boat accidents was 23.1"
    )
    assert judged(claim, FERRIES, ACCIDENTS) == []
    assert judged(claim, FERRIES) != []


def test_a_marker_that_adds_nothing_is_found_beside_one_that_holds_it() -> None:
    claim = "In 2024 the ferries carried 412,906 paying passengers"
    (found,) = judged(claim, FERRIES, "The board met twice in winter. It named a new chair.")
    assert (found.kind, found.numbers) == ("unsupported", (2,))


def test_what_is_not_in_the_archive_may_hold_the_rest() -> None:
    claim = "The ferries carried 412,906 passengers in 2024 and employ 700 people"
    assert judged(claim, FERRIES, complete=False) == []
    assert judged(claim, FERRIES) != []
    (found,) = judged(
        "The crews are trained in winter on the northern lakes", LIMITS, complete=False
    )
    assert found.numbers == (1,)
