"""How exactly a figure is given, and whether another one is the same or rounded from it.

A figure that is written as exactly as another and has another digit is another figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answering.language.quantities import Number

_ABOUT = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|approximately|some|close to|just (?:over|under)|"
    r"more than|over|at least|above|fewer than|less than|under|up to|an estimated|as many as)"
    r"(?:\s(?:an?|the))?\s*[$€£]?\Z",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:more than|over|at least|above|just over|upwards of)\s*[$€£]?\Z", re.IGNORECASE
)
_LESS = re.compile(
    r"\b(?:nearly|almost|fewer than|less than|under|below|just under|up to|at most|not quite)"
    r"\s*[$€£]?\Z",
    re.IGNORECASE,
)
_SCALES = (("trillion", 1e12), ("billion", 1e9), ("bn", 1e9), ("million", 1e6), ("mn", 1e6),
           ("thousand", 1e3), ("hundred", 1e2))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A figure with half of the last digit that is given."""

    value: float
    unit: str
    precision: float
    hedged: bool = False
    at_least: bool = False
    at_most: bool = False


def value_of(text: str, number: Number) -> Value:
    written = number.span.of(text).lower()
    before = text[max(0, number.span.start - 30) : number.span.start]
    hedged = bool(_ABOUT.search(before))
    return Value(
        value=number.value,
        unit=number.unit,
        precision=_precision(written, number, hedged),
        hedged=hedged,
        at_least=bool(_MORE.search(before)),
        at_most=bool(_LESS.search(before)),
    )


def _precision(written: str, number: Number, hedged: bool) -> float:
    scale = next((value for word, value in _SCALES if word in written), 1.0)
    digits = re.search(r"\d[\d,]*(?:\.(\d+))?", written)
    if digits is None:
        return 0.5 * scale
    step = 10.0 ** -len(digits[1] or "") * scale
    if hedged and not digits[1]:
        plain = digits[0].replace(",", "")
        step *= 10.0 ** (len(plain) - len(plain.rstrip("0"))) if plain.strip("0") else 1.0
    return step / 2


def same_unit(claimed: Value, held: Value, *, bare: bool) -> bool:
    """`bare`: nothing is counted right behind the claimed figure, so its unit may be left out."""
    if claimed.unit == held.unit or {claimed.unit, held.unit} == {"%", "pp"}:
        return True
    return bare and not claimed.unit


def agrees(claimed: Value, held: Value) -> bool:
    """The same value, or the held one rounded to fewer digits than it has.

    "More than 21 million" is no rounding of 20.5 million, nor "nearly 60" of 61.
    """
    off = abs(claimed.value - held.value)
    slack = 1e-9 * max(abs(claimed.value), 1.0)
    if off <= slack:
        return not bounds_apart(claimed, held)
    if _beyond(claimed, held.value, slack):
        return False
    if claimed.precision > held.precision * 1.001 and off <= claimed.precision + slack:
        return True
    if not claimed.value > 0 or claimed.precision < held.precision * 0.999:
        return False
    beyond = (held.value - claimed.value) / claimed.value
    return (claimed.at_least and 0 <= beyond <= 0.1) or (claimed.at_most and -0.1 <= beyond <= 0)


def bounds_apart(claimed: Value, held: Value) -> bool:
    """ "More than 1 %" of what is "less than 1 %"."""
    return (claimed.at_least and held.at_most) or (claimed.at_most and held.at_least)


def _beyond(claimed: Value, value: float, slack: float) -> bool:
    """Does the value lie on the wrong side of a bound?"""
    return (claimed.at_least and value < claimed.value - slack) or (
        claimed.at_most and value > claimed.value + slack
    )


def within(claimed: Value, value: float) -> bool:
    """Does a value that was worked out keep the claim's bound, or come near what it says?"""
    off = abs(claimed.value - value)
    if _beyond(claimed, value, 1e-9):
        return False
    if claimed.unit == "%" and (claimed.at_least or claimed.at_most):
        return off <= 0.1 * abs(claimed.value)
    if claimed.hedged:
        return off <= max(claimed.precision, 0.01 * abs(claimed.value))
    return off <= claimed.precision * 1.0001
