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
from assistant.errors import AssistantError

log = logging.getLogger("assistant.slack")

FOLDER = "workers"
THREADS = 4
POLL_S = 0.5
RECOVER_EVERY_S = 5.0
GRACE_S = 10.0
FAILURES = 12
"""A job that failed so often has failed for good: with the waits between, after half an hour."""
CRASHES = 100
"""A job that was begun so often without an end takes its process down, and is left."""

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

    def get(self, name: str) -> Any:
        return self._kept.get(name)

    def keep(self, **values: Any) -> None:
        """None takes a note away."""
        self._kept = {k: v for k, v in (self._kept | values).items() if v is not None}
        self._session.call(operations_chat.job_note, key=self._key, notes=self._kept)


Handle = Callable[[JobJson, Notes, bool], None]
"""Does a job, or raises Later or Never; any other error is Later too. `last` is true for the last
try: what fails then is not tried again."""


class Workers:
    """`handlers` by queue. Between `start` and `stop`, jobs are done."""

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
        self._threads = [
            threading.Thread(target=self._work, name=f"slack-worker-{n}", daemon=True)
            for n in range(threads)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """For the length of the block. What is in hand at its end is finished, in ten seconds.

        What takes longer stays in this worker's hands until its process ends.
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
            if not any(each.is_alive() for each in self._threads):
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
                self._recover()
                for queue in self._handlers:
                    job = self._session.call(
                        operations_chat.job_next,
                        queue=queue,
                        worker=self.name,
                        skip=self._skipped(),
                    )
                    if job is not None:
                        return job
            except AssistantError as error:  # the server went away: another may come
                log.warning("no work can be taken: %s", error)
            except Exception:  # whatever it was, the next look may go better
                log.exception("no work can be taken")
            with self._changed:
                if not self._ended.is_set():
                    self._changed.wait(self._poll_s)
        return None

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
        failures = int(notes.get("failures") or 0)
        last = failures + 1 >= FAILURES or job["attempts"] >= CRASHES
        try:
            try:
                self._handlers[job["queue"]](job, notes, last)
            except Never as never:
                log.warning("%s has failed: %s", job["key"], never)
                self._session.call(operations_chat.job_end, key=job["key"], reason=str(never))
            except Exception as error:
                self._failed(job, notes, error, last=last)
            else:
                self._session.call(operations_chat.job_end, key=job["key"])
        except Exception as error:
            # Its state could not be written. It stays in our hands until this process ends.
            log.error("%s is left as it is: %r", job["key"], error)

    def _failed(self, job: JobJson, notes: Notes, error: Exception, *, last: bool) -> None:
        key, failures = job["key"], int(notes.get("failures") or 0) + 1
        if not isinstance(error, Later):
            log.error("%s failed", key, exc_info=error)
        if last:
            self._session.call(operations_chat.job_end, key=key, reason=str(error) or repr(error))
            return
        seconds = self._wait(failures)
        if isinstance(error, Later):
            seconds = max(seconds, error.seconds or 0.0)
            log.info("%s again in %.0f s: %s", key, seconds, error)
        with self._changed:
            self._resting[key] = time.monotonic() + seconds
        notes.keep(failures=failures)
        self._session.call(operations_chat.job_put_back, key=key)
