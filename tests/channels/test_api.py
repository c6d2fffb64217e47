"""The HTTP service, route by route."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from assistant.channels.routes_archive import ChecksJson, CitingAnswersJson
from assistant.channels.routes_ask import AnyReply
from assistant.errors import Unavailable
from assistant.shapes import DocumentJson, GapsJson, HitsJson, ProblemJson
from channels.conftest import TOKEN, Bearer
from channels.fake_assistant import WELLS, FakeAssistant


def matches(shape: Any, value: object) -> None:
    """`value` is exactly of this shape: every key there, none beyond, every type right."""
    checked = TypeAdapter(shape).validate_python(value, strict=True)
    assert checked == value


def problem(response: Any, status: int) -> Any:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    matches(ProblemJson, body)
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def ask(client: TestClient, question: str, **fields: Any) -> Any:
    return client.post("/v1/ask", json={"question": question, **fields})


def test_an_answer_is_the_reply_of_the_contract(client: TestClient) -> None:
    response = ask(client, "registered wells")
    assert response.status_code == 200
    reply = response.json()
    matches(AnyReply, reply)
    assert reply["kind"] == "answer"
    citation = reply["citations"][0]
    text = client.get(f"/v1/documents/{citation['document_id']}").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert [via["resolved"] for via in citation["via"]] == [True, False]


def test_an_abstention_is_the_reply_of_the_contract(client: TestClient) -> None:
    reply = ask(client, "zebras").json()
    matches(AnyReply, reply)
    assert reply["kind"] == "abstention"
    assert reply["nearest"][0]["document_id"] == "wells"


def test_a_stored_answer_is_given_exactly(client: TestClient) -> None:
    reply = ask(client, "wells").json()
    assert client.get(f"/v1/answers/{reply['id']}").json() == reply


def test_history_reaches_the_archive_with_agents_as_assistants(
    client: TestClient, fake: FakeAssistant
) -> None:
    ask(client, "wells", history=[["user", "hello"], ["agent", "yes"]])
    assert fake.asked[-1]["history"] == (("user", "hello"), ("assistant", "yes"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": " \n\t "},
        {"question": "x" * 4001},
        {"question": 7},
        {"question": "wells", "history": [["judge", "hi"]]},
        {"question": "wells", "audience": "everyone"},
        {"question": "wells", "unknown": 1},
    ],
)
def test_what_is_no_question_is_named(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post("/v1/ask", json=body)
    assert problem(response, 422)["detail"]


def test_broken_json_and_lone_surrogates_are_refused(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/ask", content=b"{", headers=headers), 400)
    surrogate = rb'{"question": "\ud800 wells"}'
    problem(client.post("/v1/ask", content=surrogate, headers=headers), 422)


def test_an_archive_that_is_down_says_so(client: TestClient, fake: FakeAssistant) -> None:
    fake.fails = Unavailable("the disk is full")
    assert problem(ask(client, "wells"), 503)["detail"] == "the disk is full"


def test_a_crash_is_a_problem_without_its_details(client: TestClient, fake: FakeAssistant) -> None:
    fake.fails = RuntimeError("password in here")
    response = ask(client, "wells")
    problem(response, 500)
    assert "password" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_search_gives_passages(client: TestClient) -> None:
    response = client.post("/v1/search", json={"query": "wells", "k": 2})
    hits = response.json()
    matches(HitsJson, hits)
    assert len(hits["hits"]) == 2
    assert hits["hits"][0]["text"] in WELLS.text
    problem(client.post("/v1/search", json={"query": "wells", "k": 0}), 422)


def test_a_document_is_given_whole(client: TestClient) -> None:
    body = client.get("/v1/documents/wells", params={"version": 1}).json()
    matches(DocumentJson, body)
    assert body["text"] == WELLS.text
    assert body["checked_on"] == "2024-06-01"
    assert body["sources"][1]["published_on"] == "2024"
    problem(client.get("/v1/documents/wells", params={"version": 2}), 404)
    problem(client.get("/v1/documents/wells", params={"version": 0}), 422)
    problem(client.get("/v1/documents/none"), 404)


def test_an_id_may_hold_slashes(client: TestClient, fake: FakeAssistant) -> None:
    fake.documents["a/b"] = replace(WELLS, id="a/b")
    assert client.get("/v1/documents/a/b").json()["document_id"] == "a/b"
    assert client.get("/v1/documents/a%2Fb").json()["document_id"] == "a/b"
    assert client.get("/v1/documents/a%2Fb/answers").json()["items"] == []


def test_what_is_withdrawn_is_gone_with_its_note(client: TestClient, fake: FakeAssistant) -> None:
    reply = ask(client, "registered wells").json()
    fake.withdraw("wells", "We <b>erred</b>.")
    assert "We <b>erred</b>." in problem(client.get("/v1/documents/wells"), 410)["detail"]
    assert "erred" in problem(client.get(f"/v1/answers/{reply['id']}"), 410)["detail"]
    page = client.get(f"/a/{reply['id']}", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "We &lt;b&gt;erred&lt;/b&gt;." in page.text
    listed = client.get("/v1/documents/wells/answers").json()
    matches(CitingAnswersJson, listed)
    assert [(each["id"], each["served"]) for each in listed["items"]] == [(reply["id"], False)]


def test_lists_come_in_pages(client: TestClient) -> None:
    for question in ("zebras", "zebras", "lions", "tigers"):
        ask(client, question)
    first = client.get("/v1/gaps", params={"limit": 2}).json()
    matches(GapsJson, first)
    rest = client.get("/v1/gaps", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    asked = [gap["question"] for gap in first["items"] + rest["items"]]
    assert asked[0] == "zebras"
    assert sorted(asked) == ["lions", "tigers", "zebras"]
    assert first["items"][0]["count"] == 2
    assert rest["next_cursor"] is None
    problem(client.get("/v1/gaps", params={"limit": 0}), 422)


def test_freshness_lists_what_the_caller_may_read(client: TestClient) -> None:
    first = client.get("/v1/freshness", params={"limit": 1}).json()
    matches(ChecksJson, first)
    rest = client.get("/v1/freshness", params={"cursor": first["next_cursor"]}).json()
    ids = [check["document_id"] for check in first["items"] + rest["items"]]
    assert ids == ["wells", "hostile"]
    claim = first["items"][0]["claims"][0]
    assert WELLS.text[claim["start"] : claim["end"]] == claim["text"]


def test_feedback_is_kept_for_answers_that_exist(client: TestClient, fake: FakeAssistant) -> None:
    reply = ask(client, "wells").json()
    path = f"/v1/answers/{reply['id']}/feedback"
    response = client.post(path, json={"helpful": False, "comment": "too old"})
    assert response.status_code == 204
    assert fake.ratings == [(reply["id"], False, "too old")]
    problem(client.post("/v1/answers/none/feedback", json={"helpful": True}), 404)
    problem(client.post(path, json={"comment": "x"}), 422)


def test_what_is_not_served_is_a_problem(client: TestClient) -> None:
    assert "/v1/nothing" in problem(client.get("/v1/nothing"), 404)["detail"]
    response = client.get("/v1/ask")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


def test_health_readiness_and_metrics(client: TestClient, fake: FakeAssistant) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    fake.problems = ["the archive is empty"]
    assert problem(client.get("/readyz"), 503)["errors"] == ["the archive is empty"]
    ask(client, "wells")
    ask(client, "zebras")
    text = client.get("/metrics").text
    assert 'assistant_replies_total{detail="may_be_outdated",kind="answer"} 1.0' in text
    assert 'assistant_replies_total{detail="no_evidence",kind="abstention"} 1.0' in text
    assert 'assistant_archive{what="documents"} 4.0' in text
    assert 'route="/v1/ask",status="200"} 2.0' in text
    assert "zebras" not in text


def test_request_ids_come_in_and_go_out(client: TestClient) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": "abc-1"})
    assert given.headers["x-request-id"] == "abc-1"
    made = client.get("/healthz", headers={"X-Request-ID": "not one\x07"})
    assert len(made.headers["x-request-id"]) == 32


def test_a_body_over_64_kb_is_refused(client: TestClient) -> None:
    large = {"question": "wells", "history": [["user", "x" * 70_000]]}
    problem(client.post("/v1/ask", json=large), 413)
    chunks = iter([b'{"question": "', b"x" * 70_000, b'"}'])
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/ask", content=chunks, headers=headers), 413)
    within = {"question": "wells", "history": [["user", "x" * 60_000]]}
    assert client.post("/v1/ask", json=within).status_code == 200


class TestKeys:
    def test_without_a_key_nothing_is_read(self, keyed: TestClient) -> None:
        for response in (
            ask(keyed, "wells"),
            keyed.get("/v1/documents/wells"),
            keyed.get("/v1/freshness"),
            keyed.get("/v1/gaps"),
            keyed.get("/v1/answers/r1"),
            keyed.post("/v1/search", json={"query": "wells"}),
        ):
            assert "key" in problem(response, 401)["detail"]
            assert response.headers["www-authenticate"] == "Bearer"
        assert keyed.get("/healthz").status_code == 200

    @pytest.mark.parametrize("header", ["Bearer", "Bearer  ", "Basic abc", "Bearer wrong"])
    def test_what_is_no_key_of_ours_is_refused(self, keyed: TestClient, header: str) -> None:
        problem(
            keyed.get("/v1/documents/wells", headers={"Authorization": header}),
            401,
        )

    def test_a_key_decides_the_audience(self, keyed: TestClient, bearer: Bearer) -> None:
        public, internal = bearer("ask"), bearer("ask", "internal")
        question = {"question": "secret memo"}
        kinds = [
            keyed.post("/v1/ask", json={**question, **field}, headers=headers).json().get("kind")
            for headers, field in [
                (public, {}),
                (internal, {}),
                (internal, {"audience": "public"}),
            ]
        ]
        assert kinds == ["abstention", "answer", "abstention"]
        wider = {**question, "audience": "internal"}
        problem(keyed.post("/v1/ask", json=wider, headers=public), 403)
        problem(keyed.get("/v1/documents/memo", headers=public), 404)
        assert keyed.get("/v1/documents/memo", headers=internal).status_code == 200

    def test_internal_answers_stay_internal(self, keyed: TestClient, bearer: Bearer) -> None:
        internal = bearer("edit", "internal")
        reply = keyed.post("/v1/ask", json={"question": "memo"}, headers=internal).json()
        problem(keyed.get(f"/v1/answers/{reply['id']}", headers=bearer("ask")), 404)
        problem(keyed.get(f"/a/{reply['id']}"), 404)
        path = "/v1/documents/memo/answers"
        problem(keyed.get(path, headers=bearer("edit")), 404)
        assert len(keyed.get(path, headers=internal).json()["items"]) == 1

    def test_what_readers_asked_needs_an_editor(self, keyed: TestClient, bearer: Bearer) -> None:
        for path in ("/v1/gaps", "/v1/documents/wells/answers"):
            assert "edit" in problem(keyed.get(path, headers=bearer("ask")), 403)["detail"]
            assert keyed.get(path, headers=bearer("edit")).status_code == 200
            assert keyed.get(path, headers=bearer("admin")).status_code == 200

    def test_a_revoked_key_is_refused(
        self, keyed: TestClient, bearer: Bearer, fake: FakeAssistant
    ) -> None:
        headers = bearer("ask")
        fake.revoke_key(fake.keys()[-1].id)
        problem(keyed.get("/v1/documents/wells", headers=headers), 401)


class TestLoopback:
    def test_another_name_is_refused(self, client: TestClient) -> None:
        for host in ("evil.example", "127.0.0.1.evil.example", ""):
            problem(client.get("/v1/documents/wells", headers={"Host": host}), 421)
        for host in ("localhost:8000", "[::1]:8000", "127.0.0.1"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200

    def test_another_site_may_not_post(self, client: TestClient) -> None:
        for origin in ("http://evil.example", "null", "http://127.0.0.1:9"):
            response = client.post(
                "/v1/ask", json={"question": "wells"}, headers={"Origin": origin}
            )
            problem(response, 403)
        own = {"Origin": "http://127.0.0.1:8000"}
        assert client.post("/v1/ask", json={"question": "wells"}, headers=own).status_code == 200

    def test_it_is_public_only(self, client: TestClient) -> None:
        problem(ask(client, "memo", audience="internal"), 403)
        assert ask(client, "memo").json()["kind"] == "abstention"

    def test_a_key_widens_it(self, client: TestClient, bearer: Bearer) -> None:
        headers = bearer("ask", "internal")
        response = client.post("/v1/ask", json={"question": "memo"}, headers=headers)
        assert response.json()["kind"] == "answer"


class TestOperations:
    def test_they_need_the_servers_token(self, client: TestClient, bearer: Bearer) -> None:
        for headers in ({}, {"Authorization": "Bearer no"}, bearer("admin", "internal")):
            problem(client.post("/v1/operations/status", json={}, headers=headers), 401)

    def test_without_a_token_there_are_none(self, keyed: TestClient) -> None:
        headers = {"Authorization": "Bearer None"}
        problem(keyed.post("/v1/operations/status", json={}, headers=headers), 404)

    def test_unknown_ones_and_wrong_arguments_are_named(self, client: TestClient) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        unknown = client.post("/v1/operations/serach", json={}, headers=headers)
        assert "'search'" in problem(unknown, 422)["detail"]
        wrong = client.post("/v1/operations/verify", json={"clams": 1}, headers=headers)
        assert "'claim'" in problem(wrong, 422)["detail"]
        for content in (b"[]", b"{"):
            problem(client.post("/v1/operations/status", content=content, headers=headers), 422)


def test_the_openapi_document_is_complete(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    expected = {
        "/v1/ask",
        "/v1/search",
        "/v1/chat/completions",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/answers/{answer_id}",
        "/v1/answers/{answer_id}/feedback",
        "/v1/answers/{answer_id}/standing",
        "/v1/documents/{document_id}",
        "/v1/documents/{document_id}/answers",
        "/v1/documents/{document_id}/refresh",
        "/v1/refreshes/{refresh_id}",
        "/v1/refreshes/{refresh_id}/decision",
        "/v1/freshness",
        "/v1/gaps",
        "/healthz",
        "/readyz",
        "/metrics",
        "/mcp",
    }
    assert set(document["paths"]) == expected
    known = document["components"]["schemas"]
    assert not set(_references(document)) - {f"#/components/schemas/{name}" for name in known}
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            assert route["summary"], (method, path)
            success = next(v for k, v in route["responses"].items() if k.startswith("2"))
            assert success.get("content") or path.endswith("/feedback"), path
    asked = document["paths"]["/v1/ask"]["post"]["responses"]
    assert set(asked["200"]["content"]) == {"application/json", "text/event-stream"}
    assert set(asked["403"]["content"]) == {"application/problem+json"}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for each in value.values() for ref in _references(each)]
    if isinstance(value, list):
        return [ref for each in value for ref in _references(each)]
    return []
