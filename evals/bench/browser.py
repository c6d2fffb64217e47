"""What a reader waits in a browser: the widget on another site's page, from the click on Send.

The page watches its own widget with a MutationObserver and `performance.now()`; each visit is a
fresh context, so that nothing is cached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from assistant.errors import Unavailable
from evals.bench.sheet import Row, Sheet
from evals.site import Site, SitePage, browsing, served

QUESTION = "what is the latest yearly number of missing children reported to NCMEC?"
WATCH = """
() => {
  const root = document.querySelector("newsroom-assistant").shadowRoot;
  const seen = (window.__seen = {});
  const look = () => {
    const now = performance.now();
    if (root.querySelector(".claim")) seen.first ??= now;
    for (const button of root.querySelectorAll("button")) {
      if (button.textContent.trim() === "Copy with sources") seen.whole ??= now;
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  root.addEventListener("submit", () => { seen.sent ??= performance.now(); }, true);
  root.addEventListener("click", () => { seen.clicked = performance.now(); }, true);
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Milliseconds: from the page's start to the launcher, and from sending to what came."""

    launcher: float
    panel: float
    first_claim: float
    whole: float


def measure(home: Path, visits: int) -> Sequence[Visit]:
    """Raises Unavailable without a Chromium or without playwright."""
    site = Site()
    with served(home, rate_per_address="1000000") as service, site.open(), browsing() as browser:
        _, key = service.widget_key(site.origin)
        tag = f'<script async src="{service.url}/widget.js" data-key="{key}"></script>'
        page = SitePage(body=f"<!doctype html><html lang=en><title>A story</title>{tag}<h1>A story")
        url = site.put("/story", page)
        return [_visit(browser, url) for _ in range(visits + 1)][1:]  # the first warms the server


def _visit(browser: Any, url: str) -> Visit:
    context = browser.new_context()
    page = context.new_page()
    page.goto(url, wait_until="commit")
    page.get_by_role("button", name="Ask the fact-checkers").wait_for()
    launcher = page.evaluate("performance.now()")
    page.evaluate(WATCH)
    page.get_by_role("button", name="Ask the fact-checkers").click()
    clicked = page.evaluate("performance.now()")
    question = page.get_by_role("textbox", name="Your question")
    question.wait_for()
    panel = page.evaluate("performance.now()") - clicked
    question.fill(QUESTION)
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("window.__seen.whole")
    seen = page.evaluate("window.__seen")
    context.close()
    if "first" not in seen:
        raise Unavailable(f"the widget showed no claim for {QUESTION!r}")
    sent = seen.get("sent", seen["clicked"])
    return Visit(
        launcher=launcher,
        panel=panel,
        first_claim=seen["first"] - sent,
        whole=seen["whole"] - sent,
    )


def sheet(visits: Sequence[Visit]) -> Sheet:
    what = (
        ("page start to launcher", "launcher"),
        ("click to open panel", "panel"),
        ("send to first verified claim", "first_claim"),
        ("send to whole answer", "whole"),
    )
    rows = [
        Row(
            name=f"browser: {name}",
            unit="ms",
            ours=median(getattr(visit, field) for visit in visits),
            target=f"slowest {max(getattr(visit, field) for visit in visits):.0f} ms",
        )
        for name, field in what
    ]
    setting = f"The widget in Chromium on another site's page, {len(visits)} fresh visits, medians."
    return Sheet(rows=rows, setting=[setting])
