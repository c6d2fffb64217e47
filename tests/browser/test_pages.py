"""The public pages: they work without scripts, are read on narrow screens, and can be printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.reader import NOTICE, STALE, UNKNOWN, fetched
from evals.site import Service

Open = Callable[..., Any]
PLAIN = {"java_script_enabled": False}


@pytest.fixture(params=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, service: Service, open_page: Open) -> Any:
    """The page to ask on, in a browser with scripts and in one without."""
    return open_page(service.url, **({} if request.param == "scripts" else PLAIN))


def ask(page: Any, question: str) -> dict[str, Any]:
    """Asks by the form; the reply that its page shows."""
    page.get_by_role("textbox").first.fill(question)
    page.get_by_role("button", name="Ask").first.click()
    page.wait_for_url("**/a/*")
    reply: dict[str, Any] = fetched(page.url.replace("/a/", "/v1/answers/"))
    return reply


def test_a_reader_asks_and_reads_the_words(page: Any, shots: Callable[..., None]) -> None:
    reply = ask(page, STALE)
    assert page.get_by_role("heading", level=1).text_content().strip() == STALE
    assert page.get_by_text(NOTICE, exact=True).count() == 1
    quotes = [text.strip() for text in page.locator("blockquote mark").all_text_contents()]
    for citation in reply["citations"]:
        assert citation["quote"] in quotes
        assert all(via["quote"] in quotes for via in citation["via"] if via["quote"])
    page.locator(".claim a").first.click()
    assert page.url.endswith("#source-1")
    shots(page, "answer")


def test_the_cited_words_are_marked_in_their_document(page: Any) -> None:
    reply = ask(page, STALE)
    page.locator("#source-1 a[href*='#cited']").first.click()
    page.locator("mark#cited").first.wait_for()
    assert page.locator("mark#cited").text_content() == reply["citations"][0]["quote"]
    expect(page.locator("mark#cited")).to_be_in_viewport()


def test_a_reader_learns_that_the_archive_does_not_say(
    page: Any, shots: Callable[..., None]
) -> None:
    reply = ask(page, UNKNOWN)
    assert page.get_by_text("The archive doesn't say").count() == 1
    assert page.get_by_role("heading", name="What came nearest").count() == 1
    for near in reply["nearest"]:
        assert page.get_by_text(near["quote"]).count() >= 1
    shots(page, "abstention")


def test_a_reader_says_what_was_wrong(page: Any) -> None:
    ask(page, STALE)
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_text("Say more").click()
    page.get_by_label("why").select_option("weak_source")
    page.get_by_role("textbox", name="What should the newsroom know?").fill("<b>Why</b> them?")
    page.locator("form.feedback").get_by_role("button").click()
    page.wait_for_url("**/a/*thanks*")
    assert page.get_by_text("Thank you").count() == 1


def test_markup_in_a_question_is_words(page: Any) -> None:
    question = "<img src=x onerror=alert(1)> how many wells?"
    ask(page, question)
    assert page.get_by_role("heading", level=1).text_content().strip() == question
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("question", [STALE, UNKNOWN])
def test_the_pages_fit_a_narrow_screen(service: Service, open_page: Open, question: str) -> None:
    page = open_page(service.url, viewport={"width": 320, "height": 640})
    wider = "document.documentElement.scrollWidth > 320"
    assert not page.evaluate(wider)
    ask(page, question)
    assert not page.evaluate(wider)
    page.goto(page.locator("a[href*='/d/']").first.evaluate("e => e.href"))
    assert not page.evaluate(wider)


def test_an_answer_can_be_printed(service: Service, open_page: Open) -> None:
    """On paper the words stay, the forms go."""
    page = open_page(service.url)
    reply = ask(page, STALE)
    page.emulate_media(media="print")
    assert page.get_by_text(reply["claims"][0]["text"]).first.is_visible()
    assert page.get_by_text(reply["citations"][0]["quote"]).first.is_visible()
    assert not page.locator("form button:visible").count()
