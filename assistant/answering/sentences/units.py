"""Sentences in their context: what each says, and how much of a question it covers.

A sentence is never read alone: it stands in a passage, under a heading, in a document with a
title. What a text holds is analysed once and kept (`profile`, `sketches`), because neighbouring
questions meet the same passages; what a question makes of it is a `Unit`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.answering.language.places import is_land, is_region, places
from assistant.answering.language.quantities import Number, numbers, years
from assistant.answering.language.text import (
    background,
    content_stems,
    is_content,
    split_sentences,
    words,
)
from assistant.answering.questions.analysis import Question
from assistant.types import Document, Evidence, Hit, Passage, Span

HITS = 10
"""Passages looked at: what answers is nearly always among the first ten."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a stretch of text holds."""

    text: str
    order: tuple[str, ...]
    stems: frozenset[str]
    years: frozenset[int]
    places: frozenset[str]
    numbers: tuple[Number, ...]
    initials: str

    @cached_property
    def at(self) -> Mapping[str, tuple[int, ...]]:
        """Each stem with its places among the content words."""
        found: dict[str, tuple[int, ...]] = {}
        for place, each in enumerate(self.order):
            found[each] = (*found.get(each, ()), place)
        return found


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


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A sentence where it stands, before any question. `frame` is its title and headings;
    `near` the stems of it, the sentences before and after it, and the frame."""

    span: Span
    place: int
    sentence: Profile
    before: Profile | None
    passage: Profile
    frame: Profile
    near: frozenset[str]

    @cached_property
    def framed(self) -> frozenset[str]:
        return self.sentence.stems | self.frame.stems

    @cached_property
    def held(self) -> frozenset[str]:
        return self.passage.stems | self.frame.stems

    @cached_property
    def years(self) -> frozenset[int]:
        return self.sentence.years | self.frame.years

    @cached_property
    def places(self) -> frozenset[str]:
        return self.sentence.places | self.frame.places

    @cached_property
    def led(self) -> frozenset[str]:
        """Stems of the sentence, of the one before it, and of the frame."""
        return self.framed | (self.before.stems if self.before else frozenset())


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A sentence in its context, with how much of the question it covers.

    `said`, `framed`, `near` and `held` are shares (0 to 1) of the question's weight in the
    sentence, in it with title and heading, in it and its neighbours with both, and in the whole
    passage with both. `fit` orders units: the log odds, within one question, of being the sentence
    that answers.
    """

    hit: Hit
    rank: int
    document: Document
    sketch: Sketch
    said: float
    framed: float
    near: float
    held: float
    fit: float = 0.0

    @property
    def span(self) -> Span:
        return self.sketch.span

    @property
    def place(self) -> int:
        return self.sketch.place

    @property
    def sentence(self) -> Profile:
        return self.sketch.sentence

    @property
    def passage(self) -> Profile:
        return self.sketch.passage

    @property
    def frame(self) -> Profile:
        return self.sketch.frame

    @property
    def years(self) -> frozenset[int]:
        return self.sketch.years

    @property
    def places(self) -> frozenset[str]:
        return self.sketch.places


def sentence_spans(passage: Passage) -> tuple[Span, ...]:
    """The passage's sentences in its document's coordinates; split here when it has none."""
    if passage.sentences:
        return passage.sentences
    start = passage.span.start
    return tuple(
        Span(start=start + s.start, end=start + s.end) for s in split_sentences(passage.text)
    )


def text_of(passage: Passage, span: Span) -> str:
    return passage.text[span.start - passage.span.start : span.end - passage.span.start]


def whole_sentences(passage: Passage, span: Span) -> str:
    """The sentences that `span` touches, whole, as they stand in the passage."""
    touched = [s for s in sentence_spans(passage) if s.start < span.end and span.start < s.end]
    start = min([span.start, *(s.start for s in touched)]) - passage.span.start
    end = max([span.end, *(s.end for s in touched)]) - passage.span.start
    return passage.text[start:end]


def elsewhere(question: Question, unit: Unit) -> bool:
    """Does the sentence speak of other countries alone than the question? What it says of them is
    no answer. Of a region asked for, any country may be a part."""
    named = unit.sentence.places
    if not question.places or any(map(is_region, question.places)):
        return False
    if question.places & (named | unit.frame.places):
        return False
    return any(map(is_land, named))


_ABOUT_ITSELF = re.compile(
    r"^This (?:is a (?:digest|summary|list|copy|translation)|(?:page|article|digest|document|"
    r"fact-check|summary|text) (?:is|was|summari[sz]es|describes|explains|looks|lists)) ?",
    re.IGNORECASE,
)


def about_itself(sentence: str) -> bool:
    """A sentence about its own document answers nothing about the world."""
    return bool(_ABOUT_ITSELF.match(sentence))


@lru_cache(maxsize=2048)
def sketches(text: str, start: int, spans: tuple[Span, ...], frame_text: str) -> tuple[Sketch, ...]:
    """The sentences of a passage that begins at `start` of its document. Pure: keyed by content,
    so that no version of a document is ever taken for another."""
    passage, frame = profile(text), profile(frame_text)
    said = [profile(text[span.start - start : span.end - start]) for span in spans]
    found = []
    for place, (span, sentence) in enumerate(zip(spans, said, strict=True)):
        if about_itself(sentence.text):
            continue
        around = said[max(0, place - 1) : place + 2]
        found.append(
            Sketch(
                span=span,
                place=place,
                sentence=sentence,
                before=said[place - 1] if place else None,
                passage=passage,
                frame=frame,
                near=frame.stems.union(*(each.stems for each in around)),
            )
        )
    return tuple(found)


def raw_units(question: Question, evidence: Evidence) -> list[Unit]:
    """Every sentence of the first hits in the order of the hits, not yet ranked."""
    weights = term_weights(question.topic)
    found: list[Unit] = []
    for rank, hit in enumerate(evidence.hits[:HITS]):
        document = evidence.document(hit)
        passage = hit.passage
        publisher = document.content.publisher or ""
        frame = " . ".join((document.title, *passage.heading_path, publisher))
        placed = sketches(passage.text, passage.span.start, sentence_spans(passage), frame)
        held = coverage(weights, placed[0].held) if placed else 0.0
        for sketch in placed:
            found.append(
                Unit(
                    hit=hit,
                    rank=rank,
                    document=document,
                    sketch=sketch,
                    said=coverage(weights, sketch.sentence.stems),
                    framed=coverage(weights, sketch.framed),
                    near=coverage(weights, sketch.near),
                    held=held,
                )
            )
    return found


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
