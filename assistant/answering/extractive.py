"""The default Composer: the few whole sentences of the evidence that answer this question.

Sentences are ranked by how they fit the question, taken from the one document that fits best
(others only where they add something that was asked), said once, and put into reading order. A
sentence that leans on the one before it brings it along or stays out. Nothing is rephrased.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answering.analysis import EXPLAINING, NUMERIC, Asked, Question, analyse
from assistant.answering.citations import strip_markers
from assistant.answering.matching import (
    answer_number,
    corrected,
    units,
)
from assistant.answering.restated import restates
from assistant.answering.text import jaccard
from assistant.answering.units import (
    Unit,
    names,
    profile,
    sentence_spans,
    term_weights,
    text_of,
)
from assistant.types import Draft, Evidence, Proposal, Span

CLAIMS: dict[Asked, int] = {
    "count": 3, "percentage": 3, "money": 3, "date": 2, "duration": 2, "period": 3, "who": 2,
    "where": 2, "yes_no": 4, "why": 4, "how": 5, "list": 4, "definition": 5, "other": 4,
}  # fmt: skip
"""The most sentences that an answer has, by what was asked."""

_SAME = 0.55
_ODDS_FACT = 1.5
_ODDS_EXPLAINING = 2.5
"""How much less likely than the best (log odds) a further sentence may be to answer."""
_LEANS = re.compile(
    r"^[\"'“‘(]?(?:this|these|those|that|it|they|them|its|their|he|she|his|her|such|however|but|"
    r"and|so|or|nor|yet|thus|hence|therefore|moreover|furthermore|also|instead|likewise|similarly|"
    r"otherwise|meanwhile|nevertheless|nonetheless|still|both|another|others|separately|"
    r"additionally|consequently|accordingly|as a result|that said|the same|the former|the latter|"
    r"for example|for instance|by contrast|in contrast|in addition|on the other hand|"
    r"in other words|"
    r"even so|then|one reason|the second|the third|the other|at the same time|neither)\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(r"^(?:sources?|references|see also|read more|related)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    unit: Unit
    score: float


def compose(question: str, evidence: Evidence) -> Draft:
    """At most CLAIMS[kind] proposals, each one sentence; an empty Draft where nothing fits."""
    asked = corrected(analyse(question), evidence)
    ranked = _scored(asked, units(asked, evidence), evidence)
    if not ranked:
        return Draft(proposals=())
    document = _best_document(ranked)
    chosen = _choose(asked, ranked, document)
    ordered = _in_reading_order(asked, chosen, document)
    return Draft(
        proposals=tuple(_proposal(unit, span) for unit, span in ordered),
        diagnostics={"composer": "extractive", "asked": asked.asked},
    )


def _scored(question: Question, found: Sequence[Unit], evidence: Evidence) -> list[_Choice]:
    replaced = _replaced(evidence)
    newest = max((max(u.sentence.years, default=0) for u in found if u.framed >= 0.5), default=0)
    scored = [
        _Choice(unit=unit, score=unit.fit + _merits(question, unit, newest, replaced))
        for unit in found
        if is_sentence(unit.sentence.text)
        and not restates(unit.document, unit.hit.passage, unit.span)
    ]
    return sorted(scored, key=lambda c: (-c.score, c.unit.rank, c.unit.span))


def _merits(question: Question, unit: Unit, newest: int, replaced: frozenset[str]) -> float:
    """What makes one of two equally fitting sentences the better one to quote."""
    merits = 0.0
    section = unit.document.section_of(unit.span)
    if section and section.role == "summary":
        merits += 0.5
    if unit.document.kind == "fact_check":
        merits += 0.3 + _titled(question, unit.document.title)
    if question.names:
        said = sum(names(unit.sentence, name) or names(unit.frame, name) for name in question.names)
        merits += 0.5 * said / len(question.names)
    if unit.document.id in replaced:
        merits -= 2.0
    if question.latest and newest:
        merits += 0.8 if newest in unit.sentence.years else -0.2
    if question.asked in NUMERIC and answer_number(question, unit.sentence):
        merits += 0.3 if unit.sentence.years else -0.3
    if leans(unit.sentence.text):
        merits -= 0.5
    return merits


def _titled(question: Question, title: str) -> float:
    """A fact-check's title is the question that it answers: how near is it to this one?"""
    asked = analyse(title)
    same_kind = asked.asked == question.asked
    return jaccard(question.terms, asked.terms) + (0.7 if same_kind else 0.0)


def _replaced(evidence: Evidence) -> frozenset[str]:
    """Documents that another document of the evidence says it supersedes (metadata only)."""
    named = {name for d in evidence.documents.values() for name in d.content.supersedes}
    return frozenset(
        d.id for d in evidence.documents.values() if d.id in named or d.content.url in named
    )


def is_sentence(text: str) -> bool:
    """Whole prose: no bare heading, no list of links, no question."""
    bare = strip_markers(text)
    return (
        len(bare.split()) >= 4
        and not bare.endswith("?")
        and not _FURNITURE.match(bare)
        and (bare[-1:] in ".!\"”’')" or len(bare.split()) >= 8)
    )


def _best_document(ranked: Sequence[_Choice]) -> str:
    """The document of the best sentence."""
    return ranked[0].unit.document.id


def _choose(
    question: Question, ranked: Sequence[_Choice], document: str
) -> list[tuple[Unit, Span]]:
    """Greedy: the best sentence of the best document, then what adds to what is there."""
    limit = CLAIMS[question.asked]
    own = [c for c in ranked if c.unit.document.id == document]
    rest = [c for c in ranked if c.unit.document.id != document]
    chosen: list[tuple[Unit, Span]] = []
    top = own[0].score
    for choice in (*own, *rest):
        foreign = choice.unit.document.id != document
        if len(chosen) >= limit or (foreign and not _adds(question, choice.unit, chosen)):
            continue
        if chosen and not _is_worth_saying(question, choice, top, chosen):
            continue
        for pair in _with_predecessor(choice.unit):
            if not _said(pair, chosen):
                chosen.append(pair)
    return chosen[:limit] if len(chosen) > limit else chosen


def _is_worth_saying(
    question: Question, choice: _Choice, top: float, chosen: Sequence[tuple[Unit, Span]]
) -> bool:
    """Near enough to the best, by the odds that it answers too."""
    odds = top - choice.score
    if question.asked in EXPLAINING or question.asked == "yes_no":
        return odds <= _ODDS_EXPLAINING or (
            odds <= 2 * _ODDS_EXPLAINING and _adds(question, choice.unit, chosen)
        )
    return odds <= _ODDS_FACT


def _adds(question: Question, unit: Unit, chosen: Sequence[tuple[Unit, Span]]) -> bool:
    """It says a part of the question that nothing chosen says yet (a tenth of the weight)."""
    covered = frozenset[str]().union(*(u.sentence.stems | u.frame.stems for u, _ in chosen))
    weights = term_weights(question.topic)
    total = sum(weight for _, weight in weights) or 1.0
    new = sum(w for t, w in weights if t in unit.sentence.stems and t not in covered)
    missing_years = question.years - frozenset[int]().union(*(u.sentence.years for u, _ in chosen))
    return new / total >= 0.1 or bool(missing_years & unit.sentence.years)


def _with_predecessor(unit: Unit) -> list[tuple[Unit, Span]]:
    """The sentence, after the one that it leans on; nothing where that one is out of sight, or is
    the claim that is rated."""
    spans = sentence_spans(unit.hit.passage)
    at = spans.index(unit.span)
    text = unit.sentence.text
    rated = at > 0 and restates(unit.document, unit.hit.passage, spans[at - 1])
    if leans(text):
        if at == 0 or rated or leans(text_of(unit.hit.passage, spans[at - 1])):
            return []
        return [(unit, spans[at - 1]), (unit, unit.span)]
    if (
        at
        and not rated
        and _lacks_year(text)
        and profile(text_of(unit.hit.passage, spans[at - 1])).years
    ):
        previous = text_of(unit.hit.passage, spans[at - 1])
        if not leans(previous) and is_sentence(previous):
            return [(unit, spans[at - 1]), (unit, unit.span)]
    return [(unit, unit.span)]


def leans(text: str) -> bool:
    """Does the sentence open with a word that needs the sentence before it?"""
    return bool(_LEANS.match(text))


def _lacks_year(text: str) -> bool:
    """It gives a figure and no year."""
    found = profile(text)
    figures = [n for n in found.numbers if not n.is_year and not n.spelled]
    return bool(figures) and not found.years


def _said(pair: tuple[Unit, Span], chosen: Iterable[tuple[Unit, Span]]) -> bool:
    text = profile(text_of(pair[0].hit.passage, pair[1]))
    return any(
        (pair[0].document.id == unit.document.id and pair[1] == span)
        or jaccard(text.order, profile(text_of(unit.hit.passage, span)).order) >= _SAME
        for unit, span in chosen
    )


def _in_reading_order(
    question: Question, chosen: Sequence[tuple[Unit, Span]], document: str
) -> list[tuple[Unit, Span]]:
    """The best document first, each document from top to bottom.

    For a fact the sentence that holds it opens the answer, unless another one leans on its place.
    """
    names = list(dict.fromkeys([document, *(unit.document.id for unit, _ in chosen)]))
    ordered = sorted(chosen, key=lambda pair: (names.index(pair[0].document.id), pair[1]))
    if question.asked in EXPLAINING or question.asked in ("yes_no", "why") or not chosen:
        return ordered
    lead = next(at for at, (unit, span) in enumerate(chosen, start=1) if unit.span == span)
    first = list(chosen[:lead])
    rest = [pair for pair in ordered if pair not in first]
    leaning = any(leans(text_of(unit.hit.passage, span)) for unit, span in rest)
    return ordered if leaning else first + rest


def _proposal(unit: Unit, span: Span) -> Proposal:
    words = text_of(unit.hit.passage, span)
    return Proposal(text=strip_markers(words), quotes=((unit.hit.passage.id, words),))
