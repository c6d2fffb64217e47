"""Sentences for what asks for several things at once: one that says them all, or one each.

Where one of them finds nothing of its own, there is no answer of this kind, and the question is
answered as a whole; but of numbers of several years those that are found are told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answering.language.text import stem
from assistant.answering.questions.analysis import Question, analyse
from assistant.answering.questions.slots import periods
from assistant.answering.sentences.facets import compares, facets
from assistant.answering.sentences.leaning import Before, with_what_it_leans_on
from assistant.answering.sentences.matching import corrected, has_kind, units
from assistant.answering.sentences.ranking import Ranked, is_said, ranked, rarest
from assistant.answering.sentences.units import Unit, coverage, term_weights
from assistant.types import Evidence

_OR = re.compile(r"\bor\b", re.IGNORECASE)
_UTMOST = re.compile(r"\b[a-z]{2,}est\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?:not?|nor|never|among|years|(?:1[5-9]|20)\d\d\s?(?:to|and|through|until|–|-|—)\s?\d)\b|"
    r"n['’]t\b",
    re.IGNORECASE,
)
"""It denies, or tells of a span or of more than one of them."""
_LOOKED_AT = 8
"""Sentences among which one is looked for that says everything."""
_HALF = 0.5
_BEHIND = 2.5
"""Log odds that it may be behind the best."""

Own = tuple[frozenset[str], frozenset[int]]
"""(terms, years) that one of the things asked for has alone."""


def of_each(
    question: Question,
    found: Sequence[Ranked],
    evidence: Evidence,
    before: Mapping[str, Before],
) -> list[list[Unit]]:
    """A claim for each thing that is asked for together; none unless every one has its own, or
    the number of each of several years is asked for: then of those that have."""
    asked = [corrected(analyse(text), evidence) for text in facets(question.text)]
    if not asked:
        return []
    own = [_own_of(each, asked) for each in asked]
    counted = _counts_each(question, asked)
    least = len(asked) if counted else 1
    apart = counted and _year_by_year(own)
    for choice in found[:_LOOKED_AT]:  # one sentence may say it all
        near = found[0].score - choice.score <= _BEHIND
        full = _figures(choice.unit) >= least and all(_is_of_kind(f, choice.unit) for f in asked)
        full = full and _says_all(choice.unit, own, question.years)
        if near and (full or _picks(question, choice.unit)):
            chain = with_what_it_leans_on(choice.unit, before[choice.unit.document.id])
            return [chain] if chain else []
    chosen: list[list[Unit]] = []
    for each, mine in zip(asked, own, strict=True):
        block = _best_of(each, mine, chosen, evidence, before)
        if not block and not apart:
            return []
        if block:
            chosen.append(block)
    alike = _comparable(asked, chosen)
    return alike if apart or alike == chosen else []


def _picks(question: Question, unit: Unit) -> bool:
    """ "Which was warmer, 2023 or 2024?": it says which one was the warmest, in view of all."""
    sentence = unit.sentence
    named = question.years & sentence.years
    utmost = {stem(word) for word in _UTMOST.findall(sentence.text)}
    return (
        len(named) == 1 < len(question.years)
        and bool(_OR.search(question.text))
        and not utmost.isdisjoint(question.topic)
        and not _SEVERAL.search(sentence.text)
        and _months(sentence.text) <= _months(question.text)
        and str(max(question.years)) in unit.document.text
    )


def _months(text: str) -> set[str]:
    return {period.month for period in periods(text) if period.month}


def _year_by_year(own: Sequence[Own]) -> bool:
    """The same of several years: each is an answer alone, and another year is none at all."""
    return all(years and not terms for terms, years in own)


def _comparable(asked: Sequence[Question], chosen: Sequence[list[Unit]]) -> list[list[Unit]]:
    """Those that say the rarest of what is asked of all: core inflation isn't answered by
    inflation."""
    first, *others = asked
    shared = {t for t in first.topic if all(t in other.terms for other in others)}
    heard = [frozenset[str]().union(*(u.sentence.stems for u in block)) for block in chosen]
    of_names = {stem for each in asked for name in each.names for stem in name}
    term = rarest(first, (shared - of_names) & frozenset[str]().union(*heard))
    return [
        block for block, stems in zip(chosen, heard, strict=True) if term is None or term in stems
    ]


def _best_of(
    facet: Question,
    own: Own,
    chosen: Sequence[Sequence[Unit]],
    evidence: Evidence,
    before: Mapping[str, Before],
) -> list[Unit]:
    said = [unit for block in chosen for unit in block]
    for choice in ranked(facet, units(facet, evidence), evidence):
        unit = choice.unit
        if not _speaks_of(unit, *own) or not _is_of_kind(facet, unit) or is_said(unit, said):
            continue
        chain = with_what_it_leans_on(unit, before[unit.document.id], said)
        if chain := [each for each in chain if not is_said(each, said)]:
            return chain
    return []


def _own_of(facet: Question, facets_: Sequence[Question]) -> Own:
    """(terms, years) that this facet alone has."""
    others = [other for other in facets_ if other is not facet]
    terms = frozenset(facet.topic).difference(*(other.terms for other in others))
    return terms, facet.years.difference(*(other.years for other in others))


def _counts_each(question: Question, asked: Sequence[Question]) -> bool:
    """A figure is asked for by each, and not how they differ, which one figure may say."""
    return not compares(question.text) and all(each.how_many for each in asked)


def _figures(unit: Unit) -> int:
    return len({n.value for n in unit.sentence.numbers if not (n.is_year or n.is_day)})


def _says_all(unit: Unit, own: Sequence[Own], years: frozenset[int]) -> bool:
    """In its own words, and with a figure: things are compared by their figures."""
    sentence = unit.sentence
    return (
        any(not number.is_year and not number.spelled for number in sentence.numbers)
        and all(years_ <= sentence.years for _, years_ in own)
        and all(not terms or terms & sentence.stems for terms, _ in own)
        and max(years, default=0) in {0, *unit.years}
    )


def _speaks_of(unit: Unit, terms: frozenset[str], years: frozenset[int]) -> bool:
    held = not terms or coverage(term_weights(tuple(sorted(terms))), unit.sketch.framed) >= _HALF
    return held and years <= unit.years


def _is_of_kind(facet: Question, unit: Unit) -> bool:
    """A time is told in too many ways to ask for one of them."""
    return facet.asked in ("date", "duration") or has_kind(facet, unit)
