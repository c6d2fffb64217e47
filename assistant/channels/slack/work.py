"""Workers: threads that take jobs, try again what failed, and go on with what a crash left behind.

A process of workers is known by a lock file in the home. The kernel frees the lock when the process
ends, however it ends: then another one, or the next, puts back what was in its hands.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.channels import operations_chat
from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Session
from assistant.channels.slack.calls import Later, Never
from assistant.errors import AssistantError, BadInput

log = logging.getLogger("assistant.slack")

FOLDER = "workers"
THREADS = 4
POLL_S = 0.5
RECOVER_EVERY_S = 5.0
GRACE_S = 10.0
FAILURES = 12
"""A job that failed so often has failed for good: with the waits between, after half an hour."""
CRASHES = 3
"""A job in whose hands so many processes ended without order takes them down, and is left."""

Wait = Callable[[int], float]
"""How many seconds a job rests after so many failures."""


def growing(failures: int) -> float:
    return float(min(2 ** (failures - 1), 300))


class Notes:
    """How far a job has come: on the disk when `keep` returns, for whoever goes on with it."""

    def __init__(self, session: Session, job: JobJson) -> None:
        self._session = session
        self._key = job["key"]
        self._kept: dict[str, Any] = dict(job["notes"])
        self._lock = threading.Lock()

    def get(self, name: str) -> Any:
        return self._kept.get(name)

    def keep(self, **values: Any) -> None:
        """None takes a note away."""
        self.remember(**values)
        self.write()

    def remember(self, **values: Any) -> None:
        """As `keep`, but in memory: the next thing that is kept writes it too."""
        with self._lock:
            self._kept = {k: v for k, v in (self._kept | values).items() if v is not None}

    def write(self) -> None:
        with self._lock:
            kept = self._kept
        self._session.call(operations_chat.job_note, key=self._key, notes=kept)


Handle = Callable[[JobJson, Notes, bool], None]
"""Does a job, or raises Later or Never. BadInput is Never, any other error Later. `last` is true
for the last try: what fails then is not tried again."""
Write = Callable[[], None]
"""Writes down what became of a job. Does no harm a second time."""


class Workers:
    """`handlers` by queue. While it is `running`, jobs are done."""

    def __init__(
        self,
        session: Session,
        home: Path,
        handlers: Mapping[str, Handle],
        *,
        wait: Wait = growing,
        threads: int = THREADS,
        poll_s: float = POLL_S,
    ) -> None:
        self.name = uuid.uuid4().hex
        self._session = session
        self._folder = home / FOLDER
        self._handlers = handlers
        self._wait = wait
        self._poll_s = poll_s
        self._resting: dict[str, float] = {}
        self._changed = threading.Condition()
        self._looking = threading.Lock()
        self._ended = threading.Event()
        self._recovered = 0.0
        self._away = False
        self._owed: dict[str, Write] = {}
        """What became of jobs and could not be written down yet."""
        self._held: dict[str, Notes] = {}
        self._threads = [
            threading.Thread(target=self._work, name=f"slack-worker-{n}", daemon=True)
            for n in range(threads)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """For the length of the block. What is in hand at its end is finished, in ten seconds.

        What takes longer stays in this worker's hands until its process ends, with a note that
        it has not crashed.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = self._lock(self.name)
        lock.acquire()
        for each in self._threads:
            each.start()
        try:
            yield
        finally:
            self._ended.set()
            self.wake()
            end = time.monotonic() + GRACE_S
            for each in self._threads:
                each.join(max(0.0, end - time.monotonic()))
            self._write_owed()
            self._spare_held()
            if not self._owed and not any(each.is_alive() for each in self._threads):
                (self._folder / f"{self.name}.lock").unlink(missing_ok=True)
                lock.release()

    def wake(self) -> None:
        """There may be something to do."""
        with self._changed:
            self._changed.notify_all()

    # --- looking ---

    def _work(self) -> None:
        while not self._ended.is_set():
            with self._looking:  # one looks, the others wait for their turn to look
                job = self._next()
            if job is not None:
                self._do(job)

    def _next(self) -> JobJson | None:
        """The next job; None when it is time to leave."""
        while not self._ended.is_set():
            try:
                self._write_owed()
                self._recover()
                job = self._taken()
                self._is_away(None)
                if job is not None:
                    return job
            except Exception as error:  # whatever it was, the next look may go better
                self._is_away(error)
            with self._changed:
                if not self._ended.is_set():
                    self._changed.wait(self._poll_s)
        return None

    def _taken(self) -> JobJson | None:
        for queue in self._handlers:
            job = self._session.call(
                operations_chat.job_next, queue=queue, worker=self.name, skip=self._skipped()
            )
            if job is not None:
                with self._changed:  # that it was put back was written, though nobody told us
                    self._owed.pop(job["key"], None)
                return job
        return None

    def _is_away(self, error: Exception | None) -> None:
        """Said when it begins and when it ends, not at each look."""
        if error is None and self._away:
            log.info("work can be taken again")
        elif error is not None and not self._away:
            unknown = None if isinstance(error, AssistantError) else error
            log.warning("no work can be taken for now: %s", error, exc_info=unknown)
        self._away = error is not None

    def _skipped(self) -> list[str]:
        now = time.monotonic()
        with self._changed:
            self._resting = {key: until for key, until in self._resting.items() if until > now}
            return list(self._resting)

    def _recover(self) -> None:
        """Puts back what is in the hands of processes that are no more."""
        now = time.monotonic()
        if self._recovered and now - self._recovered < RECOVER_EVERY_S:
            return
        self._recovered = now
        for name in self._session.call(operations_chat.job_workers):
            if name == self.name:
                continue
            lock = self._lock(name)
            with suppress(Timeout):
                lock.acquire(timeout=0)
                freed = self._session.call(operations_chat.job_free, worker=name)
                log.info("%d jobs of a worker that is no more wait again", freed)
                (self._folder / f"{name}.lock").unlink(missing_ok=True)
                lock.release()

    def _lock(self, name: str) -> FileLock:
        return FileLock(self._folder / f"{name}.lock")

    # --- doing ---

    def _do(self, job: JobJson) -> None:
        notes = Notes(self._session, job)
        with self._changed:
            self._held[job["key"]] = notes
        try:
            self._settle(job["key"], self._done(job, notes))
        finally:
            with self._changed:
                del self._held[job["key"]]

    def _done(self, job: JobJson, notes: Notes) -> Write:
        """Does a job; how what became of it is written."""
        key, crashes = job["key"], job["attempts"] - 1 - _ended(notes)
        last = int(notes.get("failures") or 0) + 1 >= FAILURES
        if crashes >= CRASHES:
            log.error("%s has taken its process down %d times: left", key, crashes)
            return self._end(key, f"the process ended {crashes} times while it was being done")
        try:
            self._handlers[job["queue"]](job, notes, last)
        except (Never, BadInput) as never:
            log.warning("%s has failed: %s", key, never)
            return self._end(key, str(never) or repr(never))
        except Exception as error:
            return self._failed(key, notes, error, last=last)
        return self._end(key)

    def _failed(self, key: str, notes: Notes, error: Exception, *, last: bool) -> Write:
        failures = int(notes.get("failures") or 0) + 1
        if not isinstance(error, Later):
            log.error("%s failed", key, exc_info=error)
        if last:
            return self._end(key, str(error) or repr(error))
        seconds = self._wait(failures)
        if isinstance(error, Later):
            seconds = max(seconds, error.seconds or 0.0)
            log.info("%s again in %.0f s: %s", key, seconds, error)
        with self._changed:
            self._resting[key] = time.monotonic() + seconds
        notes.remember(failures=failures, ended=_ended(notes) + 1)

        def put_back() -> None:
            notes.write()
            self._session.call(operations_chat.job_put_back, key=key)

        return put_back

    def _end(self, key: str, reason: str | None = None) -> Write:
        return lambda: self._session.call(operations_chat.job_end, key=key, reason=reason)

    # --- writing down ---

    def _settle(self, key: str, write: Write) -> None:
        """Now or, where that can't be written, with a later look: its lane waits for it."""
        try:
            write()
        except Exception as error:
            log.warning("what became of %s can't be written yet: %r", key, error)
            with self._changed:
                self._owed[key] = write

    def _write_owed(self) -> None:
        with self._changed:
            owed = list(self._owed.items())
        for key, write in owed:
            with suppress(Exception):  # said when it was put here; tried at every look
                write()
                with self._changed:
                    self._owed.pop(key, None)

    def _spare_held(self) -> None:
        """What is still in hand at an orderly end has not crashed."""
        with self._changed:
            held = [*self._held.values()]
        for notes in held:
            with suppress(Exception):
                notes.keep(ended=_ended(notes) + 1)


def _ended(notes: Notes) -> int:
    """How many tries of a job came to an end before this one; of the others none is known."""
    return int(notes.get("ended") or 0)
