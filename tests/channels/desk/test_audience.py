"""An editor who reads what is public learns nothing of internal matters, not even a number."""

from __future__ import annotations

import pytest

from assistant.ledger.places import Place, Placed, Quarantined
from channels.desk.newsroom import PAGES, Browser, Newsroom, Page, words_of

SECRET = ("secret", "Secret")


@pytest.fixture
def mixed(newsroom: Newsroom) -> Newsroom:
    """Public matters, and internal ones with the word "secret" in everything."""
    public = newsroom.fact_check("wells")
    memo = newsroom.fact_check("secret-memo", audience="internal", title="The secret memo?")
    newsroom.document("secret-gone", audience="internal", title="A secret withdrawn")
    newsroom.answer(public, question="How many wells?")
    inside = newsroom.answer(memo, question="How many secret wells?", audience="internal")
    newsroom.answer(public, question="The secret use of wells?", audience="internal")
    newsroom.assistant.feedback(inside, False, "a secret comment", "other")
    newsroom.gap("Where is the well?", times=2)
    newsroom.gap("Where is the secret well?", times=9, audience="internal")
    newsroom.gap("The well is where?", times=5, audience="internal")  # the same words
    return newsroom


PUBLIC_READERS = ("editor", "owner")


@pytest.mark.parametrize("who", PUBLIC_READERS)
def test_nothing_internal_is_on_any_page(
    mixed: Newsroom, who: str, request: pytest.FixtureRequest
) -> None:
    browser: Browser = request.getfixturevalue(who)
    for path in (*PAGES, "/gaps?state=all", "/documents?q=secret", "/gaps?state=answered"):
        words = words_of(browser.get(path)).replace("with “secret”", "")
        assert not [word for word in SECRET if word in words], path


@pytest.mark.parametrize("who", PUBLIC_READERS)
def test_counts_are_of_what_is_public(
    mixed: Newsroom, who: str, request: pytest.FixtureRequest
) -> None:
    browser: Browser = request.getfixturevalue(who)
    page = Page(browser.get().text)
    assert "1 fact-check in force: 1 should be looked at" in " ".join(page.words.split())
    assert page.tables[0][1][4].split()[0] == "1"  # answers that rest on it
    (key,) = [t for t in page.tables if t[0][0] == "When"]
    assert key[1][1] == "1"  # questions today
    gaps = browser.get("/gaps?state=all")
    (row,) = Page(gaps.text).tables[0][1:]
    assert row[2] == "2"
    assert "wordings" not in gaps.text
    assert "1 document," in browser.get("/documents").text
    assert Page(browser.get("/documents").text).tables[0][1][4] == "1"
    assert "No reader has said anything" in browser.get("/feedback").text


def test_an_insider_sees_it_all(mixed: Newsroom, insider: Browser) -> None:
    today = words_of(insider.get())
    assert "The secret memo?" in today
    assert "3 fact-checks in force" in today
    assert "a secret comment" in words_of(insider.get("/feedback"))
    assert "A secret withdrawn" in words_of(insider.get("/documents"))
    gaps = Page(insider.get("/gaps?state=all").text).tables[0]
    assert [row[2] for row in gaps[1:]] == ["9", "7"]
    assert "2 wordings" in insider.get("/gaps?state=all").text


def test_internal_things_have_no_address_for_others(
    mixed: Newsroom, editor: Browser, insider: Browser
) -> None:
    inside = mixed.answer(audience="internal", question="A secret question?")
    for path in ("/document?id=secret-memo", f"/answers/{inside}"):
        refused, missing = editor.get(path), editor.get(path + "-not-there")
        assert (refused.status_code, missing.status_code) == (404, 404)
        assert insider.get(path).status_code == 200
    assert "4,120" in words_of(insider.get("/document?id=secret-memo"))


def test_internal_links_lead_to_where_they_can_be_read(mixed: Newsroom, insider: Browser) -> None:
    links = Page(insider.get("/documents").text).addresses
    assert "/desk/document?id=secret-memo" in links
    assert "/d/wells" in links
    assert [
        each for each in Page(insider.get("/feedback").text).addresses if "/desk/answers/" in each
    ]


def test_an_editor_leaves_internal_gaps_alone(mixed: Newsroom, editor: Browser) -> None:
    (group,) = mixed.assistant.desk.gaps("public")
    assert editor.send("/gaps/assign", gap=group.id, name="Ada").status_code == 303
    by_audience = {
        gap.audience: gap.assignee
        for gap in mixed.ledger.gaps.most_asked()
        if "secret" not in gap.question
    }
    assert by_audience == {"public": "Ada", "internal": None}
    secret = next(
        group for group in mixed.assistant.desk.gaps("internal") if "secret" in group.question
    )
    assert editor.send("/gaps/assign", gap=secret.id, name="Ada").status_code == 404


def test_a_document_that_readers_cant_read_answers_nothing(
    mixed: Newsroom, editor: Browser, insider: Browser
) -> None:
    (group,) = mixed.assistant.desk.gaps("public")
    said = []
    for document_id in ("secret-memo", "not-there"):
        response = editor.send("/gaps/answered", gap=group.id, document=document_id)
        assert response.status_code == 422
        said.append(words_of(response).replace(document_id, "ID"))
    assert said[0] == said[1]  # one can't find out which ids there are
    assert insider.send("/gaps/answered", gap=group.id, document="secret-memo").status_code == 422
    assert mixed.ledger.gaps.most_asked()[-1].answered_by is None


def test_a_document_that_became_internal_is_not_named(mixed: Newsroom, editor: Browser) -> None:
    (group,) = mixed.assistant.desk.gaps("public")
    mixed.document("open-then-secret", title="Secret since")
    editor.send("/gaps/answered", gap=group.id, document="open-then-secret")
    mixed.document("open-then-secret", title="Secret since", audience="internal")
    page = editor.get("/gaps?state=answered").text
    assert "not served any more" in page
    assert "secret" not in page.lower()


def quarantine(newsroom: Newsroom, root: str, audience: str | None, path: str) -> None:
    """A source with one document of an audience (or none), and one file that can't be read."""
    with newsroom.ledger.transaction() as connection:
        if audience:
            place = Place(root=root, path="good.md")
            placed = Placed(document_id=f"of-{root.strip('/')}", fingerprint="f")
            newsroom.ledger.places.put(connection, [(place, placed)])
        held = [Quarantined(path=path, reason=f"{path} is broken")]
        newsroom.ledger.places.set_quarantine(
            connection, root, held, newsroom.assistant.settings.clock()
        )


def test_quarantine_shows_files_of_public_sources_alone(
    newsroom: Newsroom, editor: Browser, insider: Browser
) -> None:
    newsroom.fact_check("of-open")
    newsroom.fact_check("of-inner", audience="internal")
    quarantine(newsroom, "/open", "public", "open.pdf")
    quarantine(newsroom, "/inner", "internal", "inner.pdf")
    quarantine(newsroom, "/alone.pdf", None, "alone.pdf")
    seen = words_of(editor.get("/quarantine"))
    assert "open.pdf is broken" in seen
    assert "1 file," in seen
    assert not [name for name in ("inner", "alone") if name in seen]
    whole = words_of(insider.get("/quarantine"))
    assert all(f"{name}.pdf is broken" in whole for name in ("open", "inner", "alone"))
