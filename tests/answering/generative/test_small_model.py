"""A real small language model composes gold questions through the whole product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.counts import count

from assistant.contract import reply_json
from assistant.settings import Settings
from assistant.wiring import Assistant, open_assistant
from evals.small_model import missing, serving
from evals.suites import gold_questions

ASKED = count(3, 20)


@pytest.fixture(scope="module")
def assistant(
    repository_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    if reason := missing():
        pytest.skip(reason)
    log = tmp_path_factory.mktemp("small-model") / "server.log"
    with serving(log) as url:
        settings = Settings(
            home=repository_home,
            chat_model="smollm2",
            chat_base_url=url,
            chat_seconds=count(60, 120),
            chat_tokens=count(500, 900),
        )
        with open_assistant(settings) as opened:
            yield opened


def test_whatever_a_small_model_writes_every_sentence_rests_on_exact_quotes(
    assistant: Assistant,
) -> None:
    gold = [q for q in gold_questions.load(gold_questions.GOLD, None) if q.audience == "public"]
    asked = gold[:: len(gold) // ASKED][:ASKED]
    tokens = 0
    for question in asked:
        reply = reply_json(assistant.ask(question.text, now=question.now))
        assert reply["kind"] in ("answer", "abstention")
        if reply["kind"] == "abstention":
            continue
        assert reply["claims"]
        quotes = {c["n"]: c["quote"] for c in reply["citations"]}
        for cited in reply["citations"]:
            text = assistant.document(cited["document_id"], cited["version"], "public").text
            assert text[cited["start"] : cited["end"]] == cited["quote"] != ""
        for claim in reply["claims"]:
            quoted = " ".join(quotes[n] for n in claim["citations"])
            for figure in re.findall(r"\d[\d.,]*", claim["text"]):
                assert figure.rstrip(".,") in quoted, claim["text"]
        assert reply["diagnostics"].get("composer") in ("model", "extractive")
        tokens += int(reply["diagnostics"].get("chat_tokens_out", 0))
    assert tokens > 0, "the model was never asked"
