"""For everybody: axe everywhere, what a screen reader is told, motion, direction, language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.hostile import page
from support.relay import Relay

from browser.conftest import Watch
from browser.reader import FRESH, NOTICE, STALE, UNKNOWN, Form, Reader, fetched
from evals.site import Service, Site

Open = Callable[..., Any]
SERIOUS = ("serious", "critical")
WITHIN = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def examined(opened: Any, axe: str, within: str | None = None) -> list[str]:
    """What axe finds serious or critical, open shadow roots included."""
    # The page may have a loader of modules of its own: axe is not to find it.
    opened.evaluate(f"() => {{ const define = undefined, module = undefined; {axe}\n }}")
    found = opened.evaluate(
        "([within, options]) => axe.run(within ?? document, options)", [within, WITHIN]
    )
    assert found["passes"], "axe looked at nothing"
    return [
        f"{each['id']}: {each['help']} at {[node['target'] for node in each['nodes']]}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def test_axe_finds_nothing_in_the_widget(
    host_page: str, open_page: Open, axe: str, scheme: str
) -> None:
    opened = open_page(host_page, color_scheme=scheme)
    reader = Reader(opened)
    reader.launcher.wait_for()
    assert examined(opened, axe, "newsroom-assistant") == []
    reader.open()
    assert examined(opened, axe, "newsroom-assistant") == []
    reader.ask(STALE)
    reader.element.locator(".notice summary").click()
    assert examined(opened, axe, "newsroom-assistant") == []
    reader.cite(1).click()
    reader.popover.wait_for()
    assert examined(opened, axe, "newsroom-assistant") == []
    opened.keyboard.press("Escape")
    reader.button("Not helpful").click()
    assert examined(opened, axe, "newsroom-assistant") == []
    reader.ask(UNKNOWN)
    reader.element.locator(".abstention .nearest").wait_for()
    assert examined(opened, axe, "newsroom-assistant") == []


def test_axe_finds_nothing_on_a_page_with_an_open_panel(
    service: Service, host: Site, key: str, open_page: Open, axe: str
) -> None:
    """A page that is not hostile has no faults of its own; with the widget it still has none."""
    opened = open_page(host.put("/plain", page(service.url, key, hostile=False)))
    reader = Reader(opened)
    reader.open()
    reader.ask(STALE)
    assert examined(opened, axe) == []


def test_axe_finds_nothing_on_the_pages(
    service: Service, open_page: Open, axe: str, scheme: str
) -> None:
    opened = open_page(service.url + "/", color_scheme=scheme)
    assert examined(opened, axe) == []
    for question in (STALE, UNKNOWN):
        opened.goto(service.url + "/")
        opened.get_by_role("textbox").first.fill(question)
        opened.keyboard.press("Enter")
        opened.wait_for_url("**/a/*")
        assert examined(opened, axe) == []
    reply = fetched(f"{service.url}/v1/answers/{opened.url.rsplit('/', 1)[1]}")
    near = reply["nearest"][0]
    opened.goto(
        f"{service.url}/d/{near['document_id']}?version={near['version']}"
        f"&start={near['start']}&end={near['end']}#cited"
    )
    assert opened.locator("mark#cited").text_content() == near["quote"]
    assert examined(opened, axe) == []


def test_axe_finds_nothing_in_the_frame(
    service: Service, host: Site, key: str, open_page: Open, axe: str
) -> None:
    opened = open_page(f"{service.url}/embed?key={key}")
    reader = Reader(opened)
    reader.question.wait_for()
    reader.ask(FRESH)
    assert examined(opened, axe) == []


def test_a_screen_reader_is_told_once(host_page: str, open_page: Open) -> None:
    """The start, and the whole answer one time, in a region of the page's own tree."""
    opened = open_page(host_page)
    reader = Reader(opened)
    reader.open()
    opened.evaluate(
        """() => {
          const region = document.querySelector("newsroom-assistant > [role=status]");
          window.__said = [];
          new MutationObserver(() => window.__said.push(region.textContent.trim()))
            .observe(region, { childList: true, subtree: true, characterData: true });
        }"""
    )
    reply = reader.ask(STALE)
    whole = reply["claims"][0]["text"]
    opened.wait_for_function("words => __said.some((each) => each.includes(words))", arg=whole)
    said = opened.evaluate("window.__said")
    assert "Looking" in said[0]
    told = [each for each in said if whole in each]
    assert len(told) == 1
    assert all(claim["text"] in told[0] for claim in reply["claims"])
    assert NOTICE in told[0]
    assert told[0] == said[-1]  # nothing cuts it short
    live = reader.element.locator(".panel [aria-live], .panel [role=log], .panel [role=status]")
    assert live.count() == 0
    region = opened.locator("newsroom-assistant > [role=status]")
    assert region.evaluate("e => getComputedStyle(e).display") != "none"
    assert region.evaluate("e => getComputedStyle(e).visibility") == "visible"


def test_reduced_motion_stands_still(
    service: Service, host: Site, key: str, open_page: Open
) -> None:
    opened = open_page(
        host.put("/still", page(service.url, key, hostile=False)), reduced_motion="reduce"
    )
    reader = Reader(opened)
    reader.open()
    opened.evaluate(
        """() => {
          window.__moved = [];
          const root = document.querySelector("newsroom-assistant").shadowRoot;
          const look = () => {
            for (const each of [...document.getAnimations(), ...root.getAnimations()])
              if (each.playState === "running") window.__moved.push(each.animationName ?? "");
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    reader.ask(STALE)
    reader.cite(1).click()
    reader.popover.wait_for()
    assert opened.evaluate("window.__moved") == []


def test_a_page_from_right_to_left(
    service: Service,
    host: Site,
    key: str,
    open_page: Open,
    shots: Callable[..., None],
) -> None:
    opened = open_page(host.put("/rtl", page(service.url, key, language="ar", direction="rtl")))
    reader, form = Reader(opened), Form(opened)
    reader.launcher.wait_for()
    width = opened.viewport_size["width"]
    assert reader.launcher.bounding_box()["x"] < width / 2
    reader.open()
    reader.ask(STALE)
    assert reader.panel.evaluate("e => getComputedStyle(e).direction") == "rtl"
    # English words stay in their own direction, quotes too.
    claim = reader.element.locator(".claim .text").first
    assert claim.evaluate("e => getComputedStyle(e).direction") == "ltr"
    reader.cite(1).click()
    words = reader.popover.locator(".words").first
    assert words.evaluate("e => getComputedStyle(e).direction") == "ltr"
    shots(opened, "widget-rtl")
    opened.keyboard.press("Escape")
    form.works()


HEBREW = (
    "\u05d1\u05e9\u05e0\u05ea 2024 \u05e0\u05de\u05e0\u05d5 29,568 "
    "\u05d3\u05d9\u05d5\u05d5\u05d7\u05d9\u05dd."
)


def test_words_from_right_to_left_on_a_page_from_left_to_right(
    relay: Relay, host: Site, key: str, open_page: Open, watch: Watch
) -> None:
    """An answer in Hebrew, as a server with such an archive would stream it."""
    watch.origins.add(relay.url)
    opened = open_page(host.put("/relayed", page(relay.url, key)))
    reader = Reader(opened)
    reader.open()
    reply = reader.ask(FRESH)
    for each in (*reply["claims"], *reply["citations"]):
        each["text" if "text" in each else "quote"] = HEBREW
    body = f"event: reply\ndata: {json.dumps(reply)}\n\n"
    relay.canned = (
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/event-stream\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    ).encode()
    reader.send(FRESH)
    reader.links.nth(1).wait_for()
    claim = reader.turns.last.locator(".claim .text").first
    assert claim.evaluate("e => getComputedStyle(e).direction") == "rtl"
    # Its number follows the sentence: to the left of the words.
    words, number = claim.bounding_box(), reader.cite(1).bounding_box()
    assert number["x"] < words["x"] + words["width"] / 2
    reader.cite(1).click()
    assert reader.popover.locator(".quote").text_content() == HEBREW
    quoted = reader.popover.locator(".words").first
    assert quoted.evaluate("e => getComputedStyle(e).direction") == "rtl"


@pytest.mark.parametrize(
    ("language", "launcher", "question"),
    [
        ("es", "Pregunte a los verificadores", "Su pregunta"),
        ("fr", "Interroger les vérificateurs", "Votre question"),
        ("de", "Die Faktenprüfer fragen", "Ihre Frage"),
    ],
)
def test_the_widget_speaks_the_language_of_its_page(
    service: Service,
    host: Site,
    key: str,
    open_page: Open,
    language: str,
    launcher: str,
    question: str,
) -> None:
    opened = open_page(host.put(f"/{language}", page(service.url, key, language=language)))
    opened.get_by_role("button", name=launcher).click()
    field = opened.get_by_role("textbox", name=question)
    field.fill(STALE)
    field.press("Enter")
    # The notice is evidence: it stays word for word, whatever the language of the page.
    opened.locator("newsroom-assistant .panel").get_by_text(NOTICE, exact=True).wait_for()


def test_targets_are_large_enough(host_page: str, open_page: Open) -> None:
    """24 by 24 pixels at least, or inline in a sentence and then with room around."""
    opened = open_page(host_page, viewport={"width": 320, "height": 640})
    reader = Reader(opened)
    reader.open()
    reader.ask(STALE)
    reader.cite(1).click()
    small = opened.evaluate(
        """() => {
          const root = document.querySelector("newsroom-assistant").shadowRoot;
          const all = [...root.querySelectorAll(
            "button, summary, textarea, input, .actions a, .places a")];
          return all.filter((each) => each.checkVisibility()).map((each) => {
            const box = each.getBoundingClientRect();
            return [each.textContent.trim().slice(0, 30), box.width, box.height];
          }).filter(([, width, height]) => width < 24 || height < 24);
        }"""
    )
    assert small == []


def test_axe_finds_nothing_at_the_desk(
    service: Service, open_page: Open, axe: str, scheme: str
) -> None:
    opened = open_page(f"{service.url}/desk/sign-in", color_scheme=scheme)
    assert examined(opened, axe) == []
    for path in ("", "/gaps", "/feedback", "/quarantine", "/documents", "/keys"):
        opened.goto(f"{service.url}/desk{path}")
        opened.get_by_role("heading", level=1).wait_for()
        assert examined(opened, axe) == [], path
        wide = opened.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path
