"""The channels on the real archive: a few documents, read, indexed, asked and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from assistant.channels import cli
from assistant.channels.api import create_app
from assistant.channels.routes_archive import ChecksJson
from assistant.channels.routes_ask import AnyReply
from assistant.settings import Settings
from assistant.shapes import DocumentJson, HitsJson
from assistant.wiring import Assistant, open_assistant

CHECK = """---
title: How many lighthouses does the Norland coast authority operate?
kind: fact_check
publisher: The Norland Desk
checked_on: 2026-02-02
sources:
  - {n: 1, title: Lighthouse register 2025, url: "https://coast.example/register-2025"}
  - {n: 2, title: Pilots' handbook}
---

## Executive summary

The Norland coast authority operated 214 lighthouses at the end of 2025 [1]. Of these lighthouses,
31 still have a keeper [2].

## What is counted

The register counts towers with a permanent light, so buoys and beacons are left out [1].
"""
SOURCE = """---
title: Lighthouse register 2025
kind: source_document
publisher: Norland Coast Authority
url: https://coast.example/register-2025
published_on: 2026-01-15
---

At the end of 2025 the Norland coast authority operated 214 lighthouses. The register counts towers
with a permanent light and leaves buoys and beacons out.
"""
MEMO = """---
title: Which lighthouses will close?
kind: fact_check
audience: internal
checked_on: 2026-02-03
---

## Executive summary

The internal plan closes 12 lighthouses in Norland by 2028.
"""
QUESTION = "How many lighthouses does the Norland coast authority operate?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that the command line itself read."""
    folder = tmp_path_factory.mktemp("real")
    for name, text in (("check", CHECK), ("source", SOURCE), ("memo", MEMO)):
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "in" / "empty.md").write_bytes(b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_HOME", str(folder / "home"))
        assert cli.run(["ingest", str(folder / "in"), "--json"]) == 1
    return folder / "home"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.setenv("ASSISTANT_NOW", "2026-03-15")

    def command(*arguments: str) -> tuple[int, str]:
        code = cli.run(list(arguments))
        return code, capsys.readouterr().out

    return command


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    with open_assistant(Settings(home=home, now="2026-03-15"), command="test") as assistant:
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, assistant.settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    blocks = (block.split("\n") for block in text.split("\n\n") if block.startswith("event"))
    return [(name[7:], json.loads(data[6:])) for name, data in blocks]


def test_an_answer_rests_on_words_that_are_there(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": QUESTION}).json()
    TypeAdapter(AnyReply).validate_python(reply, strict=True)
    assert reply["kind"] == "answer"
    assert "214" in reply["claims"][0]["text"]
    for citation in reply["citations"]:
        path, version = f"/v1/documents/{citation['document_id']}", citation["version"]
        body = client.get(path, params={"version": version}).json()
        TypeAdapter(DocumentJson).validate_python(body, strict=True)
        assert body["text"][citation["start"] : citation["end"]] == citation["quote"]
    hops = [via for citation in reply["citations"] for via in citation["via"]]
    assert any(via["resolved"] and "214" in (via["quote"] or "") for via in hops)
    assert client.get(f"/v1/answers/{reply['id']}").json() == reply
    assert "214 lighthouses" in client.get(f"/a/{reply['id']}").text


def test_it_streams_what_it_answers(client: TestClient) -> None:
    accept = {"Accept": "text/event-stream"}
    response = client.post("/v1/ask", json={"question": QUESTION}, headers=accept)
    (first, _), *claims, (last, reply) = events(response.text)
    assert (first, last) == ("evidence", "reply")
    assert [data["claim"]["text"] for _, data in claims] == [c["text"] for c in reply["claims"]]
    assert client.get(f"/v1/answers/{reply['id']}").json() == reply


def test_an_openai_client_gets_the_same_words(client: TestClient) -> None:
    body = {"model": "any", "messages": [{"role": "user", "content": QUESTION}]}
    done = client.post("/v1/chat/completions", json=body).json()
    reply, text = done["newsroom_assistant"], done["choices"][0]["message"]["content"]
    TypeAdapter(AnyReply).validate_python(reply, strict=True)
    assert client.get(f"/v1/answers/{reply['id']}").json() == reply
    asked = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert (reply["claims"], reply["citations"]) == (asked["claims"], asked["citations"])
    hops = [via["quote"] for citation in reply["citations"] for via in citation["via"]]
    for words in (
        *(claim["text"] for claim in reply["claims"]),
        *(citation["quote"] for citation in reply["citations"]),
        *filter(None, hops),
    ):
        assert words in text
    assert any(hops)
    assert (reply["freshness"]["notice"] or "") in text
    streamed = client.post("/v1/chat/completions", json={**body, "stream": True}).text
    chunks = [json.loads(event[6:]) for event in streamed.split("\n\n")[:-2]]
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    said = "".join(delta.get("content", "") for delta in deltas)
    assert said.rpartition("answer ")[0] == text.rpartition("answer ")[0]
    assert chunks[-1]["newsroom_assistant"]["claims"] == reply["claims"]


def test_search_freshness_and_state(client: TestClient) -> None:
    hits = client.post("/v1/search", json={"query": "lighthouses", "k": 3}).json()
    TypeAdapter(HitsJson).validate_python(hits, strict=True)
    assert "214" in json.dumps(hits)
    checks = client.get("/v1/freshness").json()
    TypeAdapter(ChecksJson).validate_python(checks, strict=True)
    assert [check["title"] for check in checks["items"]] == [QUESTION]
    assert client.get("/readyz").status_code == 200
    assert 'assistant_archive{what="documents"}' in client.get("/metrics").text


def test_what_is_internal_is_for_those_who_may_read_it(
    client: TestClient, assistant: Assistant
) -> None:
    question = {"question": "How many lighthouses will close in Norland by 2028?"}
    assert "12 lighthouses" not in client.post("/v1/ask", json=question).text
    _, secret = assistant.create_key("ask", "internal")
    headers = {"Authorization": f"Bearer {secret}"}
    assert "12 lighthouses" in client.post("/v1/ask", json=question, headers=headers).text


def test_the_command_line_answers_and_abstains(run: Any) -> None:
    code, out = run("ask", QUESTION)
    assert code == 0
    assert "214 lighthouses" in out
    assert "the source says" in out
    code, out = run("ask", "Who won the chess olympiad of 1974?", "--json")
    assert code == 3
    TypeAdapter(AnyReply).validate_python(json.loads(out), strict=True)
    gaps = json.loads(run("gaps", "--json")[1])
    assert "Who won the chess olympiad of 1974?" in [gap["question"] for gap in gaps]


def test_the_command_line_searches_and_judges(run: Any, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"_id": "q1", "text": "lighthouse keepers"}\n')
    trec = tmp_path / "out.trec"
    assert run("search", "--queries", str(tmp_path / "q.jsonl"), "--run", str(trec))[0] == 0
    assert all(line.split()[0] == "q1" for line in trec.read_text().splitlines())
    assert (
        json.loads(run("volatility", "What is the latest count?", "--json")[1])["p_mutable"] > 0.5
    )
    claim = "The authority operated 214 lighthouses."
    verified = run("verify", "--claim", claim, "--evidence", claim, "--json")
    assert json.loads(verified[1])["label"] == "supported"
    assert len(json.loads(run("check", "--json")[1])) == 2
    assert json.loads(run("doctor", "--json")[1])["ok"]


def test_what_is_taken_back_is_gone(run: Any, home: Path, tmp_path: Path) -> None:
    reply = json.loads(run("ask", QUESTION, "--json")[1])
    check_id = reply["citations"][0]["document_id"]
    saved = tmp_path / "saved"
    assert run("backup", str(saved))[0] == 0
    assert run("withdraw", check_id, "--note", "The register was wrong.")[0] == 0
    with open_assistant(Settings(home=home), command="test") as assistant:
        app = create_app(assistant, assistant.settings)
        client = TestClient(app, base_url="http://127.0.0.1")
        gone = client.get(f"/v1/answers/{reply['id']}")
        assert gone.status_code == 410
        assert "The register was wrong." in gone.json()["detail"]
    assert run("erase", check_id)[0] == 0
    words = "31 still have a keeper"
    kept = [
        path for path in home.rglob("*") if path.is_file() and words.encode() in path.read_bytes()
    ]
    assert kept == []
    assert run("restore", str(saved))[0] == 0
    assert run("ask", QUESTION)[0] == 0
