"""Up, down or as before: does a claim say another direction than the clause it rests on?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from assistant.answering.language.text import listed

Way = Literal["up", "down", "level"]

_UP = frozenset(
    listed(
        """
    rose rise rises risen rising increase increases increased increasing grew grow grows growing
    grown growth climb climbs climbed climbing gained surge surged surges soar soared soars
    jump jumped jumps higher raise raises raised raising doubled tripled quadrupled"""
    )
)
_DOWN = frozenset(
    listed(
        """
    fell fall falls fallen falling decrease decreases decreased decreasing decline declines declined
    declining drop drops dropped dropping shrank shrink shrinks shrinking shrunk lower lowers
    lowered lowering reduce reduces reduced reducing reduction slump slumped plunge plunged plunges
    dip dipped halved slid cut cuts cutting"""
    )
)
_LEVEL = frozenset(listed("unchanged steady stagnant stagnated frozen"))
_GO = r"\b(?:went|go|goes|going|gone|is|are|was|were)"
_PHRASES: tuple[tuple[re.Pattern[str], Way], ...] = (
    (re.compile(rf"{_GO} up\b|\bup (?:by|from|to|\d)"), "up"),
    (re.compile(rf"{_GO} down\b|\bdown (?:by|from|to|\d)"), "down"),
    (
        re.compile(
            r"\b(?:held (?:at|steady|level|stable|firm)|(?:stayed|remained|stays|remains) "
            r"(?:the same|at|flat|level|stable))\b|\bno change\b|\bthe same as\b|\bdid not change\b"
        ),
        "level",
    ),
)
_WORD = re.compile(r"[^\W\d_]+|n['’]t\b")
_WAYS: dict[str, Way] = {
    **dict.fromkeys(_UP, "up"),
    **dict.fromkeys(_DOWN, "down"),
    **dict.fromkeys(_LEVEL, "level"),
}
_NOT = frozenset(listed("not no never nor without neither n't n’t"))
_REACH = 3
"""So many words before a direction may deny it."""
_NOT_TURNED = re.compile(
    r"\b(?:no|not) (?:more|less|higher|lower|only)\b|\bup to\b(?= [$€£\d])|\bfall term\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def ways(text: str) -> frozenset[tuple[Way, bool]]:
    """The directions that a text names, each with whether it is denied."""
    text = _NOT_TURNED.sub(" ", text)
    found: set[tuple[Way, bool]] = set()
    said = [word.lower() for word in _WORD.findall(text.replace("n't", " not"))]
    for at, word in enumerate(said):
        way = _WAYS.get(word)
        if way:
            found.add((way, bool(_NOT & set(said[max(0, at - _REACH) : at]))))
    lower = text.lower()
    for pattern, named in _PHRASES:
        if pattern.search(lower):
            found.add((named, False))
    return frozenset(found)


def turned_way(claim: str, evidence: str) -> str | None:
    """ "up where the evidence has down"; None where one of them names none, or both the same."""
    ours, theirs = ways(claim), ways(evidence)
    if len({way for way, _ in ours}) != 1 or not theirs:
        return None
    if ours & theirs or len({way for way, _ in theirs}) != 1:
        return None
    (way, denied), (other, not_other) = next(iter(ours)), next(iter(theirs))
    if way == other or denied:
        return None  # a denial is judged as one; "did not rise" may be said of what fell
    if not_other and way == "level":
        return None  # "did not rise" may be level
    return f"{_SHOWN[way]} where the evidence has {'not ' * not_other}{_SHOWN[other]}"


_SHOWN = {"up": "up", "down": "down", "level": "as before"}
