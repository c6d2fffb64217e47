"""HTTP: the MCP server at `/mcp`, behind the same door as the other routes.

Every request is complete in itself: it gets a transport of its own, answers with JSON and leaves
nothing behind, so there are no sessions to lose at a restart and no streams to end at a shutdown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import closing
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import anyio
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from assistant.channels.auth import Caller
from assistant.channels.mcp_tools import Reader
from assistant.channels.middleware import MAX_BODY
from assistant.channels.routes_ask import problems
from assistant.channels.services import AnyCaller, Services, services
from assistant.channels.session import Local
from assistant.channels.stream import ClientGone, Look, Presence
from assistant.channels.visits import Visit, visit_of
from assistant.errors import TooManyRequests
from assistant.types import AskEvent, Audience, Reply

if TYPE_CHECKING:
    from mcp.server import Server

    from assistant.wiring import Assistant

router = APIRouter()
T = TypeVar("T")

READER = "assistant.mcp_reader"
"""Where a request's scope keeps for whom it is made."""
EXAMPLE = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


@router.post(
    "/mcp",
    response_class=JSONResponse,
    responses={202: {"description": "A notification, taken."}, **problems(401, 403, 413, 422, 429)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "example": EXAMPLE}},
        }
    },
    summary="The Model Context Protocol (streamable HTTP, stateless)",
)
async def mcp(
    request: Request,
    caller: AnyCaller,
    audience: Annotated[
        Audience | None, Query(description="Can only narrow what the key may read.")
    ] = None,
) -> Response:
    body = await request.body()
    return Exchange(services(request), caller, caller.reading(audience), body)


class Exchange(Response):
    """One message of a client, and its answer."""

    def __init__(self, found: Services, caller: Caller, audience: Audience, body: bytes) -> None:
        super().__init__()
        self._found = found
        self._caller = caller
        self._audience = audience
        self._message = body
        self._presence = Presence()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        failed = None
        scope[READER] = self._reader(visit_of(scope))
        async with anyio.create_task_group() as group:
            group.start_soon(self._presence.watch, receive, group.cancel_scope)
            try:
                await _serve(scope, self._message, send)
            except Exception as error:  # raised below: the group would wrap it
                failed = error
            group.cancel_scope.cancel()
        if failed is not None and not self._presence.ended:
            raise failed

    def _reader(self, visit: Visit) -> Reader:
        archive = Attended(self._found.assistant, self._presence.look)
        return Reader(
            session=Local(cast("Assistant", archive)),
            audience=self._audience,
            conversations=self._caller.key_id or "keyless",
            work=partial(self._work, visit),
            served=self._found.metrics.reply,
        )

    async def _work(self, visit: Visit, work: Callable[[], T], /, *, counted: bool = False) -> T:
        """Counted for the caller and done in its turn, or at once."""
        found = self._found
        try:
            if not counted:
                return await anyio.to_thread.run_sync(work)
            found.rates.spend(self._caller, visit)
            async with found.turns.turn():
                return await anyio.to_thread.run_sync(work, limiter=found.turns.threads)
        except TooManyRequests as error:
            found.metrics.refused(error.reason)
            raise
        except ClientGone:
            await anyio.sleep_forever()  # until the cancellation that is on its way
            raise


class Attended:
    """The archive for one client: an answer is not worked on for a client that left."""

    def __init__(self, assistant: Assistant, look: Look) -> None:
        self._assistant = assistant
        self._look = look

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, question: str, **options: Any) -> Reply:
        last: object = None
        events = cast(
            "Generator[AskEvent, None, None]", self._assistant.stream(question, **options)
        )
        with closing(events) as stream:
            for event in stream:
                self._look()
                last = event
        assert isinstance(last, Reply)
        return last


async def _serve(scope: Scope, body: bytes, send: Send) -> None:
    server = await anyio.to_thread.run_sync(_server)
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecuritySettings

    # Host and Origin were checked on the way here, by rules that know keys and widgets.
    checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    manager = StreamableHTTPSessionManager(
        app=server,
        json_response=True,
        stateless=True,
        security_settings=checked,
        max_request_body_size=MAX_BODY,
    )
    async with manager.run():
        await manager.handle_request(scope, _given(body), send)


@cache
def _server() -> Server[Any]:
    """Made at the first request: importing the protocol's library takes a second."""
    from assistant.channels.mcp import make_server

    # It tells of the start and the end of every transport, which is every request here.
    logging.getLogger("mcp.server").setLevel(logging.WARNING)
    return make_server(lambda request: cast(Reader, request.scope[READER]))


def _given(body: bytes) -> Receive:
    """The body that was read already, and then nothing: who watches for the end is `Exchange`."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await anyio.sleep_forever()
        return messages.pop()

    return receive
