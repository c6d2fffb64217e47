"""A document's page holds every word of its text, and marks exactly the passage asked for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.layout import Block, parts
from assistant.channels.web import document_page
from assistant.ingest.normalise import normalise
from assistant.types import Content, Document, Section, SectionRole, Source, Span
from assistant.upkeep.standing import DocumentStanding
from channels.fake_assistant import NOW
from channels.test_pages import read

PIECES = st.sampled_from(
    [
        "<b>",
        "</p>",
        "<!--",
        "]]>",
        "&amp;",
        "&#10;",
        "{{x}}",
        "'\"",
        "[1]",
        "[2] A. B.",
        "[12]",
        "1. One",
        "\n",
        "\n\n",
        " ",
        "👩‍👩‍👧",
        "🇫🇷",
        "שלום",
        "مرحبا",
        "e\u0301",
        "\u200f",
        "word",
        "Executive summary",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), min_size=1, max_size=30).map(
    lambda pieces: normalise("".join(pieces))
)
ROLES: tuple[SectionRole, ...] = ("summary", "body", "sources", "follow_ups", "furniture")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any text with any sections over it, overlapping ones too."""
    title = normalise(draw(st.text(max_size=8)))
    text = draw(TEXTS)
    text = f"{title}\n\n{text}" if draw(st.booleans()) else text
    if not text:
        text = "x"
    bounds = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(bounds, bounds), max_size=5))
    sections = tuple(
        Section(
            span=Span(start=min(pair), end=max(pair)),
            role=draw(st.sampled_from(ROLES)),
            heading_path=draw(st.sampled_from([(), ("A",), ("A", "B")])),
        )
        for pair in spans
        if pair[0] != pair[1]
    )
    pages = (Span(start=0, end=1), Span(start=len(text) // 2, end=len(text)))
    content = Content(
        kind="fact_check",
        title=title,
        text=text,
        sections=sections,
        sources=(Source(n=1, title="<i>"), Source(n=2), Source(n=2, title="again")),
        pages=pages if len(text) > 2 and draw(st.booleans()) else (),
    )
    return Document(id="d", version=1, audience="public", content=content, retrieved_on=NOW)


@st.composite
def passages(draw: st.DrawFn) -> tuple[Document, Span]:
    document = draw(documents())
    start = draw(st.integers(0, len(document.text) - 1))
    end = draw(st.integers(start + 1, len(document.text)))
    return document, Span(start=start, end=end)


def words(blocks: list[Block], *, marked: bool = False) -> str:
    runs = [run for block in blocks for run in block.runs if run.marked or not marked]
    return "".join(piece.text for run in runs for piece in run.pieces)


@given(passages())
def test_the_page_is_the_text_and_the_marks_are_the_passage(case: tuple[Document, Span]) -> None:
    document, span = case
    standing = DocumentStanding(today=date(2026, 11, 21), document=document, newest=1)
    page = read(document_page(standing, mark=span))
    assert "".join(page.words) == document.text
    assert "".join(page.marks) == span.of(document.text)
    assert page.ids.count("cited") == 1
    unmarked = read(document_page(standing))
    assert "".join(unmarked.words) == document.text
    assert unmarked.marks == []


@given(passages())
def test_blocks_follow_each_other_without_a_gap(case: tuple[Document, Span]) -> None:
    document, span = case
    blocks = [block for part in parts(document, span) for block in part.blocks]
    assert words(blocks) == document.text
    assert words(blocks, marked=True) == span.of(document.text)
    assert all(run.pieces and piece.text for b in blocks for run in b.runs for piece in run.pieces)
    assert [run.first for block in blocks for run in block.runs if run.marked][0]


TEXT = """Is it so?

Executive summary

It is [1]. More [7].

1. Why

Because.
So there.

2. How

2.1 In detail

Like this.

Sources

[1] A. B. https://a.example
[2] C.

Want to dive deeper?

And then?"""


def section(words: str, role: SectionRole, *path: str) -> Section:
    start = TEXT.index(words)
    return Section(span=Span(start=start, end=start + len(words)), role=role, heading_path=path)


@pytest.fixture
def check() -> Document:
    content = Content(
        kind="fact_check",
        title="Is it so?",
        text=TEXT,
        sections=(
            section("It is [1]. More [7].", "summary", "Executive summary"),
            section("Because.\nSo there.", "body", "Why"),
            section("Like this.", "body", "How", "In detail"),
            section("[1] A. B. https://a.example\n[2] C.", "sources", "Sources"),
            section("And then?", "follow_ups", "Want to dive deeper?"),
        ),
        sources=(Source(n=1), Source(n=2)),
    )
    return Document(id="d", version=1, audience="public", content=content, retrieved_on=NOW)


def test_headings_and_paragraphs_are_told_apart(check: Document) -> None:
    blocks = [block for part in parts(check) for block in part.blocks]
    seen = [(b.level, words([b]).strip()) for b in blocks]
    assert seen == [
        (1, "Is it so?"),
        (2, "Executive summary"),
        (0, "It is [1]. More [7]."),
        (2, "1. Why"),
        (0, "Because.\nSo there."),
        (2, "2. How"),
        (3, "2.1 In detail"),
        (0, "Like this."),
        (2, "Sources"),
        (0, "[1] A. B. https://a.example"),
        (0, "[2] C."),
        (2, "Want to dive deeper?"),
        (0, "And then?"),
    ]


def test_markers_lead_to_the_printed_source(check: Document) -> None:
    blocks = [block for part in parts(check) for block in part.blocks]
    links = {p.text: p.href for b in blocks for r in b.runs for p in r.pieces if p.href}
    assert links == {"[1]": "#source-1", "And then?": "/?q=And%20then%3F"}
    assert [b.source for b in blocks if b.source] == [1, 2]


def test_a_marker_that_the_passage_cuts_is_no_link(check: Document) -> None:
    start = TEXT.index("[1]") + 1
    blocks = [b for part in parts(check, Span(start=start, end=start + 5)) for b in part.blocks]
    assert "#source-1" not in [p.href for b in blocks for r in b.runs for p in r.pieces]
