"""The desk's sources, recall and audit: what they show, for whom, and that they block nobody."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from assistant.channels.desk import audits, sources
from assistant.errors import FetchRefused, Unavailable
from assistant.types import Audience
from channels.desk.keeping import Keeper, finding, recalled, source
from channels.desk.newsroom import ELSEWHERE, Browser, Newsroom, Page, words_of


@pytest.fixture(autouse=True)
def archive(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells")
    newsroom.document(
        "register",
        kind="source_document",
        title="Register of wells 2025",
        text="The register listed 4,377 wells.",
    )


def rows(browser: Browser, path: str) -> list[list[str]]:
    tables = Page(browser.get(path).text).tables
    return [[" ".join(cell.split()) for cell in row] for row in tables[0][1:]] if tables else []


# --- sources --------------------------------------------------------------------------------------

GONE = "https://gone.example/report"


def test_what_is_wrong_stands_first(keeper: Keeper, editor: Browser) -> None:
    keeper.sources = [
        source(
            GONE,
            state="gone",
            title=None,
            document_id=None,
            status=404,
            problem="Not there since 2026-11-01.",
            seen_at="2026-10-01T08:00:00+00:00",
            next_at=None,
        ),
        source(),
    ]
    first, second = rows(editor, "/sources")
    assert first[0] == GONE
    assert first[1] == "gone HTTP 404Not there since 2026-11-01."
    assert first[2].startswith("2026-10-01 08:00")
    assert first[3] == "at the next round"
    assert second[0].startswith("Register of wells 2025")
    assert second[1] == "in order HTTP 200"
    assert second[5] == "How many wells has wells?"
    assert [row[0] for row in rows(editor, "/sources?state=gone")] == [GONE]
    assert len(rows(editor, "/sources?state=<b>")) == 2


def test_a_look_now_is_told_when_it_is_done(
    keeper: Keeper, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.sources = [source()]
    keeper.hold = threading.Event()
    answer = editor.send("/sources/look", "/audit", url=source()["url"], page="1")
    assert answer.status_code == 303
    monkeypatch.setattr(sources, "PATIENCE_S", 0.01)
    waiting = editor.client.get(answer.headers["location"])
    assert "is being looked at" in words_of(waiting)
    keeper.hold.set()
    monkeypatch.setattr(sources, "PATIENCE_S", 20)
    again = next(each for each in Page(waiting.text).addresses if "looked=" in each)
    assert "Looked at: this is how it stands." in words_of(editor.get(f"/sources{again}"))
    assert keeper.seen == [source()["url"]]


def test_no_address_but_a_watched_one_is_fetched(keeper: Keeper, editor: Browser) -> None:
    keeper.sources = [source()]
    for url in ("", "http://169.254.169.254/", source()["url"] + "/x", "file:///etc/passwd"):
        assert editor.send("/sources/look", "/audit", url=url).status_code == 404
    assert keeper.seen == []


def test_a_look_that_fails_says_why(keeper: Keeper, editor: Browser) -> None:
    keeper.sources = [source()]
    keeper.fails = FetchRefused("water.example resolves to a private address")
    answer = editor.send("/sources/look", "/audit", url=source()["url"])
    shown = words_of(editor.client.get(answer.headers["location"]))
    assert "resolves to a private address" in shown
    assert "Looked at" not in shown


def test_an_address_that_is_none_is_no_link(keeper: Keeper, editor: Browser) -> None:
    keeper.sources = [source("javascript:alert(1)", document_id=None)]
    assert "javascript:alert(1)" not in Page(editor.get("/sources").text).addresses


def test_internal_documents_are_not_named_beside_a_source(
    newsroom: Newsroom, keeper: Keeper, editor: Browser, insider: Browser
) -> None:
    newsroom.fact_check("memo", audience="internal", title="A secret memo?")
    keeper.sources = [source(cited_by=["wells", "memo"], document_id="memo", title="Wells")]
    assert "memo" not in editor.get("/sources").text
    assert "A secret memo?" in insider.get("/sources").text


def test_without_sources_it_says_what_to_do(keeper: Keeper, editor: Browser) -> None:
    assert "assistant watch --once" in words_of(editor.get("/sources"))


# --- recall ---------------------------------------------------------------------------------------


def test_the_affected_stand_first(newsroom: Newsroom, keeper: Keeper, editor: Browser) -> None:
    ids = [newsroom.answer(newsroom.assistant.document("wells")) for _ in range(3)]
    keeper.answers = [
        recalled(ids[0], created_at="2026-11-01T00:00:00+00:00"),
        recalled(ids[1], created_at="2026-11-03T00:00:00+00:00", threads=3, told=2),
        recalled(ids[2], affected=True, why="It quotes 4,120, which was corrected."),
    ]
    found = rows(editor, "/recall?id=wells")
    assert [row[3].split()[0] for row in found] == ["affectedIt", "stands", "stands"]
    assert [row[1] for row in found][1:] == ["2026-11-03 00:00", "2026-11-01 00:00"]
    assert found[1][4] == "2 of 3"
    shown = editor.get("/recall?id=wells")
    assert "1 of them says what no longer stands" in words_of(shown)
    assert "3 chat threads hold them, of which 2 were or will be told" in words_of(shown)
    assert f"/a/{ids[2]}" in Page(shown.text).addresses


def test_an_internal_answer_is_read_at_the_desk(
    newsroom: Newsroom, keeper: Keeper, insider: Browser
) -> None:
    inside = newsroom.answer(newsroom.assistant.document("wells"), audience="internal")
    keeper.answers = [recalled(inside)]
    addresses = Page(insider.get("/recall?id=wells").text).addresses
    assert f"/desk/answers/{inside}" in addresses
    assert f"/a/{inside}" not in addresses


def test_what_was_withdrawn_is_recalled_all_the_more(
    newsroom: Newsroom, keeper: Keeper, editor: Browser
) -> None:
    answer = newsroom.answer(newsroom.assistant.document("wells"))
    newsroom.document("wells", withdrawn="It was wrong.")
    keeper.recalled = {"state": "withdrawn", "note": "It was wrong."}
    keeper.answers = [recalled(answer, affected=True, why="Withdrawn: It was wrong.")]
    shown = editor.get("/recall?id=wells")
    assert "It is withdrawn" in words_of(shown)
    assert f"/a/{answer}" in Page(shown.text).addresses  # the page that says so
    assert "/desk/recall?id=wells" in Page(editor.get("/documents").text).addresses


def test_nothing_rests_on_it(editor: Browser) -> None:
    assert "No answer was given" in words_of(editor.get("/recall?id=wells"))
    assert editor.get("/recall?id=none").status_code == 404


def test_recall_is_paged(keeper: Keeper, editor: Browser) -> None:
    keeper.answers = [recalled(f"a{n}") for n in range(30)]
    assert len(rows(editor, "/recall?id=wells&page=2")) == 5
    assert "?id=wells&page=1" in Page(editor.get("/recall?id=wells&page=2").text).addresses


# --- audit ----------------------------------------------------------------------------------------


def audited(browser: Browser) -> Any:
    assert browser.send("/audit", "/audit").status_code == 303
    return browser.get("/audit")


def test_words_stand_beside_words(keeper: Keeper, editor: Browser) -> None:
    keeper.findings = [finding(), finding(kind="dead_marker", source_id=None, nearest=None)]
    assert "No audit was made" in words_of(editor.get("/audit"))
    shown = audited(editor)
    said = words_of(shown)
    assert "7 fact-checks, 31 markers. 24 are held" in said
    assert "<mark>4,120</mark>" in shown.text
    assert "listed 4,377 wells" in said
    assert "4,120 is not in the source" in said
    assert "Nothing that comes near" in said
    for link in (
        "/d/wells?version=1&start=0&end=59#cited",
        "/d/register?version=1&start=13&end=31#cited",
    ):
        assert link in Page(shown.text).addresses
    only = words_of(editor.get("/audit?kind=dead_marker"))
    assert "Nothing that comes near" in only
    assert "listed 4,377 wells" not in only


def test_an_audit_runs_beside_the_pages(
    keeper: Keeper, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "PATIENCE_S", 0.01)
    keeper.hold = threading.Event()
    assert editor.send("/audit", "/audit").status_code == 303
    token = editor.token("/gaps") if "token" in editor.get("/gaps").text else ""
    assert editor.post("/audit", {"token": token}, Origin=editor.origin).status_code == 303
    while "1 of 7 are done" not in (said := words_of(editor.get("/audit"))):
        assert "The audit is being made" in said
    assert editor.get().status_code == 200
    keeper.hold.set()
    monkeypatch.setattr(audits, "PATIENCE_S", 20)
    assert "Audit again" in words_of(editor.get("/audit"))
    assert keeper.audited == ["public"]


def test_an_audit_that_fails_keeps_the_last(keeper: Keeper, editor: Browser) -> None:
    keeper.findings = [finding()]
    audited(editor)
    keeper.fails = Unavailable("the disk is full")
    said = words_of(audited(editor))
    assert "the disk is full" in said
    assert "listed 4,377 wells" in said


def test_each_audience_has_its_own(newsroom: Newsroom, keeper: Keeper, insider: Browser) -> None:
    keeper.findings = [finding(sentence="A secret sentence 4,120.")]
    assert "A secret sentence" in words_of(audited(insider))
    other = Browser(insider.app, ELSEWHERE)
    other.sign_in(newsroom.key("edit"))
    assert "No audit was made" in words_of(other.get("/audit"))
    assert keeper.audited == ["internal"]


@pytest.mark.parametrize("moved", ["wells", "register"])
@pytest.mark.parametrize("how", ["erased", "withdrawn", "internal", "changed"])
def test_a_finding_goes_when_its_documents_move_on(
    newsroom: Newsroom, keeper: Keeper, editor: Browser, moved: str, how: str
) -> None:
    newsroom.fact_check("pits", text="The county has 31 gravel pits.")
    pits = finding(document_id="pits", source_id=None, nearest=None, sentence="It has 31 pits.")
    keeper.findings = [finding(), pits]
    assert "listed 4,377 wells" in words_of(audited(editor))
    if how == "erased":
        newsroom.assistant.erase(moved)
    elif how == "withdrawn":
        newsroom.assistant.withdraw(moved, "It was made up.")
    else:
        said = newsroom.ledger.documents.get(moved)
        audience: Audience = "internal" if how == "internal" else "public"
        text = said.text if how == "internal" else "The register was put in order."
        newsroom.document(moved, kind=said.kind, audience=audience, text=text, title=said.title)
    said = words_of(editor.get("/audit"))
    assert "listed 4,377 wells" not in said
    assert "31 pits" in said
