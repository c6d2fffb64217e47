"""Feeds and sitemaps: what they list, what is asked for, and what stays."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.archive import Archive
from support.pages_server import Page, PagesServer, html, serving

from assistant.errors import Unreadable
from assistant.ingest.crawl import Crawler
from assistant.ingest.feeds import MAX_FEED, MOST_ITEMS, Item, listing
from assistant.ingest.fetch import Fetcher
from assistant.ingest.polite import Polite
from assistant.ingest.report import IngestReport
from assistant.ingest.sources import Options
from assistant.ingest.sync import Sync

URL = "https://news.example/feed"

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Checks</title>
<item><title>Old</title><link>{a}</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item>
<item><title>New</title><link>{b}</link><pubDate>Tue, 03 Mar 2026 10:00:00 +0200</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Checks</title>
<entry><title>Old</title><link href="{a}"/><updated>2026-01-05T10:00:00Z</updated></entry>
<entry><title>New</title><link href="{b}"/><updated>2026-03-03T10:00:00Z</updated></entry></feed>"""
JSON = """{{"version": "https://jsonfeed.org/version/1.1", "title": "Checks", "items": [
{{"id": "1", "url": "{a}", "date_published": "2026-01-05T10:00:00Z"}},
{{"id": "2", "url": "{b}", "date_modified": "2026-03-03T10:00:00Z"}}]}}"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{a}</loc><lastmod>2026-01-05</lastmod></url>
<url><loc>{b}</loc><lastmod>2026-03-03</lastmod></url></urlset>"""
FORMS = {"rss": RSS, "atom": ATOM, "json": JSON, "sitemap": SITEMAP}


def made(form: str, a: str = "https://news.example/a", b: str = "https://news.example/b") -> bytes:
    return FORMS[form].format(a=a, b=b).encode()


@pytest.mark.parametrize("form", FORMS)
def test_the_newest_comes_first(form: str) -> None:
    found = listing(made(form), URL)
    assert found is not None
    assert [item.url[-1] for item in found.items] == ["b", "a"]
    assert all(item.stamp for item in found.items)


@pytest.mark.parametrize("form", FORMS)
def test_relative_addresses_are_those_of_the_feed(form: str) -> None:
    found = listing(made(form, "/a", "/b"), URL)
    assert found is not None
    assert found.items[0].url == "https://news.example/b"


def test_a_gzipped_sitemap_and_an_index() -> None:
    packed = listing(gzip.compress(made("sitemap")), URL)
    assert packed is not None
    assert len(packed.items) == 2
    index = (
        "<sitemapindex><sitemap><loc>https://news.example/1.xml.gz</loc></sitemap>"
        "<sitemap><loc>/2.xml</loc><lastmod>2026-02-02</lastmod></sitemap></sitemapindex>"
    )
    found = listing(index.encode(), URL)
    assert found is not None
    assert found.maps == ("https://news.example/2.xml", "https://news.example/1.xml.gz")


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><html><body><p>An article about <rss></p></body></html>",
        b'{"@context": "https://schema.org", "@type": "ClaimReview"}',
        b"plain words",
        b"",
    ],
)
def test_what_is_no_feed(data: bytes) -> None:
    assert listing(data, URL) is None


@pytest.mark.parametrize("form", ["rss", "sitemap", "json"])
def test_a_feed_of_a_hundred_thousand_items(form: str) -> None:
    """The newest are taken wherever they stand, and what is left out is counted."""
    total = 100_000
    dates = [f"20{n % 25:02}-0{n % 9 + 1}-1{n % 10}" for n in range(total)]
    rows = {
        "rss": "<item><title>T</title><link>https://n.example/{n}</link>"
        "<pubDate>{d}T00:00:00Z</pubDate></item>",
        "sitemap": "<url><loc>https://n.example/{n}</loc><lastmod>{d}</lastmod></url>",
        "json": '{{"id": "{n}", "url": "https://n.example/{n}", "date_published": "{d}"}}',
    }
    joined = (",\n" if form == "json" else "\n").join(
        rows[form].format(n=n, d=d) for n, d in enumerate(dates)
    )
    around = {
        "rss": ("<rss><channel>", "</channel></rss>"),
        "sitemap": ("<urlset>", "</urlset>"),
        "json": ('{"version": "https://jsonfeed.org/version/1", "items": [', "]}"),
    }
    found = listing((around[form][0] + joined + around[form][1]).encode(), URL)
    assert found is not None
    assert len(found.items) + found.more == total
    newest = max(dates)
    assert all(item.stamp and item.stamp.startswith(newest) for item in found.items[:20])
    assert len(found.items) in (MOST_ITEMS, total)


def test_entities_and_bombs_are_not_unfolded() -> None:
    laugh = '<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    for start, end in (("<urlset><url><loc>", "</loc></url></urlset>"),):
        found = listing(f"<?xml version='1.0'?>{start}https://n.example/&b;{end}".encode(), URL)
        assert found is None or all("ha" not in item.url for item in found.items)
    assert listing(f"{laugh}<urlset/>".encode(), URL) is None
    with pytest.raises(Unreadable, match="unpacks to more than"):
        listing(gzip.compress(b" " * (MAX_FEED + 10)), URL)


# --- going in -------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[PagesServer]:
    with serving() as site:
        yield site


@pytest.fixture
def archive(tmp_path: Path, site: PagesServer) -> Iterator[Archive]:
    archive = Archive(tmp_path / "home")
    fetcher = Fetcher([site.host])
    archive._sync = Sync(
        archive.ledger,
        archive.catalog,
        fetcher.fetch,
        crawl=lambda: Crawler(archive.ledger, Polite(fetcher)),
    )
    yield archive
    archive.close()


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return (
        report.added,
        report.changed,
        report.removed,
        report.unchanged,
        len(report.quarantined),
    )


def serve(site: PagesServer, form: str, *names: str) -> str:
    for name in ("a", "b"):
        body = f"<p>Page {name} says that {len(name)} ships came into the harbour in 2025.</p>"
        site.pages[f"/{name}"] = html(body, f"Page {name}")
        site.pages[f"/{name}"].etag = True
    site.pages["/feed"] = Page(body=made(form, "/a", "/b"), headers={"Content-Type": "text/xml"})
    return site.url("/feed")


@pytest.mark.parametrize("form", FORMS)
def test_the_pages_of_a_feed_go_in_and_are_not_asked_for_again(
    archive: Archive, site: PagesServer, form: str
) -> None:
    feed = serve(site, form)
    assert counts(archive.ingest(feed)) == (2, 0, 0, 0, 0)
    assert sorted(archive.found("harbour")) == ["page-a", "page-b"]
    assert counts(archive.ingest(feed)) == (0, 0, 0, 2, 0)
    assert (site.asked("/a"), site.asked("/b"), site.asked("/robots.txt")) == (1, 1, 1)


def test_what_leaves_a_feed_stays_in_the_archive(archive: Archive, site: PagesServer) -> None:
    feed = serve(site, "rss")
    archive.ingest(feed)
    site.pages["/feed"].body = RSS.format(a="/b", b="/b").encode()
    assert archive.ingest(feed).removed == 0
    assert sorted(archive.found("harbour")) == ["page-a", "page-b"]


def test_a_page_that_fails_is_quarantined_and_the_rest_goes_in(
    archive: Archive, site: PagesServer
) -> None:
    feed = serve(site, "atom")
    site.pages.pop("/a")
    report = archive.ingest(feed)
    assert (report.added, [q.path for q in report.quarantined]) == (1, [site.url("/a")])
    site.pages["/b"].status = 500
    assert counts(archive.ingest(feed)) == (0, 0, 0, 1, 1)
    assert archive.found("harbour") == ["page-b"]


def test_a_new_date_is_asked_for_under_the_condition_that_it_changed(
    archive: Archive, site: PagesServer
) -> None:
    feed = serve(site, "rss")
    archive.ingest(feed)
    site.pages["/feed"].body = site.pages["/feed"].body.replace(b"03 Mar 2026", b"04 Mar 2026")
    assert counts(archive.ingest(feed)) == (0, 0, 0, 2, 0)
    assert site.got[-1][0] == "/b"
    assert "If-None-Match" in site.got[-1][1]
    site.pages["/feed"].body = site.pages["/feed"].body.replace(b"04 Mar 2026", b"05 Mar 2026")
    site.pages["/b"].body = site.pages["/b"].body.replace(b"1 ships", b"9 ships")
    assert counts(archive.ingest(feed)) == (0, 1, 0, 1, 0)
    assert "9 ships" in archive.ledger.documents.get("page-b").text
    assert "1 ships" in archive.ledger.documents.get("page-b", 1).text


def test_many_pages_come_in_turns(
    archive: Archive, site: PagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Crawler, "most", 1)
    feed = serve(site, "sitemap")
    first = archive.ingest(feed)
    assert (first.added, first.left_out) == (1, 1)
    second = archive.ingest(feed)
    assert (second.added, second.unchanged, second.left_out) == (1, 1, 0)


def test_robots_are_respected(archive: Archive, site: PagesServer) -> None:
    feed = serve(site, "rss")
    site.pages["/robots.txt"] = Page(body=b"User-agent: *\nDisallow: /a")
    report = archive.ingest(feed)
    assert (report.added, site.asked("/a")) == (1, 0)
    assert "robots.txt" in report.quarantined[0].reason


def test_an_item_knows_its_day_of_publication(archive: Archive, site: PagesServer) -> None:
    archive.ingest(serve(site, "rss"))
    dated = archive.ledger.documents.get("page-a").content.published_on
    assert dated is not None
    assert (dated.value, dated.origin) == ("2026-01-05", "feed")
    assert Item(url="x").published is None


def test_options_hold_for_every_page(archive: Archive, site: PagesServer) -> None:
    archive._sync.ingest([serve(site, "rss")], Options(audience="internal"))
    assert archive.found("harbour") == []
    assert len(archive.found("harbour", "internal")) == 2


HOSTILE: dict[str, tuple[bytes, ...]] = {
    "comments": (b"<!---->", b"<html>"),
    "declarations": (b"<?a?>", b"<html>"),
    "open items": (b"<rss><channel>", b"<item "),
    "items in items": (b"<rss><channel>", b"<item>"),
    "dates without an end": (b"<rss><channel>", b"<updated>"),
    "tags in tags": (b"<rss><channel>", b"<a>"),
    "entities": (b"<rss><channel>", b"&"),
    "bodies without an end": (b"<rss><item>", b"<summary>"),
    "many tags in an item": (b"<rss><item>", b"<b>", b"</item></rss>"),
    "a long name": (b"<", b"a-"),
}


def hostile(case: str, times: int) -> bytes:
    if case in ("comments", "declarations"):
        fragment, end = HOSTILE[case]
        return fragment * times + end
    head, fragment, *rest = HOSTILE[case]
    return head + fragment * times + b"".join(rest)


_TRY = """
import sys
import threading
from assistant.errors import Unreadable
from assistant.ingest.feeds import listing
for data in sys.stdin.buffer.read().split(bytes(8)):
    try:
        listing(data, "https://news.example/feed")
    except Unreadable:
        pass
"""


def test_no_bytes_keep_the_reader_busy() -> None:
    """In a process of its own: nothing else could end a pattern that backtracks for hours."""
    data = bytes(8).join(hostile(case, 250_000) for case in HOSTILE)
    assert subprocess.run([sys.executable, "-c", _TRY], input=data, timeout=60).returncode == 0


@pytest.mark.parametrize(
    "prologue",
    [
        b"\xef\xbb\xbf",
        b"<!-- <rss> -->\n<!---->",
        b"<?xml version='1.0'?>\n<?xml-stylesheet href='a'?>",
        b"<!DOCTYPE rss>",
    ],
)
def test_what_stands_before_the_root(prologue: bytes) -> None:
    found = listing(prologue + made("rss").partition(b"?>")[2], URL)
    assert found is not None
    assert len(found.items) == 2


def test_what_items_say_at_length_leaves_their_addresses() -> None:
    body = "<description>" + "&lt;p&gt;words&lt;/p&gt;" * 20_000 + "</description>"
    feed = RSS.format(a="https://news.example/a", b="https://news.example/b")
    found = listing(feed.replace("<title>Old</title>", body).encode(), URL)
    assert found is not None
    assert ([item.url[-1] for item in found.items], found.more) == (["b", "a"], 0)


def test_an_item_with_more_markup_than_a_feed_has_is_left_out() -> None:
    item = "<item><title>" + "<b/>" * 60_000 + "</title><link>https://news.example/c</link></item>"
    found = listing(RSS.format(a=URL, b=URL).replace("</channel>", item).encode(), URL)
    assert found is not None
    assert ([item.url for item in found.items], found.more) == ([URL], 1)


def test_a_withdrawal_does_not_wait_for_the_pages_of_a_feed(
    archive: Archive, site: PagesServer
) -> None:
    feed = serve(site, "rss")
    archive.ingest(feed)
    fetcher, asked, go_on = Fetcher([site.host]), threading.Event(), threading.Event()

    def play(request: BaseHTTPRequestHandler) -> None:
        asked.set()
        assert go_on.wait(30)
        request.send_error(500)

    site.pages["/b"] = Page(play=play)
    site.pages["/feed"].body = site.pages["/feed"].body.replace(b"03 Mar 2026", b"04 Mar 2026")
    sync = Sync(
        archive.ledger,
        archive.catalog,
        fetcher.fetch,
        crawl=lambda: Crawler(archive.ledger, Polite(fetcher)),
        pen=archive.catalog.writing,
    )
    with ThreadPoolExecutor() as pool:
        ingest = pool.submit(sync.ingest, [feed], Options())
        assert asked.wait(30)
        pool.submit(archive.catalog.withdraw, "page-a", "It was invented.").result(20)
        go_on.set()
        assert counts(ingest.result(30)) == (0, 0, 0, 1, 1)
    assert archive.found("harbour") == ["page-b"]
