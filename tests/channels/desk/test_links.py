"""Links at the desk: an editor says what replaces what, and takes it back. The real operation."""

from __future__ import annotations

import pytest
from httpx2 import Response

from channels.desk.newsroom import DEFINITION, Browser, Newsroom, Page, words_of


@pytest.fixture(autouse=True)
def checks(newsroom: Newsroom) -> None:
    newsroom.fact_check("older")
    newsroom.fact_check("newer", text=DEFINITION, checked_on="2026-11-20")
    newsroom.fact_check("memo", audience="internal", title="A secret memo?")


def state(newsroom: Newsroom) -> str:
    found = {each.id: freshness for each, freshness, _ in newsroom.assistant.check()}
    return found["older"].state


def linked(browser: Browser, **form: str) -> Response:
    given = {"id": "older", "newer": "newer", "relation": "supersedes", **form}
    return browser.send("/documents/link", "/audit", **given)


@pytest.mark.parametrize(
    ("relation", "then"), [("supersedes", "superseded"), ("corrects", "retracted")]
)
def test_an_editor_links_and_takes_it_back(
    newsroom: Newsroom, editor: Browser, relation: str, then: str
) -> None:
    before = state(newsroom)
    answer = linked(editor, relation=relation, newer=" newer ")
    shown = editor.client.get(answer.headers["location"])
    assert "say so from now on" in words_of(shown)
    (row,) = Page(shown.text).tables[0][1:]
    assert "How many wells has newer?" in row[0]
    assert row[1] == f"{relation} this one"
    assert row[2].startswith("key ")
    assert state(newsroom) == then
    answer = linked(editor, relation=relation, remove="yes")
    assert "Taken back" in words_of(editor.client.get(answer.headers["location"]))
    assert state(newsroom) == before


@pytest.mark.parametrize(
    "form",
    [
        {"newer": ""},
        {"newer": "none"},
        {"newer": "older"},
        {"relation": "repeats"},
        {"relation": ""},
        {"remove": "yes"},
    ],
)
def test_what_is_no_link_is_said(newsroom: Newsroom, editor: Browser, form: dict[str, str]) -> None:
    before = state(newsroom)
    answer = linked(editor, **form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert state(newsroom) == before


def test_internal_documents_are_unknown_to_others(
    newsroom: Newsroom, editor: Browser, insider: Browser
) -> None:
    said = [linked(editor, newer=each).text.replace(each, "ID") for each in ("memo", "nope")]
    assert said[0] == said[1]
    assert linked(editor, id="memo").status_code == 404
    assert editor.get("/documents/link?id=memo").status_code == 404
    assert linked(insider, newer="memo").status_code == 303
    assert "memo" not in editor.get("/documents/link?id=older").text
    assert "A secret memo?" in insider.get("/documents/link?id=older").text
