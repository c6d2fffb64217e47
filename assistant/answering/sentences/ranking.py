"""All sentences of the evidence, best first: how they fit, and what makes one the better quote.

No public set has sections, checks that answer the question of their title, documents that others
replace: what these are worth is set here by hand, in log odds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.language.text import jaccard
from assistant.answering.questions.analysis import NUMERIC, Question, analyse
from assistant.answering.sentences.as_asked import told_otherwise
from assistant.answering.sentences.facets import asks_more
from assistant.answering.sentences.leaning import is_rated, is_sentence, leans
from assistant.answering.sentences.matching import answer_number, has_kind
from assistant.answering.sentences.units import Unit, elsewhere, names, term_weights
from assistant.types import Evidence, Section

_SAME = 0.55
_SAID = 1.0
"""For what a sentence says of the question itself, beside its title and its neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """`score` orders the sentences of all documents; `within` is what it owes to the sentence's
    place in its own document."""

    unit: Unit
    score: float
    within: float


_STILL = re.compile(r"\bstill\b", re.IGNORECASE)


_IS = re.compile(
    r"^(?:(?:so|and),?\s+)?(?:what(?:['’]s|\s+(?:is|are))\s+(?:the\s+)?(?:[\w-]+\s+){0,3}rates?\b|"
    r"how\s+(?:high|low)\s+(?:is|are)\b)",
    re.IGNORECASE,
)


def of_now(question: Question) -> Question:
    """ "What is the rate?" and "is it still ...?" ask for the newest; it isn't about the word."""
    if _IS.match(question.text) and not question.years:
        question = replace(question, latest=True)
    if not _STILL.search(question.text):
        return question
    return replace(question, latest=True, terms=tuple(t for t in question.terms if t != "still"))


def dated_first(question: Question, found: Sequence[Ranked]) -> list[Ranked]:
    """First a sentence of the years asked for, where the best isn't of them and says the same."""
    best = found[0].unit
    if question.years <= best.years:
        return list(found)
    of_names = {stem for name in question.names for stem in name}
    term = rarest(question, best.sentence.stems - of_names)
    for choice in found:
        unit = choice.unit
        of_years = question.years <= unit.sentence.years and has_kind(question, unit)
        if of_years and term in unit.sentence.stems and _named(question, unit):
            return [choice, *(other for other in found if other is not choice)]
    return list(found)


def placed_first(question: Question, found: Sequence[Ranked]) -> list[Ranked]:
    """First a sentence of the place asked for, where the best is of none or of another."""
    best = found[0].unit
    missing = question.places - best.places
    if not missing or missing == {"United States"} or question.asked in _JUDGED:
        return list(found)
    for choice in found:
        unit = choice.unit
        near = found[0].score - choice.score <= _ELSEWHERE_BEHIND
        placed = (
            missing <= unit.sentence.places and question.places <= unit.places | unit.passage.places
        )
        of_kind = question.asked not in NUMERIC or has_kind(question, unit)
        if near and placed and of_kind and question.years <= (unit.years | unit.passage.years):
            return [choice, *(other for other in found if other is not choice)]
    return list(found)


_JUDGED = frozenset({"yes_no", "why", "who"})
"""What a place did isn't told by every sentence that names it."""
_ELSEWHERE_BEHIND = 5.0
"""Log odds that it may be behind: most of what tells a place's own figure is the place."""


def rarest(question: Question, among: Collection[str]) -> str | None:
    held = [(weight, term) for term, weight in term_weights(question.topic) if term in among]
    return max(held)[1] if held else None


def _named(question: Question, unit: Unit) -> bool:
    return all(names(unit.sentence, name) or names(unit.frame, name) for name in question.names)


def ranked(question: Question, found: Sequence[Unit], evidence: Evidence) -> list[Ranked]:
    """What can be quoted; of a document nothing where its correction is among the evidence."""
    replaced = _replaced(evidence)
    newest = max((max(u.sentence.years, default=0) for u in found if u.framed >= 0.5), default=0)
    scored = []
    wrong = _corrected(evidence)
    for unit in found:
        if unit.document.id in wrong or not is_sentence(unit.sentence.text) or is_rated(unit):
            continue
        within = _placed(question, unit, newest)
        score = unit.fit + within + _merits(question, unit, replaced)
        scored.append(Ranked(unit=unit, score=score, within=within))
    return sorted(scored, key=lambda c: (-c.score, c.unit.rank, c.unit.span))


def _placed(question: Question, unit: Unit, newest: int) -> float:
    """What a sentence gains by its section and its year: no public set has either."""
    section = unit.document.section_of(unit.span)
    merits = 0.0
    if section and section.role == "summary":
        merits += 0.5
        if _opens(unit, section) and _about_it(question, unit):
            merits += _OPENING * unit.said
    merits -= _TOLD_OTHERWISE * told_otherwise(question, unit.sentence)
    merits -= _ELSEWHERE * elsewhere(question, unit)
    if question.latest and newest:
        merits += 0.8 if newest in unit.sentence.years else -0.2
    return merits


def _merits(question: Question, unit: Unit, replaced: frozenset[str]) -> float:
    """What makes one of two equally fitting sentences the better one to quote."""
    merits = _SAID * unit.said
    if unit.document.kind == "fact_check":
        merits += 0.3 + _titled(question, unit.document.title)
    if question.names:
        said = sum(names(unit.sentence, name) or names(unit.frame, name) for name in question.names)
        merits += 0.5 * said / len(question.names)
    if unit.document.id in replaced:
        merits -= 2.0
    if question.asked in NUMERIC and answer_number(question, unit.sentence):
        merits += 0.3 if unit.sentence.years else -0.3
    if leans(unit.sentence.text):
        merits -= 0.5
    return merits


def _opens(unit: Unit, section: Section) -> bool:
    """Is it the first sentence of its section? Only a heading may stand before it."""
    before = unit.document.text[section.span.start : unit.span.start]
    return not _ENDED.search(before)


def _about_it(question: Question, unit: Unit) -> bool:
    """One thing is asked, and what is counted, each place and each name are in the sentence."""
    placed = question.places <= unit.sentence.places
    alone = not asks_more(question.text)
    return alone and placed and tells_counted(question, unit) and _named(question, unit)


def tells_counted(question: Question, unit: Unit) -> bool:
    """Does it speak of what is counted: of outbreaks, where cases of the same disease abound?"""
    return not question.counted or question.counted[-1] in unit.sentence.stems


_ELSEWHERE = 2.0
_OPENING = 0.5
"""A summary opens with its finding, which counts as far as it is about what was asked."""
_ENDED = re.compile(r"[.!?][\"'”’)\]]*\s")
_TOLD_OTHERWISE = 2.0


def _titled(question: Question, title: str) -> float:
    """A fact-check's title is the question that it answers: how near is it to this one?"""
    asked = analyse(title)
    same_kind = asked.asked == question.asked
    return jaccard(question.terms, asked.terms) + (0.7 if same_kind else 0.0)


def _replaced(evidence: Evidence) -> frozenset[str]:
    """Documents that another document of the evidence says it supersedes (metadata only)."""
    documents = evidence.documents.values()
    named = {name for d in documents for name in d.content.supersedes}
    return frozenset(d.id for d in documents if d.id in named or d.content.url in named)


def _corrected(evidence: Evidence) -> frozenset[str]:
    """Documents that their own publisher says were wrong, in another one of the evidence."""
    documents = evidence.documents.values()
    return frozenset(
        older.id
        for older in documents
        for newer in documents
        if newer.content.withdrawn is None
        and (newer.kind, newer.content.publisher) == (older.kind, older.content.publisher)
        and not {older.id, older.content.url}.isdisjoint(newer.content.corrects)
    )


def is_said(unit: Unit, chosen: Iterable[Unit]) -> bool:
    return any(
        (unit.document.id == other.document.id and unit.span == other.span)
        or jaccard(unit.sentence.order, other.sentence.order) >= _SAME
        for other in chosen
    )
