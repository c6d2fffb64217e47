"""How often one may ask: by address and by key, and nobody counted who should not be."""

from __future__ import annotations

import time
from ipaddress import IPv6Address
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.api import create_app
from assistant.channels.rates import KEYS_TRIED, Windows
from assistant.channels.visits import network_of
from assistant.settings import Settings
from assistant.wiring import Assistant
from channels.fake_assistant import FakeAssistant

SITE = "https://news.example"


class Readers:
    """A service, and readers of it at any address."""

    def __init__(self, fake: FakeAssistant, **settings: Any) -> None:
        settings = {"host": "0.0.0.0", "rate_per_address": 2, "rate_per_key": 4, **settings}
        self.fake = fake
        self.app = create_app(cast(Assistant, fake), Settings(**settings))
        self.host = "127.0.0.1:8000" if settings["host"] == "127.0.0.1" else "assistant.example"

    def at(self, address: str) -> TestClient:
        return TestClient(self.app, base_url=f"http://{self.host}", client=(address, 1))

    def ask(self, address: str, headers: dict[str, str]) -> Response:
        body = {"question": "wells"}
        return self.at(address).post("/v1/ask", json=body, headers=headers)

    def statuses(self, address: str, headers: dict[str, str], times: int) -> list[int]:
        return [self.ask(address, headers).status_code for _ in range(times)]


@pytest.fixture
def widget(fake: FakeAssistant) -> dict[str, str]:
    _, secret = fake.create_key("ask", widget=True, origins=[SITE])
    return {"Authorization": f"Bearer {secret}", "Origin": SITE}


def secret(fake: FakeAssistant, limit: int | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {fake.create_key('ask', rate_limit=limit)[1]}"}


def test_readers_of_a_widget_are_counted_by_address(
    fake: FakeAssistant, widget: dict[str, str]
) -> None:
    readers = Readers(fake)
    assert readers.statuses("203.0.113.1", widget, 3) == [200, 200, 429]
    assert readers.statuses("203.0.113.2", widget, 1) == [200]
    refused = readers.ask("203.0.113.1", widget)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    assert "2 questions a minute" in refused.json()["detail"]
    metrics = readers.at("203.0.113.3").get("/metrics").text
    assert 'assistant_refused_total{reason="address"} 2.0' in metrics


def test_one_reader_does_not_use_up_what_a_key_allows_to_all(
    fake: FakeAssistant, widget: dict[str, str]
) -> None:
    readers = Readers(fake)
    assert readers.statuses("203.0.113.1", widget, 20).count(200) == 2
    assert readers.statuses("203.0.113.2", widget, 2) == [200, 200]
    assert readers.statuses("203.0.113.3", widget, 1) == [429]  # the key's own four are used


def test_a_secret_key_is_counted_by_itself_wherever_it_is_used(fake: FakeAssistant) -> None:
    key, readers = secret(fake), Readers(fake)
    assert readers.statuses("203.0.113.1", key, 4) == [200] * 4
    assert readers.statuses("203.0.113.2", key, 1) == [429]
    assert readers.statuses("203.0.113.1", secret(fake), 1) == [200]


def test_a_limit_of_its_own_goes_before_the_setting(fake: FakeAssistant) -> None:
    low, high = secret(fake, limit=1), secret(fake, limit=6)
    readers = Readers(fake)
    assert readers.statuses("203.0.113.1", low, 2) == [200, 429]
    assert readers.statuses("203.0.113.1", high, 7) == [200] * 6 + [429]


def test_what_costs_work_is_counted_together_and_reading_is_not(fake: FakeAssistant) -> None:
    key, client = secret(fake), Readers(fake).at("203.0.113.1")
    fake.ask("wells")
    costs = (
        ("/v1/ask", {"question": "wells"}),
        ("/v1/search", {"query": "wells"}),
        ("/v1/answers/r1/feedback", {"helpful": True}),
    )
    given = [client.post(path, json=body, headers=key).status_code for path, body in costs * 2]
    assert given == [200, 200, 204, 200, 429, 429]
    form = client.post("/", data={"question": "wells", "key": key["Authorization"].split()[1]})
    assert form.status_code == 429
    assert form.headers["retry-after"]
    for _ in range(10):
        assert client.get("/v1/documents/wells", headers=key).status_code == 200


def test_the_minute_moves(
    fake: FakeAssistant, widget: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readers, now = Readers(fake), time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    assert readers.statuses("203.0.113.1", widget, 3) == [200, 200, 429]
    wait = int(readers.ask("203.0.113.1", widget).headers["retry-after"])
    monkeypatch.setattr(time, "time", lambda: now + wait + 1)
    assert readers.statuses("203.0.113.1", widget, 3) == [200, 200, 429]


class TestLoopback:
    def test_its_owner_is_not_counted(self, fake: FakeAssistant) -> None:
        readers = Readers(fake, host="127.0.0.1", rate_per_address=1)
        assert set(readers.statuses("127.0.0.1", {}, 30)) == {200}
        own = {"Origin": "http://127.0.0.1:8000"}
        assert set(readers.statuses("127.0.0.1", own, 5)) == {200}

    def test_what_a_proxy_passes_on_is_counted(self, fake: FakeAssistant) -> None:
        readers = Readers(fake, host="127.0.0.1")
        for n, status in enumerate((200, 200, 429)):
            headers = {"X-Forwarded-For": f"203.0.113.{n}"}  # believed from nobody
            assert readers.ask("127.0.0.1", headers).status_code == status

    def test_a_widget_is_counted_here_too(
        self, fake: FakeAssistant, widget: dict[str, str]
    ) -> None:
        readers = Readers(fake, host="127.0.0.1")
        assert readers.statuses("127.0.0.1", widget, 3) == [200, 200, 429]


def test_behind_a_trusted_proxy_each_reader_has_a_limit(
    fake: FakeAssistant, widget: dict[str, str]
) -> None:
    readers = Readers(fake, trusted_proxies="10.0.0.0/8")

    def asked(chain: str, peer: str = "10.0.0.1") -> int:
        return readers.ask(peer, {**widget, "X-Forwarded-For": chain}).status_code

    # Whatever a reader writes in front, the last address that is no proxy of ours is theirs.
    assert [asked(f"198.51.100.{n}, 203.0.113.1") for n in range(3)] == [200, 200, 429]
    assert asked("203.0.113.2, 10.9.9.9") == 200
    # From any other peer the header counts for nothing.
    fake.create_key("ask")
    others = Readers(fake, trusted_proxies="10.0.0.0/8")
    given = [
        others.ask("192.0.2.1", {**widget, "X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(3)
    ]
    assert given == [200, 200, 429]


class TestWrongKeys:
    WRONG = {"Authorization": "Bearer made-up"}

    def test_many_from_one_address_are_told_to_wait(self, fake: FakeAssistant) -> None:
        good, readers = secret(fake), Readers(fake)
        assert set(readers.statuses("203.0.113.1", self.WRONG, KEYS_TRIED)) == {401}
        refused = readers.ask("203.0.113.1", self.WRONG)
        assert refused.status_code == 429
        assert refused.headers["retry-after"]
        assert readers.statuses("203.0.113.2", self.WRONG, 1) == [401]
        assert readers.statuses("203.0.113.1", good, 1) == [200]  # whoever else is at that address
        assert readers.statuses("203.0.113.1", {}, 1) == [401]

    def test_this_machine_may_try(self, fake: FakeAssistant) -> None:
        fake.create_key("ask")
        assert set(Readers(fake).statuses("127.0.0.1", self.WRONG, KEYS_TRIED + 5)) == {401}


class TestWindows:
    def test_memory_is_bounded_against_many_addresses(self) -> None:
        windows = Windows(most=50)
        for n in range(1_000):
            assert windows.hit(f"198.51.{n // 256}.{n % 256}", 5) == 0
        assert len(windows) == 50
        assert windows.stored == 50

    def test_whoever_was_quiet_for_a_minute_is_forgotten(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        windows, now = Windows(), time.time()
        for n in range(100):
            windows.hit(str(n), 5)
        monkeypatch.setattr(time, "time", lambda: now + 120)
        windows.hit("new", 5)
        assert (len(windows), windows.stored) == (1, 1)

    def test_a_flood_does_not_free_the_one_who_floods(self) -> None:
        windows = Windows(most=50)
        assert [windows.hit("me", 1) > 0 for _ in range(60)] == [False] + [True] * 59


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(2, 2**64 - 1))
def test_an_ipv6_reader_is_a_64(first: int, second: int, network: int) -> None:
    at = [str(IPv6Address(network << 64 | host)) for host in (first, second)]
    assert network_of(at[0]) == network_of(at[1])
    other = str(IPv6Address((network ^ 1) << 64 | first))
    assert network_of(other) != network_of(at[0])


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("/run/socket", "/run/socket"),
    ],
)
def test_what_counts_as_one_reader(address: str, network: str) -> None:
    assert network_of(address) == network
