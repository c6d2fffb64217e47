"""`assistant mcp`: the MCP server over stdin and stdout, for programs on this machine.

stdout carries the protocol and nothing else: whatever any library prints goes to stderr. It ends
when its input ends, at SIGTERM and at Ctrl-C, with 0, and waits for nothing for long.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from io import TextIOWrapper
from itertools import chain
from typing import TypeVar, cast

import anyio
from anyio import AsyncFile, CancelScope, CapacityLimiter
from mcp.server.stdio import stdio_server

from assistant.channels.mcp import make_server
from assistant.channels.mcp_home import Borrowed
from assistant.channels.mcp_tools import Reader
from assistant.channels.turns import MAX_ASKING
from assistant.settings import Settings
from assistant.types import Audience

log = logging.getLogger("assistant.mcp")
T = TypeVar("T")

GRACE_SECONDS = 2.0
"""How long what is being worked on may keep the process once nobody listens. The ledger is written
in transactions: a process that goes in the middle of an answer loses that answer alone."""
LONGEST_LINE = 1024 * 1024
"""Bytes of a message; a question is a few kilobytes."""
MOST_READ_AHEAD = 64


def run(settings: Settings, audience: Audience) -> None:
    """Serves whoever started this process until they are done."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s"
    )
    lines, wire = _claim_wire()
    with closing(Borrowed(settings, "mcp")) as session:
        anyio.run(_serve, session, audience, lines, wire)


def _claim_wire() -> tuple[int, int]:
    """Copies of stdin and stdout for the protocol alone.

    What prints from now on prints to stderr, and what reads finds nothing. They are not put back:
    what a library has printed and not yet flushed must not reach the client at the end either.
    """
    sys.stdout.flush()
    lines, wire = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return lines, wire


async def _serve(session: Borrowed, audience: Audience, lines: int, wire: int) -> None:
    threads = CapacityLimiter(MAX_ASKING)

    async def work(work: Callable[[], T], /, *, counted: bool = False) -> T:
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=threads)

    reader = Reader(session=session, audience=audience, conversations="mcp", work=work)
    server = make_server(lambda _request: reader)
    written = TextIOWrapper(os.fdopen(wire, "wb"), encoding="utf-8", newline="\n")
    options = server.create_initialization_options()
    async with anyio.create_task_group() as group:
        await group.start(_until_signalled, group.cancel_scope)
        try:
            async with stdio_server(
                cast("AsyncFile[str]", Lines(lines)), anyio.wrap_file(written)
            ) as (received, sent):
                await server.run(received, sent, options)
        except* OSError:
            pass  # the client left while we were writing
        _leave()
        group.cancel_scope.cancel()


async def _until_signalled(
    scope: CancelScope, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        task_status.started()
        async for _ in signals:
            _leave()
            scope.cancel()
            return


def _leave() -> None:
    """The process ends in a moment, whatever a thread still does or waits for."""
    timer = threading.Timer(GRACE_SECONDS, os._exit, (0,))
    timer.daemon = True
    timer.start()


class Lines:
    """The lines of a file descriptor, as they come, read by a thread that nobody waits for.

    The protocol's library reads stdin in a thread that it waits for at the end, and that can't be
    interrupted: the process would outlive SIGTERM until its client writes another line.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._read: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(MOST_READ_AHEAD)
        threading.Thread(target=self._work, name="stdin", daemon=True).start()

    def __aiter__(self) -> Lines:
        return self

    async def __anext__(self) -> str:
        line = await self._read.get()
        self._room.release()
        if line is None:
            raise StopAsyncIteration
        return line

    def _work(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: the process is ending
            for line in chain(lines_of(self._descriptor), [None]):
                self._room.acquire()
                self._loop.call_soon_threadsafe(self._read.put_nowait, line)


def lines_of(descriptor: int) -> Iterator[str]:
    """Whole lines, as text; what is longer than LONGEST_LINE, or without an end, is left out."""
    kept, skipping = b"", False
    while chunk := os.read(descriptor, 65_536):
        *whole, kept = (kept + chunk).split(b"\n")
        for line in whole:
            if skipping:
                log.warning("left out a message of more than %d bytes", LONGEST_LINE)
            else:
                yield line.decode(errors="replace")
            skipping = False
        if len(kept) > LONGEST_LINE:
            kept, skipping = b"", True
