"""Are two published verdicts of one claim, do they agree, and which of them is the newer?"""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from assistant.types import Document, PartialDate, Verdict

_ALIKE = 0.85
"""Two wordings are of one claim when they share this much of all their words."""
_WORD = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_IDLE = frozenset(
    _WORD.findall(
        "a an the of to in on at by for with from and or as is are was were be been being has have "
        "had do does did that this these those it its there"
    )
)
_NOT = frozenset(_WORD.findall("no not never none nobody nothing neither nor without cannot"))
_stem = Stemmer.Stemmer("english").stemWord


@lru_cache(maxsize=8192)
def words_of(claim: str) -> frozenset[str]:
    """The stems and numbers of a claim, with its negations: what it says whatever its spelling."""
    found = (word.lower().replace("\u2019", "'") for word in _WORD.findall(claim))
    return frozenset(
        "not" if word in _NOT or word.endswith("n't") else _stem(word.removesuffix("'s"))
        for word in found
        if word not in _IDLE
    )


def same_claim(one: str, other: str) -> bool:
    """One claim in two wordings that hardly differ: the same numbers, and both deny or neither."""
    mine, theirs = words_of(one), words_of(other)
    if not mine or {w for w in mine ^ theirs if w == "not" or w[0].isdigit()}:
        return False
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


def same_rating(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def rated_on(document: Document, verdict: Verdict) -> PartialDate | None:
    """When a person last judged it: the day of the check that holds it, else the verdict's own."""
    return document.content.checked_on or verdict.reviewed_on


def _plain(rating: str) -> str:
    return " ".join(_WORD.findall(rating.casefold()))
