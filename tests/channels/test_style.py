"""Text on a terminal: dressed, broken into lines, and harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.listings import check_text
from assistant.channels.operations import check
from assistant.channels.render import reason_text, reply_text, via_text
from assistant.channels.style import Style, plain
from assistant.contract import reply_json
from assistant.shapes import ReasonJson, ViaJson
from channels.fake_assistant import FakeAssistant


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = plain(text)
    assert not [c for c in shown if unicodedata.category(c) == "Cc" and c != "\n"]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    harmless = [c for c in text if c.isprintable() and unicodedata.category(c) != "Cf"]
    assert [c for c in shown if c in harmless and c != " "] == [c for c in harmless if c != " "]


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=300), st.integers(30, 120))
def test_lines_fit_unless_a_word_does_not(text: str, width: int) -> None:
    block = Style(width=width).block(text, "[1] ")
    for line in block.split("\n"):
        assert len(line) <= width or len(line.split()[-1]) > width - 10
    assert block.startswith("[1] ")
    assert block.split() == ["[1]", *plain(text).split()] or not text.isascii()


def test_without_a_width_nothing_is_broken() -> None:
    assert Style().block("word " * 100, "- ") == "- " + "word " * 100


def test_colours_only_when_wanted(fake: FakeAssistant) -> None:
    reply = reply_json(fake.ask("wells"))
    coloured = reply_text(reply, Style(colour=True))
    assert "\x1b[33mThis fact-check may be outdated" in coloured
    assert "\x1b" not in reply_text(reply, Style())
    assert "\x1b[33m" in check_text(check(fake), Style(colour=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clears", "shown"),
    [
        ("A newer release is in.", "a newer release is in"),
        ("NCMEC publishes 2025", "NCMEC publishes 2025"),
        ("when the source is back", "the source is back"),
    ],
)
def test_what_clears_a_reason_reads_as_one_sentence(clears: str, shown: str) -> None:
    reason: ReasonJson = {
        "rule": "period-closed",
        "level": "medium",
        "claim": None,
        "text": "Old.",
        "evidence": {},
        "clears_when": clears,
    }
    assert reason_text(reason) == f"Old. (period-closed; clears when {shown})"


def test_a_resolved_marker_without_a_sentence_says_so() -> None:
    via: ViaJson = {
        "marker": "[1]",
        "resolved": True,
        "document_id": "d",
        "version": 1,
        "title": "Report",
        "publisher": None,
        "url": None,
        "published_on": None,
        "quote": None,
        "start": None,
        "end": None,
        "page": None,
        "context": None,
    }
    assert via_text(via) == "Report: no sentence of this source was found to say the same"


def test_a_check_without_a_date_says_so(fake: FakeAssistant) -> None:
    assert "date of the check not known" in reply_text(reply_json(fake.ask("ruin")), Style())
