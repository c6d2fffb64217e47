"""Jobs are done once, in order, in spite of failures, crashes and other processes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

import pytest
from filelock import FileLock

from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Local
from assistant.channels.slack import work
from assistant.channels.slack.calls import Later, Never
from assistant.channels.slack.work import (
    CRASHES,
    FAILURES,
    FOLDER,
    Handle,
    Notes,
    Workers,
    growing,
)
from assistant.errors import BadInput, Unavailable
from assistant.ledger.jobs import State
from assistant.settings import Settings
from assistant.wiring import Assistant
from channels.fake_assistant import NOW
from channels.slack.conftest import Archive

P = ParamSpec("P")
R = TypeVar("R")
Start = Callable[[Handle], Workers]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(Settings(home=tmp_path / "home"))
    yield archive
    archive.close()


@pytest.fixture
def start(archive: Archive) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(handle: Handle) -> Workers:
            workers = Workers(
                Local(cast(Assistant, archive)),
                archive.settings.home,
                {"slack": handle},
                wait=lambda _: 0.01,
                poll_s=0.01,
            )
            stack.enter_context(workers.running())
            return workers

        yield begin


def add(archive: Archive, key: str, lane: str = "lane") -> None:
    assert archive.jobs.add(key, "slack", lane, {"kind": "test"}, NOW)


class Done:
    """Notes what was done; `until` waits for so many jobs."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, int]] = []
        self._changed = threading.Condition()

    def note(self, job: JobJson) -> None:
        with self._changed:
            self.jobs.append((job["key"], job["attempts"]))
            self._changed.notify_all()

    def until(self, count: int) -> list[tuple[str, int]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.jobs) >= count, 20)
            return list(self.jobs)


def ended(archive: Archive, state: State, count: int) -> None:
    """Waits until so many jobs have ended so."""
    tick = threading.Event()
    for _ in range(2_000):
        if archive.jobs.count("slack", state) == count:
            return
        tick.wait(0.01)
    raise AssertionError(f"never {count} jobs {state}")


def test_a_lane_keeps_its_order_though_the_first_fails(archive: Archive, start: Start) -> None:
    done = Done()

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        done.note(job)
        if job["key"] == "a" and job["attempts"] < 3:
            raise Later("not now")

    add(archive, "a")
    add(archive, "b")
    start(handle)
    assert done.until(4) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]
    ended(archive, "done", 2)


def test_what_never_works_ends_with_its_reason(archive: Archive, start: Start) -> None:
    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        raise Never("the channel is gone")

    add(archive, "a")
    start(handle)
    ended(archive, "failed", 1)


def test_what_fails_again_and_again_is_told_of_its_last_try(archive: Archive, start: Start) -> None:
    lasts: list[bool] = []

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        lasts.append(last)
        raise RuntimeError("broken")

    add(archive, "a")
    start(handle)
    ended(archive, "failed", 1)
    assert lasts == [False] * (FAILURES - 1) + [True]


def test_what_cannot_be_used_is_not_tried_again(archive: Archive, start: Start) -> None:
    done = Done()

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        done.note(job)
        raise BadInput("the question is empty")

    add(archive, "a")
    start(handle)
    ended(archive, "failed", 1)
    assert done.jobs == [("a", 1)]


class Away(Local):
    """A session whose server is away while `gone` is set. `missed` counts calls in vain."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(cast(Assistant, archive))
        self.gone: set[str] = set()
        self.missed = 0
        self._changed = threading.Condition()

    def call(
        self,
        operation: Callable[Concatenate[Assistant, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        if operation.__name__ in self.gone:
            with self._changed:
                self.missed += 1
                self._changed.notify_all()
            raise Unavailable("the server is away")
        return super().call(operation, *args, **kwargs)

    def until_missed(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.missed >= count, 20)


@contextmanager
def working(archive: Archive, session: Away, handle: Handle) -> Iterator[None]:
    workers = Workers(
        session, archive.settings.home, {"slack": handle}, wait=lambda _: 0.01, poll_s=0.01
    )
    with workers.running():
        yield


@pytest.mark.parametrize("write", ["job_end", "job_note", "job_put_back"])
def test_an_end_that_cannot_be_written_is_written_later(archive: Archive, write: str) -> None:
    """The lane goes on under the same worker, once the server is back; nothing is done twice."""
    session, done = Away(archive), Done()

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        done.note(job)
        if job["attempts"] == 1 and write != "job_end":
            raise Later("not now")

    add(archive, "a")
    add(archive, "b")
    session.gone = {write}
    with working(archive, session, handle):
        done.until(1)
        session.until_missed(3)
        assert archive.jobs.count("slack", "working") == 1
        session.gone = set()
        ended(archive, "done", 2)
    tries = 1 if write == "job_end" else 2
    assert done.jobs == [(key, n + 1) for key in ("a", "b") for n in range(tries)]


def test_a_server_that_is_away_is_said_once(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    session, done = Away(archive), Done()
    with (
        caplog.at_level(logging.INFO, "assistant.slack"),
        working(archive, session, lambda job, notes, last: done.note(job)),
    ):
        session.gone = {"job_next"}
        session.until_missed(5)
        add(archive, "a")
        session.gone = set()
        ended(archive, "done", 1)
    said = [each.getMessage() for each in caplog.records]
    assert sum("no work can be taken" in each for each in said) == 1
    assert sum("work can be taken again" in each for each in said) == 1


def test_a_job_that_takes_its_process_down_is_left(archive: Archive, start: Start) -> None:
    done = Done()
    add(archive, "a", "lane")
    add(archive, "b", "lane")
    for _ in range(CRASHES):
        assert archive.jobs.next("slack", "dead")
        assert archive.jobs.free("dead") == 1
    start(lambda job, notes, last: done.note(job))
    ended(archive, "failed", 1)
    assert done.until(1) == [("b", 1)]


def test_tries_that_ended_are_no_crashes(archive: Archive, start: Start) -> None:
    done = Done()

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        done.note(job)
        if job["attempts"] < CRASHES + 3:
            raise Later("not now")

    add(archive, "a")
    start(handle)
    ended(archive, "done", 1)
    assert len(done.jobs) == CRASHES + 3


def test_what_an_orderly_end_interrupts_is_no_crash(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "GRACE_S", 0.0)
    done, go = Done(), threading.Event()

    def endless(job: JobJson, notes: Notes, last: bool) -> None:
        done.note(job)
        assert go.wait(20)

    add(archive, "a")
    for n in range(CRASHES + 1):
        with working(archive, Away(archive), endless):
            done.until(n + 1)
        (name,) = archive.jobs.workers()
        archive.jobs.free(name)  # as its process ends
    job = archive.jobs.next("slack", "next")
    assert job is not None
    assert job.attempts - 1 == job.notes["ended"] == CRASHES + 1
    go.set()


def test_the_waits_grow() -> None:
    assert [growing(n) for n in (1, 2, 3, 9, 12)] == [1, 2, 4, 256, 300]


def test_what_a_dead_worker_had_in_hand_is_taken_up(archive: Archive, start: Start) -> None:
    done = Done()
    add(archive, "a")
    assert archive.jobs.next("slack", "dead")
    archive.jobs.note("a", {"ts": "1.2"})
    seen: list[object] = []

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        seen.append(notes.get("ts"))
        done.note(job)

    start(handle)
    assert done.until(1) == [("a", 2)]
    assert seen == ["1.2"]


def test_what_a_living_worker_has_in_hand_is_left(archive: Archive, start: Start) -> None:
    done = Done()
    add(archive, "a", "one")
    assert archive.jobs.next("slack", "alive")
    add(archive, "b", "two")
    folder = archive.settings.home / FOLDER
    folder.mkdir()
    with FileLock(folder / "alive.lock"):
        start(lambda job, notes, last: done.note(job))
        assert done.until(1) == [("b", 1)]
        ended(archive, "done", 1)
        assert archive.jobs.count("slack", "working") == 1


def test_two_processes_do_each_job_once(archive: Archive, start: Start) -> None:
    done = Done()
    for n in range(30):
        add(archive, f"job-{n}", f"lane-{n % 5}")
    for _ in range(2):
        start(lambda job, notes, last: done.note(job))
    assert sorted(done.until(30)) == sorted((f"job-{n}", 1) for n in range(30))
    ended(archive, "done", 30)


def test_at_the_end_what_is_in_hand_is_finished(archive: Archive) -> None:
    begun, go = threading.Event(), threading.Event()

    def handle(job: JobJson, notes: Notes, last: bool) -> None:
        begun.set()
        assert go.wait(20)

    session = Local(cast(Assistant, archive))
    workers = Workers(session, archive.settings.home, {"slack": handle}, poll_s=0.01)
    add(archive, "a")
    with workers.running():
        assert begun.wait(20)
        threading.Timer(0.05, go.set).start()
    assert archive.jobs.count("slack", "done") == 1
    assert list((archive.settings.home / FOLDER).iterdir()) == []
