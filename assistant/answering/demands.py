"""What a question demands of its evidence beyond likeness: each demand that is not met is a gate.

A year, a month, a place, a body or a number that was asked about has to be there; a figure has to
count what was asked, in the period that was asked, in one place; what a "why" takes for granted has
to be said. Words of likeness can't argue that away, so a gate bounds the confidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.answering.language.text import stem
from assistant.answering.questions.analysis import NUMERIC, Question, directions
from assistant.answering.questions.slots import is_span, periods
from assistant.answering.sentences.matching import answer_number, has_kind, unmatched_numbers
from assistant.answering.sentences.units import Profile, Unit, elsewhere, names, term_weights
from assistant.types import Span

GATES = ("year", "figure", "place", "name", "number", "sought", "premise")
_NEAR = 2.0
"""Log odds below the best within which another sentence may be the one that is meant."""
_SEVERAL = 24
"""Sentences among which each of several years may have its own."""
_PREMISED = 4.0
"""Rarity (nats) from which what is taken for granted has to stand near the answer."""
_COUNTED = 2.5
"""Rarity from which what is counted has to stand beside the figure."""
_ELSEWHERE = 6.0
"""Rarity from which any word of the question has to stand beside the figure of its year."""


def fired(question: Question, ranked: Sequence[Unit]) -> tuple[str, ...]:
    """What was asked for and is not in the best evidence: the names of the gates."""
    near = near_best(ranked)
    in_period = _in_period(question, near)
    abroad = question.places - {"United States"}
    bodies = [name for name in question.names if is_body(name)]
    checks = {
        "year": bool(in_period) or _each_in_its_year(question, ranked[:_SEVERAL]),
        "figure": _has_figure(question, in_period or near),
        "place": any(abroad <= (u.passage.places | u.frame.places) for u in near)
        and not all(elsewhere(question, u) for u in near),
        "name": any(all(_holds(u, name) for name in bodies) for u in near),
        "number": not question.numbers
        or any(not unmatched_numbers(question, u.passage) for u in near),
        "sought": _is_counted(question, ranked, near),
        "premise": _is_held(question, near),
    }
    return tuple(gate for gate, passed in checks.items() if not passed)


def near_best(ranked: Sequence[Unit]) -> list[Unit]:
    """The sentences that may be the one that is meant."""
    return [u for u in ranked[:12] if u.fit >= ranked[0].fit - _NEAR]


def is_body(name: Sequence[str]) -> bool:
    """Several words: an organisation, a person, a work. One capital may be mere style."""
    return len(name) > 1


def _holds(unit: Unit, name: Sequence[str]) -> bool:
    return names(unit.passage, name) or names(unit.frame, name)


# --- periods --------------------------------------------------------------------------------------


def _in_period(question: Question, near: Sequence[Unit]) -> list[Unit]:
    return _in_the_months(question, [u for u in near if _of_the_years(question, u)])


def _of_the_years(question: Question, unit: Unit) -> bool:
    """A figure belongs to the year in its own sentence or title; without one there, to that of
    the sentence before it. Other answers may have the year anywhere in the passage."""
    if question.years <= unit.years:
        return True
    if question.asked not in NUMERIC or question.asked == "date":
        return question.years <= (unit.passage.years | unit.years)
    if unit.sentence.years or unit.place == 0:
        return False
    before = unit.sketch.before
    return before is not None and question.years <= (unit.years | before.years)


def _in_the_months(question: Question, found: Sequence[Unit]) -> list[Unit]:
    """The sentences of the asked months; where none names a month, those whose passage speaks of
    them, or of no month at all.

    March is not September of that year. A span from month to month may hold any of them.
    """
    asked = months(question.text)
    if not asked:
        return list(found)
    named = [(unit, _months_of(unit)) for unit in found]
    fitting = [u for u, held in named if asked <= held or is_span(u.sentence.text)]
    if any(held for _, held in named):
        return fitting
    return [u for u in found if asked <= (there := months(u.passage.text)) or not there]


def _months_of(unit: Unit) -> frozenset[str]:
    """Of the sentence, or else of the one before it; with those of the headings."""
    before = unit.sketch.before
    own = months(unit.sentence.text) or (months(before.text) if before else frozenset())
    return own | months(unit.frame.text)


@lru_cache(maxsize=8192)
def months(text: str) -> frozenset[str]:
    """The months that are named, by their first three letters."""
    named = (re.search(r"[A-Za-z]{3}", period.month) for period in periods(text))
    return frozenset(match.group().lower() for match in named if match)


def _each_in_its_year(question: Question, near: Sequence[Unit]) -> bool:
    """ "How many in 2022, and how many in 2023?" may be answered by two sentences."""
    if len(question.years) < 2 or is_span(question.text):
        return False
    return all(any(year in u.years for u in near) for year in question.years)


# --- figures --------------------------------------------------------------------------------------

_RATE = re.compile(r"^[^.;:\d]{0,60}\b(?:per|for every|in every|out of)\s+\d", re.IGNORECASE)
_BASE = re.compile(r"\b(?:per|every|out of)\s+$", re.IGNORECASE)


def _has_figure(question: Question, near: Sequence[Unit]) -> bool:
    """A number for "how many", and a figure of its year where one is named."""
    if question.how_many:
        return any(_counts(question, u.sentence) for u in near)
    if question.asked == "duration":
        return not question.years or any(has_kind(question, u) or _lasts(u.sentence) for u in near)
    if question.asked in NUMERIC and question.years:
        return any(answer_number(question, u.sentence) for u in near)
    return True


_FROM_TO = re.compile(
    r"\b(?:from|between)\s+(?:\w+\s+){1,3}(?:to|until|till|through|and)\s+(?:\w+\s+){0,2}\w*\d"
)


def _lasts(sentence: Profile) -> bool:
    """Does it say how long by saying from when to when?"""
    return bool(_FROM_TO.search(sentence.text)) and bool(sentence.years)


def _counts(question: Question, sentence: Profile) -> bool:
    """Has it a number that is no rate? "8.2 per 100,000" says how often, not how many."""
    if question.unit or question.asked != "count" or " per " in question.text.lower():
        return answer_number(question, sentence) is not None
    counts = tuple(
        n for n in sentence.numbers if n.value.is_integer() and not _in_rate(sentence.text, n.span)
    )
    return answer_number(question, replace(sentence, numbers=counts)) is not None


def _in_rate(text: str, span: Span) -> bool:
    return bool(_RATE.search(text[span.end :]) or _BASE.search(text[: span.start]))


_PERMITS = re.compile(r"\bhow much (?:may|can|could|must)\b", re.IGNORECASE)
_STATISTIC = re.compile(
    r"\bthe (?:(?!of\b|in\b)[\w-]+ ){0,3}(average|median|typical|maximum|minimum)\b(?! wage)",
    re.IGNORECASE,
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
"""Of two that are compared each may have its own sentence."""


def _is_counted(question: Question, ranked: Sequence[Unit], near: Sequence[Unit]) -> bool:
    """Is there a figure of what was asked for: of that thing or person, that statistic, that
    year?"""
    if question.asked not in NUMERIC:
        return not question.how_many or any(_counts_it(question, u) for u in near)
    limited = question.how_many or bool(_PERMITS.search(question.text))
    if limited and not any(_counts_it(question, u) for u in near):
        return False
    statistic = _STATISTIC.search(question.text)
    if statistic and not any(stem(statistic[1]) in u.sketch.near for u in near):
        return False
    if question.asked in ("date", "duration") or not question.years or _OR.search(question.text):
        return True
    return unmet(question, ranked) < _ELSEWHERE


def _counts_it(question: Question, unit: Unit) -> bool:
    """The figure and every rare word of what it is to count, in one sentence and its context."""
    return has_kind(question, unit) and all(
        weight < _COUNTED
        for term, weight in term_weights(question.sought)
        if term not in unit.sketch.led
    )


def unmet(question: Question, ranked: Sequence[Unit]) -> float:
    """How rare (nats) the rarest word is that no sentence has beside a figure of the asked kind and
    period; 0 where there is one with everything, infinite where there is no such sentence."""
    near = near_best(ranked)
    in_period = _in_period(question, near) or [u for u in near if _one_of_the_years(question, u)]
    fitting = [u for u in in_period if has_kind(question, u)]
    return min((_rarest_missing(question, u) for u in fitting), default=float("inf"))


def _one_of_the_years(question: Question, unit: Unit) -> bool:
    return len(question.years) > 1 and bool(question.years & unit.years)


def _rarest_missing(question: Question, unit: Unit) -> float:
    named = {each for name in question.names if _holds(unit, name) for each in name}
    held = unit.sketch.led | named
    return max((w for term, w in term_weights(question.topic) if term not in held), default=0.0)


# --- premises -------------------------------------------------------------------------------------


def _is_held(question: Question, near: Sequence[Unit]) -> bool:
    """Is what "why" or "when" takes for granted said by a sentence that may answer it?

    A presumed change ("why did ... double") must show in one sentence; otherwise every rare word
    must stand in one of the sentences, their neighbours or headings.
    """
    if question.presumed is not None:
        _, shown = directions()[question.presumed]
        if all(shown.isdisjoint(u.sentence.stems) for u in near):
            return False
    if question.asked not in ("why", "date"):
        return True
    said = frozenset[str]().union(*(u.sketch.near for u in near))
    return all(w < _PREMISED for t, w in term_weights(question.topic) if t not in said)
