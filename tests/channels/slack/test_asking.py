"""People ask in Slack, and the answer stands in the thread."""

from __future__ import annotations

from support.slack_blocks import shown

from channels.slack.conftest import Newsroom


def test_a_mention_is_answered_in_its_thread(newsroom: Newsroom) -> None:
    slack, desk = newsroom.slack, newsroom.desk
    sent = newsroom.sender.mention(desk, newsroom.ana, "wells")
    assert (sent.status, sent.seconds < 3) == (200, True)
    newsroom.settled()
    (answer,) = slack.answers(desk, sent.thread)
    assert "wells" in shown(answer)
    assert answer.streamed
    assert slack.statuses[0][:2] == (desk.id, sent.thread)
