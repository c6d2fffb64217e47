"""Restarts, orderly ones and others, leave exactly one answer to every question."""

from __future__ import annotations

from support.counts import count
from support.slack_blocks import shown

from channels.slack.conftest import Newsroom, served

RESTARTS = count(5, 20)
STEPS = ("conversations.info", "chat.startStream", "chat.stopStream")


def test_a_question_before_each_of_many_restarts_is_answered_once(newsroom: Newsroom) -> None:
    newsroom.stop()
    asked = []
    for n in range(RESTARTS):
        with served(newsroom.archive, newsroom.settings) as url:
            newsroom.sender.url = f"{url}/slack/events"
            hang = newsroom.slack.hang(STEPS[n % len(STEPS)])
            asked.append(newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells"))
            assert hang.arrived.wait(20)
            hang.release()
    with served(newsroom.archive, newsroom.settings):
        newsroom.settled()
    for sent in asked:
        (answer,) = newsroom.slack.messages(newsroom.desk, sent.thread)[1:]
        assert "Sources" in shown(answer)
    assert newsroom.archive.jobs.count("slack", "done") == RESTARTS


def test_two_processes_that_hear_the_same_answer_it_once(newsroom: Newsroom) -> None:
    with served(newsroom.archive, newsroom.settings) as url:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        newsroom.sender.url = f"{url}/slack/events"
        assert newsroom.sender.retry(sent).status == 200
        newsroom.settled()
        assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 1
        assert len(newsroom.archive.asked) == 1
