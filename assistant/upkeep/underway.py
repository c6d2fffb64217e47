"""Which sources are being looked at right now, so that nobody asks for one twice at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.ingest.fetch import Fetcher
from assistant.ingest.polite import Polite


class Run:
    """One round of looks, or one editor's look. `ended`: its threads begin nothing more."""

    def __init__(self, polite: Polite) -> None:
        self.polite = polite
        self.ended = threading.Event()


class UnderWay:
    """Safe to share between threads. Runs at the same time are one guest to every host."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._freed = threading.Condition()
        self._taken: dict[str, Run] = {}
        self._runs: list[Run] = []
        self._hurry = threading.Event()

    @contextmanager
    def run(self) -> Iterator[Run]:
        with self._freed:
            if not self._runs:  # robots.txt is asked for anew
                self._hurry = threading.Event()
                polite = Polite(self._fetcher, sleep=self._hurry.wait)
            else:
                polite = self._runs[0].polite
            run = Run(polite)
            self._runs.append(run)
        try:
            yield run
        finally:
            self._end(run)

    def take(self, url_key: str, run: Run) -> bool:
        """Waits until nobody looks at a source, and takes it; not once the run has ended."""
        with self._freed:
            self._freed.wait_for(lambda: run.ended.is_set() or url_key not in self._taken)
            if run.ended.is_set():
                return False
            self._taken[url_key] = run
            return True

    def free(self, url_key: str, run: Run) -> None:
        with self._freed:
            if self._taken.get(url_key) is run:
                del self._taken[url_key]
                self._freed.notify_all()

    def _end(self, run: Run) -> None:
        with self._freed:
            run.ended.set()
            self._runs.remove(run)
            self._taken = {key: by for key, by in self._taken.items() if by is not run}
            if not self._runs:
                self._hurry.set()
            self._freed.notify_all()
