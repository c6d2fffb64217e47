"""A claim beside its evidence: which sentences are about it, and how much of it they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answering.language.computed import shares
from assistant.answering.language.quantities import Number, numbers
from assistant.answering.language.text import (
    MARKER,
    background,
    content_stems,
    listed,
    split_sentences,
    stem,
)

_WINDOW = 3
_SHAPES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-", "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the evidence, or a run of them, with what it is compared by."""

    text: str
    order: tuple[str, ...]
    stems: frozenset[str]
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """`window` is the run of sentences that holds most of the claim, `around` all the evidence."""

    window: Sentence
    around: Sentence


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """Without source markers, quotation marks and spaces in one shape."""
    text = MARKER.sub(" ", text).translate(_SHAPES)
    return re.sub(r"\s+(?=[.,;:!?])", "", " ".join(text.split()))


@lru_cache(maxsize=4096)
def sentence(text: str) -> Sentence:
    order = tuple(content_stems(text))
    return Sentence(text=text, order=order, stems=frozenset(order), numbers=numbers(text))


@lru_cache(maxsize=512)
def sentences(evidence: str) -> tuple[Sentence, ...]:
    return tuple(sentence(span.of(evidence)) for span in split_sentences(evidence))


def joined(run: Sequence[Sentence]) -> Sentence:
    return run[0] if len(run) == 1 else sentence(" ".join(each.text for each in run))


def align(claim: str, evidence: str) -> Alignment:
    """The run of at most three sentences that covers most of the claim; shorter runs first.

    Both are `plain` and have words.
    """
    said = sentences(evidence)
    weights = rarities(claim)
    values = {number.value for number in numbers(claim)}
    total = sum(weights.values()) or 1.0
    held = [
        (weights.keys() & each.stems, values & {n.value for n in each.numbers}) for each in said
    ]
    best, best_score = (0, 1), -1.0
    for size in range(1, min(_WINDOW, len(said)) + 1):
        for start in range(len(said) - size + 1):
            run = held[start : start + size]
            stems = set().union(*(each[0] for each in run))
            figures = set().union(*(each[1] for each in run))
            score = sum(weights[each] for each in sorted(stems)) / total
            score += len(figures) / max(len(values), 1) - 0.02 * size
            if score > best_score + 1e-9:
                best, best_score = (start, start + size), score
    return Alignment(window=joined(said[slice(*best)]), around=joined(said))


def closest(claim: str, evidence: str, k: int) -> tuple[str, ...]:
    """The k sentences that hold most of the claim, in the order of the text."""
    said = sentences(evidence)
    ranked = sorted(range(len(said)), key=lambda i: (-coverage(claim, said[i].stems), i))
    return tuple(said[i].text for i in sorted(ranked[:k]))


def coverage(claim: str, stems: frozenset[str]) -> float:
    """The share of the claim's words that `stems` hold, weighed by rarity: 0 to 1."""
    weights = rarities(claim)
    total = sum(weights.values())
    return sum(w for each, w in weights.items() if each in stems) / total if total else 0.0


_HEDGES = frozenset(
    map(stem, listed("nearly almost fewer less least roughly approximately around close"))
)


@lru_cache(maxsize=2048)
def figure_stems(claim: str) -> frozenset[str]:
    """The stems of a claim's figures: they are judged by what they say, not by their words."""
    spans = [number.span.of(claim) for number in numbers(claim) if not number.is_year]
    spans += [claim[share.start : share.end] for share in shares(claim)]
    if not spans:
        return frozenset()
    return frozenset(each for text in spans for each in content_stems(text)) | _HEDGES


@lru_cache(maxsize=2048)
def rarities(claim: str) -> dict[str, float]:
    """The stems of a claim, each with its inverse document frequency, at least .3."""
    idf, unseen = background().idf, background().unseen
    return {each: max(idf.get(each, unseen), 0.3) for each in content_stems(claim)}


def pairs_held(claim: str, window: Sentence) -> float:
    """The share of the claim's neighbouring content words that are neighbours in the window."""
    ours = set(pairwise(content_stems(claim)))
    if not ours:
        return coverage(claim, window.stems)
    return len(ours & set(pairwise(window.order))) / len(ours)


def said_of(claim: str, window: Sentence) -> float:
    """The share of the window's words, weighed by rarity, that the claim says."""
    weights = rarities(window.text)
    total = sum(weights.values())
    ours = rarities(claim)
    return sum(w for each, w in weights.items() if each in ours) / total if total else 0.0
