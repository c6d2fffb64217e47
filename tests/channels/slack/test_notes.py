"""What a thread hears of a correction: what became of it, in whose words, and nothing internal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counts import count
from support.replies import texts
from support.slack_blocks import pings, shown_blocks, visible
from support.slack_limits import check_blocks
from support.slack_world import Message

from assistant.channels.slack import notes
from assistant.channels.slack.blocks import Rendered

BASE = "https://news.example"
KINDS = ["corrected", "withdrawn", "changed", "updated", "erased"]
TITLE = "How many wells does the country have?"


def told_of(kind: str, **about: Any) -> dict[str, Any]:
    correction = {
        "rule": "retracted-or-corrected",
        "level": "hard",
        "claim": None,
        "text": "It was corrected: “How many wells are there really?”.",
        "evidence": {"document_id": "wells", "by_document_id": "wells-2", "by_title": "Really?"},
        "clears_when": "The answer rests on the correction instead.",
    }
    whole = {
        "document_id": "wells",
        "audience": "public",
        "title": TITLE,
        "url": "https://desk.example/wells",
        "checked_on": "2024-06-01",
        "notice": "This fact-check was corrected or withdrawn.",
        "note": "The figure was of 1998." if kind == "withdrawn" else None,
        "reasons": [correction] if kind == "corrected" else [],
    }
    return {
        "kind": kind,
        "about": {} if kind == "erased" else {**whole, **about},
        "answers": [{"id": "r1", "ts": "1.1"}],
    }


def both(rendered: Rendered) -> tuple[str, str]:
    """What is read in the blocks, and in the text where blocks can't be shown."""
    return shown_blocks(check_blocks(rendered.blocks)), visible(rendered.text)


def live(rendered: Rendered) -> set[str]:
    sent = Message(channel="C", ts="1", user="U", text=rendered.text, blocks=rendered.blocks)
    return {each.target for each in pings(sent)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_thread_hears_what_became_of_the_check_and_what_to_do(kind: str) -> None:
    rendered = notes.told(told_of(kind), "public", BASE, "2026-11-22")
    for said in both(rendered):
        assert said.startswith(f"⚠ {notes.BECAME[kind]}")
        assert notes.INSTEAD[kind] in said
        assert (TITLE in said) == (kind != "erased")
    assert "on 2026-11-22" in both(rendered)[0].lower()
    assert f"{BASE}/a/r1" in live(rendered)


@pytest.mark.parametrize("kind", ["corrected", "updated"])
def test_an_editors_revision_is_told_in_its_note(kind: str) -> None:
    revision = {"kind": kind, "version": 2, "replaces": 1}
    note = "It was <!channel> 4,118 & *not* 4,120."
    body = told_of(kind, revision=revision, note=note, reasons=[])
    rendered = notes.told(body, "public", BASE, "2026-11-22")
    for said in both(rendered):
        assert note in said
        assert f"was {kind}" in said
        other = {"corrected": "updated", "updated": "corrected"}[kind]
        assert f"was {other}" not in said
    assert f"{BASE}/d/wells" in live(rendered)
    assert not any("channel" in each for each in live(rendered))


def test_a_correction_is_named_and_linked() -> None:
    rendered = notes.told(told_of("corrected"), "public", BASE)
    for said in both(rendered):
        assert "It was corrected: “How many wells are there really?”." in said
    assert "clears when the answer rests on the correction instead" in both(rendered)[0]
    assert live(rendered) == {
        "https://desk.example/wells",
        f"{BASE}/d/wells-2",
        f"{BASE}/a/r1",
    }
    assert f"{BASE}/desk/document?id=wells-2" in live(
        notes.told(told_of("corrected"), "internal", BASE)
    )


def test_a_withdrawal_is_told_in_its_public_note() -> None:
    for said in both(notes.told(told_of("withdrawn"), "public")):
        assert "The figure was of 1998." in said


@pytest.mark.parametrize("kind", ["corrected", "withdrawn", "changed"])
def test_where_others_read_nothing_of_an_internal_document_is_named(kind: str) -> None:
    body = told_of(kind, audience="internal", note="secret note", title="Secret memo")
    named = ("Secret", "secret", "2024-06-01", "desk.example", "really")
    rendered = notes.told(body, "public", BASE, "2026-11-22")
    for said in (*both(rendered), str(rendered.blocks)):
        assert not any(word in said for word in named)
    assert both(rendered)[0].startswith(f"⚠ {notes.BECAME[kind]}")
    assert all("Secret memo" in said for said in both(notes.told(body, "internal", BASE)))


@given(st.sampled_from(KINDS[:3]), texts, texts, texts)
@settings(max_examples=count(60, 1_000))
def test_words_of_documents_are_words(kind: str, title: str, note: str, reason: str) -> None:
    body = told_of(kind, title=title, note=note, url="javascript:alert(1)")
    for each in body["about"]["reasons"]:
        each["text"] = reason
    rendered = notes.told(body, "public")
    both(rendered)
    assert live(rendered) == set()


def test_a_hint_says_every_way_to_ask() -> None:
    shown, text = both(notes.hint(["How many wells?", " "]))
    for way in ("direct message", "mention", notes.COMMAND, notes.SHORTCUT, "How many wells?"):
        assert way in shown
    assert "direct message" in text
    assert "For example" not in both(notes.hint())[0]
