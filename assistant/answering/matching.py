"""How well each sentence of the evidence fits a question: shared by sufficiency and composing.

A sentence is never read alone: it stands in a passage, under a heading, in a document with a
title. What is asked may be said by the sentence, or by the sentence in that context.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from assistant.answering.analysis import NUMERIC, Question
from assistant.answering.places import places
from assistant.answering.text import (
    Number,
    background,
    content_stems,
    is_content,
    numbers,
    split_sentences,
    words,
    years,
)
from assistant.types import Document, Evidence, Hit, Passage, Span

HITS = 10
"""Passages looked at: what answers is nearly always among the first ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a stretch of text holds."""

    text: str
    order: tuple[str, ...]
    stems: frozenset[str]
    years: frozenset[int]
    places: frozenset[str]
    numbers: tuple[Number, ...]
    initials: str


@lru_cache(maxsize=8192)
def profile(text: str) -> Profile:
    order = tuple(content_stems(text))
    return Profile(
        text=text,
        order=order,
        stems=frozenset(order),
        years=years(text),
        places=places(text),
        numbers=numbers(text),
        initials="".join(word[0] for word in words(text) if word[0].isalpha() and is_content(word)),
    )


def names(profile_: Profile, name: Sequence[str]) -> bool:
    """Does the text hold this name: its words, its acronym, or the words of the acronym?"""
    wanted = [each for each in name if not each.isdigit()]
    if all(each in profile_.stems for each in wanted):
        return True
    if len(wanted) > 1:
        return "".join(each[0] for each in wanted) in profile_.stems
    return len(wanted[0]) >= 3 and wanted[0] in profile_.initials.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence in its context, with how much of the question it covers.

    `said`, `framed` and `held` are shares (0 to 1) of the question's weight in the sentence, in
    the sentence with title and heading, and in the whole passage with both. `fit` orders units:
    the log odds, within one question, of being the sentence that answers.
    """

    hit: Hit
    rank: int
    document: Document
    span: Span
    place: int
    sentence: Profile
    passage: Profile
    frame: Profile
    said: float
    framed: float
    held: float
    fit: float = 0.0

    @property
    def years(self) -> frozenset[int]:
        return self.sentence.years | self.frame.years

    @property
    def places(self) -> frozenset[str]:
        return self.sentence.places | self.frame.places


def sentence_spans(passage: Passage) -> tuple[Span, ...]:
    """The passage's sentences in its document's coordinates; split here when it has none."""
    if passage.sentences:
        return passage.sentences
    start = passage.span.start
    return tuple(
        Span(start=start + s.start, end=start + s.end) for s in split_sentences(passage.text)
    )


def units(question: Question, evidence: Evidence) -> list[Unit]:
    """Every sentence of the first hits, best fit first."""
    kept: tuple[Evidence, Question, list[Unit]] | None = getattr(_latest, "ranked", None)
    if kept and kept[0] is evidence and kept[1] == question:
        return kept[2]
    ranked = _ranked(question, evidence)
    _latest.ranked = (evidence, question, ranked)
    return ranked


_latest = threading.local()
"""The last ranking of each thread: evidence is judged, composed from and shown in a row."""


def _ranked(question: Question, evidence: Evidence) -> list[Unit]:
    nearest = max((hit.dense for hit in evidence.hits if hit.dense is not None), default=None)
    weights = ranking_weights(with_dense=nearest is not None)
    found = [
        replace(unit, fit=_dot(weights, ranking_features(question, unit, nearest)))
        for unit in raw_units(question, evidence)
    ]
    return sorted(found, key=lambda u: (-u.fit, u.rank, u.span))


def raw_units(question: Question, evidence: Evidence) -> list[Unit]:
    """Every sentence of the first hits in the order of the hits, not yet ranked."""
    weights = term_weights(question.topic)
    found: list[Unit] = []
    for rank, hit in enumerate(evidence.hits[:HITS]):
        document = evidence.document(hit)
        publisher = document.content.publisher or ""
        frame = profile(" . ".join((document.title, *hit.passage.heading_path, publisher)))
        passage = profile(hit.passage.text)
        held = coverage(weights, passage.stems | frame.stems)
        for place, span in enumerate(sentence_spans(hit.passage)):
            sentence = profile(text_of(hit.passage, span))
            if _ABOUT_ITSELF.match(sentence.text):
                continue
            found.append(
                Unit(
                    hit=hit,
                    rank=rank,
                    document=document,
                    span=span,
                    place=place,
                    sentence=sentence,
                    passage=passage,
                    frame=frame,
                    said=coverage(weights, sentence.stems),
                    framed=coverage(weights, sentence.stems | frame.stems),
                    held=held,
                )
            )
    return found


_ABOUT_ITSELF = re.compile(
    r"^This (?:is a (?:digest|summary|list|copy|translation)|(?:page|article|digest|document|"
    r"fact-check|summary|text) (?:is|was|summari[sz]es|describes|explains|looks|lists)) ?",
    re.IGNORECASE,
)
"""A sentence about its own document answers nothing about the world."""


def text_of(passage: Passage, span: Span) -> str:
    return passage.text[span.start - passage.span.start : span.end - passage.span.start]


# --- which sentence answers -----------------------------------------------------------------------


def ranking_features(question: Question, unit: Unit, nearest: float | None) -> dict[str, float]:
    """What tells the sentence that answers from its neighbours; each roughly 0 to 1."""
    values = {
        "said": unit.said,
        "framed": unit.framed,
        "held": unit.held,
        "rank": 1.0 / (1 + unit.rank),
        "pairs": pairs(question, unit),
        "kind": float(has_kind(question, unit)),
        "kind_said": unit.said * float(has_kind(question, unit)),
        "counted": _counted(question, unit),
        "years": _share(question.years, unit.sentence.years),
        "years_around": _share(question.years, unit.years | unit.passage.years),
        "places": _share(question.places, unit.places),
        "numbers": float(bool(question.numbers) and not unmatched_numbers(question, unit.sentence)),
        "first": float(unit.place == 0),
        "length": min(math.log1p(len(unit.sentence.order)) / 4, 1.0),
    }
    if nearest is not None:
        values["dense"] = (unit.hit.dense if unit.hit.dense is not None else 0.0) - nearest
    return values


def _dot(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in values.items())


@lru_cache(maxsize=2)
def ranking_weights(*, with_dense: bool) -> Mapping[str, float]:
    path = files("assistant.answering") / "weights" / "sentences.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    weights: dict[str, float] = stored["with_dense" if with_dense else "without_dense"]
    return weights


def _share(asked: frozenset[int] | frozenset[str], held: Iterable[object]) -> float:
    return len(asked & frozenset(held)) / len(asked) if asked else 0.0


def _counted(question: Question, unit: Unit) -> float:
    """How much of the counted noun stands in a sentence that has a number for it: 0 to 1."""
    if not question.counted or not answer_number(question, unit.sentence):
        return 0.0
    return coverage(term_weights(question.counted), unit.sentence.stems)


def pairs(question: Question, unit: Unit) -> float:
    """The share of neighbouring question terms that stand near one another in the sentence."""
    wanted = list(pairwise(question.topic))
    if not wanted:
        return unit.said
    at: dict[str, list[int]] = {}
    for place, each in enumerate(unit.sentence.order):
        at.setdefault(each, []).append(place)
    close = sum(
        1 for a, b in wanted if any(abs(i - j) <= 3 for i in at.get(a, ()) for j in at.get(b, ()))
    )
    return close / len(wanted)


_BECAUSE = re.compile(
    r"\b(?:because|due to|caus\w+|driven|reason|owing|result\w*|led to|since|so that|reflect\w*|"
    r"attribut\w+|explain\w*|therefore|to (?:help|avoid|prevent|protect|reduce))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=[\w,;] )[A-Z][a-z]+(?: [A-Z][\w.]+)*")
_DEFINES = re.compile(
    r"\b(?:defin\w+|means?|refers? to|counts?|counted|treats?|classif\w+|is (?:a|an|the|any)\b|"
    r"are (?:people|persons|children|those)|considered|known as|called|consists? of|measures?|"
    r"calculat\w+|includes?|excludes?|qualif\w+|based on|rather than)\b",
    re.IGNORECASE,
)


def has_kind(question: Question, unit: Unit) -> bool:
    """Does the sentence hold something of the kind that was asked for?"""
    sentence = unit.sentence
    if question.asked in NUMERIC:
        return answer_number(question, sentence) is not None
    if question.asked == "who":
        return bool(_NAMED.search(sentence.text))
    if question.asked == "where":
        return bool(sentence.places - question.places or _NAMED.search(sentence.text))
    if question.asked == "why":
        return bool(_BECAUSE.search(sentence.text))
    if question.asked == "definition":
        return bool(_DEFINES.search(sentence.text))
    return True


@lru_cache(maxsize=512)
def term_weights(terms: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    table = background()
    return tuple((term, table.weight(term)) for term in terms)


def coverage(weights: Iterable[tuple[str, float]], stems: frozenset[str]) -> float:
    """The share of weight whose terms are among `stems`: 0 to 1 (0 where nothing is asked)."""
    total = held = 0.0
    for term, weight in weights:
        total += weight
        if term in stems:
            held += weight
    return held / total if total else 0.0


def unmatched_numbers(question: Question, text: Profile) -> tuple[Number, ...]:
    """Numbers that the question itself states and `text` does not."""
    held = {(number.value, number.unit) for number in text.numbers}
    bare = {number.value for number in text.numbers}
    return tuple(
        n for n in question.numbers if (n.value, n.unit) not in held and n.value not in bare
    )


def answer_number(question: Question, sentence: Profile) -> Number | None:
    """A number that could be the one asked for: of the asked kind, not given in the question."""
    given = {number.value for number in question.numbers} | {float(y) for y in question.years}
    for number in sentence.numbers:
        if number.is_day or (number.value in given and number.value > 12):
            continue
        if question.asked == "date":
            if number.is_year:
                return number
        elif question.asked == "percentage":
            if number.unit in ("%", "pp") or number.value < 1000:
                return number
        elif question.how_many and number.unit in ("%", "pp", "°"):
            continue
        elif not number.is_year:
            return number
    return None


def corrected(question: Question, evidence: Evidence) -> Question:
    """The question with misspelt terms replaced by what the evidence seems to call them.

    Only words unknown to English and to the evidence are touched, and only for a near match.
    """
    known = background().idf
    unknown = [t for t in question.terms if len(t) >= 5 and t not in known and not t[0].isdigit()]
    if not unknown:
        return question
    vocabulary = frozenset[str]().union(
        *(profile(h.passage.text).stems for h in evidence.hits[:HITS]),
        *(profile(d.title).stems for d in evidence.documents.values()),
    )
    fixed = {term: _nearest(term, vocabulary) for term in unknown if term not in vocabulary}
    terms = tuple(dict.fromkeys(fixed.get(t) or t for t in question.terms))
    names = tuple(tuple(fixed.get(s) or s for s in name) for name in question.names)
    counted = tuple(fixed.get(t) or t for t in question.counted)
    return replace(question, terms=terms, names=names, counted=counted)


def _nearest(term: str, vocabulary: frozenset[str]) -> str | None:
    near = [v for v in vocabulary if v[0] == term[0] and abs(len(v) - len(term)) <= 2]
    best = difflib.get_close_matches(term, near, n=1, cutoff=0.8)
    return best[0] if best else None
