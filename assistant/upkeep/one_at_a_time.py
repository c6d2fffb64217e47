"""Turns: one at a time for each name, and none waits for another's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class OneAtATime:
    """Safe to share between threads; whoever has a turn may take it again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[Any, int]] = {}  # with how many hold or want it

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        with self._guard:
            lock, wanted = self._locks.get(name, (threading.RLock(), 0))
            self._locks[name] = lock, wanted + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                wanted = self._locks[name][1] - 1
                if wanted:
                    self._locks[name] = lock, wanted
                else:
                    del self._locks[name]
