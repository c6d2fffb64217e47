"""Sends what Slack sends to an app: signed, over HTTP or Socket Mode, and measures the ack.

    sender = SlackSender(slack, "http://127.0.0.1:8000/slack/events")
    sent = sender.mention(desk, ana, "Is it true?")        # or direct, message, command, ...
    assert sent.status == 200 and sent.seconds < 3
    again = sender.retry(sent)                             # the same event, X-Slack-Retry-Num: 1
    bad = sender.mention(desk, ana, "?", sign=Sign(secret="wrong"))
    SlackSender(slack)                                     # without a URL: through Socket Mode

Every sending function gives a `Sent`. `sender.build` (support.slack_payloads) makes payloads
without sending them; `sender.deliver(payload, sign=..., retry_num=...)` sends any, `persist` as
often as Slack would, `replay(sent.request)` the very same bytes and signature.
"""

from __future__ import annotations

import json
import time
import urllib.parse
from typing import Any

import httpx

from support.slack_delivery import RIGHT, Sent, Sign, encoded, signed
from support.slack_interactions import Payload
from support.slack_payloads import Payloads
from support.slack_server import SlackServer
from support.slack_world import Channel, Json, Message, Team, User

__all__ = ["RIGHT", "Sent", "Sign", "SlackSender"]


_REASONS = {"ConnectError": "connection_failed"}


class SlackSender:
    """Slack's side of an app's request URL, or of its Socket Mode connection."""

    def __init__(
        self, slack: SlackServer, url: str | None = None, *, timeout: float = 30.0
    ) -> None:
        self.slack, self.url, self.timeout = slack, url, timeout
        self.build = Payloads(slack)

    # -- sending -----------------------------------------------------------------------------

    def deliver(
        self,
        payload: Payload,
        *,
        sign: Sign = RIGHT,
        retry_num: int | None = None,
        retry_reason: str | None = None,
    ) -> Sent:
        """Sends a payload and waits for the acknowledgement."""
        if self.url is None:
            return self._by_socket(payload, retry_num, retry_reason)
        body, content_type = encoded(payload)
        headers = {"Content-Type": content_type}
        if retry_num is not None:
            headers |= {"X-Slack-Retry-Num": str(retry_num)}
            headers |= {"X-Slack-Retry-Reason": retry_reason or "http_timeout"}
        return self.post(body, headers, sign=sign, payload=payload)

    def post(
        self, body: bytes, headers: dict[str, str], *, sign: Sign = RIGHT,
        payload: Payload | None = None,
    ) -> Sent:  # fmt: skip
        """Posts any bytes with Slack's signature."""
        headers = headers | {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signed(body, self.slack.signing_secret, sign)
        return self.replay((sign.alter(body) if sign.alter else body, headers), payload)

    def replay(self, request: tuple[bytes, dict[str, str]], payload: Payload | None = None) -> Sent:
        """Posts exactly what was posted before (`sent.request`), its signature included."""
        assert self.url is not None, "this sender speaks Socket Mode"
        body, headers = request
        started = time.monotonic()
        status, text, answered = 0, "", {}
        try:
            response = httpx.post(
                self.url, content=body, headers=headers, timeout=self.timeout, trust_env=False
            )
            status, text, answered = response.status_code, response.text, dict(response.headers)
        except httpx.TransportError as error:
            text = type(error).__name__
        return Sent(
            payload=payload or Payload(kind="raw", body={}),
            status=status,
            text=text,
            seconds=time.monotonic() - started,
            headers=answered,
            request=request,
        )

    def _by_socket(self, payload: Payload, num: int | None, reason: str | None) -> Sent:
        envelope = self.slack.socket.send(
            payload.kind, payload.body, retry_num=num, retry_reason=reason
        )
        acked = envelope.acked.wait(self.timeout)
        answer = envelope.answer
        return Sent(
            payload=payload,
            status=200 if acked else 0,
            text=answer if isinstance(answer, str) else json.dumps(answer) if answer else "",
            seconds=envelope.seconds if envelope.seconds is not None else self.timeout,
            envelope=envelope,
        )

    def retry(self, sent: Sent, number: int = 1, reason: str = "http_timeout") -> Sent:
        """Slack sends an event again: the same body, signed anew."""
        return self.deliver(sent.payload, retry_num=number, retry_reason=reason)

    def persist(self, payload: Payload, *, attempts: int = 4) -> list[Sent]:
        """Sends as Slack does: up to three more times, until it is taken within three seconds.

        Slack waits a minute and five between the later tries; here they follow at once.
        """
        sent = [self.deliver(payload)]
        while not sent[-1].taken and len(sent) < attempts:
            if sent[-1].headers.get("x-slack-no-retry") == "1":
                break
            reason = _REASONS.get(
                sent[-1].text, "http_error" if sent[-1].status else "http_timeout"
            )
            sent.append(self.deliver(payload, retry_num=len(sent), retry_reason=reason))
        return sent

    # -- checks of the request URL -----------------------------------------------------------------

    def url_verification(self, challenge: str = "c-123", *, sign: Sign = RIGHT) -> Sent:
        """Slack's first call when the request URL is entered."""
        body = {"token": self.slack.verification_token, "challenge": challenge}
        body["type"] = "url_verification"
        return self.deliver(Payload(kind="events_api", body=body), sign=sign)

    def ssl_check(self) -> Sent:
        """Slack's look at the certificate: a form, and no signature."""
        body = urllib.parse.urlencode({"ssl_check": "1", "token": self.slack.verification_token})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.post(body.encode(), headers, sign=Sign(signature="", timestamp=""))

    # -- what people do ----------------------------------------------------------------------------

    def mention(
        self, channel: Channel, user: User, text: str, *, thread: str | None = None,
        sign: Sign = RIGHT,
    ) -> Sent:  # fmt: skip
        """app_mention: `text` follows the mention."""
        return self.deliver(self.build.app_mention(channel, user, text, thread=thread), sign=sign)

    def mention_twice(
        self, channel: Channel, user: User, text: str, *, thread: str | None = None
    ) -> tuple[Sent, Sent]:
        """A mention where the app also hears messages: app_mention and message, two event ids."""
        sent = self.mention(channel, user, text, thread=thread)
        return sent, self.deliver(self.build.message_of(channel, sent.message))

    def direct(
        self, user: User, text: str, *, thread: str | None = None, sign: Sign = RIGHT
    ) -> Sent:
        """message.im."""
        return self.deliver(self.build.direct(user, text, thread=thread), sign=sign)

    def message(
        self, channel: Channel, user: User, text: str, *, thread: str | None = None,
        sign: Sign = RIGHT, **more: Any,
    ) -> Sent:  # fmt: skip
        """message.channels and its like: words in a channel or thread, without a mention."""
        return self.deliver(
            self.build.message(channel, user, text, thread=thread, **more), sign=sign
        )

    def echo(self, channel: Channel, message: Message) -> Sent:
        """The message event of a message that stands: the app hears its own words too."""
        return self.deliver(self.build.message_of(channel, message))

    def echo_all(self, channel: Channel) -> list[Sent]:
        """`echo` of every message of the app in a channel: each must be left alone."""
        return [self.echo(channel, each) for each in self.slack.answers(channel)]

    def bot_message(
        self, channel: Channel, text: str, *, thread: str | None = None, subtype: bool = True
    ) -> Sent:
        return self.deliver(self.build.bot_message(channel, text, thread=thread, subtype=subtype))

    def changed(self, channel: Channel, message: Message, text: str) -> Sent:
        return self.deliver(self.build.changed(channel, message, text))

    def deleted(self, channel: Channel, message: Message) -> Sent:
        return self.deliver(self.build.deleted(channel, message))

    def home_opened(self, user: User, *seen: Channel, tab: str = "home") -> Sent:
        return self.deliver(self.build.home_opened(user, *seen, tab=tab))

    def stopped(self, channel: Channel, user: User, thread_ts: str) -> Sent:
        """The stop button of an agent's session."""
        return self.deliver(self.build.stopped(channel, user, thread_ts))

    def context_changed(self, user: User, *seen: Channel) -> Sent:
        return self.deliver(self.build.context_changed(user, *seen))

    def joined(self, channel: Channel, user: User) -> Sent:
        return self.deliver(self.build.joined(channel, user))

    def shared(self, channel: Channel, other: Team) -> Sent:
        return self.deliver(self.build.shared(channel, other))

    def unshared(self, channel: Channel, other: Team) -> Sent:
        return self.deliver(self.build.unshared(channel, other))

    def uninstalled(self, team: Team) -> Sent:
        return self.deliver(self.build.uninstalled(team))

    def tokens_revoked(self, team: Team) -> Sent:
        return self.deliver(self.build.tokens_revoked(team))

    def event(
        self, event: Json, *, team: Team | None = None, channel: Channel | None = None
    ) -> Sent:
        """Any other event."""
        return self.deliver(self.build.event(event, team=team, channel=channel))

    def press(
        self, channel: Channel, user: User, message: Message, action_id: str,
        value: str | None = None, *, sign: Sign = RIGHT,
    ) -> Sent:  # fmt: skip
        """block_actions of a message: a button, or one of its feedback buttons by `value`."""
        return self.deliver(self.build.action(channel, user, message, action_id, value), sign=sign)

    def submit(self, user: User, view: Json, values: Json) -> Sent:
        return self.deliver(self.build.view_submit(user, view, values))

    def shortcut(
        self, channel: Channel, user: User, message: Message, callback_id: str,
        *, sign: Sign = RIGHT,
    ) -> Sent:  # fmt: skip
        """message_action."""
        return self.deliver(self.build.shortcut(channel, user, message, callback_id), sign=sign)

    def command(
        self, channel: Channel, user: User, command: str, text: str = "", *, sign: Sign = RIGHT
    ) -> Sent:
        return self.deliver(self.build.command(channel, user, command, text), sign=sign)
