"""robots.txt by its specification, and requests one at a time with pauses between them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from support.pages_server import Page, PagesServer, lying, redirect, serving, status

from assistant.errors import Disallowed, FetchRefused, Unavailable
from assistant.ingest.fetch import Fetcher
from assistant.ingest.polite import PRODUCT, Polite
from assistant.ingest.robots import Robots, parse_robots

URL = "https://news.example"


def rules(text: str) -> Robots:
    return parse_robots(text.encode(), PRODUCT)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("\ufeffUser-agent: *\r\nDisallow: /a # words", "/ab", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a*b*c", "/a-b-c", False),
        ("User-agent: *\nDisallow: /?q=", "/?q=1", False),
        ("User-agent: *\nDisallow: /%7Ejoe", "/~joe/x", False),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%C3%A9", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        (
            "User-agent: Newsroom-Assistant/2\nDisallow: /x\n\nUser-agent: *\nDisallow: /",
            "/a",
            True,
        ),
        ("User-agent: a\nUser-agent: *\nDisallow: /x", "/x", False),
        ("User-agent: *\nSitemap: /s\nDisallow: /x\nUser-agent: b\nDisallow: /", "/y", True),
        ("Disallow: /", "/a", True),
        ("<!doctype html><p>hello: world", "/a", True),
    ],
)
def test_robots(text: str, path: str, allowed: bool) -> None:
    assert rules(text).allows(URL + path) == allowed


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    found = rules("User-agent: *\nDisallow: /" + "*a" * 5000 + "$")
    assert found.allows(URL + "/" + "a" * 4000)


@pytest.fixture
def site() -> Iterator[PagesServer]:
    with serving() as site:
        site.pages["/a"] = Page(body=b"<p>words</p>", headers={"Content-Type": "text/html"})
        yield site


def polite(site: PagesServer, **options: float) -> Polite:
    return Polite(Fetcher([site.host]), **options)  # type: ignore[arg-type]


def test_robots_are_asked_for_once(site: PagesServer) -> None:
    guest = polite(site)
    for _ in range(3):
        assert guest.fetch(site.url("/a")).status == 200
    assert (site.asked("/robots.txt"), site.asked("/a")) == (1, 3)


def test_what_robots_forbid_is_not_asked_for_not_by_redirect_either(site: PagesServer) -> None:
    site.pages["/robots.txt"] = Page(body=b"User-agent: *\nDisallow: /closed")
    site.pages["/open"] = redirect("/closed")
    for path in ("/closed", "/open"):
        with pytest.raises(Disallowed, match="look at it by hand"):
            polite(site).fetch(site.url(path))
    assert site.asked("/closed") == 0


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_host_that_cannot_say_is_left_alone(site: PagesServer, code: int) -> None:
    site.pages["/robots.txt"] = status(code)
    guest = polite(site)
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"robots\.txt answered"):
            guest.fetch(site.url("/a"))
    assert (site.asked("/robots.txt"), site.asked("/a")) == (1, 0)


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_host_without_rules_is_open(site: PagesServer, code: int) -> None:
    site.pages["/robots.txt"] = status(code)
    assert polite(site).fetch(site.url("/a")).status == 200


def test_robots_of_a_private_host_are_not_asked_for(site: PagesServer) -> None:
    with serving() as private:
        site.pages["/a"] = redirect(private.url("/b"))
        with pytest.raises(FetchRefused, match="ASSISTANT_FETCH_ALLOW_HOSTS"):
            polite(site).fetch(site.url("/a"))
        assert private.connections == 0


def test_a_second_look_up_that_turns_private_is_refused(site: PagesServer) -> None:
    """The first look-up serves robots.txt, the second is for the page."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    fetcher = Fetcher([f"first.example:{site.port}"], resolve=lambda host, port: next(answers))
    site.pages["/robots.txt"] = redirect("http://second.example/robots.txt")
    with pytest.raises(FetchRefused, match=r"second\.example is at 10\.0\.0\.1"):
        Polite(fetcher).fetch(f"http://first.example:{site.port}/a")
    assert site.connections == 1


def test_between_two_requests_there_is_a_pause(site: PagesServer) -> None:
    slept: list[float] = []
    clock = iter(range(1000))
    guest = Polite(
        Fetcher([site.host]), own_pause_s=5.0, sleep=slept.append, now=lambda: next(clock)
    )
    site.pages["/robots.txt"] = Page(body=b"User-agent: *\nCrawl-delay: 9")
    guest.fetch(site.url("/a"))
    guest.fetch(site.url("/a"))
    assert slept == [4.0, 8.0]  # a second has passed on this clock each time it was read


def test_one_request_at_a_time(site: PagesServer) -> None:
    running, most = [0], [0]

    def play(request: object) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        site.ended.wait(0.02)
        running[0] -= 1
        raise OSError("gone")

    site.pages["/b"] = Page(play=play)
    guest = polite(site)

    def ask() -> None:
        with pytest.raises(Unavailable):
            guest.fetch(site.url("/b"))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (site.asked("/b"), most[0]) == (5, 1)


def test_a_body_that_is_longer_than_it_says_is_not_cut_short(site: PagesServer) -> None:
    site.pages["/short"] = lying(b"<p>1,204 boats and more words</p>", 10)
    with pytest.raises(Unavailable, match="more than the length that it gave"):
        polite(site).fetch(site.url("/short"))


def test_permanent_redirects_are_told_apart(site: PagesServer) -> None:
    site.pages["/for-good"] = redirect("/a", 308)
    site.pages["/for-now"] = redirect("/for-good", 302)
    assert polite(site).fetch(site.url("/for-good")).moved
    assert not polite(site).fetch(site.url("/for-now")).moved
    assert not polite(site).fetch(site.url("/a")).moved
