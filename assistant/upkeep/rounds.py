"""The round: the freshness of every fact-check, judged beside the questions and kept for the day.

A round over thousands of fact-checks takes many seconds, far too long for a page to wait. So one
thread makes it, pages show the last that was finished, and say when a newer one is under way.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Protocol

from assistant.errors import NotFound
from assistant.freshness.clocks import in_force
from assistant.ledger.documents import Listed
from assistant.ledger.ledger import Ledger
from assistant.ports import Clock
from assistant.types import Audience, Badge, Document, Freshness, PartialDate

log = logging.getLogger("assistant.rounds")

RETRY_S = 60.0
"""Seconds until one that failed is tried again for a caller who waits for nothing, and so looks
again and again. Who waits has it tried at once."""


class Judging(Protocol):
    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A fact-check as a round found it, without its text.

    `turned`: the day before, its state was another.
    """

    document_id: str
    version: int
    title: str
    audience: Audience
    publisher: str | None
    checked_on: PartialDate | None
    freshness: Freshness
    turned: bool = False

    @property
    def is_due(self) -> bool:
        """It is shown with a notice: somebody should look at it."""
        return self.freshness.notice is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What every fact-check in force was on a day, as the ledger stood after `writes` writes."""

    day: date
    writes: int
    checked: tuple[Checked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The last round that was finished, if any, and how far a newer one is."""

    last: Round | None
    under_way: bool
    done: int
    total: int
    failed: bool
    """The newer one failed; the log says why, and the next look tries again."""


class Rounds:
    """Makes rounds, one at a time, when the last no longer holds. Safe to share between threads."""

    def __init__(self, ledger: Ledger, judge: Callable[[], Judging], clock: Clock) -> None:
        self._ledger = ledger
        self._documents = ledger.documents
        self._judge = judge
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rounds")
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._last: Round | None = None
        self._making: Future[Round | None] | None = None
        self._done, self._total = 0, 0
        self._rests_until = 0.0

    def close(self) -> None:
        """Leaves a round that is under way unfinished."""
        self._closing.set()
        self._thread.shutdown(wait=True)

    def look(self, patience_s: float) -> Progress:
        """Where the round of today stands; starts it when it is not there yet.

        Waits for it up to `patience_s` seconds: small archives are done by then.
        """
        with self._turn:
            day, writes = self._clock().astimezone(UTC).date(), self._ledger.writes
            holds = self._last and (self._last.day, self._last.writes) == (day, writes)
            rests = not patience_s and time.monotonic() < self._rests_until
            if not holds and not rests and (self._making is None or self._making.done()):
                self._done, self._total = 0, 0
                self._making = self._thread.submit(self._make, day)
            making = None if holds else self._making
        if making is None:
            return Progress(last=self._last, under_way=False, done=0, total=0, failed=False)
        wait([making], timeout=patience_s)
        ended = making.done()
        return Progress(
            last=self._last,
            under_way=not ended,
            done=self._done,
            total=self._total,
            failed=ended and making.result() is None,
        )

    def _make(self, day: date) -> Round | None:
        try:
            self._judge()  # may write what it must read anew, which is no change to the archive
            writes = self._ledger.writes
            served = [each for each in self._documents.listed("internal") if _is_judged(each)]
            self._total = len(served)
            found = [self._check(each, day) for each in served]
        except Exception:
            self._rests_until = time.monotonic() + RETRY_S
            if not self._closing.is_set():
                log.exception("the fact-checks could not be checked")
            return None
        checked = tuple(each for each in found if each is not None)
        self._last = Round(day=day, writes=writes, checked=checked)
        return self._last

    def _check(self, listed: Listed, day: date) -> Checked | None:
        if self._closing.is_set():
            raise RuntimeError("closing")
        self._done += 1
        try:
            document = self._documents.version(listed.id, listed.version)
        except NotFound:  # erased in the meantime
            return None
        if not in_force(document, day):
            return None
        freshness, _ = self._judge().document(document, day)
        return Checked(
            document_id=document.id,
            version=document.version,
            title=document.title,
            audience=document.audience,
            publisher=document.content.publisher,
            checked_on=document.content.checked_on,
            freshness=freshness,
            turned=freshness.notice is not None and self._turned(document, freshness, day),
        )

    def _turned(self, document: Document, freshness: Freshness, day: date) -> bool:
        before = day - timedelta(days=1)
        if not in_force(document, before):
            return False
        return self._judge().document(document, before)[0].state != freshness.state


def _is_judged(listed: Listed) -> bool:
    return listed.state == "active" and listed.kind == "fact_check"
