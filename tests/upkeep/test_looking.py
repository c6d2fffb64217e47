"""One look at one source: what a server that answers every address alike tells, and what not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from support.pages_server import Page, PagesServer, serving

from assistant.ingest.fetch import Fetcher
from assistant.ingest.polite import Polite
from assistant.ingest.urls import canonical_url
from assistant.ledger.watched import Watch
from assistant.upkeep.observing import Assignment, Observer
from assistant.upkeep.sight import Sight
from assistant.upkeep.watchlist import Target

BEFORE = "In 2024 the harbour office counted 412,600 passengers on the ferry across the bay."
AFTER = b"<html><title>Ferry</title><body><p>Timetables have moved.</p></body></html>"
FRONT = b"<html><title>Harbour</title><body><p>Tides, ferries and berths.</p></body></html>"


@pytest.fixture
def site() -> Iterator[PagesServer]:
    with serving() as site:
        yield site


def look(site: PagesServer, before: str = BEFORE) -> Sight:
    url = site.url("/numbers/ferry.html")
    key = canonical_url(url)
    assignment = Assignment(
        target=Target(url_key=key, url=url), watch=Watch(url_key=key, url=url), before=before
    )
    polite = Polite(Fetcher([site.host]), sleep=threading.Event().wait)
    return Observer(polite, datetime(2026, 3, 1, tzinfo=UTC), "").look(assignment)


class Everywhere(dict[str, Page]):
    """One page at every address that has none of its own."""

    def get(self, path: str, default: object = None) -> Page:
        return self[path] if path in self else Page(body=AFTER)


def everywhere(site: PagesServer) -> None:
    site.pages = Everywhere({"/robots.txt": Page(status=404)})


def test_a_page_that_stands_at_any_address_but_the_front_is_missing(site: PagesServer) -> None:
    everywhere(site)
    site.pages["/"] = Page(body=FRONT)
    assert look(site).found == "missing"


def test_a_server_with_one_page_for_everything_tells_nothing_of_an_address(
    site: PagesServer,
) -> None:
    everywhere(site)
    sight = look(site)
    assert (sight.found, sight.problem) == ("changed", None)


LONG = BEFORE + " The count is of passengers, not of journeys; a passenger is counted once." * 6
GONE = b"<html><title>Harbour</title><body><h1>Hmm.</h1><p>Nothing to see here.</p></body></html>"
WITHDRAWN = (
    b"<html><title>Ferry</title><body><p>This report was withdrawn on 1 March 2026.</p></body>"
)


def test_a_page_of_which_nothing_is_left_is_missing(site: PagesServer) -> None:
    site.pages["/numbers/ferry.html"] = Page(body=GONE)
    assert look(site, LONG).found == "missing"


def test_a_notice_in_the_place_of_a_page_is_heard(site: PagesServer) -> None:
    site.pages["/numbers/ferry.html"] = Page(body=WITHDRAWN)
    sight = look(site, LONG)
    assert (sight.found, sight.problem) == ("changed", None)
    assert [notice.corrects for notice in sight.own if notice] == [False]
