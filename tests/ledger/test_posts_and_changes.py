"""Posts, workspaces and changes: where the assistant spoke, and what became of fact-checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from channels.desk.newsroom import Newsroom, open_newsroom
from sqlalchemy.exc import IntegrityError

from assistant.ledger.changes import Change, ChangeKind, Noted
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post
from assistant.types import Audience

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


@pytest.fixture
def ledger(newsroom: Newsroom) -> Ledger:
    found: Ledger = newsroom.ledger
    return found


def post(ts: str, thread: str = "1.0", answer_id: str | None = None, channel: str = "C1") -> Post:
    return Post(team="T1", channel=channel, ts=ts, thread_ts=thread, answer_id=answer_id)


# --- posts ----------------------------------------------------------------------------------------


def test_a_thread_is_known_once_an_answer_stands_in_it(newsroom: Newsroom, ledger: Ledger) -> None:
    answer = newsroom.answer(newsroom.fact_check("wells"))
    ledger.posts.add(post("1.1"), NOW)
    assert not ledger.posts.knows("T1", "C1", "1.0")
    ledger.posts.add(post("1.2", answer_id=answer), NOW)
    assert ledger.posts.knows("T1", "C1", "1.0")
    for elsewhere in (("T2", "C1", "1.0"), ("T1", "C2", "1.0"), ("T1", "C1", "2.0")):
        assert not ledger.posts.knows(*elsewhere)


def test_a_message_is_remembered_once(newsroom: Newsroom, ledger: Ledger) -> None:
    answer = newsroom.answer(newsroom.fact_check("wells"))
    ledger.posts.add(post("1.1", answer_id=answer), NOW)
    ledger.posts.add(post("1.1", "9.9"), NOW)
    assert ledger.posts.of_answer(answer) == [post("1.1", answer_id=answer)]


def test_an_answer_that_is_not_there_is_posted_nowhere(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError):
        ledger.posts.add(post("1.1", answer_id="none"), NOW)


def test_the_messages_of_a_document_oldest_first(newsroom: Newsroom, ledger: Ledger) -> None:
    wells, rain = newsroom.fact_check("wells"), newsroom.fact_check("rain")
    both, one = newsroom.answer(wells, rain), newsroom.answer(rain)
    none = newsroom.answer()
    for hours, (ts, answer) in enumerate((("3", one), ("2", both), ("1", none), ("0", one))):
        ledger.posts.add(post(ts, answer_id=answer), NOW + timedelta(hours=hours))
    assert [each.ts for each in ledger.posts.of_document("rain")] == ["3", "2", "0"]
    assert [each.ts for each in ledger.posts.of_document("wells")] == ["2"]
    assert ledger.posts.of_document("none") == []
    assert ledger.posts.rested_on() == {"wells", "rain"}


def test_workspaces_are_kept_replaced_and_forgotten(ledger: Ledger) -> None:
    ledger.workspaces.put("T2", {"bot_token": "one"}, NOW)
    ledger.workspaces.put("T1", {"bot_token": "two", "scopes": ["chat:write"]}, NOW)
    ledger.workspaces.put("T2", {"bot_token": "three"}, NOW)
    assert ledger.workspaces.ids() == ["T1", "T2"]
    assert ledger.workspaces.get("T1") == {"bot_token": "two", "scopes": ["chat:write"]}
    assert ledger.workspaces.get("T2") == {"bot_token": "three"}
    ledger.workspaces.delete("T2")
    ledger.workspaces.delete("T2")
    assert ledger.workspaces.get("T2") is None
    ledger.checkpoint()
    assert b"three" not in ledger.path.read_bytes()


# --- changes --------------------------------------------------------------------------------------


def add(
    ledger: Ledger,
    document_id: str,
    kind: ChangeKind = "stale",
    audience: Audience = "public",
    at: str = "2026-03-15T09:00:00+00:00",
    **body: object,
) -> int:
    change = Change(
        at=at,
        document_id=document_id,
        version=1,
        audience=audience,
        kind=kind,
        state="x",
        body=body,
    )
    with ledger.noting() as within:
        return ledger.changes.add(change, within)


def test_a_number_is_never_given_twice(newsroom: Newsroom, ledger: Ledger) -> None:
    newsroom.fact_check("wells")
    first = add(ledger, "wells")
    with ledger.noting() as within:
        ledger.changes.erase(within, "wells", lambda body: body)
    assert add(ledger, "wells") > first


def test_changes_are_for_those_who_could_read_then_and_can_now(
    newsroom: Newsroom, ledger: Ledger
) -> None:
    newsroom.fact_check("wells")
    newsroom.fact_check("memo", audience="internal")
    newsroom.fact_check("opened")
    newsroom.document("register", kind="source_document")
    for document_id, audience in (("wells", "public"), ("memo", "public"), ("opened", "internal")):
        add(ledger, document_id, audience=audience)  # type: ignore[arg-type]
    add(ledger, "register")
    newest = ledger.changes.newest
    assert [each.document_id for each in newest()] == ["wells"]
    inside = [each.document_id for each in newest(audience="internal")]
    assert inside == ["opened", "memo", "wells"]


def test_every_kind_is_kept_and_found(newsroom: Newsroom, ledger: Ledger) -> None:
    newsroom.fact_check("wells")
    for kind in get_args(ChangeKind):
        add(ledger, "wells", kind, title="Zyzzyva “wells”", reasons=[{"text": "x"}])
    for kind in get_args(ChangeKind):
        (found,) = ledger.changes.newest(kinds=(kind,))
        assert found.body == {"title": "Zyzzyva “wells”", "reasons": [{"text": "x"}]}


def test_how_a_document_stands_is_kept_once(newsroom: Newsroom, ledger: Ledger) -> None:
    newsroom.fact_check("wells")
    seen = [
        Noted(document_id="wells", version=1, state=state, notice=notice, checked_on=day)
        for state, notice, day in (("fresh", False, None), ("may_be_outdated", True, "2025-02"))
    ]
    for each in seen:
        with ledger.noting() as within:
            ledger.changes.note([each], within)
            assert ledger.changes.noted(within) == {"wells": each}


def test_what_is_held_is_read_past_every_cache(newsroom: Newsroom, ledger: Ledger) -> None:
    newsroom.fact_check("wells")
    other = Ledger(ledger.path)
    with other.transaction() as within:
        within.exec_driver_sql("update documents set state = 'withdrawn', note = 'Wrong.'")
    other.close()
    with ledger.noting() as within:
        held = ledger.changes.held(within)["wells"]
    assert (held.version, held.state, held.note) == (1, "withdrawn", "Wrong.")
