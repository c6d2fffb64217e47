"""A reader's journey in a browser: the page at `/`, the answer, its permalink."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium; `make test` installs one"),
]


@pytest.fixture(scope="module")
def service(repository_home: Path) -> Iterator[str]:
    """The real server on a free port, over the sample archive."""
    script = "from assistant.channels.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "serve", "--port", "0"],
        env=os.environ | {"ASSISTANT_HOME": str(repository_home), "ASSISTANT_NOW": "2026-11-21"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address
        yield address[0].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def page(service: str) -> Iterator[sync_api.Page]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        wrong: list[str] = []
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: wrong.append(r.url) if not r.url.startswith(service) else None,
        )
        page.goto(service)
        yield page
        browser.close()
        assert wrong == []  # no error in the console, no request to anywhere else


def test_a_reader_asks_and_reads_the_words(page: sync_api.Page, shots: Callable[..., None]) -> None:
    page.get_by_role("textbox").fill("what is the latest yearly number of missing children?")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sources").wait_for()
    assert "29,568" in page.locator("p.claim").first.inner_text()
    notice = (
        "This fact-check may be outdated. "
        "Consider refreshing it to get the most current information."
    )
    assert page.get_by_text(notice, exact=True).count() == 1
    assert page.locator("#source-1 blockquote").first.inner_text()
    page.locator("p.claim a").first.click()
    assert page.url.endswith("#source-1")
    shots(page, "answer")


def test_a_reader_learns_that_the_archive_does_not_say(
    page: sync_api.Page, shots: Callable[..., None]
) -> None:
    page.get_by_role("textbox").fill("How many children are missing in Canada?")
    page.keyboard.press("Enter")
    page.get_by_text("The archive doesn't say").wait_for()
    assert page.get_by_role("heading", name="What came nearest").count() == 1
    shots(page, "abstention")


def test_markup_in_a_question_is_words(page: sync_api.Page) -> None:
    page.get_by_role("textbox").fill("<img src=x onerror=alert(1)> how many wells?")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="<img src=x").wait_for()
    assert page.locator("img").count() == 0


def test_the_page_works_on_a_narrow_screen(page: sync_api.Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("textbox").fill("how does NCMEC count a missing child?")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sources").wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
