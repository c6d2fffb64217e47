"""How well each sentence of the evidence fits a question: shared by sufficiency and composing.

A sentence is never read alone: it stands in a passage, under a heading, in a document with a
title. What is asked may be said by the sentence, or by the sentence in that context.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.answering.analysis import NUMERIC, Question
from assistant.answering.places import places
from assistant.answering.text import (
    Number,
    background,
    content_stems,
    numbers,
    split_sentences,
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
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence in its context, with how much of the question it covers.

    `said`, `framed` and `held` are shares (0 to 1) of the question's weight in the sentence, in
    the sentence with title and heading, and in the whole passage with both. `fit` orders units.
    """

    hit: Hit
    rank: int
    document: Document
    span: Span
    sentence: Profile
    passage: Profile
    frame: Profile
    said: float
    framed: float
    held: float
    fit: float

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
    weights = term_weights(question.topic)
    found: list[Unit] = []
    for rank, hit in enumerate(evidence.hits[:HITS]):
        document = evidence.document(hit)
        frame = profile(" . ".join((document.title, *hit.passage.heading_path)))
        passage = profile(hit.passage.text)
        held = coverage(weights, passage.stems | frame.stems)
        for span in sentence_spans(hit.passage):
            text = hit.passage.text[
                span.start - hit.passage.span.start : span.end - hit.passage.span.start
            ]
            sentence = profile(text)
            said = coverage(weights, sentence.stems)
            framed = coverage(weights, sentence.stems | frame.stems)
            unit = Unit(
                hit=hit, rank=rank, document=document, span=span, sentence=sentence,
                passage=passage, frame=frame, said=said, framed=framed, held=held, fit=0.0,
            )  # fmt: skip
            found.append(replace(unit, fit=_fit(question, unit)))
    return sorted(found, key=lambda u: (-u.fit, u.rank, u.span))


def _fit(question: Question, unit: Unit) -> float:
    """How far the sentence looks like an answer; the constants rank, they decide nothing."""
    fit = 0.5 * unit.said + 0.35 * unit.framed + 0.15 * unit.held - 0.01 * unit.rank
    if question.years:
        fit += 0.25 * len(question.years & unit.years) / len(question.years)
    if question.places:
        fit += 0.15 * len(question.places & unit.places) / len(question.places)
    if question.numbers and unmatched_numbers(question, unit.sentence):
        fit -= 0.15
    if question.asked in NUMERIC:
        fit += 0.2 if answer_number(question, unit.sentence) else -0.1
    return fit


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
        if number.value in given and number.value > 12:
            continue
        if question.asked == "date":
            if number.is_year:
                return number
        elif question.asked == "percentage":
            if number.unit in ("%", "pp") or number.value < 1000:
                return number
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
    return replace(question, terms=terms, names=names)


def _nearest(term: str, vocabulary: frozenset[str]) -> str | None:
    near = [v for v in vocabulary if v[0] == term[0] and abs(len(v) - len(term)) <= 2]
    best = difflib.get_close_matches(term, near, n=1, cutoff=0.8)
    return best[0] if best else None
