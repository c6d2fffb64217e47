"""Recall: every past answer that rests on a document, and whether what it says still holds."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.archive import Archive

from assistant.contract import reply_json
from assistant.errors import NotFound
from assistant.ledger import schema
from assistant.ledger.posts import Post
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Audience,
    Citation,
    Claim,
    Freshness,
    Reply,
    Span,
    State,
    Statement,
    Via,
)
from assistant.upkeep.recall import Recall
from assistant.wiring import open_assistant

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = "The country had 4,120 registered wells in 2024."
MORE = "Most of them are private."
FILE = """---
title: How many wells are there?
kind: fact_check
publisher: The Desk
checked_on: 2026-03-01
{more}
---
## Executive summary

{words}
"""


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.files = folder / "files"
        self.files.mkdir()

    def file(self, name: str, words: str = f"{WORDS} {MORE}", more: str = "") -> None:
        (self.files / f"{name}.md").write_text(FILE.format(words=words, more=more))
        with closing(Archive(self.home)) as archive:
            assert archive.ingest(self.files).quarantined == ()

    def serve(
        self,
        id: str,
        quote: str = WORDS,
        *,
        document_id: str = "wells",
        state: State = "fresh",
        at: datetime = NOW,
        audience: Audience = "public",
        via: str | None = None,
    ) -> None:
        """Keeps an answer that quotes a document, itself or through a marker of another."""
        with closing(Archive(self.home)) as archive:
            document = archive.ledger.documents.get(document_id)
            start = document.text.index(quote)
            span = Span(start=start, end=start + len(quote))
            hops: tuple[Via, ...] = ()
            if via:
                source = archive.ledger.documents.get(via)
                hops = (Via(marker="[1]", document=source, span=Span(start=0, end=9)),)
            citation = Citation(document=document, span=span, via=hops)
            freshness = Freshness(state=state, score=0.0)
            statement = Statement(text=quote, citations=(citation,), support=1.0)
            answer = Answer(
                claims=(Claim(statement=statement, freshness=freshness),),
                freshness=freshness,
                confidence=0.9,
                as_of=at.date(),
            )
            reply = Reply(id=id, question=f"What of {id}?", result=answer, created_at=at)
            archive.ledger.answers.keep(reply, dict(reply_json(reply)), audience)

    def recall(
        self,
        document_id: str = "wells",
        audience: Audience = "internal",
        limit: int | None = None,
        offset: int = 0,
    ) -> Recall:
        settings = Settings(home=self.home, now="2026-03-20")
        with open_assistant(settings) as assistant:
            return assistant.recall(document_id, audience, limit, offset)

    def why(self, document_id: str = "wells") -> dict[str, str | None]:
        return {each.id: each.why for each in self.recall(document_id).answers}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.file("wells")
    return desk


def test_all_are_listed_newest_first_in_pages(desk: Desk) -> None:
    for n in range(5):
        desk.serve(f"r{n}", at=NOW + n * DAY)
    assert [each.id for each in desk.recall().answers] == ["r4", "r3", "r2", "r1", "r0"]
    page = desk.recall(limit=2, offset=2)
    assert [each.id for each in page.answers] == ["r2", "r1"]
    assert (page.total, page.affected, page.title) == (5, 0, "How many wells are there?")
    assert page.answers[0].question == "What of r2?"


def test_an_answer_is_affected_when_its_words_are_gone(desk: Desk) -> None:
    desk.serve("figure")
    desk.serve("private", MORE)
    desk.file("wells", f"{WORDS.replace('4,120', '4,530')} {MORE}")
    found = desk.recall()
    assert {each.id: each.why and "no longer" in each.why for each in found.answers} == {
        "figure": True,
        "private": None,
    }
    assert {each.versions for each in found.answers} == {(1,)}
    assert found.affected == 1


def test_what_it_reached_through_a_marker_counts_too(desk: Desk) -> None:
    desk.file("register", "Of 9 wells.")
    desk.serve("hop", via="register")
    assert [each.id for each in desk.recall("register").answers] == ["hop"]


@pytest.mark.parametrize("relation", ["corrects", "supersedes"])
def test_a_linked_document_affects_those_that_did_not_say_so(desk: Desk, relation: str) -> None:
    said: State = "retracted" if relation == "corrects" else "superseded"
    desk.serve("before")
    desk.serve("worse", state=said, at=NOW - 60 * DAY)
    desk.file("newer", "There are 4,530 wells.", f"{relation}: [wells]")
    desk.serve("after", state=said, at=NOW)
    why = desk.why()
    assert why["before"] is not None
    assert "How many wells" in why["before"]
    assert why["after"] is None
    assert why["worse"] is not None, "it was given before this came, and said something else"


def test_a_withdrawal_and_an_erasure_affect_all(desk: Desk) -> None:
    desk.serve("one")
    desk.serve("two", MORE, state="retracted")
    with open_assistant(Settings(home=desk.home, now="2026-03-20")) as assistant:
        assistant.withdraw("wells", "It was wrong.")
    found = desk.recall()
    assert (found.state, found.note, found.affected) == ("withdrawn", "It was wrong.", 2)
    assert all(each.why and "It was wrong." in each.why for each in found.answers)
    with open_assistant(Settings(home=desk.home, now="2026-03-20")) as assistant:
        assistant.erase("wells")
    found = desk.recall()
    assert (found.state, found.title, found.total, found.affected) == ("erased", None, 2, 2)
    assert "well" not in repr([(each.question, each.why) for each in found.answers])


def test_a_removed_document_is_recalled(desk: Desk) -> None:
    desk.serve("one")
    (desk.files / "wells.md").unlink()
    desk.file("other", "There are taps.")
    assert desk.why() == {"one": "The document is no longer in the archive."}


def test_threads_and_who_was_told(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.serve(name)
    with closing(Archive(desk.home)) as archive:
        ledger = archive.ledger
        for ts, thread, answer in (("1", "1", "one"), ("2", "2", "one"), ("3", "3", "two")):
            post = Post(team="T", channel="C", ts=ts, thread_ts=thread, answer_id=answer)
            ledger.posts.add(post, NOW)
        ledger.jobs.add("changed:wells:2:T:C:1:one", "tell", "T:C:1", {}, NOW)
        ledger.jobs.add("changed:wells-2:T:C:2:one", "tell", "T:C:2", {}, NOW)
        ledger.jobs.add("corrected:wells:T:C:3:two", "tell", "T:C:3", {}, NOW)
        ledger.jobs.end("corrected:wells:T:C:3:two", "no such channel")
    found = {each.id: (each.threads, each.told) for each in desk.recall().answers}
    assert found == {"one": (2, 1), "two": (1, 0)}


def test_readers_hear_of_what_is_for_them(desk: Desk) -> None:
    desk.serve("public")
    desk.serve("internal", audience="internal")
    assert [each.id for each in desk.recall(audience="public").answers] == ["public"]
    desk.file("memo", "There are taps.", "audience: internal")
    desk.serve("memo", "There are taps.", document_id="memo", audience="internal")
    assert [each.id for each in desk.recall("memo").answers] == ["memo"]
    with pytest.raises(NotFound):
        desk.recall("memo", "public")
    with pytest.raises(NotFound):
        desk.recall("none")


# --- how long answers are kept --------------------------------------------------------------------


def test_answers_are_forgotten_with_all_that_hangs_on_them(desk: Desk) -> None:
    old, young = NOW - 40 * DAY, NOW - 5 * DAY
    for name, at in (("old", old), ("needed", old), ("young", young)):
        desk.serve(name, at=at)
    with closing(Archive(desk.home)) as archive:
        ledger = archive.ledger
        ledger.feedback.add("old", False, "An unmistakable comment.", NOW)
        ledger.posts.add(Post(team="T", channel="C", ts="1", thread_ts="1", answer_id="old"), NOW)
        ledger.jobs.add("k", "tell", "T:C:2", {"answers": [{"id": "needed"}]}, NOW)
    settings = Settings(home=desk.home, now=NOW.isoformat(), answers_kept_days=30)
    with open_assistant(settings) as assistant:
        assistant.forget_old()
        with pytest.raises(NotFound):
            assistant.answer("old")
        for name in ("needed", "young"):
            assert json.loads(json.dumps(assistant.answer(name)))["id"] == name
        assert [each.id for each in assistant.recall("wells").answers] == ["young", "needed"]
        (post,) = assistant.posts._read(schema.posts.c.ts == "1")
        assert (post.ts, post.answer_id) == ("1", None)

    held = b"".join(file.read_bytes() for file in desk.home.glob("ledger.sqlite3*"))
    assert b"What of old?" not in held
    assert b"unmistakable" not in held
    assert b"What of young?" in held


def test_they_are_kept_for_good_unless_it_is_said(desk: Desk) -> None:
    desk.serve("old", at=NOW - 4000 * DAY)
    with open_assistant(Settings(home=desk.home, now=NOW.isoformat())) as assistant:
        assistant.forget_old()
        assert assistant.answer("old")["id"] == "old"


def test_what_was_asked_for_another_day_is_kept_from_today_on(desk: Desk) -> None:
    with closing(Archive(desk.home)) as archive:
        document = archive.ledger.documents.get("wells")
        span = Span(start=0, end=5)
        statement = Statement(
            text="x", citations=(Citation(document=document, span=span),), support=1.0
        )
        fresh = Freshness(state="fresh", score=0.0)
        answer = Answer(
            claims=(Claim(statement=statement, freshness=fresh),),
            freshness=fresh,
            confidence=0.9,
            as_of=NOW.date(),
        )
        reply = Reply(id="r", question="?", result=answer, created_at=NOW - 400 * DAY)
        archive.ledger.answers.keep(reply, dict(reply_json(reply)), "public", now=NOW)
    settings = Settings(home=desk.home, now=NOW.isoformat(), answers_kept_days=30)
    with open_assistant(settings) as assistant:
        assistant.forget_old()
        assert assistant.answer("r")["id"] == "r"
