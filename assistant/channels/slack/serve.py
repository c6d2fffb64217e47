"""`assistant slack`: beside a running server, or as one."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from assistant.channels import problems, serve
from assistant.channels.metrics import Metrics
from assistant.channels.middleware import Envelope, Limits
from assistant.channels.session import Remote
from assistant.channels.slack import routes
from assistant.channels.slack.beside import Slack, beside
from assistant.channels.slack.credentials import must_be_complete
from assistant.errors import Unavailable
from assistant.settings import Settings
from assistant.wiring import server_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.wiring import Assistant

P = ParamSpec("P")
R = TypeVar("R")


class Attached:
    """The archive of whichever server holds the home now: also of one that came after another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def call(
        self,
        operation: Callable[Concatenate[Assistant, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Raises Unavailable while no server is there."""
        address = server_of(self._settings)
        if address is None:
            raise Unavailable(
                f"no server holds the home {self._settings.home}: start `assistant serve` again"
            )
        return Remote(address.url, address.token).call(operation, *args, **kwargs)


def run(settings: Settings, *, as_json: bool = False) -> None:
    """Until SIGTERM or Ctrl-C. Raises BadInput for settings that lack something, HomeHeld."""
    must_be_complete(settings)
    if server_of(settings) is None:
        serve.serve(settings, as_json=as_json)
        return
    serve.log_to_stderr()
    with serve.ended_by_signal(), beside(Attached(settings), settings) as slack:
        if slack.events:
            _listen(settings, slack, as_json=as_json)
        else:
            _wait(settings, as_json=as_json)


def _listen(settings: Settings, slack: Slack, *, as_json: bool) -> None:
    """A server of Slack's events alone."""
    with closing(serve.bound(settings.host, settings.port)) as listening:
        url = serve.url_of(settings.host, listening)
        server = serve.server_for(_app(slack))
        with serve.ended_gently(server):
            _say(url, settings, as_json=as_json)
            server.run(sockets=[listening])


def _app(slack: Slack) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(routes.router)
    routes.install_in(app, slack)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    problems.install(app)
    app.add_middleware(Limits)
    app.add_middleware(Envelope, observe=Metrics().request)
    return app


def _wait(settings: Settings, *, as_json: bool) -> None:
    with _until_signalled() as ended:
        _say(None, settings, as_json=as_json)
        ended.wait()


def _say(url: str | None, settings: Settings, *, as_json: bool) -> None:
    where = {"url": url, "pid": os.getpid()}
    print(json.dumps(where) if as_json else (url or "Socket Mode"), flush=True)
    about = f"Slack for {settings.home.absolute()}, whose server is running; Ctrl-C ends it"
    print(about, file=sys.stderr)


@contextmanager
def _until_signalled() -> Iterator[threading.Event]:
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield ended
        print("stopped", file=sys.stderr)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
