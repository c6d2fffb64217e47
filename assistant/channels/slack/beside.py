"""Slack beside a server: its workers and its Socket Mode connection, for as long as that runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from assistant.channels.session import Session
from assistant.channels.slack.answers import Answers
from assistant.channels.slack.app import QUEUE, Door
from assistant.channels.slack.calls import DEAD, Later, Never, client_of, error_of
from assistant.channels.slack.outbox import Outbox
from assistant.channels.slack.presses import Presses, editors_of
from assistant.channels.slack.tasks import Tasks
from assistant.channels.slack.work import Wait, Workers, growing
from assistant.channels.slack.workspaces import Workspaces
from assistant.settings import Settings
from assistant.upkeep.telling import TELL

log = logging.getLogger("assistant.slack")

CONNECT_EVERY_S = 5.0
REFUSED_EVERY_S = 60.0
PING_EVERY_S = 3.0
"""A connection that ended without a word is found so after four pings that nobody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """What a server needs to take Slack's events in over HTTP."""

    door: Door
    events: bool
    """Whether a signing secret is there to know its requests by."""
    oauth: bool
    """Whether other workspaces may install the app."""
    workers: Workers


@contextmanager
def beside(session: Session, settings: Settings, *, wait: Wait = growing) -> Iterator[Slack]:
    """Takes what Slack sends and does it, for the length of the block."""
    workspaces = Workspaces(session, settings)
    rule, base_url = settings.slack_internal_channels, settings.public_url
    editors = editors_of(settings.slack_editors)
    answers = Answers(session, rule, base_url, editors=bool(editors))
    presses = Presses(session, workspaces, rule, QUEUE, editors, base_url)
    workers = Workers(
        session,
        settings.home,
        {
            QUEUE: Tasks(session, workspaces, answers, presses, base_url),
            TELL: Outbox(session, workspaces, rule, base_url),
        },
        wait=wait,
    )
    door = Door(session, settings, workspaces, workers.wake)
    with ExitStack() as stack:
        stack.enter_context(workers.running())
        if settings.slack_bot_token:
            threading.Thread(target=_greet, args=(workspaces,), daemon=True).start()
        if settings.slack_app_token:
            stack.enter_context(_connected(door.app, settings))
        yield Slack(
            door=door,
            events=bool(settings.slack_signing_secret),
            oauth=bool(settings.slack_client_id and settings.slack_client_secret),
            workers=workers,
        )


def _greet(workspaces: Workspaces) -> None:
    """A wrong token is said at the start, not with the first question."""
    try:
        own = workspaces.own()
        log.info("speaking with Slack as the workspace %s", own and own.team)
    except Later as later:
        log.warning("Slack is not there yet, it is tried again with the first question: %s", later)
    except Never as never:
        log.error("%s; look at ASSISTANT_SLACK_BOT_TOKEN", never)


@contextmanager
def _connected(app: App, settings: Settings) -> Iterator[None]:
    """Socket Mode. A Slack that is down now is tried again until it is there."""
    handler = SocketModeHandler(
        app,
        settings.slack_app_token,
        logger=logging.getLogger("assistant.slack.socket"),
        web_client=client_of(None, settings.slack_api_url),
        ping_interval=PING_EVERY_S,
    )
    ended = threading.Event()

    def connect() -> None:
        while not ended.is_set():
            try:
                handler.connect()  # type: ignore[no-untyped-call]
                if ended.is_set():
                    handler.close()  # type: ignore[no-untyped-call]
                return
            except Exception as error:  # whatever it is, Slack is not reached
                if error_of(error) in DEAD:
                    refused = "Slack refuses the app token (%s); look at ASSISTANT_SLACK_APP_TOKEN"
                    log.error(refused, error_of(error))
                    ended.wait(REFUSED_EVERY_S)
                else:
                    log.warning("no connection to Slack: %s", error)
                    ended.wait(CONNECT_EVERY_S)

    thread = threading.Thread(target=connect, name="slack-connecting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(CONNECT_EVERY_S)
        handler.close()  # type: ignore[no-untyped-call]
