"""What every request passes: an id, a size limit, a check of where it comes from, headers."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.channels.auth import host_of, is_loopback
from assistant.channels.headers import dress
from assistant.channels.problems import problem_json, rendered
from assistant.channels.slack import paths
from assistant.channels.stream import ClientGone
from assistant.channels.visits import BOUND, READS, visit_of

log = logging.getLogger("assistant.http")

MAX_BODY = 64 * 1024
MAX_OPERATION_BODY = 16 * 1024 * 1024
"""A command on this machine, with the server's own token, may send a long history or evidence."""

MAX_CHAT_BODY = 1024 * 1024
"""OpenAI's clients send the whole conversation each time, our own answers with their sources."""

QUIET = {"/v1/operations/job_next", "/v1/operations/job_workers"}
"""What a process beside this one asks every second; the log tells of it only when it must."""
SIGNED = {paths.EVENTS, paths.INSTALL, paths.REDIRECT}
"""Slack's requests come through a proxy or a tunnel, also to a loopback address. A signature or a
state that we gave out decides there, which no page of another site has."""
MAX_SLACK_BODY = 4 * 1024 * 1024
"""A message in Slack has up to 40,000 characters, and comes several times over, escaped."""

MAX_TEXT_BODY = 2 * 1024 * 1024
"""An editor's form with the whole text of a fact-check, each of its characters escaped."""

LIMITS = {
    paths.EVENTS: MAX_SLACK_BODY,
    "/v1/chat/completions": MAX_CHAT_BODY,
    "/desk/refresh/decide": MAX_TEXT_BODY,
}

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

Observe = Callable[[Scope, int, float], None]
"""(scope, status, seconds) of a request that is done."""


class Envelope:
    """Outermost: gives a request its id, its answer the headers, and a crash a problem."""

    def __init__(self, app: ASGIApp, *, observe: Observe) -> None:
        self._app = app
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = _request_id(Headers(scope=scope).get("x-request-id"))
        status, began = 0, time.monotonic()

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = scope["request_id"]
                dress(headers, scheme=scope["scheme"])
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception:
            log.exception("request %s failed", scope["request_id"])
            if status:
                raise  # too late for another answer: the connection is cut
            await refuse(scope, send_on, 500, "something failed here; the log has the request id")
        finally:
            seconds = time.monotonic() - began
            self._observe(scope, status, seconds)
            log.log(
                logging.DEBUG if scope["path"] in QUIET else logging.INFO,
                "%s %s %d %.0f ms %s",
                scope["method"],
                scope.get("raw_path", b"").decode("ascii", "replace"),
                status,
                seconds * 1000,
                scope["request_id"],
            )


def _request_id(given: str | None) -> str:
    return given if given and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


class Limits:
    """Refuses bodies that are too large, however they are sent, before a route sees them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READS:
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"])
        try:
            body = await _body(scope, receive, limit)
        except ClientGone:
            return  # half a form must change nothing, and nobody waits for an answer
        if body is None:
            await refuse(scope, send, 413, f"the body is larger than {limit // 1024} KB")
            return
        await self._app(scope, _replay(body, receive), send)


def _limit(path: str) -> int:
    if path.startswith("/v1/operations/"):
        return MAX_OPERATION_BODY
    return LIMITS.get(path, MAX_BODY)


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None as soon as it is known to be larger than `limit` bytes.

    Raises ClientGone when the connection ends before the body does.
    """
    announced = Headers(scope=scope).get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        return None
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            return None
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read already, then what really comes (a disconnect)."""
    read = False

    async def replayed() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


class LocalOnly:
    """On a loopback address without keys: keeps other web sites from using the reader's browser.

    A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding: the Host is not ours), or
    post a form to us (the Origin is not ours). Only the pages of sites that a widget key names get
    on to the gate, which then asks them for that key.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in SIGNED:
            if not is_loopback(host_of(Headers(scope=scope).get("host", ""))):
                await refuse(scope, send, 421, "this server answers to the loopback address only")
                return
            visit = visit_of(scope)
            if visit.foreign and not visit.reads and not scope.get(BOUND):
                await refuse(scope, send, 403, f"requests from {visit.origin} are not taken here")
                return
        await self._app(scope, receive, send)


async def refuse(scope: Scope, send: Send, status: int, detail: str) -> None:
    """A problem, or its page for a browser, from below the routes."""
    problem = problem_json(
        status, detail, path=scope["path"], request_id=str(scope.get("request_id", ""))
    )
    answer = rendered(problem, Headers(scope=scope).get("accept", ""))
    headers = answer.raw_headers
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
