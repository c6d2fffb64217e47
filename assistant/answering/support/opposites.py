"""Does one sentence say the opposite of another: rose for fell, highest for lowest, not for so?"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.answering.language.text import listed
from assistant.answering.support.grounds import coverage, stems

_PAIRS = """
rose rise rises risen rising increased increase increases increasing grew grow grows grown growth
  growing climbed climb gained gain higher
 | fell fall falls fallen falling decreased decrease decreases decreasing declined decline declines
  declining shrank shrink dropped drop lost lose lower cheaper
more larger greater exceeds exceeded | fewer smaller
above | below
highest largest most biggest maximum | lowest smallest least fewest minimum
warmest hottest | coldest coolest
warmer hotter | cooler colder
cheaper | dearer
lawful legal allowed allows permitted permits | unlawful illegal forbidden forbids prohibited
  prohibits banned
always | never
before earlier | after later
positive | negative
oldest | youngest
longer longest | shorter shortest
mandatory compulsory required | voluntary optional
better best | worse worst
all | none
majority most | minority few
warming | cooling
possible | impossible
safe | unsafe dangerous
oversees included includes | excludes excluded
"""
_HEDGES = re.compile(r"\b(?:more|less|fewer|not more|not less|no more) than\b", re.IGNORECASE)
_WEAK = frozenset(
    listed(
        "all before after earlier later most few more larger greater smaller above below "
        "included includes"
    )
)
"""Words that prove an opposite only beside the same figure."""


@lru_cache(maxsize=1)
def _sides() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    lines = re.sub(r"\n +", " ", _PAIRS).strip().splitlines()
    split = [line.split("|") for line in lines]
    return tuple((frozenset(one.split()), frozenset(other.split())) for one, other in split)


_WORD = re.compile(r"[^\W\d_]+")


def turned(claim: str, source: str, *, weak: bool = True) -> str | None:
    """ "“rose”, not “fell”": a word of the claim against its opposite in the source.

    None where one of them denies, or uses both words. `weak`: common words count as well.
    """
    if _denials(claim) != _denials(source):
        return None
    ours, theirs = _words(claim), _words(source)
    for one, other in _sides():
        for here, there in ((one, other), (other, one)):
            said, held = ours & here, theirs & there
            if not said or not held or theirs & here or ours & there:
                continue
            if weak or (said | held) - _WEAK:
                return f"“{min(held)}”, not “{min(said)}”"
    return None


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(_HEDGES.sub(" ", text)))


def opposed(claim: str, source: str) -> str | None:
    """What stands against what, in words; None where nothing does."""
    if words := turned(claim, source, weak=False):
        return words
    return "one of the two denies what the other says" if denied(claim, source) else None


_DENIES = re.compile(r"\b(?:not|no|never|none|nor|neither|cannot|nobody|nothing)\b|n['’]t\b", re.I)
_NOT_DENYING = re.compile(
    r"\b(?:not|no) (?:only|longer than|(?:less|fewer|more) than|later than|doubt|matter)\b|"
    r"\bwhether or not\b|^(?:No|Not quite|Not so)[.,:]|,\s(?:and |but )?not\b[^,;]*",
    re.IGNORECASE,
)
"""Negations that don't turn a sentence into its opposite; ", not a child" sets something apart."""
_OTHERWISE = re.compile(
    r"\b(?:since|until|longer|anymore|last|less|without|outside|unchanged|even if|whether|only|"
    r"leav\w+|left|out of|or not|instead|rather than|except|as it is|same|lacks?|lacked|fail\w*|"
    r"stopped|refus\w+|exempt|un(?!it|der|til|ion|less|ivers)[a-z]{4,})\b",
    re.IGNORECASE,
)
"""Words that may deny without a negation: with one of them nothing is said to be the opposite."""
_ALIKE = 0.65


def _denials(text: str) -> int:
    return len(_DENIES.findall(_NOT_DENYING.sub(" ", text)))


def denied(claim: str, source: str) -> bool:
    """Two sentences of the same words, of which one has a negation more."""
    ours, theirs = _NOT_DENYING.sub(" ", claim), _NOT_DENYING.sub(" ", source)
    if _denials(claim) % 2 == _denials(source) % 2:
        return False
    if _OTHERWISE.search(ours) or _OTHERWISE.search(theirs):
        return False
    return coverage(stems(ours), stems(theirs)) >= _ALIKE
