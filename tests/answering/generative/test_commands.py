"""`assistant ask` beside a chat server that lies, breaks or is dead: an answer in time, no key."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.counts import count
from support.lying_chat import BODIES, BREAKS, CANARY, KEY, LIES, STATUSES, LyingChat, lying_chat

from assistant.channels import cli
from assistant.settings import Settings
from assistant.wiring import open_assistant

WAYS: tuple[str | int, ...] = (*BODIES, *STATUSES, *LIES, *BREAKS)
ASKED = "How many gulls nest on Norland's harbour wall in 2025?"
ARCHIVE = """---
title: How many gulls nest on Norland's harbour wall?
kind: fact_check
checked_on: 2026-01-10
---
The harbour office counted 1,204 gull nests on the wall in 2025. The count of 2024 was 1,187.
"""
Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(fresh_home: Callable[[], Path]) -> Path:
    home = fresh_home()
    with open_assistant(Settings(home=home)) as assistant:
        (home / "gulls.md").write_text(ARCHIVE, encoding="utf-8")
        assert assistant.ingest([str(home / "gulls.md")]).quarantined == ()
    return home


@pytest.fixture(scope="module")
def server() -> Iterator[LyingChat]:
    with lying_chat() as running:
        yield running


@pytest.fixture
def ask(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.setenv("ASSISTANT_CHAT_MODEL", "liar")
    monkeypatch.setenv("ASSISTANT_CHAT_API_KEY", KEY)
    monkeypatch.setenv("ASSISTANT_CHAT_SECONDS", "3")

    def ask(url: str, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", url)
        code = cli.run(["ask", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ask


@pytest.mark.parametrize("way", WAYS[:: count(9, 1)])
def test_whatever_the_server_does_the_command_answers(
    server: LyingChat, ask: Ask, way: str | int
) -> None:
    server.behave = way
    code, out, err = ask(server.url, ASKED, "--json")
    assert code == 0, err
    assert "Traceback" not in out + err
    assert KEY not in out + err
    assert CANARY not in out + err
    reply = json.loads(out)
    assert [claim["text"] for claim in reply["claims"]][0].startswith("The harbour office counted")
    assert reply["diagnostics"]["composer"] in ("model", "extractive")


def test_a_dead_server_is_asked_twice_for_a_whole_batch(ask: Ask, tmp_path: Path) -> None:
    """Then it is left alone, so that the rest of the batch waits for nothing."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        rows = [{"_id": str(n), "text": ASKED} for n in range(12)]
        (tmp_path / "asked.jsonl").write_text("\n".join(map(json.dumps, rows)))
        code, out, err = ask(url, "--questions", str(tmp_path / "asked.jsonl"), "--json")
    assert code == 0, err
    assert KEY not in out + err
    replies = [json.loads(line) for line in out.splitlines()]
    why = [reply["diagnostics"]["chat_model"] for reply in replies]
    assert len(why) == 12
    assert sum("left alone" in each for each in why) == 10
    assert {reply["claims"][0]["text"] for reply in replies} == {
        "The harbour office counted 1,204 gull nests on the wall in 2025."
    }
