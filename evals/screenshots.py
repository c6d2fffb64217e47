"""`python -m evals.screenshots DIR`: pictures of the widget, the pages and the desk.

Everything in them is real: `assistant serve` over the sample archive on a fixed day, Chromium at a
fixed size, fonts of the machine. Writes PNG files; a later run replaces them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.settings import parse_instant
from assistant.wiring import Assistant
from evals.homes import NOW, ingest, temporary
from evals.site import Service, Site, SitePage, browsing, served
from evals.suites.gold import CORPUS
from evals.suites.gold_questions import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = {"width": 1100, "height": 760}
DESK = {"width": 1180, "height": 780}
PHONE = {"width": 390, "height": 780}
STALE = "what is the latest yearly number of missing children reported to NCMEC?"
FRESH = "how does NCMEC count a missing child?"
UNKNOWN = "how many children are missing in Canada?"
GAPS = (
    UNKNOWN,
    UNKNOWN,
    "how many children went missing in Canada last year?",
    "what is the unemployment rate of Canada?",
    "who won the 2028 election?",
    "how many volcanoes erupted last year?",
)
DAYS = 30
STYLE = """
body { margin: 0; font: 17px/1.55 Georgia, serif; color: #1d1d1b; background: #fbfaf7; }
header { border-bottom: 1px solid #cfcabd; padding: 14px 40px; font-size: 24px; }
main { max-width: 560px; padding: 8px 40px; }
@media (prefers-color-scheme: dark) { body { color: #e7e4dc; background: #191a1c; }
  header { border-color: #44464a; } }
"""
STORY = """<header>The Harbour Post</header><main>
<h1>What the yearly count of missing children tells, and what it does not</h1>
<p>Every spring a new figure makes the rounds. It is a count of reports that one organisation
worked on, not of children, and it is often read as the latter.</p>
<p>Our fact-checkers have looked at where the number comes from, which period it covers and how it
compares with the entries that police agencies make in a federal database.</p>
<p>Readers can ask them: the assistant answers from what they have published, shows the exact words
behind every sentence, and says when a check may be outdated.</p></main>"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go")
    folder: Path = parser.parse_args(arguments).folder
    try:
        taken = take(folder)
    except AssistantError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    for name in taken:
        size = (folder / name).stat().st_size
        print(f"{folder / name}: {size / 1000:.0f} kB")
    return 0


def take(folder: Path) -> list[str]:
    """Takes all pictures; the names of the files, in the order in which they were taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with _stage() as (service, url, browser):
        shots = Shots(folder, browser)
        _widget(shots, url)
        _widget_elsewhere(shots, url)
        _pages(shots, service, url)
        _desk(shots, service)
    return shots.names


@contextmanager
def _stage() -> Iterator[tuple[Service, str, Browser]]:
    """A server over the sample archive, a page of another site with its widget, a browser."""
    with temporary() as homes:
        with homes.fresh("sample") as assistant:
            ingest(assistant, CORPUS)
            _month(assistant)
        with served(homes.root / "sample") as service, Site().open() as site:
            _, key = service.widget_key(site.origin, service.url)
            site.put("/style.css", SitePage(body=STYLE, media_type="text/css"))
            tag = f'<script async src="{service.url}/widget.js" data-key="{key}"></script>'
            head = '<meta name=viewport content="width=device-width"><link rel=stylesheet href='
            body = f"<!doctype html><html lang=en><title>A story</title>{head}/style.css>{tag}"
            url = site.put("/story", SitePage(body=body + STORY))
            with browsing() as browser:
                yield service, url, browser


def _month(assistant: Assistant) -> None:
    """Readers' questions of the last month, more of them each week, and what some thought."""
    questions = [each.text for each in load() if each.answerable and each.audience == "public"]
    asked = 0
    for day in range(DAYS):
        moment = parse_instant(NOW) - timedelta(days=DAYS - 1 - day, hours=-9)
        for number in range(2 + day // 9 + day * 7 % 4):
            some = GAPS if (day + number) % 5 == 0 else questions
            reply = assistant.ask(
                some[asked * 11 % len(some)], now=moment + timedelta(minutes=number)
            )
            asked += 1
            if asked % 6 == 0:
                assistant.feedback(reply.id, helpful=asked % 18 != 0, reason=None)


class Shots:
    """Takes pictures into a folder."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._folder = folder
        self._browser = browser
        self.names: list[str] = []

    @contextmanager
    def page(self, url: str, **options: Any) -> Iterator[Page]:
        options = {"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "en-GB", **options}
        context = self._browser.new_context(**options)
        page = context.new_page()
        page.goto(url)
        yield page
        context.close()

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """`whole` takes the page to its end, otherwise what the window shows."""
        page.mouse.move(0, 0)
        file = f"{name}.png"
        page.screenshot(
            path=self._folder / file, full_page=whole, animations="disabled", caret="hide"
        )
        self.names.append(file)


# --- the widget -----------------------------------------------------------------------------------


def _ask(page: Page, question: str) -> None:
    launcher = page.get_by_role("button", name="Ask the fact-checkers")
    if launcher.get_attribute("aria-expanded") != "true":
        launcher.click()
    before = page.get_by_role("link", name="Permanent link").count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Permanent link").nth(before).wait_for()


def _widget(shots: Shots, url: str) -> None:
    with shots.page(url) as page:
        _ask(page, FRESH)
        shots.take(page, "widget-answer")
        page.get_by_role("button", name="[1]", exact=True).first.click()
        page.get_by_role("dialog", name="[1]").wait_for()
        shots.take(page, "widget-popover")
    with shots.page(url) as page:
        _ask(page, STALE)
        page.locator("newsroom-assistant .notice summary").click()
        shots.take(page, "widget-stale")
    with shots.page(url) as page:
        _ask(page, UNKNOWN)
        shots.take(page, "widget-abstention")
    with shots.page(url) as page:
        _ask(page, FRESH)
        _ask(page, "and how many were there in 2024?")
        shots.take(page, "widget-follow-up")


def _widget_elsewhere(shots: Shots, url: str) -> None:
    with shots.page(url, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        _ask(page, STALE)
        shots.take(page, "widget-mobile")
    with shots.page(url, color_scheme="dark") as page:
        _ask(page, STALE)
        page.get_by_role("button", name="[1]", exact=True).first.click()
        page.get_by_role("dialog", name="[1]").wait_for()
        shots.take(page, "widget-dark")


# --- the pages ------------------------------------------------------------------------------------


def _pages(shots: Shots, service: Service, story: str) -> None:
    with shots.page(service.url) as page:
        shots.take(page, "page-ask")
        page.get_by_role("textbox").first.fill(STALE)
        page.keyboard.press("Enter")
        page.wait_for_url("**/a/*")
        shots.take(page, "page-answer")
        cited = page.locator("a[href*='/d/'][href*='#cited']").first
        page.goto(service.url + str(cited.get_attribute("href")).replace(service.url, ""))
        page.evaluate("document.getElementById('cited').scrollIntoView({ block: 'center' })")
        shots.take(page, "page-document")
    with shots.page(story) as page:
        key = page.locator("script[data-key]").first.get_attribute("data-key")
    frame = {"width": 560, "height": 640}
    with shots.page(f"{service.url}/embed?key={key}", viewport=frame) as page:
        page.get_by_role("textbox", name="Your question").fill(FRESH)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("link", name="Permanent link").first.wait_for()
        shots.take(page, "page-embed")


# --- the desk -------------------------------------------------------------------------------------


def _desk(shots: Shots, service: Service) -> None:
    """As the owner of the machine sees it, once the round of all fact-checks is done."""
    with shots.page(f"{service.url}/desk", viewport=DESK) as page:
        while page.get_by_text("are being checked").count():
            page.get_by_role("link", name="Look again").click()
        shots.take(page, "desk-today")
        for part in ("gaps", "documents"):
            page.goto(f"{service.url}/desk/{part}")
            shots.take(page, f"desk-{part}")


if __name__ == "__main__":
    sys.exit(main())
