"""The second opinion: votes, failures that are never wrong answers, and replies that are kept."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chat_server import ChatServer, chat_server

from assistant.errors import BadInput
from evals.figures import Figure
from evals.judge import CACHE, Judge, Opinion, asked_of, vote
from evals.reports.report import Suite


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


def judge(server: ChatServer, out: Path) -> Judge:
    return asked_of("small-model", server.url, out)


def gold(*claims: str) -> Suite:
    """A gold suite with one answer of these claims, and an abstention."""
    citations = [{"n": n, "quote": f"quote of {text}"} for n, text in enumerate(claims, start=1)]
    reply = {
        "kind": "answer",
        "claims": [{"text": text, "citations": [n]} for n, text in enumerate(claims, start=1)],
        "citations": citations,
    }
    rows = [
        {"_id": "q1", "question": "how many lamps?", "reply": reply},
        {"_id": "q2", "question": "and bees?", "reply": {"kind": "abstention"}},
        {"_id": "q3", "question": "failed", "reply": None},
    ]
    return Suite(
        name="gold", figures=(), data={"questions": 3}, cases={"r": [json.dumps(r) for r in rows]}
    )


def figures(suite: Suite) -> dict[str, Figure]:
    return {figure.name: figure for figure in suite.figures}


def text_of(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"])


def test_claims_and_answers_are_asked_of(server: ChatServer, tmp_path: Path) -> None:
    server.answer = lambda body: (
        "No." if "bad claim" in text_of(body) and ("sentence" in text_of(body)) else "yes"
    )
    suite = judge(server, tmp_path).of_gold([gold("good claim", "bad claim")])
    found = figures(suite)
    assert (found["judge_supported"].value, found["judge_supported"].cases) == (0.5, 2)
    assert (found["judge_answered"].value, found["judge_answered"].cases) == (1.0, 1)
    assert found["judge_agreement"].value == 1
    assert found["judge_failures"].value == 0
    assert suite.values["judge_supported"] == {"q1 claim 0": 1.0, "q1 claim 1": 0.0}
    assert [each.asked for each in suite.worst] == ["bad claim"]
    assert suite.data["judge model"] == "small-model"
    assert suite.data["questions"] == 3
    assert len(str(suite.data["prompts sha256"])) == 16


def test_a_failure_is_counted_apart_and_is_no_wrong_answer(
    server: ChatServer, tmp_path: Path
) -> None:
    turns: Iterator[str | int] = itertools.cycle([500, "yes", "I can't say"])
    server.answer = lambda body: next(turns)
    suite = judge(server, tmp_path).of_gold([gold("one", "two")])
    found = figures(suite)
    assert (found["judge_supported"].value, found["judge_supported"].cases) == (1.0, 2)
    assert (found["judge_failures"].value, found["judge_failures"].of) == (0.6667, 9)
    assert found["judge_agreement"].value is None
    assert suite.worst == ()


def test_a_server_that_is_down_decides_nothing(server: ChatServer, tmp_path: Path) -> None:
    server.answer = lambda body: 503
    found = figures(judge(server, tmp_path).of_gold([gold("one")]))
    assert found["judge_supported"].value is None
    assert found["judge_answered"].value is None
    assert found["judge_failures"].value == 1


def test_kept_replies_are_not_asked_for_again_and_say_the_same(
    server: ChatServer, tmp_path: Path
) -> None:
    replies = itertools.cycle(["yes", "no", "yes"])
    server.answer = lambda body: next(replies)
    first = judge(server, tmp_path).of_gold([gold("one", "two")])
    asked = len(server.asked)
    assert asked == 9
    server.answer = lambda body: 500
    again = judge(server, tmp_path).of_gold([gold("one", "two")])
    assert len(server.asked) == asked
    assert again == first
    assert figures(first)["judge_agreement"].value == pytest.approx(2 / 3, abs=1e-4)


def test_only_what_failed_is_asked_again(server: ChatServer, tmp_path: Path) -> None:
    turns: Iterator[str | int] = iter([500, "yes", "yes", "yes", "yes", "yes"])
    server.answer = lambda body: next(turns)
    judge(server, tmp_path).of_gold([gold("one")])
    server.answer = lambda body: "yes"
    suite = judge(server, tmp_path).of_gold([gold("one")])
    assert len(server.asked) == 7
    assert figures(suite)["judge_failures"].value == 0


def test_quotes_stand_first_and_last_in_turn(server: ChatServer, tmp_path: Path) -> None:
    server.answer = lambda body: "yes"
    judge(server, tmp_path).supported("a claim", ["a quote"])
    keys = [list(json.loads(text_of(body))) for body in server.asked]
    assert keys == [["quotes", "sentence"], ["sentence", "quotes"], ["quotes", "sentence"]]


def test_the_key_is_its_own(
    server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALS_JUDGE_API_KEY", "of-the-judge")
    monkeypatch.setenv("ASSISTANT_CHAT_API_KEY", "of-the-composer")
    server.answer = lambda body: "yes"
    judge(server, tmp_path).answered("q", "a")
    assert set(server.keys) == {"Bearer of-the-judge"}


def test_a_broken_file_of_replies_is_named(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / CACHE).write_text("{}\n")
    with pytest.raises(BadInput, match="line 1 is no reply of a judge"):
        judge(server, tmp_path)


def test_without_the_gold_suite_there_is_nothing_to_judge(
    server: ChatServer, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="answers of the gold suite"):
        judge(server, tmp_path).of_gold([])


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("yes", "yes"),
        ("No.", "no"),
        ("**Yes**, the quote says so", "yes"),
        ("no no", "no"),
        ("yes and no", None),
        ("I think yes", None),
        ("Not at all", None),
        ("", None),
        ("是", None),
    ],
)
def test_only_the_word_that_was_asked_for_is_a_vote(reply: str, read: str | None) -> None:
    assert vote(reply) == read


def test_a_tie_is_undecided() -> None:
    assert Opinion(votes=("yes", "no"), failures=1).verdict is None
    assert Opinion(votes=("yes", "no", "no"), failures=0).verdict == "no"
    assert Opinion(votes=(), failures=3).verdict is None
