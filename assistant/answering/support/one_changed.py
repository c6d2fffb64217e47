"""Is a claim a sentence of the evidence with one number exchanged?

The number may well stand elsewhere in the evidence, of another year or thing: what gives it away
is that everything around it is the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.answering.language.quantities import Number
from assistant.answering.language.values import Value, agrees, value_of
from assistant.answering.support.alignment import Sentence
from assistant.types import Span

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*|[%$€£°]")
_DIGITS = re.compile(r"\d[\d.,]*")
_SAME = 0.75
"""The share of a claim's words that a sentence has in the claim's order, numbers left out."""
_BESIDE = 3
"""So many words before a number, or behind it, are the same."""
_MOST_TOKENS = 120


@lru_cache(maxsize=2048)
def _tokens(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the words and numbers of a text, the same with every number masked)."""
    said = tuple(token.lower() for token in _TOKEN.findall(text)[:_MOST_TOKENS])
    return said, tuple(_DIGITS.sub("#", token) for token in said)


def exchanged(claim: str, said: Sequence[Sentence]) -> str | None:
    """ "1757 where the evidence has 1758"; None where no sentence differs in one number alone.

    A sentence that differs in none clears the claim; two numbers that differ make another
    statement, which is not judged here.
    """
    found: str | None = None
    for sentence in said:
        pairs = _aligned(claim, sentence.text)
        differing = [pair for pair in pairs if not _same(pair.ours, pair.theirs)]
        if pairs and not differing:
            return None
        if len(differing) == 1 and differing[0].beside >= _BESIDE:
            found = found or f"{differing[0].ours} where the evidence has {differing[0].theirs}"
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two numbers at the same place of two sentences; `beside`: how many words on its better side
    are the same."""

    ours: str
    theirs: str
    beside: int


def _aligned(claim: str, sentence: str) -> list[_Pair]:
    """The numbers at the same places, where most of the claim's words are; else none."""
    ours, masked = _tokens(claim)
    theirs, other = _tokens(sentence)
    bag = frozenset(masked)
    if not any("#" in token for token in bag) or len(bag & frozenset(other)) < _SAME * len(bag):
        return []
    blocks = SequenceMatcher(None, masked, other, autojunk=False).get_matching_blocks()
    if sum(block.size for block in blocks) < _SAME * len(masked):
        return []
    return [
        _Pair(
            ours=ours[block.a + n],
            theirs=theirs[block.b + n],
            beside=max(n, block.size - n - 1),
        )
        for block in blocks
        for n in range(block.size)
        if "#" in masked[block.a + n]
    ]


def _same(one: str, other: str) -> bool:
    """Equal, or the claim's is the other rounded."""
    one, other = one.replace(",", "").rstrip("."), other.replace(",", "").rstrip(".")
    if one == other:
        return True
    if not (_DIGITS.fullmatch(one) and _DIGITS.fullmatch(other)):
        return False
    return agrees(_value(one), _value(other))


def _value(written: str) -> Value:
    whole = Span(start=0, end=len(written))
    return value_of(written, Number(value=float(written), unit="", span=whole))
