"""Dates as people and machines write them, at the precision at which they were written."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.types import DateOrigin, PartialDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_TIME = r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}.{0,24})?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

_CLOCK = r"(?:[T ]\d{2}:?\d{2}.{0,24})?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/](?P<month>\d{{1,2}})(?:[-/](?P<day>\d{{1,2}}){_CLOCK})?)?"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T\d{4,6}.{0,8})?")
_WRITTEN = (
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY}(?:,\s*|\s+){_YEAR}{_TIME}", re.I),
    re.compile(rf"{_WEEKDAY}(?:the\s+)?{_DAY}(?:\s+of)?\s+{_MONTH},?\s+{_YEAR}{_TIME}", re.I),
    re.compile(rf"{_DAY}-{_MONTH}-{_YEAR}", re.I),
    re.compile(rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}", re.I),
)
_DOTTED = re.compile(rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}")
_SLASHED = re.compile(rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{_YEAR}")


def parse(text: str, origin: DateOrigin) -> PartialDate | None:
    """The date that the whole of `text` states, or None: an impossible date is an unknown one.

    A timestamp gives its day as written, whatever its zone. "03/04/2025" could be two days and
    gives the year alone. A date in the future is returned as it is: it is judged at evaluation.
    """
    text = " ".join(text.split()).strip(" .")
    if not text or len(text) > 60:
        return None
    for reading in _READINGS:
        if found := reading(text):
            try:
                return PartialDate(value=found, origin=origin)
            except ValueError:
                return None
    return None


def _numeric(text: str) -> str | None:
    for pattern in (_ISO, _COMPACT, _DOTTED):
        if match := pattern.fullmatch(text):
            return _iso(match["year"], match["month"], match["day"])
    return None


def _written(text: str) -> str | None:
    for pattern in _WRITTEN:
        if match := pattern.fullmatch(text):
            month = next(
                i
                for i, name in enumerate(_MONTHS, 1)
                if name.startswith(match["month"].lower()[:3])
            )
            return _iso(match["year"], str(month), match.groupdict().get("day"))
    return None


def _slashed(text: str) -> str | None:
    if not (match := _SLASHED.fullmatch(text)):
        return None
    a, b = int(match["a"]), int(match["b"])
    if a > 12 >= b:
        return _iso(match["year"], str(b), str(a))
    if b > 12 >= a or a == b:
        return _iso(match["year"], str(a), str(b))
    return match["year"] if max(a, b) <= 12 else None


def _iso(year: str, month: str | None, day: str | None) -> str | None:
    parts = [part.zfill(2) for part in (month, day) if part]
    return None if "00" in parts else "-".join([year, *parts])


_READINGS: tuple[Callable[[str], str | None], ...] = (_numeric, _written, _slashed)
