"""How soon may the answer to a question change: a trained classifier under lexical guards.

A judgement is a pure function of the text and, for "is 2024 over?", of the injected day. A guard
moves the classifier's probability to its side of a bound; the class gives the prior tau, in days,
of the freshness model's p = p_mutable x (1 - exp(-age / tau)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from assistant.freshness.figures import has_figure
from assistant.freshness.volatility_guards import Guard, asks_for_history, cue, guard
from assistant.freshness.volatility_model import WEIGHTS, Classifier, load_classifier, normalise
from assistant.types import Volatility

VolatilityKind = Literal[
    "live", "fast", "monthly", "annual", "office", "definition", "historical", "other"
]

TAU_DAYS: Mapping[VolatilityKind, float] = {
    "live": 1,
    "fast": 14,
    "monthly": 45,
    "annual": 365,
    "office": 730,
    "definition": 1_095,
    "historical": 1_000_000,  # never, as a number that JSON can hold
    "other": 850,
}
UP = 0.90
"""The least p_mutable of a question that asks for the present."""
DOWN = 0.15
"""The greatest p_mutable of a definition or of a closed past period."""
GENERAL = 0.30
"""The greatest p_mutable of whether one thing causes another; with the tau of "other" that is
asked anew after two and a half years. No question of that kind is in the fitting data."""
POLICY = 0.50
"""The greatest p_mutable of what a law or a body allows or does; with its tau that is asked anew
after a year."""
FIGURE = 0.50
"""The least p_mutable of a claim with a figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lazy:
    """The classifier of a weights file, read at its first use and kept."""

    path: Path

    def probability(self, text: str) -> float:
        return _classifier(self.path).probability(text)


@cache
def _classifier(path: Path) -> Classifier:
    return load_classifier(path)


@dataclass(frozen=True, slots=True)
class VolatilityModel:
    """The volatility judge. Called with a text alone it is the port `VolatilityJudge`."""

    classifier: Classifier | _Lazy = field(default=_Lazy(path=WEIGHTS))

    def __call__(self, text: str) -> Volatility:
        return self.judge(text)

    def judge(self, text: str, now: date | None = None) -> Volatility:
        """The volatility of a question; of a long text, by its first 2,000 characters.

        `now` decides which years are over; without it a year counts as over unless the text looks
        ahead. Raises Unavailable when the shipped weights can't be used.
        """
        words = normalise(text)
        fired = guard(words, now)
        probability = _bounded(self.classifier.probability(text), fired)
        kind = _kind(words, fired, probability)
        return Volatility(p_mutable=probability, kind=kind, tau_days=TAU_DAYS[kind])

    def claim_volatility(self, sentence: str, now: date | None = None) -> Volatility:
        """The volatility of a sentence.

        One with a figure is at least an annual statistic, p_mutable at least .5 and tau at most a
        year's, even when the period that it names is over: the question decides about the rest.
        """
        judged = self.judge(sentence, now)
        if not has_figure(sentence):
            return judged
        judged = replace(judged, p_mutable=max(judged.p_mutable, FIGURE))
        if judged.tau_days <= TAU_DAYS["annual"]:
            return judged
        return replace(judged, kind="annual", tau_days=TAU_DAYS["annual"])


def load_volatility(path: Path = WEIGHTS) -> VolatilityModel:
    """The judge with the weights that ship with the package, which it reads at its first use."""
    return VolatilityModel(_Lazy(path=path))


def claim_volatility(sentence: str, now: date | None = None) -> Volatility:
    """`VolatilityModel.claim_volatility` with the weights that ship with the package."""
    return load_volatility().claim_volatility(sentence, now)


_MOST: Mapping[Guard, float] = {
    "closed": DOWN,
    "definition": DOWN,
    "policy": POLICY,
    "general": GENERAL,
}


def _bounded(probability: float, fired: Guard | None) -> float:
    if fired == "volatile":
        return max(probability, UP)
    return min(probability, _MOST[fired]) if fired else probability


_KIND_OF: Mapping[Guard | None, VolatilityKind] = {
    "closed": "historical",
    "definition": "definition",
    "policy": "office",
    "general": "other",
}


def _kind(words: str, fired: Guard | None, probability: float) -> VolatilityKind:
    if fired in _KIND_OF:
        return _KIND_OF[fired]
    if fired is None and probability < 0.5 and asks_for_history(words):
        return "historical"
    return cue(words)
