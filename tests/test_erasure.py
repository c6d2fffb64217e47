"""Erasure: not a word of the document stays in any file of the home, wherever readers met it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.contract import reply_json
from assistant.erasure import ERASED_QUESTION, Offered
from assistant.ledger.writing import Entry, write
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Content,
    Document,
    Freshness,
    Reply,
    Section,
    Span,
    Statement,
)
from assistant.wiring import Assistant, open_assistant

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = "What became of the zyzzyva of Tlaxcala?"
FURTHER = "Who saw the zyzzyva last?"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Assistant]:
    with open_assistant(Settings(home=tmp_path / "home", now=NOW.isoformat())) as assistant:
        yield assistant


def put(archive: Assistant, id: str, title: str, follow_ups: tuple[str, ...] = ()) -> Document:
    text = "It rained."
    content = Content(
        kind="fact_check",
        title=title,
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
        follow_ups=follow_ups,
    )
    entry = Entry(
        document_id=id,
        audience="public",
        content=content,
        fingerprint=id,
        origin=id,
        url_key=None,
        pieces=(),
    )
    with archive._ledger.transaction() as connection:
        (written,) = write(connection, [entry], NOW)
    return written.document


def keep(
    archive: Assistant, id: str, question: str, cites: Document | None, *follow_ups: str
) -> None:
    fresh = Freshness(state="fresh", score=0.0)
    result: Answer | Abstention = Abstention(reason="no_evidence", confidence=0.1)
    if cites:
        citation = Citation(document=cites, span=Span(start=0, end=len(cites.text)))
        statement = Statement(text=cites.text, citations=(citation,), support=1.0)
        claims = (Claim(statement=statement, freshness=fresh),)
        result = Answer(
            claims=claims,
            freshness=fresh,
            confidence=0.9,
            as_of=NOW.date(),
            follow_ups=follow_ups,
        )
    standalone = f"{SECRET[:-1]}, and in 2023?" if question == "and in 2023?" else None
    reply = Reply(id=id, question=question, result=result, created_at=NOW, standalone=standalone)
    archive._parts.replies.keep(reply, "public", "conversation")
    assert archive.answer(id) == reply_json(reply)


def files_with(home: Path, word: bytes) -> list[Path]:
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) > 3
    return [path for path in files if word in path.read_bytes().lower()]


def test_nothing_that_the_document_offered_stays(archive: Assistant) -> None:
    put(archive, "gone", "An older zyzzyva title?")
    gone = put(archive, "gone", SECRET, (FURTHER,))
    rain = put(archive, "rain", "Did it rain in May?")
    keep(archive, "own", SECRET, gone)
    keep(archive, "other", "Did it rain?", rain, SECRET, "Did it snow?")
    for n, question in enumerate(
        (FURTHER.upper(), "an older ZYZZYVA title", "and in 2023?", f"Tell me: {SECRET}")
    ):
        keep(archive, f"missed-{n}", question, None)
    keep(archive, "stays", "Does it snow?", None)
    archive.feedback("other", True)
    archive.erase("gone")
    assert files_with(archive.settings.home, b"zyzzyva") == []
    assert archive.answer("other")["claims"][0]["text"] == "It rained."
    assert archive.answer("other")["question"] == "Did it rain?"
    assert archive.answer("missed-2")["question"] == ERASED_QUESTION
    assert archive.answer("missed-2")["standalone_question"] is None
    assert [gap.question for gap in archive.gaps()] == ["Does it snow?"]


def test_a_short_title_takes_no_longer_question_along() -> None:
    offered = Offered(questions=("Wells", SECRET))
    assert offered.holds("wells?")
    assert not offered.holds("How many wells are there?")
    assert offered.holds(f"Hello, {SECRET.lower()} Really")
    assert not offered.holds("What became of it?")
