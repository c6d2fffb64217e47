"""Do the words around a figure still hold once it is another: "more than", "a rise", "a record"?

What can be computed is computed; what can't be is not let pass. The words of the source itself, if
it uses them of the new figure, are enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.freshness import wording
from assistant.freshness.wording import Number

_HEDGE = re.compile(
    r"\b(?P<hedge>(?:just |well |slightly )?(?:more|less|fewer|over|under|above|below|nearly|almost"
    r"|at least|at most|up to|close to|short of|no)(?: than)?)\s+[$\u20ac\u00a3]?\s?$",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:more|less|fewer) than (?=[$\u20ac\u00a3]?\d)|\bat (?:least|most)\b|\bmost recent\b", re.I
)
_UP = re.compile(
    r"\b(?:r[io]se|risen|rising|increas\w+|up|higher|more|gr[eo]w\w*|growth|gain\w*|climb\w*"
    r"|jump\w*|surg\w+|larger|greater|exceed\w*|above)\b",
    re.I,
)
_DOWN = re.compile(
    r"\b(?:f[ae]ll\w*|declin\w+|decreas\w+|down|lower\w*|fewer|less|drop\w*|shr[aiu]nk\w*|smaller"
    r"|reduc\w+|below)\b",
    re.I,
)
_BEYOND = re.compile(
    r"\b(?:records?|highest|lowest|most|least|largest|smallest|biggest|first|peak\w*|never|ever|only"
    r"|doubl\w+|tripl\w+|halv\w+|twice|thrice|times|half|third|thirds|quarters?|majority|minority"
    r"|unchanged|same|stable|steady|equal\w*|on average|consecutive|again|still)\b",
    re.I,
)
"""What one figure alone doesn't tell."""
_HOW_MUCH = re.compile(
    r"\b(?P<little>slight\w*|marginal\w*|a little|a bit)\b|\b(?:sharp\w*|steep\w*|significant\w*"
    r"|considerabl\w+|substantial\w*|dramatic\w*|far|much|strong\w*)\b",
    re.I,
)
SLIGHT = 0.05
"""By how much at most a figure is "slightly" higher or lower than another, as a share of that."""


def holds(sentence: str, values: Sequence[str], quote: str) -> bool:
    """Is what `sentence` says around the new `values` true of them, as far as it can be told?

    `quote` are the words of the source that gives them.
    """
    hedged = all(_hedge_of(sentence, value) == _hedge_of(quote, value) for value in values)
    return hedged and _beyond(sentence, quote) and _compared(sentence, values, quote)


def _hedge_of(text: str, value: str) -> str | None:
    """What bounds the value right before it."""
    place = text.find(value)
    found = _HEDGE.search(text[:place]) if place > 0 else None
    return found["hedge"].lower() if found else None


def _beyond(sentence: str, quote: str) -> bool:
    said = {word.lower() for word in _BEYOND.findall(_HEDGED.sub(" ", sentence))}
    return said <= {word.lower() for word in _BEYOND.findall(quote)}


def _compared(sentence: str, values: Sequence[str], quote: str) -> bool:
    plain = _HEDGED.sub(" ", sentence)
    up, down = bool(_UP.search(plain)), bool(_DOWN.search(plain))
    much = _HOW_MUCH.search(plain)
    if not (up or down or much):
        return True
    source = _HEDGED.sub(" ", quote)
    if much is None and (up, down) == (bool(_UP.search(source)), bool(_DOWN.search(source))):
        return True  # the source says so itself
    pair = _pair(sentence, values)
    if pair is None or up == down:
        return False
    before, after = pair
    if not (after.value > before.value if up else after.value < before.value):
        return False
    return much is None or (
        much["little"] is not None and abs(after.value - before.value) <= SLIGHT * abs(before.value)
    )


def _pair(sentence: str, values: Sequence[str]) -> tuple[Number, Number] | None:
    """What is compared with what: (the one before, the one after), of one unit; None: unclear.

    "A, up from B" and "A, more than B" tell of A; "rose from A to B" of B.
    """
    numbers = wording.numbers(sentence)
    new = {number.value for value in values for number in wording.numbers(value)}
    mine = [number for number in numbers if number.value in new]
    if len(mine) < 1:
        return None
    alike = [number for number in numbers if number.unit in (mine[0].unit, "")]
    if len(alike) != 2:
        return None
    first, second = alike
    folded = sentence.lower()
    turned = re.search(
        rf"\bfrom\s+(?:\w+\s+){{0,2}}?{re.escape(first.words)}\b.*\bto\s+{re.escape(second.words)}",
        folded,
    )
    return (first, second) if turned else (second, first)
