"""A server on loopback that plays Slack: its Web API, its limits, its failures and Socket Mode.

    with SlackServer() as slack:
        ana = slack.add_user("ana")
        desk = slack.add_channel("desk", ana)
        client = WebClient(slack.team.bot_token, base_url=slack.api_url)
        sender = SlackSender(slack, "http://127.0.0.1:8000/slack/events")   # support.slack_sending
        sender.mention(desk, ana, "Is it true?")
        answer = slack.wait_for(lambda: slack.answers(desk))[0]
        assert "Is it" in shown(answer) and pings(answer) == []

The world (support.slack_world): `team` is the first workspace; `add_team`, `add_user`,
`add_channel`, `open_im` add more; attributes of users and channels may be changed at any time.
`messages(channel)` are the messages that stand, `answers(channel, thread_ts)` those of the app;
`shown`, `pings`, `autolinks` (support.slack_blocks) tell what readers see and what would be live.

The log: `calls` in order of arrival (`Call`: method, args, token, at, answer, status) and
`calls_of(method, ...)`. Also kept: `statuses`, `prompts`, `titles`, `views`, `home(user)`, and
`responses` (what came through response URLs).

Orders: `fail(method, ...)`, `hang(method)`, `on(method, hook, when)`, `limit(method, per_minute)`,
`enforce_rates()`, `die_after(appends)`, `stream_age`, `stream_limit`, `advance(seconds)`,
`revoke(team)`, `install_code(team)`. `socket` is Socket Mode (support.slack_socket).
`wait_for(condition, seconds)` waits until a condition holds; it looks at every change.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from support.slack_blocks import Refused, check_blocks
from support.slack_failures import Failure, Failures, Hang
from support.slack_methods import METHODS, TEXT, Call
from support.slack_socket import SocketMode
from support.slack_world import Channel, Json, Message, Team, User, World

T = TypeVar("T")
_OPEN = {"api.test", "oauth.v2.access"}
"""Methods that need no token."""


class SlackServer(World):
    """The state of this Slack, and the orders a test gives it; see the module's first lines."""

    def __init__(self) -> None:
        super().__init__()
        self.app_token = "xapp-1-A0ASSIST01-1-secret"
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.client_id, self.client_secret = "1234.5678", "client-secret"
        self.verification_token = "verification-token"
        self.scopes = "app_mentions:read,chat:write,im:history"
        self.calls: list[Call] = []
        self.codes: dict[str, Team] = {}
        self.statuses: list[tuple[str, str, str]] = []
        self.titles: dict[tuple[str, str], str] = {}
        self.prompts: dict[tuple[str, str | None], list[Json]] = {}
        self.views: dict[str, Json] = {}
        self.responses: list[Json] = []
        self.stream_age, self.stream_limit = 306.0, 12_000
        self.most_appends: int | None = None
        self.failures = Failures()
        self.changed = threading.Condition(threading.RLock())
        self._offset = 0.0
        self._last_ts = 0
        self._revoked: set[str] = set()
        self._triggers: dict[str, tuple[str, float]] = {}
        self._response_urls: dict[str, Json] = {}
        self._http = _Http(self)
        self.socket = SocketMode(self)

    # -- life --------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def __enter__(self) -> SlackServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        self.socket.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.failures.release_all()
        self.socket.stop()
        self._http.shutdown()
        self._http.server_close()

    # -- time --------------------------------------------------------------------------------

    def now(self) -> float:
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Slack's clock goes on: streams, triggers and response URLs age."""
        self._offset += seconds

    def ts(self) -> str:
        """A message's id: a time, later than every one before."""
        with self.changed:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def wait_for(self, condition: Callable[[], T], seconds: float = 20.0) -> T:
        """What the condition gives, as soon as it is true; else an AssertionError with the log."""
        end = time.monotonic() + seconds
        with self.changed:
            while not (found := condition()):
                left = end - time.monotonic()
                if left <= 0:
                    log = [(call.method, call.error) for call in self.calls[-30:]]
                    raise AssertionError(f"nothing came in {seconds} s; the last calls: {log}")
                # Conditions may look at more than Slack's own state.
                self.changed.wait(min(left, 0.05))
            return found

    # -- looking -----------------------------------------------------------------------------

    def calls_of(self, *methods: str) -> list[Call]:
        with self.changed:
            return [call for call in self.calls if call.method in methods]

    def messages(self, channel: Channel, thread_ts: str | None = None) -> list[Message]:
        """What stands in a channel or in one thread of it, ephemeral messages left out."""
        with self.changed:
            found = channel.thread(thread_ts) if thread_ts else channel.messages
            return [each for each in found if not each.deleted and not each.ephemeral_to]

    def answers(self, channel: Channel, thread_ts: str | None = None) -> list[Message]:
        """The app's own messages that are not being streamed any more."""
        return [m for m in self.messages(channel, thread_ts) if m.bot_id and not m.streaming]

    def ephemerals(self, channel: Channel, user: User | None = None) -> list[Message]:
        """What only one person sees: by chat.postEphemeral and by response URLs."""
        with self.changed:
            found = [each for each in channel.messages if each.ephemeral_to and not each.deleted]
            return [each for each in found if user is None or each.ephemeral_to == user.id]

    def home(self, user: User, team: Team | None = None) -> Json | None:
        """The home tab that was published to this person."""
        return self.views.get(f"home:{(team or user.team).id}:{user.id}")

    # -- orders ------------------------------------------------------------------------------

    def fail(
        self,
        method: str,
        *,
        error: str | None = None,
        status: int = 200,
        retry_after: int | None = None,
        times: int | None = 1,
        skip: int = 0,
        lost: bool = False,
        cut: bool = False,
        body: bytes | None = None,
    ) -> Failure:
        """The next `times` calls of a method ("*" of any) fail; None: until the failure is ended.

        `skip` lets that many pass first. `cut` breaks the connection before, `lost` after the
        request was carried out. `body` is sent instead of JSON. `failure.end()` ends it.
        """
        failure = Failure(
            method=method, error=error, status=status, retry_after=retry_after, times=times,
            skip=skip, lost=lost, cut=cut, body=body,
        )  # fmt: skip
        return self.failures.add(failure)

    def hang(self, method: str, *, times: int | None = 1, after: bool = False) -> Hang:
        """The next calls get no answer before `release()`; `after`: though they were carried out.

        `arrived.wait(seconds)` waits for the first such call.
        """
        return self.failures.add_hang(Hang(method=method, times=times, after=after))

    def on(self, method: str, hook: Callable[[Call], None], when: str = "answer") -> None:
        """Calls `hook(call)` each time: when "answer", after carrying out and before answering;
        when "arrival", before carrying out."""
        self.failures.hooks.append((method, when, hook))

    def limit(self, method: str, per_minute: int) -> None:
        """429 with Retry-After for more calls than this in Slack's last minute."""
        self.failures.rates[method] = per_minute

    def enforce_rates(self) -> None:
        """Slack's own tiers, and one chat.postMessage a second in each channel."""
        self.failures.enforce_tiers(METHODS)

    def die_after(self, appends: int | None) -> None:
        """Every stream ends by itself after so many appends."""
        self.most_appends = appends

    def is_streaming(self, message: Message) -> bool:
        """Whether a stream still takes text; one that is too old has ended by itself."""
        too_old = self.now() - message.stream_started > self.stream_age
        too_long = self.most_appends is not None and message.appends >= self.most_appends
        if message.streaming and (too_old or too_long):
            message.streaming = False
            message.text = message.markdown
        return message.streaming

    def revoke(self, team: Team) -> None:
        """The workspace's tokens are no good from now on."""
        self._revoked.add(team.bot_token)
        team.installed = False

    def install_code(self, team: Team) -> str:
        """A code that oauth.v2.access takes once."""
        code = self.number("code-")
        self.codes[code] = team
        return code

    # -- what the methods use ------------------------------------------------------------------

    def put(self, channel: Channel, message: Message) -> Message:
        with self.changed:
            channel.messages.append(message)
            root = channel.find(message.thread_ts)
            if root is not None:
                root.thread_ts = root.thread_ts or root.ts
            self.changed.notify_all()
        return message

    def keep_view(self, view: Json, *, user: str, key: str | None = None) -> Json:
        stored = dict(view)
        stored |= {"id": key or self.number("V"), "hash": self.ts(), "user": user}
        self.views[stored["id"]] = stored
        return stored

    def trigger(self, user: User) -> str:
        """A trigger of a view: good once, for three seconds."""
        trigger = f"{self.number('9')}.{self.number('8')}.trigger"
        self._triggers[trigger] = (user.id, self.now())
        return trigger

    def use_trigger(self, trigger: Any) -> str:
        if trigger not in self._triggers:
            raise Refused("invalid_trigger_id")
        user, made = self._triggers[trigger]
        if not user:
            raise Refused("exchanged_trigger_id")
        self._triggers[trigger] = ("", made)
        if self.now() - made > 3:
            raise Refused("expired_trigger_id")
        return user

    def response_url(self, channel: Channel, user: User, message: Message | None = None) -> str:
        """A URL that takes five messages within thirty minutes."""
        key = self.number("R")
        self._response_urls[key] = {
            "channel": channel, "user": user, "message": message, "made": self.now(), "uses": 0,
        }  # fmt: skip
        return f"{self.url}/response/{key}"

    # -- requests ------------------------------------------------------------------------------

    def carry_out(self, call: Call) -> None:
        """Fills in the call's answer."""
        with self.changed:
            try:
                self._authenticate(call)
                carry_out = METHODS.get(call.method)
                if carry_out is None:
                    raise Refused("unknown_method", req_method=call.method)
                call.answer = {"ok": True, **carry_out(self, call)}
            except Refused as refused:
                call.answer = _refusal(refused)
            self.changed.notify_all()

    def _authenticate(self, call: Call) -> None:
        if call.method in _OPEN:
            return
        if call.token is None:
            raise Refused("not_authed")
        if call.token in self._revoked:
            raise Refused("token_revoked")
        if call.method == "apps.connections.open":
            if call.token != self.app_token:
                raise Refused(
                    "not_allowed_token_type" if call.token.startswith("xoxb-") else "invalid_auth"
                )
            return
        teams = (team for team in self.teams.values() if team.bot_token == call.token)
        call.team = next((team for team in teams if team.installed), None)
        if call.team is None:
            raise Refused("invalid_auth")

    def respond(self, key: str, body: Json) -> tuple[int, bytes]:
        """What a response URL answers."""
        with self.changed:
            known = self._response_urls.get(key)
            if known is None:
                return 404, b"no_service"
            if self.now() - known["made"] > 1_800:
                return 404, b'{"ok":false,"error":"expired_url"}'
            if known["uses"] >= 5:
                return 404, b'{"ok":false,"error":"used_url"}'
            known["uses"] += 1
            try:
                self._respond(known, body)
            except Refused as refused:
                return 400, json.dumps(_refusal(refused)).encode()
            self.responses.append({**body, "channel": known["channel"].id})
            self.changed.notify_all()
            return 200, b"ok"

    def _respond(self, known: Json, body: Json) -> None:
        channel, original = known["channel"], known["message"]
        if body.get("delete_original"):
            if original:
                original.deleted = True
            return
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if not text and not blocks:
            raise Refused("no_text")
        if len(text) > TEXT:
            raise Refused("msg_too_long")
        check_blocks(blocks)
        if body.get("replace_original") and original:
            original.versions.append((original.text, original.all_blocks))
            original.text, original.blocks, original.markdown = text, blocks, ""
            return
        message = Message(
            channel=channel.id, ts=self.ts(), user=channel.team.bot_user_id, text=text,
            blocks=blocks, bot_id=channel.team.bot_id, team=channel.team.id,
            thread_ts=body.get("thread_ts"), metadata=body.get("metadata"),
        )  # fmt: skip
        if body.get("response_type") != "in_channel":
            message.ephemeral_to = known["user"].id
        self.put(channel, message)


def _refusal(refused: Refused) -> Json:
    answer: Json = {"ok": False, "error": refused.error, **refused.more}
    if refused.details:
        answer["errors"] = refused.details
        messages = [f"[ERROR] {each}" for each in refused.details]
        answer["response_metadata"] = {"messages": messages}
    return answer


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in the middle is no news; nothing else may fail here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def do_GET(self) -> None:
        self._api({})

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urllib.parse.urlsplit(self.path).path
        if path.startswith("/response/"):
            status, answer = self.server.slack.respond(path.rsplit("/", 1)[1], json.loads(data))
            return self._send(status, answer, {})
        try:
            args = _arguments(data, self.headers.get("Content-Type") or "")
        except ValueError:
            return self._send(200, b'{"ok":false,"error":"invalid_json"}', {})
        return self._api(args)

    def _api(self, args: Json) -> None:
        slack, split = self.server.slack, urllib.parse.urlsplit(self.path)
        args = dict(urllib.parse.parse_qsl(split.query)) | args
        authorization = self.headers.get("Authorization") or ""
        call = Call(
            number=0,
            method=split.path.removeprefix("/api/"),
            args=args,
            token=authorization.removeprefix("Bearer ")
            if authorization.startswith("Bearer ")
            else args.pop("token", None),
            team=None,
            at=slack.now(),
            headers=dict(self.headers.items()),
            basic=_basic(authorization),
        )
        with slack.changed:
            call.number = len(slack.calls)
            slack.calls.append(call)
            slack.changed.notify_all()
        slack.failures.run(slack, call)
        if call.answer is None:
            return self._cut()
        failure_body = call.answer.pop("_body", None)
        lost = call.answer.pop("_lost", False)
        headers = {str(k): str(v) for k, v in call.answer.pop("_headers", {}).items()}
        if lost:
            return self._cut()
        body = failure_body if failure_body is not None else json.dumps(call.answer).encode()
        return self._send(call.status, body, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        pass


def _basic(authorization: str) -> tuple[str, str] | None:
    if not authorization.startswith("Basic "):
        return None
    name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
    return name, secret


def _arguments(data: bytes, content_type: str) -> Json:
    if not data:
        return {}
    if content_type.startswith("multipart/"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + data).iter_parts()
        return {
            str(p.get_param("name", header="content-disposition")): p.get_content() for p in parts
        }
    if data.lstrip().startswith(b"{"):
        return dict(json.loads(data))
    return dict(urllib.parse.parse_qsl(data.decode(), keep_blank_values=True))
