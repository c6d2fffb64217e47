"""What an editor corrected and what was updated: told apart on every page, and as words only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from support.revising import revise

from assistant.channels.api import create_app
from assistant.channels.feeds import entry
from assistant.channels.markdown import MARKDOWN
from assistant.channels.render import reply_text
from assistant.channels.slack.blocks import answer as slack_answer
from assistant.channels.style import PLAIN
from assistant.ledger.changes import Change
from assistant.ledger.watched import Watch
from assistant.types import RevisionKind, Source, Verdict
from channels.desk.newsroom import NOW, Newsroom, open_newsroom
from channels.test_pages import read

HOST = "http://127.0.0.1:8000"
NOTE = "<b>It</b> was 4,118 & *not* <!channel> `4,120` [x](https://evil.example)."
HTML = {"Accept": "text/html"}


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    app = create_app(newsroom.assistant, newsroom.assistant.settings)
    with TestClient(app, base_url=HOST) as client:
        yield client


def publish(newsroom: Newsroom, kind: RevisionKind, *words: str, note: str = NOTE) -> None:
    old, new = words or ("", "")
    told = newsroom.assistant._parts.chronicle.revised
    revise(newsroom.ledger, told, "wells", kind, (old, new), note=note, now=NOW)


def page(client: TestClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, response.text
    return response.text


def words(text: str) -> str:
    """What a reader sees of a page."""
    read(text)
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", text)).split())


# --- the permalink of an answer -------------------------------------------------------------------


def test_an_answers_page_tells_a_correction_from_an_update_once_each(
    newsroom: Newsroom, client: TestClient
) -> None:
    answer_id = newsroom.answer(newsroom.fact_check("wells"))
    assert "Corrected" not in page(client, f"/a/{answer_id}")
    publish(newsroom, "updated", "4,120", "5,001", note="The count of 2025 is out.")
    publish(newsroom, "corrected", "5,001", "4,118")
    text = page(client, f"/a/{answer_id}")
    said = words(text)
    assert said.count("Corrected on 21 November 2026: <b>It</b> was 4,118") == 1
    assert said.count("Updated on 21 November 2026: The count of 2025 is out.") == 1
    assert said.index("Corrected on") < said.index("Updated on") < said.index("as served")
    assert "<b>It" not in text
    assert {"/d/wells?version=1", "/d/wells?version=2", "/d/wells"} <= {*read(text).links}
    assert "no longer holds all of the words" in said
    assert "may be outdated" not in said  # its check was refreshed: there is none to consider


def test_a_confirmation_is_neither(newsroom: Newsroom, client: TestClient) -> None:
    answer_id = newsroom.answer(newsroom.fact_check("wells"))
    publish(newsroom, "confirmed", note="Nothing has changed.")
    said = words(page(client, f"/a/{answer_id}"))
    assert "Checked again and confirmed on 21 November 2026: Nothing has changed." in said
    assert "still holds, word for word" in said
    assert "Corrected" not in said
    assert "Updated" not in said


@pytest.mark.parametrize("words", [(), ("4,120", "4,118")])
def test_a_refresh_silences_no_doubt_that_comes_after_it(
    newsroom: Newsroom, client: TestClient, words: tuple[str, ...]
) -> None:
    url = "https://office.example/register"
    sources = (Source(n=1, title="The register", url=url),)
    text = "The latest yearly number of wells is 4,120, counted in 2023 [1]."
    answer_id = newsroom.answer(newsroom.fact_check("wells", text=text, sources=sources))
    path = f"/v1/answers/{answer_id}/standing"
    assert client.get(path).json()["notice"] is not None  # its check was old
    publish(newsroom, "updated" if words else "confirmed", *words)
    settled = client.get(path).json()
    assert (settled["notice"], settled["state"]) == (None, None if words else "fresh")
    newsroom.ledger.watched.put(
        Watch(url_key=url, url=url, retracted_on="2026-11-21", retraction="It was made up.")
    )
    assert client.get(path).json()["state"] == "retracted"
    text = page(client, f"/a/{answer_id}")
    assert "This fact-check was corrected or withdrawn." in text
    assert "Its source [1]" in text


def test_an_answer_from_the_new_version_says_which_it_is(
    newsroom: Newsroom, client: TestClient
) -> None:
    newsroom.fact_check("wells")
    publish(newsroom, "corrected", "4,120", "4,118")
    document = newsroom.ledger.documents.get("wells")
    answer_id = newsroom.answer(document, document)
    said = words(page(client, f"/a/{answer_id}"))
    assert said.count("Corrected on 21 November 2026") == 1
    assert said.index("as served") < said.index("Corrected on 21 November 2026")
    assert "took its place" not in said


def test_how_an_answer_stands_is_given_to_programs(newsroom: Newsroom, client: TestClient) -> None:
    answer_id = newsroom.answer(newsroom.fact_check("wells"))
    path = f"/v1/answers/{answer_id}/standing"
    before = client.get(path).json()
    assert (before["revisions"], before["words_gone"]) == ([], False)
    publish(newsroom, "updated", "4,120", "5,001")
    publish(newsroom, "corrected", "5,001", "4,118")
    found = client.get(path).json()
    assert [(each["kind"], each["version"]) for each in found["revisions"]] == [
        ("corrected", 3),
        ("updated", 2),
    ]
    assert found["revisions"][0]["note"] == NOTE
    assert found["words_gone"] is True
    newsroom.assistant.withdraw("wells", "It was made up.")
    gone = client.get(path)
    assert gone.status_code == 410
    assert "It was made up." in gone.json()["detail"]


# --- documents ------------------------------------------------------------------------------------


def test_a_documents_page_shows_its_revisions_newest_first(
    newsroom: Newsroom, client: TestClient
) -> None:
    newsroom.fact_check("wells")
    publish(newsroom, "updated", "4,120", "5,001", note="The count of 2025 is out.")
    publish(newsroom, "corrected", "5,001", "4,118")
    text = page(client, "/d/wells")
    said = words(text)
    assert said.count("Corrected on 21 November 2026: <b>It</b> was") == 2  # above, and listed
    assert said.index("Corrected on") < said.index("Updated on")
    assert {"/d/wells?version=1", "/d/wells?version=2"} <= {*read(text).links}
    found = client.get("/v1/documents/wells").json()
    assert [(each["version"], each["replaces"], each["kind"]) for each in found["revisions"]] == [
        (3, 2, "corrected"),
        (2, 1, "updated"),
    ]


@pytest.mark.parametrize(
    ("kind", "said_as"), [("corrected", "as a correction"), ("updated", "as an update")]
)
def test_an_older_version_says_what_took_its_place(
    newsroom: Newsroom, client: TestClient, kind: RevisionKind, said_as: str
) -> None:
    newsroom.fact_check("wells")
    publish(newsroom, kind, "4,120", "4,118")
    text = page(client, "/d/wells?version=1")
    said = words(text)
    assert "This is version 1 of 2" in said
    assert f"It was replaced on 21 November 2026 by version 2, {said_as}: <b>It</b>" in said
    assert "/d/wells?version=2" in read(text).links
    assert "4,120" in said


# --- replies --------------------------------------------------------------------------------------


def reply_of(newsroom: Newsroom, kind: RevisionKind, note: str = NOTE) -> Any:
    """A reply that quotes the revised check in two places."""
    newsroom.fact_check("wells", text="There are 4,120 wells. Most are private.")
    publish(newsroom, kind, "4,120", "4,118", note=note)
    document = newsroom.ledger.documents.get("wells")
    reply = newsroom.assistant.answer(newsroom.answer(document))
    first = reply["citations"][0]
    return {**reply, "citations": [first, {**first, "n": 2}]}


@pytest.mark.parametrize(("kind", "word"), [("corrected", "Corrected"), ("updated", "Updated")])
def test_text_says_it_once_for_each_document(
    newsroom: Newsroom, kind: RevisionKind, word: str
) -> None:
    reply = reply_of(newsroom, kind)
    assert reply["citations"][0]["revision"] == {"kind": kind, "on": "2026-11-21", "note": NOTE}
    text = reply_text(reply, PLAIN)
    assert text.count(f"{word} on 2026-11-21: {NOTE}") == text.count(f"{word} on") == 1
    other = {"Corrected": "Updated", "Updated": "Corrected"}[word]
    assert f"{other} on" not in text
    markdown = reply_text(reply, MARKDOWN)
    assert markdown.count(f"{word} on 2026-11-21: ``") == 1  # whatever it says, it is no markup
    shown = str(slack_answer(reply, HOST).blocks)
    assert shown.count(f"{word} on 2026-11-21: ") == 1


def test_a_confirmed_check_says_when_it_was_checked_and_no_more(newsroom: Newsroom) -> None:
    text = reply_text(reply_of(newsroom, "confirmed"), PLAIN)
    assert "checked on 2026-11-21" in text
    assert NOTE not in text


def test_a_reply_from_before_there_were_revisions_is_shown(newsroom: Newsroom) -> None:
    reply = reply_of(newsroom, "corrected")
    old = [{k: v for k, v in each.items() if k != "revision"} for each in reply["citations"]]
    stored: Any = {**reply, "citations": old}
    text = reply_text(stored, PLAIN)
    assert "Corrected" not in text


# --- feeds and published verdicts -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "label", "tags"),
    [
        ("corrected", "Corrected: ", ["corrected"]),
        ("updated", "Updated: ", ["refreshed", "updated"]),
        ("confirmed", "Checked again: ", ["refreshed", "confirmed"]),
    ],
)
def test_feeds_tell_them_apart(
    newsroom: Newsroom, client: TestClient, kind: RevisionKind, label: str, tags: list[str]
) -> None:
    newsroom.fact_check("wells")
    publish(newsroom, kind, *(() if kind == "confirmed" else ("4,120", "4,118")))
    (item,) = client.get("/feeds/freshness.json").json()["items"]
    assert item["title"].startswith(label)
    assert item["tags"] == tags
    assert NOTE in item["content_text"]
    assert item["_newsroom_assistant"]["revision"] == {"kind": kind, "version": 2, "replaces": 1}
    atom = client.get("/feeds/freshness.atom").text
    assert [f'<category term="{tag}"' in atom for tag in tags] == [True] * len(tags)
    assert NOTE not in atom  # escaped


def test_a_note_that_is_no_xml_breaks_no_feed() -> None:
    body: dict[str, Any] = {
        "title": "W",
        "url": None,
        "checked_on": None,
        "notice": None,
        "note": "a\x00b",
        "reasons": [],
        "revision": {"kind": "updated", "version": 2, "replaces": 1},
    }
    change = Change(
        at=NOW.isoformat(),
        document_id="w",
        version=2,
        audience="public",
        kind="refreshed",
        state="fresh",
        body=body,
    )
    assert "\x00" not in entry(change, HOST, NOW, names=lambda _: True).text


def test_a_corrected_verdict_is_published_in_its_new_version(
    newsroom: Newsroom, client: TestClient
) -> None:
    verdict = Verdict(claim="There are 4,120 wells", rating="False")
    newsroom.fact_check("wells", verdicts=(verdict,))
    publish(newsroom, "corrected", "4,120", "4,118")
    (review,) = [
        each
        for item in client.get("/feeds/claimreview.json").json()["dataFeedElement"]
        for each in item["item"]
    ]
    assert review["dateModified"] == "2026-11-21"
    assert review["correction"] == {
        "@type": "CorrectionComment",
        "text": NOTE,
        "datePublished": "2026-11-21",
    }
    embedded = page(client, "/d/wells")
    assert "CorrectionComment" in embedded
    assert "<b>It" not in embedded
