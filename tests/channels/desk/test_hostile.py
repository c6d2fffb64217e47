"""Hostile words in every field of the desk: they are shown as words, and the pages keep whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from support.counts import count
from support.naughty import STRINGS, WORD

from assistant.channels.desk.views import CLIPPED, clean
from assistant.ledger.places import Place, Placed, Quarantined
from channels.desk.keeping import Keeper, difference, finding, looked, recalled, source
from channels.desk.newsroom import NOW, Browser, Newsroom, Page, words_of

TAGS = set(
    re.findall(
        r"\w+",
        """
        html head meta title link body a header nav ul li span small div p code form input button
        main h1 h2 h3 table caption thead tbody tr th td dl dt dd details summary bdi section figure
        figcaption svg line rect time strong datalist option textarea label pre fieldset legend
        blockquote ol mark article em h4""",
    )
)
CHUNK = 24
CHUNKS = [STRINGS[n : n + CHUNK] for n in range(0, len(STRINGS), CHUNK)]
FEW = [chunk[:: count(8, 1)] for chunk in CHUNKS]
"""Of each kind some: every string goes through some twenty requests."""


def is_whole(page: Page, outside: bool = False) -> None:
    """No tag that is not ours, no address that runs, nor, unless sources are named, any that leaves
    the server."""
    assert set(page.tags) <= TAGS, set(page.tags) - TAGS
    for address in page.addresses:
        assert re.match(r"[/?#]|https?://" if outside else r"[/?#]", address), address
        assert not address.startswith("//"), address


def squeezed(text: str) -> str:
    return "".join(str(clean(text)).replace("\r", "").split())


def shown(page: Page, text: str) -> bool:
    """Whether a page shows a text, or the beginning of one too long for a table."""
    words, wanted = squeezed(page.words), squeezed(text)
    return wanted in words or squeezed(text[:CLIPPED]) in words


def storable(strings: Sequence[str]) -> list[str]:
    """Strings that are words to begin with; a title is never empty."""
    return [text for text in strings if text.strip()]


@pytest.mark.parametrize("strings", CHUNKS, ids=lambda strings: strings[0][:12].encode().hex())
def test_hostile_words_are_words(newsroom: Newsroom, strings: Sequence[str]) -> None:
    texts = storable(strings)
    for n, text in enumerate(texts):
        document = newsroom.fact_check(f"d{n}", title=text, publisher=text)
        answer = newsroom.answer(document, question=text)
        newsroom.ledger.feedback.add(answer, False, text, NOW, "other")
        newsroom.gap(text)
    with newsroom.ledger.transaction() as connection:
        placed = [(Place(root="/r", path="0"), Placed(document_id="d0", fingerprint="f"))]
        newsroom.ledger.places.put(connection, placed)
        held = [Quarantined(path=text, reason=text) for text in texts]
        newsroom.ledger.places.set_quarantine(connection, "/r", held, NOW)
    browser = Browser(newsroom.app())
    for path in ("", "/documents", "/feedback", "/quarantine", "/gaps?state=all"):
        page = Page(browser.get(path).text)
        is_whole(page)
        due = {each.checked.title for each in newsroom.assistant.desk.docket("public").due}
        asked = {gap.question for gap in newsroom.ledger.gaps.most_asked()}
        for text in {"": due, "/gaps?state=all": asked}.get(path, texts):
            assert shown(page, text), (path, text)
    for n in range(0, len(texts), 4):
        is_whole(Page(browser.get(f"/answers/answer-{n}").text))
        is_whole(Page(browser.get(f"/document?id=d{n}").text))


@pytest.mark.parametrize("strings", FEW, ids=lambda strings: strings[0][:12].encode().hex())
def test_hostile_fields_of_forms_are_words(newsroom: Newsroom, strings: Sequence[str]) -> None:
    newsroom.gap("Where is the well?")
    newsroom.fact_check("wells")
    (group,) = newsroom.assistant.desk.gaps("public")
    browser = Browser(newsroom.app())
    token = browser.token("/gaps")
    for text in strings:
        form = {"token": token, "gap": group.id, "scope": "ask", "audience": "public"}
        assigned = browser.post("/gaps/assign", form | {"name": text})
        if assigned.status_code == 303:
            page = Page(browser.get("/gaps?state=all").text)
            is_whole(page)
            assert str(clean(" ".join(text.split()))) in page.values
        else:
            assert assigned.status_code == 422
        wrong = browser.post(
            "/gaps/answered", form | {"document": text, "state": text, "page": text}
        )
        if text.strip():
            assert wrong.status_code == 422
            is_whole(Page(wrong.text))
        for refused in (
            browser.post(
                "/keys", form | {"widget": "y", "origins": text, "limit": text, "ticket": text}
            ),
            browser.post("/documents/withdraw", form | {"id": text, "note": text}),
            browser.post("/keys/revoke", form | {"id": text}),
            browser.post("/sign-in", form | {"key": text}),
        ):
            assert refused.status_code in (401, 404, 422), (text, refused.status_code)
            is_whole(Page(refused.text))
        for name in ("q", "state", "done", "page", "id"):
            for path in ("/desk", "/desk/gaps", "/desk/documents", "/desk/document"):
                answer = browser.client.get(path, params={name: text})
                assert answer.status_code in (200, 404, 422), (path, name, text)
                is_whole(Page(answer.text))


@pytest.mark.parametrize("strings", FEW, ids=lambda strings: strings[0][:12].encode().hex())
def test_hostile_words_of_sources_are_words(
    newsroom: Newsroom, keeper: Keeper, strings: Sequence[str]
) -> None:
    browser = Browser(newsroom.app())
    for n, text in enumerate(storable(strings)):
        document = newsroom.fact_check(f"d{n}", title=text)
        said = {"source_title": text, "publisher": text, "url": text, "quote": text}
        changed = difference(old=text, new=text, old_value=text, new_period=text[:3], **said)
        keeper.proposal = {
            "title": text,
            "note": text,
            "reason": text,
            "caution": text,
            "text": text,
            "by": text,
            "differences": [changed, difference(new=None)],
            "left": [{"start": 0, "end": 1, "text": text, "why": text, "reasons": []}],
            "sources": [looked(title=text, publisher=text, url=text, text=text)],
        }
        refresh = keeper.refresh(document.id, key=None, by_hand=False, by=text)["id"]
        keeper.sources = [source(text, title=text, document_id=None, problem=text)]
        keeper.answers = [recalled("none", question=text, why=text, affected=True)]
        keeper.recalled = {"title": text, "note": text, "state": "withdrawn"}
        keeper.findings = [
            finding(
                document_id=document.id,
                source_id=None,
                **{name: text for name in ("title", "sentence", "claimed", "marker", "url")},
                nearest=text,
            )
        ]
        token = browser.token("/audit")
        browser.post("/audit", {"token": token})
        for path in (
            f"/refresh?id={refresh}",
            "/refreshes",
            "/sources",
            f"/recall?id={document.id}",
            "/audit",
        ):
            page = Page(browser.get(path).text)
            is_whole(page, outside=True)
            assert shown(page, text), (path, text)
        form = {
            "token": token,
            "id": refresh,
            "act": text,
            "note": text,
            "reason": (text * 1100)[:2000],
        }
        for path, fields in (
            ("/refresh/decide", form),
            ("/refresh/decide", {**form, "id": text}),
            ("/refresh", {"token": token, "id": text, "ticket": text}),
            ("/sources/look", {"token": token, "url": f"x{text}", "state": text, "page": text}),
        ):
            refused = browser.post(path, fields)
            assert refused.status_code in (404, 422), (path, text)
            is_whole(Page(refused.text), outside=True)
        for path in ("refreshes", "refresh", "refresh/working", "sources", "recall", "audit"):
            params = dict.fromkeys(("id", "state", "kind", "done", "looked", "page"), text)
            answer = browser.client.get(f"/desk/{path}", params={**params, "page": "1"})
            assert answer.status_code in (200, 404), (path, text)
            is_whole(Page(answer.text), outside=True)


def test_a_word_of_ten_thousand_letters_is_folded(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.answer(newsroom.fact_check("wells", title=WORD), question=WORD)
    newsroom.gap(WORD)
    for path in ("", "/gaps"):
        assert WORD[:CLIPPED] in words_of(owner.get(path))


def test_controls_become_marks() -> None:
    assert clean("a\x00b\x1b[2Jc\x85d\te\nf") == "a\ufffdb\ufffd[2Jc\ufffdd\te\nf"
    assert clean(7) == 7


def test_bidirectional_words_are_kept_apart(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.gap("how many \u202estadiums are there?")
    text = owner.get("/gaps").text
    assert re.search(r'<bdi class="words">how many \u202estadiums are there\?</bdi>', text)
