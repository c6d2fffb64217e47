"""Which media type a client would rather have."""

from __future__ import annotations

import pytest

from assistant.channels.negotiation import prefers, takes_gzip

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("application/json, text/html;q=0.9", False),
        ("application/json;q=0.5, text/html;q=0.9", True),
        ("text/html;q=0", False),
        ("text/html;q=high", False),
        ("text/html;level=1;q=0.4, application/json;q=0.3", True),
        ("*/*", False),
        ("", False),
        (";;,,", False),
    ],
)
def test_html_is_for_whoever_names_it(accept: str, html: bool) -> None:
    assert prefers(accept, "text/html", "application/json") is html


@pytest.mark.parametrize(
    ("accept", "gzip"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1, gzip;q=0.2", True),
        ("*", True),
        ("gzip;q=0, *", False),
        ("gzip;q=0", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_for_whoever_takes_it(accept: str, gzip: bool) -> None:
    assert takes_gzip(accept) is gzip
