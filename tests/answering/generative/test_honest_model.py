"""A chat model that does what it is asked: its own words are shown, each on the stored words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chat_server import ChatServer, chat_server
from support.quotes import wrong_quotes

from assistant.contract import reply_json
from assistant.settings import Settings
from assistant.wiring import Assistant, open_assistant

ARTICLE = """---
title: How many passengers did the ferries of Norland carry?
kind: fact_check
checked_on: 2026-01-10
---
In 2025, the Norland Ferry Office, which runs twelve boats, carried 412,906 paying passengers.
The trams of Norland (run by the city) carried 1,398,115 passengers in 2025.
Fares have not risen since 2019, according to the Norland Ferry Office.
"""
QUESTION = "How many passengers did the ferries and the trams of Norland carry in 2025?"
SHORTER = "The Norland Ferry Office carried 412,906 paying passengers in 2025."
OTHER = "The trams of Norland carried 1,398,115 passengers in 2025."
FARES = "According to the Norland Ferry Office, fares have not risen since 2019."


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


@pytest.fixture(scope="module")
def assistant(server: ChatServer, fresh_home: Callable[[], Path]) -> Iterator[Assistant]:
    settings = Settings(
        home=fresh_home(), chat_model="honest", chat_base_url=server.url, chat_seconds=60
    )
    with open_assistant(settings) as opened:
        (settings.home / "ferries.md").write_text(ARTICLE, encoding="utf-8")
        assert opened.ingest([str(settings.home / "ferries.md")]).quarantined == ()
        yield opened


def drafts(*claims: str) -> Callable[[dict[str, Any]], str]:
    """Each claim beside the sentence of the passages that holds its longest number."""

    def answer(body: dict[str, Any]) -> str:
        text = "\n".join(str(message["content"]) for message in body["messages"])
        rows = []
        for claim in claims:
            figure = max(re.findall(r"\d[\d,]*", claim), key=len)
            for n, block in re.findall(
                r"<<\w+ passage (\d+)>>\n(.*?)\n<<\w+ end", text, flags=re.DOTALL
            ):
                for said in re.split(r"(?<=\.)\s+|\n+", block):
                    if figure in said:
                        rows.append({"text": claim, "quotes": [{"passage": int(n), "words": said}]})
        return json.dumps({"claims": rows})

    return answer


@pytest.mark.parametrize("claims", [(SHORTER, OTHER), (OTHER, SHORTER)])
def test_an_honest_models_words_are_shown_in_its_order(
    server: ChatServer, assistant: Assistant, claims: tuple[str, ...]
) -> None:
    server.answer = drafts(*claims)
    reply = reply_json(assistant.ask(QUESTION))
    assert reply["kind"] == "answer"
    assert [claim["text"] for claim in reply["claims"]] == list(claims)
    assert wrong_quotes(assistant, reply) == []
    quotes = {cited["n"]: cited["quote"] for cited in reply["citations"]}
    for claim in reply["claims"]:
        quoted = " ".join(quotes[n] for n in claim["citations"])
        assert all(figure in quoted for figure in re.findall(r"\d[\d,]*\d", claim["text"]))
    assert reply["diagnostics"]["composer"] == "model"
    assert reply["diagnostics"]["claims_dropped"] == "0"
    assert int(reply["diagnostics"]["chat_tokens_in"]) > 0


def test_what_nobody_asked_for_is_left_out_however_true(
    server: ChatServer, assistant: Assistant
) -> None:
    server.answer = drafts(SHORTER, OTHER, FARES)
    reply = reply_json(assistant.ask(QUESTION))
    assert reply["kind"] == "answer"
    assert [claim["text"] for claim in reply["claims"]] == [SHORTER, OTHER]
    assert reply["diagnostics"]["claims_dropped"] == "1"


def test_what_an_honest_model_gets_wrong_once_is_said_in_the_stored_words(
    server: ChatServer, assistant: Assistant
) -> None:
    wrong = OTHER.replace("1,398,115", "1,398,116")
    server.answer = lambda body: drafts(SHORTER, OTHER)(body).replace(OTHER, wrong)
    reply = reply_json(assistant.ask(QUESTION))
    assert reply["kind"] == "answer"
    said = [claim["text"] for claim in reply["claims"]]
    assert said[0] == SHORTER
    assert "1,398,116" not in json.dumps(reply)
    assert wrong_quotes(assistant, reply) == []
