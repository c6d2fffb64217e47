"""What the local Slack sends is what the real SDK verifies, reads and acknowledges."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import Ack, BoltContext, BoltRequest
from slack_bolt import App as BoltApp
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient
from support.slack_delivery import encoded, signed
from support.slack_payloads import Payloads
from support.slack_sending import Sign, SlackSender
from support.slack_server import SlackServer
from support.slack_world import Channel, Message, User

from channels.slack.conftest import refused

BUTTONS = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "a",
            "value": "v",
            "text": {"type": "plain_text", "text": "Go"},
        }
    ],
}
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "rate",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"},
        }
    ],
}


def written(slack: SlackServer, channel: Channel, **parts: Any) -> Message:
    return Message(channel=channel.id, ts=slack.ts(), user="U1", **parts)


class App:
    """What an app's request URL gets."""

    def __init__(self, slack: SlackServer) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.verifier = SignatureVerifier(slack.signing_secret)
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = dict(self.headers.items())
                valid = app.verifier.is_valid_request(body, headers)
                app.requests.append((headers, body))
                self.send_response(200 if valid else 401)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/slack/events"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def last(self) -> Any:
        headers, body = self.requests[-1]
        if headers["Content-Type"] == "application/json":
            return json.loads(body)
        form = dict(urllib.parse.parse_qsl(body))
        return json.loads(form["payload"]) if "payload" in form else form


@pytest.fixture
def app(slack: SlackServer) -> Iterator[App]:
    app = App(slack)
    yield app
    app.server.shutdown()
    app.server.server_close()


@pytest.fixture
def sender(slack: SlackServer, app: App) -> SlackSender:
    return SlackSender(slack, app.url)


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        (Sign(), 200),
        (Sign(age=290), 200),
        (Sign(age=310), 401),
        (Sign(age=-310), 401),
        (Sign(secret="another"), 401),
        (Sign(signature="v0=" + "0" * 64), 401),
        (Sign(signature=""), 401),
        (Sign(timestamp=""), 401),
        (Sign(alter=lambda body: body + b" "), 401),
    ],
)
def test_signatures_are_right_unless_ordered_otherwise(
    sender: SlackSender, desk: Channel, ana: User, sign: Sign, status: int
) -> None:
    assert sender.mention(desk, ana, "Is it?", sign=sign).status == status


def test_a_mention_is_an_event_about_a_message_that_stands(
    slack: SlackServer, sender: SlackSender, app: App, desk: Channel, ana: User
) -> None:
    first, second = sender.mention_twice(desk, ana, "Is it?")
    body = app.last()
    assert (body["type"], body["event"]["type"]) == ("event_callback", "message")
    assert body["event"]["channel_type"] == "channel"
    assert body["event"]["ts"] == first.message.ts
    assert first.payload.body["event"]["type"] == "app_mention"
    assert first.payload.body["event"]["text"] == f"<@{slack.team.bot_user_id}> Is it?"
    assert first.event_id != second.event_id
    assert body["authorizations"][0]["team_id"] == slack.team.id
    again = sender.retry(first, 2, "http_error")
    headers, retried = app.requests[-1]
    assert (headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"]) == ("2", "http_error")
    assert json.loads(retried)["event_id"] == again.event_id == first.event_id
    sender.replay(first.request)
    assert app.requests[-1] == app.requests[0]
    assert [m.ts for m in slack.messages(desk)] == [first.message.ts]


def test_events_of_a_shared_channel_say_so_and_name_the_other_company(
    slack: SlackServer, sender: SlackSender, app: App, desk: Channel
) -> None:
    other = slack.add_team("Company", installed=False)
    foreign = slack.add_user("foreign", team=other)
    sender.shared(desk, other)
    assert app.last()["event"]["connected_team_id"] == other.id
    sender.message(desk, foreign, "hello")
    body = app.last()
    assert (body["is_ext_shared_channel"], body["team_id"]) == (True, slack.team.id)
    assert (body["event"]["user_team"], body["event"]["team"]) == (other.id, other.id)
    sender.unshared(desk, other)
    assert app.last()["event"]["is_ext_shared"] is False


def test_changes_bots_and_joins_are_told_with_their_subtypes(
    slack: SlackServer, sender: SlackSender, app: App, desk: Channel, ana: User
) -> None:
    said = sender.message(desk, ana, "one").message
    sender.changed(desk, said, "two")
    event = app.last()["event"]
    assert (event["subtype"], event["previous_message"]["text"]) == ("message_changed", "one")
    assert event["message"]["text"] == "two"
    sender.deleted(desk, said)
    event = app.last()["event"]
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", said.ts)
    assert slack.messages(desk) == []
    sender.bot_message(desk, "beep")
    assert app.last()["event"]["subtype"] == "bot_message"
    sender.bot_message(desk, "beep", subtype=False)
    event = app.last()["event"]
    assert "subtype" not in event
    assert event["bot_id"]
    sender.joined(desk, slack.add_user("guest", is_restricted=True))
    assert app.last()["event"]["user"] == desk.members[-1]
    sender.home_opened(ana)
    assert app.last()["event"]["tab"] == "home"
    sender.uninstalled(slack.team)
    assert app.last()["event"]["type"] == "app_uninstalled"
    assert (
        refused(WebClient(slack.team.bot_token, base_url=slack.api_url).auth_test)
        == "token_revoked"
    )


def test_the_apps_own_words_come_back_to_it(
    slack: SlackServer, sender: SlackSender, app: App, desk: Channel, client: WebClient
) -> None:
    client.chat_postMessage(channel=desk.id, text="mine")
    (sent,) = sender.echo_all(desk)
    event = app.last()["event"]
    assert (event["user"], event["bot_id"]) == (slack.team.bot_user_id, slack.team.bot_id)
    assert sent.message.text == "mine"


def test_clicks_shortcuts_and_commands_carry_what_was_clicked(
    slack: SlackServer, sender: SlackSender, app: App, desk: Channel, ana: User, client: WebClient
) -> None:
    root = slack.put(desk, written(slack, desk, text="claim"))
    client.chat_postMessage(
        channel=desk.id, text="t", thread_ts=root.ts,
        blocks=[FEEDBACK, BUTTONS],
    )  # fmt: skip
    (message,) = slack.answers(desk)
    sender.press(desk, ana, message, "rate", "down")
    body = app.last()
    assert (body["type"], body["container"]["thread_ts"]) == ("block_actions", root.ts)
    assert body["actions"][0]["type"] == "feedback_buttons"
    assert body["actions"][0]["value"] == "down"
    sender.press(desk, ana, message, "a")
    assert app.last()["actions"][0]["value"] == "v"
    with pytest.raises(AssertionError, match="no button 'rate' with 'sideways'"):
        sender.press(desk, ana, message, "rate", "sideways")
    sender.shortcut(desk, ana, root, "check_claim")
    body = app.last()
    assert (body["type"], body["callback_id"]) == ("message_action", "check_claim")
    assert body["message"]["text"] == "claim"
    sender.command(desk, ana, "/ask", "is it <true> & so?")
    body = app.last()
    assert (body["command"], body["text"]) == ("/ask", "is it <true> & so?")
    WebhookClient(body["response_url"]).send(text="answered")
    assert [m.text for m in slack.ephemerals(desk, ana)] == ["answered"]


def test_a_stop_ends_the_streams_of_its_thread(
    slack: SlackServer, sender: SlackSender, app: App, client: WebClient, ana: User
) -> None:
    direct = slack.open_im(ana)
    root = sender.direct(ana, "?").message
    where = {"channel": direct.id}
    reader = {"recipient_team_id": slack.team.id, "recipient_user_id": ana.id}
    start: dict[str, Any] = {"thread_ts": root.ts, "markdown_text": "It is", **reader, **where}
    ts = client.chat_startStream(**start)["ts"]
    sender.stopped(direct, ana, root.ts)
    event = app.last()["event"]
    assert (event["type"], event["streaming_message_ts"]) == ("agent_session_stopped", [ts])
    more = {"ts": ts, "markdown_text": "!", **where}
    assert refused(client.chat_appendStream, **more) == "stopped_by_user"
    assert [m.text for m in slack.answers(direct)] == ["It is"]


def test_what_a_person_looks_at_is_told(
    sender: SlackSender, app: App, desk: Channel, ana: User
) -> None:
    sender.home_opened(ana, desk, tab="messages")
    (seen,) = app.last()["event"]["context"]["entities"]
    assert (seen["type"], seen["value"]) == ("slack#/types/channel_id", desk.id)
    sender.context_changed(ana)
    assert app.last()["event"]["context"] == {}


def test_the_real_bolt_finds_the_listener_of_every_payload(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    bolt = BoltApp(client=client, signing_secret=slack.signing_secret)
    heard: list[tuple[str, str | None, str | None]] = []

    def listen(name: str) -> Callable[[Ack, BoltContext], None]:
        def listener(ack: Ack, context: BoltContext) -> None:
            ack()
            heard.append((name, context.team_id, context.user_id))

        return listener

    events = (
        "app_mention", "message", "app_home_opened", "member_joined_channel",
        "agent_session_stopped", "app_context_changed",
    )  # fmt: skip
    for name in events:
        bolt.event(name)(listen(name))
    bolt.action("rate")(listen("action"))
    bolt.shortcut("check")(listen("shortcut"))
    bolt.command("/ask")(listen("command"))
    bolt.view("why")(listen("view"))
    build = Payloads(slack)
    client.chat_postMessage(channel=desk.id, text="t", blocks=[FEEDBACK])
    (answer,) = slack.answers(desk)
    view = slack.keep_view({"type": "modal", "callback_id": "why", "blocks": []}, user=ana.id)
    expected = {
        "app_mention": build.app_mention(desk, ana, "?"),
        "message": build.direct(ana, "?"),
        "app_home_opened": build.home_opened(ana),
        "member_joined_channel": build.joined(desk, ana),
        "agent_session_stopped": build.stopped(desk, ana, "1.000000"),
        "app_context_changed": build.context_changed(ana, desk),
        "action": build.action(desk, ana, answer, "rate", "up"),
        "shortcut": build.shortcut(desk, ana, answer, "check"),
        "command": build.command(desk, ana, "/ask", "?"),
        "view": build.view_submit(ana, view, {}),
    }
    for payload in expected.values():
        body, content_type = encoded(payload)
        headers: dict[str, str | Sequence[str]] = {
            **signed(body, slack.signing_secret, Sign()),
            "Content-Type": content_type,
        }
        assert bolt.dispatch(BoltRequest(body=body.decode(), headers=headers)).status == 200
    slack.wait_for(lambda: len(heard) == len(expected))
    assert sorted(heard) == sorted((name, slack.team.id, ana.id) for name in expected)
    bolt.listener_runner.listener_executor.shutdown()


def test_the_request_url_is_verified_and_looked_at(sender: SlackSender, app: App) -> None:
    assert sender.url_verification("abc").status == 200
    assert app.last()["challenge"] == "abc"
    sender.ssl_check()
    headers, body = app.requests[-1]
    assert body.startswith("ssl_check=1")
    assert "X-Slack-Signature" not in headers


def test_slack_comes_again_until_it_is_taken(
    slack: SlackServer, app: App, desk: Channel, ana: User
) -> None:
    sender = SlackSender(slack, app.url)
    payload = sender.build.app_mention(desk, ana, "?")
    assert [sent.status for sent in sender.persist(payload)] == [200]
    app.verifier = SignatureVerifier("another")
    assert [sent.status for sent in sender.persist(payload)] == [401] * 4
    nums = [headers.get("X-Slack-Retry-Num") for headers, _ in app.requests[-4:]]
    assert nums == [None, "1", "2", "3"]
    gone = SlackSender(slack, "http://127.0.0.1:1/slack/events")
    assert [(s.status, s.text) for s in gone.persist(payload, attempts=2)] == [
        (0, "ConnectError")
    ] * 2  # fmt: skip


# -- Socket Mode ---------------------------------------------------------------------------------


class Listening:
    """A real Socket Mode client that acknowledges what it gets."""

    def __init__(self, slack: SlackServer, client: WebClient) -> None:
        self.requests: list[SocketModeRequest] = []
        self.ack = True
        self.client = SocketModeClient(slack.app_token, web_client=client, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._take)
        self.client.connect()

    def _take(self, client: Any, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if self.ack:
            client.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload={"text": "got it"})
            )


@pytest.fixture
def listening(slack: SlackServer, client: WebClient) -> Iterator[Listening]:
    listening = Listening(slack, client)
    yield listening
    # The SDK reads for up to three seconds before it closes, unless the other side does.
    listening.client.auto_reconnect_enabled = False
    slack.socket.cut()
    listening.client.close()


def test_envelopes_reach_the_real_client_and_are_acknowledged(
    slack: SlackServer, listening: Listening, desk: Channel, ana: User
) -> None:
    sender = SlackSender(slack)
    sent = sender.mention(desk, ana, "Is it?")
    assert (sent.status, sent.json) == (200, {"text": "got it"})
    assert listening.requests[0].payload["event_id"] == sent.event_id
    assert sender.retry(sent).status == 200
    assert listening.requests[1].retry_attempt == 1
    assert sender.command(desk, ana, "/ask", "?").status == 200
    assert listening.requests[2].type == "slash_commands"
    big = sender.message(desk, ana, "x" * 40_000)
    assert big.status == 200
    assert listening.requests[3].payload["event"]["text"] == "x" * 40_000


def test_a_ping_is_answered_and_a_missing_ack_is_seen(
    slack: SlackServer, listening: Listening, desk: Channel, ana: User
) -> None:
    assert slack.socket.ping()
    listening.ack = False
    sent = SlackSender(slack, timeout=0.2).mention(desk, ana, "Is it?")
    assert sent.status == 0
    assert not sent.taken


@pytest.mark.parametrize("end", ["refresh", "warn", "cut"])
def test_the_real_client_connects_again(
    slack: SlackServer, listening: Listening, desk: Channel, ana: User, end: str
) -> None:
    slack.socket.wait_connected()
    getattr(slack.socket, end)()
    slack.wait_for(lambda: slack.socket.opened >= 2)
    slack.wait_for(lambda: len(slack.socket.connections) == 1)
    assert SlackSender(slack).mention(desk, ana, "Is it?").status == 200


def test_only_an_app_token_opens_a_connection_and_a_ticket_is_good_once(
    slack: SlackServer, client: WebClient
) -> None:
    opened = client.apps_connections_open
    assert refused(opened, app_token=slack.team.bot_token) == "not_allowed_token_type"
    assert opened(app_token=slack.app_token)["url"].startswith("ws://127.0.0.1:")
    slack.fail("apps.connections.open", error="internal_error")
    assert refused(opened, app_token=slack.app_token) == "internal_error"
