from __future__ import annotations

import pytest
from support.pages import FACT_CHECK

from assistant.ingest.blocks import Block
from assistant.ingest.reading import read
from assistant.ingest.sourcelist import parse_entry, parse_sources
from assistant.types import Content, Kind


def text(words: str, kind: Kind | None = None) -> Content:
    (content,) = read(words.encode(), "a.txt", kind=kind)
    return content


def parts(content: Content, role: str) -> list[str]:
    return [s.span.of(content.text) for s in content.sections if s.role == role]


def test_the_layout() -> None:
    content = text(FACT_CHECK)
    assert content.kind == "fact_check"
    assert content.title == "How many lighthouses does the island of Sund have?"
    assert content.text == FACT_CHECK.strip()
    assert str(content.checked_on) == "2025-03-04"
    assert parts(content, "furniture") == [
        "Checked on March 4, 2025\nDisclaimer: Checkers can make mistakes. Please verify important "
        "information.\nSupport independent checking: make a donation today.\n\nThis fact-check may "
        "be outdated. Consider refreshing it to get the most current information.",
        "Was this fact-check helpful?",
    ]
    assert parts(content, "summary")[0].startswith("The island has 14 lighthouses")
    paths = [s.heading_path for s in content.sections if s.role == "body"]
    assert paths == [("How the coast office counts",), ("Lit or dark?",)]
    assert content.follow_ups == (
        "How many lighthouses were lit in 1990?",
        "Who pays for the lamps?",
    )


def test_donations_in_a_section_are_content() -> None:
    assert any("Donations to the museum fell" in part for part in parts(text(FACT_CHECK), "body"))


def test_the_list_of_sources() -> None:
    first, second, third = text(FACT_CHECK).sources
    assert (first.n, first.publisher, first.title) == (1, "Coast Office", "List of lights")
    assert (str(first.published_on), first.url) == ("2024-05-12", "https://coast.example/lights")
    assert (second.publisher, second.title, second.url) == (
        "Coast Office",
        None,
        "https://coast.example/lamps",
    )
    assert (third.publisher, third.title, str(third.published_on), third.url) == (
        None,
        '"Visitors to the museum"',
        "2023",
        None,
    )


@pytest.mark.parametrize(
    ("entry", "publisher", "title", "date", "url"),
    [
        ("U.S. Office. Annual count. 2024.", "U.S. Office", "Annual count", "2024", None),
        ("Coast Office. Sund. Survey. May 2020.", "Coast Office", "Sund. Survey", "2020-05", None),
        ("Coast Office. Count (all). (2024).", "Coast Office", "Count (all)", "2024", None),
        ("https://a.example/x.", None, None, None, "https://a.example/x"),
        ("www.a.example/x", None, None, None, "https://www.a.example/x"),
        ("Lights that went dark", None, "Lights that went dark", None, None),
        ("March 2020.", None, None, None, None),
        ("", None, None, None, None),
    ],
)  # fmt: skip
def test_an_entry_with_parts_missing(
    entry: str, publisher: str | None, title: str | None, date: str | None, url: str | None
) -> None:
    source = parse_entry(1, entry)
    if not (publisher or title or url):
        assert source is None
        return
    assert source is not None
    assert (source.publisher, source.title, source.url) == (publisher, title, url)
    assert (str(source.published_on) if source.published_on else None) == date


def test_entries_over_lines_without_numbers_and_twice() -> None:
    wrapped = [
        Block(text="Seen in May:"),
        Block(text="[2] Coast Office. A long"),
        Block(text="title. 2020."),
    ]
    assert [(s.n, s.title) for s in parse_sources(wrapped)] == [(2, "A long title")]
    bare = [Block(text="- Coast Office. One."), Block(text="- Coast Office. Two.")]
    assert [(s.n, s.title) for s in parse_sources(bare)] == [(1, "One"), (2, "Two")]
    twice = [Block(text="[1] A Office. First."), Block(text="[1] B Office. Second.")]
    assert [s.title for s in parse_sources(twice)] == ["First"]


@pytest.mark.parametrize(
    ("line", "clock", "value"),
    [
        ("Fact-checked on 4 March 2025", "checked_on", "2025-03-04"),
        ("Last checked: March 2025", "checked_on", "2025-03"),
        ("Checked on March 4, 2025 by Ada Example", "checked_on", "2025-03-04"),
        ("Published on March 4, 2025", "published_on", "2025-03-04"),
        ("Last updated: 2025-03-04", "modified_on", "2025-03-04"),
    ],
)
def test_lines_that_give_a_date(line: str, clock: str, value: str) -> None:
    content = text(f"Is Sund an island?\n\n{line}\n\nExecutive summary\n\nYes [1].\n")
    date = getattr(content, clock)
    assert (date.value, date.origin) == (value, "page_text")
    assert parts(content, "furniture") == [line]


@pytest.mark.parametrize(
    "line", ["Checked on Sunday", "Checked on February 30, 2025", "We checked on the lamps in 2024"]
)
def test_lines_that_give_none(line: str) -> None:
    content = text(f"Is Sund an island?\n\n{line}\n\nExecutive summary\n\nYes.\n")
    assert content.checked_on is None
    assert content.kind == "fact_check"


def test_a_date_in_the_future_goes_in_as_it_is() -> None:
    content = text("Is Sund an island?\n\nChecked on May 1, 2099\n\nExecutive summary\n\nYes.\n")
    assert str(content.checked_on) == "2099-05-01"


def test_markers_that_point_nowhere_stay_in_the_text() -> None:
    content = text("Is Sund an island?\n\nExecutive summary\n\nIt is [7] [9].\n")
    assert parts(content, "summary") == ["It is [7] [9]."]
    assert content.sources == ()


def test_a_list_in_a_section_opens_no_section() -> None:
    content = text(
        "Is Sund an island?\n\nExecutive summary\n\nYes.\n\n1. Why\n\nFor reasons:\n\n2. is no "
        "heading, since it ends like a sentence.\n\n2. When\n\nSince ever.\n"
    )
    assert [s.heading_path for s in content.sections if s.role == "body"] == [("Why",), ("When",)]


def test_a_report_with_a_summary_is_no_fact_check() -> None:
    content = text("Annual report on lights\n\nExecutive summary\n\nWe count 14 towers.\n")
    assert content.kind == "source_document"
    assert parts(content, "body") == ["We count 14 towers."]


def test_the_caller_says_the_kind() -> None:
    assert text("A note\n\nWords.", kind="fact_check").kind == "fact_check"
    assert text(FACT_CHECK, kind="source_document").kind == "source_document"


def test_a_source_document_says_where_it_comes_from() -> None:
    content = text(
        "Lights\n\nPublisher: Coast Office\nURL: https://coast.example/a\n\nWords here.\n"
    )
    assert (content.publisher, content.url) == ("Coast Office", "https://coast.example/a")
    assert parts(content, "body") == ["Words here."]


def test_wrapped_paragraphs_are_joined_and_lists_are_not() -> None:
    content = text(
        "Lights\n\nThe towers on the island of Sund were\nbuilt by fishermen who had lost too "
        "many\nboats to the rocks.\n\n- one tower at the harbour of the town\n- one at the cape\n"
    )
    assert "of Sund were built by fishermen who had lost" in content.text
    assert "town\n- one" in content.text


def test_a_first_line_too_long_for_a_title_stays_content() -> None:
    content = text("word " * 100)
    assert content.title.endswith("\u2026")
    assert len(content.title) < 130
    assert content.sections[0].span.of(content.text) == ("word " * 100).strip()


def test_a_single_line_can_be_quoted() -> None:
    content = text("Sund has 14 lighthouses.")
    assert parts(content, "body") == ["Sund has 14 lighthouses."]
