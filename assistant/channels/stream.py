"""A response that a worker thread produces bit by bit, and that ends when its client leaves.

The core is synchronous, so an answer is made in a thread. Each chunk is sent as soon as the thread
gives it. When the client leaves, the thread's next `emit` raises ClientGone: it unwinds, closes
what it holds and ends, and only then does the response end. A thread can't be interrupted
between two chunks; that is the most work that is done for nobody.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import anyio
from anyio import CapacityLimiter
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Emit = Callable[[bytes], None]
"""Sends a chunk. Raises ClientGone when nobody listens any more."""

KEEP_ALIVE_SECONDS = 15.0


class ClientGone(Exception):
    """The client left; stop working for it."""


class WorkerStream(Response):
    """Runs `produce(emit)` in a thread and sends what it emits."""

    def __init__(
        self,
        produce: Callable[[Emit], None],
        *,
        media_type: str,
        limiter: CapacityLimiter,
        keep_alive: bytes = b"",
    ) -> None:
        super().__init__(media_type=media_type, headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._produce = produce
        self._limiter = limiter
        self._keep_alive = keep_alive
        self._gone = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        work = partial(self._work, asyncio.get_running_loop(), chunks)
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._watch, receive, group.cancel_scope)
                # Not abandoned on cancellation: the thread is told to stop, then waited for.
                group.start_soon(partial(anyio.to_thread.run_sync, work, limiter=self._limiter))
                await self._send_all(chunks, send)
                group.cancel_scope.cancel()
        except* OSError:
            pass  # the client left while we were sending
        if not self._gone.is_set():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone.set()
        scope.cancel()

    async def _send_all(self, chunks: asyncio.Queue[bytes | None], send: Send) -> None:
        try:
            while True:
                chunk: bytes | None = self._keep_alive
                with anyio.move_on_after(KEEP_ALIVE_SECONDS):
                    chunk = await chunks.get()
                if chunk is None:
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except BaseException:
            self._gone.set()
            raise

    def _work(self, loop: asyncio.AbstractEventLoop, chunks: asyncio.Queue[bytes | None]) -> None:
        def emit(chunk: bytes) -> None:
            if self._gone.is_set():
                raise ClientGone
            loop.call_soon_threadsafe(chunks.put_nowait, chunk)

        try:
            self._produce(emit)
        except ClientGone:
            pass
        finally:
            loop.call_soon_threadsafe(chunks.put_nowait, None)
