"""Work that a thread does for one client, in its turn, and that ends when the client leaves.

The core is synchronous, so an answer is made in a thread. Each chunk is sent as soon as the thread
gives it. When the client leaves while it waits for its turn, it leaves the line. When it leaves
later, the thread's next look finds it gone and raises ClientGone: it unwinds, closes what it holds
and ends, and only then is its turn given back. A thread can't be interrupted between two looks;
that is the most work that is done for nobody.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
from anyio.abc import TaskStatus
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.channels.turns import Turns
from assistant.errors import TooManyRequests

T = TypeVar("T")
Emit = Callable[[bytes], None]
"""Sends a chunk. Raises ClientGone when nobody listens any more."""
Look = Callable[[], None]
"""Raises ClientGone when nobody listens any more."""

KEEP_ALIVE_SECONDS = 15.0

STREAMED = {
    "Cache-Control": "no-store, no-transform",  # no proxy may hold it back to compress it
    "X-Accel-Buffering": "no",
}


class ClientGone(Exception):
    """The client left; stop working for it."""


class Presence:
    """Whether the client is still there, as the thread that works for it sees it."""

    def __init__(self) -> None:
        self._gone = threading.Event()

    def look(self) -> None:
        if self._gone.is_set():
            raise ClientGone

    def end(self) -> None:
        self._gone.set()

    @property
    def ended(self) -> bool:
        return self._gone.is_set()

    async def watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end()
        scope.cancel()


async def in_turn(receive: Receive, turns: Turns, work: Callable[[Look], T]) -> T:
    """What `work(look)` gives, done in a thread. Raises TooManyRequests, ClientGone.

    `work` looks now and then whether anybody still waits for it.
    """
    presence, done, failed = Presence(), list[T](), None
    async with anyio.create_task_group() as group:
        group.start_soon(presence.watch, receive, group.cancel_scope)
        try:
            async with turns.turn():
                done.append(
                    await anyio.to_thread.run_sync(work, presence.look, limiter=turns.threads)
                )
        except Exception as error:  # raised below: the group would wrap it
            failed = error
        group.cancel_scope.cancel()
    if failed is not None:
        raise failed
    presence.look()
    return done[0]


class WorkerStream(Response):
    """Runs `produce(emit)` in a thread and sends what it emits. Refused, it is not begun."""

    def __init__(
        self,
        produce: Callable[[Emit], None],
        *,
        media_type: str,
        turns: Turns,
        keep_alive: bytes = b"",
    ) -> None:
        super().__init__(media_type=media_type, headers=STREAMED)
        del self.headers["content-length"]
        self._produce = produce
        self._turns = turns
        self._keep_alive = keep_alive
        self._presence = Presence()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        refused = None
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._presence.watch, receive, group.cancel_scope)
                try:
                    await group.start(self._run, chunks)
                    await self._send_all(chunks, send)
                except TooManyRequests as error:
                    refused = error
                group.cancel_scope.cancel()
        except* OSError:
            pass  # the client left while we were sending
        if refused is not None:
            raise refused
        if not self._presence.ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _run(
        self, chunks: asyncio.Queue[bytes | None], *, task_status: TaskStatus[None]
    ) -> None:
        """In its turn. The turn ends with the work, however slowly the client reads."""
        work = partial(self._work, asyncio.get_running_loop(), chunks)
        async with self._turns.turn():
            task_status.started()
            # Not abandoned on cancellation: the thread is told to stop, then waited for.
            await anyio.to_thread.run_sync(work, limiter=self._turns.threads)

    async def _send_all(self, chunks: asyncio.Queue[bytes | None], send: Send) -> None:
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            while True:
                chunk: bytes | None = self._keep_alive
                with anyio.move_on_after(KEEP_ALIVE_SECONDS):
                    chunk = await chunks.get()
                if chunk is None:
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except BaseException:
            self._presence.end()
            raise

    def _work(self, loop: asyncio.AbstractEventLoop, chunks: asyncio.Queue[bytes | None]) -> None:
        def emit(chunk: bytes) -> None:
            self._presence.look()
            loop.call_soon_threadsafe(chunks.put_nowait, chunk)

        try:
            self._produce(emit)
        except ClientGone:
            pass
        finally:
            loop.call_soon_threadsafe(chunks.put_nowait, None)
