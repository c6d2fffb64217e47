"""Errands: one of a name at a time, their ends remembered, and no process held up by them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from assistant.errors import Unavailable
from assistant.ports import ProgressSink
from assistant.upkeep import errands
from assistant.upkeep.errands import Errands


@pytest.fixture
def made() -> Iterator[Errands]:
    made = Errands()
    yield made
    made.close()


def test_one_of_a_name_at_a_time(made: Errands) -> None:
    go, ran = threading.Event(), []

    def work(report: ProgressSink) -> str:
        report(1, 3, "first")
        go.wait(20)
        ran.append(1)
        return "done"

    assert made.look("a") is None
    assert made.start("a", work)
    assert not made.start("a", work)
    while not (seen := made.look("a")) or not seen.total:
        assert seen
        assert seen.under_way
    assert (seen.done, seen.total, seen.what) == (1, 3, "first")
    go.set()
    ended = made.look("a", 20)
    assert ended
    assert (ended.under_way, ended.result, ended.wrong) == (False, "done", None)
    assert ran == [1]
    assert made.start("a", lambda _: "again")
    again = made.look("a", 20)
    assert again
    assert again.result == "again"


def test_what_goes_wrong_is_a_sentence(made: Errands, caplog: pytest.LogCaptureFixture) -> None:
    def down(_: ProgressSink) -> None:
        raise Unavailable("the disk is full")

    def broken(_: ProgressSink) -> None:
        raise ZeroDivisionError("secret")

    made.start("down", down)
    made.start("broken", broken)
    ended = [made.look(name, 20) for name in ("down", "broken")]
    assert [each.wrong for each in ended if each] == [
        "the disk is full",
        "it failed for a reason that the server's log has",
    ]
    assert "secret" in caplog.text
    assert made.start("down", lambda _: None)


def test_the_oldest_are_forgotten(made: Errands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "REMEMBERED", 3)
    for n in range(6):
        made.start(f"e{n}", lambda _: None)
        ended = made.look(f"e{n}", 20)
        assert ended
        assert not ended.under_way
    known = [n for n in range(6) if made.look(f"e{n}")]
    assert known == [2, 3, 4, 5]


def test_at_the_end_what_reports_is_told(made: Errands, monkeypatch: pytest.MonkeyPatch) -> None:
    """One unwinds at its next report; what waits for room is not begun; nothing new starts."""
    monkeypatch.setattr(errands, "GRACE_S", 20)
    began, unwound, later = threading.Event(), threading.Event(), []

    def patient(report: ProgressSink) -> None:
        began.set()
        try:
            while True:
                report(0, 0, "")
        finally:
            unwound.set()

    for name in ("a", "b"):
        made.start(name, patient)
    assert began.wait(20)
    made.start("c", lambda _: later.append(1))
    made.close()
    assert unwound.is_set()
    assert later == []
    assert not made.start("d", lambda _: None)


def test_one_that_hangs_holds_nobody_up(made: Errands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "GRACE_S", 0.01)
    begun, go = threading.Event(), threading.Event()

    def hanging(_: ProgressSink) -> bool:
        begun.set()
        return go.wait(20)

    made.start("a", hanging)
    assert begun.wait(20)  # one that is not begun yet would end at once
    made.close()
    ended = made.look("a")
    assert ended
    assert ended.under_way
    go.set()
    assert made.look("a", 20)


def test_what_no_editor_waits_for_takes_no_room(made: Errands) -> None:
    go = threading.Event()
    for n in range(errands.AT_ONCE):
        assert made.start(f"round {n}", lambda _: go.wait(20), aside=True)
    assert made.start("an editor's", lambda _: "done")
    ended = made.look("an editor's", 10)
    go.set()
    assert ended
    assert ended.result == "done"
