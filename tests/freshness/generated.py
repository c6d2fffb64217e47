"""Generated archives: statistics of a few offices, published and checked, judged by the real judge.

Figures are read by the real extractor and compared by the real keys; only the ledger's place is
taken by a list of documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import product
from typing import Any

from freshness_making import document, statement, volatility
from hypothesis import strategies as st
from support.counts import FULL

from assistant.freshness.facts import DocumentLinks, RatedAlso, SourceState
from assistant.freshness.judge import Judge
from assistant.freshness.keys.extraction import extract
from assistant.freshness.sentences import split
from assistant.freshness.series import releases_among
from assistant.types import Document, Figure, Freshness, Source, Statement

METRICS = ("road deaths", "house fires", "boat licences", "measles cases", "patent filings")
OFFICES = ("Transport Office", "Health Agency", "Statistics Bureau")
PLACES = ("Ohio", "Texas", "Maine")
_AROUND = ((2, 28), (2, 29), (3, 1), (12, 31))
# What the same words give is worked out once: thousands of cases are judged in a full run.
_read = lru_cache(maxsize=65_536)(extract)
_volatility = lru_cache(maxsize=65_536)(volatility)
_split = lru_cache(maxsize=65_536)(split)

Where = tuple[str, ...]
EVERYWHERE: Where = ("document", "answer", "claim")
WHERE = st.sampled_from([(each,) for each in EVERYWHERE]) if FULL else st.just(EVERYWHERE)
"""Where a case is judged. Of the few of a bounded run each is judged everywhere; of the thousands
of a full run each at one place, which is drawn: so as many more archives and clocks are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A statistic: who counts what, and where."""

    office: str
    metric: str
    place: str

    def sentence(self, year: int, value: int) -> str:
        return f"In {year} the {self.office} counted {value:,} {self.metric} in {self.place}."

    @property
    def question(self) -> str:
        return (
            f"What is the latest yearly number of {self.metric} in {self.place} counted by the "
            f"{self.office}?"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """An archive in memory, as a judge asks it."""

    documents: tuple[Document, ...] = ()
    links: Mapping[str, DocumentLinks] = field(default_factory=dict)
    sources: Mapping[int, SourceState] = field(default_factory=dict)
    authority: Mapping[str, int] = field(default_factory=dict)
    releases: tuple[Document, ...] = ()
    rated: tuple[Document, ...] = ()
    quote: str | None = None

    def with_(self, *more: Document) -> Holdings:
        return replace(self, documents=(*self.documents, *more))

    @property
    def judge(self) -> Judge:
        return Judge(
            volatility=_volatility,
            links=lambda name: self.links.get(name, DocumentLinks()),
            rivals=self._rivals,
            figures_of=lambda one: _read(one.content),
            sources=lambda one: self.sources if one.kind == "fact_check" else {},
            carrier=lambda state, sentence: self.quote,
            series=lambda one: (
                releases_among(self.releases, self.releases[0]) if self.releases else ()
            ),
            verdicts=self._verdicts,
            authority=self.authority,
            sentences=_split,
        )

    def _verdicts(self, of: Document) -> Sequence[RatedAlso]:
        return [
            (mine, each, theirs)
            for mine in of.content.verdicts
            for each in self.rated
            for theirs in each.content.verdicts
        ]

    def _rivals(self, _figure: Figure) -> Sequence[tuple[Document, Figure]]:
        return [(each, found) for each in self.documents for found in _read(each.content)]


def check(
    series: Series, year: int, value: int, day: date, more: str = "", **content: Any
) -> Document:
    """A fact-check that answers by one figure, cited from the office's own page, and says more."""
    sentence = series.sentence(year, value)[:-1] + " [1]." + more
    given = {"id": "check", "publisher": "Desk", "title": series.question, **content}
    line = Source(n=1, title=series.metric, publisher=series.office)
    return document(sentence, checked_on=day.isoformat(), sources=(line,), **given)


def source(name: str, series: Series, year: int, value: int, day: date | None) -> Document:
    return document(
        series.sentence(year, value),
        id=name,
        title=f"{series.office}: {series.metric}, {year}",
        kind="source_document",
        checked_on=None,
        published_on=day.isoformat() if day else None,
        publisher=series.office,
    )


def said(of: Document) -> Statement:
    return statement(of.content.sections[0].span.of(of.text), of)


def views(
    holdings: Holdings, of: Document, now: date, where: Where = EVERYWHERE
) -> list[Freshness]:
    """The document's own verdict, an answer's and a claim's that rest on it: those of `where`."""
    judge = holdings.judge
    return [_VIEWS[each](judge, of, now) for each in where]


_VIEWS: Mapping[str, Callable[[Judge, Document, date], Freshness]] = {
    "document": lambda judge, of, now: judge.document(of, now)[0],
    "answer": lambda judge, of, now: judge.answer(of.title, [said(of)], now),
    "claim": lambda judge, of, now: judge.claim(of.title, said(of), 0, now),
}


def rules(freshness: Freshness) -> set[str]:
    return {reason.rule for reason in freshness.reasons}


SERIES = st.sampled_from(
    [
        Series(office=office, metric=metric, place=place)
        for office, metric, place in product(OFFICES, METRICS, PLACES)
    ]
)
YEARS = st.integers(2012, 2024)
VALUES = st.integers(500, 45_000).map(lambda half: 2 * half + 1)
"""Odd, so that none is a rounded one, and two differ by more than their precision."""
LEAP = [date(year, month, day) for year in (2016, 2020, 2024, 2028) for month, day in _AROUND]
DAYS = st.dates(date(2014, 1, 1), date(2032, 12, 31)) | st.sampled_from(LEAP)


@cache
def soon_after(year: int) -> st.SearchStrategy[date]:
    """A day on which figures for a year may come out or be checked: in the year after it."""
    return st.integers(30, 360).map(lambda days: date(year, 12, 31) + timedelta(days=days))
