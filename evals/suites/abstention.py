"""Answering or abstaining on public sets: is confidence high where the answer is held?

Every question goes through the product: ingest, search, sufficiency, composing, verifying. The
shipped weights were fitted on these very questions, so here each question is judged by weights that
never saw its topic (`evals/training/sufficiency_parts.json`, of which there is one set for each
quarter of the topics), and once more by weights that never saw its set.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.answering.ask import Asker
from assistant.answering.logistic import Weights, probability
from assistant.answering.sufficiency import (
    assess,
    kind_of,
    load_weights,
    read_weights,
)
from assistant.errors import AssistantError
from assistant.ports import Embedder
from assistant.settings import parse_instant
from assistant.types import Answer, Evidence, Reply
from assistant.wiring import Assistant
from evals import selective
from evals.beir import lines_of, sets_in
from evals.exact import encoders, search_exactly
from evals.figures import Figure, Share, pooled
from evals.homes import NOW, Homes, ingest
from evals.provenance import hashed
from evals.reports.report import Suite
from evals.selective import figure
from evals.suites.abstention_shown import Case, Question, line, pictures, worst_of
from evals.suites.gold_questions import sliced

SETS = ("squad2", "clapnq", "mtrag")
EVERY = {"squad2": 3}
"""Of a long set only every third question is asked, so that a run ends within minutes."""
PARTS_FILE = Path(__file__).parents[1] / "training" / "sufficiency_parts.json"
_HALF_ANSWERED = ("PARTIAL", "UNDERSPECIFIED", "CONVERSATIONAL")
"""Last turns that have neither an answer nor none: the suite of conversations tells of them."""
_SHOWN = 240

_MEANS = {
    "auroc": "chance that an answerable question is more confident than one that is not",
    "average_precision": "precision at each confidence, weighed by the recall that it adds",
    "brier": "mean square of confidence less truth: lower is better",
    "calibration_error": "ten bins: how far confidence is from the share that is answerable",
    "coverage_5_percent_risk": "most that can be answered with 5 % of it unanswerable",
    "coverage_10_percent_risk": "most that can be answered with 10 % of it unanswerable",
}
_FITTED = "; weights fitted on the other three quarters of the topics"
_STATISTICS: Mapping[str, selective.Statistic] = {
    "auroc": selective.auroc,
    "average_precision": selective.average_precision,
    "brier": selective.brier,
    "calibration_error": selective.calibration_error,
    "coverage_5_percent_risk": selective.coverage_at(0.05),
    "coverage_10_percent_risk": selective.coverage_at(0.10),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Weights by what they never saw: a part of the topics, or a whole set."""

    without_part: tuple[Weights, ...]
    without_set: Mapping[str, Weights]


def run(
    homes: Homes,
    benchmarks: Path,
    *,
    limit: int | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Suite:
    """Every set whose folder is there. Raises BadInput where none is."""
    folders = sets_in(benchmarks, SETS)
    models = read_models()
    cases: dict[str, list[Case]] = {}
    data: dict[str, str | int] = {}
    seconds: dict[str, float] = {}
    for name in folders:
        note(f"abstention: {name}")
        started = time.perf_counter()
        questions = read_questions(benchmarks / name)[:: EVERY.get(name, 1)]
        chosen = sliced(questions, limit, [each.id for each in questions])
        cases[name] = _run_set(homes, benchmarks / name, chosen, models)
        files = [benchmarks / name / each for each in ("corpus.jsonl", "queries.jsonl")]
        data[f"{name} questions"] = len(chosen)
        data[f"{name} sha256"] = hashed(files, benchmarks / name)
        seconds[name] = time.perf_counter() - started
    every = [case for name in folders for case in cases[name]]
    return Suite(
        name="abstention",
        figures=tuple(each for name in folders for each in figures_of(name, cases[name])),
        data=data,
        cases={"abstention.jsonl": [line(case) for case in every]},
        values=_values(cases),
        pictures=tuple(pictures(cases)),
        worst=tuple(worst_of(every)),
        seconds=seconds,
    )


def read_models(file: Path = PARTS_FILE) -> Models:
    stored = json.loads(file.read_text(encoding="utf-8"))
    return Models(
        without_part=tuple(_weights(each) for each in stored["without part"]),
        without_set={name: _weights(each) for name, each in stored["without set"].items()},
    )


def _weights(model: Mapping[str, Any]) -> Weights:
    return read_weights(model, model["caps"])


def read_questions(folder: Path) -> list[Question]:
    """The questions of a set that either have an answer in it or have none."""
    titles = {
        row["_id"]: row["title"] for row in map(json.loads, lines_of(folder / "corpus.jsonl"))
    }
    rows = map(json.loads, lines_of(folder / "queries.jsonl"))
    return [
        Question(
            id=str(row["_id"]),
            archive=folder.name,
            text=row["text"],
            history=tuple((role, text) for role, text in row.get("history", ())),
            answerable=bool(row["answerable"]),
            topic=f"{folder.name}:{titles.get(row.get('paired_passage')) or row['_id']}",
        )
        for row in rows
        if row.get("answerability") not in _HALF_ANSWERED
    ]


# --- asking ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Judge:
    """Judges by weights that never saw a part, and notes what the others would have said."""

    weights: Weights
    others: Weights
    vectors: Embedder
    noted: dict[str, tuple[float, float]]

    def __call__(self, question: str, evidence: Evidence) -> float:
        found = assess(question, evidence, self.vectors, self.weights)
        unseen = shipped = 0.0
        if found.best is not None:
            unseen = probability(found.features, found.gates, self.others)
            shipped = probability(
                found.features, found.gates, load_weights(kind_of(found.features))
            )
        self.noted[question] = (unseen, shipped)
        return found.confidence


def _run_set(
    homes: Homes, folder: Path, questions: Sequence[Question], models: Models
) -> list[Case]:
    with homes.fresh(f"abstention-{folder.name}") as assistant:
        ingest(assistant, folder / "corpus.jsonl")
        search_exactly(assistant)
        noted: dict[str, tuple[float, float]] = {}
        others = models.without_set[folder.name]
        askers = [_asker(assistant, each, others, noted) for each in models.without_part]
        day = parse_instant(NOW)
        return [_ask(askers[each.part], each, day, noted) for each in questions]


def _asker(
    assistant: Assistant,
    weights: Weights,
    others: Weights,
    noted: dict[str, tuple[float, float]],
) -> Asker:
    """The product's own with another judge of sufficiency."""
    _, embed = encoders(assistant)
    judge = _Judge(weights=weights, others=others, vectors=embed, noted=noted)
    return replace(assistant._parts.asker, sufficiency=judge)


def _ask(
    asker: Asker, question: Question, day: datetime, noted: Mapping[str, tuple[float, float]]
) -> Case:
    try:
        reply = asker.ask(question.text, audience="public", now=day, history=question.history)
    except AssistantError as error:  # one that can't be asked is not answered
        return _case(question, False, 0.0, (0.0, 0.0), f"{type(error).__name__}: {error}")
    confidence = reply.result.confidence
    asked = reply.standalone or reply.question
    noted_of = noted.get(asked, (confidence, confidence))
    return _case(question, not reply.abstained, confidence, noted_of, _said(reply))


def _case(
    question: Question, answered: bool, confidence: float, others: tuple[float, float], said: str
) -> Case:
    unseen, shipped = others
    return Case(
        question=question,
        answered=answered,
        confidence=confidence,
        unseen_set=unseen,
        shipped=shipped,
        said=said,
    )


def _said(reply: Reply) -> str:
    if isinstance(reply.result, Answer):
        return " ".join(claim.statement.text for claim in reply.result.claims)[:_SHOWN]
    return "abstained"


# --- figures --------------------------------------------------------------------------------------


def figures_of(name: str, cases: Sequence[Case]) -> Iterator[Figure]:
    held = [case.question.answerable for case in cases]
    confidence = [case.confidence for case in cases]
    for each, statistic in _STATISTICS.items():
        yield figure(f"{name} {each}", _MEANS[each] + _FITTED, statistic, confidence, held)
    for each, means, values in (
        ("auroc_unseen_set", "; weights fitted on the other sets", [c.unseen_set for c in cases]),
        ("auroc_shipped", "; weights as shipped, which saw them", [c.shipped for c in cases]),
    ):
        yield figure(f"{name} {each}", _MEANS["auroc"] + means, selective.auroc, values, held)
    yield _share(
        f"{name} answered_of_unanswerable",
        "unanswerable questions that got an answer at the shipped threshold" + _FITTED,
        (case.answered for case in cases if not case.question.answerable),
    )
    yield _share(
        f"{name} abstained_of_answerable",
        "answerable questions that got an abstention at the shipped threshold" + _FITTED,
        (not case.answered for case in cases if case.question.answerable),
    )


def _share(name: str, means: str, true: Iterable[bool]) -> Figure:
    return pooled(name, means, [Share(hits=float(each)) for each in true])


def _values(cases: Mapping[str, Sequence[Case]]) -> dict[str, dict[str, float]]:
    """What single cases give to a figure: of those over an order of cases, nothing."""
    values: dict[str, dict[str, float]] = {}
    for name, of_set in cases.items():
        values[f"{name} brier"] = {
            c.question.id: round((c.confidence - c.question.answerable) ** 2, 4) for c in of_set
        }
        values[f"{name} answered_of_unanswerable"] = {
            c.question.id: float(c.answered) for c in of_set if not c.question.answerable
        }
        values[f"{name} abstained_of_answerable"] = {
            c.question.id: float(not c.answered) for c in of_set if c.question.answerable
        }
    return values
