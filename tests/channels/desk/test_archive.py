"""Documents, quarantine, feedback and keys at the desk."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from assistant.ledger.places import Place, Placed, Quarantined
from channels.desk.newsroom import DAY, NOW, Browser, Newsroom, Page, words_of

# --- documents ------------------------------------------------------------------------------------


def test_a_document_shows_its_clocks_and_its_reach(newsroom: Newsroom, owner: Browser) -> None:
    document = newsroom.fact_check(
        "wells",
        publisher="The Desk",
        checked_on="2024-06-01",
        published_on="2024-05",
        modified_on="2024-06-03",
        valid_as_of="2023",
        valid_until="2026-10-01",
    )
    newsroom.answer(document)
    newsroom.assistant.desk.docket("public")
    (row,) = Page(owner.get("/documents").text).tables[0][1:]
    clocks = " ".join(row[2].split())
    assert clocks == (
        "checked 2024-06-01 published 2024-05 modified 2024-06-03 valid as of 2023 "
        "valid until 2026-10-01 retrieved 2026-11-21"
    )
    assert "The Desk" in row[0]
    assert "fact-check" in row[1]
    assert "public, version 1" in row[1]
    assert "may be outdated" in row[3]
    assert row[4] == "1"


def test_documents_are_searched_by_words_of_the_title(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.document("a", title="Wells of the ÎLE")
    newsroom.document("b", title="The wells of Sund")
    newsroom.document("c", title="100% of_all")
    for query, found in (
        ("", ["c", "b", "a"]),
        ("WELLS", ["b", "a"]),
        ("île wells", ["a"]),
        ("%", ["c"]),
        ("_", ["c"]),
        ("nothing like it", []),
    ):
        page = owner.client.get("/desk/documents", params={"q": query}).text
        assert re.findall(r"<code>(\w)</code>", page) == found, query


def test_documents_are_paged(newsroom: Newsroom, owner: Browser) -> None:
    for n in range(30):
        newsroom.document(f"d{n:02}", title=f"Title {n:02}")
    pages = [owner.get(f"/documents?q=title&page={n}").text for n in (1, 2)]
    seen = [re.findall(r"<code>(d\d\d)</code>", page) for page in pages]
    assert seen[0] + seen[1] == [f"d{n:02}" for n in range(30)]
    assert "?q=title&amp;page=2" in pages[0]


def test_a_withdrawn_document_shows_its_note(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.document("wells", withdrawn="The figure was wrong.")
    (row,) = Page(owner.get("/documents").text).tables[0][1:]
    assert "withdrawn" in row[3]
    assert "The figure was wrong." in row[3]
    assert not [each for each in Page(owner.get("/documents").text).addresses if "/d/" in each]


def test_withdrawing_asks_first_and_needs_a_note(newsroom: Newsroom, insider: Browser) -> None:
    newsroom.answer(newsroom.fact_check("wells"))
    confirm = words_of(insider.get("/documents/withdraw?id=wells"))
    assert "1 answer that were given rest on it" not in confirm
    assert "1 answer that was given rests on it" in confirm
    for note in ("", "   ", "n" * 1001):
        response = insider.send("/documents/withdraw", "", id="wells", note=note)
        assert response.status_code == 422
        assert newsroom.ledger.documents.standing("wells").state == "active"
    assert insider.send("/documents/withdraw", "", id="none", note="x").status_code == 404


def test_a_document_is_withdrawn_with_a_note(newsroom: Newsroom, insider: Browser) -> None:
    answer = newsroom.answer(newsroom.fact_check("wells"))
    form = {"id": "wells", "note": "The figure <b>was</b> wrong."}
    response = insider.send("/documents/withdraw", "", **form)
    assert response.headers["location"] == "/desk/documents?done=withdrawn"
    assert newsroom.ledger.documents.standing("wells").note == form["note"]
    assert "Nothing is answered from it" in insider.client.get(response.headers["location"]).text
    assert "How many wells has wells?" not in words_of(insider.get())  # it is due no more
    gone = insider.get(f"/answers/{answer}")
    assert gone.status_code == 410
    assert form["note"] in words_of(gone)
    assert insider.send("/documents/withdraw", "", **form).status_code == 410


# --- quarantine -----------------------------------------------------------------------------------


def test_quarantine_says_what_is_wrong(newsroom: Newsroom, owner: Browser) -> None:
    assert "every file was read" in owner.get("/quarantine").text
    newsroom.fact_check("wells")
    items = [Quarantined(path=f"f{n:02}.pdf", reason=f"page {n} is torn") for n in range(30)]
    with newsroom.ledger.transaction() as connection:
        placed = Placed(document_id="wells", fingerprint="f")
        newsroom.ledger.places.put(connection, [(Place(root="/r", path="wells.md"), placed)])
        newsroom.ledger.places.set_quarantine(connection, "/r", items, NOW)
    first, second = (Page(owner.get(f"/quarantine?page={n}").text) for n in (1, 2))
    rows = first.tables[0][1:] + second.tables[0][1:]
    assert [row[1] for row in rows] == [item.reason for item in items]
    assert all("2026-11-21 08:00" in row[2] for row in rows)


# --- feedback -------------------------------------------------------------------------------------


def test_feedback_is_listed_newest_first_with_its_weeks(newsroom: Newsroom) -> None:
    answer = newsroom.answer(newsroom.fact_check("wells"), question="How many wells?")
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    book = newsroom.ledger.feedback
    for at, helpful, comment in (
        (monday - timedelta(seconds=1), True, "last week"),
        (monday, False, "first of the week"),
        (monday + 4 * DAY, True, None),
        (monday + 5 * DAY, True, "newest"),
    ):
        book.add(answer, helpful, comment, at, None if helpful else "weak_source")
    owner = Browser(newsroom.app())
    weeks, said = Page(owner.get("/feedback").text).tables
    assert [row[:3] for row in weeks[1:]] == [["2026-11-16", "3", "2"], ["2026-11-09", "1", "1"]]
    assert [row[3].strip() for row in weeks[1:]] == ["67%", "100%"]
    assert [" ".join(row[4].split()) for row in said[1:]] == [
        "newest",
        "–",
        "first of the week",
        "last week",
    ]
    assert [row[2] for row in said[1:]] == ["yes", "yes", "no", "yes"]
    assert said[3][3] == "weak source"
    assert f"/a/{answer}" in Page(owner.get("/feedback").text).addresses


def test_feedback_is_paged(newsroom: Newsroom, owner: Browser) -> None:
    answer = newsroom.answer(newsroom.fact_check("wells"))
    for n in range(30):
        newsroom.ledger.feedback.add(answer, True, f"comment {n}", NOW, None)
    seen = [
        row[4].strip()
        for n in (1, 2)
        for row in Page(owner.get(f"/feedback?page={n}").text).tables[1][1:]
    ]
    assert seen == [f"comment {n}" for n in reversed(range(30))]


# --- keys -----------------------------------------------------------------------------------------


def made(browser: Browser, **form: str) -> tuple[int, str]:
    ticket = re.search(r'name="ticket" value="([^"]+)"', browser.get("/keys").text)
    assert ticket
    wanted = {"scope": "ask", "audience": "public", "ticket": ticket[1], **form}
    response = browser.send("/keys", "/keys", **wanted)
    return response.status_code, response.text


def test_a_key_is_made_and_shown_once(newsroom: Newsroom, insider: Browser) -> None:
    status, page = made(insider, scope="edit", audience="internal", limit="30")
    assert status == 200
    (secret,) = re.findall(r"na_[\w-]{20,}", page)
    key = newsroom.assistant.authenticate(secret)
    assert (key.scope, key.audience, key.rate_limit) == ("edit", "internal", 30)
    for path in ("/keys", "", f"/keys/revoke?id={key.id}"):
        assert secret not in insider.get(path).text
    home = newsroom.assistant.settings.home
    assert not [f for f in home.rglob("*") if f.is_file() and secret.encode() in f.read_bytes()]
    assert Browser(insider.app, "https://desk.example").sign_in(secret).status_code == 303


def test_a_reload_makes_no_second_key(newsroom: Newsroom, insider: Browser) -> None:
    before = len(newsroom.assistant.keys())
    assert made(insider, ticket="t1")[0] == 200
    status, page = made(insider, ticket="t1")
    assert status == 422
    assert "sent before" in page
    assert "na_" not in page
    assert made(insider, ticket="")[0] == 422
    assert len(newsroom.assistant.keys()) == before + 1


def test_a_widgets_key_is_bound_to_its_sites(newsroom: Newsroom, insider: Browser) -> None:
    sites = "https://news.example/\r\nhttps://www.news.example\r\n"
    status, page = made(insider, widget="yes", origins=sites)
    assert status == 200
    (secret,) = re.findall(r"na_[\w-]{20,}", page)
    key = newsroom.assistant.authenticate(secret)
    assert key.widget
    assert key.origins == ("https://news.example", "https://www.news.example")
    assert "https://www.news.example" in insider.get("/keys").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"scope": "root"}, "choose what the key may do"),
        ({"audience": "all"}, "choose what the key reads"),
        ({"widget": "yes"}, "named sites"),
        ({"widget": "yes", "origins": "javascript:alert(1)"}, "no origin"),
        ({"widget": "yes", "scope": "admin", "origins": "https://a.example"}, "can only ask"),
        ({"origins": "https://a.example"}, "for widget keys"),
        ({"limit": "many"}, "whole number"),
        ({"limit": "0"}, "allows none"),
        ({"limit": "-3"}, "whole number"),
        ({"limit": "\u0663"}, "whole number"),
        ({"limit": "9" * 30}, "whole number"),
    ],
)
def test_a_key_that_cant_be_made_is_explained(
    newsroom: Newsroom, insider: Browser, form: dict[str, str], words: str
) -> None:
    before = newsroom.assistant.keys()
    status, page = made(insider, **form)
    assert status == 422
    assert words in Page(page).words
    assert newsroom.assistant.keys() == before


def test_nobody_hands_on_more_than_they_may_read(newsroom: Newsroom, owner: Browser) -> None:
    status, page = made(owner, scope="ask", audience="internal")
    assert status == 403
    assert "you read what is public" in Page(page).words
    assert newsroom.assistant.keys() == []
    assert made(owner, scope="edit")[0] == 200


def test_a_key_is_revoked_after_a_question(newsroom: Newsroom, insider: Browser) -> None:
    key_id, secret = newsroom.assistant.create_key("edit")
    other = Browser(insider.app, "https://desk.example")
    other.sign_in(secret)
    assert key_id in insider.get(f"/keys/revoke?id={key_id}").text
    assert other.get().status_code == 200
    response = insider.send("/keys/revoke", "", id=key_id)
    assert response.headers["location"] == "/desk/keys?done=revoked"
    assert other.get().status_code == 401
    assert insider.get(f"/keys/revoke?id={key_id}").status_code == 404
    assert insider.send("/keys/revoke", "", id="none").status_code == 404


def test_an_admin_can_revoke_the_own_key(newsroom: Newsroom, insider: Browser) -> None:
    (mine,) = newsroom.assistant.keys()
    assert "the key that you signed in with" in insider.get(f"/keys/revoke?id={mine.id}").text
    insider.send("/keys/revoke", "", id=mine.id)
    assert insider.get("/keys").status_code == 401
