"""Numbers and years as English text writes them, with their units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.language.text import MARKER, listed
from assistant.types import Span

_SPELLED = {
    word: value
    for value, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty"
        )
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_CURRENCIES = {
    "$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "dollar": "usd", "dollars": "usd",
    "euro": "eur", "euros": "eur", "pound": "gbp", "pounds": "gbp", "yen": "jpy",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<currency>[$€£¥])?\s?(?P<sign>(?<![\w\d])[-−])?"
    r"(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>st|nd|rd|th|s|[KkMm](?![\w]))?"
    r"(?:[\s\u00a0-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn)\b)?"
    r"(?:[\s\u00a0-]?(?P<unit>%|‰|percentage[\s-]points?\b|percent\b|per\s?cent\b|"
    r"dollars?\b|euros?\b|pounds?\b|yen\b|°\s?[CF]\b|degrees?\b))?",
    re.IGNORECASE,
)
_SPELLED_NUMBER = re.compile(
    rf"\b(?:{'|'.join(_SPELLED)})(?:-(?:{'|'.join(_SPELLED)}))?\b"
    r"(?:\s(?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    r"(?:\s(?P<unit>percent|per cent)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as written. `unit` is "", "%", "pp", a currency or "°"; `span` is in its text."""

    value: float
    unit: str
    span: Span
    is_year: bool = False
    is_day: bool = False
    spelled: bool = False


@lru_cache(maxsize=8192)
def numbers(text: str) -> tuple[Number, ...]:
    """Every number of `text`, digits and small spelled ones, source markers left out."""
    text = MARKER.sub(lambda m: " " * len(m.group()), text)
    found = [_number(m) for m in _NUMBER.finditer(text) if not _inside_a_word(text, m)]
    found += [_spelled(m) for m in _SPELLED_NUMBER.finditer(text)]
    return tuple(sorted(found, key=lambda number: number.span))


def _inside_a_word(text: str, match: re.Match[str]) -> bool:
    start = match.start("digits")
    before = text[start - 1] if start else " "
    return before.isalpha() or before == "_"


def _number(match: re.Match[str]) -> Number:
    digits = match["digits"]
    value = float(digits.replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1.0)
    suffix = (match["suffix"] or "").lower()
    value *= {"k": 1e3, "m": 1e6}.get(suffix, 1.0)
    unit = _unit(match)
    plain = not match["scale"] and not unit and suffix in ("", "s") and len(digits) == 4
    is_year = plain and digits.isdigit() and 1500 <= int(digits) <= 2100
    start = match.start("currency") if match["currency"] else match.start("digits")
    is_day = not unit and digits.isdigit() and int(digits) <= 31 and _beside_month(match)
    sign = -1.0 if match["sign"] and not is_year else 1.0
    return Number(
        value=sign * value,
        unit=unit,
        span=Span(start=start, end=match.end()),
        is_year=is_year,
        is_day=is_day,
    )


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_AFTER_MONTH = re.compile(rf"\b{_MONTH}\.?\s+\Z")
_BEFORE_MONTH = re.compile(rf"\s+(?:of\s+)?{_MONTH}\b")


def _beside_month(match: re.Match[str]) -> bool:
    """ "6 January" and "January 6" name days, not quantities."""
    head = match.string[max(0, match.start("digits") - 12) : match.start("digits")]
    return bool(_AFTER_MONTH.search(head) or _BEFORE_MONTH.match(match.string, match.end()))


def _unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").lower()
    if match["currency"]:
        return _CURRENCIES[match["currency"]]
    if unit.startswith("percentage"):
        return "pp"
    if unit.startswith(("%", "per")):
        return "%"
    if unit.startswith(("°", "degree")):
        return "°"
    return _CURRENCIES.get(unit, unit)


def _spelled(match: re.Match[str]) -> Number:
    head = re.split(r"\s", match.group())[0].lower()
    value = float(sum(_SPELLED[part] for part in head.split("-")))
    value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
    unit = "%" if match["unit"] else ""
    return Number(
        value=value, unit=unit, span=Span(start=match.start(), end=match.end()), spelled=True
    )


_YEAR = re.compile(
    r"(?<![\d,.$€£])(1[5-9]\d\d|20\d\d)(?:\s?[–/-]\s?(\d\d(?:\d\d)?))?(?![\d%]|,\d|\.\d)"
)


@lru_cache(maxsize=8192)
def years(text: str) -> frozenset[int]:
    """The years that `text` names; both ends of "2019-20" and of "2019-2020"."""
    text = MARKER.sub(" ", text)
    found: set[int] = set()
    for match in _YEAR.finditer(text):
        first = int(match[1])
        found.add(first)
        if match[2]:
            last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
            if first < last <= first + 30:
                found.add(last)
    return frozenset(found)
