"""What became of fact-checks is noted once, and each thread hears of it once, whatever was down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from channels.desk.newsroom import Newsroom, open_newsroom
from support.archive import Archive
from support.revising import revise

from assistant.channels.keeping import kept
from assistant.contract import reply_json
from assistant.freshness.review import OUTDATED
from assistant.ledger.changes import Change
from assistant.ledger.jobs import Job
from assistant.ledger.posts import Post
from assistant.ledger.revisions import TAKEN_OUT
from assistant.parts import Parts
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    Answer,
    Audience,
    Badge,
    Citation,
    Claim,
    Document,
    Freshness,
    Reply,
    RevisionKind,
    Span,
    Statement,
)
from assistant.upkeep.chronicle import Chronicle
from assistant.upkeep.rounds import Rounds
from assistant.upkeep.telling import TELL

QUESTION = "How many wells are there?"
SENTENCE = "The country had 4,120 registered wells in 2024."
OTHER = "The country had 4,118 registered wells in 2024."
CHECK = """---
title: How many wells are there?
kind: fact_check
publisher: The Desk
checked_on: 2025-02-01
{more}
---
## Executive summary

{words} Most of them are private.
"""


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@dataclass
class Desk:
    """A mirrored folder, the chronicle of its archive, and a clock that a test sets."""

    folder: Path
    today: str = "2025-02-02"
    numbers: int = 0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A new process over what the last one left."""
        self.archive = Archive(self.folder / "home")
        self.rounds = Rounds(self.archive.ledger, lambda: self.judge, self.clock)
        self.chronicle = Chronicle(self.archive.ledger, self.rounds, self.clock)
        self.judge = Parts(Settings(home=self.folder / "home"), self.archive.ledger).freshness

    def stop(self) -> None:
        self.rounds.close()
        self.archive.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def clock(self) -> datetime:
        return at(self.today)

    # --- the archive ---

    def place(self, audience: Audience = "public") -> Path:
        place = self.folder / audience
        place.mkdir(exist_ok=True)
        return place

    def write(
        self, name: str, words: str = SENTENCE, more: str = "", audience: Audience = "public"
    ) -> None:
        path = self.place(audience) / f"{name}.md"
        path.write_text(CHECK.format(words=words, more=more))

    def mirror(self, audience: Audience = "public") -> None:
        assert self.archive.ingest(self.place(audience), audience).quarantined == ()

    def file(
        self, name: str, words: str = SENTENCE, more: str = "", audience: Audience = "public"
    ) -> None:
        self.write(name, words, more, audience)
        self.mirror(audience)

    def remove(self, name: str) -> None:
        (self.place() / f"{name}.md").unlink()
        self.mirror()

    def revise(self, kind: RevisionKind, *words: str, note: str = "It was miscounted.") -> None:
        """An editor publishes a new version of "wells", in which the second word is for the
        first."""
        old, new = words or ("", "")
        revised = self.chronicle.revised
        revise(self.archive.ledger, revised, "wells", kind, (old, new), note=note, now=self.clock())

    # --- threads ---

    def answer(self, *ids: str, quote: str = SENTENCE) -> str:
        """An answer as it is given today; its id."""
        day = self.clock().date()
        documents = [self.archive.ledger.documents.get(each) for each in ids]
        statement = Statement(
            text=quote, citations=tuple(cited(each, quote) for each in documents), support=0.9
        )
        freshness = self.judge.answer(QUESTION, [statement], day)
        claim = Claim(statement=statement, freshness=freshness)
        result = Answer(claims=(claim,), freshness=freshness, confidence=0.9, as_of=day)
        return self.keep_reply(result)

    def keep_reply(self, result: Answer | Abstention) -> str:
        self.numbers += 1
        reply = Reply(
            id=f"a{self.numbers}", question=QUESTION, result=result, created_at=self.clock()
        )
        self.archive.ledger.answers.keep(reply, dict(reply_json(reply)), "public")
        return reply.id

    def post(self, answer_id: str, thread: str, channel: str = "C1") -> Post:
        post = Post(
            team="T1",
            channel=channel,
            ts=f"{answer_id}.{thread}",
            thread_ts=thread,
            answer_id=answer_id,
        )
        self.chronicle.posted(post)
        return post

    def asked(self, thread: str, *ids: str, quote: str = SENTENCE) -> str:
        """An answer that was posted in a thread today; its id."""
        answer_id = self.answer(*ids, quote=quote)
        self.post(answer_id, thread)
        return answer_id

    # --- what came of it ---

    def keep(self, today: str | None = None) -> list[tuple[str, str]]:
        """Looks, on a day; what it noted: (kind, document), oldest first."""
        self.today = today or self.today
        before = len(self.changes())
        noted = self.chronicle.keep(60)
        found = self.changes()
        assert len(found) - before == noted
        return [(each.kind, each.document_id) for each in reversed(found[:noted])]

    def changes(self, audience: Audience = "internal") -> list[Change]:
        return self.archive.ledger.changes.newest(1000, audience=audience)

    def told(self) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """(kind, document, thread, answers) of every job, which is then done."""
        return [
            (
                job.body["kind"],
                job.body["about"].get("document_id", ""),
                job.body["thread_ts"],
                tuple(each["id"] for each in job.body["answers"]),
            )
            for job in self.take()
        ]

    def take(self) -> list[Job]:
        return take(self.archive.ledger.jobs)


def take(jobs: Any) -> list[Job]:
    done = []
    while (job := jobs.next(TELL, "worker")) is not None:
        jobs.end(job.key)
        done.append(job)
    return done


def cited(document: Document, quote: str) -> Citation:
    start = document.text.index(quote)
    return Citation(document=document, span=Span(start=start, end=start + len(quote)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.stop()


CORRECTS = "corrects: [wells]\nchecked_on: 2025-06-01\ntitle: The wells again"


# --- time -----------------------------------------------------------------------------------------


def test_a_first_look_at_an_archive_full_of_stale_checks_notes_no_change(desk: Desk) -> None:
    for n in range(5):
        desk.write(f"wells-{n}")
    desk.write("corrected", more="title: Corrected")
    desk.write("again", OTHER, "corrects: [corrected]\nchecked_on: 2025-06-01")
    desk.write("gone", more="withdrawn: Wrong.")
    desk.mirror()
    assert desk.keep("2026-11-21") == []
    assert desk.told() == []
    (noted,) = {each.notice for each in desk_noted(desk).values() if each.document_id != "again"}
    assert noted


def desk_noted(desk: Desk) -> dict[str, Any]:
    with desk.archive.ledger.noting() as within:
        return desk.archive.ledger.changes.noted(within)


def test_a_check_turns_stale_on_its_day_and_no_thread_hears_of_it(desk: Desk) -> None:
    desk.file("wells")
    desk.asked("1.0", "wells")
    assert desk.keep() == []
    days = [f"2025-{month:02}-15" for month in range(3, 13)] + ["2026-11-21", "2026-11-22"]
    noted = [(day, change) for day in days for change in desk.keep(day)]
    ((day, change),) = noted
    assert change == ("stale", "wells")
    (entry,) = desk.changes("public")
    assert (entry.at[:10], entry.state, entry.version) == (day, "may_be_outdated", 1)
    assert entry.body["notice"] == OUTDATED
    assert entry.body["title"] == QUESTION
    assert entry.body["reasons"][0]["text"]
    assert desk.told() == []


def test_a_clock_that_goes_back_takes_nothing_back_and_tells_nobody_twice(desk: Desk) -> None:
    desk.file("wells")
    desk.file("again", OTHER, CORRECTS)
    desk.asked("1.0", "wells")
    assert desk.keep("2025-05-31") == []
    assert desk.keep("2025-06-01") == [("corrected", "wells")]
    assert desk.keep("2025-05-30") == []
    assert len(desk.changes()) == 1
    desk.keep("2025-06-02")
    desk.restart()
    desk.keep("2025-06-03")
    assert desk.told() == [("corrected", "wells", "1.0", ("a1",))]


def test_a_day_that_went_by_while_nothing_ran_is_noted_at_the_next_start(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.restart()
    assert desk.keep("2026-11-21") == [("stale", "wells")]
    desk.restart()
    assert desk.keep("2026-11-21") == []


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_reaches_each_thread_that_rested_on_it_once(desk: Desk) -> None:
    desk.file("wells")
    desk.file("rain", "It rained.", "title: Did it rain?")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.asked("1.0", "wells")
    desk.asked("2.0", "wells")
    desk.asked("3.0", "rain", quote="It rained.")
    near = (cited(desk.archive.ledger.documents.get("wells"), SENTENCE),)
    missed = Abstention(reason="weak_evidence", confidence=0.2, nearest=near)
    desk.post(desk.keep_reply(missed), "4.0")
    desk.file("again", OTHER, CORRECTS)
    assert desk.keep("2025-06-02") == [("corrected", "wells")]
    for day in ("2025-06-02", "2025-06-03", "2025-06-04"):
        desk.restart()
        assert [kind for kind, _ in desk.keep(day)] == []
    assert desk.told() == [
        ("corrected", "wells", "1.0", ("a1", "a2")),
        ("corrected", "wells", "2.0", ("a3",)),
    ]
    assert desk.told() == []


def test_what_a_thread_is_told_says_what_and_why(desk: Desk) -> None:
    desk.file("wells", more="url: https://desk.example/wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("again", OTHER, CORRECTS)
    desk.keep("2025-06-02")
    (job,) = desk.take()
    about = job.body["about"]
    assert (job.queue, job.lane) == ("tell", "T1:C1:1.0")
    assert {key: about[key] for key in ("document_id", "audience", "title", "url")} == {
        "document_id": "wells",
        "audience": "public",
        "title": QUESTION,
        "url": "https://desk.example/wells",
    }
    assert about["checked_on"] == "2025-02-01"
    assert about["notice"] == "This fact-check was corrected or withdrawn."
    assert about["reasons"][0]["evidence"]["by_document_id"] == "again"
    assert about["reasons"][0]["text"] == "It was corrected: \u201cThe wells again\u201d."


def test_an_answer_that_already_said_so_is_told_nothing(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.file("again", OTHER, CORRECTS)
    desk.today = "2025-06-02"
    desk.asked("1.0", "wells")  # after the correction, before it was noted
    assert desk.keep() == [("corrected", "wells")]
    assert desk.told() == []


def test_an_answer_that_named_another_correction_is_told_of_this_one(desk: Desk) -> None:
    desk.file("wells")
    desk.file("holes", more="title: Holes")
    desk.keep()
    desk.file("again", OTHER, CORRECTS)
    desk.keep("2025-06-02")
    desk.asked("1.0", "wells", "holes")
    desk.file("holes-again", OTHER, "corrects: [holes]\nchecked_on: 2025-07-01")
    assert desk.keep("2025-07-02") == [("corrected", "holes")]
    assert desk.told() == [("corrected", "holes", "1.0", ("a1",))]


def test_a_correction_before_the_first_look_reaches_the_thread(desk: Desk) -> None:
    """An answer may be posted while the first round over a large archive is under way."""
    desk.file("wells")
    desk.asked("1.0", "wells")
    desk.file("again", OTHER, CORRECTS)
    assert desk.keep("2025-06-02") == [("corrected", "wells")]
    assert desk.told() == [("corrected", "wells", "1.0", ("a1",))]


def test_a_correction_while_the_answer_was_on_its_way_reaches_the_thread(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    late = desk.answer("wells")
    desk.file("again", OTHER, CORRECTS)
    desk.keep("2025-06-02")
    assert desk.told() == []
    post = desk.post(late, "1.0")
    assert desk.told() == [("corrected", "wells", "1.0", (late,))]
    desk.chronicle.posted(post)
    assert desk.told() == []


def test_a_correction_by_nobody_in_authority_is_none(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("stranger", OTHER, CORRECTS + "\npublisher: Somebody else")
    assert desk.keep("2025-06-02") == []
    assert desk.told() == []


def test_an_internal_correction_is_not_named_to_the_public(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("memo", OTHER, CORRECTS.replace("The wells again", "Secret title"), "internal")
    assert desk.keep("2025-06-02") == [("corrected", "wells")]
    (job,) = desk.take()
    assert "Secret title" not in str(job.body)
    assert "Secret title" not in str(desk.changes("public"))


# --- withdrawals ----------------------------------------------------------------------------------


def test_a_withdrawal_in_the_file_reaches_the_thread_with_its_note(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("wells", more="withdrawn: The register was wrong.")
    assert desk.keep() == [("withdrawn", "wells")]
    (job,) = desk.take()
    assert (job.body["kind"], job.body["about"]["note"]) == (
        "withdrawn",
        "The register was wrong.",
    )
    desk.restart()
    assert desk.keep("2026-01-01") == []
    assert desk.told() == []


def test_what_left_the_mirrored_folder_is_withdrawn_and_may_come_back(desk: Desk) -> None:
    desk.file("wells")
    desk.file("rain", "It rained.", "title: Did it rain?")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.remove("wells")
    assert desk.keep() == [("withdrawn", "wells")]
    assert desk.told() == [("withdrawn", "wells", "1.0", ("a1",))]
    desk.file("wells")
    assert desk.keep("2025-02-03") == []
    desk.asked("1.0", "wells")
    desk.remove("wells")
    assert desk.keep() == [("withdrawn", "wells")]
    assert [each[3] for each in desk.told()] == [("a1", "a2")]


def test_a_source_that_left_is_told_to_whom_it_was_quoted_and_is_in_no_feed(desk: Desk) -> None:
    desk.file("register", more="kind: source_document")
    desk.file("rain", more="kind: source_document\ntitle: Rain")
    desk.keep()
    desk.asked("1.0", "register")
    desk.write("register", more="kind: source_document\nwithdrawn: Wrong.")
    desk.write("rain", more="kind: source_document\ntitle: Rain\nwithdrawn: Wrong.")
    desk.mirror()
    assert desk.chronicle.keep(60) == 1
    assert desk.told() == [("withdrawn", "register", "1.0", ("a1",))]
    assert desk.changes() == []


def test_a_check_whose_day_has_not_come_is_not_gone(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.file("wells", more="checked_on: 2025-09-01")
    assert desk.keep("2025-08-31") == []
    assert desk.keep("2025-09-01") == [("refreshed", "wells")]


# --- new versions ---------------------------------------------------------------------------------


def test_a_later_check_is_refreshed_and_no_thread_hears_of_it(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("wells", more="checked_on: 2025-08-01")
    assert desk.keep("2025-08-02") == [("refreshed", "wells")]
    (entry,) = desk.changes()
    assert (entry.version, entry.body["checked_on"]) == (2, "2025-08-01")
    assert desk.told() == []


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("2025", "2026-01-01", "refreshed"),
        ("2025-02", "2025-03", "refreshed"),
        ("2025", "2025-06-01", "changed"),
        ("2025-02-01", "2025", "changed"),
        ("2025-02-01", "2025-01-31", "changed"),
        ("2025-02-01", "unknown", "changed"),
        ("unknown", "2025-02-01", "refreshed"),
    ],
)
def test_only_a_date_that_is_surely_later_is_another_check(
    desk: Desk, before: str, now: str, kind: str
) -> None:
    desk.file("wells", more=f"checked_on: {before}")
    desk.keep("2026-02-01")
    desk.file("wells", more=f"checked_on: {now}")
    assert (kind, "wells") in desk.keep()


def test_words_that_are_gone_are_told_once_and_a_cosmetic_change_is_not(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("wells", f"It rained. {SENTENCE}")
    assert desk.keep() == [("changed", "wells")]
    assert desk.told() == []
    desk.file("wells", OTHER)
    assert desk.keep() == [("changed", "wells")]
    assert desk.told() == [("changed", "wells", "1.0", ("a1",))]
    desk.asked("2.0", "wells", quote=OTHER)
    desk.file("wells", f"{OTHER} Again.")
    assert desk.keep() == [("changed", "wells")]  # the first thread has heard that its words went
    assert desk.told() == []


def test_a_change_of_words_that_also_turns_stale_says_both(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.file("wells", f"{SENTENCE} Again.")
    assert desk.keep("2026-11-21") == [("changed", "wells"), ("stale", "wells")]


# --- revisions: new versions that an editor published ---------------------------------------------


def test_a_corrected_check_is_told_once_to_every_thread_that_rested_on_it(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.asked("1.0", "wells")
    desk.asked("2.0", "wells", quote="Most of them are private.")
    desk.today = "2025-06-02"
    desk.revise("corrected", "4,120", "4,118")
    (change,) = desk.changes()
    assert (change.kind, change.version, change.body["note"]) == (
        "corrected",
        2,
        "It was miscounted.",
    )
    assert change.body["revision"] == {"kind": "corrected", "version": 2, "replaces": 1}
    for day in ("2025-06-02", "2025-06-03"):
        desk.restart()
        desk.mirror()  # the same bytes once more
        assert desk.keep(day) == []
    assert desk.told() == [
        ("corrected", "wells", "1.0", ("a1", "a2")),
        ("corrected", "wells", "2.0", ("a3",)),  # its own words still stand, and yet
    ]
    assert desk.told() == []


def test_an_update_is_told_as_such_and_only_where_the_quoted_words_are_gone(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.asked("2.0", "wells", quote="Most of them are private.")
    desk.today = "2025-06-02"
    desk.revise("updated", "4,120", "5,001", note="The count of 2025 is out.")
    assert [(each.kind, each.body["note"]) for each in desk.changes()] == [
        ("refreshed", "The count of 2025 is out.")
    ]
    desk.restart()
    assert desk.keep() == []
    assert desk.told() == [("updated", "wells", "1.0", ("a1",))]


def test_a_confirmation_is_in_the_feed_and_no_thread_hears_of_it(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.today = "2025-06-02"
    desk.revise("confirmed", note="Nothing has changed.")
    desk.restart()
    assert desk.keep() == []
    (change,) = desk.changes()
    assert (change.kind, change.body["revision"]["kind"]) == ("refreshed", "confirmed")
    assert desk.told() == []


def test_two_corrections_are_two_and_an_answer_from_between_hears_of_the_second(
    desk: Desk,
) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.revise("corrected", "4,120", "4,118")
    desk.asked("2.0", "wells", quote=OTHER)  # at the same instant, from the corrected version
    assert desk.told() == [("corrected", "wells", "1.0", ("a1",))]
    desk.revise("corrected", "4,118", "4,119")
    assert desk.told() == [
        ("corrected", "wells", "1.0", ("a1",)),
        ("corrected", "wells", "2.0", ("a2",)),
    ]


@pytest.mark.parametrize(
    ("kind", "heard"), [("corrected", ["corrected"]), ("updated", ["updated"]), ("confirmed", [])]
)
def test_a_revision_while_the_answer_was_on_its_way_reaches_the_thread(
    desk: Desk, kind: RevisionKind, heard: list[str]
) -> None:
    desk.file("wells")
    desk.keep()
    answer_id = desk.answer("wells")
    words = () if kind == "confirmed" else ("4,120", "4,118")
    desk.revise(kind, *words)
    desk.post(answer_id, "1.0")
    desk.post(answer_id, "1.0")
    assert [each[0] for each in desk.told()] == heard


def test_a_revision_that_is_told_twice_over_is_one(desk: Desk) -> None:
    desk.file("wells")
    desk.asked("1.0", "wells")
    desk.revise("corrected", "4,120", "4,118")  # before any round has looked
    with desk.archive.ledger.transaction() as within:
        desk.chronicle.revised("wells", "corrected", 2, "It was miscounted.", within)
    assert len(desk.changes()) == 1
    assert desk.told() == [("corrected", "wells", "1.0", ("a1",))]


def test_words_that_went_before_a_revision_and_were_seen_by_no_round_are_told(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("wells", OTHER)
    desk.today = "2025-06-02"
    desk.revise("confirmed")
    assert [each.kind for each in desk.changes()] == ["refreshed", "changed"]
    assert desk.told() == [("changed", "wells", "1.0", ("a1",))]


def test_a_correction_by_another_check_is_not_reported_again_after_a_refresh(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    desk.file("again", OTHER, CORRECTS)
    assert desk.keep("2025-06-02") == [("corrected", "wells")]
    desk.revise("confirmed")
    desk.restart()
    assert desk.keep("2025-06-03") == []
    assert desk.told() == [("corrected", "wells", "1.0", ("a1",))]


def test_a_revision_turns_stale_in_its_own_time(desk: Desk) -> None:
    desk.file("wells")
    assert desk.keep("2026-11-20") == []
    desk.revise("updated", "in 2024", "in 2025")
    assert desk.keep("2026-11-21") == []
    assert desk.keep("2028-11-21") == [("stale", "wells")]


def test_a_publishing_that_fails_tells_nobody_and_the_next_one_everybody(desk: Desk) -> None:
    desk.file("wells")
    desk.keep()
    desk.asked("1.0", "wells")
    path = desk.archive.ledger.path
    with closing(sqlite3.connect(path)) as other:
        other.execute(
            "create trigger full before insert on jobs begin select raise(abort, 'disk full'); end"
        )
        other.commit()
    with pytest.raises(Exception, match="disk full"):
        desk.revise("corrected", "4,120", "4,118")
    assert desk.changes() == []
    assert desk.archive.ledger.documents.get("wells").version == 1
    assert desk.archive.ledger.revisions.of_document("wells") == ()
    with closing(sqlite3.connect(path)) as other:
        other.execute("drop trigger full")
        other.commit()
    desk.restart()
    desk.revise("corrected", "4,120", "4,118")
    assert desk.told() == [("corrected", "wells", "1.0", ("a1",))]


# --- one transaction, one look --------------------------------------------------------------------


def test_a_crash_in_the_middle_of_noting_leaves_nothing_and_the_next_look_all(desk: Desk) -> None:
    for name in ("holes", "wells"):
        desk.file(name, more=f"title: The {name}")
    desk.keep()
    for name in ("holes", "wells"):
        desk.asked("1.0", name)
        desk.write(f"{name}-2", OTHER, f"corrects: [{name}]\nchecked_on: 2025-06-01\ntitle: {name}")
    desk.mirror()
    path = desk.archive.ledger.path
    full = "select raise(abort, 'disk full') where (select count(*) from jobs) > 0"
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"create trigger full before insert on jobs begin {full}; end")
        other.commit()
    desk.today = "2025-06-02"
    with pytest.raises(Exception, match="disk full"):
        desk.chronicle.keep(60)
    assert desk.changes() == []
    assert desk.told() == []
    assert {each.state for each in desk_noted(desk).values()} == {"fresh"}
    with closing(sqlite3.connect(path)) as other:
        other.execute("drop trigger full")
        other.commit()
    desk.restart()
    assert sorted(desk.keep()) == [("corrected", "holes"), ("corrected", "wells")]
    assert [each[1] for each in desk.told()] == ["holes", "wells"]


def test_a_round_from_before_a_write_is_not_noted(desk: Desk) -> None:
    """Its freshness would be put beside a version that it never saw."""
    desk.file("wells")
    desk.keep()
    desk.today = "2026-11-21"
    desk.rounds.look(60)
    desk.write("wells", more="checked_on: 2026-11-20")
    desk.mirror()
    seen = [desk.chronicle.keep(), desk.chronicle.keep()]  # the last round is of the old version
    while not desk.changes():
        seen.append(desk.chronicle.keep())
    assert sum(seen) == 1
    assert [(each.kind, each.state) for each in desk.changes()] == [("refreshed", "fresh")]


def test_a_look_in_passing_waits_until_nothing_comes_in(desk: Desk) -> None:
    desk.file("wells")
    assert desk.chronicle.keep() == 0
    assert desk_noted(desk) == {}
    while not desk_noted(desk):
        desk.chronicle.keep()
    desk.file("rain", "It rained.", "title: Did it rain?")
    desk.chronicle.keep()
    assert set(desk_noted(desk)) == {"wells"}


class Broken:
    """A judge that fails, and counts how often it was asked to judge."""

    def __init__(self) -> None:
        self.asked = 0

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]:
        self.asked += 1
        raise RuntimeError("not foreseen")


def test_a_round_that_fails_is_not_tried_again_every_second(desk: Desk) -> None:
    desk.file("wells")
    sound, broken = desk.judge, Broken()
    desk.judge = broken  # type: ignore[assignment]
    while not broken.asked:
        desk.chronicle.keep()
    for _ in range(200):
        desk.chronicle.keep()
        while desk.rounds.look(0).under_way:
            pass
    assert broken.asked == 1
    desk.judge = sound
    desk.chronicle.keep(60)  # who waits for it has it tried again
    assert set(desk_noted(desk)) == {"wells"}


# --- the whole assistant --------------------------------------------------------------------------


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


def posted(newsroom: Newsroom, answer_id: str, thread: str) -> None:
    ts = f"{answer_id}.{thread}"
    newsroom.assistant.posted(
        Post(team="T1", channel="C1", ts=ts, thread_ts=thread, answer_id=answer_id)
    )


def kinds(newsroom: Newsroom, audience: Audience = "public") -> list[str]:
    return [each.kind for each in newsroom.assistant.changes(audience=audience)]


def test_a_withdrawal_by_command_is_told_at_once_and_once(newsroom: Newsroom) -> None:
    wells = newsroom.fact_check("wells")
    posted(newsroom, newsroom.answer(wells), "1.0")
    newsroom.assistant.keep_chronicle(60)
    newsroom.assistant.withdraw("wells", "The register was wrong.")
    assert kinds(newsroom) == ["withdrawn"]
    newsroom.assistant.keep_chronicle(60)
    assert kinds(newsroom) == ["withdrawn"]
    (job,) = take(newsroom.assistant.jobs)
    assert (job.body["kind"], job.body["about"]["note"]) == ("withdrawn", "The register was wrong.")


def test_a_withdrawal_beside_an_older_round_is_told_once(newsroom: Newsroom) -> None:
    wells = newsroom.fact_check("wells", checked_on="2026-11-20")
    posted(newsroom, newsroom.answer(wells), "1.0")
    chronicle = newsroom.assistant._parts.chronicle
    chronicle.keep(60)
    made = chronicle._rounds.look(60).last
    assert made
    newsroom.assistant.withdraw("wells", "Wrong.")
    chronicle._note(made)
    newsroom.assistant.keep_chronicle(60)
    assert kinds(newsroom) == ["withdrawn"]
    assert len(take(newsroom.assistant.jobs)) == 1


def test_an_erasure_leaves_no_word_and_takes_the_messages_away(newsroom: Newsroom) -> None:
    wells = newsroom.fact_check("wells", title="Where are the zyzzyva wells?")
    rain = newsroom.fact_check("rain", title="Did it rain?")
    newsroom.assistant.keep_chronicle(60)
    posted(newsroom, newsroom.answer(wells), "1.0")
    posted(newsroom, newsroom.answer(rain), "2.0")
    later = {"text": "It was 4,118.", "checked_on": "2026-11-20"}
    newsroom.fact_check("again", title="Zyzzyva again?", corrects=("rain",), **later)
    newsroom.fact_check("more", title="Zyzzyva once more?", corrects=("wells",), **later)
    newsroom.assistant.keep_chronicle(60)
    newsroom.assistant.withdraw("wells", "The zyzzyva was wrong.")
    assert sorted(kinds(newsroom)) == ["corrected", "corrected", "withdrawn"]
    before = b"zyzzyva" in everything(newsroom)
    for document_id in ("again", "wells", "more"):
        newsroom.assistant.erase(document_id)
    assert before
    assert b"zyzzyva" not in everything(newsroom)
    assert [each.document_id for each in newsroom.assistant.changes()] == ["rain"]
    told = {(job.body["thread_ts"], job.body["kind"]) for job in take(newsroom.assistant.jobs)}
    assert told == {("1.0", "erased"), ("2.0", "corrected")}
    newsroom.assistant.keep_chronicle(60)
    assert take(newsroom.assistant.jobs) == []


def test_an_erasure_takes_the_note_of_a_revision_too(newsroom: Newsroom) -> None:
    note = "It was the well of Quillermouth that was counted twice."
    posted(newsroom, newsroom.answer(newsroom.fact_check("wells")), "1.0")
    told = newsroom.assistant._parts.chronicle.revised
    now = newsroom.assistant.settings.clock()
    revise(newsroom.ledger, told, "wells", "corrected", ("4,120", "4,118"), note=note, now=now)
    assert b"quillermouth" in everything(newsroom)
    newsroom.assistant.erase("wells")
    assert b"quillermouth" not in everything(newsroom)


def test_an_erased_sources_words_go_from_what_was_said_of_others(newsroom: Newsroom) -> None:
    note = "The register of Quillermouth now counts 4,377."
    ledger, now = newsroom.ledger, newsroom.assistant.settings.clock()
    newsroom.document("register", kind="source_document", text="Quillermouth has 4,377 wells.")
    posted(newsroom, newsroom.answer(newsroom.fact_check("wells")), "1.0")
    begun, _ = ledger.refreshes.begin("wells", 1, "a worker", now)
    body = {"note": note, "differences": [{"source_id": "register"}]}
    ledger.refreshes.put(replace(begun, state="published", body=body))
    told = newsroom.assistant._parts.chronicle.revised
    said = {"note": note, "now": now, "refresh_id": begun.id}
    revise(ledger, told, "wells", "updated", ("4,120", "4,377"), **said)
    answer_id = newsroom.answer(ledger.documents.get("wells"))
    assert newsroom.assistant.answer(answer_id)["citations"][0]["revision"]["note"] == note
    newsroom.assistant.erase("register")
    assert b"quillermouth" not in everything(newsroom)
    (revision,) = ledger.documents.get("wells").revisions
    assert (revision.kind, revision.note) == ("updated", TAKEN_OUT)
    changes = newsroom.assistant.changes()
    assert {each.body["note"] for each in changes if "revision" in each.body} == {TAKEN_OUT}


def everything(newsroom: Newsroom) -> bytes:
    home = newsroom.assistant.settings.home
    return b"".join(path.read_bytes().lower() for path in home.glob("ledger.sqlite3*"))


def test_words_that_are_posted_after_their_erasure_go_too(newsroom: Newsroom) -> None:
    late = newsroom.answer(newsroom.fact_check("wells"))
    newsroom.assistant.erase("wells")
    posted(newsroom, late, "1.0")
    (job,) = take(newsroom.assistant.jobs)
    assert (job.body["kind"], job.body["answers"]) == (
        "erased",
        [{"id": late, "ts": f"{late}.1.0"}],
    )


def test_a_job_that_a_worker_has_in_hand_is_cut_too(newsroom: Newsroom) -> None:
    wells = newsroom.fact_check("wells")
    posted(newsroom, newsroom.answer(wells), "1.0")
    newsroom.assistant.withdraw("wells", "Wrong.")
    jobs = newsroom.assistant.jobs
    held = jobs.next(TELL, "worker")
    assert held
    newsroom.assistant.erase("wells")
    jobs.free("worker")
    jobs.put_back(held.key)
    assert [job.body["kind"] for job in take(jobs)] == ["erased"]


def test_a_check_that_turned_internal_leaves_the_public_feed(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells", checked_on="2026-11-01", text="A well is a hole.")
    newsroom.assistant.keep_chronicle(60)
    newsroom.assistant.withdraw("wells", "Wrong.")
    assert kinds(newsroom) == ["withdrawn"]
    newsroom.document("wells", audience="internal")
    assert kinds(newsroom) == []
    assert kinds(newsroom, "internal") == ["withdrawn"]


def test_changes_come_in_pages_and_by_kind(newsroom: Newsroom) -> None:
    for n in range(5):
        newsroom.fact_check(f"wells-{n}")
    newsroom.assistant.keep_chronicle(60)
    for n in range(5):
        newsroom.assistant.withdraw(f"wells-{n}", "Wrong.")
    changes = newsroom.assistant.changes
    assert [each.document_id for each in changes(2)] == ["wells-4", "wells-3"]
    assert [each.document_id for each in changes(2, 4)] == ["wells-0"]
    assert changes(kinds=("stale",)) == []
    assert len(changes(kinds=("stale", "withdrawn"))) == 5


def test_a_running_server_keeps_the_chronicle_and_outlives_a_failure(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.channels.keeping.LOOK_EVERY", 0.001)
    failures = iter([RuntimeError("not foreseen")])
    forget = newsroom.assistant.forget_old

    def forget_old() -> None:
        for failure in failures:
            raise failure
        forget()

    monkeypatch.setattr(newsroom.assistant, "forget_old", forget_old)
    newsroom.fact_check("wells", checked_on="2026-11-01", text="A well is a hole.")
    with kept(newsroom.assistant):
        while not noted(newsroom):
            pass
        newsroom.fact_check("again", checked_on="2026-11-20", corrects=("wells",))
        while not kinds(newsroom):
            pass
    assert kinds(newsroom) == ["corrected"]


def noted(newsroom: Newsroom) -> set[str]:
    with newsroom.ledger.noting() as within:
        return set(newsroom.ledger.changes.noted(within))
