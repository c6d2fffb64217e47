"""A server that is told to watches the sources of its archive; one that isn't asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest
from support.pages_server import Page, PagesServer, serving

from assistant.channels.keeping import kept
from assistant.ledger import writing
from assistant.ledger.writing import Entry
from assistant.settings import Settings
from assistant.types import Content, Section, Span
from assistant.wiring import Assistant

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATH = "/numbers.html"


@pytest.fixture
def site() -> Iterator[PagesServer]:
    with serving() as site:
        yield site


def archive(home: Path, site: PagesServer, *, watch: bool) -> Assistant:
    home.mkdir()
    host = site.host
    assistant = Assistant(Settings(home=home, watch_sources=watch, fetch_allow_hosts=host))
    text = "The ferry carried 412,600 passengers in 2024."
    content = Content(
        kind="source_document",
        title="Passengers",
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
        url=site.url(PATH),
    )
    entry = Entry(
        document_id="numbers",
        audience="public",
        content=content,
        fingerprint="f",
        origin="numbers",
        url_key=site.url(PATH),
        pieces=(),
    )
    with assistant._ledger.transaction() as connection:
        writing.write(connection, [entry], NOW)
    return assistant


def test_a_server_that_is_told_to_watches_its_sources(tmp_path: Path, site: PagesServer) -> None:
    asked = Event()

    def refuse(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        handler.send_error(404)

    site.pages[PATH] = Page(body=b"gone", status=404, play=None)
    site.pages["/robots.txt"] = Page(play=refuse)
    assistant = archive(tmp_path / "home", site, watch=True)
    with kept(assistant):
        assert asked.wait(30)
        assistant.desk.errands.look("watch", 30)
    ((_, watch),) = assistant.watcher.health()
    assistant.close()
    assert watch.status == 404


def test_a_server_that_is_not_told_to_asks_nobody(
    tmp_path: Path, site: PagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Event()
    assistant = archive(tmp_path / "home", site, watch=False)
    keep = assistant.keep_chronicle
    monkeypatch.setattr("assistant.channels.keeping.LOOK_EVERY", 0.001)
    looks: list[int] = []

    def count(patience_s: float = 0.0) -> int:
        looks.append(1)
        if len(looks) > 20:
            looked.set()
        return keep(patience_s)

    monkeypatch.setattr(assistant, "keep_chronicle", count)
    with kept(assistant):
        assert looked.wait(30)
    assistant.close()
    assert site.connections == 0
