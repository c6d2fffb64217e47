"""The gold suite: the sample archive, its questions, and what came back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant.contract import AnswerJson, ReplyJson, reply_json
from assistant.errors import AssistantError
from assistant.types import Audience, Reply
from assistant.wiring import Assistant
from evals.exact import search_exactly
from evals.figures import measure
from evals.homes import Homes, ingest
from evals.provenance import REPOSITORY, hashed
from evals.reports.latency import Stopwatch
from evals.reports.report import Suite
from evals.suites import gold_questions
from evals.suites.gold_metrics import METRICS, Case, Shown
from evals.suites.gold_questions import Question
from evals.suites.gold_words import findings, what_went_wrong, worst

CORPUS = REPOSITORY / "corpus"
TextOf = Callable[[str, int, Audience], str]
"""(document id, version, audience) -> the stored text."""


def run(
    homes: Homes,
    *,
    limit: int | None = None,
    corpus: Path = CORPUS,
    gold: Path = gold_questions.GOLD,
) -> Suite:
    done = asked(homes, limit, corpus, gold)
    return Suite(
        name="gold",
        figures=measure(METRICS, done.cases),
        slices=_slices(done.cases),
        data=done.data,
        cases={"replies.jsonl": [_case_line(case) for case in done.cases]},
        values=_values(done.cases),
        worst=tuple(worst(done.cases)),
        findings=tuple(findings(done.cases)),
        seconds=done.seconds,
        latencies=done.latencies,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All gold questions with their replies; the rest is as a Suite has it."""

    cases: tuple[Case, ...]
    data: Mapping[str, str | int]
    seconds: Mapping[str, float]
    latencies: Mapping[str, Sequence[float]]


@lru_cache(maxsize=1)
def asked(homes: Homes, limit: int | None, corpus: Path, gold: Path) -> Asked:
    """Asked once in these homes, for every suite that looks at the replies."""
    questions = gold_questions.load(gold, limit)
    started = time.perf_counter()
    with homes.fresh("gold") as assistant:
        documents = ingest(assistant, corpus)
        ingested = time.perf_counter()
        search_exactly(assistant)
        asking = Stopwatch(assistant.ask)
        cases = tuple(ask(assistant, question, asking) for question in questions)
    return Asked(
        cases=cases,
        data={
            "documents": documents,
            "questions": len(questions),
            "corpus_sha256": hashed((f for f in corpus.rglob("*") if f.is_file()), corpus),
            "questions_sha256": hashed(gold.glob("*.jsonl"), gold),
        },
        seconds={"ingest": ingested - started, "questions": time.perf_counter() - ingested},
        latencies={"question": asking.seconds},
    )


def ask(
    assistant: Assistant, question: Question, asking: Callable[..., Reply] | None = None
) -> Case:
    """The reply to one question, each of its quotes compared with what is stored."""
    try:
        reply = (asking or assistant.ask)(
            question.text, audience=question.audience, now=question.now, history=question.history
        )
    except AssistantError as error:
        return Case(question=question, reply=None, error=f"{type(error).__name__}: {error}")

    @cache
    def text_of(document_id: str, version: int, audience: Audience) -> str:
        return assistant.document(document_id, version, audience).text

    row = reply_json(reply)
    carries, supported = _support(row, assistant) if row["kind"] == "answer" else ((), ())
    return Case(
        question=question,
        reply=row,
        shown=tuple(shown(row, question.audience, text_of)),
        carries=carries,
        supported=supported,
    )


def shown(reply: ReplyJson, audience: Audience, text_of: TextOf) -> Iterator[Shown]:
    """Every quote of a reply: its citations, their second hops, and what came nearest."""
    for place, quoted in _quotes(reply):
        text = text_of(quoted["document_id"], quoted["version"], audience)
        yield Shown(
            place=place,
            document_id=quoted["document_id"],
            quote=quoted["quote"],
            exact=text[quoted["start"] : quoted["end"]] == quoted["quote"] != "",
        )


def _quotes(reply: ReplyJson) -> Iterator[tuple[str, Any]]:
    if reply["kind"] == "abstention":
        yield from (("nearest", near) for near in reply["nearest"])
        return
    for citation in reply["citations"]:
        yield "citation", citation
        yield from (("via", via) for via in citation["via"] if via["quote"] is not None)


def _support(answer: AnswerJson, assistant: Assistant) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """By the support judge: each citation alone, and each claim with all of its citations."""
    quotes = {citation["n"]: citation["quote"] for citation in answer["citations"]}
    alone = {
        n: assistant.verify(claim["text"], quotes[n]).supported
        for claim in answer["claims"]
        for n in claim["citations"]
    }
    together = tuple(
        assistant.verify(claim["text"], " ".join(quotes[n] for n in claim["citations"])).supported
        for claim in answer["claims"]
    )
    return tuple(alone[n] for n in quotes), together


def _slices(cases: Sequence[Case]) -> dict[str, Any]:
    labels: dict[str, list[Case]] = {}
    for case in cases:
        question = case.question
        for label in (f"{question.type}: {question.slice}", f"subject: {question.subject}"):
            labels.setdefault(label, []).append(case)
    return {label: measure(METRICS, labels[label]) for label in sorted(labels)}


def _values(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """What each case gives to each metric that applies to it."""
    return {
        metric.name: {
            case.question.id: share.hits / share.of
            for case in cases
            if (share := metric(case)) is not None
        }
        for metric in METRICS
    }


def _case_line(case: Case) -> str:
    """A case without the reply's id, which is drawn anew in every run."""
    question = case.question
    reply = {k: v for k, v in (case.reply or {}).items() if k != "id"}
    row = {
        "_id": question.id,
        "question": question.text,
        "history": [list(turn) for turn in question.history],
        "type": question.type,
        "slice": question.slice,
        "now": question.now.date().isoformat(),
        "wrong": what_went_wrong(case),
        "reply": reply or None,
        "error": case.error,
        "not_verbatim": [s.quote for s in case.shown if not s.exact],
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
