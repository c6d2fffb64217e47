"""Requests that no client of ours sends: huge numbers, half characters and bodies, odd methods."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from assistant.channels.middleware import Limits
from assistant.ledger.writing import set_state
from assistant.types import Audience
from channels.desk.newsroom import Browser, Newsroom, open_newsroom

HUGE = "9" * 20
LONGEST = "9" * 5000
"""More digits than Python makes a number of."""


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    return TestClient(newsroom.app(), base_url="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    "path", ["/v1/gaps?cursor=", "/v1/freshness?cursor=", "/v1/documents/wells?version="]
)
@pytest.mark.parametrize("number", [HUGE, LONGEST])
def test_a_number_that_no_database_holds_is_refused(
    newsroom: Newsroom, client: TestClient, path: str, number: str
) -> None:
    newsroom.fact_check("wells")
    assert client.get(path + number).status_code == 422


@pytest.mark.parametrize("number", [HUGE, LONGEST, "²", "٣", "-1", "0"])
def test_a_form_with_an_odd_page_is_answered(newsroom: Newsroom, number: str) -> None:
    newsroom.gap("How deep are the wells?")
    (gap,) = newsroom.assistant.desk.gaps("public")
    desk = Browser(newsroom.app())
    form = {"gap": gap.id, "document": "none", "page": number}
    answer = desk.send("/gaps/answered", **form)
    assert answer.status_code == 422
    assert "How deep are the wells?" in answer.text


def test_half_a_character_in_the_history_is_refused(client: TestClient) -> None:
    body = json.dumps({"question": "How many?", "history": [["user", "\ud800 wells"]]})
    answer = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "not valid Unicode" in answer.json()["detail"]


def test_half_a_body_reaches_no_route() -> None:
    reached: list[bytes] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        reached.append((await receive())["body"])

    def visit(*messages: Message) -> list[Message]:
        coming, sent = list(messages), list[Message]()

        async def receive() -> Message:
            return coming.pop(0)

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/desk/gaps/assign", "headers": []}
        anyio.run(Limits(app), scope, receive, send)
        return sent

    half = {"type": "http.request", "body": b"token=1&name=Ad", "more_body": True}
    assert visit(half, {"type": "http.disconnect"}) == []
    assert reached == []
    visit(half, {"type": "http.request", "body": b"a", "more_body": False})
    assert reached == [b"token=1&name=Ada"]


def test_methods_that_a_client_makes_up_are_counted_as_one(client: TestClient) -> None:
    for n in range(3):
        assert client.request(f"MADEUP{n}", "/healthz").status_code == 405
    counts = client.get("/metrics").text
    assert "MADEUP" not in counts
    assert 'method="other",route="/healthz",status="405"} 3.0' in counts


@pytest.mark.parametrize("header", ["Via", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"])
def test_what_any_proxy_passes_on_may_only_ask(
    newsroom: Newsroom, client: TestClient, header: str
) -> None:
    assert client.get("/v1/gaps").status_code == 200
    assert client.get("/v1/gaps", headers={header: "1.1 proxy"}).status_code == 403
    assert client.get("/desk", headers={header: "1.1 proxy"}).status_code == 401


@pytest.mark.parametrize("state", ["active", "withdrawn"])
def test_an_internal_document_is_not_told_by_its_answers(newsroom: Newsroom, state: str) -> None:
    newsroom.fact_check("wells")
    memo = newsroom.fact_check("memo", audience="internal")
    newsroom.answer(memo, audience="internal")
    if state == "withdrawn":
        with newsroom.ledger.transaction() as connection:
            set_state(connection, ["memo"], "withdrawn", datetime.now(UTC), "It was wrong.")
    newsroom.key("ask")
    client = TestClient(newsroom.app(host="0.0.0.0"), base_url="https://news.example")
    seen = {}
    readers: tuple[Audience, ...] = ("public", "internal")
    for audience in readers:
        headers = {"Authorization": f"Bearer {newsroom.key('edit', audience)}"}
        for name in ("wells", "memo", "none"):
            answer = client.get(f"/v1/documents/{name}/answers", headers=headers)
            seen[audience, name] = answer.status_code
    assert seen == {
        ("public", "wells"): 200,
        ("public", "memo"): 404,
        ("public", "none"): 404,
        ("internal", "wells"): 200,
        ("internal", "memo"): 200,
        ("internal", "none"): 404,
    }
