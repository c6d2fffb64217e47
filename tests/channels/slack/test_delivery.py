"""What Slack refuses, loses or takes its time with never costs an answer, nor gives two."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.slack_blocks import shown
from support.slack_calls import Call
from support.slack_server import SlackServer
from support.slack_world import Message

from assistant.errors import Unavailable
from channels.slack.conftest import Newsroom, served

WORDS = "4,120 registered wells"


def asked(newsroom: Newsroom) -> list[Message]:
    """The answers to one question, once all is done."""
    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
    assert sent.status == 200
    newsroom.settled()
    return newsroom.slack.answers(newsroom.desk, sent.thread)


def is_whole(newsroom: Newsroom, answer: Message) -> bool:
    text = shown(answer)
    told = (answer.metadata or {}).get("event_type") == "newsroom_assistant_answer"
    posted = newsroom.archive.posts.of_answer("r1")
    return WORDS in text and "Sources" in text and told and answer.ts in {p.ts for p in posted}


Order = Callable[[SlackServer], object]
ORDERS: dict[str, Order] = {
    "no status": lambda slack: slack.fail("assistant.threads.setStatus", error="unknown_method"),
    "no streams": lambda slack: slack.fail("chat.startStream", error="unknown_method", times=None),
    "start refused": lambda slack: slack.fail("chat.startStream", error="not_allowed"),
    "start lost": lambda slack: slack.fail("chat.startStream", lost=True),
    "start cut": lambda slack: slack.fail("chat.startStream", cut=True),
    "start limited": lambda slack: slack.fail("chat.startStream", status=429, retry_after=60),
    "start limited shortly": lambda slack: slack.fail(
        "chat.startStream", status=429, retry_after=1
    ),
    "append lost": lambda slack: slack.fail("chat.appendStream", lost=True),
    "stop lost": lambda slack: slack.fail("chat.stopStream", lost=True),
    "stop cut": lambda slack: slack.fail("chat.stopStream", cut=True),
    "stop failed": lambda slack: slack.fail("chat.stopStream", status=500),
    "died": lambda slack: slack.die_after(0),
    "blocks refused at the end": lambda slack: slack.fail(
        "chat.stopStream", error="invalid_blocks"
    ),
    "post lost": lambda slack: [
        slack.fail("chat.startStream", error="unknown_method", times=None),
        slack.fail("chat.postMessage", lost=True),
    ],
    "post failed": lambda slack: [
        slack.fail("chat.startStream", error="unknown_method", times=None),
        slack.fail("chat.postMessage", status=503),
    ],
    "no JSON": lambda slack: [
        slack.fail("chat.startStream", error="unknown_method", times=None),
        slack.fail("chat.postMessage", status=502, body=b"<html>Bad gateway</html>"),
    ],
    "post limited": lambda slack: [
        slack.fail("chat.startStream", error="unknown_method", times=None),
        slack.fail("chat.postMessage", status=429, retry_after=1),
    ],
    "who we are is not told": lambda slack: slack.fail("auth.test", status=500),
    "who reads is not told": lambda slack: slack.fail("conversations.info", status=500),
}


@pytest.mark.parametrize("order", ORDERS)
def test_one_whole_answer_whatever_fails(newsroom: Newsroom, order: str) -> None:
    ORDERS[order](newsroom.slack)
    (answer,) = asked(newsroom)
    assert is_whole(newsroom, answer)
    assert len(newsroom.archive.asked) == 1


def test_blocks_that_are_refused_are_sent_as_text(newsroom: Newsroom) -> None:
    slack = newsroom.slack
    slack.fail("chat.startStream", error="unknown_method", times=None)
    slack.fail("chat.postMessage", error="invalid_blocks")
    answers = asked(newsroom)
    assert WORDS in "".join(shown(each) for each in answers)
    assert all(not each.blocks and len(each.text) < 4_000 for each in answers)
    posted = newsroom.archive.posts.of_answer("r1")
    assert [each.ts for each in posted] == [each.ts for each in answers]


def test_a_stream_whose_blocks_are_refused_for_good_becomes_text(newsroom: Newsroom) -> None:
    slack = newsroom.slack
    slack.fail("chat.stopStream", error="invalid_blocks")
    slack.fail("chat.update", error="invalid_blocks")
    answers = asked(newsroom)
    assert WORDS in "".join(shown(each) for each in answers)
    assert len({each.ts for each in answers}) == len(answers)


class TestTrouble:
    def test_when_answering_fails_that_is_said_and_the_message_becomes_the_answer(
        self, newsroom: Newsroom
    ) -> None:
        slack, archive = newsroom.slack, newsroom.archive
        archive.fails = Unavailable("the disk is full")
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        (said,) = slack.wait_for(lambda: slack.answers(newsroom.desk, sent.thread))
        assert "try again" in shown(said)
        archive.fails = None
        newsroom.settled()
        (answer,) = slack.answers(newsroom.desk, sent.thread)
        assert answer.ts == said.ts
        assert WORDS in shown(answer)

    def test_what_fails_for_good_is_said(self, newsroom: Newsroom) -> None:
        slack = newsroom.slack
        newsroom.archive.fails = Unavailable("the disk is *full*")
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        newsroom.settled()
        (said,) = slack.answers(newsroom.desk, sent.thread)
        assert "I could not answer this" in shown(said)
        assert "full" not in shown(said)
        assert newsroom.archive.jobs.count("slack", "failed") == 1

    def test_a_channel_that_is_closed_to_us_ends_the_job(self, newsroom: Newsroom) -> None:
        newsroom.desk.is_archived = True
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        newsroom.settled()
        assert newsroom.slack.answers(newsroom.desk, sent.thread) == []
        assert newsroom.archive.jobs.count("slack", "failed") == 1


class TestAudience:
    @pytest.fixture
    def secret(self, newsroom: Newsroom) -> Callable[[], str]:
        """Asks for what only staff may read; gives all that stands below."""

        def ask() -> str:
            sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "hidden wells")
            newsroom.settled()
            messages = newsroom.slack.messages(newsroom.desk, sent.thread)[1:]
            return "\n".join(shown(each) for each in messages)

        return ask

    def test_staff_read_it(self, secret: Callable[[], str]) -> None:
        assert "9 hidden wells" in secret()

    def test_nobody_else_does(self, newsroom: Newsroom, secret: Callable[[], str]) -> None:
        slack, desk = newsroom.slack, newsroom.desk
        partner = slack.add_team("Partner", installed=False)
        for flags in ({"is_restricted": True}, {"is_ultra_restricted": True}, {"team": partner}):
            other = slack.add_user("other", **flags)
            desk.members.append(other.id)
            assert "9 hidden" not in secret()
            desk.members.remove(other.id)
        for name in ("is_ext_shared", "is_org_shared", "is_pending_ext_shared"):
            setattr(desk, name, True)
            assert "9 hidden" not in secret()
            setattr(desk, name, False)
        failure = slack.fail("users.info", error="ratelimited", status=429, times=None)
        assert "9 hidden" not in secret()
        failure.end()
        assert "9 hidden" in secret()

    def test_a_channel_that_is_shared_while_the_answer_is_made(
        self, newsroom: Newsroom, secret: Callable[[], str]
    ) -> None:
        slack, desk = newsroom.slack, newsroom.desk

        def share(call: Call) -> None:
            desk.is_ext_shared = True

        slack.on("users.info", share)
        assert "9 hidden" not in secret()
        said = [call.args for call in slack.calls if call.method.startswith("chat.")]
        assert "9 hidden" not in str(said)

    def test_a_channel_that_is_shared_while_the_answer_streams(
        self, newsroom: Newsroom, secret: Callable[[], str]
    ) -> None:
        desk = newsroom.desk

        def share(call: Call) -> None:
            desk.is_ext_shared = True

        newsroom.slack.on("chat.startStream", share)
        assert "9 hidden" not in secret()

    @pytest.mark.parametrize(("rule", "told"), [("none", False), ("C0DESK", True), ("C1", False)])
    def test_the_setting_names_channels(
        self, newsroom: Newsroom, rule: str, told: bool, secret: Callable[[], str]
    ) -> None:
        rule = rule.replace("C0DESK", f"C2, {newsroom.desk.id}")
        settings = newsroom.settings.model_copy(update={"slack_internal_channels": rule})
        newsroom.stop()
        with served(newsroom.archive, settings) as url:
            newsroom.sender.url = f"{url}/slack/events"
            assert ("9 hidden" in secret()) is told
