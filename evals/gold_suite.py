"""The gold suite: the sample archive, its questions, and what came back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from assistant.contract import AnswerJson, ReplyJson, reply_json
from assistant.errors import AssistantError
from assistant.types import Audience
from assistant.wiring import Assistant
from evals import gold_questions
from evals.exact import search_exactly
from evals.figures import measure
from evals.gold_metrics import METRICS, Case, FalseNotice, HitRate, NoticeRecall, Shown
from evals.gold_questions import Question
from evals.homes import Homes, ingest
from evals.provenance import REPOSITORY, hashed
from evals.report import Suite

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
    questions = gold_questions.load(gold, limit)
    started = time.perf_counter()
    with homes.fresh("gold") as assistant:
        documents = ingest(assistant, corpus)
        ingested = time.perf_counter()
        search_exactly(assistant)
        cases = [ask(assistant, question) for question in questions]
    asked = time.perf_counter()
    return Suite(
        name="gold",
        figures=measure(METRICS, cases),
        slices=_slices(cases),
        data={
            "documents": documents,
            "questions": len(questions),
            "corpus_sha256": hashed((f for f in corpus.rglob("*") if f.is_file()), corpus),
            "questions_sha256": hashed(gold.glob("*.jsonl"), gold),
        },
        cases={"replies.jsonl": [_case_line(case) for case in cases]},
        findings=tuple(_findings(cases)),
        seconds={"ingest": ingested - started, "questions": asked - ingested},
    )


def ask(assistant: Assistant, question: Question) -> Case:
    """The reply to one question, each of its quotes compared with what is stored."""
    try:
        reply = assistant.ask(question.text, audience=question.audience, now=question.now)
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


def _case_line(case: Case) -> str:
    """A case without the reply's id, which is drawn anew in every run."""
    question = case.question
    reply = {k: v for k, v in (case.reply or {}).items() if k != "id"}
    row = {
        "_id": question.id,
        "question": question.text,
        "type": question.type,
        "slice": question.slice,
        "now": question.now.date().isoformat(),
        "wrong": what_went_wrong(case),
        "reply": reply or None,
        "error": case.error,
        "not_verbatim": [s.quote for s in case.shown if not s.exact],
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def what_went_wrong(case: Case) -> list[str]:
    """The promises that this reply breaks, in the order in which they matter."""
    wrong = ["a quote is not the stored words"] if not all(s.exact for s in case.shown) else []
    if case.error:
        wrong.append("asking failed")
    if not case.question.answerable and case.answer:
        wrong.append("answered what the archive does not hold")
    if case.question.answerable and case.abstention:
        wrong.append("abstained although the archive holds the answer")
    elif (hit := HitRate()(case)) and not hit.hits:
        wrong.append("answered, but not what was asked")
    if (notice := NoticeRecall()(case)) and not notice.hits:
        wrong.append("no notice where one is due")
    if (notice := FalseNotice()(case)) and notice.hits:
        wrong.append("a notice where none is due")
    return wrong


def _findings(cases: Sequence[Case]) -> Iterator[str]:
    by_fault: dict[str, list[Case]] = {}
    for case in cases:
        for fault in what_went_wrong(case):
            by_fault.setdefault(fault, []).append(case)
    for fault in sorted(by_fault, key=lambda name: (-len(by_fault[name]), name)):
        yield f"### {fault.capitalize()} ({len(by_fault[fault])})"
        yield ""
        for case in by_fault[fault]:
            yield f"- `{case.question.id}` ({case.question.slice}) {case.question.text}"
            yield f"  - {_said(case)}"
        yield ""


def _said(case: Case) -> str:
    if case.answer:
        claims = " ".join(claim["text"] for claim in case.answer["claims"])
        return f"answered ({case.answer['confidence']:.2f}): {claims}"
    if case.abstention:
        nearest = case.abstention["nearest"]
        near = f"; nearest: {nearest[0]['quote']}" if nearest else ""
        return f"abstained, {case.abstention['reason']} ({case.abstention['confidence']:.2f}){near}"
    return f"failed: {case.error}"
