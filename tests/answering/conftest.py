"""A small archive of our own about an invented ferry authority, as answering sees it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from assistant import fakes
from assistant.answering.ask import Asker
from assistant.answering.language.text import split_sentences
from assistant.answering.sentences.extractive import compose
from assistant.answering.sufficiency import sufficiency
from assistant.answering.support.judge import judge
from assistant.types import (
    Content,
    Document,
    PartialDate,
    Section,
    Source,
    Span,
    Verdict,
)


def content(title: str, sections: list[tuple[str, str, str]], **fields: object) -> Content:
    """`sections` are (heading, role, text); the text of the document is built from them."""
    text = title + "\n\n"
    built = []
    for heading, role, body in sections:
        text += heading + "\n\n"
        start = len(text)
        text += body + "\n\n"
        span = Span(start=start, end=start + len(body))
        built.append(Section(span=span, heading_path=(heading,), role=role))  # type: ignore[arg-type]
    base = Content(kind="fact_check", title=title, text=text, sections=tuple(built))
    return replace(base, **fields)  # type: ignore[arg-type]


SOURCE_URL = "https://ferries.example/annual-report-2024"


@pytest.fixture
def passengers() -> Document:
    return fakes.document(
        content(
            "How many passengers did the Harbour Ferry Authority (HFA) carry?",
            [
                (
                    "Executive summary",
                    "summary",
                    "The HFA carried 412,906 paying passengers in 2024, according to its annual "
                    "report [1]. Free trips by schoolchildren are not part of that number [1] [2].",
                ),
                (
                    "1. What the number counts",
                    "body",
                    "The HFA counts boardings, not people: a commuter who crosses twice a day is "
                    "counted twice [1]. However, transfers between two ferries on one ticket are "
                    "counted once. In 2023 the HFA carried 398,115 paying passengers [9].",
                ),
                (
                    "2. Punctuality",
                    "body",
                    "In 2024, 87% of departures left within five minutes of the timetable [1]. "
                    "The HFA calls a ferry late when it leaves more than five minutes after its "
                    "time.",
                ),
            ],
            checked_on=PartialDate(value="2025-06-01", origin="page_text"),
            sources=(
                Source(n=1, title="Annual report 2024", url=SOURCE_URL),
                Source(n=2, title="School travel rules", url="https://ferries.example/schools"),
            ),
            follow_ups=(
                "How many passengers did the HFA carry in 2023?",
                "Which volcanoes erupted in Iceland last winter?",
            ),
            verdicts=(
                Verdict(
                    claim="The Harbour Ferry Authority carried half a million passengers in 2024",
                    rating="Mostly false",
                ),
            ),
        ),
        id="ferry-passengers",
    )


@pytest.fixture
def report() -> Document:
    return fakes.document(
        content(
            "Annual report 2024 of the Harbour Ferry Authority",
            [
                (
                    "Traffic",
                    "body",
                    "The year was calm. In 2024 the Harbour Ferry Authority carried 412,906 paying "
                    "passengers on its four lines. Trips by schoolchildren are free and are not "
                    "part of the number of paying passengers.",
                ),
                (
                    "Timetable",
                    "body",
                    "Of all departures in 2024, 87% left within five minutes of the timetable.",
                ),
            ],
            kind="source_document",
            url=SOURCE_URL,
            publisher="Harbour Ferry Authority",
        ),
        id="ferry-report",
    )


@pytest.fixture
def tolls() -> Document:
    return fakes.document(
        content(
            "Is the bridge toll in Norland rising in 2025?",
            [
                (
                    "Executive summary",
                    "summary",
                    "The bridge toll in Norland stays at 4 dollars in 2025, because the council "
                    "voted against an increase. The council will vote again in 2026.",
                ),
            ],
            checked_on=PartialDate(value="2025-03-01", origin="page_text"),
        ),
        id="bridge-toll",
    )


@pytest.fixture
def archive(passengers: Document, report: Document, tolls: Document) -> fakes.Archive:
    return fakes.Archive([passengers, report, tolls])


def in_force(document: Document, day: date) -> bool:
    checked = document.content.checked_on
    return checked is None or checked.first <= day


@pytest.fixture
def make_asker() -> Callable[..., Asker]:
    def make(archive: fakes.Archive, **parts: object) -> Asker:
        ids = itertools.count(1)
        asker = Asker(
            retrieve=fakes.Retriever(archive),
            documents=archive.lookup,
            sufficiency=sufficiency,
            compose=compose,
            support=judge,
            freshness=fakes.Freshnesses(),
            resolve=archive.resolve,
            sentences=split_sentences,
            in_force=in_force,
            new_id=lambda: f"{next(ids):032x}",
        )
        return replace(asker, **parts)  # type: ignore[arg-type]

    return make
