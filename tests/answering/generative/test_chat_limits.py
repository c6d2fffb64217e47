"""A chat model that fails is tried once more where that is worth it, and then left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from support.lying_chat import KEY, LyingChat, lying_chat

from assistant.answering.generating.breaker import LONGEST_S, Breaker
from assistant.answering.generating.chat import Chat
from assistant.errors import Unavailable


@pytest.fixture
def server() -> Iterator[LyingChat]:
    with lying_chat() as running:
        yield running


def chat(server: LyingChat, timeout_s: float = 30, **parts: object) -> Chat:
    return Chat("liar", base_url=server.url, api_key=KEY, timeout_s=timeout_s, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_tried_once_more(server: LyingChat, status: int) -> None:
    server.behave, server.headers = status, {"Retry-After": "0"}
    with pytest.raises(Unavailable, match=str(status)) as error:
        chat(server, retries=1).say("say", "text")
    assert len(server.asked) == 2
    assert KEY not in str(error.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_would_fail_again_is_not(server: LyingChat, status: int) -> None:
    server.behave = status
    with pytest.raises(Unavailable, match=str(status)):
        chat(server, retries=1).say("say", "text")
    assert len(server.asked) == 1


@pytest.mark.parametrize("wait", ["3600", "inf", "nan", "-inf"])
def test_a_wait_beyond_the_budget_is_not_waited(server: LyingChat, wait: str) -> None:
    server.behave, server.headers = 429, {"Retry-After": wait}
    with pytest.raises(Unavailable, match="429"):
        chat(server, retries=1).say("say", "text")
    assert len(server.asked) == 1


def test_a_broken_connection_is_tried_once_more(server: LyingChat) -> None:
    server.behave = "closes at once"
    with pytest.raises(Unavailable):
        chat(server, retries=1).say("say", "text")
    assert len(server.asked) == 2


def test_a_reply_without_end_holds_no_thread(server: LyingChat) -> None:
    server.behave = "never ends"
    with pytest.raises(Unavailable):
        chat(server, timeout_s=0.5).say("say", "text")
    for thread in [each for each in threading.enumerate() if each.name == "chat"]:
        thread.join(30)
        assert not thread.is_alive()


def test_tokens_are_counted_where_the_server_counts(server: LyingChat) -> None:
    server.behave = "refuses"
    said = chat(server).say("say", "text")
    assert (said.tokens_in, said.tokens_out) == (1200, 80)


def test_a_model_that_takes_no_temperature_is_asked_without(server: LyingChat) -> None:
    server.behave, server.takes_temperature = "refuses", False
    model = chat(server)
    assert model.say("say", "text").text
    assert model.say("say", "text").text
    assert ["temperature" in body for body in server.asked] == [True, False, False]


def test_a_dead_server_costs_the_time_out_only_a_few_times(server: LyingChat) -> None:
    now = [0.0]
    breaker = Breaker(failures=2, pause_s=30, clock=lambda: now[0])
    model = chat(server, breaker=breaker)
    server.behave = 500
    for _ in range(5):
        with pytest.raises(Unavailable):
            model.say("say", "text")
    assert len(server.asked) == 2
    now[0] = 31
    for _ in range(3):  # one is let through, and fails
        with pytest.raises(Unavailable):
            model.say("say", "text")
    assert len(server.asked) == 3
    now[0] = 92
    server.behave = "refuses"
    for _ in range(3):
        assert model.say("say", "text").text
    assert len(server.asked) == 6


def test_pauses_grow_and_are_bounded() -> None:
    now = [0.0]
    breaker = Breaker(failures=1, pause_s=30, clock=lambda: now[0])
    pauses = []
    for _ in range(6):
        breaker.failed()
        begun = now[0]
        while True:
            try:
                breaker.enter()
                break
            except Unavailable:
                now[0] += 5
        pauses.append(now[0] - begun)
    assert pauses == [30, 60, 120, 240, LONGEST_S, LONGEST_S]
