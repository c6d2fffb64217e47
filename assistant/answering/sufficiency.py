"""Does the evidence hold the answer? A calibrated probability that an editor can read.

A logistic model over features of the best sentence (how much of the question it covers, what of it
is missing, how near the search found it), none of which may count against its own meaning; then
the gates of `demands`, for what can't be argued away. The weights and where they come from stand in
`weights/sufficiency.json` (`evals/training/sufficiency.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.answering.demands import fired, is_body, unmet
from assistant.answering.language.text import background, jaccard
from assistant.answering.logistic import Weights, probability
from assistant.answering.questions.analysis import NUMERIC, Question, analyse
from assistant.answering.sentences.matching import corrected, has_kind, pairs, units
from assistant.answering.sentences.units import (
    Profile,
    Unit,
    coverage,
    names,
    term_weights,
)
from assistant.ports import Embedder
from assistant.types import Evidence

_NEGATION = re.compile(r"\b(?:not|no|never|none|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)

_RELATIVE = re.compile(r"(?<=\w) (?:that|which|who|whom|whose)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The probability that the evidence holds the answer, and what it was made of."""

    confidence: float
    features: Mapping[str, float]
    gates: tuple[str, ...]
    best: Unit | None


class Sufficiency:
    """The default SufficiencyJudge: calibrated probability, 0 to 1. Safe to share.

    `vectors` encode a question and the few best sentences; without them the model does with what
    the search says of whole passages.
    """

    def __init__(self, vectors: Embedder | None = None) -> None:
        self._vectors = vectors

    def __call__(self, question: str, evidence: Evidence) -> float:
        return assess(question, evidence, self._vectors).confidence


def sufficiency(question: str, evidence: Evidence) -> float:
    """The same without an encoder."""
    return assess(question, evidence).confidence


def assess(
    question: str,
    evidence: Evidence,
    vectors: Embedder | None = None,
    weights: Weights | None = None,
) -> Assessment:
    """The confidence with its features, for those who want to know why.

    `weights` stand in for those that ship: an evaluation has some that never saw its questions.
    """
    asked = analyse(question)
    if asked.out_of_scope or not evidence.hits:
        return Assessment(confidence=0.0, features={}, gates=("out_of_scope",), best=None)
    asked = corrected(asked, evidence)
    ranked = units(asked, evidence)
    if not ranked:
        return Assessment(confidence=0.0, features={}, gates=("no_text",), best=None)
    values = features(asked, ranked, evidence, vectors)
    gates = fired(asked, ranked)
    confidence = probability(values, gates, weights or load_weights(kind_of(values)))
    return Assessment(confidence=confidence, features=values, gates=gates, best=ranked[0])


def kind_of(values: Mapping[str, float]) -> str:
    """Which model fits what is known: the cosines of sentences, those of passages, or none."""
    if NEAREST in values:
        return "with_sentences"
    return "with_dense" if "dense" in values else "without_dense"


@lru_cache(maxsize=3)
def load_weights(kind: str) -> Weights:
    """The shipped weights of one of the three models."""
    path = files("assistant.answering") / "weights" / "sufficiency.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    return read_weights(stored[kind], stored["caps"])


def read_weights(model: Mapping[str, Any], caps: Mapping[str, float]) -> Weights:
    """A model as the fitting wrote it: {"bias": number, "features": {name: weight}}."""
    return Weights(bias=model["bias"], features=model["features"], caps=caps)


# --- features -------------------------------------------------------------------------------------


NEAREST = "nearest_said"
"""The greatest cosine of the question with one of the best sentences."""
_ENCODED = 4
"""Sentences that are encoded: each costs an encoder some milliseconds once."""


def features(
    question: Question,
    ranked: Sequence[Unit],
    evidence: Evidence,
    vectors: Embedder | None = None,
) -> dict[str, float]:
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
        "body_unsaid": float(any(is_body(n) and not _led(best, n) for n in question.names)),
        "number_missing": float(numeric and not kind),
        "numeric_unsaid": float(numeric) * (1.0 - coverage(weights, best.sketch.led)),
        "counted_missing": _counted_missing(question, best),
        "denied": float(_denies(question.text) and not _negated(best.sentence.text)),
        "short": float(len(question.topic) <= 2),
        "rank": min(best.rank, 9) / 9,
        **_unmet(question, ranked),
    }
    values |= _dense(evidence, best)
    if vectors is not None and "dense" in values:
        values[NEAREST] = _nearest_said(question, ranked, vectors)
    return values


_UNMET = ("amount_unmet", "date_unmet", "figure_unmet")


def _unmet(question: Question, ranked: Sequence[Unit]) -> dict[str, float]:
    """How rare the rarest word is that stands beside no figure, or date, that may be meant.

    Three features, because an amount, a date and any other figure lean on their words differently.
    """
    values = dict.fromkeys(_UNMET, 0.0)
    if question.asked in NUMERIC:
        rare = background().unseen
        values[f"{_wanted(question)}_unmet"] = min(unmet(question, ranked), rare) / rare
    return values


def _wanted(question: Question) -> str:
    if question.asked == "date":
        return "date"
    amount = question.how_many or question.asked in ("percentage", "money")
    return "amount" if amount or "how much" in question.text.lower() else "figure"


def _nearest_said(question: Question, ranked: Sequence[Unit], vectors: Embedder) -> float:
    rows = vectors([question.text, *(u.sentence.text for u in ranked[:_ENCODED])])
    return float((rows[1:] @ rows[0]).max())


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
