"""What comes to the request URL: only what Slack has signed, once, and not long ago."""

from __future__ import annotations

import json

import httpx
import pytest
from support.slack_sending import Sign

from channels.slack.conftest import Newsroom

FORGED = {
    "another secret": Sign(secret="wrong"),
    "no signature": Sign(signature=""),
    "no timestamp": Sign(timestamp=""),
    "a timestamp that is no number": Sign(timestamp="today"),
    "too old": Sign(age=301),
    "from the future": Sign(age=-120),
    "altered": Sign(alter=lambda body: body.replace(b"wells", b"wills")),
    "no JSON": Sign(alter=lambda _: b"{"),
    "no UTF-8": Sign(alter=lambda _: b"\xff\xfe{"),
    "nonsense": Sign(signature="v0=ffff"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_slack_has_not_signed_is_refused(newsroom: Newsroom, name: str) -> None:
    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells", sign=FORGED[name])
    assert sent.status in (401, 403)
    newsroom.settled()
    assert newsroom.archive.asked == []


JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", JSON), ("[]", JSON), ("null", JSON), ('"x"', JSON), ("{}", JSON),
        ('{"type": 5}', JSON),
        ('{"type": "event_callback", "event": []}', JSON), ("[" * 100_000, JSON),
        ('{"authorizations": 1}', JSON), ("payload=1", FORM), ("payload=%5B%5D", FORM),
        ("payload=%7B", FORM), ("a=b", FORM), ("%ff=%fe", FORM),
    ],
)  # fmt: skip
def test_bodies_that_are_no_requests_of_slacks(newsroom: Newsroom, body: str, kind: str) -> None:
    headers = {"Content-Type": kind}
    unsigned = newsroom.sender.post(body.encode(), headers, sign=Sign(secret="wrong"))
    assert unsigned.status == 401
    later = newsroom.sender.post(b"{", headers, sign=Sign(timestamp="9" * 5_000, signature="v0=0"))
    assert later.status == 401


def test_what_was_sent_before_is_refused(newsroom: Newsroom) -> None:
    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
    assert newsroom.sender.replay(sent.request).status in (401, 403)
    newsroom.settled()
    assert len(newsroom.archive.asked) == 1


def test_after_a_restart_what_was_sent_before_does_nothing(newsroom: Newsroom) -> None:
    from channels.slack.conftest import served

    sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
    newsroom.settled()
    newsroom.stop()
    with served(newsroom.archive, newsroom.settings) as url:
        newsroom.sender.url = f"{url}/slack/events"
        assert newsroom.sender.replay(sent.request).status == 200
        newsroom.settled()
    assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 1


def test_slacks_own_checks_are_answered(newsroom: Newsroom) -> None:
    assert newsroom.sender.url_verification("c-9").json == {"challenge": "c-9"}
    assert newsroom.sender.url_verification(sign=Sign(secret="wrong")).status == 401
    assert newsroom.sender.ssl_check().status == 200


def test_slack_comes_through_a_tunnel_to_a_loopback_server(newsroom: Newsroom) -> None:
    payload = newsroom.sender.build.app_mention(newsroom.desk, newsroom.ana, "wells")
    headers = {"Content-Type": "application/json", "Host": "news.example"}
    body = json.dumps(payload.body).encode()
    assert newsroom.sender.post(body, headers).status == 200
    assert httpx.get(f"{newsroom.url}/readyz", headers=headers, timeout=60).status_code == 421


def test_a_body_that_is_far_too_large_is_refused(newsroom: Newsroom) -> None:
    headers = {"Content-Type": "application/json"}
    assert newsroom.sender.post(b" " * (5 * 1024 * 1024), headers).status == 413


class TestWhenSlackIsDown:
    def test_events_are_acknowledged_and_done_later(self, newsroom: Newsroom) -> None:
        slack = newsroom.slack
        down = slack.fail("*", status=503, times=None)
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        assert sent.status == 200
        slack.wait_for(lambda: down.met)
        down.end()
        newsroom.settled()
        assert len(slack.answers(newsroom.desk, sent.thread)) == 1

    def test_a_slack_that_does_not_answer_holds_nothing_up(self, newsroom: Newsroom) -> None:
        hang = newsroom.slack.hang("*", times=None)
        first = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        assert hang.arrived.wait(20)
        second = newsroom.sender.mention(newsroom.desk, newsroom.ben, "wells")
        assert (first.status, second.status) == (200, 200)  # while Slack still hangs
        hang.release()
        newsroom.settled()
        for sent in (first, second):
            assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 1


def test_without_a_signing_secret_nothing_is_taken(newsroom: Newsroom) -> None:
    from channels.slack.conftest import served

    newsroom.stop()
    settings = newsroom.settings.model_copy(update={"slack_signing_secret": None})
    with served(newsroom.archive, settings) as url:
        newsroom.sender.url = f"{url}/slack/events"
        for sign in (Sign(), Sign(secret="")):
            sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells", sign=sign)
            assert sent.status == 401
