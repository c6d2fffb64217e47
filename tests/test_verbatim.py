"""Every quote of every reply is the stored text at its offsets, on real questions of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.counts import count
from support.quotes import quotes, wrong_quotes

from assistant.contract import reply_json
from assistant.settings import Settings
from assistant.wiring import open_assistant


@pytest.mark.parametrize("name", ["clapnq", "squad2"])
def test_every_quote_is_verbatim(shared: Path, fresh_home: Callable[[], Path], name: str) -> None:
    folder = shared / "benchmarks" / name
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    step = len(lines) // count(25, 150)
    checked = answered = 0
    with open_assistant(Settings(home=fresh_home(), now="2026-01-01")) as assistant:
        assert assistant.ingest([str(folder / "corpus.jsonl")]).quarantined == ()
        for line in lines[::step]:
            question = json.loads(line)["text"]
            reply: dict[str, Any] = dict(reply_json(assistant.ask(question)))
            assert wrong_quotes(assistant, reply) == []
            checked += len(list(quotes(reply)))
            answered += reply["kind"] == "answer"
    assert checked > count(25, 150)
    assert answered
