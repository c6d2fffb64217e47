"""More questions than can be worked on: a short line, a clear refusal, and nobody's work undone."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest
from starlette.types import Message

from assistant.channels.stream import Emit, WorkerStream
from assistant.channels.turns import Turns
from assistant.errors import TooManyRequests
from assistant.settings import Settings
from channels.conftest import running
from channels.fake_assistant import FakeAssistant

JSON, EVENTS, FORM = "application/json", "text/event-stream", "application/x-www-form-urlencoded"


class Server:
    """A real service on loopback that works on so many questions at once."""

    def __init__(self, url: str) -> None:
        self._where = urlsplit(url).netloc

    @contextmanager
    def asking(self, question: str, accept: str = EVENTS) -> Iterator[http.client.HTTPConnection]:
        """A question that was sent; its answer is not read yet."""
        connection = http.client.HTTPConnection(self._where, timeout=60)
        headers = {"Accept": accept, "Content-Type": JSON}
        connection.request("POST", "/v1/ask", json.dumps({"question": question}), headers)
        try:
            yield connection
        finally:
            connection.close()

    def answered(
        self, path: str, body: str | None = None, kind: str = JSON, accept: str = JSON
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self._where, timeout=60)
        headers = {"Accept": accept, "Content-Type": kind}
        connection.request("GET" if body is None else "POST", path, body, headers)
        response = connection.getresponse()
        response.body = response.read()  # type: ignore[attr-defined]
        connection.close()
        return response

    def count(self, name: str) -> float:
        """A figure of /metrics."""
        text: bytes = self.answered("/metrics").body  # type: ignore[attr-defined]
        lines = (line.rpartition(" ") for line in text.decode().splitlines())
        return next((float(value) for key, _, value in lines if key == name), 0.0)

    def until(self, name: str, value: float) -> None:
        until(lambda: self.count(name) == value, name)


def until(condition: Callable[[], bool], what: str) -> None:
    """Waits for something that another thread brings about."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        threading.Event().wait(0.005)


WAITING, WORKING = "assistant_questions_waiting", "assistant_questions_working"


@contextmanager
def served(fake: FakeAssistant, settings: Settings, **limits: Any) -> Iterator[Server]:
    with running(fake, settings, turns=Turns(**limits)) as url:
        try:
            yield Server(url)
        finally:
            if fake.hold is not None:
                fake.hold.set()


@pytest.fixture
def held(fake: FakeAssistant) -> threading.Event:
    """Answers wait for it after their evidence."""
    fake.hold = threading.Event()
    return fake.hold


@pytest.mark.parametrize(
    ("path", "body", "kind", "accept"),
    [
        ("/v1/ask", '{"question": "wells"}', JSON, JSON),
        ("/v1/ask", '{"question": "wells"}', JSON, EVENTS),
        ("/v1/search", '{"query": "wells"}', JSON, JSON),
        ("/", "question=wells", FORM, "text/html"),
    ],
    ids=["json", "events", "search", "form"],
)
def test_a_full_line_is_told_to_come_back(
    fake: FakeAssistant,
    settings: Settings,
    held: threading.Event,
    path: str,
    body: str,
    kind: str,
    accept: str,
) -> None:
    with served(fake, settings, working=1, waiting=0) as server, server.asking("wells"):
        server.until(WORKING, 1)
        refused = server.answered(path, body, kind, accept)
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) > 0
        page = accept == "text/html"
        assert ("html" if page else "problem+json") in refused.headers["content-type"]
        assert server.answered("/healthz").status == 200
        assert server.answered("/v1/documents/wells").status == 200
        assert server.count('assistant_refused_total{reason="queue_full"}') == 1
        held.set()
        server.until(WORKING, 0)
        assert server.answered("/v1/ask", '{"question": "wells"}').status == 200


def test_patience_ends(fake: FakeAssistant, settings: Settings, held: threading.Event) -> None:
    limits = {"working": 1, "waiting": 5, "patience": 0.01}
    with served(fake, settings, **limits) as server, server.asking("wells"):
        server.until(WORKING, 1)
        for accept in (JSON, EVENTS):
            refused = server.answered("/v1/ask", '{"question": "wells"}', JSON, accept)
            assert refused.status == 429
        assert server.count('assistant_refused_total{reason="queue_slow"}') == 2
        assert server.count(WAITING) == 0
    assert [asked["question"] for asked in fake.asked] == ["wells"]


@pytest.mark.parametrize("accept", [JSON, EVENTS])
def test_who_waited_is_answered_in_order(
    fake: FakeAssistant, settings: Settings, held: threading.Event, accept: str
) -> None:
    questions = [f"wells {n}" for n in range(4)]
    with served(fake, settings, working=1, waiting=10) as server, ExitStack() as stack:
        first = stack.enter_context(server.asking("wells"))
        server.until(WORKING, 1)
        others = []
        for n, question in enumerate(questions, start=1):
            others.append(stack.enter_context(server.asking(question, accept)))
            server.until(WAITING, n)
        assert server.count(WORKING) == 1
        held.set()
        for connection in (first, *others):
            response = connection.getresponse()
            assert (response.status, b"created_at" in response.read()) == (200, True)
    assert [asked["question"] for asked in fake.asked] == ["wells", *questions]


@pytest.mark.parametrize("accept", [JSON, EVENTS])
def test_a_reader_who_leaves_the_line_is_not_worked_for(
    fake: FakeAssistant, settings: Settings, held: threading.Event, accept: str
) -> None:
    with served(fake, settings, working=1, waiting=1) as server, server.asking("wells"):
        server.until(WORKING, 1)
        with server.asking("wells for nobody", accept):
            server.until(WAITING, 1)
        server.until(WAITING, 0)
        with server.asking("wells at last") as last:  # there is room in the line again
            server.until(WAITING, 1)
            held.set()
            assert b"event: reply" in last.getresponse().read()
    assert [asked["question"] for asked in fake.asked] == ["wells", "wells at last"]


@pytest.mark.parametrize("accept", [JSON, EVENTS])
def test_a_reader_who_leaves_gives_the_turn_back(
    fake: FakeAssistant, settings: Settings, held: threading.Event, accept: str
) -> None:
    with served(fake, settings, working=1) as server:
        with server.asking("wells", accept):
            server.until(WORKING, 1)
        until(lambda: _left(server), "the reader is seen to have left")
        held.set()
        assert fake.closed.wait(30)
        server.until(WORKING, 0)
        assert fake.replies == {}
        assert server.answered("/v1/ask", '{"question": "wells"}').status == 200


def _left(server: Server) -> bool:
    """Another round trip: the server reads what its sockets bring in the order of their coming."""
    return server.answered("/healthz").status == 200


def test_a_slow_reader_keeps_nobody_waiting() -> None:
    """The turn ends with the work, not when a reader at last has read all of it."""
    turns, read = Turns(working=1), threading.Event()

    async def send(message: Message) -> None:
        while message["type"] == "http.response.body" and not read.is_set():
            await anyio.sleep(0)

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    def produce(emit: Emit) -> None:
        emit(b"one")
        emit(b"two")

    async def main() -> None:
        response = WorkerStream(produce, media_type="text/plain", turns=turns)
        async with anyio.create_task_group() as group:
            group.start_soon(response, {"type": "http"}, receive, send)
            with anyio.fail_after(5):
                while not turns.working:
                    await anyio.sleep(0)
                async with turns.turn():  # it comes although nothing was read yet
                    assert not read.is_set()
            read.set()

    anyio.run(main)


def test_no_turn_is_lost_or_made() -> None:
    """Many come, many leave while they wait, some fail: never more at once, and all free again."""
    turns, most = Turns(working=3, waiting=20, patience=60), 0

    async def one(n: int) -> None:
        nonlocal most
        with anyio.move_on_after(0.001 * (n % 7)):
            try:
                async with turns.turn():
                    most = max(most, turns.working)
                    await anyio.sleep(0.001 * (n % 5))
                    if n % 11 == 0:
                        raise ValueError
            except (TooManyRequests, ValueError):
                pass

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for n in range(500):
                group.start_soon(one, n)
                if n % 10 == 0:
                    await anyio.sleep(0.001)
        for _ in range(3):
            async with turns.turn(), turns.turn(), turns.turn():
                assert turns.working == 3

    anyio.run(main)
    assert most == 3
    assert (turns.working, turns.waiting) == (0, 0)
