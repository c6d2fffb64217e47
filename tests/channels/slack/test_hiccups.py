"""A Slack that can't say just now who reads a channel is asked again, and nothing is lost."""

from __future__ import annotations

from typing import Any, cast

import pytest
from slack_sdk import WebClient
from support.slack_blocks import shown
from support.slack_world import Message

from assistant.channels.session import Local
from assistant.channels.slack.audience import of_person
from assistant.channels.slack.calls import Later
from assistant.channels.slack.delivery import Thread
from assistant.channels.slack.workspaces import Workspace, Workspaces
from assistant.errors import BadInput, Unavailable
from assistant.wiring import Assistant
from channels.fake_assistant import NOW
from channels.slack.conftest import Archive, Newsroom

METHODS = ("conversations.info", "conversations.members", "users.info")
HICCUPS: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 429, "retry_after": 1},
    {"error": "internal_error"},
    {"cut": True},
    {"body": b"oops"},
]
HIDDEN = "9 hidden"
"""Words of a document that only the newsroom's staff may read."""


def ask(newsroom: Newsroom, question: str) -> list[Message]:
    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, question)
    newsroom.settled()
    return newsroom.slack.answers(newsroom.desk, sent.thread)


@pytest.mark.parametrize(
    ("method", "hiccup"),
    [(METHODS[n % 3], each) for n, each in enumerate(HICCUPS)],
)
def test_staff_are_answered_as_staff_after_a_hiccup(
    newsroom: Newsroom, method: str, hiccup: dict[str, Any]
) -> None:
    newsroom.slack.fail(method, times=2, **hiccup)
    (answer,) = ask(newsroom, "hidden wells")
    assert HIDDEN in shown(answer)


@pytest.mark.parametrize("error", ["missing_scope", "channel_not_found"])
def test_what_slack_refuses_for_good_means_that_others_read(newsroom: Newsroom, error: str) -> None:
    newsroom.slack.fail("conversations.info", times=None, error=error)
    (answer,) = ask(newsroom, "hidden wells")
    assert HIDDEN not in shown(answer)
    assert len(newsroom.slack.calls_of("conversations.info")) == 1


def test_a_slack_that_never_says_means_that_others_read(newsroom: Newsroom) -> None:
    """At the last try: then there is an answer, without what is internal."""
    newsroom.slack.fail("conversations.info", times=None, status=503)
    (answer,) = ask(newsroom, "hidden wells")
    assert HIDDEN not in str([each.args for each in newsroom.slack.calls])
    assert "4,120" in shown(answer)


def test_a_hiccup_in_a_stream_ends_the_stream_and_not_the_answer(newsroom: Newsroom) -> None:
    newsroom.slack.fail("conversations.info", times=1, skip=1, status=500)
    (answer,) = ask(newsroom, "hidden wells")
    assert HIDDEN in shown(answer)
    assert len(newsroom.archive.asked) == 1


def test_an_internal_correction_is_told_after_a_hiccup(newsroom: Newsroom) -> None:
    (answer,) = ask(newsroom, "wells")
    team, channel, thread = newsroom.slack.team.id, newsroom.desk.id, answer.thread_ts
    about: dict[str, Any] = {
        "document_id": "memo", "audience": "internal", "title": "The secret memo", "url": None,
        "checked_on": None, "notice": None, "note": "It was wrong.", "reasons": [],
    }  # fmt: skip
    body = {
        "kind": "withdrawn", "about": about, "team": team, "channel": channel,
        "thread_ts": thread, "answers": [{"id": "r1", "ts": answer.ts}],
    }  # fmt: skip
    newsroom.slack.fail("conversations.info", times=2, status=500)
    newsroom.archive.jobs.add("told", "tell", f"{team}:{channel}:{thread}", body, NOW)
    newsroom.settled()
    (note,) = [m for m in newsroom.slack.answers(newsroom.desk, thread) if m.ts != answer.ts]
    assert "The secret memo" in shown(note)


def test_who_looks_at_the_home_tab_is_asked_again(newsroom: Newsroom) -> None:
    workspace = Workspaces(Local(cast(Assistant, newsroom.archive)), newsroom.settings).get("")
    hiccup = newsroom.slack.fail("users.info", times=None, status=500)
    with pytest.raises(Later):
        of_person(workspace, newsroom.ana.id)
    assert of_person(workspace, newsroom.ana.id, last=True) == "public"
    hiccup.end()
    assert of_person(workspace, newsroom.ana.id) == "internal"


# --- what is said of failures ---


def test_what_failed_is_told_in_the_log_alone(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.archive.fails = Unavailable("/srv/home/ledger.sqlite3 on db1.internal is locked")
    (said,) = ask(newsroom, "wells")
    assert "I could not answer this" in shown(said)
    assert "ledger" not in str([each.args for each in newsroom.slack.calls])
    assert "db1.internal" in caplog.text


def test_why_a_question_cannot_be_used_is_said(newsroom: Newsroom) -> None:
    newsroom.archive.fails = BadInput("the question is about nothing")
    (said,) = ask(newsroom, "wells")
    assert "the question is about nothing" in shown(said)


def test_it_is_said_to_the_asker_alone_where_the_app_is_not(newsroom: Newsroom) -> None:
    newsroom.archive.fails = BadInput("the question is about nothing")
    far = newsroom.slack.add_channel("far", newsroom.ana, bot=False)
    assert newsroom.sender.command(far, newsroom.ana, "/factcheck", "wells").status == 200
    newsroom.settled()
    (said,) = newsroom.slack.ephemerals(far, newsroom.ana)
    assert "the question is about nothing" in shown(said)
    assert newsroom.archive.jobs.count("slack", "done") == 1


def test_a_promise_that_could_not_be_noted_is_kept(
    newsroom: Newsroom, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message that says so becomes the answer, though the ledger was locked meanwhile."""
    archive.fails = Unavailable("the disk is full")
    note = archive.jobs.note
    refused: list[Any] = []

    def locked(*arguments: Any, **options: Any) -> None:
        if len(refused) < 3:
            refused.append(arguments)
            raise Unavailable("the ledger is locked")
        archive.fails = None
        note(*arguments, **options)

    monkeypatch.setattr(archive.jobs, "note", locked)
    (answer,) = ask(newsroom, "wells")
    assert len(refused) == 3
    assert "4,120" in shown(answer)


def test_others_messages_are_not_taken_for_ours(newsroom: Newsroom) -> None:
    """Also where the app's ids there are not known: a message without an id is nobody's."""
    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
    newsroom.sender.message(newsroom.desk, newsroom.ben, "<@U0> no", thread=sent.thread)
    newsroom.settled()
    client = WebClient(newsroom.slack.team.bot_token, base_url=newsroom.slack.api_url)
    team = newsroom.slack.team
    for bot_user, bot in (("", ""), (team.bot_user_id, ""), ("", team.bot_id)):
        workspace = Workspace(team=team.id, client=client, bot_user=bot_user, bot=bot, own=True)
        thread = Thread(workspace=workspace, channel=newsroom.desk.id, thread_ts=sent.thread)
        ours = {each.ts for each in newsroom.slack.answers(newsroom.desk, sent.thread)}
        assert set(thread.found("no such job", sent.thread)) <= ours
