"""Strings that break software, through every field that HTTP takes: they stay words."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from fastapi.testclient import TestClient
from support.naughty import FAMILIES, LONE_SURROGATES, STRINGS, in_a_line

from assistant.errors import BadInput
from assistant.ledger.keys import origin_of
from assistant.types import Verdict
from channels.fake_assistant import FakeAssistant, document

EVENTS = {"Accept": "text/event-stream"}
PLAIN = "how many harmless words?"
REFUSALS = {400, 413, 422}
OURS = set(
    re.findall(
        r"\S+",
        """
        html head meta title link script body header nav main section article aside footer
        h1 h2 h3 h4 p a span bdi mark blockquote q cite time strong em small code ul ol li
        dl dt dd div details summary form label input textarea button select option fieldset
        legend br noscript newsroom-assistant
        """,
    )
)
"""What the pages are made of: nothing that loads, embeds, styles or refreshes by itself."""


class Shown(HTMLParser):
    """The tags, links and words of a page. Fails on any attribute that could run or dress."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: set[str] = set()
        self.words = ""
        self.feed(page)
        self.close()
        self.words = plain(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("style", "srcdoc", "autofocus"), name
            if name in ("href", "src", "action", "formaction", "data"):
                self.links.add(value or "")
            if name == "value":
                self.words += f" {value} "

    def handle_data(self, data: str) -> None:
        self.words += data


def plain(text: str) -> str:
    """With white space as a page shows it."""
    return " ".join(text.replace("\x00", "").split())


def harmless(shown: Shown, text: str, *, linked: bool = False) -> None:
    """A page with a naughty string has only our tags, our scripts, and links that may be followed.

    `linked` says that the string is an address that a page may link to when it is one of the web.
    """
    assert set(shown.tags) <= OURS, (text, set(shown.tags) - OURS)
    for tag in ("script", "h1", "main", "title"):
        assert shown.tags[tag] <= 1, (text, tag)
    for link in shown.links:
        assert urlsplit(link).scheme in ("", "http", "https", "mailto"), (text, link)
        assert linked or not link.startswith(("//", "\\", "http://127.0.0.1:9")), (text, link)


def asked(client: TestClient, question: str) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 200, question
    reply: dict[str, Any] = response.json()
    return reply


def test_there_are_enough_of_them_and_all_are_different() -> None:
    assert len(STRINGS) >= 300
    assert len(set(STRINGS)) == len(STRINGS)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_question_by_the_api(client: TestClient, family: str) -> None:
    for text in FAMILIES[family]:
        response = client.post("/v1/ask", json={"question": text})
        if response.status_code != 200:
            assert response.status_code in REFUSALS, text
            assert response.json()["detail"], text
            continue
        assert response.json()["question"] == text
        page = client.get(f"/a/{response.json()['id']}")
        assert page.status_code == 200, text
        shown = Shown(page.text)
        harmless(shown, text)
        assert plain(text) in shown.words


@pytest.mark.parametrize("family", FAMILIES)
def test_a_question_by_server_sent_events(client: TestClient, family: str) -> None:
    for text in FAMILIES[family]:
        response = client.post("/v1/ask", json={"question": text}, headers=EVENTS)
        if response.status_code != 200:
            assert response.status_code in REFUSALS, text
            continue
        frames = response.content.decode().split("\n\n")
        assert frames.pop() == "", text
        names = [frame.split("\n")[0] for frame in frames]
        assert (names[0], names[-1]) == ("event: evidence", "event: reply"), text
        assert set(names[1:-1]) <= {"event: claim"}, text
        _, data = frames[-1].split("\ndata: ")  # on one line: nothing in it ended a frame
        assert json.loads(data)["question"] == text


@pytest.mark.parametrize("family", FAMILIES)
def test_a_question_by_the_page(client: TestClient, family: str) -> None:
    for text in FAMILIES[family]:
        response = client.post("/", data={"question": text}, follow_redirects=False)
        if response.status_code == 303:
            harmless(Shown(client.get(response.headers["location"]).text), text)
        else:
            assert response.status_code in REFUSALS, text
            harmless(Shown(response.text), text)
        filled = client.get("/", params={"q": text})
        assert filled.status_code == 200, text
        harmless(Shown(filled.text), text)


@pytest.mark.parametrize("body", LONE_SURROGATES)
def test_half_a_character_is_refused_by_name(client: TestClient, body: str) -> None:
    for path, field in (("/v1/ask", "question"), ("/v1/search", "query")):
        sent = f'{{"{field}": "{body}"}}'
        response = client.post(path, content=sent, headers={"Content-Type": "application/json"})
        assert response.status_code in REFUSALS
        assert "unicode" in response.text.lower() or "JSON" in response.text


@pytest.mark.parametrize("family", FAMILIES)
def test_a_comment(client: TestClient, fake: FakeAssistant, family: str) -> None:
    reply = asked(client, PLAIN)
    for text in FAMILIES[family]:
        body = {"helpful": False, "reason": "other", "comment": text}
        response = client.post(f"/v1/answers/{reply['id']}/feedback", json=body)
        if response.status_code == 204:
            assert text.strip() in str(fake.ratings[-1][2]).strip() or not text.strip()
        else:
            assert response.status_code in REFUSALS, text


@pytest.mark.parametrize("family", FAMILIES)
def test_a_comment_by_the_page(client: TestClient, fake: FakeAssistant, family: str) -> None:
    path = f"/a/{asked(client, PLAIN)['id']}"
    for text in FAMILIES[family]:
        form = {"helpful": "no", "reason": text, "comment": text}
        response = client.post(f"{path}/feedback", data=form, follow_redirects=False)
        assert response.status_code in REFUSALS | {303}, text
        if response.status_code != 303:
            harmless(Shown(response.text), text)
        form["reason"] = "other"
        response = client.post(f"{path}/feedback", data=form, follow_redirects=False)
        assert response.status_code in REFUSALS | {303}, text
    harmless(Shown(client.get(path).text), family)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_origin_of_a_key(family: str) -> None:
    """What is no origin makes no key; what is one is the scheme and the host of a browser."""
    for text in FAMILIES[family]:
        try:
            origin = origin_of(text)
        except BadInput:
            continue
        assert re.fullmatch(r"https?://[a-z0-9.:\[\]_-]+", origin), (text, origin)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_words_and_names_of_a_document(
    client: TestClient, fake: FakeAssistant, family: str
) -> None:
    for number, text in enumerate(FAMILIES[family]):
        words = in_a_line(text)
        answer, archived = served(client, fake, f"{family}-{number}", words or "x", text)
        for shown in (answer, archived):
            harmless(shown, text, linked=True)
            assert plain(words) in shown.words


def served(
    client: TestClient, fake: FakeAssistant, name: str, words: str, url: str
) -> tuple[Shown, Shown]:
    """The pages of an answer and of its document, every field of which has these words."""
    verdict = Verdict(claim=words, rating=words, claimant=words, url=url)
    fake.documents = {
        name: document(
            name,
            f"Naughty number {words}, counted.",
            title=f"Title {words}",
            publisher=f"Publisher {words}",
            url=url,
            verdicts=(verdict,),
            follow_ups=(words,),
        )
    }
    reply = asked(client, "naughty number")
    assert reply["kind"] == "answer", name
    pages = (client.get(f"/a/{reply['id']}"), client.get(f"/d/{name}"))
    assert [page.status_code for page in pages] == [200, 200], name
    answer, archived = (Shown(page.text) for page in pages)
    return answer, archived


@pytest.mark.parametrize("family", FAMILIES)
def test_addresses_of_pages(client: TestClient, family: str) -> None:
    """Ids, versions, offsets, keys: what is not there is said to be missing, and no more."""
    for text in FAMILIES[family]:
        sent = quote(text, safe="")
        for path in (
            f"/a/{sent}",
            f"/d/{sent}",
            f"/d/wells?version={sent}&start={sent}&end={sent}",
            f"/embed?key={sent}",
            f"/v1/documents/{sent}",
            f"/v1/answers/{sent}",
            f"/widget/{sent}",
        ):
            response = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
            assert response.status_code < 500, (path[:80], text)
            if response.headers.get("content-type", "").startswith("text/html"):
                harmless(Shown(response.text), text)
            for value in response.headers.values():
                assert "\n" not in value
                assert "\r" not in value


@pytest.mark.parametrize("family", FAMILIES)
def test_origins_and_request_ids(client: TestClient, family: str) -> None:
    """Header values that can travel at all: no foreign origin is ever let in."""
    for text in FAMILIES[family]:
        value = text.encode("ascii", "ignore").decode()
        if not value.isprintable() or value != value.strip() or not value:
            continue
        headers = {"Origin": value, "X-Request-ID": value}
        response = client.post("/v1/ask", json={"question": PLAIN}, headers=headers)
        assert response.status_code in REFUSALS | {403}, text
        assert response.headers.get("access-control-allow-origin") in (None,), text
        assert response.headers["x-request-id"] != value or value.isascii()
