"""Threads hear once of what became of a check that their answers rest on, whatever was down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.counts import count
from support.slack_blocks import shown
from support.slack_calls import Call
from support.slack_world import Channel, Message

from channels.slack.newsroom_files import CORRECTION, FERRY, SECRET, SECRET_WORDS, WELLS
from channels.slack.running import PATIENCE_S, Newsroom, words

NOTE = "The register was wrong: wells were counted twice."


def correct(news: Newsroom) -> None:
    path = Path(news.home.parent, "board.md")
    path.write_text(CORRECTION, encoding="utf-8")
    assert news.command("ingest", str(path))["added"] == 1


def withdraw(news: Newsroom) -> None:
    news.command("withdraw", "wells", "--note", NOTE)


CHANGES = {"withdrawn": withdraw, "corrected": correct}


def asked_in_threads(news: Newsroom, question: str = WELLS) -> list[tuple[Channel, str]]:
    """Three threads rest on the check: one of them twice, one in a direct message."""
    places = []
    for n in range(2):
        sent = news.sender.mention(news.desk, news.ana, question)
        news.one_answer(news.desk, sent.thread)
        places.append((news.desk, sent.thread))
        if n:
            news.sender.message(news.desk, news.ben, question, thread=sent.thread)
            news.settled()
            assert len(news.slack.answers(news.desk, sent.thread)) == 2
    sent = news.sender.direct(news.ana, question)
    place = news.slack.open_im(news.ana)
    news.one_answer(place, sent.thread)
    return [*places, (place, sent.thread)]


def notes(news: Newsroom, channel: Channel, thread: str) -> list[Message]:
    return [each for each in news.slack.answers(channel, thread) if "⚠ A " in shown(each)]


def told(news: Newsroom, threads: list[tuple[Channel, str]]) -> list[int]:
    return [len(notes(news, *each)) for each in threads]


def nothing_more_is_told(news: Newsroom, threads: list[tuple[Channel, str]]) -> None:
    """Another change, of another check, has come through, and these threads heard nothing more."""
    sent = news.sender.mention(news.desk, news.ana, FERRY)
    news.one_answer(news.desk, sent.thread)
    news.command("withdraw", "ferry")
    news.slack.wait_for(lambda: notes(news, news.desk, sent.thread), PATIENCE_S)
    news.settled()
    assert told(news, threads) == [1] * len(threads)


@pytest.mark.parametrize("kind", list(CHANGES)[: count(1, 2)])
def test_threads_are_told_once(program: Newsroom, kind: str) -> None:
    program.start()
    threads = asked_in_threads(program)
    CHANGES[kind](program)
    program.slack.wait_for(lambda: all(told(program, threads)), PATIENCE_S)
    program.settled()
    assert told(program, threads) == [1, 1, 1]
    (note,) = notes(program, *threads[0])
    assert kind in shown(note)
    assert "How many public wells does Arlen have?" in shown(note)
    if kind == "withdrawn":
        assert NOTE in shown(note)
    nothing_more_is_told(program, threads)


@pytest.mark.parametrize("kind", list(CHANGES)[count(1, 0) :])
def test_threads_are_told_of_what_came_while_it_was_down(program: Newsroom, kind: str) -> None:
    """The command alone has the home; then the program is started, and started again, twice."""
    process = program.start()
    threads = asked_in_threads(program)
    process.terminate()
    CHANGES[kind](program)
    assert told(program, threads) == [0, 0, 0]
    for n in range(3):  # started, and started again twice
        program.processes.clear()
        process = program.again(process)
        program.slack.wait_for(lambda: all(told(program, threads)), PATIENCE_S)
        program.settled()
        assert told(program, threads) == [1, 1, 1], n
        if n < 2:
            process.terminate()


@pytest.mark.parametrize("carried_out", [True, False][: count(1, 2)])
def test_killed_while_telling(program: Newsroom, carried_out: bool) -> None:
    """The note that was posted is found again: one in each thread."""
    process = program.start()
    threads = asked_in_threads(program)
    process.terminate()
    withdraw(program)
    if not carried_out:
        program.slack.fail("chat.postMessage", cut=True, times=1)
    started_and_killed_at(program, "chat.postMessage", carried_out=carried_out)
    program.start()
    program.slack.wait_for(lambda: all(told(program, threads)), PATIENCE_S)
    program.settled()
    assert told(program, threads) == [1, 1, 1]


def started_and_killed_at(news: Newsroom, *methods: str, carried_out: bool = True) -> None:
    """A process that is killed -9 at its first call of one of these methods."""
    struck: list[int] = []

    def kill(call: Call) -> None:
        if not struck:
            struck.append(call.number)
            news.processes[-1].kill()

    for method in methods:
        news.slack.on(method, kill, "answer" if carried_out else "arrival")
    news.processes.clear()
    process = news.start(ready=False)
    news.slack.wait_for(lambda: process.ended is not None, PATIENCE_S)
    assert struck, process.log[-3000:]
    process.wait()
    news.processes.clear()


TROUBLES: list[dict[str, Any]] = [
    {"lost": True}, {"status": 503}, {"status": 429, "retry_after": 1}, {"cut": True},
    {"error": "invalid_blocks", "when": lambda call: bool(call.args.get("blocks"))}, {"lost": True},
]  # fmt: skip


def test_slack_fails_while_telling(program: Newsroom) -> None:
    """In each way, one after the other: among them answers of Slack's that are lost."""
    program.start()
    threads = asked_in_threads(program)
    failures = [program.slack.fail("chat.postMessage", **trouble) for trouble in TROUBLES]
    withdraw(program)
    program.slack.wait_for(lambda: all(told(program, threads)), PATIENCE_S)
    program.settled()
    assert all(failure.met for failure in failures)
    assert told(program, threads) == [1, 1, 1]


def test_what_is_internal_is_not_named_where_others_read_now(program: Newsroom) -> None:
    program.start()
    sent = program.sender.mention(program.desk, program.ana, SECRET)
    answer = program.one_answer(program.desk, sent.thread)
    assert SECRET_WORDS in words(shown(answer))
    staffs = program.slack.add_channel("staffs", program.ana, program.ben)
    inside = program.sender.mention(staffs, program.ana, SECRET)
    program.one_answer(staffs, inside.thread)
    program.sender.joined(program.desk, program.slack.add_user("guest", is_restricted=True))
    before = len(program.slack.calls)
    program.command("withdraw", "mint", "--note", "Selbridge: nobody works there.")
    program.slack.wait_for(lambda: notes(program, staffs, inside.thread), PATIENCE_S)
    program.settled()
    assert "Selbridge" in shown(notes(program, staffs, inside.thread)[0])
    late = [
        call.method
        for call in program.slack.calls[before:]
        if call.args.get("channel") == program.desk.id
        if "Selbridge" in str(call.args) or "vaults" in str(call.args)
    ]
    assert late == []


@pytest.mark.parametrize("while_down", [False, True][: count(1, 2)])
def test_an_erased_document_leaves_the_messages(program: Newsroom, while_down: bool) -> None:
    """Legal takedown: its words go from the messages, and the threads hear that it is gone."""
    process = program.start()
    threads = asked_in_threads(program)
    if while_down:
        process.terminate()
        program.processes.clear()
    program.command("erase", "wells")
    if while_down:
        process = program.again(process)
    program.slack.wait_for(lambda: all(told(program, threads)), PATIENCE_S)
    program.settled()
    assert told(program, threads) == [1, 1, 1]
    for channel, thread in threads:
        for each in program.slack.answers(channel, thread):
            assert "4,118" not in shown(each) + each.text
            assert "public wells in Arlen" not in shown(each)
            assert "taken out of the archive" in shown(each) or "4,118" not in str(each.as_json())
    for path in program.home.glob("ledger.sqlite3*"):
        assert b"4,118" not in path.read_bytes()


def test_erased_while_killed(program: Newsroom) -> None:
    """kill -9 between two of the messages: the rest goes as well, and each is told once."""
    process = program.start()
    threads = asked_in_threads(program)
    process.terminate()
    program.command("erase", "wells")
    started_and_killed_at(program, "chat.update", "chat.delete")
    program.start()
    program.slack.wait_for(lambda: all(told(program, threads)), PATIENCE_S)
    program.settled()
    assert told(program, threads) == [1, 1, 1]
    for channel, thread in threads:
        for each in program.slack.answers(channel, thread):
            assert "4,118" not in shown(each) + each.text
