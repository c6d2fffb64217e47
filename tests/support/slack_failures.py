"""The failures, delays, hooks and rates that a test orders of the local Slack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.slack_calls import Call

if TYPE_CHECKING:
    from support.slack_server import SlackServer

_TIERS = {2: 20, 3: 50, 4: 100}
_TIER = {
    "chat.startStream": 2, "chat.stopStream": 2, "chat.appendStream": 4, "chat.update": 3,
    "chat.delete": 3, "chat.postEphemeral": 4, "conversations.info": 3,
    "conversations.members": 4, "conversations.replies": 3, "conversations.open": 3,
    "users.info": 4, "users.conversations": 3, "views.publish": 4, "views.open": 4,
    "views.update": 4, "reactions.add": 3,
}  # fmt: skip
_MINUTE = 60.0


@dataclass(kw_only=True)
class Failure:
    """An ordered failure; `met` counts the calls that it struck."""

    method: str
    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    times: int | None = 1
    skip: int = 0
    lost: bool = False
    cut: bool = False
    body: bytes | None = None
    when: Callable[[Call], bool] | None = None
    met: int = 0

    def end(self) -> None:
        self.times = 0

    def strikes(self, call: Call) -> bool:
        """Counts itself down when it is this call's turn to fail."""
        if self.method not in ("*", call.method) or self.times == 0:
            return False
        if self.when is not None and not self.when(call):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        self.met += 1
        return True


@dataclass(kw_only=True)
class Hang:
    """Calls that wait for `release()`."""

    method: str
    times: int | None
    after: bool
    arrived: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        self.times = 0
        self.released.set()

    def catches(self, method: str) -> bool:
        """Counts itself down when it is this call's turn to wait."""
        if self.method not in ("*", method) or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def hold(self) -> None:
        self.arrived.set()
        self.released.wait(120)


class Failures:
    """All orders of a test, and how a call meets them."""

    def __init__(self) -> None:
        self.hooks: list[tuple[str, str, Callable[[Call], None]]] = []
        self.rates: dict[str, int] = {}
        self._failures: list[Failure] = []
        self._hangs: list[Hang] = []
        self._seen: dict[tuple[str, str], list[float]] = {}
        self._posts_a_second = False
        self._lock = threading.Lock()

    def add(self, failure: Failure) -> Failure:
        self._failures.append(failure)
        return failure

    def add_hang(self, hang: Hang) -> Hang:
        self._hangs.append(hang)
        return hang

    def release_all(self) -> None:
        for hang in self._hangs:
            hang.release()

    def enforce_tiers(self, methods: Iterable[str]) -> None:
        self.rates |= {name: _TIERS[_TIER[name]] for name in methods if name in _TIER}
        self._posts_a_second = True

    def run(self, slack: SlackServer, call: Call) -> None:
        """Carries the call out unless an order says otherwise; no answer means: cut."""
        self._call_hooks("arrival", call)
        self._hold(call, after=False)
        with self._lock:
            wait = self._too_many(call, slack.now())
            failure = next((each for each in self._failures if each.strikes(call)), None)
        if wait is not None:
            call.status = 429
            call.answer = {"ok": False, "error": "ratelimited"}
            call.answer_headers["Retry-After"] = str(wait)
        elif failure is None or failure.lost:
            slack.carry_out(call)
            call.cut = failure is not None
        else:
            _strike(failure, call)
        self._hold(call, after=True)
        self._call_hooks("answer", call)

    def _hold(self, call: Call, *, after: bool) -> None:
        with self._lock:
            caught = [h for h in self._hangs if h.after is after and h.catches(call.method)]
        for hang in caught:
            hang.hold()

    def _call_hooks(self, when: str, call: Call) -> None:
        for name, moment, hook in list(self.hooks):
            if moment == when and name in ("*", call.method):
                hook(call)

    def _too_many(self, call: Call, now: float) -> int | None:
        """After how many seconds to come again, when there were too many calls."""
        checks = []
        if call.method in self.rates:
            checks.append((call.method, "", self.rates[call.method], _MINUTE))
        if self._posts_a_second and call.method == "chat.postMessage":
            checks.append((call.method, str(call.args.get("channel")), 1, 1.0))
        waits = []
        for name, where, most, window in checks:
            key = (name, f"{call.token}{where}")
            seen = [at for at in self._seen.get(key, []) if now - at < window]
            if len(seen) >= most:
                waits.append(max(1, round(window - (now - seen[0]))))
            else:
                seen.append(now)
            self._seen[key] = seen
        return max(waits) if waits else None


def _strike(failure: Failure, call: Call) -> None:
    call.status = failure.status
    call.cut = failure.cut
    error = failure.error or ("ratelimited" if failure.status == 429 else "internal_error")
    call.answer = {"ok": False, "error": error}
    if failure.retry_after is not None:
        call.answer_headers["Retry-After"] = str(failure.retry_after)
    call.body = failure.body
