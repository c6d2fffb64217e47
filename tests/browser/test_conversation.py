"""Follow-ups, verdicts, the frame, two tags, and an answer that is withdrawn meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.hostile import page

from browser.conftest import LIMITS, Watch
from browser.reader import FRESH, STALE, Form, Reader
from evals.site import Service, Site, SitePage, served

Open = Callable[..., Any]
TURNS = (
    ("how does NCMEC count a missing child?", "report"),
    ("and how many were there in 2024?", "29,568"),
    ("what about children missing from care?", "23,160"),
)


def test_three_turns(host_page: str, open_page: Open) -> None:
    """Each is answered for itself, and the reader sees how a follow-up was understood."""
    reader = Reader(open_page(host_page))
    reader.open()
    for number, (question, expected) in enumerate(TURNS):
        reply = reader.ask(question)
        assert reply["kind"] == "answer", question
        assert expected in " ".join(reader.claims()), question
        shown = reader.turns.nth(number).locator(".standalone")
        assert shown.count() == (number > 0)
        if number:
            assert "NCMEC" in reply["standalone_question"]
            assert reply["standalone_question"] in (shown.text_content() or "")
    assert reader.turns.nth(0).get_by_role("heading").first.text_content() == TURNS[0][0]


def test_an_offered_question_is_answered(host_page: str, open_page: Open) -> None:
    reader = Reader(open_page(host_page))
    reader.open()
    reader.ask(FRESH)
    offered = reader.element.locator(".follow-ups button")
    question = offered.first.text_content()
    offered.first.click()
    reader.links.nth(1).wait_for()
    assert reader.reply()["kind"] == "answer"
    assert reader.reply()["question"] == question


def test_a_published_verdict_is_shown_word_for_word(host_page: str, open_page: Open) -> None:
    reader = Reader(open_page(host_page))
    reader.open()
    reply = reader.ask("Does the MMR vaccine cause autism?")
    assert reply["verdicts"]
    shown = reader.element.locator(".verdict")
    for number, verdict in enumerate(reply["verdicts"]):
        assert verdict["claim"] in shown.nth(number).text_content()
        assert shown.nth(number).locator(".rating").text_content() == verdict["rating"]


def test_what_a_reader_disliked_reaches_the_desk(
    service: Service, host_page: str, open_page: Open
) -> None:
    opened = open_page(host_page)
    reader = Reader(opened)
    reader.open()
    reader.ask(STALE)
    reader.button("Not helpful").click()
    reader.element.get_by_role("radio", name="It is outdated").check()
    reader.element.get_by_role("textbox", name="Anything to add?").fill(
        "The figure for 2025 is out"
    )
    reader.button("Submit").click()
    reader.element.locator(".thanks").wait_for()
    opened.goto(f"{service.url}/desk/feedback")
    row = opened.get_by_role("row").filter(has_text="The figure for 2025 is out")
    assert "outdated" in row.text_content().lower()


def test_the_frame_on_another_site(
    service: Service, host: Site, key: str, open_page: Open, watch: Watch
) -> None:
    """`/embed` in an iframe of the key's site; on any other site the browser refuses it."""
    frame = (
        f'<iframe title="The assistant" src="{service.url}/embed?key={key}" width=500 height=600>'
    )
    policy = f"default-src 'none'; frame-src {service.url}"
    body = "<!doctype html><html lang=en><title>A story</title><h1>A story</h1>" + frame
    url = host.put("/framed", SitePage(body=body, policy=policy))
    opened = open_page(url)
    inside = opened.frame_locator("iframe")
    inside.get_by_role("textbox", name="Your question").fill(STALE)
    inside.get_by_role("button", name="Send").click()
    inside.get_by_role("link", name="Permanent link").wait_for()
    assert "29,568" in inside.locator(".claim").first.text_content()
    with Site().open() as elsewhere:
        watch.origins.add(elsewhere.origin)
        watch.expect("frame-ancestors|Refused to frame|Framing .* violates")
        opened.goto(elsewhere.put("/framed", SitePage(body=body, policy=policy)))
        refused = opened.frame_locator("iframe")
        assert refused.get_by_role("textbox", name="Your question").count() == 0


def test_what_was_withdrawn_is_not_shown_again(
    home_copy: Callable[[], Any], host: Site, open_page: Open, watch: Watch
) -> None:
    """A reload asks for the answers again: one that quotes a withdrawn document is gone."""
    watch.expect("the server responded with a status of 410")
    with served(home_copy(), **LIMITS) as own:
        watch.origins.add(own.url)
        _, key = own.widget_key(host.origin)
        opened = open_page(host.put("/withdrawn", page(own.url, key)))
        reader, form = Reader(opened), Form(opened)
        reader.open()
        reply = reader.ask(STALE)
        own.command("withdraw", reply["citations"][0]["document_id"])
        opened.reload()
        reader.open()
        reader.element.locator(".error").get_by_text("no longer served").wait_for()
        assert reader.element.locator(".claim").count() == 0
        form.works()


def test_only_what_is_asked_for_is_fetched(host_page: str, open_page: Open) -> None:
    """The panel comes with the first click, once for two tags; before it nothing but the loader."""
    asked: list[str] = []
    opened = open_page("about:blank")
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(host_page)
    reader = Reader(opened)
    reader.launcher.wait_for()
    assert not [url for url in asked if "/widget/" in url or "/v1/" in url]
    reader.open()
    assert len([url for url in asked if "/widget/" in url]) == 1
    assert opened.locator("newsroom-assistant").count() == 1


def test_the_host_page_is_as_it_was(host_page: str, open_page: Open) -> None:
    """No style, class, attribute or global of the page changes, with the panel open or closed."""
    look = """() => ({
      sheets: document.styleSheets.length, adopted: document.adoptedStyleSheets.length,
      body: document.body.getAttributeNames().join(), root: document.documentElement.outerHTML
        .split(">")[0],
      story: JSON.stringify(document.getElementById("story").getBoundingClientRect()),
      colour: getComputedStyle(document.getElementById("press")).color,
      globals: Object.keys(window).filter((name) => !name.startsWith("__")).sort().join(),
      children: [...document.body.children].map((each) => each.localName)
        .filter((name) => name !== "newsroom-assistant").join(),
      arrays: Object.keys(Array.prototype).join(),
    })"""
    opened = open_page(host_page)
    reader, form = Reader(opened), Form(opened)
    reader.launcher.wait_for()
    before = opened.evaluate(look)
    reader.open()
    reader.ask(FRESH)
    assert opened.evaluate(look) == before
    reader.close()
    assert opened.evaluate(look) == before
    assert opened.evaluate("window.__keys ?? 0") == 0  # what a reader types is not for the page
    form.works()
