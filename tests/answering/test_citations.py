from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import fakes
from assistant.answering.citations import (
    SecondHop,
    cite,
    clause_before,
    locate,
    markers,
    strip_markers,
)
from assistant.answering.language.text import split_sentences
from assistant.answering.support.judge import judge
from assistant.types import Document, Passage, Section, Source, Span

TEXT = (
    "He said “the ferry’s late”. It carried 412,906 people,\n  or 87% of all [1]. U.S. ferries too."
)


def passage(text: str = TEXT, start: int = 10) -> Passage:
    span = Span(start=start, end=start + len(text))
    return Passage(id=1, document_id="d", version=1, span=span, text=text)


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("the ferry’s late", "the ferry’s late"),
        ('"the ferry\'s late"', "“the ferry’s late”"),
        ("412,906 people, or 87% of all", "412,906 people,\n  or 87% of all"),
        ("  It carried  ", "It carried"),
    ],
)
def test_words_are_found_and_the_stored_ones_are_returned(words: str, stored: str) -> None:
    found = locate(passage(), words)
    assert found is not None
    assert ("x" * 10 + TEXT)[found.start : found.end] == stored


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "2,906 people",
        "412,90",
        "412",
        "or 87",
        "erry’s late",
        "the ferry is late",
        "It Carried",
        "412,907 people",
    ],
)
def test_what_is_not_there_or_cuts_a_word_or_number_is_no_citation(words: str) -> None:
    assert locate(passage(), words) is None


def test_a_later_whole_occurrence_is_found_behind_one_that_would_be_cut() -> None:
    text = "In all 14 came, and 4 left."
    found = locate(passage(text, 0), "4")
    assert found is not None
    assert text[: found.start] == "In all 14 came, and "


@given(st.text(alphabet="ab1,. “\"’'\n", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_whatever_is_located_is_a_slice_of_the_text(text: str, start: int, size: int) -> None:
    words = text[start : start + size]
    if not text:
        return
    found = locate(passage(text, 5), words)
    if found is not None:
        assert 5 <= found.start < found.end <= 5 + len(text)
        stored = text[found.start - 5 : found.end - 5]
        assert len(stored.split()) == len(words.split())


def test_markers_are_stripped_and_nothing_else() -> None:
    assert strip_markers("It rose [1] [2], and fell [3-5].") == "It rose, and fell."
    assert strip_markers("An array a[i] of [sic] words") == "An array a[i] of [sic] words"
    assert [n for n, _, _ in markers("a [1, 3] b [7–9]")] == [1, 3, 7, 8, 9]


@pytest.fixture
def second_hop(archive: fakes.Archive) -> SecondHop:
    return SecondHop(
        resolve=archive.resolve, sentences=split_sentences, support=judge, audience="public"
    )


def span_of(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start=start, end=start + len(words))


def test_a_marker_leads_to_the_sentence_that_carries_it(
    passengers: Document, second_hop: SecondHop
) -> None:
    sentence = (
        "The HFA carried 412,906 paying passengers in 2024, according to its annual report [1]."
    )
    citation = cite(passengers, span_of(passengers, sentence), second_hop)
    assert citation.quote == sentence
    (via,) = citation.via
    assert via.marker == "[1]"
    assert via.quote is not None
    assert via.quote.startswith("In 2024 the Harbour Ferry Authority carried 412,906 paying")


def test_a_marker_without_a_document_is_kept_and_unresolved(
    passengers: Document, second_hop: SecondHop
) -> None:
    words = "Free trips by schoolchildren are not part of that number [1] [2]."
    vias = cite(passengers, span_of(passengers, words), second_hop).via
    assert [(via.marker, via.resolved) for via in vias] == [("[1]", True), ("[2]", False)]
    assert vias[1].source is not None
    assert vias[1].quote is None


def test_a_marker_that_the_list_lacks_has_no_source(
    passengers: Document, second_hop: SecondHop
) -> None:
    words = "In 2023 the HFA carried 398,115 paying passengers [9]."
    (via,) = cite(passengers, span_of(passengers, words), second_hop).via
    assert (via.marker, via.source, via.document) == ("[9]", None, None)


def test_part_of_a_sentence_still_has_the_markers_of_the_whole(
    passengers: Document, second_hop: SecondHop
) -> None:
    citation = cite(passengers, span_of(passengers, "87% of departures"), second_hop)
    assert [via.marker for via in citation.via] == ["[1]"]
    assert citation.via[0].quote == (
        "Of all departures in 2024, 87% left within five minutes of the timetable."
    )


def test_a_source_that_says_something_else_carries_nothing(
    archive: fakes.Archive, passengers: Document, second_hop: SecondHop
) -> None:
    words = "The HFA counts boardings, not people: a commuter who crosses twice a day"
    (via,) = cite(passengers, span_of(passengers, words), second_hop).via
    assert via.resolved
    assert via.span is None


SPLIT = (
    "Its author is the Harbour Ferry Authority of Port Ellery.",
    "In 2024 the ferries carried 412,906 passengers.",
)


def followed(passengers: Document, between: str) -> Span | None:
    """Where a marker leads in a source that parts what the claim says by `between`."""
    claim = "The Harbour Ferry Authority of Port Ellery carried 412,906 passengers in 2024 [1]."
    text = between.join(SPLIT)
    whole = (Section(span=Span(start=0, end=len(text))),)
    report = replace(passengers.content, title="A report", publisher=None, text=text)
    source = replace(passengers, id="report", content=replace(report, sections=whole))
    citing = replace(passengers.content, text=claim, sections=(), sources=(Source(n=1),))
    hop = SecondHop(
        resolve=lambda *_: source, sentences=split_sentences, support=judge, audience="public"
    )
    check = replace(passengers, content=citing)
    (via,) = cite(check, Span(start=0, end=len(claim)), hop).via
    return via.span


def test_two_sentences_carry_together_in_one_paragraph_only(passengers: Document) -> None:
    together = followed(passengers, " ")
    assert together == Span(start=0, end=len(" ".join(SPLIT)))
    for between in ("\n\n", "\n\nThe figures\n\n", "\n- "):
        apart = followed(passengers, between)
        assert apart is None or "\n" not in apart.of(between.join(SPLIT))


@pytest.mark.parametrize("marker", ["[1]", "[2]", "[3]"])
def test_markers_side_by_side_stand_for_the_same_words(marker: str) -> None:
    sentence = "Boats run daily [4]; ferries rarely sink [1] [2] [3]."
    assert clause_before(sentence, sentence.index(marker)) == "ferries rarely sink"
