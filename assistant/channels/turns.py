"""Turns: how many questions are worked on at once, and who waits for how long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio import CapacityLimiter, WouldBlock

from assistant.errors import TooManyRequests

MAX_ASKING = 8
"""Questions worked on at once; further ones wait their turn and leave threads for the rest."""
MAX_WAITING = 256
PATIENCE_SECONDS = 10.0
RETRY_SECONDS = 5


class Turns:
    """`working` at once, `waiting` in line for at most `patience` seconds; the rest are told."""

    def __init__(
        self,
        *,
        working: int = MAX_ASKING,
        waiting: int = MAX_WAITING,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._slots = anyio.Semaphore(working, max_value=working)
        self._most_waiting = waiting
        self._patience = patience
        self.threads = CapacityLimiter(working)
        """For the thread that does the work: it is there whenever the turn is."""
        self.waiting = 0
        self.working = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a turn and has it for the length of the block. Raises TooManyRequests.

        Whoever is cancelled while waiting leaves the line.
        """
        await self._take()
        self.working += 1
        try:
            yield
        finally:
            self.working -= 1
            self._slots.release()

    async def _take(self) -> None:
        try:
            self._slots.acquire_nowait()
            return
        except WouldBlock:
            if self.waiting >= self._most_waiting:
                raise _busy("queue_full") from None
        self.waiting += 1
        try:
            with anyio.move_on_after(self._patience):
                await self._slots.acquire()
                return
        finally:
            self.waiting -= 1
        raise _busy("queue_slow")


def _busy(reason: str) -> TooManyRequests:
    return TooManyRequests(
        f"more is being asked than this server can work on: try again in {RETRY_SECONDS} s",
        retry_after=RETRY_SECONDS,
        reason=reason,
    )
