"""What came nearest to an unanswered question: one sentence of each of a few documents."""

from __future__ import annotations

from assistant.answering.citations import SecondHop, cite
from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.matching import units
from assistant.answering.sentences.restated import restates
from assistant.types import Citation, Evidence

NEAREST = 3


def nearest(evidence: Evidence, hop: SecondHop) -> tuple[Citation, ...]:
    """The best sentence of each of the first documents, best first; no claim that one rates."""
    best: dict[str, Citation] = {}
    for unit in units(analyse(evidence.question), evidence):
        if len(best) == NEAREST:
            break
        rated = restates(unit.document, unit.hit.passage, unit.span)
        if unit.document.id not in best and not rated:
            best[unit.document.id] = cite(unit.document, unit.span, hop)
    return tuple(best.values())
