"""What a running server does beside answering: it keeps the chronicle, and forgets what is old."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.wiring import Assistant

log = logging.getLogger("assistant.serve")

LOOK_EVERY = 1.0
"""Seconds between two looks at whether something has changed; a look without a change is cheap."""


@contextmanager
def kept(assistant: Assistant) -> Iterator[None]:
    """In a thread of its own, for the length of the block."""
    ended = threading.Event()

    def work() -> None:
        while True:
            try:
                assistant.forget_old()
                assistant.keep_chronicle()
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
