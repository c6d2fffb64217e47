"""Pages for people: without scripts, everything escaped, one address an answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from assistant.channels.api import create_app
from assistant.channels.web import day, document_path, language_of, link
from assistant.settings import Settings
from assistant.types import Document, Reason, Source, Verdict
from assistant.upkeep.standing import AnswerStanding, DocumentStanding, NewVersion, Replacement
from assistant.wiring import Assistant
from channels.fake_assistant import (
    HOSTILE,
    NOTICE,
    NOW,
    REGISTER,
    STALE,
    WELLS,
    FakeAssistant,
    document,
)
from channels.fake_assistant import day as dated

HTML = {"Accept": "text/html"}
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """What a browser would make of a page, as far as these tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.marks: list[str] = []
        self.words: list[str] = []
        """The blocks that hold a document's text."""
        self.fields: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        if tag == "mark":
            self.marks.append("")
        if "t" in found.get("class", "").split():
            self.words.append("")
        if tag == "input" and found.get("type") == "hidden":
            self.fields[found["name"]] = found["value"]
        if tag not in VOID:
            self._open.append((tag, found.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(tag == "mark" for tag, _ in self._open):
            self.marks[-1] += data
        if any("t" in name.split() for _, name in self._open):
            self.words[-1] += data

    def all(self, tag: str, name: str) -> list[str]:
        return [found[name] for each, found in self.attributes if each == tag and name in found]

    @property
    def links(self) -> list[str]:
        return [
            value
            for _, found in self.attributes
            for name, value in found.items()
            if name in ("href", "src", "action")
        ]


def read(text: str) -> Page:
    """A page, after what holds of every page was looked at."""
    page = Page(text)
    assert text.startswith("<!doctype html>")
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert page.all("html", "lang")[0]
    assert len(page.ids) == len(set(page.ids))
    assert not {"img", "iframe", "object", "style", "base"} & set(page.tags)
    for tag, found in page.attributes:
        assert not [name for name in found if name.startswith("on") or name == "style"]
        for name in ("aria-labelledby", "for"):
            assert found.get(name, page.ids[0]) in page.ids
        if found.get("href", "").startswith("http") and tag == "a":
            assert {"noopener", "noreferrer"} <= set(found["rel"].split())
    for address in page.links:
        assert re.match(r"(?:https?://|mailto:|/(?!/)|#)", address), address
        assert not address.startswith("#") or address[1:] in page.ids
    for address in page.all("script", "src") + page.all("link", "href"):
        assert address.startswith("/") or "canonical" in text
    sizes = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in zip(sizes, sizes[1:], strict=False))
    return page


def get(client: TestClient, path: str, status: int = 200) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def post(client: TestClient, **form: str) -> str:
    """Asks through the form; the address of the answer's page."""
    response = client.post("/", data=form, follow_redirects=False)
    assert response.status_code == 303
    return response.headers["location"]


def plain(text: str) -> str:
    """A page's words, with the white space of a browser."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- asking ---------------------------------------------------------------------------------------


def test_one_can_ask_by_a_form(client: TestClient) -> None:
    page = read(get(client, "/"))
    assert {"form", "input", "button"} <= set(page.tags)
    text = get(client, post(client, question="registered wells"))
    page = read(text)
    reply = client.get("/v1/answers/r1").json()
    assert page.marks[0] == reply["citations"][0]["quote"]
    assert page.marks[1] == reply["citations"][0]["via"][0]["quote"]
    for words in (NOTICE, "[1]", "The fact-check says", "The source says", "Unresolved", "False"):
        assert words in text


def test_the_first_page_offers_questions_that_can_be_answered(client: TestClient) -> None:
    page = read(get(client, "/"))
    assert WELLS.title in page.all("button", "value")


def test_an_abstention_has_a_page(client: TestClient) -> None:
    text = get(client, post(client, question="zebras"))
    assert "The archive doesn&#39;t say." in text
    assert read(text).marks == ["The country had 4,120 registered wells in 2023 [1] [2]."]


def test_a_follow_up_goes_on_from_its_answer(client: TestClient, fake: FakeAssistant) -> None:
    first = read(get(client, post(client, question="registered wells")))
    post(client, question="and private ones?", **first.fields)
    (_, before) = fake.asked[-1]["history"][0]
    assert before == "registered wells"
    # One that was understood by what came before it passes that on, not what was typed.
    fake.replies["r2"][1]["standalone_question"] = "how many private wells?"
    text = get(client, "/a/r2")
    assert "how many private wells?" in text
    post(client, question="where are they?", **read(text).fields)
    assert [words for _, words in fake.asked[-1]["history"]] == ["how many private wells?"]


@pytest.mark.parametrize("after", ["", "none", "r1"])
def test_a_follow_up_of_what_is_gone_is_a_question(
    client: TestClient, fake: FakeAssistant, after: str
) -> None:
    post(client, question="registered wells")
    fake.withdrawn["wells"] = "It was wrong."
    post(client, question="private wells", after=after)
    assert fake.asked[-1]["history"] == ()


def test_two_readers_of_a_link_share_nothing(client: TestClient) -> None:
    location = post(client, question="registered wells")
    assert read(get(client, location)).fields == read(get(client, location)).fields
    assert "?" not in location


def test_what_is_no_question_comes_back_with_a_reason(client: TestClient) -> None:
    for form, words in (({"question": "  "}, "empty"), ({"question": "x" * 5000}, "5,000")):
        response = client.post("/", data=form | {"after": "r9"})
        assert response.status_code in (413, 422)
        assert words in response.text
        assert read(response.text).fields == {"after": "r9"}
    assert client.post("/", json={"question": "wells"}).status_code == 422
    assert client.post("/", data={f"f{n}": "x" for n in range(30)}).status_code == 422


def test_where_keys_are_needed_the_form_takes_one(keyed: TestClient, fake: FakeAssistant) -> None:
    assert 'name="key"' in keyed.get("/").text
    refused = keyed.post("/", data={"question": "wells", "key": "wrong"})
    assert refused.status_code == 401
    assert "not known" in refused.text
    assert "wells" in refused.text
    _, secret = fake.create_key("ask", "internal")
    location = post(keyed, question="memo", key=secret)
    text = keyed.get(location).text
    assert "doesn&#39;t say" in text  # a page shows what is public
    assert 'name="key"' in text
    assert secret not in text


# --- an answer ------------------------------------------------------------------------------------


def test_the_page_of_an_answer_is_negotiated(client: TestClient) -> None:
    post(client, question="wells")
    as_json = client.get("/v1/answers/r1")
    as_page = client.get("/v1/answers/r1", headers=HTML)
    assert "Accept" in as_json.headers["vary"]
    assert as_json.headers["vary"] == as_page.headers["vary"]
    assert as_json.json()["id"] == "r1"
    assert read(as_page.text).marks == read(get(client, "/a/r1")).marks
    assert "form" not in read(as_page.text).tags  # it may be a page for insiders


def test_numbers_lead_to_sources_and_sources_to_the_words(client: TestClient) -> None:
    page = read(get(client, post(client, question="registered wells")))
    assert "#source-1" in page.all("a", "href")
    for n, quote in enumerate(page.marks):
        addresses = [href for href in page.all("a", "href") if href.startswith("/d/")]
        cited = read(get(client, addresses[n].partition("#")[0]))
        assert "".join(cited.marks) == quote
        assert "cited" in cited.ids


def test_an_answer_says_when_it_was_served_and_how_it_stands(client: TestClient) -> None:
    text = plain(get(client, post(client, question="registered wells")))
    assert "The answer, as served on 15\N{NO-BREAK SPACE}March\N{NO-BREAK SPACE}2026" not in text
    assert "The answer, as served on 15 March 2026" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Nothing it rests on has changed. The notice below still holds." in text
    assert text.count(NOTICE) == 1
    text = plain(get(client, post(client, question="most wells are private")))
    assert "no notice has become due" in text


def standing(**fields: Any) -> AnswerStanding:
    return AnswerStanding(**{"today": date(2026, 11, 21), "freshness": None} | fields)


NEWER = document(
    "wells-2", "It had 9.", title="Wells <again>", checked_on=dated("2026-05-02"), url="x:y"
)


def test_what_came_since_is_said_first(client: TestClient, fake: FakeAssistant) -> None:
    location = post(client, question="most wells are private")
    fake.since["r1"] = standing(
        freshness=STALE,
        replaced=(Replacement(relation="corrects", older=WELLS, newer=NEWER),),
        changed=(
            NewVersion(quoted=REGISTER, newest=replace(REGISTER, version=3), quotes_stand=False),
        ),
    )
    text = get(client, location)
    assert "/d/wells-2" in read(text).links
    words = plain(text).replace("\N{NO-BREAK SPACE}", " ")
    assert "Corrected by Wells &lt;again&gt; on 2 May 2026 ." in words
    assert NOTICE in words
    assert STALE.reasons[0].text in words
    assert STALE.reasons[0].clears_when in words
    assert "no longer holds all of the words quoted here" in words
    assert words.index("Since then") < words.index("The answer, as served")


def test_reasons_that_were_served_are_not_said_twice(
    client: TestClient, fake: FakeAssistant
) -> None:
    location = post(client, question="registered wells")
    more = Reason(rule="pinned", level="hard", text="It expired.", clears_when="Renewed.")
    fake.since["r1"] = standing(freshness=replace(STALE, reasons=(*STALE.reasons, more)))
    words = plain(get(client, location))
    assert words.count(NOTICE) == words.count(STALE.reasons[0].text) == 1
    assert "for new reasons too" in words
    assert "It expired." in words
    fake.since["r1"] = standing(freshness=replace(STALE, state="fresh", notice=None, reasons=()))
    assert "has been cleared" in plain(get(client, location))


def test_a_correction_known_when_it_was_served_is_linked(
    client: TestClient, fake: FakeAssistant
) -> None:
    location = post(client, question="registered wells")
    fake.replies["r1"][1]["freshness"]["reasons"][0]["evidence"]["by_document_id"] = "wells-2"
    replaced = (Replacement(relation="supersedes", older=WELLS, newer=NEWER),)
    fake.since["r1"] = standing(freshness=STALE, replaced=replaced)
    text = get(client, location)
    assert "/d/wells-2" in read(text).links
    assert "had already been superseded by" in plain(text)


def test_an_abstention_leads_to_what_answers_it_by_now(
    client: TestClient, fake: FakeAssistant
) -> None:
    location = post(client, question="zebras")
    assert "The archive answers this by now" not in get(client, location)
    fake.since["r1"] = standing(answered_by=WELLS)
    text = get(client, location)
    assert "The archive answers this by now" in text
    assert "/d/wells" in read(text).links


def test_an_answer_kept_before_quotes_had_a_context_has_a_page(
    client: TestClient, fake: FakeAssistant
) -> None:
    location = post(client, question="registered wells")
    body = fake.replies["r1"][1]
    del body["standalone_question"], body["citations"][0]["context"]
    for via in body["citations"][0]["via"]:
        del via["context"]
    assert read(get(client, location)).marks[0] == body["citations"][0]["quote"]


def test_an_answer_whose_claims_were_erased_has_a_page(
    client: TestClient, fake: FakeAssistant
) -> None:
    location = post(client, question="registered wells")
    empty: dict[str, Any] = {"claims": [], "citations": [], "verdicts": [], "follow_ups": []}
    fake.replies["r1"][1].update(empty)
    assert "was erased" in get(client, location)


def test_a_withdrawn_answer_says_why(client: TestClient, fake: FakeAssistant) -> None:
    location = post(client, question="registered wells")
    fake.withdrawn["wells"] = "The <register> was wrong."
    for path in (location, "/d/wells"):
        text = get(client, path, 410)
        assert "The &lt;register&gt; was wrong." in text
        assert read(text).links.count("/") >= 2  # the way on


# --- feedback -------------------------------------------------------------------------------------


def say(client: TestClient, headers: dict[str, str] | None = None, **form: str) -> Any:
    return client.post("/a/r1/feedback", data=form, headers=headers, follow_redirects=False)


def test_readers_say_whether_an_answer_helped(client: TestClient, fake: FakeAssistant) -> None:
    location = post(client, question="wells")
    form = read(get(client, location))
    assert "/a/r1/feedback" in form.all("form", "action")
    response = say(client, helpful="no", reason="outdated", comment=" <b>old</b> ")
    assert response.status_code == 303
    assert fake.ratings == [("r1", False, "<b>old</b>")]
    assert "Thank you" in get(client, response.headers["location"].partition("#")[0])
    assert say(client, helpful="yes").status_code == 303
    assert fake.ratings[1] == ("r1", True, None)


@pytest.mark.parametrize(
    "form",
    [
        {"comment": "?"},
        {"helpful": "maybe"},
        {"helpful": "no", "reason": "because"},
        {"helpful": "no", "comment": "x" * 4001},
    ],
)
def test_feedback_that_makes_no_sense_is_asked_for_again(
    client: TestClient, fake: FakeAssistant, form: dict[str, str]
) -> None:
    post(client, question="wells")
    response = say(client, None, **form)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert "form" in read(response.text).tags
    assert fake.ratings == []


def test_feedback_is_for_answers_that_are_served(client: TestClient, fake: FakeAssistant) -> None:
    assert say(client, helpful="yes").status_code == 404
    post(client, question="wells")
    fake.withdrawn["wells"] = "Wrong."
    assert say(client, helpful="yes").status_code == 410
    assert fake.ratings == []


def test_forms_of_other_sites_are_refused(client: TestClient, fake: FakeAssistant) -> None:
    post(client, question="wells")
    foreign = {"Origin": "https://elsewhere.example"}
    assert say(client, foreign, helpful="no").status_code == 403
    assert fake.ratings == []


def test_readers_without_a_key_are_counted(fake: FakeAssistant) -> None:
    fake.create_key("ask")
    settings = Settings(host="0.0.0.0", rate_per_address=2)
    app = create_app(cast(Assistant, fake), settings)
    with TestClient(app, base_url="http://news.example") as client:
        _, secret = fake.create_key("ask")
        assert client.post(
            "/", data={"question": "wells", "key": secret}, follow_redirects=False
        ).is_redirect
        codes = [say(client, HTML, helpful="yes").status_code for _ in range(3)]
        assert codes == [303, 303, 429]
        refused = say(client, HTML, helpful="yes")
        assert re.search(r"Wait \d+ seconds", refused.text)
        read(refused.text)
    assert len(fake.ratings) == 2


# --- a document -----------------------------------------------------------------------------------


def test_a_document_is_shown_whole_with_what_is_known_of_it(client: TestClient) -> None:
    text = get(client, "/d/wells")
    page = read(text)
    assert page.words == [WELLS.text]
    words = plain(text).replace("\N{NO-BREAK SPACE}", " ")
    for known in ("The Desk", "Checked 1 June 2024", "False", "A poster", "Statistics Office"):
        assert known in words
    for unknown in ("Published", "Modified", "Describes", "Version"):
        assert f"{unknown} " not in words
    assert '<link rel="canonical" href="https://desk.example/wells">' in text
    assert 'content="noindex"' in text
    assert "/d/register" in page.links  # a source that is in the archive
    assert "Not in the archive" in words  # and one that is not
    assert NOTICE in words
    assert "Today" not in get(client, "/d/register")


@pytest.mark.parametrize("start", [0, 4, 66])
def test_a_passage_is_marked_exactly(client: TestClient, start: int) -> None:
    page = read(get(client, f"/d/wells?start={start}&end=70"))
    assert "".join(page.marks) == WELLS.text[start:70]
    assert page.ids.count("cited") == 1


@pytest.mark.parametrize(
    "query",
    [
        "start=0&end=100000",
        "start=-1&end=5",
        "start=9&end=9",
        "start=9&end=2",
        "start=one&end=two",
        "start=0",
        "end=5",
        "start=%00&end=%F0%9F%98%80",
        "start=1e1&end=20",
        f"start=0&end={'9' * 5000}",
        "version=7&start=0&end=5",
        "version=0",
        "version=-1",
        "version=new",
        "version=&start=0&end=5",
    ],
)
def test_nonsense_in_an_address_is_left_out_and_said(client: TestClient, query: str) -> None:
    text = get(client, f"/d/wells?{query}")
    page = read(text)
    assert page.marks == []
    assert page.words == [WELLS.text]
    assert 'role="status"' in text


def test_an_internal_document_has_no_page(client: TestClient, keyed: TestClient) -> None:
    for reader in (client, keyed):
        assert "secret" not in get(reader, "/d/memo", 404)
    get(client, "/d/none", 404)


def test_an_id_may_hold_anything_that_an_address_can(
    client: TestClient, fake: FakeAssistant
) -> None:
    for name in ("a/b", "/a//b", "ü & <i>?#%", "a b", "answers", "x" * 300):
        fake.documents[name] = document(name, "Words.")
        assert read(get(client, document_path(name, 1, 0, 5).partition("#")[0])).marks == ["Words"]


def test_an_older_version_says_so(client: TestClient, fake: FakeAssistant) -> None:
    old = DocumentStanding(today=NOW.date(), document=WELLS, newest=3)
    new = replace(old, document=replace(WELLS, version=3), freshness=STALE)
    fake.document_standing = (  # type: ignore[method-assign]
        lambda document_id, version=None, audience="public": old if version == 1 else new
    )
    text = get(client, "/d/wells?version=1&start=0&end=5")
    assert "This is version 1 of 3" in text
    assert "/d/wells" in read(text).links
    assert "".join(read(text).marks) == WELLS.text[:5]
    assert NOTICE not in text
    assert "This is version" not in get(client, "/d/wells?version=3")
    assert "/d/wells?version=2" in read(get(client, "/d/wells")).links


def test_a_replaced_document_leads_to_what_replaces_it(
    client: TestClient, fake: FakeAssistant
) -> None:
    link = Replacement(relation="corrects", older=WELLS, newer=NEWER)
    shown = DocumentStanding(today=NOW.date(), document=WELLS, newest=1, replaced=(link,))
    fake.document_standing = lambda *_: shown  # type: ignore[method-assign]
    text = get(client, "/d/wells")
    assert "/d/wells-2" in read(text).links
    assert "Corrected by" in text
    assert text.index("Corrected by") < text.index("The country had")
    shown = replace(shown, document=NEWER, replaced=(), replaces=(link,))
    text = get(client, "/d/wells-2")
    assert "It corrects" in text
    assert "/d/wells" in read(text).links


# --- in a frame -----------------------------------------------------------------------------------


@pytest.fixture
def widget_key(fake: FakeAssistant) -> str:
    sites = ["https://news.example", "https://paper.example:8443"]
    return fake.create_key("ask", widget=True, origins=sites)[1]


def test_the_widget_can_be_framed_by_its_sites_alone(keyed: TestClient, widget_key: str) -> None:
    response = keyed.get("/embed", params={"key": widget_key, "lang": "fr", "theme": "dark"})
    assert response.status_code == 200
    page = read(response.text)
    (script,) = [found for tag, found in page.attributes if tag == "script"]
    assert script == {
        "async": "",
        "src": "/widget.js",
        "data-mode": "embed",
        "data-key": widget_key,
        "data-lang": "fr",
        "data-theme": "dark",
    }
    directives = response.headers["content-security-policy"].split("; ")
    policy = dict(each.split(" ", 1) for each in directives)
    assert policy["frame-ancestors"] == "'self' https://news.example https://paper.example:8443"
    assert policy["script-src"] == policy["connect-src"] == policy["style-src"] == "'self'"
    assert "x-frame-options" not in response.headers


def test_without_keys_only_the_server_itself_frames_the_widget(client: TestClient) -> None:
    response = client.get("/embed")
    assert "data-key" not in response.text
    assert "frame-ancestors 'self';" in response.headers["content-security-policy"] + ";"


def test_only_a_widget_key_opens_the_frame(
    keyed: TestClient, client: TestClient, fake: FakeAssistant, widget_key: str
) -> None:
    secret = fake.create_key("ask")[1]
    for key in ("", "wrong", 'x" onload="', secret):
        text = get(keyed, f"/embed?key={key}", 403)
        assert "script" not in read(text).tags
        assert secret not in text
    get(client, "/embed?key=wrong", 403)
    fake.revoke_key("k2")
    get(keyed, f"/embed?key={widget_key}", 403)


def test_what_a_frame_asks_for_is_never_markup(client: TestClient) -> None:
    hostile = {"lang": '"><script>', "theme": "x' onload='"}
    text = client.get("/embed", params=hostile).text
    assert read(text).tags.count("script") == 1
    assert "onload" not in text


# --- what all pages share -------------------------------------------------------------------------

BAD = (
    "<script>alert(1)</script>",
    "\"' onmouseover=alert(1) x='",
    "]]><svg/onload=alert(1)>",
    "\u202egnp.exe\u2066\u2069\u200f",
    "{{ 7 * 7 }}{% raw %}",
    "W" * 10_000,
    "</title></textarea></style></script><h1>",
    "&lt;b&gt; &#x3c;i&#x3e;",
)
BAD_LINKS = (
    "javascript:alert(1)",
    " \tjava\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    "http://[",
    "https:",
    "file:///etc/passwd",
    'https://a.example/"><script>alert(1)</script>',
)


def hostile(bad: str, url: str) -> Document:
    return document(
        f"bad {bad[:50]}",
        f"{bad} says wells [1].",
        title=bad,
        url=url,
        publisher=bad,
        language=bad,
        checked_on=dated("2024"),
        sources=(Source(n=1, title=bad, publisher=bad, url=url),),
        verdicts=(Verdict(claim=bad, rating=bad, claimant=bad, url=url),),
    )


@pytest.mark.parametrize("bad", BAD)
def test_text_of_a_document_or_a_reader_is_never_markup(
    client: TestClient, fake: FakeAssistant, bad: str
) -> None:
    for url in BAD_LINKS:
        each = hostile(bad, url)
        fake.documents = {each.id: each, "register": REGISTER}
        for path in (
            document_path(each.id),
            document_path(each.id, 1, 0, len(bad)).partition("#")[0],
            post(client, question="says wells"),
        ):
            page = read(get(client, path))
            assert page.words in ([], [each.text])
    fake.since["r1"] = standing(
        freshness=replace(STALE, reasons=(replace(STALE.reasons[0], text=bad, clears_when=bad),)),
        replaced=(Replacement(relation="corrects", older=each, newer=each),),
        changed=(NewVersion(quoted=each, newest=each, quotes_stand=True),),
    )
    read(get(client, "/a/r1"))
    fake.withdrawn[each.id] = bad
    read(get(client, document_path(each.id), 410))
    fake.withdrawn.clear()
    read(client.get("/", params={"q": bad}).text)
    question = bad[:4000]
    read(get(client, post(client, question=question)))
    read(client.post("/", data={"question": " ", "after": bad}).text)


def test_marked_text_of_a_hostile_document_is_its_text(client: TestClient) -> None:
    page = read(get(client, f"/d/hostile?start=4&end={len(HOSTILE.text)}"))
    assert "".join(page.marks) == HOSTILE.text[4:]
    assert "".join(page.words) == HOSTILE.text


@pytest.mark.parametrize("url", BAD_LINKS[:-1])
def test_only_web_addresses_are_followed(url: str) -> None:
    assert link(url) is None


def test_addresses_that_may_be_followed() -> None:
    for url in ("https://a.example/x?y#z", "http://a.example", "mailto:desk@a.example"):
        assert link(url) == url


def test_dates_are_shown_at_their_own_precision() -> None:
    spoken = {"2024": "2024", "2024-05": "May 2024", "2024-05-02": "2 May 2024"}
    for value, words in spoken.items():
        assert day(value).replace("\N{NO-BREAK SPACE}", " ") == (
            f'<time datetime="{value}">{words}</time>'
        )
    for value in ("2024-13", "soon", "", "<b>"):
        assert day(value) == value


def test_languages_are_spelled_as_tags() -> None:
    assert [language_of(t) for t in ("en", "pt-BR", "zh-Hant-TW")] == ["en", "pt-BR", "zh-Hant-TW"]
    assert [language_of(t) for t in (None, "", "e", "en_US", 'en"', "english words")] == [None] * 6


@pytest.mark.parametrize(
    "path", ["/", "/a/r1", "/a/none", "/d/wells", "/d/none", "/page.css", "/v1/documents/wells"]
)
def test_pages_carry_a_strict_policy(client: TestClient, path: str) -> None:
    post(client, question="wells")
    headers = client.get(path, headers=HTML).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    page = read(get(client, "/"))
    loaded = page.all("link", "href") + page.all("script", "src")
    assert len(loaded) == 5  # two of them are offered, not loaded: the feeds
    types = [client.get(address).headers["content-type"].split(";")[0] for address in loaded]
    offered = ["application/atom+xml", "application/feed+json"]
    assert types == ["image/svg+xml", "text/css", *offered, "text/javascript"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/a/none", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/", 405),
        ("GET", "/v1/freshness?limit=0", 422),
        ("POST", "/a/r1/feedback", 422),
    ],
)
def test_a_problem_is_a_page_for_a_browser(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path, headers=HTML)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    text = plain(response.text)
    assert "What you can do" in text
    assert response.headers["x-request-id"] in text
    read(response.text)


def test_a_crash_is_a_page_for_a_browser(client: TestClient, fake: FakeAssistant) -> None:
    fake.fails = RuntimeError("secret detail")
    response = client.post("/", data={"question": "wells"}, headers=HTML)
    assert response.status_code == 500
    assert "Something failed here" in response.text
    read(response.text)
    assert "secret detail" not in response.text
    assert response.headers["x-frame-options"] == "DENY"
    assert "style-src 'self'" in response.headers["content-security-policy"]
    as_json = client.post("/", data={"question": "wells"})
    assert as_json.headers["content-type"] == "application/problem+json"
