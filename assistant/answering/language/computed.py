"""Figures that a source doesn't give but that follow from it: differences, ratios, shares in words.

"$200 higher" is the difference of two limits, "more than nine in ten" is 91 %, "about a quarter"
26.2 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from assistant.answering.language.values import Value, within

_COMPARES = re.compile(
    r"\b(?:higher|lower|more|less|fewer|larger|smaller|bigger|greater|cheaper|dearer|warmer|cooler|"
    r"rose|risen|rises?|rising|fell|fallen|falls?|falling|grew|grown?|grows|growth|increase[ds]?|"
    r"decrease[ds]?|declined?|dropp?(?:ed)?|gain(?:ed)?|lost|added|up|down|difference|gap|margin|"
    r"change[ds]?|apart|separate[sd]?|short of|above|below|shrank|times|twice|doubled?|tripled?|"
    r"half|ratio|compared|than)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"\b(?:together|combined|total(?:ling|ing)?|altogether|both|in all|sum|jointly)\b",
    re.IGNORECASE,
)
_RESTS = re.compile(
    r"\b(?:not|no|never|none|remain(?:s|ed|ing)?|stay(?:s|ed)?|left|kept|still|rest|others?|without|"
    r"except|outside|un\w+|did\s?n[o']t)\b",
    re.IGNORECASE,
)
_OPERANDS = 12
"""Figures of a sentence among which one is worked out; more would find anything."""


def worked_out(
    claimed: Value,
    sentence: str,
    together: Sequence[Sequence[Value]],
    near: Sequence[Value],
) -> bool:
    """Can it be worked out from two figures, one of them of the source at least?

    `together` are the figures of each sentence of the source that is about the same, `near` those
    of the claim's own paragraph. Only where the sentence compares, adds or tells of the rest:
    among enough figures any other one could be worked out.
    """
    compares, adds = bool(_COMPARES.search(sentence)), bool(_ADDS.search(sentence))
    for held in together:
        if is_rest(claimed, sentence, held):
            return True
        pairs = (*combinations(held[:_OPERANDS], 2), *product(held[:_OPERANDS], near[:_OPERANDS]))
        for one, other in pairs:
            if compares and any(within(claimed, each) for each in _compared(claimed, one, other)):
                return True
            if (
                adds
                and one.unit == other.unit == claimed.unit
                and within(claimed, one.value + other.value)
            ):
                return True
    return False


def is_rest(claimed: Value, sentence: str, held: Sequence[Value]) -> bool:
    """What is left of a hundred percent, or of a count of which a part is given."""
    if not _RESTS.search(sentence):
        return False
    if claimed.unit == "%":
        return any(h.unit == "%" and within(claimed, 100 - h.value) for h in held)
    pairs = combinations(held[:_OPERANDS], 2)
    return not claimed.unit and any(
        one.unit == other.unit == "" and claimed.value == abs(one.value - other.value)
        for one, other in pairs
    )


def _compared(claimed: Value, one: Value, other: Value) -> Iterable[float]:
    if _kin(claimed, one, other):
        yield abs(one.value - other.value)
    if one.unit != other.unit or not one.value or not other.value:
        return
    low, high = sorted((abs(one.value), abs(other.value)))
    if claimed.unit == "%" and one.unit != "%":
        yield (high - low) / low * 100
        yield (high - low) / high * 100
        yield low / high * 100
    elif not claimed.unit and high / low >= 1.5:
        yield high / low


def _kin(claimed: Value, one: Value, other: Value) -> bool:
    """Of one unit, and the claim of theirs; between two percentages lie percentage points."""
    if one.unit != other.unit:
        return False
    return claimed.unit == ("pp" if one.unit == "%" else one.unit)


# --- shares in words ------------------------------------------------------------------------------

_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "a hundred": 100, "hundred": 100,
    "fifty": 50, "twenty-five": 25, "a thousand": 1000,
}  # fmt: skip
_WORDS = "|".join(sorted(_COUNTS, key=len, reverse=True))
_HEDGE = (
    r"(?P<hedge>\b(?:more than|over|at least|fewer than|less than|under|nearly|almost|about|around|"
    r"roughly|just over|just under)\s+)?"
)
_IN = re.compile(
    _HEDGE
    + rf"\b(?:(?P<part>{_WORDS}|\d{{1,3}}) (?:in|out of) (?:every )?"
    + rf"(?P<whole>{_WORDS}|\d{{1,3}})(?![\s-](?:hundred|thousand|million|one|two|five)|\s\d)"
    + r"|(?:(?P<many>a|one|two|three) )"
    + r"(?P<name>half|third|quarter|fifth|tenth)s?(?![\w-])|"
    + r"(?P<half>half)(?= (?:of|the|a|all|its|their)\b))\b",
    re.IGNORECASE,
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """ "more than nine in ten": at `start` to `end` of its sentence, in percent."""

    start: int
    end: int
    percent: float
    hedge: str

    def fits(self, percent: float) -> bool:
        """Would an editor say so of this many percent?"""
        off = percent - self.percent
        if self.hedge in ("more than", "over", "at least", "just over"):
            return 0 <= off <= 9
        if self.hedge in ("fewer than", "less than", "under", "nearly", "almost", "just under"):
            return -9 <= off <= 0
        return abs(off) <= min(3.5 if self.hedge else 2.5, 0.2 * self.percent)


def shares(sentence: str) -> tuple[Share, ...]:
    """The shares that a sentence gives in words, as percentages."""
    found = []
    for match in _IN.finditer(sentence):
        if match["part"]:
            part, whole = (
                _COUNTS.get(w.lower()) or int(w) for w in (match["part"], match["whole"])
            )
        elif match["name"]:
            part = {"a": 1, "one": 1, "two": 2, "three": 3}[match["many"].lower()]
            whole = _PARTS[match["name"].lower()]
        else:
            part, whole = 1, 2
        if 0 < part < whole:
            hedge = (match["hedge"] or "").strip().lower()
            found.append(
                Share(start=match.start(), end=match.end(), percent=100 * part / whole, hedge=hedge)
            )
    return tuple(found)
