from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.urls import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://Example.ORG/", "https://example.org"),
        ("http://example.org:80/a/", "https://example.org/a"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://user:pw@example.org/a", "https://example.org/a"),
        ("https://e.org/a?utm_source=x&id=7&fbclid=1", "https://e.org/a?id=7"),
        ("https://e.org/a?utm_medium=x", "https://e.org/a"),
        ("https://e.org/a?q=a%20b&x", "https://e.org/a?q=a%20b&x"),
        ("https://e.org/Case/Path", "https://e.org/Case/Path"),
        ("https://m\u00fcller.example./a", "https://xn--mller-kva.example/a"),
        ("http://[::1]:80/a", "https://[::1]/a"),
        ("  mailto:a@b.org ", "mailto:a@b.org"),
        ("some-document-id", "some-document-id"),
        ("http://[broken", "http://[broken"),
        ("https://e.org:port/", "https://e.org:port/"),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(
    st.sampled_from(["http", "https", "HTTPS"]),
    st.from_regex(r"[A-Za-z0-9.-]{1,20}(:\d{1,4})?", fullmatch=True),
    st.text(alphabet="aB/?=&%#\u00e9+ .", max_size=20),
)
def test_canonical_url_is_idempotent(scheme: str, host: str, rest: str) -> None:
    once = canonical_url(f"{scheme}://{host}/{rest}")
    assert canonical_url(once) == once
