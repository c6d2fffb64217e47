"""What the suite of abstention shows: its questions with their replies, pictures, worst cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.conversation.standalone import Turn
from evals import selective
from evals.reports.pictures import Line, Picture, reliability, risk_coverage
from evals.reports.report import Worst

_WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a set, with its truth; its topic decides which weights never saw it."""

    id: str
    archive: str
    text: str
    history: tuple[Turn, ...]
    answerable: bool
    topic: str

    @property
    def part(self) -> int:
        return selective.part_of(self.topic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question and its reply. `unseen_set` is the confidence by weights fitted on the other sets,
    `shipped` by those that ship; both of the question as it was understood."""

    question: Question
    answered: bool
    confidence: float
    unseen_set: float
    shipped: float
    said: str

    @property
    def wrong(self) -> bool:
        return self.answered != self.question.answerable


def pictures(cases: Mapping[str, Sequence[Case]]) -> Iterator[Picture]:
    curves, diagrams = [], []
    for name, of_set in cases.items():
        confidence = [case.confidence for case in of_set]
        held = [case.question.answerable for case in of_set]
        curves.append(
            Line(name=name, points=risk_coverage(confidence, [not each for each in held]))
        )
        diagrams.append(Line(name=name, points=reliability(confidence, held)))
    perfect = Line(name="as promised", points=((0.0, 0.0), (1.0, 1.0)), dashed=True)
    yield Picture(
        name="abstention-risk-coverage",
        title="What a bar on confidence answers, and how much of that is unanswerable",
        x="coverage: share of questions that is answered",
        y="risk: share of those that is unanswerable",
        lines=tuple(curves),
    )
    yield Picture(
        name="abstention-reliability",
        title="Is the confidence a probability?",
        x="confidence",
        y="share that is answerable",
        lines=(perfect, *diagrams),
    )


def worst_of(cases: Sequence[Case]) -> Iterator[Worst]:
    """The most confident answers to what is not held, then the most diffident abstentions."""
    answered = [case for case in cases if case.wrong and case.answered]
    silent = [case for case in cases if case.wrong and not case.answered]
    for case in sorted(answered, key=lambda c: (-c.confidence, c.question.id))[:_WORST]:
        yield _worst(case, "an abstention: its set says that the answer is not there")
    for case in sorted(silent, key=lambda c: (c.confidence, c.question.id))[:_WORST]:
        yield _worst(case, "an answer: its set says that it is there")


def _worst(case: Case, wanted: str) -> Worst:
    return Worst(
        case=f"{case.question.archive} {case.question.id}",
        asked=case.question.text,
        came=case.said,
        wanted=wanted,
        why=f"confidence {case.confidence:.2f}",
    )


def line(case: Case) -> str:
    row = {
        "_id": case.question.id,
        "set": case.question.archive,
        "question": case.question.text,
        "answerable": case.question.answerable,
        "answered": case.answered,
        "confidence": case.confidence,
        "confidence, other sets' weights": case.unseen_set,
        "confidence, shipped weights": case.shipped,
        "said": case.said,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
