"""Fetching as a good guest: robots.txt respected, one request at a time per host, with pauses.

One of these lives for one run: robots.txt is asked for once per host and run, through the same
guard. What an editor fetches by naming its address is no crawl and does not come by here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assistant.errors import AssistantError, Disallowed, FetchRefused, Unavailable, Unfetchable
from assistant.ingest.fetch import USER_AGENT, Fetched, Fetcher
from assistant.ingest.robots import Robots, parse_robots

PAUSE_S = 1.0
"""Between the end of one request to a public host and the beginning of the next."""
MOST_PAUSE_S = 30.0
"""A longer Crawl-delay is not waited for: a round would never end."""

PRODUCT = USER_AGENT.partition("/")[0]


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    asking: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    robots: Robots | AssistantError | None = None


class Polite:
    """Safe to share between threads. `own_pause_s` is the pause for hosts that a setting opens."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        pause_s: float = PAUSE_S,
        own_pause_s: float = 0.0,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._pauses = (pause_s, own_pause_s)
        self._sleep = sleep
        self._now = now
        self._hosts: dict[tuple[str, str], _Host] = {}
        self._making = threading.Lock()

    def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """As `Fetcher.fetch`. Raises Disallowed where robots.txt does not let us, Unavailable too
        where the host can't say whether it does."""
        return self._fetcher.fetch(url, etag=etag, last_modified=last_modified, gate=self._gate)

    def ask(self, url: str) -> Fetched:
        """An address of an interface that is made for programs: without its robots.txt."""
        return self._fetcher.fetch(url, gate=self._turn)

    @contextmanager
    def _gate(self, url: str) -> Iterator[None]:
        robots = self._robots(url)
        if not robots.allows(url):
            raise Disallowed(f"{url} asks programs to stay away (robots.txt): look at it by hand")
        with self._turn(url, robots.delay_s):
            yield

    @contextmanager
    def _turn(self, url: str, delay_s: float = 0.0) -> Iterator[None]:
        host = self._host(url)
        pause = self._pauses[1] if self._fetcher.allows(url) else self._pauses[0]
        with host.turn:
            wait = host.free_at - self._now()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                host.free_at = self._now() + max(pause, min(delay_s, MOST_PAUSE_S))

    def _host(self, url: str) -> _Host:
        parts = urlsplit(url)
        with self._making:
            return self._hosts.setdefault((parts.scheme, parts.netloc.lower()), _Host())

    def _robots(self, url: str) -> Robots:
        host = self._host(url)
        with host.asking:
            if host.robots is None:
                host.robots = self._read(url)
        if isinstance(host.robots, AssistantError):
            raise type(host.robots)(*host.robots.args)
        return host.robots

    def _read(self, url: str) -> Robots | AssistantError:
        """None of a 4xx counts against us; a host that fails is left alone for this run."""
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        try:
            answer = self._fetcher.fetch(address, gate=self._turn)
        except Unfetchable:
            return Robots()
        except (FetchRefused, Unavailable) as error:
            return error
        if answer.status == 429 or answer.status >= 500:
            return Unavailable(f"{address} answered {answer.status}: try again later")
        return parse_robots(answer.body, PRODUCT)
