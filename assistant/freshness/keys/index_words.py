"""What makes figures meet: the words of a figure's series, and units under one name."""

from __future__ import annotations

import re

from assistant.freshness.keys.lexicon import LIGHT, rings
from assistant.freshness.keys.units import MEASURES
from assistant.types import Figure


def series_of(figure: Figure) -> str:
    """Kind of unit, metric and value as one line of words: figures that share none are never
    compared.

    What is counted is one of the words: "455,000 people visited" and "412,000 visitors" meet. A
    value that tells much is one too: two wordings of one figure may share no word.
    """
    unit = folded_unit(_EACH_TIME.sub("", figure.unit)).replace(" ", "_")
    value = (f"={figure.value:.15g}",) if is_telling(figure.value) else ()
    counted = unit.replace("-", "").isalpha() and unit not in MEASURES
    if not unit or unit == "times" or counted:
        named = {unit or "number", *figure.metric}
        return " ".join(("count", *sorted(named | _ringed(figure)), *value))
    return " ".join((unit, *sorted({*figure.metric} | _ringed(figure)), *value))


_EACH_TIME = re.compile(r"/(?:hour|day|week|month|year)$")
"""Said beside the number or with the noun: "2,098 euros a month", "a monthly rent of 2,098"."""


def _ringed(figure: Figure) -> set[str]:
    """The words that it is told with, and one for each ring of words that may stand for each other,
    so that two wordings meet."""
    told = {*figure.metric, *figure.words, figure.unit} - LIGHT
    return {*figure.words} - LIGHT | {ring for word in told for ring in rings(word)}


def is_telling(value: float) -> bool:
    """Three digits or more, zeros at the end aside: hardly two things have that value by chance."""
    return len(f"{abs(value):.15g}".replace(".", "").strip("0")) >= 3


def folded_unit(unit: str) -> str:
    """Units that only wording tells apart, under one name."""
    return {
        "case": "report",
        "episod": "report",
        "incid": "report",
        "job": "posit",
        "resid": "person",
    }.get(unit, unit)
