"""An archive of strings that break software, in a browser: nothing runs, the layout holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.counts import count
from support.hostile import page
from support.naughty import FAMILIES, write_archive

from assistant.settings import Settings
from assistant.wiring import open_assistant
from browser.conftest import LIMITS, Watch
from browser.reader import Form, Reader
from evals.site import Service, Site, served

Open = Callable[..., Any]
WIDTHS = (320, 1280)
WIDER = """() => {
  const page = document.scrollingElement;
  const wide = [];
  if (page.scrollWidth > page.clientWidth) wide.push(`page ${page.scrollWidth}`);
  for (const each of document.querySelector("newsroom-assistant")?.shadowRoot
      ?.querySelectorAll(".panel, .log, .popover, header, .ask") ?? [])
    if (each.scrollWidth > each.clientWidth + 1) wide.push(`${each.className} ${each.scrollWidth}`);
  return wide;
}"""
TYPED = [text for family in FAMILIES.values() for text in family[:: count(9, 1)]]
"""A share of every family is typed into the widget; over HTTP all of them are sent."""


@pytest.fixture(scope="module")
def archive(
    fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """A home that holds them all, and a question to each fact-check."""
    home, folder = fresh_home(), tmp_path_factory.mktemp("naughty") / "archive"
    questions = write_archive(folder)
    with open_assistant(Settings(home=home, now="2026-11-21")) as assistant:
        assert assistant.ingest([str(folder)]).quarantined == ()
    return home, questions


@pytest.fixture(scope="module")
def naughty(archive: tuple[Path, list[str]]) -> Iterator[Service]:
    with served(archive[0], **LIMITS) as service:
        yield service


def nothing_ran(opened: Any, what: str) -> None:
    ran = "window.__pwned ?? document.querySelector('newsroom-assistant')?.ownerDocument.__pwned"
    assert opened.evaluate(ran) is None, what
    assert opened.evaluate(WIDER) == [], what


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_documents(naughty: Service, open_page: Open, watch: Watch, width: int) -> None:
    watch.origins.add(naughty.url)
    opened = open_page(naughty.url, viewport={"width": width, "height": 800})
    checks = naughty.command("check")
    assert len(checks) > 50
    for check in checks:
        opened.goto(f"{naughty.url}/d/{check['document_id']}")
        assert opened.locator("h1").text_content().strip()
        nothing_ran(opened, check["document_id"])
    for number in range(0, len(checks), 4):
        opened.goto(f"{naughty.url}/d/row-{number}")
        nothing_ran(opened, f"row-{number}")


@pytest.mark.parametrize("width", WIDTHS)
def test_answers_in_the_widget_and_on_their_pages(
    archive: tuple[Path, list[str]],
    naughty: Service,
    host: Site,
    open_page: Open,
    watch: Watch,
    shots: Callable[..., None],
    width: int,
) -> None:
    watch.origins.add(naughty.url)
    _, key = naughty.widget_key(host.origin)
    url = host.put("/naughty", page(naughty.url, key))
    opened = open_page(url, viewport={"width": width, "height": 800})
    reader, form = Reader(opened), Form(opened)
    reader.open()
    answered = []
    for question in archive[1][:: count(6, 1)]:
        reply = reader.ask(question)
        nothing_ran(opened, question)
        if reply["kind"] != "answer":
            continue
        answered.append(reply["id"])
        for citation in reply["citations"]:
            reader.cite(citation["n"]).click()
            assert reader.popover.locator(".quote").text_content() == citation["quote"]
            nothing_ran(opened, question)
            opened.keyboard.press("Escape")
    assert answered
    shots(opened, f"naughty-{width}")
    reader.close()
    form.works()
    for answer_id in answered:
        opened.goto(f"{naughty.url}/a/{answer_id}")
        nothing_ran(opened, answer_id)


@pytest.mark.parametrize("width", WIDTHS)
def test_questions_and_comments_typed_into_the_widget(
    naughty: Service, host: Site, open_page: Open, watch: Watch, width: int
) -> None:
    watch.origins.add(naughty.url)
    watch.expect("the server responded with a status of 4(00|13|22)")
    _, key = naughty.widget_key(host.origin)
    opened = open_page(
        host.put("/typed", page(naughty.url, key)), viewport={"width": width, "height": 800}
    )
    reader, form = Reader(opened), Form(opened)
    reader.open()
    for number, text in enumerate(TYPED):
        if not text.strip():
            continue
        if number % 10 == 9:
            reader.button("New conversation").click()
        before = reader.turns.count() if number % 10 != 9 else 0
        reader.question.fill(text)
        reader.question.press("Enter")
        turn = reader.turns.nth(before)
        turn.locator(".actions, .error").first.wait_for()
        assert reader.button("Send").count() == 1, text
        nothing_ran(opened, text)
        if number % 10 == 0 and turn.locator(".actions").count():
            turn.get_by_role("button", name="Not helpful", exact=True).click()
            turn.get_by_role("textbox").fill(text)
            turn.get_by_role("button", name="Submit").click()
            turn.get_by_text("Thank you").wait_for()
    reader.close()
    form.works()
