"""Does the evidence hold the answer? A calibrated probability that an editor can read.

A logistic model over features of the best sentence (how much of the question it covers, what of it
is missing, how near the search found it), none of which may count against its own meaning; then
gates for what can't be argued away:
a year, a place, a body or a number that was asked about and is not in the evidence. The weights
and where they come from stand in `weights/sufficiency.json` (`evals/training/sufficiency.py`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.answering.analysis import NUMERIC, Question, analyse, directions
from assistant.answering.matching import (
    answer_number,
    corrected,
    has_kind,
    pairs,
    units,
    unmatched_numbers,
)
from assistant.answering.text import background, jaccard
from assistant.answering.units import (
    Profile,
    Unit,
    coverage,
    names,
    term_weights,
)
from assistant.types import Evidence

_NEGATION = re.compile(r"\b(?:not|no|never|none|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)

_RELATIVE = re.compile(r"(?<=\w) (?:that|which|who|whom|whose)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A fitted model. `caps` bound the probability where a gate fires, all in [0, 1]."""

    bias: float
    features: Mapping[str, float]
    caps: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The probability that the evidence holds the answer, and what it was made of."""

    confidence: float
    features: Mapping[str, float]
    gates: tuple[str, ...]
    best: Unit | None


def sufficiency(question: str, evidence: Evidence) -> float:
    """The default SufficiencyJudge: calibrated probability, 0 to 1."""
    return assess(question, evidence).confidence


def assess(question: str, evidence: Evidence) -> Assessment:
    """The confidence with its features, for those who want to know why."""
    asked = analyse(question)
    if asked.out_of_scope or not evidence.hits:
        return Assessment(confidence=0.0, features={}, gates=("out_of_scope",), best=None)
    asked = corrected(asked, evidence)
    ranked = units(asked, evidence)
    if not ranked:
        return Assessment(confidence=0.0, features={}, gates=("no_text",), best=None)
    values = features(asked, ranked, evidence)
    gates = fired(asked, ranked)
    weights = load_weights(with_dense=evidence.hits[0].dense is not None)
    confidence = probability(values, gates, weights)
    return Assessment(confidence=confidence, features=values, gates=gates, best=ranked[0])


def probability(values: Mapping[str, float], gates: Sequence[str], weights: Weights) -> float:
    z = weights.bias + sum(weights.features.get(name, 0.0) * v for name, v in values.items())
    p = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))
    return round(min([p, *(weights.caps.get(gate, 1.0) for gate in gates)]), 4)


@lru_cache(maxsize=2)
def load_weights(*, with_dense: bool) -> Weights:
    """The shipped weights; a search without cosines has its own set."""
    path = files("assistant.answering") / "weights" / "sufficiency.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    chosen = stored["with_dense" if with_dense else "without_dense"]
    return Weights(bias=chosen["bias"], features=chosen["features"], caps=stored["caps"])


# --- features -------------------------------------------------------------------------------------


def features(question: Question, ranked: Sequence[Unit], evidence: Evidence) -> dict[str, float]:
    """Named features of the best units, each roughly 0 to 1."""
    best = ranked[0]
    weights = term_weights(question.topic)
    pool = frozenset[str]().union(*(u.sketch.held for u in ranked))
    unsaid = [weight for term, weight in weights if term not in best.sketch.near]
    numeric, kind = question.asked in NUMERIC, has_kind(question, best)
    values = {
        "said": best.said,
        "near": best.near,
        "held": best.held,
        "pooled": coverage(weights, pool),
        "complete": float(not unsaid and kind),
        "rarest_unsaid": max(unsaid, default=0.0) / background().unseen,
        "pairs": pairs(question, best),
        "title": jaccard(question.topic, best.frame.order),
        "names_missing": _share_missing(question, best.passage, best.frame),
        "names_unsaid": _share_missing(question, best.sentence, best.frame),
        "body_unsaid": float(any(_is_body(n) and not _led(best, n) for n in question.names)),
        "number_missing": float(numeric and not kind),
        "numeric_unsaid": float(numeric) * (1.0 - coverage(weights, best.sketch.led)),
        "counted_missing": _counted_missing(question, best),
        "denied": float(_denies(question.text) and not _negated(best.sentence.text)),
        "short": float(len(question.topic) <= 2),
        "rank": min(best.rank, 9) / 9,
    }
    return values | _dense(evidence, best)


def _dense(evidence: Evidence, best: Unit) -> dict[str, float]:
    found = sorted((h.dense for h in evidence.hits if h.dense is not None), reverse=True)
    if not found:
        return {}
    rest = found[1:6] or found
    own = best.hit.dense if best.hit.dense is not None else found[-1]
    return {
        "dense": found[0],
        "dense_best": own,
        "dense_margin": found[0] - sum(rest) / len(rest),
    }


def _counted_missing(question: Question, best: Unit) -> float:
    """The weight of the counted noun that the sentence does not hold: 0 to 1."""
    if not question.counted:
        return 0.0
    return 1.0 - coverage(term_weights(question.counted), best.sentence.stems)


def _led(unit: Unit, name: Sequence[str]) -> bool:
    """Is the name in the sentence, the one before it, the title or the headings?"""
    before = unit.sketch.before
    return (
        names(unit.sentence, name)
        or names(unit.frame, name)
        or (before is not None and names(before, name))
    )


def _denies(question: str) -> bool:
    """A "not" of its main clause: in "what has X that Y has not" nothing is denied."""
    return _negated(_RELATIVE.split(question, maxsplit=1)[0])


def _negated(text: str) -> bool:
    return bool(_NEGATION.search(text))


def _share_missing(question: Question, *texts: Profile) -> float:
    """The share of the question's names that none of the texts holds."""
    missing = [n for n in question.names if not any(names(text, n) for text in texts)]
    return len(missing) / len(question.names) if question.names else 0.0


# --- gates ----------------------------------------------------------------------------------------

GATES = ("year", "figure", "place", "name", "number", "sought", "premise")
_NEAR = 2.0
"""Log odds below the best within which another sentence may be the one that is meant."""


def fired(question: Question, ranked: Sequence[Unit]) -> tuple[str, ...]:
    """What was asked for and is not in the best evidence: the names of the gates."""
    near = [u for u in ranked[:12] if u.fit >= ranked[0].fit - _NEAR]
    of_years = [u for u in near if _of_the_years(question, u)]
    abroad = question.places - {"United States"}
    bodies = [name for name in question.names if _is_body(name)]
    checks = {
        "year": bool(of_years),
        "figure": _has_figure(question, of_years or near),
        "place": any(abroad <= (u.passage.places | u.frame.places) for u in near),
        "name": any(all(_holds(u, name) for name in bodies) for u in near),
        "number": not question.numbers
        or any(not unmatched_numbers(question, u.passage) for u in near),
        "sought": not question.how_many or any(_counts_it(question, u) for u in near),
        "premise": _is_held(question, near),
    }
    return tuple(gate for gate, passed in checks.items() if not passed)


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


_PREMISED = 4.0
"""Rarity (nats) from which what is sought or taken for granted has to stand near the answer."""


def _has_figure(question: Question, near: Sequence[Unit]) -> bool:
    """A number for "how many", and a figure of its year where one is named."""
    if question.how_many or (question.asked in NUMERIC and question.years):
        return any(answer_number(question, u.sentence) for u in near)
    return True


def _counts_it(question: Question, unit: Unit) -> bool:
    """The figure and every rare word of what it is to count, in one sentence and its context."""
    return has_kind(question, unit) and all(
        weight < _PREMISED
        for term, weight in term_weights(question.sought)
        if term not in unit.sketch.led
    )


def _is_held(question: Question, near: Sequence[Unit]) -> bool:
    """Is what a why-question takes for granted said by a sentence that may answer it?

    A presumed change ("why did ... double") must show in one sentence; of other why-questions every
    rare word must stand in one of the sentences, their neighbours or headings.
    """
    if question.presumed is not None:
        _, shown = directions()[question.presumed]
        if all(shown.isdisjoint(u.sentence.stems) for u in near):
            return False
    if question.asked != "why":
        return True
    said = frozenset[str]().union(*(u.sketch.near for u in near))
    return all(w < _PREMISED for t, w in term_weights(question.topic) if t not in said)


def _is_body(name: Sequence[str]) -> bool:
    """Several words: an organisation, a person, a work. One capital may be mere style."""
    return len(name) > 1


def _holds(unit: Unit, name: Sequence[str]) -> bool:
    return names(unit.passage, name) or names(unit.frame, name)
