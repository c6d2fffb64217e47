"""Errands: long work for editors that runs beside the requests, one of a name at a time.

What an errand does is kept by the ledger as it goes; here is only whether it still runs, and what
became of it. So an errand that dies with its process loses nothing that was told to anybody.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from assistant.errors import AssistantError
from assistant.ports import ProgressSink

log = logging.getLogger("assistant.errands")

AT_ONCE = 2
REMEMBERED = 200
"""Errands that are over and can still be asked about; the oldest are forgotten."""
GRACE_S = 10.0
"""How long the end of the process waits for errands that are under way."""

Work = Callable[[ProgressSink], object]


class Ended(Exception):
    """The process ends: an errand that reports is told so, and unwinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an errand stands. `wrong` is a sentence for whoever started it."""

    under_way: bool
    done: int = 0
    total: int = 0
    what: str = ""
    result: object = None
    wrong: str | None = None


@dataclass(slots=True)
class _Errand:
    work: Work
    over: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    total: int = 0
    what: str = ""
    result: object = None
    wrong: str | None = None


class Errands:
    """Runs them in threads of its own. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, _Errand] = {}
        self._lock = threading.Lock()
        self._room = threading.Semaphore(AT_ONCE)
        self._closing = threading.Event()

    def start(self, name: str, work: Work, *, aside: bool = False) -> bool:
        """Begins it, unless one of this name is under way. Whether it was begun.

        `aside`: it takes nobody's room, for what no editor waits for.
        """
        with self._lock:
            known = self._known.get(name)
            if self._closing.is_set() or (known and not known.over.is_set()):
                return False
            self._known.pop(name, None)
            errand = self._known[name] = _Errand(work)
            self._forget()
        threading.Thread(
            target=self._run, args=(name, errand, aside), name=name, daemon=True
        ).start()
        return True

    def look(self, name: str, patience_s: float = 0.0) -> Outcome | None:
        """How it stands, after at most so many seconds; None for one that nobody knows of."""
        with self._lock:
            known = self._known.get(name)
        if known is None:
            return None
        over = known.over.wait(patience_s)
        return Outcome(
            under_way=not over,
            done=known.done,
            total=known.total,
            what=known.what,
            result=known.result if over else None,
            wrong=known.wrong if over else None,
        )

    def close(self) -> None:
        """Waits for what is under way, but not for long."""
        self._closing.set()
        until = time.monotonic() + GRACE_S
        for errand in list(self._known.values()):
            errand.over.wait(max(0.0, until - time.monotonic()))

    def _run(self, name: str, errand: _Errand, aside: bool) -> None:
        def report(done: int, total: int, what: str = "") -> None:
            if self._closing.is_set():
                raise Ended
            errand.done, errand.total, errand.what = done, total, what

        try:
            with nullcontext() if aside else self._room:
                if not self._closing.is_set():
                    errand.result = errand.work(report)
        except Ended:
            pass
        except AssistantError as error:
            errand.wrong = str(error)
        except Exception:
            log.exception("%s failed", name)
            errand.wrong = "it failed for a reason that the server's log has"
        finally:
            errand.over.set()

    def _forget(self) -> None:
        over = [name for name, each in self._known.items() if each.over.is_set()]
        for name in over[: max(0, len(over) - REMEMBERED)]:
            del self._known[name]
