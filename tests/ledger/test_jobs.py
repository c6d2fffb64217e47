"""Jobs: taken in once, given out once, in order in each lane, whoever crashes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ledger.jobs import Job
from assistant.ledger.ledger import Ledger

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    yield ledger
    ledger.close()


def add(ledger: Ledger, key: str, lane: str = "lane", queue: str = "slack", **body: str) -> bool:
    return ledger.jobs.add(key, queue, lane, body, NOW)


def following(ledger: Ledger, worker: str = "w1", queue: str = "slack") -> str | None:
    job = ledger.jobs.next(queue, worker)
    return job.key if job else None


def test_the_same_work_is_taken_in_once_whatever_became_of_it(ledger: Ledger) -> None:
    assert add(ledger, "m1", text="one")
    assert not add(ledger, "m1", text="two")
    assert following(ledger) == "m1"
    assert not add(ledger, "m1", text="three")
    ledger.jobs.end("m1")
    assert not add(ledger, "m1", text="four")
    assert add(ledger, "m2")
    assert following(ledger) == "m2"
    ledger.jobs.end("m2", "the channel is gone")
    assert not add(ledger, "m2")
    assert following(ledger) is None


def test_a_job_is_given_as_it_was_taken(ledger: Ledger) -> None:
    add(ledger, "m1", "T1:C1:1.0", text="How many “wells”? \U0001f573")
    assert ledger.jobs.next("slack", "w1") == Job(
        key="m1",
        queue="slack",
        lane="T1:C1:1.0",
        at="2026-03-15T09:00:00+00:00",
        attempts=1,
        body={"text": "How many “wells”? \U0001f573"},
    )


def test_a_lane_is_one_at_a_time_and_in_order(ledger: Ledger) -> None:
    for key, lane in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("b2", "b")):
        add(ledger, key, lane)
    assert [following(ledger), following(ledger), following(ledger)] == ["a1", "b1", None]
    ledger.jobs.end("b1")
    assert [following(ledger), following(ledger)] == ["b2", None]
    ledger.jobs.end("a1", "it failed")
    assert [following(ledger), following(ledger)] == ["a2", None]


def test_queues_do_not_wait_for_each_other(ledger: Ledger) -> None:
    add(ledger, "q1", "lane", "slack")
    add(ledger, "t1", "lane", "tell")
    assert following(ledger) == "q1"
    assert following(ledger, queue="tell") == "t1"


def test_what_failed_a_moment_ago_holds_its_lane_and_no_other(ledger: Ledger) -> None:
    for key, lane in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        add(ledger, key, lane)
    assert following(ledger) == "a1"
    ledger.jobs.put_back("a1")
    skipped = ledger.jobs.next("slack", "w1", ["a1"])
    assert skipped
    assert skipped.key == "b1"
    assert ledger.jobs.next("slack", "w1", ["a1"]) is None
    again = ledger.jobs.next("slack", "w1")
    assert again
    assert (again.key, again.attempts) == ("a1", 2)


def test_a_worker_that_is_no_more_leaves_its_notes_and_its_place(ledger: Ledger) -> None:
    for key in ("m1", "m2"):
        add(ledger, key)
    assert following(ledger, "dead") == "m1"
    ledger.jobs.note("m1", {"answer": "a1"})
    assert ledger.jobs.workers() == ["dead"]
    assert ledger.jobs.free("somebody") == 0
    assert following(ledger) is None
    assert ledger.jobs.free("dead") == 1
    assert ledger.jobs.workers() == []
    job = ledger.jobs.next("slack", "w2")
    assert job
    assert (job.key, job.attempts, job.notes) == ("m1", 2, {"answer": "a1"})


def test_what_has_ended_stays_ended_and_its_words_are_gone(ledger: Ledger) -> None:
    add(ledger, "m1", text="zyzzyva")
    assert following(ledger, "w1") == "m1"
    ledger.jobs.free("w1")  # w1 was slow, not dead: another takes the job and ends it
    assert following(ledger, "w2") == "m1"
    ledger.jobs.end("m1")
    ledger.jobs.put_back("m1")
    assert ledger.jobs.free("w1") == ledger.jobs.free("w2") == 0
    assert following(ledger) is None
    assert (ledger.jobs.count("slack", "done"), ledger.jobs.count("slack", "waiting")) == (1, 0)
    ledger.checkpoint()
    assert b"zyzzyva" not in ledger.path.read_bytes()


def test_open_bodies_can_be_cut(ledger: Ledger) -> None:
    for key in ("m1", "m2", "m3"):
        add(ledger, key, key, text=key)
    add(ledger, "other", queue="tell", text="m1")
    ledger.jobs.end("m3")
    assert following(ledger) == "m1"
    with ledger.noting() as within:
        ledger.jobs.rewrite("slack", lambda b: None if b["text"] == "m1" else {"text": "x"}, within)
    job = ledger.jobs.next("slack", "w1")
    assert job
    assert (job.key, job.body) == ("m2", {"text": "x"})
    assert ledger.jobs.count("slack", "done") == 2
    assert following(ledger, queue="tell") == "other"


def test_work_is_part_of_the_transaction_that_it_is_added_in(ledger: Ledger) -> None:
    def cut_short() -> None:
        with ledger.noting() as within:
            ledger.jobs.add("m1", "slack", "lane", {}, NOW, within)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        cut_short()
    assert following(ledger) is None
    assert add(ledger, "m1")


def test_only_what_has_ended_is_forgotten(ledger: Ledger) -> None:
    for key in ("done", "failed", "working", "waiting"):
        add(ledger, key, key)
    assert [following(ledger) for _ in range(3)] == ["done", "failed", "working"]
    ledger.jobs.end("done")
    ledger.jobs.end("failed", "why")
    assert ledger.jobs.forget_before(NOW) == 0
    assert ledger.jobs.forget_before(NOW + DAY) == 2
    assert add(ledger, "done", "waiting")  # what is forgotten may come again, behind what waits
    assert following(ledger) == "waiting"
    assert not add(ledger, "working")


def test_two_processes_and_many_threads_take_each_job_once(ledger: Ledger) -> None:
    other = Ledger(ledger.path)
    expected = {f"{lane}{n}" for lane in "abcde" for n in range(8)}
    for n in range(8):
        for lane in "abcde":
            add(ledger, f"{lane}{n}", lane)
    taken: list[tuple[str, int]] = []
    added: list[bool] = []

    def work(mine: Ledger, worker: str) -> None:
        added.append(add(mine, "once", "once"))
        while len(taken) < len(expected) + 1:
            job = mine.jobs.next("slack", worker)
            if job:
                taken.append((job.key, job.attempts))
                mine.jobs.end(job.key)

    threads = [
        threading.Thread(target=work, args=(mine, f"w{n}"))
        for n, mine in enumerate((ledger, other, ledger, other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    other.close()
    assert added.count(True) == 1
    assert Counter(key for key, _ in taken) == Counter([*expected, "once"])
    assert {attempts for _, attempts in taken} == {1}
    for lane in "abcde":
        assert [key for key, _ in taken if key[0] == lane and key != "once"] == sorted(
            key for key in expected if key[0] == lane
        )


LANES = st.sampled_from("ab")
ACTS = st.one_of(
    st.tuples(st.just("add"), LANES),
    st.tuples(st.sampled_from(["next", "end", "fail", "put_back", "crash"]), st.just("")),
)


@given(st.lists(ACTS, max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_nothing_is_lost_doubled_or_out_of_order(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]]
) -> None:
    """Whatever order work comes, ends and crashes in: each lane ends in the order it came in."""
    ledger = Ledger(tmp_path_factory.mktemp("jobs") / "ledger.sqlite3")
    came: dict[str, list[str]] = {"a": [], "b": []}
    ended: dict[str, list[str]] = {"a": [], "b": []}
    held: list[Job] = []
    for act, lane in acts:
        if act == "add":
            came[lane].append(f"{lane}{len(came[lane])}")
            assert add(ledger, came[lane][-1], lane)
        elif act == "next":
            job = ledger.jobs.next("slack", "w")
            assert job is None or job.lane not in {each.lane for each in held}
            held += [job] if job else []
        elif act == "crash":
            assert ledger.jobs.free("w") == len(held)
            held = []
        elif held:
            job = held.pop()
            if act == "put_back":
                ledger.jobs.put_back(job.key)
            else:
                ledger.jobs.end(job.key, "why" if act == "fail" else None)
                ended[job.lane].append(job.key)
    ledger.jobs.free("w")
    while (job := ledger.jobs.next("slack", "w")) is not None:
        ledger.jobs.end(job.key)
        ended[job.lane].append(job.key)
    assert ended == came
    ledger.close()
