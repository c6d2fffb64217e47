"""The first hits read more closely: what the two runs can't see decides among near equals.

Each hit gets five features; their z-scores over those hits are added with learned weights, which
ship as `weights/reading.json` with where they come from (`evals/training/fusion.py` fits them). For
questions, not for posted messages, whose words it does not help.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np

from assistant.retrieval.analysis import worded
from assistant.retrieval.fusion import Floats, standardised
from assistant.retrieval.lexical import analyzer
from assistant.types import Hit

READ = 30
"""By measurement: 50 gain nothing, 20 lose a little."""
FEATURES = ("search", "letters", "pairs", "numbers", "document")

Weights = Mapping[str, float]

_WEIGHTS = Path(__file__).parent / "weights" / "reading.json"
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_GRAM = 4
_GRAMS = 300
"""Of a long question the first are enough: each is looked for in every text."""


@cache
def shipped() -> Weights:
    """The weights that ship, by feature."""
    held: dict[str, float] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return held


def read_closely(question: str, hits: Sequence[Hit], weights: Weights) -> tuple[Hit, ...]:
    """The first READ hits in their order after reading, the rest as they are."""
    first, rest = hits[:READ], hits[READ:]
    if len(first) < 2:
        return tuple(hits)
    columns = features(question, first)
    scores = sum((weights[n] * standardised(columns[n]) for n in FEATURES), np.zeros(len(first)))
    return (*placed(first, scores), *rest)


def placed(hits: Sequence[Hit], scores: Floats) -> tuple[Hit, ...]:
    """Hits by new scores, ties as they were. The hits' own scores stay with the places, so that
    they keep their scale and fall from first to last."""
    order = np.argsort(-scores, kind="stable")
    return tuple(
        replace(hits[place], score=hit.score) for place, hit in zip(order, hits, strict=True)
    )


def features(question: str, hits: Sequence[Hit]) -> dict[str, Floats]:
    """Of each hit: the search's score; which part of the question's letters, four at a time and
    the rare ones more, it has; how many pairs of words that stand together in the question; which
    part of its numbers; and the mean cosine of its document's two nearest hits.
    """
    texts = [hit.passage.text for hit in hits]
    return {
        "search": np.array([hit.score for hit in hits]),
        "letters": _letters(worded(question), [text.lower() for text in texts]),
        "pairs": _pairs(question, texts),
        "numbers": _numbers(worded(question), texts),
        "document": _documents(hits),
    }


def _letters(question: str, texts: Sequence[str]) -> Floats:
    """Names that are spelled or inflected otherwise share letters where they share no stem."""
    words = _WORD.findall(question.lower())
    grams = [word[at : at + _GRAM] for word in words for at in range(len(word) - _GRAM + 1)]
    total = np.zeros(len(texts))
    for gram in list(dict.fromkeys(grams))[:_GRAMS]:
        held = np.array([gram in text for text in texts], dtype=np.float64)
        count = float(held.sum())
        total += held * log(1 + (len(texts) - count + 0.5) / (count + 0.5))
    return total


def _pairs(question: str, texts: Sequence[str]) -> Floats:
    asked = set(pairwise(_analyzer().analyze(question)))
    said = (set(pairwise(_analyzer().analyze(text))) for text in texts)
    return np.array([float(len(asked & pairs)) for pairs in said])


def _numbers(question: str, texts: Sequence[str]) -> Floats:
    asked = set(_NUMBER.findall(question))
    if not asked:
        return np.zeros(len(texts))
    return np.array([len(asked.intersection(_NUMBER.findall(each))) / len(asked) for each in texts])


def _documents(hits: Sequence[Hit]) -> Floats:
    """A document of which a second passage is near too is more likely to be about it."""
    cosines: dict[str, list[float]] = {}
    for hit in hits:
        cosines.setdefault(hit.passage.document_id, []).append(hit.dense or 0.0)
    means = {name: float(np.mean(sorted(each)[-2:])) for name, each in cosines.items()}
    return np.array([means[hit.passage.document_id] for hit in hits])


_analyzer = cache(analyzer)
