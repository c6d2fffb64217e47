"""`assistant serve`: binds, tells the other commands where, and leaves cleanly."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from assistant import heap, home
from assistant.channels.api import create_app
from assistant.channels.keeping import kept
from assistant.channels.session import Local
from assistant.channels.slack.credentials import missing, wanted
from assistant.channels.slack.routes import install_in
from assistant.errors import AssistantError, Unavailable
from assistant.home import ServerAddress
from assistant.settings import Settings
from assistant.wiring import Assistant, open_assistant

log = logging.getLogger("assistant.serve")

BACKLOG = 2048
GRACE_SECONDS = 10
"""How long open requests may take to end after SIGTERM."""


def serve(settings: Settings, *, as_json: bool = False) -> None:
    """Serves until SIGTERM or Ctrl-C; prints the URL once it listens.

    Raises HomeHeld, Unavailable (the port), Forbidden (not loopback, and no key).
    """
    log_to_stderr()
    heap.share_arenas()
    with (
        ended_by_signal(),
        open_assistant(settings, command="serve") as assistant,
        kept(assistant),
    ):
        token = secrets.token_urlsafe(32)
        app = create_app(assistant, settings, token=token)
        _warm(assistant)
        with (
            closing(bound(settings.host, settings.port)) as listening,
            _slack_beside(assistant, app, settings),
        ):
            address = ServerAddress(
                url=url_of(settings.host, listening), token=token, pid=os.getpid()
            )
            server = server_for(app)
            with _announced(settings.home, address), ended_gently(server):
                where = {"url": address.url, "pid": address.pid}
                print(json.dumps(where) if as_json else address.url, flush=True)
                print(f"serving {settings.home.absolute()}; Ctrl-C ends it", file=sys.stderr)
                server.run(sockets=[listening])


def log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )


@contextmanager
def _slack_beside(assistant: Assistant, app: FastAPI, settings: Settings) -> Iterator[None]:
    """Where the settings speak of Slack, its events are taken and its questions answered."""
    lack = missing(settings) if wanted(settings) else ""
    if lack is not None:
        if lack:
            log.warning("Slack is left out: %s", lack)
        yield
        return
    from assistant.channels.slack.beside import beside  # imports what only Slack needs

    with beside(Local(assistant), settings) as slack:
        install_in(app, slack)
        yield


def server_for(app: object) -> uvicorn.Server:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,  # the envelope writes one, with the request's id
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def _warm(assistant: Assistant) -> None:
    """The first question should not wait; what is missing is for /readyz to say."""
    if assistant.ready():
        return
    try:
        assistant.warm()
    except AssistantError as error:
        log.warning("not ready: %s", error)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises Unavailable when the address can't be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Unavailable(f"{host} is no address to listen on: {error.strerror}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise Unavailable(
            f"can't listen on {host} port {port} ({error.strerror}): stop what uses it, or name "
            "another with --port or ASSISTANT_PORT (0 takes a free one)"
        ) from error
    return listening


def url_of(host: str, listening: socket.socket) -> str:
    """Where this machine reaches the server; the port is the real one."""
    port = listening.getsockname()[1]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


@contextmanager
def _announced(folder: Path, address: ServerAddress) -> Iterator[None]:
    home.announce(folder, address)
    try:
        yield
    finally:
        home.withdraw_announcement(folder)


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """SIGTERM and Ctrl-C are how a server ends: what it holds is closed, and all went well."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def ended_gently(server: uvicorn.Server) -> Iterator[None]:
    """While it serves, a signal asks the server to end, also before its own handlers are there.

    An exception instead could come up in a callback that swallows it: then nothing ever ended.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
        print("stopped", file=sys.stderr)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
