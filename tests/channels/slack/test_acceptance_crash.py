"""Restarts and kills of the real program: each event is answered, and the answer is whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.counts import count
from support.slack_blocks import shown
from support.slack_calls import Call
from support.slack_interactions import Payload
from support.slack_server import SlackServer
from support.slack_world import Channel

from channels.slack.newsroom_files import FERRY, HOSTILE, WELLS
from channels.slack.running import OPEN, PATIENCE_S, Newsroom, Process, copied, same_as_asked

QUESTIONS = (WELLS, FERRY, HOSTILE)


class Events:
    """People who ask all the time; Slack brings each event until it is taken, as Slack does."""

    def __init__(self, news: Newsroom) -> None:
        self._news = news
        self._ended = threading.Event()
        self.late: list[Payload] = []
        self.sent: list[Payload] = []
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        news = self._news
        while not self._ended.is_set():
            question = QUESTIONS[len(self.sent) % len(QUESTIONS)]
            payload = news.sender.build.app_mention(news.desk, news.ana, question)
            self.sent.append(payload)
            if not news.sender.persist(payload)[-1].taken:
                self.late.append(payload)
            news.slack.wait_for(self._may_ask, 120)

    def _may_ask(self) -> bool:
        """People are no flood: the next one asks when there is not much left to do."""
        return self._ended.is_set() or len(self.late) + self._news.counted(*OPEN) < 4

    def more(self, than: int) -> bool:
        return len(self.sent) > than

    def bring_the_late(self) -> None:
        """Slack's later tries, a minute and five minutes after."""
        late, self.late = self.late, []
        for payload in late:
            if not self._news.sender.persist(payload)[-1].taken:
                self.late.append(payload)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join()


def stands_once(news: Newsroom, payloads: list[Payload]) -> None:
    news.settled(180)
    wrong = {}
    for payload in payloads:
        assert payload.message is not None
        answers = news.slack.answers(news.desk, payload.message.ts)
        if len(answers) != 1:
            wrong[payload.event_id] = [shown(each)[:100] for each in answers]
    assert wrong == {}


@pytest.mark.parametrize("attached", [True, False])
def test_orderly_restarts_answer_each_event_once(program: Newsroom, attached: bool) -> None:
    """SIGTERM while events arrive; `attached`: of `assistant slack` beside a server that stays."""
    if attached:
        program.settings |= {"slack_signing_secret": ""}
        program.start("serve")
        program.settings.clear()
    process = program.start()
    events = Events(program)
    with events.arriving():
        for _ in range(count(2, 20)):
            program.slack.wait_for(partial(events.more, len(events.sent)), PATIENCE_S)
            process.terminate()
            assert "Traceback" not in process.log, process.log[-3000:]
            process = program.again(process)
            events.bring_the_late()
    events.bring_the_late()
    assert events.late == []
    stands_once(program, events.sent)


# --- kill -9 ---

STEPS = (
    "assistant.threads.setStatus",
    "conversations.info",
    "users.info",
    "chat.startStream",
    "chat.stopStream",
    "chat.postMessage",
)
"""What is called for an answer, one after the other; the last one where there is no stream."""


def killed_at(
    news: Newsroom, process: Process, channel: Channel, method: str, *, carried_out: bool
) -> threading.Event:
    """Kills the process at a call about a channel: before it is carried out, or after it was."""
    struck = threading.Event()

    def about(call: Call) -> bool:
        where = (call.args.get("channel"), call.args.get("channel_id"), call.args.get("user"))
        return bool({channel.id, *channel.members} & set(where)) and not struck.is_set()

    def kill(call: Call) -> None:
        if about(call):
            process.kill()
            process.wait()
            struck.set()

    if carried_out:
        news.slack.on(method, kill, "answer")
    else:
        news.slack.fail(method, cut=True, times=1, when=about)
        news.slack.on(method, kill, "arrival")
    return struck


def a_place(news: Newsroom) -> Channel:
    return news.slack.add_channel("place", news.slack.add_user("carol"))


def ask_in(news: Newsroom, channel: Channel, question: str) -> str:
    """Asks, as often as Slack brings it; the thread."""
    user = news.slack.users[channel.members[0]]
    payload = news.sender.build.app_mention(channel, user, question)
    news.sender.persist(payload)
    assert payload.message is not None
    return payload.message.ts


def mostly_once(news: Newsroom, channel: Channel, thread: str, question: str) -> int:
    """At least one whole answer, at most one more; how many more."""
    news.slack.wait_for(lambda: news.slack.answers(channel, thread), 120)
    news.settled(120)
    standing = [m for m in news.slack.messages(channel, thread) if m.bot_id]
    assert not any(news.slack.is_streaming(each) for each in standing)
    assert 1 <= len(standing) <= 2, [shown(each)[:200] for each in standing]
    reply = news.asked(question, internal=True)
    for each in standing:
        same_as_asked(each, reply)
    return len(standing) - 1


@pytest.mark.parametrize(
    ("method", "carried_out"),
    [
        *((each, True) for each in STEPS),
        *((each, False) for each in STEPS[count(-1, 0) :]),
    ],
)
def test_killed_beside_a_server(attached: Attachment, method: str, carried_out: bool) -> None:
    """`assistant slack` is killed at this step, and another one goes on."""
    news, channel = attached.news, a_place(attached.news)
    if method == "chat.postMessage":
        stream = news.slack.fail("chat.startStream", error="access_denied", times=None)
    struck = killed_at(news, attached.process, channel, method, carried_out=carried_out)
    thread = ask_in(news, channel, HOSTILE)
    news.slack.wait_for(struck.is_set, PATIENCE_S)
    attached.process = news.again(attached.process)
    more = mostly_once(news, channel, thread, HOSTILE)
    if method == "chat.postMessage":
        stream.end()
    assert more == 0, "the message was not found again"


class Attachment:
    """A server that stays, and the `assistant slack` beside it that is killed again and again."""

    def __init__(self, news: Newsroom) -> None:
        self.news = news
        news.settings |= {"slack_signing_secret": "", "slack_bot_token": ""}
        news.start("serve")
        news.settings.clear()
        self.process = news.start()


@pytest.fixture(scope="module")
def attached(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attachment]:
    home = copied(small_home, tmp_path_factory.mktemp("killed") / "home")
    with SlackServer() as slack, Newsroom(home=home, slack=slack) as news:
        yield Attachment(news)


@pytest.mark.parametrize(
    ("method", "carried_out"),
    [
        ("chat.startStream", True),
        *([(m, c) for m in STEPS for c in (False, True)] if count(0, 1) else []),
    ],
)
def test_killed_as_the_only_process(program: Newsroom, method: str, carried_out: bool) -> None:
    """The server itself is killed, ledger, index and all, and started again."""
    process = program.start()
    channel = a_place(program)
    if method == "chat.postMessage":
        program.slack.fail("chat.startStream", error="access_denied", times=None)
    struck = killed_at(program, process, channel, method, carried_out=carried_out)
    thread = ask_in(program, channel, HOSTILE)
    program.slack.wait_for(struck.is_set, PATIENCE_S)
    program.processes.clear()
    program.again(process)
    assert mostly_once(program, channel, thread, HOSTILE) == 0


def more_jobs(news: Newsroom, than: int) -> bool:
    return news.counted(*OPEN, "done", "failed") > than


def test_killed_between_the_job_and_its_acknowledgement(attached: Attachment) -> None:
    """As soon as the job is on the disk. Slack brings the event again: still one answer."""
    news = attached.news
    for _ in range(count(1, 20)):
        channel = a_place(news)
        held = news.slack.hang("conversations.info")  # the answer does not come before the kill
        before = news.counted(*OPEN, "done", "failed")
        payload = news.sender.build.app_mention(
            channel, news.slack.users[channel.members[0]], WELLS
        )
        with ThreadPoolExecutor(1) as sending:
            first = sending.submit(news.sender.deliver, payload)
            news.slack.wait_for(partial(more_jobs, news, before), PATIENCE_S)
            attached.process.kill()
            attached.process.wait()
            held.release()
            first.result()
        attached.process = news.again(attached.process)
        news.sender.persist(payload)
        assert payload.message is not None
        assert mostly_once(news, channel, payload.message.ts, WELLS) == 0


def test_killed_while_another_process_lives(program: Newsroom) -> None:
    """The other one finds that its lock is free, and goes on with its work."""
    program.start("serve")
    lives = program.sender
    process = program.start("slack")
    channel = a_place(program)
    held = program.slack.hang("chat.startStream", times=None)
    thread = ask_in(program, channel, HOSTILE)
    assert held.arrived.wait(PATIENCE_S)
    # Whichever of the two has the work in hand: kill the attached one, then see it answered.
    process.kill()
    process.wait()
    held.release()
    assert mostly_once(program, channel, thread, HOSTILE) == 0
    program.sender = lives
    thread = ask_in(program, channel, FERRY)
    assert mostly_once(program, channel, thread, FERRY) == 0


def test_many_kills_at_any_moment(attached: Attachment) -> None:
    """At so many calls after the start, whatever is being called, with several answers in hand."""
    news = attached.news
    places: list[Channel] = []
    payloads: list[Payload] = []
    for calls in range(3, count(7, 90), 3):
        fuse = Fuse(attached.process, calls)
        news.slack.on("*", fuse, "arrival")
        asked = []
        for _ in range(3):
            places.append(a_place(news))
            user = news.slack.users[places[-1].members[0]]
            asked.append(news.sender.build.app_mention(places[-1], user, HOSTILE))
            news.sender.persist(asked[-1])
        news.slack.wait_for(partial(burnt_or_idle, news, fuse), PATIENCE_S)
        fuse.defuse()
        if fuse.burnt.is_set():
            attached.process.wait()
            attached.process = news.again(attached.process)
        for payload in asked:  # Slack's later tries
            assert news.sender.persist(payload)[-1].taken
        news.settled(120)  # what is in hand at kill after kill is left in the end
        payloads += asked
    threads = [each.message.ts for each in payloads if each.message]
    more = [mostly_once(news, *each, HOSTILE) for each in zip(places, threads, strict=True)]
    assert sum(more) == 0, more


class Fuse:
    """Kills a process -9 at so many calls from now on."""

    def __init__(self, process: Process, calls: int) -> None:
        self._process, self._left = process, calls
        self.burnt = threading.Event()
        self._lock = threading.Lock()

    def defuse(self) -> None:
        """After this it burns no more."""
        with self._lock:
            self._left = 0

    def __call__(self, _: Call) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._process.kill()
                self.burnt.set()


def burnt_or_idle(news: Newsroom, fuse: Fuse) -> bool:
    return fuse.burnt.is_set() or news.counted(*OPEN) == 0


# --- two processes ---


@pytest.mark.parametrize("way", ["http", "socket"])
def test_the_same_event_in_two_processes(program: Newsroom, way: Any) -> None:
    """A server with Slack's settings and `assistant slack` beside it are both sent all."""
    program.way = way
    program.start("serve")
    one = program.sender
    program.start("slack")
    two = program.sender
    if way == "socket":
        program.slack.socket.wait_connected(2)
    with ThreadPoolExecutor(2) as sending:
        for n in range(count(3, 40)):
            payload = program.sender.build.app_mention(
                program.desk, program.ana, QUESTIONS[n % len(QUESTIONS)]
            )
            both = [sending.submit(each.deliver, payload) for each in (one, two)]
            assert all(each.result().taken for each in both)
            assert payload.message is not None
            program.one_answer(program.desk, payload.message.ts)


def test_a_server_that_goes_away_comes_back(program: Newsroom) -> None:
    """`assistant slack` refuses what it can't keep, so that Slack brings it again."""
    served = program.start("serve")
    process = program.start("slack")
    served.terminate()
    sent = program.sender.mention(program.desk, program.ana, WELLS)
    assert not sent.taken
    assert process.ended is None
    program.processes.remove(served)
    sender = program.sender
    program.processes.insert(0, program.start("serve"))
    program.processes.pop()
    assert sender.retry(sent).taken
    program.one_answer(program.desk, sent.thread)
