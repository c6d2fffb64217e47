"""A claim over HTTP, by operation and on the command line: told to be one, it is asked as one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from assistant import wiring
from assistant.channels import cli, operations
from assistant.channels.operations import MAX_POST, MAX_QUESTION
from assistant.errors import BadInput, TooLarge
from assistant.wiring import Assistant
from channels.fake_assistant import FakeAssistant

POST = "wells " * 1_500


def test_over_http_a_text_is_a_claim_only_where_it_is_said(
    client: TestClient, fake: FakeAssistant
) -> None:
    assert client.post("/v1/ask", json={"question": "wells"}).status_code == 200
    assert fake.claims == []
    assert client.post("/v1/ask", json={"question": "wells", "as": "claim"}).status_code == 200
    assert fake.claims == ["wells"]


def test_over_http_a_claim_may_be_a_long_post_and_a_question_may_not(
    client: TestClient, fake: FakeAssistant
) -> None:
    assert len(POST) > MAX_QUESTION
    assert client.post("/v1/ask", json={"question": POST}).status_code == 422
    assert client.post("/v1/ask", json={"question": POST, "as": "claim"}).status_code == 200
    assert fake.claims == [POST]
    longest = "a" * (MAX_POST + 1)
    assert client.post("/v1/ask", json={"question": longest, "as": "claim"}).status_code == 422
    assert client.post("/v1/ask", json={"question": "wells", "as": "verse"}).status_code == 422


def test_an_operation_takes_a_post_as_a_claim(fake: FakeAssistant) -> None:
    archive = cast(Assistant, fake)
    assert operations.ask(archive, question=POST, as_claim=True)["kind"] == "answer"
    with pytest.raises(TooLarge, match="paste the sentence"):
        operations.ask(archive, question="a" * (MAX_POST + 1), as_claim=True)
    for empty in (" \n", ""):
        with pytest.raises(BadInput, match="no claim"):
            operations.ask(archive, question=empty, as_claim=True)


def test_the_command_asks_a_claim(
    fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[FakeAssistant]:
        yield fake

    monkeypatch.setattr(wiring, "open_assistant", opened)
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"_id": "1", "text": "ruin"}\n', encoding="utf-8")
    assert cli.run(["ask", "--claim", "wells?"]) == 0
    assert cli.run(["ask", "--claim", "--questions", str(rows)]) == 0
    assert cli.run(["ask", "wells"]) == 0
    assert fake.claims == ["wells?", "ruin"]
    assert "4,120 registered wells" in capsys.readouterr().out
