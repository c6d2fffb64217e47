"""Pages for people: without scripts, everything escaped, one address an answer."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from channels.fake_assistant import NOTICE, FakeAssistant

HTML = {"Accept": "text/html"}


class Elements(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.quotes: list[str] = []
        self._quoting = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
        if tag == "blockquote":
            self._quoting = True
            self.quotes.append("")

    def handle_endtag(self, tag: str) -> None:
        self._quoting = self._quoting and tag != "blockquote"

    def handle_data(self, data: str) -> None:
        if self._quoting:
            self.quotes[-1] += data


def post(client: TestClient, **form: str) -> str:
    """Asks through the form; the address of the answer's page."""
    response = client.post("/", data=form, follow_redirects=False)
    assert response.status_code == 303
    return response.headers["location"]


def test_one_can_ask_by_a_form(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert {"form", "input", "button"} <= set(Elements(page.text).tags)
    answer = client.get(post(client, question="registered wells"))
    elements = Elements(answer.text)
    assert "script" not in elements.tags
    reply = client.get("/v1/answers/r1").json()
    assert elements.quotes[0] == reply["citations"][0]["quote"]
    assert elements.quotes[1] == reply["citations"][0]["via"][0]["quote"]
    for words in (NOTICE, "[1]", "The fact-check says", "The source says", "Unresolved", "False"):
        assert words in answer.text


def test_an_abstention_has_a_page(client: TestClient) -> None:
    page = client.get(post(client, question="zebras")).text
    assert "The archive doesn&#39;t say." in page
    assert Elements(page).quotes == ["The country had 4,120 registered wells in 2023 [1] [2]."]


def test_the_page_of_an_answer_is_negotiated(client: TestClient) -> None:
    post(client, question="wells")
    as_json = client.get("/v1/answers/r1")
    as_page = client.get("/v1/answers/r1", headers=HTML)
    assert as_json.headers["vary"] == as_page.headers["vary"] == "Accept"
    assert as_json.json()["id"] == "r1"
    assert as_page.text == client.get("/a/r1").text


def test_text_of_a_document_is_never_markup(client: TestClient) -> None:
    page = client.get(post(client, question="banner ruin")).text
    elements = Elements(page)
    assert "script" not in elements.tags
    assert not [link for link in elements.links if link.startswith("javascript")]
    assert "<script>alert(1)</script>" in elements.quotes[0]


def test_a_question_is_never_markup(client: TestClient) -> None:
    page = client.get("/", params={"q": "</textarea><script>alert(3)</script>"}).text
    assert "script" not in Elements(page).tags


@pytest.mark.parametrize("path", ["/", "/a/r1", "/a/none", "/page.css", "/v1/documents/wells"])
def test_pages_carry_a_strict_policy(client: TestClient, path: str) -> None:
    post(client, question="wells")
    headers = client.get(path, headers=HTML).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    assert Elements(page).links == ["/page.css", "/", "/"]
    assert client.get("/page.css").headers["content-type"].startswith("text/css")


def test_what_is_no_question_comes_back_with_a_reason(client: TestClient) -> None:
    for form, words in (({"question": "  "}, "empty"), ({"question": "x" * 5000}, "5,000")):
        response = client.post("/", data=form)
        assert response.status_code in (413, 422)
        assert words in response.text
    assert client.post("/", json={"question": "wells"}).status_code == 422


def test_a_missing_answer_is_a_page_for_a_browser(client: TestClient) -> None:
    response = client.get("/a/none", headers=HTML)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "no answer" in response.text


def test_where_keys_are_needed_the_form_takes_one(keyed: TestClient, fake: FakeAssistant) -> None:
    assert 'name="key"' in keyed.get("/").text
    refused = keyed.post("/", data={"question": "wells", "key": "wrong"})
    assert refused.status_code == 401
    assert "not known" in refused.text
    assert "wells" in refused.text
    _, secret = fake.create_key("ask", "internal")
    location = post(keyed, question="memo", key=secret)
    assert "doesn&#39;t say" in keyed.get(location).text  # a page shows what is public
