"""Which sentences of one document answer a question best, and how many of them to take.

Two small models, fitted together (`evals/training/sentences.py`, `weights/sentences.json`): the log
odds, within the document, of being the sentence that answers; and the probability of belonging to
a full answer, from which follows how many sentences are expected to serve a reader best. What an
encoder makes of a sentence is one feature among others: without an encoder both have weights of
their own.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from assistant.answering.language.text import content_stems
from assistant.answering.logistic import sigmoid
from assistant.answering.questions.analysis import NUMERIC, Question
from assistant.answering.sentences.leaning import leans
from assistant.answering.sentences.matching import answer_number, ranking_features
from assistant.answering.sentences.units import Profile, Unit, coverage, term_weights
from assistant.ports import Embedder, Vectors
from assistant.types import Span

ENCODED = 12
"""Sentences of a document that are encoded for a question, those that its words fit best."""
_KEPT = 4096
_NAMED = re.compile(
    r"(?<=[\w,;”\"')–-] )[A-Z][\w.'’-]*(?: (?:(?:of|the|de|von|van) )?[A-Z][\w.'’-]*)*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`fit`: log odds of answering, by which choices are ordered; `part`: the probability, 0 to 1,
    of belonging to a full answer."""

    unit: Unit
    fit: float
    part: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One fitted pair: weights of the ranking, and of belonging with their bias."""

    ranking: Mapping[str, float]
    bias: float
    part: Mapping[str, float]


class SentenceVectors:
    """Sentences into vectors, each once: neighbouring questions meet the same passages.

    Keyed by the words themselves, so that no version is ever taken for another. Safe to share
    between threads.
    """

    def __init__(self, embed: Embedder, kept: int = _KEPT) -> None:
        self._embed = embed
        self._most = kept
        self._held: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            found = {text: self._held[text] for text in texts if text in self._held}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found |= zip(new, self._embed(new), strict=True)
        with self._lock:
            for text in dict.fromkeys(texts):
                self._held[text] = found[text]
                self._held.move_to_end(text)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return np.stack([found[text] for text in texts])


def choices(
    question: Question,
    units: Sequence[Unit],
    vectors: SentenceVectors | None = None,
    merits: Mapping[Span, float] | None = None,
) -> list[Choice]:
    """The units of one document, best first. `merits` are log odds that are added to the fit."""
    if not units:
        return []
    units = sorted(units, key=lambda unit: unit.span)
    rows = lexical_features(question, units)
    if vectors is not None:
        for row, cosine in zip(rows, _cosines(question, units, rows, vectors), strict=True):
            row["cosine"] = cosine
    model = load_model(with_vectors=vectors is not None)
    fits = [dot(model.ranking, row) for row in rows]
    if merits:
        fits = [fit + merits.get(unit.span, 0.0) for fit, unit in zip(fits, units, strict=True)]
    found = [
        Choice(unit=unit, fit=fit, part=sigmoid(model.bias + dot(model.part, values)))
        for unit, fit, values in zip(units, fits, part_features(rows, fits), strict=True)
    ]
    return sorted(found, key=lambda each: (-each.fit, each.unit.span))


def worth_taking(parts: Sequence[float]) -> float:
    """The least probability of belonging that is worth showing, for the greatest expected F1.

    With the k likeliest shown, 2 * (their sum) / (k + the sum of all) stands in for the expected
    F1; at its greatest, exactly those are shown that are likelier than half of it (the plug-in
    rule; compare Jansche, "A maximum expected utility framework for binary sequence labeling",
    ACL 2007).
    """
    total, held, best = sum(parts), 0.0, 0.0
    for k, part in enumerate(sorted(parts, reverse=True), start=1):
        held += part
        best = max(best, 2 * held / (k + total))
    return best / 2


# --- features -------------------------------------------------------------------------------------

LEXICAL = (
    "said", "framed", "near", "held", "pairs", "kind", "kind_said", "exact", "counted", "years",
    "years_around", "places", "numbers", "first", "length",
)  # fmt: skip
"""Features of the ranking over all documents that tell sentences of one document apart."""


def lexical_features(question: Question, units: Sequence[Unit]) -> list[dict[str, float]]:
    """Each roughly 0 to 1, for the units of one document in reading order.

    `here` is the share of the question's terms that the sentence holds, each weighted by how rare
    it is in this very document: what every sentence says tells none from the others; `before` and
    `after` are the same of its neighbours.
    """
    weights = _local_weights(question, units)
    here = [coverage(weights, unit.sentence.stems) for unit in units]
    rows = []
    for at, unit in enumerate(units):
        base = ranking_features(question, unit, None)
        new = _new_names(question, unit.sentence)
        rows.append(
            {name: base[name] for name in LEXICAL}
            | {
                "here": here[at],
                "before": here[at - 1] if at else 0.0,
                "after": here[at + 1] if at + 1 < len(units) else 0.0,
                "opens_with": _holds(unit, question.topic[:1]),
                "ends_with": _holds(unit, question.topic[-1:]),
                "sought": coverage(term_weights(question.sought), unit.sentence.stems),
                "new_names": new,
                "new_names_who": new * (question.asked == "who"),
                "dated": _dated(question, unit.sentence),
                "leans": float(leans(unit.sentence.text)),
            }
        )
    return rows


def part_features(
    rows: Sequence[Mapping[str, float]], fits: Sequence[float]
) -> list[dict[str, float]]:
    """What tells whether a sentence belongs to a full answer: how far behind the best it is, how
    many there are to choose from, its place and length, how near its meaning is to the others'."""
    best = max(fits)
    mean = sum(row.get("cosine", 0.0) for row in rows) / len(rows)
    return [
        {
            "behind": fit - best,
            "of": math.log(len(rows)),
            "first": row["first"],
            "length": row["length"],
            "cosine": row.get("cosine", 0.0) - mean,
        }
        for row, fit in zip(rows, fits, strict=True)
    ]


def _local_weights(question: Question, units: Sequence[Unit]) -> list[tuple[str, float]]:
    held = Counter(stem for unit in units for stem in unit.sentence.stems)
    n = len(units)
    return [
        (term, weight * math.log(1 + n / held[term]) if held[term] else 0.0)
        for term, weight in term_weights(question.topic)
    ]


def _holds(unit: Unit, terms: Sequence[str]) -> float:
    return float(any(term in unit.sentence.stems for term in terms))


def _new_names(question: Question, sentence: Profile) -> float:
    """Capitalised runs that the question does not have: 0 to 1, full at four."""
    given = {*question.terms, *content_stems(question.text)}
    runs = (set(content_stems(match.group())) for match in _NAMED.finditer(sentence.text))
    return min(sum(bool(run - given) for run in runs), 4) / 4


def _dated(question: Question, sentence: Profile) -> float:
    """A figure of the asked kind with its year."""
    asked = question.asked in NUMERIC and answer_number(question, sentence) is not None
    return float(asked and bool(sentence.years))


def _cosines(
    question: Question,
    units: Sequence[Unit],
    rows: Sequence[Mapping[str, float]],
    vectors: SentenceVectors,
) -> list[float]:
    """Of the question with each sentence under its title; past ENCODED, the least of them."""
    weights = load_model(with_vectors=False).ranking
    order = sorted(range(len(units)), key=lambda at: (-dot(weights, rows[at]), at))[:ENCODED]
    asked = vectors([question.text])[0]
    found = vectors([f"{units[at].document.title}. {units[at].sentence.text}" for at in order])
    cosines = dict(zip(order, (found @ asked).tolist(), strict=True))
    least = min(cosines.values())
    return [cosines.get(at, least) for at in range(len(units))]


# --- weights --------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def load_model(*, with_vectors: bool) -> Model:
    path = files("assistant.answering") / "weights" / "sentences.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    chosen = stored["choosing"]["with_vectors" if with_vectors else "without_vectors"]
    return Model(ranking=chosen["ranking"], bias=chosen["bias"], part=chosen["part"])


def dot(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weight * values.get(name, 0.0) for name, weight in weights.items())
