"""Do these words say that figure? Tolerant of case and format, never of another number."""

from __future__ import annotations

import re
import unicodedata

_MONTHS = "january february march april may june july august september october november december"
_NUMBER_OF_MONTH = {name: n for n, name in enumerate(_MONTHS.split(), start=1)}
_MONTH = "|".join(_NUMBER_OF_MONTH)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({_MONTH}),? (\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTH}) (\d{{1,2}}),? (\d{{4}})\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PERCENT = re.compile(r"\s*(?:%|per ?cent\b)")
_DEGREES = re.compile(r"\s*(?:°\s*c\b|degrees? celsius\b)")
_DASHES = re.compile(r"[‐‑‒–—−]")


def plain(text: str) -> str:
    """Text in lower case with one spelling for a number, a per cent sign, a date and a space."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()
    text = _THOUSANDS.sub("", " ".join(text.split()))
    text = _DEGREES.sub(" °c", _PERCENT.sub("%", text))
    text = _DAY_FIRST.sub(lambda m: _iso(m[3], m[2], m[1]), text)
    return _MONTH_FIRST.sub(lambda m: _iso(m[3], m[1], m[2]), text)


def contains(text: str, wanted: str) -> bool:
    """Whether `text` holds `wanted` at the start of a word, and no digit more on either side."""
    pattern = re.escape(plain(wanted))
    before = r"(?<![\w.,])" if pattern[:1].isdigit() else r"(?<!\w)"
    after = r"(?!\d|[.,]\d)" if pattern[-1:].isdigit() else ""
    return re.search(before + pattern + after, plain(text)) is not None


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{_NUMBER_OF_MONTH[month]:02}-{int(day):02}"
