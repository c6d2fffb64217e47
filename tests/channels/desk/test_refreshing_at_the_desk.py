"""Refreshing at the desk: the button, the difference, the decision, and who may do what."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.channels.desk import refreshes
from assistant.channels.desk.places import pieces
from assistant.errors import BadInput, Unavailable
from channels.desk.keeping import Keeper, difference, looked
from channels.desk.newsroom import Browser, Newsroom, Page, words_of


@pytest.fixture
def wells(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells")
    newsroom.document(
        "register",
        kind="source_document",
        title="Register of wells 2025",
        text="The register listed 4,377 wells.",
    )


def begun(browser: Browser, id: str = "wells", **form: str) -> str:
    """Presses Refresh and follows; the id of the refresh."""
    response = browser.send("/refresh", "/audit", id=id, **form)
    assert response.status_code == 303, response.text
    there = browser.client.get(response.headers["location"])
    assert there.status_code == 303, there.text
    return there.headers["location"].partition("?id=")[2]


def decided(browser: Browser, refresh: str, act: str = "approve", **form: str) -> Any:
    given = {"approve": {"note": "Updated: 4,377."}, "reject": {"reason": "No."}}[act]
    return browser.send("/refresh/decide", "/audit", id=refresh, act=act, **{**given, **form})


pytestmark = pytest.mark.usefixtures("wells")


def test_a_button_leads_to_the_difference(
    newsroom: Newsroom, keeper: Keeper, editor: Browser
) -> None:
    assert 'action="/desk/refresh"' in editor.get().text
    refresh = begun(editor)
    shown = words_of(editor.get(f"?id={refresh}".replace("?", "/refresh?")))
    assert "Outcome: updated" in shown
    for text in ("4,120", "counted in 2023", "4,377, counted in 2025", "listed 4,377 wells"):
        assert text in shown
    assert "The number that it was cited for is gone." in shown
    assert "Updated: the register lists 4,377 wells." in shown
    text = editor.get(f"/refresh?id={refresh}").text
    marked = re.findall("<mark>([^<]*)</mark>", text)
    assert marked == ["4,120", "2023", "4,377", "2025"]
    assert "/d/register?version=1&amp;start=13&amp;end=31#cited" in text
    assert keeper.begun[0]["by"].startswith("key ")
    assert "See the refresh" in words_of(editor.get())  # no second one is begun from Today
    assert newsroom.assistant.document("wells").version == 1


def test_approved_it_says_where_everything_is(
    newsroom: Newsroom, keeper: Keeper, editor: Browser
) -> None:
    newsroom.answer(newsroom.assistant.document("wells"))
    refresh = begun(editor)
    response = decided(editor, refresh, note="Updated:\r\n4,377 & more.")
    assert response.status_code == 303
    shown = editor.client.get(response.headers["location"])
    links = Page(shown.text).addresses
    for link in ("/d/wells?version=2", "/d/wells?version=1", "/desk/recall?id=wells"):
        assert link in links
    assert "Published. It is what readers are given from now on." in words_of(shown)
    assert "1 answer rests on this fact-check" in words_of(shown)
    assert keeper.made[refresh]["note"] == "Updated:\n4,377 & more."
    assert "4,377" in newsroom.assistant.document("wells").text
    assert 'action="/desk/refresh/decide"' not in shown.text


def test_an_editor_may_mend_the_text(newsroom: Newsroom, keeper: Keeper, editor: Browser) -> None:
    refresh = begun(editor)
    text = "There are 4,377 wells.\r\nThey were counted in 2025."
    decided(editor, refresh, text=text)
    assert newsroom.assistant.document("wells").text == text.replace("\r\n", "\n")


def test_a_text_that_only_went_through_a_form_is_not_edited(
    keeper: Keeper, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.proposal = {"text": "One line.\n\nAnother line.\n"}
    said: list[Any] = []
    decide = keeper.decide

    def noting(*a: Any, **given: Any) -> Any:
        said.append(given["text"])
        return decide(*a, **given)

    monkeypatch.setattr(keeper, "decide", noting)
    decided(editor, begun(editor), text="One line.\r\n\r\nAnother line.\r\n")
    assert said == [None]


def test_a_long_text_goes_through_the_form(newsroom: Newsroom, editor: Browser) -> None:
    refresh = begun(editor)
    text = "Ж" * 100_000
    assert decided(editor, refresh, text=text).status_code == 303
    assert newsroom.assistant.document("wells").text == text


def test_rejected_nothing_changes(newsroom: Newsroom, keeper: Keeper, editor: Browser) -> None:
    refresh = begun(editor)
    response = decided(editor, refresh, "reject", reason="The register is a draft.")
    shown = words_of(editor.client.get(response.headers["location"]))
    assert "Rejected. Nothing was changed for readers." in shown
    assert "The register is a draft." in shown
    assert newsroom.assistant.document("wells").version == 1


@pytest.mark.parametrize(
    ("act", "form", "says"),
    [
        ("approve", {"note": " \r\n "}, "readers need a note"),
        ("approve", {"note": "x" * 1001}, "at most 1,000"),
        ("reject", {"reason": ""}, "say why"),
        ("reject", {"reason": "x" * 1001}, "at most 1,000"),
        ("", {}, "say why"),
    ],
)
def test_a_decision_without_words_is_asked_again(
    keeper: Keeper, editor: Browser, act: str, form: dict[str, str], says: str
) -> None:
    refresh = begun(editor)
    answer = editor.send("/refresh/decide", "/audit", id=refresh, act=act, **form)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert keeper.made[refresh]["state"] == "proposed"


def test_what_was_typed_is_not_lost(keeper: Keeper, editor: Browser) -> None:
    refresh = begun(editor)
    answer = decided(editor, refresh, note="", text="Mended <text>.")
    assert "Mended &lt;text&gt;." in answer.text
    answer = decided(editor, refresh, "reject", reason="y" * 1001)
    assert "y" * 1001 in answer.text


def test_pressed_twice_it_is_one_refresh(keeper: Keeper, editor: Browser) -> None:
    keeper.hold = threading.Event()
    first = editor.send("/refresh", "/audit", id="wells", ticket="t")
    second = editor.send("/refresh", "/audit", id="wells", ticket="t")
    assert (first.status_code, second.status_code) == (303, 303)
    keeper.hold.set()
    refresh = editor.client.get(first.headers["location"]).headers["location"]
    assert begun(editor, ticket="t") in refresh
    assert len(keeper.made) == 1


def test_a_page_sent_again_after_publishing_refreshes_nothing_new(
    keeper: Keeper, editor: Browser
) -> None:
    refresh = begun(editor, ticket="t")
    decided(editor, refresh)
    assert begun(editor, ticket="t") == refresh
    assert begun(editor, ticket="u") != refresh


def test_two_editors_decide_at_once(newsroom: Newsroom, keeper: Keeper, editor: Browser) -> None:
    """One decides; the other is shown what became of it."""
    other = Browser(newsroom.app())
    refresh = begun(editor)
    keeper.hold = threading.Event()
    sent = [
        (editor, "approve", {"note": "Mine."}, editor.token("/audit")),
        (other, "reject", {"reason": "Mine."}, other.token("/audit")),
    ]

    def send(browser: Browser, act: str, said: dict[str, str], token: str) -> Any:
        form = {"token": token, "id": refresh, "act": act, **said}
        return browser.post("/refresh/decide", form, Origin=browser.origin)

    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(send, *each) for each in sent]
        keeper.hold.set()
        done = [each.result().headers["location"].rpartition("=")[2] for each in answers]
    state = keeper.made[refresh]["state"]
    assert sorted(done) == sorted(["late", state])
    late = other if done[1] == "late" else editor
    shown = words_of(late.get(f"/refresh?id={refresh}&done=late"))
    assert "It had been decided before" in shown
    assert {"published": "Outcome: updated published", "rejected": "rejected"}[state] in shown


def test_decided_before_it_is_shown_as_it_is(keeper: Keeper, editor: Browser) -> None:
    refresh = begun(editor)
    decided(editor, refresh)
    again = decided(editor, refresh, "reject")
    assert again.headers["location"].endswith("done=late")
    assert keeper.made[refresh]["state"] == "published"


def test_what_can_t_be_published_is_said(
    keeper: Keeper, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh = begun(editor)
    keeper.fails = BadInput("the sentence “x” has no source any more: mend the text")
    answer = decided(editor, refresh)
    assert answer.status_code == 422
    assert "has no source any more" in words_of(answer)
    keeper.fails = Unavailable("the disk is full")
    assert decided(editor, refresh).status_code == 503
    assert keeper.made[refresh]["state"] == "proposed"


# --- what takes time, and what fails --------------------------------------------------------------


def test_a_slow_one_blocks_nobody(
    keeper: Keeper, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshes, "PATIENCE_S", 0.01)
    keeper.hold = threading.Event()
    response = editor.send("/refresh", "/audit", id="wells")
    where = response.headers["location"]
    waiting = editor.client.get(where)
    assert waiting.status_code == 200
    assert "You can leave this page" in words_of(waiting)
    assert where in Page(waiting.text).addresses
    assert editor.get().status_code == 200
    (listed,) = Page(editor.get("/documents").text).tables
    assert listed
    keeper.hold.set()
    monkeypatch.setattr(refreshes, "PATIENCE_S", 20)
    assert editor.client.get(where).headers["location"].startswith("/desk/refresh?id=")


def test_one_that_breaks_says_so_and_is_tried_again(keeper: Keeper, editor: Browser) -> None:
    keeper.fails = Unavailable("the fetcher is down: try again")
    response = editor.send("/refresh", "/audit", id="wells")
    shown = editor.client.get(response.headers["location"])
    assert "the fetcher is down: try again" in words_of(shown)
    assert "keeps its date and its notice" in words_of(shown)
    keeper.fails = None
    refresh = begun(editor)
    assert keeper.made[refresh]["state"] == "proposed"


def test_a_failed_one_can_be_done_by_hand(keeper: Keeper, editor: Browser) -> None:
    keeper.proposal = {
        "state": "failed",
        "outcome": "failed",
        "differences": [],
        "sources": [looked(status="unchecked", url=None, document_id=None, text="No address.")],
        "reason": "Of its source nobody can say whether it still says so.",
        "note": None,
        "text": None,
    }
    refresh = begun(editor)
    shown = editor.get(f"/refresh?id={refresh}")
    assert "Of its source nobody can say" in words_of(shown)
    assert "I checked the sources by hand" in words_of(shown)
    assert "not looked at" in words_of(shown)
    assert 'name="by_hand" value="yes"' in shown.text
    keeper.proposal = {"outcome": "confirmed", "differences": [], "note": "Confirmed."}
    again = begun(editor, by_hand="yes", ticket="h")
    assert keeper.begun[-1]["by_hand"] is True
    assert "what is published stands" in words_of(editor.get(f"/refresh?id={again}"))


def test_after_a_restart_the_ledger_knows(keeper: Keeper, newsroom: Newsroom) -> None:
    browser = Browser(newsroom.app())
    refresh = begun(browser)
    newsroom.assistant.desk.errands._known.clear()
    there = browser.get("/refresh/working?id=wells")
    assert there.headers["location"] == f"/desk/refresh?id={refresh}"
    assert browser.get("/refresh/working?id=register").status_code == 404


# --- rights ---------------------------------------------------------------------------------------


def test_to_withdraw_is_an_admins_act(
    newsroom: Newsroom, keeper: Keeper, editor: Browser, insider: Browser
) -> None:
    keeper.proposal = {"outcome": "withdrawn", "differences": [], "text": None}
    refresh = begun(editor)
    shown = editor.get(f"/refresh?id={refresh}")
    assert "an admin’s act" in words_of(shown)
    assert 'value="approve"' not in shown.text
    assert decided(editor, refresh).status_code == 403
    assert keeper.made[refresh]["state"] == "proposed"
    assert "Approve and withdraw" in words_of(insider.get(f"/refresh?id={refresh}"))


def test_an_internal_check_is_unknown_to_others(
    newsroom: Newsroom, keeper: Keeper, editor: Browser, insider: Browser
) -> None:
    newsroom.fact_check("memo", audience="internal", title="A secret memo?")
    refresh = begun(insider, "memo")
    missing = words_of(editor.get("/refresh?id=none")).replace("none", "ID")
    for path in (f"/refresh?id={refresh}", "/refresh/working?id=memo", "/recall?id=memo"):
        assert editor.get(path).status_code == 404
    hidden = words_of(editor.get(f"/refresh?id={refresh}")).replace(refresh, "ID")
    assert hidden == missing
    for act in ("approve", "reject"):
        assert decided(editor, refresh, act).status_code == 404
    assert editor.send("/refresh", "/audit", id="memo").status_code == 404
    assert "secret" not in editor.get("/refreshes").text
    assert "No" in words_of(editor.get("/refreshes"))
    assert "A secret memo?" in insider.get("/refreshes").text
    assert keeper.made[refresh]["state"] == "proposed"
    assert len(keeper.begun) == 1


def test_a_quote_of_an_internal_source_has_no_link_for_others(
    newsroom: Newsroom, keeper: Keeper, editor: Browser, insider: Browser
) -> None:
    newsroom.document("inside", kind="source_document", audience="internal", text="It says 4,377.")
    keeper.proposal = {"differences": [difference(source_id="inside", quote="says 4,377")]}
    refresh = begun(editor)
    assert "inside" not in " ".join(Page(editor.get(f"/refresh?id={refresh}").text).addresses)
    link = "/desk/document?id=inside&version=1&start=3&end=13#cited"
    assert link in Page(insider.get(f"/refresh?id={refresh}").text).addresses
    assert '<mark id="cited">says 4,377</mark>' in insider.client.get(link).text


def test_there_is_nothing_to_refresh_without_a_document(editor: Browser) -> None:
    for form in ({}, {"id": ""}, {"id": "none"}):
        assert editor.send("/refresh", "/audit", **form).status_code == 404
    assert editor.send("/refresh/decide", "/audit").status_code == 404
    assert editor.get("/refresh").status_code == 422


# --- the list -------------------------------------------------------------------------------------


def test_the_open_stand_first(newsroom: Newsroom, keeper: Keeper, editor: Browser) -> None:
    newsroom.fact_check("other")
    done = begun(editor)
    decided(editor, done)
    begun(editor, "other")
    rows = Page(editor.get("/refreshes").text).tables[0][1:]
    assert [row[1].split()[0] for row in rows] == ["waits", "published"]
    assert "How many wells has other?" in rows[0][0]
    assert rows[1][5].startswith("key ")
    assert [row[2] for row in rows] == ["updated", "updated"]
    only = Page(editor.get("/refreshes?state=published").text).tables[0][1:]
    assert len(only) == 1


def test_the_list_is_paged(newsroom: Newsroom, keeper: Keeper, editor: Browser) -> None:
    for n in range(27):
        newsroom.fact_check(f"c{n}")
        keeper.refresh(f"c{n}", key=None, by_hand=False, by="key x")
    assert len(Page(editor.get("/refreshes").text).tables[0]) == 26
    assert len(Page(editor.get("/refreshes?page=2").text).tables[0]) == 3


# --- marks ----------------------------------------------------------------------------------------


def test_values_are_marked_wherever_they_stand() -> None:
    found = pieces("In 2023 there were 12, and 2023 is over", "2023", "12", None, "")
    assert [(each.text, each.marked) for each in found if each.marked] == [
        ("2023", True),
        ("12", True),
        ("2023", True),
    ]
    assert "".join(each.text for each in found) == "In 2023 there were 12, and 2023 is over"
    assert pieces("", "x") == []
    assert [each.text for each in pieces("12345", "123", "345")] == ["123", "45"]
