"""The bolt app: what Slack may send, each acknowledged as soon as it is on the disk as a job."""

from __future__ import annotations

import http.client
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.context.ack import Ack
from slack_bolt.middleware import Middleware
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse

from assistant.channels import operations_chat
from assistant.channels.session import Session
from assistant.channels.slack import intake
from assistant.channels.slack.buttons import ACTION
from assistant.channels.slack.calls import client_of
from assistant.channels.slack.intake import Taken
from assistant.channels.slack.manifest import manifest
from assistant.channels.slack.pace import Pace, refusal
from assistant.channels.slack.states import States
from assistant.channels.slack.workspaces import Admitted, Installations, Workspaces
from assistant.settings import Settings

log = logging.getLogger("assistant.slack")

QUEUE = "slack"
AGE_S = 300
"""Slack's own limit to the age of a request, which bolt enforces."""
AHEAD_S = 60
"""How far in the future a request may say that it was sent: clocks differ a little."""
KNOWN_LANES = 10_000


REFUSED = BoltResponse(status=401, body={"error": "invalid request"})
TAKEN = BoltResponse(status=200, body="")


class Once(Middleware):
    """Refuses a request that was sent before, byte for byte: its signature is known.

    For as long as its signature would be good; what was sent again later is too old anyhow. A
    restart forgets, and then the job's key tells.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        if req.mode != "http":
            return next()
        sent = float(req.headers.get("x-slack-request-timestamp", ["0"])[0])
        if sent > time.time() + AHEAD_S:
            return REFUSED
        if not self._is_new(_signature(req)):
            # A retry of Slack's own that was signed in the same second: there is nothing to do.
            return TAKEN if "x-slack-retry-num" in req.headers else REFUSED
        return next()

    def forget(self, req: BoltRequest) -> None:
        """It could not be taken: the same may come again."""
        with self._lock:
            self._seen.pop(_signature(req), None)

    def _is_new(self, signature: str) -> bool:
        now = time.monotonic()
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now:
                self._seen.popitem(last=False)
            if signature in self._seen:
                return False
            self._seen[signature] = now + AGE_S + AHEAD_S
            return True


def _signature(req: BoltRequest) -> str:
    return str(req.headers.get("x-slack-signature", [""])[0])


class Door:
    """Takes in what Slack sends. `wake` is called when there is a job to do."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        workspaces: Workspaces,
        wake: Callable[[], None],
    ) -> None:
        self._session = session
        self._workspaces = workspaces
        self._wake = wake
        self._lanes: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._once = Once()
        self._pace = Pace(settings.rate_per_address)
        self.app = _bolt(session, settings, self._once)
        self._listen()

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """A request that came by HTTP."""
        answer = self.app.dispatch(req)
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            self._once.forget(req)
        return answer

    def _listen(self) -> None:
        app = self.app
        app.event("app_mention")(self._message)
        app.event("message")(self._message)
        app.event("app_home_opened")(self._home)
        app.event("app_uninstalled")(self._uninstalled)
        app.event("tokens_revoked")(self._revoked)
        app.command(re.compile(".*"))(self._command)
        app.message_shortcut("check_claim")(self._shortcut)
        app.action("feedback")(self._feedback)
        app.action(re.compile(rf"{ACTION}_\d"))(self._refresh)
        # What else the app is subscribed to, and buttons that are links, want no answer.
        app.event(re.compile(".*"))(_nothing)
        for others in (app.action, app.shortcut, app.view):
            others(re.compile(".*"))(_nothing)

    # --- listeners: parse, write one job, acknowledge ---

    def _message(self, body: dict[str, Any], ack: Ack) -> None:
        self._take(intake.of_message(body))
        ack()

    def _command(self, body: dict[str, Any], ack: Ack) -> None:
        self._take(intake.of_command(body))
        ack()

    def _shortcut(self, body: dict[str, Any], ack: Ack) -> None:
        self._take(intake.of_shortcut(body))
        ack()

    def _feedback(self, body: dict[str, Any], ack: Ack) -> None:
        self._take(intake.of_feedback(body))
        ack()

    def _refresh(self, body: dict[str, Any], ack: Ack) -> None:
        self._take(intake.of_refresh(body))
        ack()

    def _home(self, body: dict[str, Any], ack: Ack) -> None:
        self._take(intake.of_home(body))
        ack()

    def _uninstalled(self, body: dict[str, Any], ack: Ack) -> None:
        self._workspaces.forget(intake.team_of(body))
        ack()

    def _revoked(self, body: dict[str, Any], ack: Ack) -> None:
        """Of the bot; what a person's token is revoked for is not ours."""
        if (body["event"].get("tokens") or {}).get("bot"):
            self._workspaces.forget(intake.team_of(body))
        ack()

    def _take(self, taken: Taken | None) -> None:
        if taken is None or (taken.if_known and not self._is_known(taken)):
            return
        body = taken.body
        if body["kind"] == "ask" and not self._pace.allows(taken.key, body):
            if body["entry"] == "thread":  # said to others: no word about it either
                return
            taken = refusal(body)
        new = self._session.call(
            operations_chat.job_add,
            key=taken.key,
            queue=QUEUE,
            lane=taken.lane,
            body=dict(taken.body),
        )
        if new:
            with self._lock:
                self._lanes[taken.lane] = None
                if len(self._lanes) > KNOWN_LANES:
                    self._lanes.popitem(last=False)
            self._wake()

    def _is_known(self, taken: Taken) -> bool:
        """Whether we answered in the thread, or are just about to."""
        with self._lock:
            if taken.lane in self._lanes:
                return True
        team, channel, thread_ts = taken.lane.split(":")
        return self._session.call(
            operations_chat.thread_known, team=team, channel=channel, thread_ts=thread_ts
        )


def _nothing(ack: Ack) -> None:
    ack()


def _bolt(session: Session, settings: Settings, once: Once) -> App:
    """No call to Slack is made here, nor before an acknowledgement."""
    oauth = _oauth(session, settings)
    app = App(
        name="newsroom-assistant",
        logger=_quiet("assistant.slack.bolt"),
        client=client_of(None, settings.slack_api_url),
        # Without a signing secret only Socket Mode is spoken; no request passes by an unknown one.
        signing_secret=settings.slack_signing_secret or "",
        authorize=Admitted(),  # type: ignore[arg-type, no-untyped-call]
        oauth_settings=oauth,
        before_authorize=once,
        ignoring_self_events_enabled=False,  # `intake` drops what any bot says
        process_before_response=True,  # acknowledged when the job is on the disk, not before
        token_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    return app


def _quiet(name: str) -> logging.Logger:
    """bolt tells whole requests, with what people wrote, at the level INFO."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    return logger


def _oauth(session: Session, settings: Settings) -> OAuthSettings | None:
    if not settings.slack_client_id or not settings.slack_client_secret:
        return None
    api = settings.slack_api_url
    return OAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=manifest()["oauth_config"]["scopes"]["bot"],
        user_scopes=(),
        install_page_rendering_enabled=False,  # that page shows pictures from elsewhere
        installation_store=Installations(session),
        installation_store_bot_only=True,
        authorization_url=f"{api.rstrip('/').removesuffix('/api')}/oauth/v2/authorize"
        if api
        else None,
        state_store=States(settings.slack_client_secret),
    )
