"""Does the evidence hold the answer? A calibrated probability that an editor can read.

A logistic model over a dozen features of the best sentences (how much of the question they cover,
what of it is nowhere, how near the search found them), then gates for what can't be argued away:
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

from assistant.answering.analysis import Question, analyse
from assistant.answering.matching import (
    Unit,
    corrected,
    coverage,
    has_kind,
    pairs,
    term_weights,
    units,
    unmatched_numbers,
)
from assistant.answering.text import background, jaccard
from assistant.types import Evidence

_NEGATION = re.compile(r"\b(?:not|no|never|none|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)


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
    unseen = background().unseen
    context = best.passage.stems | best.frame.stems
    missing = [weight for term, weight in weights if term not in context]
    pool = frozenset[str]().union(*(u.passage.stems | u.frame.stems for u in ranked))
    values = {
        "said": best.said,
        "framed": best.framed,
        "held": best.held,
        "pooled": coverage(weights, pool),
        "rarest_missing": max(missing, default=0.0) / unseen,
        "missing_terms": min(len(missing), 4) / 4,
        "pairs": pairs(question, best),
        "title": jaccard(question.topic, best.frame.order),
        "names_missing": float(bool(missing_names(question, best))),
        "kind_missing": float(not has_kind(question, best)),
        "counted_missing": _counted_missing(question, best),
        "negation": float(_negated(question.text) != _negated(best.sentence.text)),
        "negated_question": float(_negated(question.text)),
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


def _negated(text: str) -> bool:
    return bool(_NEGATION.search(text))


# --- gates ----------------------------------------------------------------------------------------


def fired(question: Question, ranked: Sequence[Unit]) -> tuple[str, ...]:
    """What was asked about and is not in the best evidence: the names of the gates."""
    best = ranked[0]
    near = [u for u in ranked[:12] if u.framed >= 0.6 * best.framed]
    gates = []
    if question.years and not any(question.years <= _years(u) for u in near):
        gates.append("year")
    places = question.places - {"United States"}
    if places and not any(places <= (u.passage.places | u.frame.places) for u in near):
        gates.append("place")
    if any(not missing_names(question, u) for u in near) is False and question.names:
        gates.append("name")
    if question.numbers and all(unmatched_numbers(question, u.passage) for u in near):
        gates.append("number")
    return tuple(gates)


def _years(unit: Unit) -> frozenset[int]:
    return unit.passage.years | unit.frame.years


def missing_names(question: Question, unit: Unit) -> tuple[tuple[str, ...], ...]:
    """Names that neither passage nor title holds in whole; initials count for the name."""
    held = unit.passage.stems | unit.frame.stems
    return tuple(
        name
        for name in question.names
        if not all(s in held for s in name if not s.isdigit())
        and "".join(s[0] for s in name) not in held
    )
