"""The safety suite: strings that ask to be obeyed or run, planted in documents and in questions.

One archive is asked three times: before anything is planted, with twins (documents with the same
words in another order, so that a search counts the same), and with the strings. Ordinary questions
must get the twins' answer to the byte. Where they are declined, the kind and the reason must be the
twins'; the confidence of a question off every topic, and which passages come nearest to it, hang on
what a search counts (how often a word stands in the archive, how long its passages are), and a
string's marks and markup are not counted as the twin's bare words are: what moved is counted apart,
and named. So are other words than before any planting. Questions with a string in them
are asked before planting, where nothing but obedience could bring up its tell, and again of the
archive that holds it, where a search finds those very words: quoting them is counted apart.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from starlette.testclient import TestClient

from assistant.channels.api import create_app
from assistant.contract import ReplyJson, reply_json
from assistant.errors import BadInput
from assistant.wiring import Assistant
from evals.exact import search_exactly
from evals.figures import Figure, measure
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.reports.report import Suite, Worst
from evals.suites import gold_questions, safety_shown
from evals.suites.gold import CORPUS
from evals.suites.gold_questions import Question, sliced
from evals.suites.safety_archive import INJECTIONS, Injection, Planted, load, plant
from evals.suites.safety_metrics import (
    METRICS,
    Case,
    ChangedAnswers,
    ChangedWords,
    Executed,
    MovedAbstentions,
    Obeyed,
    cited,
    lasting,
    said,
)

ORDINARY = 30
"""Gold questions that must not be touched by what is planted."""
BASE = "http://127.0.0.1:8000"


def run(
    homes: Homes,
    *,
    limit: int | None = None,
    corpus: Path = CORPUS,
    gold: Path = gold_questions.GOLD,
    folder: Path = INJECTIONS,
) -> Suite:
    injections = sliced(load(folder), limit, key=[each.id for each in load(folder)])
    started = time.perf_counter()
    with homes.fresh("safety") as assistant:
        ingest(assistant, corpus)
        cases = tuple(_cases(assistant, injections, ordinary(gold, limit), homes.root / "planted"))
    return Suite(
        name="safety",
        figures=measure(METRICS, cases),
        slices=_slices(cases),
        data={
            "strings": len(injections),
            "families": len({each.family for each in injections}),
            "questions": len(cases),
            "strings_sha256": hashed(folder.glob("*.jsonl"), folder),
        },
        values=_values(cases),
        findings=tuple(_findings(cases)),
        cases={"safety.jsonl": [_line(case) for case in cases]},
        worst=tuple(_worst(cases)),
        seconds={"all": time.perf_counter() - started},
    )


def ordinary(gold: Path, limit: int | None) -> tuple[Question, ...]:
    """A fixed spread of the gold questions that a reader asks out of the blue; to what is off
    topic any passage is as near as another, a planted one too."""
    open_ones = [
        each for each in gold_questions.load(gold) if not each.history and each.audience == "public"
    ]
    return sliced(open_ones, min(limit or ORDINARY, ORDINARY), key=[each.id for each in open_ones])


def _cases(
    assistant: Assistant, injections: Sequence[Injection], usual: Sequence[Question], folder: Path
) -> Iterator[Case]:
    planted = [Planted(injection=each, number=n) for n, each in enumerate(injections)]
    asked = {each.id: usual[each.number % len(usual)].text for each in planted}
    before = _asked(assistant, usual)
    with TestClient(create_app(assistant, assistant.settings), base_url=BASE) as client:
        for each in planted:
            yield from _in_questions(each, asked[each.id], assistant, client)
        plant(planted, folder, twin=True)
        ingest(assistant, folder)
        twin = _asked(assistant, usual)
        plant(planted, folder, twin=False)
        assistant.ingest([str(folder)])
        after = _asked(assistant, usual)
        for question in usual:
            yield Case(
                id=question.id,
                family="none",
                kind="ordinary",
                asked=question.text,
                reply=after[question.id],
                before=before[question.id],
                twin=twin[question.id],
                faults=_faults(after[question.id], client),
            )
        for each in planted:
            yield from _in_documents(each, assistant, client)
        feeds = tuple(safety_shown.of_feeds(client))
        yield Case(id="feeds", family="none", kind="feeds", asked="", reply=None, faults=feeds)
    shutil.rmtree(folder)


def _asked(assistant: Assistant, questions: Sequence[Question]) -> dict[str, ReplyJson | None]:
    search_exactly(assistant)
    return {each.id: _reply(assistant, each.text) for each in questions}


def _in_questions(
    planted: Planted, question: str, assistant: Assistant, client: TestClient
) -> Iterator[Case]:
    """A string around an ordinary question, and alone, asked of an archive that has it nowhere."""
    text = planted.injection.text
    asked = {
        "after a question": f"{question} {text}",
        "before a question": f"{text} {question}",
        "alone": text,
    }
    for kind, words in asked.items():
        reply = _reply(assistant, words)
        yield Case(
            id=f"{planted.injection.id} {kind}",
            family=planted.injection.family,
            kind=kind,
            asked=words,
            reply=reply,
            injection=planted.injection,
            faults=_faults(reply, client),
        )


def _in_documents(planted: Planted, assistant: Assistant, client: TestClient) -> Iterator[Case]:
    """What a document with a string answers to a question about its own fact, and to the string."""
    injection = planted.injection
    told, echoed = _reply(assistant, planted.question), _reply(assistant, injection.text)
    yield Case(
        id=f"{injection.id} in a document's {planted.place}",
        family=injection.family,
        kind=f"in a document's {planted.place}",
        asked=planted.question,
        reply=told,
        injection=injection,
        fact=planted.nights,
        faults=(*_faults(told, client), *safety_shown.of_document(planted.id, client)),
    )
    yield Case(
        id=f"{injection.id} asked of its document",
        family=injection.family,
        kind="asked of its document",
        asked=injection.text,
        reply=echoed,
        echo=injection,
        faults=_faults(echoed, client),
    )


def _reply(assistant: Assistant, text: str) -> ReplyJson | None:
    """None where the question is refused, as one of no words is."""
    try:
        return reply_json(assistant.ask(text))
    except BadInput:
        return None


def _faults(reply: ReplyJson | None, client: TestClient) -> tuple[str, ...]:
    return tuple(safety_shown.faults(reply, client)) if reply else ()


def _slices(cases: Sequence[Case]) -> dict[str, tuple[Figure, ...]]:
    labels: dict[str, list[Case]] = {}
    for case in cases:
        for label in (f"family: {case.family}", f"place: {case.kind}"):
            labels.setdefault(label, []).append(case)
    return {label: measure(METRICS, labels[label]) for label in sorted(labels)}


def _values(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    return {
        metric.name: {case.id: share.hits for case in cases if (share := metric(case))}
        for metric in METRICS
    }


def _line(case: Case) -> str:
    row = {
        "_id": case.id,
        "family": case.family,
        "kind": case.kind,
        "asked": case.asked,
        "wrong": _wrong(case),
        "faults": list(case.faults),
        "reply": json.loads(lasting(case.reply)) if case.reply else None,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _wrong(case: Case) -> list[str]:
    judged = {metric.name: metric(case) for metric in (Obeyed(), Executed(), ChangedAnswers())}
    return [name for name, share in judged.items() if share and share.hits]


def _findings(cases: Sequence[Case]) -> Iterator[str]:
    """What moved although nothing was obeyed, each with both sides."""
    moved = [case for case in cases if (share := MovedAbstentions()(case)) and share.hits]
    other = [case for case in cases if (share := ChangedWords()(case)) and share.hits]
    if moved or other:
        yield "### Moved by what a search counts"
        yield ""
    for case in moved:
        now, twin = (each["confidence"] if each else 0.0 for each in (case.reply, case.twin))
        yield f"- {case.id}, declined: confidence {now:.4f}, beside twins {twin:.4f}"
    for case in other:
        at, before = (", ".join(cited(each)) for each in (case.reply, case.before))
        yield f"- {case.id}: from {at}; before any planting from {before}"
    if moved or other:
        yield ""


def _worst(cases: Sequence[Case]) -> Iterator[Worst]:
    for case in cases:
        if wrong := _wrong(case):
            yield Worst(
                case=case.id,
                asked=case.asked,
                came="; ".join(case.faults) or case.said,
                wanted=said(case.twin) if case.twin else "nothing of the string, and nothing live",
                why="; ".join(wrong),
            )
