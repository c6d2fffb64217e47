"""What a server does beside answering: keeps the chronicle, forgets what is old, may watch."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.ports import ProgressSink
    from assistant.wiring import Assistant

log = logging.getLogger("assistant.serve")

LOOK_EVERY = 1.0
"""Seconds between two looks at whether something has changed; a look without a change is cheap."""
WATCH_EVERY = 300.0
"""Seconds between two rounds of looking at sources whose time has come."""


@contextmanager
def kept(assistant: Assistant) -> Iterator[None]:
    """In a thread of its own, for the length of the block."""
    ended = threading.Event()

    def work() -> None:
        watched = -math.inf
        while True:
            try:
                assistant.forget_old()
                assistant.keep_chronicle()
                if assistant.settings.watch_sources and time.monotonic() - watched >= WATCH_EVERY:
                    watched = time.monotonic()
                    assistant.desk.errands.start("watch", _round(assistant), aside=True)
            except AssistantError as error:  # a full disk, say: the next look tries again
                log.warning("the chronicle could not be kept: %s", error)
            except Exception:  # whatever it was, threads must still hear of the next correction
                log.exception("the chronicle could not be kept")
            if ended.wait(LOOK_EVERY):
                return

    thread = threading.Thread(target=work, name="keeping")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _round(assistant: Assistant) -> Callable[[ProgressSink], object]:
    return lambda report: assistant.watcher.round(progress=report)
