"""A circuit breaker: after a few failures in a row a dead server is left alone for a while.

Without it each reader would wait for the same time-out. While it is open calls are refused at once;
then one call is let through, and what becomes of it decides. Each pause is twice the one before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from assistant.errors import Unavailable

FAILURES = 2
PAUSE_S = 30.0
LONGEST_S = 300.0


class Breaker:
    """Safe to share between threads. `clock` counts seconds and never goes back."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = failures
        self._first_pause_s = pause_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._pause_s = 0.0
        self._until: float | None = None

    def enter(self) -> None:
        """Raises Unavailable while it is open."""
        with self._lock:
            if self._until is None:
                return
            left = self._until - self._clock()
            if left > 0:
                raise Unavailable(
                    f"the chat model failed {self._failed} times in a row: it is left alone for "
                    "a while"
                )
            self._until = self._clock() + self._pause_s  # this call alone goes through

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._allowed:
                self._pause_s = min(2 * self._pause_s or self._first_pause_s, LONGEST_S)
                self._until = self._clock() + self._pause_s

    def worked(self) -> None:
        with self._lock:
            self._failed, self._pause_s, self._until = 0, 0.0, None
