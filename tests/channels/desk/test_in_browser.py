"""The desk in a browser: read by axe, at 320 px, in the dark, by keyboard, without scripts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from support.naughty import STRINGS, WORD
from support.paths import REPOSITORY

from assistant.channels.serve import bound, url_of
from assistant.ledger.places import Place, Placed, Quarantined
from channels.desk.keeping import Keeper, difference, finding, looked, recalled, source
from channels.desk.newsroom import NOW, PAGES, Newsroom
from evals.site import browsing, chromium

pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="needs a Chromium; `make test` installs one"),
]

REFRESHED = (
    ("proposed", "updated"),
    ("proposed", "confirmed"),
    ("proposed", "withdrawn"),
    ("published", "corrected"),
    ("rejected", "updated"),
    ("failed", "failed"),
)
AXE = REPOSITORY / "assistant/channels/widget/node_modules/axe-core/axe.min.js"
SHOWN = (
    *PAGES,
    "/gaps?state=all",
    "/keys",
    "/documents/withdraw?id=wells",
    "/recall?id=wells",
    "/document?id=memo&start=3&end=12",
    "/sign-in",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def fill(newsroom: Newsroom) -> None:
    """Something on every page, the worst words of all kinds too."""
    wells = newsroom.fact_check("wells", publisher="The Desk", valid_as_of="2023")
    newsroom.fact_check("memo", audience="internal")
    newsroom.fact_check("long", title=WORD)
    newsroom.document("gone", withdrawn="It was wrong.")
    for n, text in enumerate(("How many wells?", WORD, *STRINGS[:: len(STRINGS) // 40])):
        if text.strip():
            answer = newsroom.answer(*([wells] if n % 2 else []), question=text, state="superseded")
            newsroom.ledger.feedback.add(answer, bool(n % 2), text, NOW, "wrong")
            newsroom.gap(text)
    newsroom.gap("Where is the well?")
    newsroom.gap("The well is where?")
    newsroom.key("ask", widget=True, origins=["https://news.example"])
    _keep(newsroom, newsroom.keeper)
    with newsroom.ledger.transaction() as connection:
        placed = Placed(document_id="wells", fingerprint="f")
        newsroom.ledger.places.put(connection, [(Place(root="/r", path="w"), placed)])
        held = [Quarantined(path=WORD, reason=WORD)]
        newsroom.ledger.places.set_quarantine(connection, "/r", held, NOW)


def _keep(newsroom: Newsroom, keeper: Keeper) -> None:
    """Refreshes of every kind, sources, past answers and findings."""
    for n, (state, outcome) in enumerate(REFRESHED):
        newsroom.fact_check(f"c{n}", title=WORD if n == 0 else f"Check {n}?")
        keeper.proposal = {
            "state": state,
            "outcome": outcome,
            "note": WORD if n == 0 else "Updated: 4,377 wells.",
            "reason": WORD if n == 0 else "It was so.",
            "caution": "Look at it again.",
            "differences": [difference(old=WORD), difference(new=None), difference()],
            "left": [{"start": 0, "end": 4, "text": WORD, "why": "Nothing newer.", "reasons": []}],
            "sources": [looked(), looked(n=2, title=WORD, status="gone", text=WORD)],
        }
        keeper.refresh(f"c{n}", key=None, by_hand=False, by="key 1")
    keeper.sources = [source(), source(f"https://x.example/{WORD}", state="gone", problem=WORD)]
    keeper.answers = [recalled("answer-1"), recalled("x", question=WORD, affected=True, why=WORD)]
    keeper.findings = [finding(), finding(sentence=WORD, nearest=WORD, kind="dead_marker")]


@pytest.fixture
def desk(newsroom: Newsroom) -> Iterator[str]:
    """The desk on a loopback port, with something on every page."""
    fill(newsroom)
    server = uvicorn.Server(
        uvicorn.Config(newsroom.app(), log_config=None, lifespan="off", ws="none")
    )
    with closing(bound("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"{url_of('127.0.0.1', listening)}/desk"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """What the pages complained of, or asked of anybody else."""
    wrong: list[str] = []
    yield wrong
    assert wrong == []


def opened(browser: Any, desk: str, wrong: list[str], **options: Any) -> Any:
    page = browser.new_context(**options).new_page()
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("dialog", lambda d: wrong.append(d.message))
    page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith(desk) else None)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1360, "light"), (1360, "dark")])
def test_every_page_can_be_read(
    browser: Any, desk: str, newsroom: Newsroom, wrong: list[str], width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 800}
    page = opened(browser, desk, wrong, color_scheme=scheme, viewport=viewport)
    page.goto(f"{desk}/sign-in")
    page.get_by_label("Your key").fill(newsroom.key("admin", "internal"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()
    page.goto(f"{desk}/audit")
    page.get_by_role("button", name="Audit").click()
    made = [f"/refresh?id={each}" for each in newsroom.keeper.made]
    for path in (*SHOWN, *made):
        page.goto(desk + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate("window.__pwned") is None
        assert examined(page) == [], path
    page.context.close()


def examined(page: Any) -> list[str]:
    """What axe finds, where it is installed."""
    if not AXE.is_file():
        return []
    page.evaluate(f"() => {{ {Path(AXE).read_text(encoding='utf-8')}\n }}")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in found["violations"]
    ]


def test_targets_are_large_enough(browser: Any, desk: str, wrong: list[str]) -> None:
    page = opened(browser, desk, wrong, viewport={"width": 390, "height": 800})
    for path in ("", "/gaps", "/documents", "/keys", "/refreshes", "/sources", "/audit"):
        page.goto(desk + path)
        small = page.evaluate(
            "() => [...document.querySelectorAll('button, nav a, .filters a, input[type=text]')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 24)"
            ".map(e => e.outerHTML)"
        )
        assert small == []
    page.context.close()


def test_the_desk_works_without_scripts_and_by_keyboard(
    browser: Any, desk: str, newsroom: Newsroom, wrong: list[str]
) -> None:
    page = opened(browser, desk, wrong, java_script_enabled=False)
    page.goto(f"{desk}/gaps")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the page"
    field = page.get_by_label("Name of who takes care of “The well is where?”")
    field.focus()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    page.get_by_text("Saved who takes care of it.").wait_for()
    assigned = [gap.question for gap in newsroom.ledger.gaps.most_asked() if gap.assignee == "Ada"]
    assert sorted(assigned) == ["The well is where?", "Where is the well?"]
    page.goto(f"{desk}/gaps?state=assigned")
    page.get_by_text("2 wordings").click()
    assert page.get_by_text("Where is the well?").is_visible()
    page.context.close()
