"""The feeds: valid by their specifications, the same in both formats, with nothing hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import feedparser
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from lxml import etree
from support.naughty import STRINGS

from assistant.channels.api import create_app
from assistant.ledger.changes import Change, ChangeKind
from assistant.settings import Settings
from assistant.wiring import Assistant
from channels.desk.newsroom import open_newsroom
from channels.fake_assistant import NOTICE, FakeAssistant

HOST = "http://127.0.0.1:8000"
ATOM, JSON = "/feeds/freshness.atom", "/feeds/freshness.json"
NOW = datetime(2026, 3, 15, tzinfo=UTC)
REASON = {
    "rule": "period-closed",
    "level": "medium",
    "claim": None,
    "text": "The newest year in evidence is 2023.",
    "evidence": {"period": "2023", "document_id": "wells"},
    "clears_when": "A figure for 2024 or later is in the archive.",
}


def change(
    n: int = 1,
    kind: ChangeKind = "stale",
    *,
    document_id: str = "wells",
    state: str = "may_be_outdated",
    at: datetime | None = None,
    **body: Any,
) -> Change:
    said: dict[str, Any] = {
        "title": "How many wells?",
        "url": "https://desk.example/wells",
        "checked_on": "2024-06-01",
        "notice": NOTICE if kind == "stale" else None,
        "note": None,
        "reasons": [],
    }
    return Change(
        id=n,
        at=(at or NOW - timedelta(days=9) + timedelta(hours=n)).isoformat(),
        document_id=document_id,
        version=1,
        audience="public",
        kind=kind,
        state=state,
        body={**said, **body},
    )


@pytest.fixture
def client(fake: FakeAssistant, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path, now=NOW.isoformat())
    with TestClient(create_app(cast(Assistant, fake), settings), base_url=HOST) as client:
        yield client


# --- the specifications ---------------------------------------------------------------------------

NAMESPACE = "{http://www.w3.org/2005/Atom}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ONCE = {"id", "title", "updated", "published", "summary", "content", "subtitle"}
FEED = {"id", "title", "subtitle", "updated", "author", "link", "entry"}
ENTRY = {"id", "title", "published", "updated", "link", "category", "summary", "content"}


def atom(response: Response) -> Any:
    """The feed's element, once it keeps RFC 4287's rules and a feed reader can read it."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    feed = etree.fromstring(response.content)
    assert feed.tag == f"{NAMESPACE}feed"
    is_container(feed, FEED, {"id", "title", "updated", "author"})
    for entry in feed.findall(f"{NAMESPACE}entry"):
        is_container(entry, ENTRY, {"id", "title", "updated", "content"})
        assert len(entry.findall(f"{NAMESPACE}link[@rel='alternate']")) == 1
        assert all(each.get("term") for each in entry.findall(f"{NAMESPACE}category"))
    entries = feed.findall(f"{NAMESPACE}entry")
    ids = [text(entry, "id") for entry in entries]
    assert len(set(ids)) == len(ids)
    stamps = [text(entry, "updated") for entry in entries]
    assert text(feed, "updated") == max(stamps, default="1970-01-01T00:00:00Z")
    assert len(parsed.entries) == len(entries)
    return feed


def is_container(element: Any, allowed: set[str], needed: set[str]) -> None:
    names = [child.tag.removeprefix(NAMESPACE) for child in element]
    assert set(names) <= allowed
    assert needed <= set(names)
    for name in ONCE & set(names):
        assert names.count(name) == 1
    for name in {"updated", "published"} & set(names):
        assert STAMP.fullmatch(text(element, name))
    assert urlsplit(text(element, "id")).scheme in ("http", "urn")
    links = [dict(child.attrib) for child in element if child.tag == f"{NAMESPACE}link"]
    for link in links:
        assert re.fullmatch(r"https?://[!-~]+", link["href"])
    kinds = [(link["rel"], link.get("type")) for link in links]
    assert len(set(kinds)) == len(kinds)


def text(element: Any, name: str) -> str:
    found = element.find(f"{NAMESPACE}{name}")
    return found.text or ""


def json_feed(response: Response) -> dict[str, Any]:
    """The feed, once it keeps the rules of JSON Feed 1.1."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/feed+json"
    feed: dict[str, Any] = json.loads(response.content.decode("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for key in ("title", "description"):
        assert feed[key]
    for key in ("home_page_url", "feed_url", "next_url"):
        assert key not in feed or feed[key].startswith("http")
    assert all(author["name"] for author in feed["authors"])
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert STAMP.fullmatch(item["date_published"])
        assert urlsplit(item["url"]).scheme == "http"
        assert all(isinstance(tag, str) for tag in item["tags"])
        known = {"id", "url", "external_url", "title", "summary", "content_text", "tags"}
        assert set(item) <= {*known, "date_published", "_newsroom_assistant"}
    return feed


def both(client: TestClient) -> list[dict[str, Any]]:
    """The items, once Atom says the same."""
    items: list[dict[str, Any]] = json_feed(client.get(JSON))["items"]
    entries = atom(client.get(ATOM)).findall(f"{NAMESPACE}entry")
    for item, entry in zip(items, entries, strict=True):
        assert text(entry, "id") == item["id"]
        assert text(entry, "title") == item["title"]
        assert text(entry, "summary") == item["summary"]
        assert text(entry, "content") == item["content_text"]
        assert text(entry, "published") == item["date_published"]
        links = {each.get("rel"): each.get("href") for each in entry.findall(f"{NAMESPACE}link")}
        assert links == {
            "alternate": item["url"],
            **({"related": item["external_url"]} if "external_url" in item else {}),
        }
        assert entry.find(f"{NAMESPACE}category").get("term") == item["tags"][0]
    return items


# --- what they tell -------------------------------------------------------------------------------


def test_a_feed_of_nothing_is_a_feed(client: TestClient) -> None:
    assert both(client) == []
    assert "last-modified" not in client.get(ATOM).headers


def test_an_entry_says_what_happened_word_for_word(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(reasons=[REASON])]
    (item,) = both(client)
    assert item["title"] == "May be outdated: How many wells?"
    assert item["url"] == f"{HOST}/d/wells"
    assert item["external_url"] == "https://desk.example/wells"
    assert item["content_text"].split("\n\n") == [
        "This fact-check is shown with a notice now.",
        NOTICE,
        "The newest year in evidence is 2023.",
    ]
    assert item["date_published"] == "2026-03-06T01:00:00Z"
    assert item["_newsroom_assistant"] == {
        "kind": "stale",
        "state": "may_be_outdated",
        "document_id": "wells",
        "version": 1,
        "checked_on": "2024-06-01",
        "notice": NOTICE,
        "note": None,
        "revision": None,
        "reasons": [REASON],
    }


@pytest.mark.parametrize(
    ("noted", "title", "first"),
    [
        (change(state="unknown"), "Of unknown date: ", "This fact-check is shown with a notice"),
        (change(kind="corrected", state="retracted"), "Corrected: ", "This fact-check was corr"),
        (change(kind="withdrawn", state="withdrawn"), "Withdrawn: ", "This fact-check was withd"),
        (change(kind="refreshed"), "Checked again: ", "This fact-check was checked again on 2024-"),
        (
            change(kind="refreshed", checked_on="2024"),
            "Checked ",
            "This fact-check was checked agai",
        ),
        (
            change(kind="refreshed", checked_on=None),
            "Checked ",
            "This fact-check was checked again.",
        ),
    ],
)
def test_each_kind_has_its_sentence(
    fake: FakeAssistant, client: TestClient, noted: Change, title: str, first: str
) -> None:
    fake.noted = [noted]
    (item,) = both(client)
    assert item["title"].startswith(title)
    assert item["summary"].startswith(first)
    assert item["content_text"].startswith(item["summary"])


def test_the_note_of_a_withdrawal_is_told(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(kind="withdrawn", state="withdrawn", note="The register was wrong.")]
    (item,) = both(client)
    assert item["content_text"].endswith("any more.\n\nThe register was wrong.")


def test_a_change_of_words_alone_is_in_no_feed(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(1, "changed"), change(2)]
    assert [item["tags"] for item in both(client)] == [["stale"]]


def test_nothing_hidden_is_named(fake: FakeAssistant, client: TestClient) -> None:
    fake.withdrawn["register"] = "Wrong."
    by = {
        key: {**REASON, "text": f"By {key}.", "evidence": {"by_document_id": key}}
        for key in ("memo", "none", "register", "hostile")
    }
    fake.noted = [change(kind="corrected", reasons=list(by.values()))]
    (item,) = both(client)
    shown = [each["text"] for each in item["_newsroom_assistant"]["reasons"]]
    assert shown == ["By register.", "By hostile."]
    assert "memo" not in json.dumps(item)


def test_no_entry_is_of_the_future(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(1), change(2, at=NOW + timedelta(days=900))]
    assert [item["date_published"] for item in both(client)] == [
        "2026-03-15T00:00:00Z",
        "2026-03-06T01:00:00Z",
    ]


def test_an_id_is_its_own_for_ever(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(1), change(2), change(2, "corrected"), change(2, document_id="memo")]
    ids = [item["id"] for item in both(client)]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each) for each in ids)
    assert ids[-1] == "urn:uuid:dcdfd3bf-c02e-558b-b28d-7472953cf81d"
    fake.noted = [change(1, title="Another title", notice=None)]
    assert [item["id"] for item in both(client)] == ids[-1:]
    elsewhere = TestClient(client.app, base_url="http://localhost:9000")
    assert json_feed(elsewhere.get(JSON))["items"][0]["id"] == ids[-1]


@pytest.mark.parametrize("start", range(0, len(STRINGS), 40))
def test_no_string_breaks_a_feed(fake: FakeAssistant, client: TestClient, start: int) -> None:
    fake.noted = [
        change(
            n,
            "withdrawn",
            document_id=f"wells/{string[:40]}",
            title=string,
            note=string,
            url=f"https://desk.example/{string}",
            reasons=[{**REASON, "text": string, "evidence": {}}],
        )
        for n, string in enumerate(STRINGS[start : start + 40])
    ]
    items = both(client)
    assert len(items) == len(fake.noted)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", None, "mailto:a@b"])
def test_only_a_web_address_is_linked(
    fake: FakeAssistant, client: TestClient, url: str | None
) -> None:
    fake.noted = [change(url=url)]
    (item,) = both(client)
    assert "external_url" not in item


# --- reading them again ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", [ATOM, JSON, "/feeds/claimreview.json"])
def test_who_has_it_is_sent_nothing(fake: FakeAssistant, client: TestClient, path: str) -> None:
    fake.noted = [change(1)]
    first = client.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, no-cache"
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize("path", [ATOM, JSON])
def test_a_date_alone_never_keeps_what_may_have_been_erased(
    fake: FakeAssistant, client: TestClient, path: str
) -> None:
    fake.noted = [change(1), change(2)]
    modified = client.get(path).headers["last-modified"]
    fake.noted = [change(1)]  # the other was erased: nothing is newer, and yet it must go
    again = client.get(path, headers={"If-Modified-Since": modified})
    assert again.status_code == 200


def test_a_long_feed_is_read_page_by_page(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(n) for n in range(120)]
    address, items, pages = f"{HOST}{JSON}", [], 0
    while address:
        feed = json_feed(client.get(address))
        items += feed["items"]
        address, pages = feed.get("next_url", ""), pages + 1
    assert (pages, len({item["id"] for item in items})) == (3, 120)
    entries, address = [], f"{HOST}{ATOM}?limit=100"
    while address:
        response = client.get(address)
        feed_element = atom(response)
        entries += feed_element.findall(f"{NAMESPACE}entry")
        links = {
            link.get("rel"): link.get("href") for link in feed_element.findall(f"{NAMESPACE}link")
        }
        assert links["self"] == address
        address = links.get("next", "")
        assert response.headers.get("link", "") == (f'<{address}>; rel="next"' if address else "")
    assert [text(entry, "id") for entry in entries] == [item["id"] for item in items]


@pytest.mark.parametrize("path", [ATOM, JSON, "/feeds/claimreview.json"])
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=-1", f"cursor={2**53}", "cursor=x"]
)
def test_a_page_that_makes_no_sense_is_refused(client: TestClient, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 422


def test_a_page_beyond_the_last_is_empty(fake: FakeAssistant, client: TestClient) -> None:
    fake.noted = [change(1)]
    assert json_feed(client.get(f"{JSON}?cursor=5"))["items"] == []
    atom(client.get(f"{ATOM}?cursor={2**53 - 1}"))


def test_public_pages_name_the_feeds(fake: FakeAssistant, client: TestClient) -> None:
    fake.ask("wells")
    for page in ("/", "/a/r1", "/d/wells"):
        found = re.findall(
            r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">',
            client.get(page).text,
        )
        assert found == [("application/atom+xml", ATOM), ("application/feed+json", JSON)]


# --- the real archive -----------------------------------------------------------------------------


def test_what_happened_while_no_server_ran_is_told_at_the_next_start(tmp_path: Path) -> None:
    def items(now: str, keep: bool = True) -> list[tuple[str, str]]:
        with closing(open_newsroom(tmp_path / "home", now=now).assistant) as assistant:
            if keep:
                assistant.keep_chronicle(60)
            settings = Settings(home=tmp_path / "home", now=now)
            client = TestClient(create_app(assistant, settings), base_url=HOST)
            found = both(client)
        return [(item["tags"][0], item["_newsroom_assistant"]["document_id"]) for item in found]

    newsroom = open_newsroom(tmp_path / "home")
    newsroom.fact_check("wells", checked_on="2026-11-20")
    newsroom.fact_check("memo", checked_on="2026-11-20", audience="internal")
    newsroom.assistant.close()
    assert items("2026-11-21") == []
    assert items("2099-01-01", keep=False) == []
    assert items("2099-01-01") == [("stale", "wells")]
    newsroom = open_newsroom(tmp_path / "home")
    newsroom.fact_check("again", checked_on="2099-01-01", corrects=("wells",), title="Again")
    newsroom.assistant.close()
    assert items("2099-01-02") == [("corrected", "wells"), ("stale", "wells")]
    assert items("2099-01-02") == [("corrected", "wells"), ("stale", "wells")]
