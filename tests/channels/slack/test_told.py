"""Threads hear of what became of a check, once; and lose the words of what was erased."""

from __future__ import annotations

from typing import Any

import pytest
from support.slack_blocks import shown
from support.slack_world import Message

from channels.fake_assistant import NOW
from channels.slack.conftest import Newsroom, served

ABOUT: dict[str, Any] = {
    "document_id": "wells",
    "audience": "public",
    "title": "How many wells does the country have?",
    "url": "https://desk.example/wells",
    "checked_on": "2024-06-01",
    "notice": None,
    "note": "It was <!channel> wrong.",
    "reasons": [],
}


@pytest.fixture
def answer(newsroom: Newsroom) -> Message:
    """An answer that rests on the check."""
    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
    newsroom.settled()
    (answer,) = newsroom.slack.answers(newsroom.desk, sent.thread)
    return answer


def tell(newsroom: Newsroom, answer: Message, kind: str = "withdrawn", **about: Any) -> str:
    """As the archive does it when a document is withdrawn."""
    team, channel, thread = newsroom.slack.team.id, newsroom.desk.id, answer.thread_ts
    lane = f"{team}:{channel}:{thread}"
    body = {
        "kind": kind,
        "about": {**ABOUT, **about} if kind != "erased" else {},
        "team": team,
        "channel": channel,
        "thread_ts": thread,
        "answers": [{"id": "r1", "ts": answer.ts}],
    }
    key = f"{kind}:{lane}:r1"
    newsroom.archive.jobs.add(key, "tell", lane, body, NOW)
    return key


def notes(newsroom: Newsroom, answer: Message) -> list[Message]:
    newsroom.settled()
    thread = newsroom.slack.answers(newsroom.desk, answer.thread_ts)
    return [each for each in thread if each.ts != answer.ts]


def test_the_thread_is_told_once(newsroom: Newsroom, answer: Message) -> None:
    tell(newsroom, answer)
    (note,) = notes(newsroom, answer)
    assert "withdrawn" in shown(note)
    assert ABOUT["title"] in shown(note)
    tell(newsroom, answer)
    assert len(notes(newsroom, answer)) == 1


@pytest.mark.parametrize("fault", [{"lost": True}, {"cut": True}, {"status": 500}])
def test_a_note_whose_answer_was_lost_is_not_posted_twice(
    newsroom: Newsroom, answer: Message, fault: dict[str, Any]
) -> None:
    newsroom.slack.fail("chat.postMessage", **fault)
    tell(newsroom, answer)
    assert len(notes(newsroom, answer)) == 1


def test_what_happened_while_the_process_was_down_is_told(
    newsroom: Newsroom, answer: Message
) -> None:
    newsroom.stop()
    tell(newsroom, answer)
    for _ in range(2):
        with served(newsroom.archive, newsroom.settings):
            assert len(notes(newsroom, answer)) == 1


def test_an_internal_check_is_not_told_of_where_others_read(
    newsroom: Newsroom, answer: Message
) -> None:
    newsroom.desk.is_ext_shared = True
    tell(newsroom, answer, audience="internal")
    assert notes(newsroom, answer) == []
    newsroom.desk.is_ext_shared = False
    tell(newsroom, answer, kind="corrected", audience="internal")
    assert len(notes(newsroom, answer)) == 1


class TestInternalSince:
    """Who may read a document is looked up when it is told of: it may have changed meanwhile."""

    def corrected(self, newsroom: Newsroom, answer: Message) -> list[Message]:
        reasons = [
            {
                "rule": "retracted-or-corrected",
                "text": f"It was corrected by {by}.",
                "clears_when": "Never.",
                "evidence": {"by_document_id": by, "note": f"see {by}"},
            }
            for by in ("register", "memo")
        ]
        newsroom.desk.is_ext_shared = True
        tell(newsroom, answer, kind="corrected", reasons=reasons)
        return notes(newsroom, answer)

    def test_a_correcting_document_is_left_out(self, newsroom: Newsroom, answer: Message) -> None:
        (note,) = self.corrected(newsroom, answer)
        assert "register" in shown(note)
        assert "memo" not in f"{note.text} {note.all_blocks}"

    def test_the_document_is_not_told_of(
        self, newsroom: Newsroom, answer: Message, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(newsroom.archive, "audience_of", {"register": "public"}.get)
        assert self.corrected(newsroom, answer) == []
        monkeypatch.setattr(newsroom.archive, "audience_of", lambda _: "internal")
        tell(newsroom, answer)
        assert notes(newsroom, answer) == []

    def test_staff_are_told_of_all(self, newsroom: Newsroom, answer: Message) -> None:
        tell(newsroom, answer, document_id="memo", title="The memo", audience="internal")
        (note,) = notes(newsroom, answer)
        assert "The memo" in shown(note)


class TestErased:
    def test_the_message_shows_the_answer_without_it(
        self, newsroom: Newsroom, answer: Message
    ) -> None:
        audience, body, cited = newsroom.archive.replies["r1"]
        left = [each for each in body["claims"] if "listed" in each["text"]]
        sources = [each for each in body["citations"] if each["n"] in left[0]["citations"]]
        changed = {**body, "claims": left, "citations": sources}
        newsroom.archive.replies["r1"] = (audience, changed, cited)
        tell(newsroom, answer, kind="erased")
        (note,) = notes(newsroom, answer)
        assert "4,120 registered" not in answer.markdown + answer.text
        assert "The register listed" in shown(answer)
        assert "taken out of the archive" in shown(note)

    def test_an_answer_that_is_gone_is_deleted(self, newsroom: Newsroom, answer: Message) -> None:
        newsroom.archive.withdrawn["wells"] = "gone"
        tell(newsroom, answer, kind="erased")
        assert len(notes(newsroom, answer)) == 1
        assert answer.deleted

    def test_a_message_that_cannot_be_changed_is_deleted(
        self, newsroom: Newsroom, answer: Message
    ) -> None:
        newsroom.slack.fail("chat.update", error="edit_window_closed", times=None)
        tell(newsroom, answer, kind="erased")
        notes(newsroom, answer)
        assert answer.deleted
