"""A reader's whole journey through the widget, on a page that is hard on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.reader import FRESH, NOTICE, STALE, Form, Hands, Keys, Mouse, Reader, stored
from evals.site import Service

WAYS: dict[str, dict[str, Any]] = {
    "mouse": {},
    "keys": {},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "narrow-keys": {"viewport": {"width": 320, "height": 640}},
    "dark": {"color_scheme": "dark"},
    "reduced-motion": {"reduced_motion": "reduce"},
    "touch": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
DOCUMENT = "document.documentElement"


@pytest.mark.parametrize("way", WAYS)
def test_a_reader_asks_reads_follows_up_and_comes_back(
    service: Service,
    host_page: str,
    open_page: Callable[..., Any],
    shots: Callable[..., None],
    way: str,
) -> None:
    page = open_page(host_page, permissions=["clipboard-read", "clipboard-write"], **WAYS[way])
    hands: Hands = Keys(page) if "keys" in way else Mouse()
    reader, form = Reader(page, hands), Form(page)
    assert reader.launcher.count() == 1  # the page has two tags

    reader.open()
    reply = reader.ask(STALE)
    assert reader.claims() == [claim["text"] for claim in reply["claims"]]
    assert any("29,568" in claim for claim in reader.claims())
    expected = [[f"[{n}]" for n in claim["citations"]] for claim in reply["claims"]]
    assert reader.numbering() == expected
    assert reader.element.locator(".notice").get_by_text(NOTICE, exact=True).count() == 1
    _reasons_are_told(reader, reply)
    _the_words_stand_in_the_document(service, reader, reply)
    _the_popover_closes_first(page, reader)
    shots(page, f"widget-{way}")

    second = reader.ask("and how many were recovered?")
    understood = second["standalone_question"]
    assert understood
    assert reader.turns.last.locator(".standalone").text_content().endswith(understood)

    hands.press(reader.button("Helpful").last)
    reader.element.get_by_text("Thank you", exact=False).last.wait_for()
    _the_copy_has_its_sources(page, reader, second)
    _the_permanent_page_shows_the_same(page, reader, second)

    numbering, claims = reader.numbering(0), reader.claims(0)
    page.reload()
    reader.open()
    reader.links.nth(1).wait_for()
    assert reader.turns.count() == 2
    assert (reader.numbering(0), reader.claims(0)) == (numbering, claims)

    hands.press(reader.button("New conversation"))
    reader.turns.first.wait_for(state="detached")
    third = reader.ask(FRESH)
    assert third["standalone_question"] is None

    page.keyboard.press("Escape")
    reader.panel.wait_for(state="detached")
    assert reader.launcher.evaluate("e => e.getRootNode().activeElement === e")
    assert page.evaluate(f"{DOCUMENT}.scrollWidth <= {DOCUMENT}.clientWidth")
    form.works()


def _reasons_are_told(reader: Reader, reply: dict[str, Any]) -> None:
    """Word for word, each with what would clear it."""
    notice = reader.element.locator(".notice")
    reader.hands.press(notice.locator("summary"))
    for reason in reply["freshness"]["reasons"]:
        notice.get_by_text(reason["text"], exact=True).first.wait_for()
        notice.get_by_text(reason["clears_when"]).first.wait_for()


def _the_words_stand_in_the_document(
    service: Service, reader: Reader, reply: dict[str, Any]
) -> None:
    """Every popover's quote, and every second hop's, is the slice of the stored version."""
    for citation in reply["citations"]:
        reader.hands.press(reader.cite(citation["n"]))
        quote = reader.popover.locator(".quote")
        assert quote.count() == 1
        assert quote.text_content() == stored(service.url, citation) == citation["quote"]
        assert reader.popover.get_by_text("The fact-check says").count() == 1
        hops = [via for via in citation["via"] if via["quote"] is not None]
        shown = reader.popover.locator(".via-quote").all_text_contents()
        assert shown == [via["quote"] for via in hops]
        assert [stored(service.url, via) for via in hops] == shown
        assert reader.popover.get_by_text("The source says").count() == len(hops)
        reader.hands.press(reader.popover.get_by_role("button", name="Back to the answer"))
        reader.popover.wait_for(state="detached")
        assert reader.cite(citation["n"]).evaluate("e => e.getRootNode().activeElement === e")


def _the_popover_closes_first(page: Any, reader: Reader) -> None:
    reader.hands.press(reader.cite(1))
    reader.popover.wait_for()
    page.keyboard.press("Escape")
    reader.popover.wait_for(state="detached")
    assert reader.panel.is_visible()
    assert reader.cite(1).evaluate("e => e.getRootNode().activeElement === e")


def _the_copy_has_its_sources(page: Any, reader: Reader, reply: dict[str, Any]) -> None:
    reader.hands.press(reader.button("Copy with sources").last)
    reader.element.get_by_text("Copied, with its sources.").last.wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    for citation in reply["citations"]:
        assert f"[{citation['n']}]" in copied
        assert citation["quote"] in copied
    for claim in reply["claims"]:
        assert claim["text"] in copied


def _the_permanent_page_shows_the_same(page: Any, reader: Reader, reply: dict[str, Any]) -> None:
    with page.context.expect_page() as opened:
        reader.hands.press(reader.links.last)
    answer = opened.value
    answer.wait_for_load_state()
    assert answer.url.endswith(f"/a/{reply['id']}")
    for number, claim in enumerate(reply["claims"]):
        shown = answer.locator(".claim").nth(number).text_content()
        assert claim["text"] in shown
        for cited in claim["citations"]:
            assert f"[{cited}]" in shown
    for citation in reply["citations"]:
        assert citation["quote"] in answer.locator("main, body").first.text_content()
    answer.close()
    page.bring_to_front()
