"""What was said to nobody leaves no trace, unless the archive answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.types import Reply
from assistant.wiring import Assistant, open_assistant

DOCUMENT = """---
title: How many wells does Norland have?
kind: fact_check
checked_on: 2026-02-02
---

## Executive summary

Norland had 4,120 registered wells in 2025.
"""


@pytest.fixture
def assistant(fresh_home: Callable[[], Path], tmp_path: Path) -> Iterator[Assistant]:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "wells.md").write_text(DOCUMENT, encoding="utf-8")
    with open_assistant(Settings(home=fresh_home(), now="2026-03-01")) as assistant:
        assistant.ingest([str(tmp_path / "in")])
        yield assistant


def heard(assistant: Assistant, words: str) -> Reply:
    *_, reply = assistant.stream(words, conversation_id="thread", overheard=True)
    assert isinstance(reply, Reply)
    return reply


def test_only_an_answer_is_kept(assistant: Assistant) -> None:
    silent = heard(assistant, "The harbour master says we must not print his name.")
    assert silent.abstained
    assert assistant.counts()["answers"] == 0
    assert assistant.gaps() == []
    answered = heard(assistant, "How many wells does Norland have?")
    assert not answered.abstained
    assert assistant.answer(answered.id)["id"] == answered.id
