"""Cross-origin requests: which sites' pages may read the API, and how their browsers are told.

A site may when some widget key that is not revoked names it. Whether the key that a request brings
is the right one for that site is the gate's question; here only so much is decided that a page of
a bound site can read every answer of the API, a refusal too, and no other page can read any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import anyio
from anyio import CapacityLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.channels.middleware import refuse
from assistant.channels.visits import BOUND, visit_of
from assistant.ledger.keys import Key

METHODS = "GET, POST"
HEADERS = "Accept, Authorization, Content-Type"
EXPOSED = "Retry-After, X-Request-ID"
PREFLIGHT_SECONDS = 600


def is_api(path: str) -> bool:
    return path.startswith("/v1/") and not path.startswith("/v1/operations/")


class Cors:
    """Outermost, so that whatever answers, a page of a bound site can read it."""

    def __init__(self, app: ASGIApp, *, keys: Callable[[], Sequence[Key]]) -> None:
        self._app = app
        self._keys = keys
        self._threads = CapacityLimiter(4)  # its own: to be told must not wait for what is asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_api(scope["path"]):
            await self._app(scope, receive, send)
            return
        origin = await self._bound(scope)
        scope[BOUND] = origin is not None

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Authorization")
                headers.add_vary_header("Origin")
                if origin is not None:
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        await self._app(scope, receive, send_on)

    async def _bound(self, scope: Scope) -> str | None:
        """The origin that sends the request, when it is another site's and a widget key names it.

        Read anew each time: a key that was just made works, one that was just revoked doesn't.
        """
        visit = visit_of(scope)
        if not visit.foreign:
            return None
        keys = await anyio.to_thread.run_sync(self._keys, limiter=self._threads)
        bound = {origin for key in keys if not key.revoked_at for origin in key.origins}
        return visit.origin if visit.origin in bound else None


class Preflight:
    """Answers a browser that asks whether a page may send a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "OPTIONS":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if "origin" not in asked or "access-control-request-method" not in asked:
            await self._app(scope, receive, send)
            return
        if not scope.get(BOUND):
            await refuse(scope, send, 403, f"no widget key names {asked['origin']}")
            return
        headers = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": HEADERS,
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }
        if asked.get("access-control-request-private-network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
        await Response(status_code=204, headers=headers)(scope, receive, send)
