"""Does the evidence carry the claim? The default judge: aligned sentences, and nothing invented.

The few neighbouring sentences of the evidence that say most of the claim are found (`alignment`).
Seven readable features of the two give a calibrated probability, by a logistic fitted on public
pairs (`weights/support.json`, `evals/training/support.py`). Whatever it is, a claim with a number,
unit, year or name that the evidence lacks, or with its denial turned, is not supported (`vetoes`).
It reads words, not meaning: who did what to whom in a reordered sentence it can't tell. An embedder
and a model of entailment can be heard as well.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from assistant.answering.support.alignment import (
    Alignment,
    align,
    closest,
    coverage,
    figure_stems,
    pairs_held,
    plain,
    said_of,
    sentences,
)
from assistant.answering.support.one_changed import exchanged
from assistant.answering.support.vetoes import name_reasons, number_reasons, polarity_reasons
from assistant.ports import Embedder, Entailment, SupportJudge
from assistant.types import Support

FEATURES = ("coverage", "held", "pairs", "focus", "numbers", "names", "polarity")
"""Of a claim beside its evidence, each 0 to 1: what `compare` gives, in this order."""
WITH_VECTORS = (*FEATURES, "cosine")
"""With an embedder: the cosine of the claim and the nearest sentence, of the four that hold most
of its words."""

_NEAREST = 4
HALF = 0.5
"""So much at least of what a claim says is in the sentences nearest to it."""
VETOED = 0.35
"""The highest score of a vetoed claim: the words may match, the facts don't."""
_CONTRADICTED = 0.5
_SURE = 0.01
"""A model's probabilities are taken as no surer than this far from 0 and 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic: log-odds = bias + sum of weight times feature; supported from `threshold` on."""

    bias: float
    weights: tuple[float, ...]
    threshold: float

    def log_odds(self, values: tuple[float, ...]) -> float:
        return self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))


@cache
def weights(*, vectors: bool = False) -> Weights:
    """The weights that ship: of the words alone, or of words and vectors."""
    stored = json.loads(
        (files("assistant.answering") / "weights" / "support.json").read_text(encoding="utf-8")
    )
    model = stored["words and vectors" if vectors else "words"]
    names = WITH_VECTORS if vectors else FEATURES
    return Weights(
        bias=model["bias"],
        weights=tuple(model["weights"][name] for name in names),
        threshold=stored["threshold"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A claim beside its evidence: features, what forbids it, and where it was looked for."""

    features: tuple[float, ...]
    vetoes: tuple[str, ...]
    alignment: Alignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The port SupportJudge, with what else is heard beside the words.

    A model of entailment says whether the aligned window entails the claim: its log-odds and those
    of the logistic are averaged, and a contradiction that it gives more than half its weight is a
    veto. The other vetoes stand, and words that are quoted whole need no model.
    """

    embed: Embedder | None = None
    entailment: Entailment | None = None

    def __call__(self, claim: str, evidence: str) -> Support:
        """A calibrated score from 0 to 1, and what stands against the claim."""
        claim, evidence = plain(claim), plain(evidence)
        if found := _at_once(claim, evidence):
            return found
        compared = compare(claim, evidence, self.embed)
        model = weights(vectors=self.embed is not None)
        odds, vetoes = model.log_odds(compared.features), compared.vetoes
        if self.entailment is not None:
            window = compared.alignment.window.text
            entails, _, contradicts = map(float, self.entailment([(window, claim)])[0])
            sure = min(max(entails, _SURE), 1 - _SURE)
            odds = (odds + math.log(sure / (1 - sure))) / 2
            if contradicts > _CONTRADICTED:
                vetoes += ("the model reads the evidence as contradicting it",)
        return _verdict(compared, odds, vetoes, model.threshold)


@lru_cache(maxsize=4096)
def judge(claim: str, evidence: str) -> Support:
    """Support for `claim` in `evidence` by its words alone."""
    return _BY_WORDS(claim, evidence)


_BY_WORDS = Judge()


def remembering(judge: SupportJudge) -> SupportJudge:
    """The same judge; a question compares a sentence with the same evidence more than once."""
    return lru_cache(maxsize=4096)(judge)


def _at_once(claim: str, evidence: str) -> Support | None:
    if not re.search(r"\w", claim) or not re.search(r"\w", evidence):
        return Support(score=0.0, supported=False, reasons=("there is nothing to compare",))
    if _is_whole_sentence_of(claim, evidence):
        return Support(score=1.0, supported=True, reasons=("word for word",))
    return None


def compare(claim: str, evidence: str, embed: Embedder | None = None) -> Compared:
    """Both are `plain` and have words."""
    alignment = align(claim, evidence)
    window, around = alignment.window, alignment.around
    said = sentences(evidence)
    figures = number_reasons(claim, window, around, said)
    if not figures and (changed := exchanged(claim, said)):
        figures = (f"it says {changed}",)
    names = name_reasons(claim, around)
    polarity = polarity_reasons(claim, window)
    counted = figure_stems(claim)
    features: tuple[float, ...] = (
        coverage(claim, window.stems | counted),
        coverage(claim, around.stems | counted),
        pairs_held(claim, window),
        said_of(claim, window),
        float(bool(figures)),
        float(bool(names)),
        float(bool(polarity)),
    )
    if embed is not None:
        rows = embed([claim, *closest(claim, evidence, _NEAREST)])
        features += (float((rows[1:] @ rows[0]).max()),)
    return Compared(features=features, vetoes=(*figures, *names, *polarity), alignment=alignment)


def _verdict(compared: Compared, odds: float, vetoes: tuple[str, ...], threshold: float) -> Support:
    score = 1 / (1 + math.exp(-odds))
    reasons = vetoes
    covered = compared.features[0]
    if score < threshold or covered < HALF:
        reasons += (f"only {covered:.0%} of what it says is in the sentences nearest to it",)
    if reasons:
        score = min(score, threshold - 0.0001)
    if vetoes:
        score = min(score, VETOED)
    return Support(score=round(score, 4), supported=not reasons, reasons=reasons)


def _is_whole_sentence_of(claim: str, evidence: str) -> bool:
    """Whole sentences only: a piece of one may have lost the words that deny it."""
    bare = claim.rstrip(".!? ")
    start = evidence.find(bare)
    if start < 0 or not bare:
        return False
    before, after = evidence[:start], evidence[start + len(bare) :]
    return bool(_ENDED.search(before)) and bool(_ENDS.match(after))


_ENDED = re.compile(r"(?:^|[.!?][\"')\]]*\s+)[\"'(\[]*\Z")
_ENDS = re.compile(r"[\"')\]]*(?:[.!?]+[\"')\]]*(?:\s|\Z)|\s*\Z)")
