"""Rounds of looks at a small archive: first looks, erasures and withdrawals, and who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TypeVar

import pytest
from channels.test_watch_command import watcher_of
from support.archive import NOW, Archive
from support.pages_server import Page, PagesServer, html, serving

from assistant.ingest.urls import canonical_url
from assistant.ledger import writing
from assistant.upkeep.health import state_of

T = TypeVar("T")

CHECK = """---
title: {title}
kind: fact_check
audience: {audience}
checked_on: 2026-02-20
sources:
  - n: 1
    title: {cited_as}
    url: {url}
---
## Executive summary

The office counted 3,412 wells in 2024 [1].
"""
SOURCE = """---
title: {title}
kind: source_document
audience: {audience}
url: {url}
---
The office counted 3,412 wells in 2024, more than in any year before, and most of them are deep.
"""
WORDS = "<p>The office counted 3,412 wells in 2024, more than in any year before.</p>" * 5


@pytest.fixture
def site() -> Iterator[PagesServer]:
    with serving() as site:
        yield site


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "home")
    yield archive
    archive.close()


def fill(archive: Archive, folder: Path, **files: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text)
    assert not archive.ingest(folder).quarantined


def check(url: str, audience: str = "public", title: str = "How many wells are there?") -> str:
    return CHECK.format(title=title, audience=audience, url=url, cited_as="Figures")


def source(url: str, audience: str = "public", title: str = "Report") -> str:
    return SOURCE.format(title=title, audience=audience, url=url)


# --- first looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [
        ("Report", "RETRACTED: Report", "retracted"),
        ("RETRACTED: Report", "RETRACTED: Report", "ok"),
        ("Withdrawal: what to expect", "Withdrawal: what to expect", "ok"),
        ("Report", "Withdrawal", "ok"),
    ],
)
def test_a_notice_that_was_there_before_says_nothing(
    archive: Archive, site: PagesServer, tmp_path: Path, first: str, then: str, state: str
) -> None:
    fill(archive, tmp_path / "files", check=check(site.url("/a/wells")))
    watcher = watcher_of(archive, site.host)
    for day, title in enumerate((first, then)):
        site.pages["/a/wells"] = html(f"<h1>{title}</h1>{WORDS}<h2>Withdrawal</h2>{WORDS}", title)
        watcher.round(NOW + timedelta(days=day), everything=True)
    ((_, watch),) = watcher.health()
    assert state_of(watch) == state


# --- erased, withdrawn, internal ------------------------------------------------------------------


def test_an_erased_page_does_not_come_back(
    archive: Archive, site: PagesServer, tmp_path: Path
) -> None:
    """Its address, and the one that it had before."""
    old, new = site.url("/a/old"), site.url("/a/new")
    files = tmp_path / "files"
    cites = {"one": check(old), "two": check(new, title="How deep are wells?")}
    fill(archive, files, figures=source(old), **cites)
    for path in ("/a/old", "/a/new"):
        site.pages[path] = html("<p>Zyzzyva says that wells are other than was thought.</p>" * 4)
    watcher = watcher_of(archive, site.host)
    watcher.round(NOW, everything=True)
    fill(archive, files, figures=source(new))
    watcher.round(NOW, everything=True)
    with archive.ledger.transaction() as connection:
        writing.erase(connection, "figures")
    archive.ledger.watched.forget_cache()
    (files / "figures.md").unlink()
    assert watcher.round(NOW + timedelta(days=1), everything=True).looked == ()
    assert watcher.look_at([old, new]) == {}
    assert not any(archive.ledger.watched.captures(canonical_url(url)) for url in (old, new))


@pytest.mark.parametrize("lasting", [302, 301])
def test_what_leads_to_an_erased_page_is_kept_no_longer_and_not_again(
    archive: Archive, site: PagesServer, tmp_path: Path, lasting: int
) -> None:
    """Other sources are cited by an address that redirects to it."""
    there, short = site.url("/a/there"), site.url("/s/1")
    files = tmp_path / "files"
    fill(archive, files, figures=source(there), one=check(there), two=check(short, title="Deep?"))
    site.pages["/a/there"] = html("<p>Zyzzyva says that wells are other than was thought.</p>" * 4)
    site.pages["/s/1"] = Page(status=lasting, headers={"Location": "/a/there"})
    watcher = watcher_of(archive, site.host)
    watcher.round(NOW, everything=True)
    assert archive.ledger.watched.captures(canonical_url(short))[-1].text
    with archive.ledger.transaction() as connection:
        writing.erase(connection, "figures")
    archive.ledger.watched.forget_cache()
    (files / "figures.md").unlink()
    assert archive.ledger.watched.captures(canonical_url(short)) == ()
    for day in (1, 2):
        (looked,) = watcher.round(NOW + timedelta(days=day), everything=True).looked
        assert (looked.target.url, looked.found) == (short, "refused")
        assert archive.ledger.watched.captures(canonical_url(short)) == ()


@pytest.mark.parametrize("act", ["withdraw", "erase"])
def test_what_goes_while_it_is_looked_at_does_not_end_the_round(
    archive: Archive, site: PagesServer, tmp_path: Path, act: str
) -> None:
    urls = {name: site.url(f"/a/{name}") for name in ("one", "two")}
    cites = {f"check-{name}": check(url, title=f"Of {name}?") for name, url in urls.items()}
    fill(archive, tmp_path / "files", **{name: source(url) for name, url in urls.items()}, **cites)

    def go(request: BaseHTTPRequestHandler) -> None:
        if act == "withdraw":
            archive.catalog.withdraw("one", "It was invented.")
            archive.catalog.withdraw("check-one", "It was invented.")
        else:
            with archive.ledger.transaction() as connection:
                writing.erase(connection, "one")
        answer(request, WORDS)

    site.pages["/a/one"] = Page(play=go)
    site.pages["/a/two"] = html(WORDS)
    looked = watcher_of(archive, site.host).round(NOW, everything=True).looked
    assert urls["two"] in {each.target.url for each in looked}
    if act == "erase":
        assert archive.ledger.watched.captures(canonical_url(urls["one"])) == ()
        standing = archive.ledger.documents.standing("one")
        assert standing is not None
        assert standing.state == "erased"


def answer(request: BaseHTTPRequestHandler, words: str) -> None:
    body = html(words).body
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.mark.parametrize("held", ["by a document", "by a check"])
def test_public_readers_see_a_source_as_a_public_check_cites_it(
    archive: Archive, tmp_path: Path, held: str
) -> None:
    url = "https://x.example/a"
    secret = "https://x.example/a?utm_source=secret"
    inside = (
        source(secret, "internal", "Secret memo")
        if held == "by a document"
        else check(secret, "internal").replace("title: Figures", "title: Secret memo")
    )
    fill(archive, tmp_path / "files", a_inside=inside, open=check(url))
    ((target, _),) = watcher_of(archive, "x.example").health("public")
    assert (target.title, target.url, target.document_id) == ("Figures", url, None)
    assert [each.document_id for each in target.cited_by] == ["open"]


# --- who waits ------------------------------------------------------------------------------------


def test_a_look_does_not_wait_for_a_round_and_nobody_asks_twice(
    archive: Archive, site: PagesServer, tmp_path: Path
) -> None:
    with serving() as other:
        urls = {"slow": site.url("/a/slow"), "quick": other.url("/a/quick")}
        fill(archive, tmp_path / "files", **{n: check(u, title=n) for n, u in urls.items()})
        asked, go_on = threading.Event(), threading.Event()

        def play(request: BaseHTTPRequestHandler) -> None:
            asked.set()
            assert go_on.wait(30)
            answer(request, WORDS)

        site.pages["/a/slow"] = Page(play=play)
        other.pages["/a/quick"] = html(WORDS)
        watcher = watcher_of(archive, f"{site.host},{other.host}")
        rounds = in_thread(lambda: watcher.round(NOW, everything=True))
        assert asked.wait(30)
        assert watcher.look_at([urls["quick"]], NOW)  # the round is still under way
        later = in_thread(lambda: watcher.look_at([urls["slow"]], NOW))
        until(lambda: len(watcher._under_way._runs) == 2)  # else it would look for itself
        go_on.set()
        assert [watch.looks for watch in later().values()] == [1]
        assert rounds().looked
        assert site.asked("/a/slow") == 1
        assert site.asked("/robots.txt") == other.asked("/robots.txt") == 1


def until(condition: Callable[[], bool]) -> None:
    """Waits for what another thread brings about."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def in_thread(work: Callable[[], T]) -> Callable[[], T]:
    """Begins it; what is returned waits for it and gives its result."""
    pool = ThreadPoolExecutor(max_workers=1)
    begun = pool.submit(work)
    pool.shutdown(wait=False)
    return lambda: begun.result(30)
