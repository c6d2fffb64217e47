"""The widget's bundle as it is served: names, integrity, sizes, and what must not be in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from assistant.channels import widget_files
from assistant.channels.widget_files import DIST, WidgetFile, loader, panel_file
from assistant.errors import Unavailable

BUDGETS = {"loader": 6 * 1024, "everything": 40 * 1024}
"""Bytes, gzipped."""


@pytest.fixture
def panel() -> WidgetFile:
    named = re.search(rb"panel-[0-9a-f]{12}\.js", loader().body)
    assert named
    found = panel_file(named[0].decode())
    assert found
    return found


def digest(body: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def test_a_name_for_ever_is_made_of_the_content(panel: WidgetFile) -> None:
    assert panel.name == f"panel-{hashlib.sha256(panel.body).hexdigest()[:12]}.js"


def test_the_loader_asks_for_the_panel_by_its_integrity(panel: WidgetFile) -> None:
    assert digest(panel.body) == panel.integrity
    assert panel.integrity.encode() in loader().body
    assert digest(loader().body) == loader().integrity


def test_files_are_scripts_with_an_etag_of_their_content(panel: WidgetFile) -> None:
    for file in (loader(), panel):
        assert file.content_type == "text/javascript; charset=utf-8"
        assert file.etag == f'"{file.integrity.removeprefix("sha384-")}"'


def test_only_files_of_the_bundle_are_found(panel: WidgetFile) -> None:
    for name in ("widget.js", "manifest.json", "", "../package.json", f"./{panel.name}", "x.js"):
        assert panel_file(name) is None


def test_every_built_file_is_in_the_manifest() -> None:
    manifest = json.loads((DIST / "manifest.json").read_bytes())
    built = {path.name for path in DIST.iterdir()}
    assert built == {"manifest.json", "preact-LICENSE.txt", *manifest["files"]}
    assert {manifest["loader"], manifest["panel"]} == set(manifest["files"])
    for name, said in manifest["files"].items():
        assert said["bytes"] == (DIST / name).stat().st_size


def test_the_bundle_keeps_its_budgets(panel: WidgetFile) -> None:
    sizes = [len(gzip.compress(file.body, 9)) for file in (loader(), panel)]
    assert sizes[0] <= BUDGETS["loader"]
    assert sum(sizes) <= BUDGETS["everything"]


@pytest.mark.parametrize(
    "forbidden",
    [
        r"\beval\s*\(",
        r"\bnew\s+Function\b",
        r"\bFunction\s*\(",
        r"\.(?:inner|outer)HTML\s*\+?=(?!=)",
        r"\binsertAdjacentHTML\b",
        r"\bdocument\.write\b",
        r"\bdocument\.cookie\b",
        r"\bcookieStore\b",
        r"\bsetAttribute\(\s*[\"']style[\"']",
        r"@import\b",
        r"@font-face\b",
        r"\bsourceMappingURL\b",
    ],
)
def test_the_bundle_can_not(forbidden: str, panel: WidgetFile) -> None:
    for file in (loader(), panel):
        assert not re.search(forbidden, file.body.decode()), file.name


def test_the_bundle_names_no_address(panel: WidgetFile) -> None:
    """But those of XML's namespaces, which nobody fetches."""
    for file in (loader(), panel):
        named = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\"'`\s)]*", file.body.decode()))
        spaces = {url for url in named if url.startswith("http://www.w3.org/")}
        assert named - spaces == set(), file.name


def test_a_missing_bundle_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widget_files, "DIST", tmp_path)
    widget_files._manifest.cache_clear()
    try:
        with pytest.raises(Unavailable, match=r"manifest\.json.*npm run build"):
            loader()
    finally:
        widget_files._manifest.cache_clear()
