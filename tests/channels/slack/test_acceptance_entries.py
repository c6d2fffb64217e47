"""Every way to ask in Slack, over HTTP and by Socket Mode, against the real program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from support.slack_blocks import shown, shown_blocks
from support.slack_server import SlackServer

from channels.slack.newsroom_files import (
    CLAIM,
    FERRY,
    HOSTILE,
    OUTSIDE,
    SECRET,
    SECRET_WORDS,
    UNKNOWN,
    WELLS,
)
from channels.slack.running import (
    Newsroom,
    Way,
    copied,
    quick,
    same_as_asked,
    same_replies,
    words,
)


@pytest.fixture(scope="module", params=["http", "socket"])
def news(
    request: pytest.FixtureRequest, small_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newsroom]:
    """One process for the tests of one way: each asks in threads of its own."""
    home = copied(small_home, tmp_path_factory.mktemp("entries") / "home")
    with (
        SlackServer() as slack,
        Newsroom(home=home, slack=slack, way=cast(Way, request.param)) as newsroom,
    ):
        newsroom.start()
        yield newsroom


@pytest.mark.parametrize("question", [WELLS, FERRY, HOSTILE, OUTSIDE])
def test_a_mention(news: Newsroom, question: str) -> None:
    """In its thread: the claims, numbers, quotes and notice that the API answers with."""
    sent = news.sender.mention(news.desk, news.ana, question)
    quick(sent)
    answer = news.one_answer(news.desk, sent.thread)
    asked = news.asked(question, internal=True)  # the desk's channel is staff's
    same_as_asked(answer, asked)
    same_replies(news.reply_of(answer), asked)


def test_a_direct_message(news: Newsroom) -> None:
    sent = news.sender.direct(news.ana, FERRY)
    quick(sent)
    answer = news.one_answer(news.slack.open_im(news.ana), sent.thread)
    same_as_asked(answer, news.asked(FERRY))


def test_a_direct_message_of_staff_quotes_what_is_internal(news: Newsroom) -> None:
    sent = news.sender.direct(news.ana, SECRET)
    quick(sent)
    answer = news.one_answer(news.slack.open_im(news.ana), sent.thread)
    assert SECRET_WORDS in words(shown(answer))
    same_replies(news.reply_of(answer), news.asked(SECRET, internal=True))


def test_a_follow_up_needs_no_mention(news: Newsroom) -> None:
    first = news.sender.mention(news.desk, news.ana, WELLS)
    news.one_answer(news.desk, first.thread)
    follow = news.sender.message(news.desk, news.ben, FERRY, thread=first.thread)
    quick(follow)
    news.slack.wait_for(lambda: len(news.slack.answers(news.desk, first.thread)) == 2)
    news.settled()
    _, second = news.slack.answers(news.desk, first.thread)
    same_as_asked(second, news.asked(FERRY))


def test_what_is_sent_again_is_answered_once(news: Newsroom) -> None:
    """Each entry point, brought twice by Slack."""
    posted = news.sender.build.say(news.desk, news.ben, CLAIM)
    build = news.sender.build
    payloads = [
        build.app_mention(news.desk, news.ana, WELLS),
        build.direct(news.ana, WELLS),
        build.command(news.desk, news.ana, "/factcheck", WELLS),
        build.shortcut(news.desk, news.ana, posted, "check_claim"),
    ]
    places = [news.desk, news.slack.open_im(news.ana)]
    before = sum(len(news.slack.answers(each)) for each in places)
    for payload in payloads:
        quick(news.sender.deliver(payload))
        quick(news.sender.deliver(payload, retry_num=1, retry_reason="http_timeout"))
    news.settled()
    for payload in payloads:
        quick(news.sender.deliver(payload, retry_num=2, retry_reason="http_timeout"))
    news.settled()
    made = sum(len(news.slack.answers(each)) for each in places) - before
    assert made == len(payloads) + 1  # a command also has the message that says who asked


def test_a_message_where_nobody_asked_is_left_alone(news: Newsroom) -> None:
    before = len(news.slack.answers(news.desk))
    root = news.sender.message(news.desk, news.ana, WELLS)
    below = news.sender.message(news.desk, news.ben, WELLS, thread=root.thread)
    quick(root)
    quick(below)
    news.settled()
    assert len(news.slack.answers(news.desk)) == before


def test_a_slash_command(news: Newsroom) -> None:
    """Who asked what stands in the channel, the answer in the thread below it."""
    sent = news.sender.command(news.desk, news.ana, "/factcheck", FERRY)
    quick(sent)
    news.settled()
    root = news.slack.messages(news.desk)[-2]
    assert FERRY in shown(root)
    (answer,) = [each for each in news.slack.answers(news.desk, root.ts) if each is not root]
    same_as_asked(answer, news.asked(FERRY))
    follow = news.sender.message(news.desk, news.ben, WELLS, thread=root.ts)
    news.settled()
    assert follow.taken
    assert len(news.slack.answers(news.desk, root.ts)) == 3


def test_a_slash_command_where_the_app_is_not(news: Newsroom) -> None:
    """Only the asker sees it, through the response URL."""
    elsewhere = news.slack.add_channel("elsewhere", news.ana, news.ben, bot=False)
    sent = news.sender.command(elsewhere, news.ana, "/factcheck", FERRY)
    quick(sent)
    news.settled()
    (seen,) = news.slack.ephemerals(elsewhere)
    assert seen.ephemeral_to == news.ana.id
    same_as_asked(seen, news.asked(FERRY))
    assert news.slack.answers(elsewhere) == []


def test_check_this_claim(news: Newsroom) -> None:
    """The published verdict word for word, in the thread of the message."""
    posted = news.sender.message(news.desk, news.ben, CLAIM)
    sent = news.sender.shortcut(news.desk, news.ana, posted.message, "check_claim")
    quick(sent)
    answer = news.one_answer(news.desk, posted.thread)
    seen = words(shown(answer))
    assert "Mostly false" in seen
    assert CLAIM in seen
    same_as_asked(answer, news.reply_of(answer))
    assert news.reply_of(answer)["verdicts"][0]["rating"] == "Mostly false"


def test_check_a_claim_that_nobody_has_checked(news: Newsroom) -> None:
    posted = news.sender.message(news.desk, news.ben, UNKNOWN)
    quick(news.sender.shortcut(news.desk, news.ana, posted.message, "check_claim"))
    answer = news.one_answer(news.desk, posted.thread)
    assert "No published verdict on this claim was found." in words(shown(answer))
    gaps = [each["question"] for each in news.command("gaps")]
    assert any(UNKNOWN in each for each in gaps)


@pytest.mark.parametrize("helpful", [True, False])
def test_feedback(news: Newsroom, helpful: bool) -> None:
    """A press of a button is kept, once, and the person is thanked alone."""
    sent = news.sender.mention(news.desk, news.ana, WELLS)
    answer = news.one_answer(news.desk, sent.thread)
    answer_id = str((answer.metadata or {})["event_payload"]["answer_id"])
    (value,) = [
        element["value"]
        for block in answer.all_blocks
        if block["type"] == "context_actions"
        for name, element in block["elements"][0].items()
        if name == ("positive_button" if helpful else "negative_button")
    ]
    for _ in range(2):
        quick(news.sender.press(news.desk, news.ben, answer, "feedback", value))
    news.settled()
    with closing(sqlite3.connect(news.home / "ledger.sqlite3")) as ledger:
        query = "SELECT helpful FROM feedback WHERE answer_id = ?"
        rows = ledger.execute(query, (answer_id,)).fetchall()
    assert [bool(each[0]) for each in rows] == [helpful]
    assert any(each.thread_ts == sent.thread for each in news.slack.ephemerals(news.desk, news.ben))


def test_the_home_tab(news: Newsroom) -> None:
    """Staff see what is due and what was asked in vain; a guest does not."""
    guest = news.slack.add_user("guest", is_restricted=True)
    news.sender.mention(news.desk, news.ana, OUTSIDE)
    news.settled()
    for user in (news.ana, guest):
        quick(news.sender.home_opened(user))
    news.settled()
    staffs = shown_blocks((news.slack.home(news.ana) or {})["blocks"])
    guests = shown_blocks((news.slack.home(guest) or {})["blocks"])
    assert OUTSIDE in staffs
    assert OUTSIDE not in guests
    assert "Due for a new look" not in guests
