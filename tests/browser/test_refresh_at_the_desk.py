"""An editor refreshes a stale check at the desk, and its readers are told, once, on every page.

The source is a page of another server that has changed since: its number is another one now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from browser.conftest import PATIENCE
from browser.reader import fetched
from browser.test_access import examined
from evals.site import Service, Site, SitePage, served

CHECKED, TODAY = "2026-02-01", "2026-03-15"
OLD, NEW = "1,204", "1,377"
QUESTION = "What is the latest yearly number of boats that the coast office of Norland rescued?"
REPORT = """<!doctype html><html lang="en"><head><title>Report of the coast office</title></head>
<body><main><h1>Report of the coast office</h1>
<p>The coast office of Norland rescued {number} boats in {year}.</p>
<p>The office counts every boat that one of its crews has brought to a harbour.</p>
<p>It has forty lifeboats and employs nine hundred people along the coast.</p>
<p>Every lifeboat is inspected twice a year, in spring and before the storms of autumn.</p>
</main></body></html>"""
CHECK = """---
title: {question}
kind: fact_check
checked_on: {day}
valid_as_of: 2024
publisher: The Desk
sources:
  - n: 1
    title: Report of the coast office
    publisher: Coast Office
    url: {url}
---
## Executive summary

The latest yearly number is for 2024: the coast office of Norland rescued 1,204 boats [1].

## 1. What is counted

The office counts every boat that one of its crews has brought to a harbour [1].
"""


@dataclass(frozen=True)
class Newsroom:
    """A served home whose one check is stale, and what a reader was given before."""

    service: Service
    key: str
    answer: str


def asked(url: str, question: str) -> Any:
    """The reply to a question, as a reader gets it."""
    body = json.dumps({"question": question}).encode()
    request = Request(f"{url}/v1/ask", body, {"Content-Type": "application/json"})
    with urlopen(request) as response:
        return json.load(response)


@pytest.fixture(scope="module")
def newsroom(
    fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newsroom]:
    home, folder = fresh_home(), tmp_path_factory.mktemp("checks")
    with Site().open() as source:
        url = source.put("/report", SitePage(body=REPORT.format(number=OLD, year=2024)))
        (folder / "boats.md").write_text(CHECK.format(question=QUESTION, day=CHECKED, url=url))
        allowed = {"fetch_allow_hosts": urlsplit(url).netloc}
        with served(home, now=CHECKED, **allowed) as before:
            before.command("ingest", url, "--kind", "source_document")
            before.command("ingest", str(folder))
            before.command("watch", "--once")
            answer = asked(before.url, QUESTION)
            assert OLD in answer["claims"][0]["text"]
            assert not answer["freshness"]["notice"]
        source.put("/report", SitePage(body=REPORT.format(number=NEW, year=2025)))
        with served(home, now=TODAY, **allowed) as service:
            assert service.command("watch", "--once")["changed"] == 1
            made = service.command("keys", "create", "--scope", "edit")
            yield Newsroom(service=service, key=made["key"], answer=answer["id"])


@pytest.fixture
def opened(browser: Any, newsroom: Newsroom) -> Iterator[Any]:
    """A page that may show nothing in its console and ask nobody else."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: wrong.append(r.url) if not r.url.startswith(newsroom.service.url) else None,
    )
    yield page
    context.close()
    assert wrong == []


def test_an_editor_refreshes_and_readers_are_told(
    opened: Any, newsroom: Newsroom, axe: str, shots: Callable[..., None]
) -> None:
    service = newsroom.service

    def seen(name: str) -> None:
        """Axe finds nothing, and it fits a telephone too."""
        assert examined(opened, axe) == [], name
        shots(opened, f"desk-{name}")
        opened.set_viewport_size({"width": 390, "height": 844})
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, name
        shots(opened, f"desk-{name}-narrow")
        opened.set_viewport_size({"width": 1280, "height": 900})

    opened.goto(f"{service.url}/desk/sign-in")
    opened.get_by_label("Your key").fill(newsroom.key)
    opened.keyboard.press("Enter")
    due = opened.get_by_role("row").filter(has_text=QUESTION)
    due.wait_for()
    assert NEW in due.inner_text()
    assert "strong" in due.inner_text()
    seen("today")

    due.get_by_role("button", name="Refresh").press("Enter")
    opened.get_by_role("heading", name="Outcome").wait_for()
    difference = opened.get_by_role("article").first
    assert OLD in difference.locator(".was").inner_text()
    assert NEW in difference.locator(".will").inner_text()
    assert difference.locator(".will mark").all_inner_texts() == ["2025", f"{NEW} boats"]
    assert NEW in difference.locator("blockquote").inner_text()
    seen("refresh")
    version = fetched(f"{service.url}/v1/documents/boats")["version"]
    assert version == 1

    with opened.expect_navigation():
        difference.get_by_role("link", name="These words").click()
    assert NEW in opened.locator("mark#cited").inner_text()
    opened.go_back()
    note = opened.get_by_label("The public note")
    said = "The office has counted 2025 by now: 1,377 boats."
    note.fill(said)
    opened.get_by_role("button", name="Approve and publish").click()
    opened.get_by_text("Published. It is what readers are given").wait_for()
    seen("published")

    with opened.expect_navigation():
        opened.get_by_role("link", name="Recall").click()
    assert opened.get_by_role("row").filter(has_text="affected").count() == 1
    seen("recall")

    opened.goto(f"{service.url}/d/boats")
    assert NEW in opened.locator("main").inner_text()
    noted = opened.locator(".box").filter(has_text=said)  # and in the list of updates below
    assert noted.count() == 1
    shots(opened, "public-new-version")
    opened.goto(f"{service.url}/d/boats?version=1")
    assert OLD in opened.locator("main").inner_text()
    assert noted.count() == 1
    assert examined(opened, axe) == []
    shots(opened, "public-old-version")
    opened.goto(f"{service.url}/a/{newsroom.answer}")
    assert OLD in opened.locator("main").inner_text()
    assert opened.get_by_text(said).count() == 1
    assert examined(opened, axe) == []
    shots(opened, "public-old-answer")

    for path in ("", "/refreshes", "/sources", "/audit", "/documents"):
        opened.goto(f"{service.url}/desk{path}")
        opened.get_by_role("heading", level=1).wait_for()
        seen(f"after{path.replace('/', '-')}")
    opened.goto(f"{service.url}/desk/audit")
    opened.get_by_role("button", name="Audit the archive").click()
    opened.get_by_text("Made ").wait_for()
    seen("audited")
    opened.goto(f"{service.url}/desk/sources")
    opened.get_by_role("button", name="Look now").first.click()
    opened.get_by_text("Looked at").wait_for()
    seen("looked")
