"""What readers leave in the ledger: conversations, feedback, gaps; and the keys of widgets."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from assistant.errors import BadInput, NotFound
from assistant.ledger import database
from assistant.ledger.conversations import conversation_key
from assistant.ledger.keys import origin_of
from assistant.ledger.ledger import Ledger
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
    State,
    Statement,
)

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    yield ledger
    ledger.close()


def keep(ledger: Ledger, id: str, at: datetime, state: State | None) -> None:
    """Keeps an answer in a state, or an abstention."""
    text = "It rained."
    content = Content(
        kind="fact_check",
        title="Rain",
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
    )
    document = Document(id="rain", version=1, audience="public", content=content, retrieved_on=NOW)
    citation = Citation(document=document, span=Span(start=0, end=len(text)))
    result: Answer | Abstention = Abstention(reason="no_evidence", confidence=0.1)
    if state:
        freshness = Freshness(state=state, score=0.0)
        statement = Statement(text=text, citations=(citation,), support=1.0)
        result = Answer(
            claims=(Claim(statement=statement, freshness=freshness),),
            freshness=freshness,
            confidence=0.9,
            as_of=date(2026, 3, 15),
        )
    ledger.answers.keep(
        Reply(id=id, question="Did it?", result=result, created_at=at), {}, "public"
    )


def test_a_conversation_is_found_by_its_owner_alone(ledger: Ledger) -> None:
    mine = conversation_key("public", "c1")
    for n in range(14):
        ledger.conversations.add(mine, f"and {n}?", f"how many in {n}?", NOW)
    turns = ledger.conversations.turns(mine)
    assert [turn.question for turn in turns] == [f"and {n}?" for n in range(2, 14)]
    assert turns[-1].standalone == "how many in 13?"
    assert ledger.conversations.turns(conversation_key("internal", "c1")) == []


def test_the_ledger_never_holds_a_conversations_id(ledger: Ledger) -> None:
    ledger.conversations.add(conversation_key("public", "very-secret-id"), "q", "q", NOW)
    assert b"very-secret-id" not in ledger.path.read_bytes()
    assert b"very-secret-id" not in ledger.path.with_name("ledger.sqlite3-wal").read_bytes()


def test_what_readers_wrote_is_forgotten_in_time(ledger: Ledger) -> None:
    keep(ledger, "old", NOW - 2 * DAY, "fresh")
    for at in (NOW - 2 * DAY, NOW):
        ledger.conversations.add("c", f"{at}?", f"{at}?", at)
        ledger.feedback.add("old", True, None, at)
        ledger.gaps.add(f"{at}?", "no_evidence", 0.1, at)
    assert ledger.conversations.forget_before(NOW - DAY) == 1
    assert ledger.feedback.forget_before(NOW - DAY) == 1
    assert ledger.gaps.forget_before(NOW - DAY) == 1
    assert [turn.question for turn in ledger.conversations.turns("c")] == [f"{NOW}?"]
    assert [gap.question for gap in ledger.gaps.most_asked()] == [f"{NOW}?"]
    assert len(ledger.feedback.newest()) == 1


def test_a_gap_is_taken_care_of(ledger: Ledger) -> None:
    ledger.gaps.add("Where is it?", "no_evidence", 0.1, NOW)
    (gap,) = ledger.gaps.most_asked()
    ledger.gaps.assign(gap.key, gap.audience, "Ada")
    ledger.gaps.answer(gap.key, gap.audience, "doc-7")
    ledger.gaps.add("where is it", "no_evidence", 0.1, NOW + DAY)
    (gap,) = ledger.gaps.most_asked()
    assert (gap.assignee, gap.answered_by, gap.count) == ("Ada", "doc-7", 2)
    ledger.gaps.assign(gap.key, gap.audience, None)
    assert ledger.gaps.most_asked()[0].assignee is None
    with pytest.raises(NotFound):
        ledger.gaps.assign("nothing", "public", "Ada")


def test_the_days_and_the_reach_of_what_was_served(ledger: Ledger) -> None:
    keep(ledger, "r1", NOW - 3 * DAY, "fresh")
    keep(ledger, "r2", NOW - DAY, "may_be_outdated")
    keep(ledger, "r3", NOW - DAY, "fresh")
    keep(ledger, "r4", NOW - DAY, None)
    (day,) = ledger.answers.days(NOW - 2 * DAY)
    assert (day.day, day.questions, day.answered, day.stale) == ("2026-03-14", 3, 2, 1)
    assert ledger.answers.reach() == {"rain": 3}


def test_a_widget_key_is_bound_to_sites(ledger: Ledger) -> None:
    key, secret = ledger.keys.create(
        "ask", "public", NOW, widget=True, origins=["https://News.Example/"], rate_limit=5
    )
    assert ledger.keys.authenticate(secret) == key
    assert (key.origins, key.rate_limit) == (("https://news.example",), 5)
    for wrong in (
        {"widget": True},
        {"origins": ["https://news.example"]},
        {"widget": True, "origins": ["*"]},
        {"widget": True, "origins": ["https://news.example"], "rate_limit": 0},
    ):
        with pytest.raises(BadInput):
            ledger.keys.create("ask", "public", NOW, **wrong)
    with pytest.raises(BadInput):
        ledger.keys.create("edit", "public", NOW, widget=True, origins=["https://news.example"])


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://news.example", "https://news.example"),
        (" HTTPS://NEWS.example:443/ ", "https://news.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_an_origin_has_the_spelling_of_browsers(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "null",
        "news.example",
        "https://",
        "https://*.example",
        "https://a.example/path",
        "ftp://a.example",
        "https://user@a.example",
        "https://a.example:99999",
        "javascript:alert(1)",
        "https://a.example;script-src",
        "https://a b.example",
        "https://a.example,https://b.example",
        "https://a'.example",
        "https://:word@a.example",
        "https://straße.example",
        "https://a\u200d.example",
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="https://news.example"):
        origin_of(text)


def test_an_older_ledger_is_brought_along(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    first = create_engine(f"sqlite:///{path}")
    with first.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    first.dispose()
    stored = {"kind": "answer", "freshness": {"state": "superseded"}}
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "insert into answers values ('r', '2026-01-01T00:00:00+00:00', 'public', 'q', ?)",
            [json.dumps(stored)],
        )
        old.execute(
            "insert into documents values ('d', 'fact_check', 'public', 2, 'withdrawn', 'Wrong.', "
            "'f', 'o', null, null)"
        )
        old.executemany(
            "insert into versions values ('d', ?, 'Words.', '{}', ?)",
            [(1, "2026-01-01T00:00:00+00:00"), (2, "2026-02-01T00:00:00+00:00")],
        )
        old.commit()
    ledger = Ledger(path)
    (day,) = ledger.answers.days(NOW - 365 * DAY)
    assert (day.answered, day.stale) == (1, 1)
    ledger.close()
    with closing(sqlite3.connect(path)) as brought:
        history = brought.execute("select version, state from history order by id").fetchall()
        (last,) = brought.execute("select max(written) from versions").fetchone()
    assert history == [(1, "active"), (2, "withdrawn")]
    assert last < 0, "what was there comes before all that will be written"
