"""How often one may ask: by reader's address and by key, in moving windows kept in memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from threading import Lock

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.channels.auth import KEYLESS, Caller
from assistant.channels.visits import Visit
from assistant.errors import TooManyRequests

KEYS_TRIED = 30
"""Keys that are not ours, a minute from one address. A secret has 256 random bits, so this is not
against guessing: it keeps a broken client from filling the log."""
MOST_COUNTED = 10_000
"""Addresses, or keys, that are counted at once; the one that was quiet longest is forgotten."""
WINDOW_SECONDS = 60


class Rates:
    """Counts what costs work. Safe to call from threads."""

    def __init__(self, *, per_address: int, per_key: int) -> None:
        self._per_address = per_address
        self._per_key = per_key
        self._addresses, self._keys, self._tried = Windows(), Windows(), Windows()

    def spend(self, who: Caller, visit: Visit) -> None:
        """Counts a question. Raises TooManyRequests.

        Readers are counted by their address: those without a key, and those of a widget, who all
        share its key. The address comes first, so that one reader can't use up what the key
        allows to all. Who holds a secret key asks for others, and is counted by the key alone. The
        owner, on this machine and without a key, is not counted: evaluations run there.
        """
        if who == KEYLESS:
            return
        if who.widget or who.key_id is None:
            wait = self._addresses.hit(visit.network, self._per_address)
            _refuse(wait, f"{self._per_address} questions a minute from one address", "address")
        if who.key_id is not None:
            limit = who.rate_limit or self._per_key
            wait = self._keys.hit(who.key_id, limit)
            _refuse(wait, f"{limit} questions a minute with this key", "key")

    def key_failed(self, visit: Visit) -> None:
        """Counts a key that is not ours. Raises TooManyRequests; a good key is never refused."""
        if not visit.local:
            wait = self._tried.hit(visit.network, KEYS_TRIED)
            _refuse(wait, f"{KEYS_TRIED} wrong keys a minute from one address", "wrong_keys")


def _refuse(wait: int, limit: str, reason: str) -> None:
    if wait:
        raise TooManyRequests(
            f"this is more than {limit}: try again in {wait} s", retry_after=wait, reason=reason
        )


class Windows:
    """A moving window of a minute for each of many, in bounded memory.

    The library's store keeps an empty list for whoever was ever counted, and looks through all of
    them in a thread of its own after a hit: so whoever was quiet for a window is taken out here.
    """

    def __init__(self, most: int = MOST_COUNTED) -> None:
        self._store = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._store)
        self._most = most
        self._last: OrderedDict[tuple[str, RateLimitItem], float] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._last)

    @property
    def stored(self) -> int:
        """How many the library's store holds; never more than are counted."""
        return len(self._store.events)

    def hit(self, name: str, amount: int) -> int:
        """0 when it is within `amount` a minute, else the seconds until it may be tried again."""
        item = RateLimitItemPerMinute(amount)
        with self._lock:
            now = time.time()
            self._last[name, item] = now
            self._last.move_to_end((name, item))
            self._forget(now - WINDOW_SECONDS)
            if self._limiter.hit(item, name):
                return 0
            return max(1, math.ceil(self._limiter.get_window_stats(item, name).reset_time - now))

    def _forget(self, before: float) -> None:
        while self._last:
            (name, item), last = next(iter(self._last.items()))
            if last >= before and len(self._last) <= self._most:
                return
            del self._last[name, item]
            self._limiter.clear(item, name)
