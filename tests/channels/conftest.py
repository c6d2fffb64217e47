"""The service over an archive in memory, in the process and on a real loopback socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from fastapi.testclient import TestClient

from assistant.channels.api import create_app
from assistant.channels.serve import bound, url_of
from assistant.channels.turns import Turns
from assistant.settings import Settings
from assistant.wiring import Assistant
from channels.fake_assistant import FakeAssistant

TOKEN = "the-servers-own-token"


def pytest_configure(config: pytest.Config) -> None:
    """LangChain's standard tests name these; the plugins that would know them stay off."""
    for marker in ("benchmark", "vcr"):
        config.addinivalue_line("markers", f"{marker}: of langchain-tests, not used here")


@pytest.fixture
def fake() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def client(fake: FakeAssistant, settings: Settings) -> Iterator[TestClient]:
    app = create_app(cast(Assistant, fake), settings, token=TOKEN)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def keyed(fake: FakeAssistant) -> Iterator[TestClient]:
    """A service that other machines could reach: it needs keys."""
    fake.create_key("ask")
    app = create_app(cast(Assistant, fake), Settings(host="0.0.0.0"))
    with TestClient(app, base_url="http://news.example") as client:
        yield client


@contextmanager
def running(
    fake: FakeAssistant, settings: Settings, *, turns: Turns | None = None
) -> Iterator[str]:
    """The service on a free loopback port; gives its URL."""
    app = create_app(cast(Assistant, fake), settings, token=TOKEN, turns=turns)
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with closing(bound("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield url_of("127.0.0.1", listening)
        finally:
            server.should_exit = True
            thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def url(fake: FakeAssistant, settings: Settings) -> Iterator[str]:
    with running(fake, settings) as url:
        yield url


Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def bearer(fake: FakeAssistant) -> Bearer:
    """Makes a key and gives the headers that carry it."""

    def headers(scope: str, audience: str = "public") -> dict[str, str]:
        _, secret = fake.create_key(scope, audience)  # type: ignore[arg-type]
        return {"Authorization": f"Bearer {secret}"}

    return headers
