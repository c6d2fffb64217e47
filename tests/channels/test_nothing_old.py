"""What was corrected or withdrawn is served from no cache: not from ours, not from a reader's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.ledger.writing import set_state
from assistant.types import Document, Verdict
from channels.desk.newsroom import NOW, Newsroom, open_newsroom

OLD = "The register listed 4,120 wells in 2024."
NEW = "The register listed 5,230 wells in 2024."
PATHS = (
    "/a/{answer}",
    "/v1/answers/{answer}",
    "/d/wells",
    "/v1/documents/wells",
    "/",
    "/feeds/freshness.json",
    "/feeds/freshness.atom",
    "/feeds/claimreview.json",
)
"""Wherever words of a fact-check are shown."""


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


@pytest.fixture
def wells(newsroom: Newsroom) -> Document:
    return newsroom.fact_check("wells", text=OLD, verdicts=(Verdict(claim=OLD, rating="True"),))


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    return TestClient(newsroom.app(), base_url="http://127.0.0.1:8000")


def paths(newsroom: Newsroom, wells: Document) -> list[str]:
    answer = newsroom.answer(wells)
    return [each.format(answer=answer) for each in PATHS]


def correct(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells", text=NEW, verdicts=(Verdict(claim=NEW, rating="True"),))


def withdraw(newsroom: Newsroom) -> None:
    newsroom.assistant.withdraw("wells", "We erred.")


def erase(newsroom: Newsroom) -> None:
    newsroom.assistant.erase("wells")


def make_internal(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells", text=OLD, audience="internal")


def remove(newsroom: Newsroom) -> None:
    with newsroom.ledger.transaction() as connection:
        set_state(connection, ["wells"], "removed", NOW)


def test_nobody_may_keep_a_page_that_shows_words_of_the_archive(
    newsroom: Newsroom, wells: Document, client: TestClient
) -> None:
    for path in paths(newsroom, wells):
        kept = client.get(path).headers["cache-control"]
        assert kept == "no-store" or "no-cache" in kept, path


@pytest.mark.parametrize("act", [withdraw, erase, make_internal, remove])
def test_what_is_served_no_longer_is_in_no_cache(
    newsroom: Newsroom, wells: Document, client: TestClient, act: Callable[[Newsroom], None]
) -> None:
    places = paths(newsroom, wells)
    before = {path: client.get(path) for path in places}
    assert sum("4,120" in each.text for each in before.values()) >= 4
    act(newsroom)
    for path, kept in before.items():
        again: Any = client.get(path, headers={"If-None-Match": kept.headers.get("etag", '"x"')})
        assert "4,120" not in again.text, path
        if "4,120" in kept.text:
            assert again.status_code in (200, 404, 410), path


def test_a_corrected_one_shows_the_correction_everywhere(
    newsroom: Newsroom, wells: Document, client: TestClient
) -> None:
    places = paths(newsroom, wells)
    before = {path: client.get(path) for path in places}
    correct(newsroom)
    permalink, stored = places[:2]
    for path, kept in before.items():
        again = client.get(path, headers={"If-None-Match": kept.headers.get("etag", '"x"')})
        if path not in (permalink, stored):
            assert "4,120" not in again.text, path
    page = client.get(permalink).text
    assert "its newest version" in page
    assert client.get("/v1/documents/wells").json()["version"] == 2
    assert "4,120" in client.get("/v1/documents/wells", params={"version": 1}).text
    listed = client.get("/v1/documents/wells/answers").json()
    assert [(each["affected"], each["versions"]) for each in listed["items"]] == [(True, [1])]
    assert (listed["total"], listed["affected"]) == (1, 1)
