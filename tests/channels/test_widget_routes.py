"""The widget's files over HTTP: for any page, whole, packed, and not sent twice."""

from __future__ import annotations

import gzip
import re

from fastapi.testclient import TestClient

from assistant.channels.widget_files import loader, panel_file

PLAIN, PACKED = {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br, gzip;q=0.5"}


def panel_name() -> str:
    named = re.search(r"panel-[0-9a-f]{12}\.js", loader().body.decode())
    assert named
    return named[0]


def test_any_page_may_load_them(keyed: TestClient) -> None:
    panel = panel_file(panel_name())
    assert panel
    for path, file in (("/widget.js", loader()), (f"/widget/{panel.name}", panel)):
        response = keyed.get(path, headers={**PLAIN, "Origin": "https://anywhere.example"})
        assert response.status_code == 200
        assert response.content == file.body
        headers = response.headers
        assert headers["content-type"].startswith("text/javascript")
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert "content-encoding" not in headers


def test_the_loader_is_looked_at_again_and_the_panel_never(client: TestClient) -> None:
    kept = [
        client.get(path).headers["cache-control"]
        for path in ("/widget.js", f"/widget/{panel_name()}")
    ]
    assert kept == ["public, max-age=300", "public, max-age=31536000, immutable"]


def test_they_are_packed_for_whoever_takes_it(client: TestClient) -> None:
    with client.stream("GET", "/widget.js", headers=PACKED) as response:
        sent = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) == len(sent)
    assert gzip.decompress(sent) == loader().body
    assert response.headers["vary"] == "Accept-Encoding"
    refused = client.get("/widget.js", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_what_a_browser_has_is_not_sent_again(client: TestClient) -> None:
    tags = {client.get("/widget.js", headers=each).headers["etag"] for each in (PLAIN, PACKED)}
    assert len(tags) == 2  # other bytes, another tag
    for encoding in (PLAIN, PACKED):
        tag = client.get("/widget.js", headers=encoding).headers["etag"]
        for given in (tag, f"W/{tag}", f'"old", {tag}', "*"):
            again = client.get("/widget.js", headers={**encoding, "If-None-Match": given})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
            assert again.headers["access-control-allow-origin"] == "*"
        other = client.get("/widget.js", headers={**encoding, "If-None-Match": '"old"'})
        assert other.status_code == 200


def test_an_unknown_file_is_a_problem(client: TestClient) -> None:
    for name in ("panel-000000000000.js", "widget.js", "manifest.json", "..%2fwidget_files.py"):
        response = client.get(f"/widget/{name}")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
