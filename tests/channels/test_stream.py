"""Answers as events over a real socket: in order, as they are made, and not for nobody."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest
from pydantic import TypeAdapter
from starlette.types import Message

from assistant.channels import stream
from assistant.channels.routes_ask import AnyReply
from assistant.channels.stream import Emit, WorkerStream
from assistant.channels.turns import Turns
from assistant.errors import Unavailable
from assistant.shapes import ClaimEventJson, EvidenceEventJson, ProblemJson
from channels.fake_assistant import FakeAssistant

Event = tuple[str, Any]


@contextmanager
def asking(url: str, question: str, **fields: Any) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Accept": "text/event-stream", "Content-Type": "application/json"}
    body = json.dumps({"question": question, **fields})
    connection.request("POST", "/v1/ask", body, headers)
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def events(response: http.client.HTTPResponse) -> Iterator[Event]:
    name = ""
    for line in response:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_evidence_then_each_claim_then_the_reply(url: str) -> None:
    with asking(url, "wells") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        got = list(events(response))
    assert [name for name, _ in got] == ["evidence", "claim", "claim", "claim", "reply"]
    evidence, *claims, reply = (data for _, data in got)
    TypeAdapter(EvidenceEventJson).validate_python(evidence, strict=True)
    TypeAdapter(AnyReply).validate_python(reply, strict=True)
    for claim in claims:
        TypeAdapter(ClaimEventJson).validate_python(claim, strict=True)
    assert [claim["claim"] for claim in claims] == reply["claims"]
    assert [c for claim in claims for c in claim["citations"]] == reply["citations"]


def test_the_reply_is_the_stored_one(url: str, fake: FakeAssistant) -> None:
    with asking(url, "wells") as response:
        *_, (name, reply) = events(response)
    assert name == "reply"
    assert fake.answer(reply["id"]) == reply


def test_an_abstention_sends_evidence_and_the_reply(url: str) -> None:
    with asking(url, "zebras") as response:
        got = list(events(response))
    assert [name for name, _ in got] == ["evidence", "reply"]
    assert got[-1][1]["kind"] == "abstention"


def test_a_claim_is_sent_while_the_next_is_still_being_made(url: str, fake: FakeAssistant) -> None:
    fake.hold = threading.Event()
    with asking(url, "wells") as response:
        coming = events(response)
        assert next(coming)[0] == "evidence"
        assert not fake.closed.is_set()
        fake.hold.set()
        assert [name for name, _ in coming] == ["claim", "claim", "claim", "reply"]


def test_the_work_stops_when_the_client_leaves(url: str, fake: FakeAssistant) -> None:
    fake.hold = threading.Event()
    with asking(url, "wells") as response:
        assert next(events(response))[0] == "evidence"
    served = len(fake.replies)
    # The worker waits on `hold`; when it goes on, the client is gone and it closes the iterator.
    with asking(url, "zebras") as other:
        list(events(other))
    fake.closed.clear()
    fake.hold.set()
    assert fake.closed.wait(30)
    assert len(fake.replies) == served + 1


def test_an_error_on_the_way_is_an_event(url: str, fake: FakeAssistant) -> None:
    fake.fails = Unavailable("the disk is full")
    with asking(url, "wells") as response:
        *_, (name, data) = events(response)
    assert name == "error"
    TypeAdapter(ProblemJson).validate_python(data, strict=True)
    assert (data["status"], data["detail"]) == (503, "the disk is full")
    assert fake.closed.is_set()


def test_a_crash_on_the_way_tells_no_details(url: str, fake: FakeAssistant) -> None:
    fake.fails = RuntimeError("password in here")
    with asking(url, "wells") as response:
        *_, (name, data) = events(response)
    assert (name, data["status"]) == ("error", 500)
    assert "password" not in data["detail"]


def test_a_question_that_is_none_is_refused_before_the_stream(url: str) -> None:
    with asking(url, " ") as response:
        assert response.status == 422
        assert response.headers["content-type"] == "application/problem+json"


def test_json_is_given_to_whoever_prefers_it(url: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {
        "Accept": "application/json, text/event-stream;q=0.5",
        "Content-Type": "application/json",
    }
    connection.request("POST", "/v1/ask", json.dumps({"question": "wells"}), headers)
    response = connection.getresponse()
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.read())["kind"] == "answer"
    connection.close()


def test_many_streams_at_once_all_end(url: str) -> None:
    kinds: list[str] = []

    def one() -> None:
        with asking(url, "wells") as response:
            *_, (name, _) = events(response)
        kinds.append(name)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert kinds == ["reply"] * 20


def test_a_client_that_is_found_gone_while_sending_stops_the_work() -> None:
    """A server of ASGI 2.4 says so by an error from `send`, not by a message."""
    failed, ended = threading.Event(), threading.Event()

    def produce(emit: Emit) -> None:
        try:
            emit(b"first")
            assert failed.wait(30)
            while True:
                emit(b"for nobody")
        finally:
            ended.set()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            failed.set()
            raise OSError("gone")

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def main() -> None:
        response = WorkerStream(produce, media_type="text/plain", turns=Turns(working=1))
        await response({"type": "http"}, receive, send)

    anyio.run(main)
    assert ended.is_set()


def test_a_slow_answer_keeps_the_connection_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_SECONDS", 0.01)
    beaten = threading.Event()
    bodies: list[bytes] = []

    def produce(emit: Emit) -> None:
        assert beaten.wait(30)
        emit(b"done")

    async def send(message: Message) -> None:
        bodies.append(message.get("body", b""))
        if message.get("body") == b"beat":
            beaten.set()

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def main() -> None:
        response = WorkerStream(
            produce, media_type="text/plain", turns=Turns(working=1), keep_alive=b"beat"
        )
        await response({"type": "http"}, receive, send)

    anyio.run(main)
    assert b"beat" in bodies
    assert bodies[-2:] == [b"done", b""]
