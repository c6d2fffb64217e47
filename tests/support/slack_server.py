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
`calls_of(method, ...)`. Also kept: `statuses`, `prompts`, `titles`, `views`, `home(user)`,
`sessions` (of agents), `responses` (what came through response URLs), `status(channel, thread_ts)`.

Orders: `fail(method, ...)`, `hang(method)`, `on(method, hook, when)`, `limit(method, per_minute)`,
`enforce_rates()`, `die_after(appends)`, `advance(seconds)`, `freeze()`, `revoke(team)`,
`install_code(team)`. Posts to response URLs go by the method "response_url".
Settings: `scopes` (what the app was granted: all, unless set; else missing_scope), `page_size` (no
page is larger), `stream_age`, `stream_limit` (words of one stream), `update_limit` (text of an
update), `recipients_everywhere` (streams name their reader in direct messages too).
`authorize_url` is where people install the app (it allows at once). `socket` is Socket Mode
(support.slack_socket). `wait_for(condition, seconds)` gives what the condition gives, once true.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from support import slack_messages, slack_methods
from support.slack_calls import METHODS, Call
from support.slack_failures import Failure, Failures, Hang
from support.slack_http import RESPONSE_URL, Http
from support.slack_limits import Refused
from support.slack_scopes import EVERY_SCOPE, check_scope
from support.slack_socket import SocketMode
from support.slack_surfaces import Surfaces
from support.slack_world import Channel, Json, Message, Team, User

T = TypeVar("T")
_FILLED = (slack_messages, slack_methods)
"""The modules that fill METHODS."""
_OPEN = {"api.test", "oauth.v2.access"}
"""Methods that need no token."""


class SlackServer(Surfaces):
    """The state of this Slack, and the orders a test gives it; see the module's first lines."""

    def __init__(self) -> None:
        super().__init__()
        self.app_token = "xapp-1-A0ASSIST01-1-secret"
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.client_id, self.client_secret = "1234.5678", "client-secret"
        self.verification_token = "verification-token"
        self.scopes = ",".join(EVERY_SCOPE)
        self.calls: list[Call] = []
        self.codes: dict[str, Team] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.prompts: dict[tuple[str, str | None], list[Json]] = {}
        self.stream_age, self.stream_limit = 306.0, 12_000
        self.update_limit = 4_000
        self.recipients_everywhere = True
        self.most_appends: int | None = None
        self.page_size: int | None = None
        self.failures = Failures()
        self._offset = 0.0
        self._stands: float | None = None
        self._last_ts = 0
        self._revoked: set[str] = set()
        self._http = Http(self)
        self.socket = SocketMode(self)

    # -- life --------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        return f"{self.url}/oauth/v2/authorize"

    def __enter__(self) -> SlackServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        self.socket.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.failures.release_all()
        self.socket.stop()
        self._http.shutdown()
        self._http.server_close()
        assert not self._http.errors, self._http.errors

    # -- time --------------------------------------------------------------------------------

    def now(self) -> float:
        return (time.time() if self._stands is None else self._stands) + self._offset

    def freeze(self) -> None:
        """Slack's clock stands still, on a slow machine too; `advance` still moves it."""
        self._stands = time.time()

    def advance(self, seconds: float) -> None:
        """Slack's clock goes on: streams, triggers and response URLs age."""
        self._offset += seconds

    def ts(self) -> str:
        """A message's id: a time, later than every one before."""
        with self.changed:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def wait_for(self, condition: Callable[[], T], seconds: float = 60.0) -> T:
        """What the condition gives, as soon as it is true; else an AssertionError with the log."""
        end = time.monotonic() + seconds
        # Not under the lock: a condition may ask the app, and the app this server.
        while not (found := condition()):
            left = end - time.monotonic()
            if left <= 0:
                log = [(call.method, call.error) for call in self.calls[-30:]]
                raise AssertionError(f"nothing came in {seconds} s; the last calls: {log}")
            with self.changed:
                self.changed.wait(min(left, 0.02))
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
        own = {team.bot_id for team in self.teams.values()}
        found = [each for each in self.messages(channel, thread_ts) if each.bot_id in own]
        return [each for each in found if not self.is_streaming(each)]

    def status(self, channel: Channel, thread_ts: str) -> str:
        """What readers see that the app is doing: until it answers, or says nothing more."""
        return self.statuses_now.get((channel.id, thread_ts), "")

    def ephemerals(self, channel: Channel, user: User | None = None) -> list[Message]:
        """What only one person sees: by chat.postEphemeral and by response URLs."""
        with self.changed:
            found = [each for each in channel.messages if each.ephemeral_to and not each.deleted]
            return [each for each in found if user is None or each.ephemeral_to == user.id]

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
        when: Callable[[Call], bool] | None = None,
    ) -> Failure:
        """The next `times` calls of a method ("*" of any) fail; None: until the failure is ended.

        `skip` lets that many pass first; `when` picks calls. `cut` breaks the connection before,
        `lost` after the request was carried out. `body` is sent instead of JSON.
        `failure.end()` ends it.
        """
        failure = Failure(
            method=method, error=error, status=status, retry_after=retry_after, times=times,
            skip=skip, lost=lost, cut=cut, body=body, when=when,
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

    # -- requests ------------------------------------------------------------------------------

    def carry_out(self, call: Call) -> None:
        """Fills in the call's answer."""
        with self.changed:
            try:
                call.answer = {"ok": True, **self._carried_out(call)}
            except Refused as refused:
                call.answer = _refusal(refused)
                if call.method == RESPONSE_URL:
                    call.status = 404
            self.changed.notify_all()

    def _carried_out(self, call: Call) -> Json:
        if call.method == RESPONSE_URL:
            self.respond(call.args.pop("_key"), call.args)
            call.body = b"ok"
            return {}
        self._authenticate(call)
        if call.team is not None:
            call.answer_headers["X-OAuth-Scopes"] = self.scopes
            check_scope(call, self.channels.get(str(_named_channel(call))), self.scopes)
        if call.method not in METHODS:
            raise Refused("unknown_method", req_method=call.method)
        return METHODS[call.method](self, call)

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


def _named_channel(call: Call) -> object:
    return call.args.get("channel") or call.args.get("channel_id")


def _refusal(refused: Refused) -> Json:
    answer: Json = {"ok": False, "error": refused.error, **refused.more}
    if refused.details:
        answer["errors"] = refused.details
        messages = [f"[ERROR] {each}" for each in refused.details]
        answer["response_metadata"] = {"messages": messages}
    return answer
