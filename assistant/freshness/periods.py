"""The periods that a text gives: "in 2024", "May 2024", "Q3 2023", "FY 2022", "2023-24".

A period is an interval of whole days with its place in the text. A fiscal year is read as the
United States federal one (1 October to 30 September), the only convention that fact-checks name
without explaining it; another convention moves its end by at most nine months and never into
another calendar year by name. Two neighbouring years written short ("2023-24") are one year that
spans them, a school year or a season, from 1 July to 30 June.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from assistant.types import PartialDate, Span

Grain = Literal[
    "day", "month", "quarter", "half", "year", "split_year", "fiscal_year", "range", "decade"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days `first` to `last`, both included, as given at `span`.

    `publication` marks a date that says when something came out ("published in May 2025"), not
    which world a figure describes.
    """

    first: date
    last: date
    grain: Grain
    span: Span
    publication: bool = False

    @property
    def as_date(self) -> PartialDate:
        """The end of the period, at the precision that the period has."""
        if self.grain == "day":
            value = self.last.isoformat()
        elif self.first.month == 1 and self.last.month == 12:
            value = f"{self.last.year:04d}"
        else:
            value = f"{self.last.year:04d}-{self.last.month:02d}"
        return PartialDate(value=value, origin="page_text")

    @property
    def name(self) -> str:
        """The period in words for a reader: "2024", "the year to 2022-09", "2019 to 2023"."""
        if self.grain == "fiscal_year":
            return f"the fiscal year to {self.as_date}"
        if self.grain == "split_year":
            return f"{self.first.year}-{self.last.year % 100:02d}"
        if self.grain == "range" and self.first.year != self.last.year:
            return f"{self.first.year} to {self.as_date}"
        if self.grain == "range" and "-" in self.as_date.value:
            return f"{self.first:%Y-%m} to {self.as_date}"
        if self.grain in ("quarter", "half"):
            return f"the {self.grain} to {self.as_date}"
        return str(self.as_date)


def of_date(value: PartialDate) -> Period:
    """The interval of a date that came as metadata; it has no place in a text (span 0..1)."""
    grain: Grain = ("year", "month", "day")[value.value.count("-")]
    return Period(first=value.first, last=value.last, grain=grain, span=Span(start=0, end=1))


MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if name
}
MONTHS["sept"] = 9
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}

_M = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_Y = r"(?P<year>(?:1[5-9]|20)\d\d)"
_SINCE = _M.replace("<month>", "<since>")
_BEGUN = _Y.replace("<year>", "<begun>")
_Y2 = r"(?P<to>(?:1[5-9]|20)\d\d|\d\d)"
_DASH = "[-\u2010-\u2015]"
_ORDINAL = r"(?P<n>first|second|third|fourth|1st|2nd|3rd|4th)"
_NOT_BEFORE = r"(?<![\w.,$\u20ac\u00a3#/])"
_NOT_AFTER = r"(?![\w%]|[.,/]\d)"
_COUNTED = re.compile(
    r"(?:about|nearly|almost|around|roughly|(?<!averaged )(?<!average )over|approximately"
    r"|more than|fewer than|less than|"
    r"at least|at most|up to|some|only|only about|exactly|number|no\.)\s$",
    re.I,
)
_UNIT = re.compile(
    r"\s?(?:percent|per cent|people|persons|children|km|kilomet\w+|miles|met(?:er|re)s|tons?|"
    r"tonnes|dollars|euros|pounds|deaths|doses|degrees|times|days|hours|million|billion|thousand)\b",
    re.I,
)
_PUBLICATION = re.compile(
    r"(?:published|released|issued|updated|revised|announced|accessed|retrieved|posted|checked|"
    r"dated)(?:\s(?:on|in|as of))?(?:\s(?:late|early|mid))?\s$",
    re.I,
)


@lru_cache(maxsize=4096)
def periods(text: str) -> tuple[Period, ...]:
    """Every period that `text` gives, in reading order, none inside another."""
    found: list[Period] = []
    lower = text.lower()
    for pattern, build, signs in _PATTERNS:
        if signs and not any(sign in lower for sign in signs):
            continue
        for match in pattern.finditer(text):
            span = Span(start=match.start(), end=match.end())
            if any(span.start < p.span.end and p.span.start < span.end for p in found):
                continue
            bounds = build(match)
            if bounds is not None:
                found.append(_period(text, span, bounds))
    return tuple(sorted(found, key=lambda period: period.span))


def newest(given: Iterator[Period] | tuple[Period, ...]) -> Period | None:
    """The period that ends last; of two that end together, the shorter."""
    return max(given, key=lambda period: (period.last, period.first), default=None)


_Bounds = tuple[date, date, Grain]


def _period(text: str, span: Span, bounds: _Bounds) -> Period:
    first, last, grain = bounds
    before = text[max(0, span.start - 40) : span.start]
    publication = _PUBLICATION.search(before) is not None
    return Period(first=first, last=last, grain=grain, span=span, publication=publication)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _day(match: re.Match[str]) -> _Bounds | None:
    month = match["month"]
    number = int(month) if month.isdecimal() else MONTHS[month.lower()]
    try:
        exact = date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        return None
    return exact, exact, "day"


def _days(match: re.Match[str]) -> _Bounds | None:
    """ "From 15 March to 14 April 2025": the first is of the last one's year or the one before."""
    begins, ends = MONTHS[match["since"].lower()], MONTHS[match["month"].lower()]
    try:
        last = date(int(match["year"]), ends, int(match["day"]))
        given = match["begun"]
        first = date(int(given) if given else last.year, begins, int(match["from"]))
        if first > last and not given:
            first = first.replace(year=last.year - 1)
    except ValueError:
        return None
    return (first, last, "range") if first < last else None


def _month(match: re.Match[str]) -> _Bounds:
    month = match["month"]
    number = int(month) if month.isdecimal() else MONTHS[month.lower()]
    year = int(match["year"])
    return date(year, number, 1), _month_end(year, number), "month"


def _months_to(match: re.Match[str]) -> _Bounds:
    """ "The year ending June 2024", "the three months to 30 April 2025": whole months."""
    year, month = int(match["year"]), MONTHS[match["month"].lower()]
    months = _MONTHS_TO.get((match["long"] or match["n"] or "").lower(), 12)
    begun = 12 * year + month - months
    return date(begun // 12, begun % 12 + 1, 1), _month_end(year, month), "range"


def _quarter(match: re.Match[str]) -> _Bounds:
    return (*_part(match, 3), "quarter")


def _half(match: re.Match[str]) -> _Bounds | None:
    return (*_part(match, 6), "half") if _nth(match) <= 2 else None


def _part(match: re.Match[str], months: int) -> tuple[date, date]:
    year, nth = int(match["year"]), _nth(match)
    return date(year, months * (nth - 1) + 1, 1), _month_end(year, months * nth)


def _nth(match: re.Match[str]) -> int:
    word = match["n"].lower()
    return _ORDINALS.get(word) or int(word[0])


def _fiscal(match: re.Match[str]) -> _Bounds:
    given = match["to"] or match["year"]
    year = _full_year(given, match["year"])
    return date(year - 1, 10, 1), date(year, 9, 30), "fiscal_year"


def _full_year(given: str, like: str) -> int:
    """ "23" beside "2019" is 2023; alone it is of this century."""
    if len(given) == 4:
        return int(given)
    return int((like[:2] if len(like) == 4 else "20") + given)


def _range(match: re.Match[str]) -> _Bounds | None:
    start, end = int(match["year"]), _full_year(match["to"], match["year"])
    # "2024-05" is a month, and "2023-19" is nothing.
    if end <= start:
        return None
    return date(start, 1, 1), date(end, 12, 31), "range"


_TWO_YEARS = re.compile(r"\s(?:\w+\s)?(?:cycle|term|session|congress|biennium|period|budget)", re.I)
_ONE_YEAR = re.compile(r"\s(?:\w+\s)?(?:year|season)", re.I)
_YEAR_OF = re.compile(r"(?:year|season)(?:\sof)?\s$", re.I)


def _split_year(match: re.Match[str]) -> _Bounds | None:
    start, end = int(match["year"]), _full_year(match["to"], match["year"])
    text, place = match.string, match.end()
    named = _ONE_YEAR.match(text, place) or _YEAR_OF.search(text[: match.start()][-20:])
    short = len(match["to"]) == 2 and not _TWO_YEARS.match(text, place)
    if end != start + 1 or not (named or short):
        return None
    if re.match(r"\sfiscal", text[place : place + 10], re.I):
        return date(start, 10, 1), date(end, 9, 30), "fiscal_year"
    return date(start, 7, 1), date(end, 6, 30), "split_year"


def _months(match: re.Match[str]) -> _Bounds | None:
    start, end = MONTHS[match["since"].lower()], MONTHS[match["month"].lower()]
    last = int(match["year"])
    first = int(match["begun"]) if match["begun"] else last - (start > end)
    if (first, start) >= (last, end):
        return None
    return date(first, start, 1), _month_end(last, end), "range"


def _decade(match: re.Match[str]) -> _Bounds:
    year = int(match["year"])
    return date(year, 1, 1), date(year + 9, 12, 31), "decade"


def _year(match: re.Match[str]) -> _Bounds | None:
    before = match.string[max(0, match.start() - 20) : match.start()]
    if _COUNTED.search(before) or _UNIT.match(match.string, match.end()):
        return None
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31), "year"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_NOT_BEFORE + pattern, re.I)


_DAY_NUMBER = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FISCAL = rf"(?:FY|fiscal\s(?:year\s)?)(?:\s|{_DASH}|')?"
_MONTHS_TO = {"three": 3, "3": 3, "quarter": 3, "six": 6, "6": 6, "nine": 9, "9": 9}
_IN_MONTHS = tuple({name[:3] for name in MONTHS})
_PATTERNS: tuple[
    tuple[re.Pattern[str], Callable[[re.Match[str]], _Bounds | None], tuple[str, ...]], ...
] = (
    (
        _compiled(
            r"(?:(?:the\s)?(?:year|(?P<long>quarter))|(?P<n>12|twelve|three|six|nine|[369]) months)"
            r"\s(?:ending|ended|to|through|up to)\s(?:in\s|the end of\s|end-)?"
            rf"(?:[0-3]?\d(?:st|nd|rd|th)?\s)?{_M}(?:\s[0-3]?\d,)?\s{_Y}{_NOT_AFTER}"
        ),
        _months_to,
        ("year", "quarter", "months"),
    ),
    (
        _compiled(
            rf"(?:from\s"
            rf"|between\s)?{_DAY_NUMBER.replace('<day>', '<from>')}\s{_SINCE}(?:,?\s{_BEGUN})?"
            rf"\s?(?:{_DASH}|to|through|until|and)\s?{_DAY_NUMBER}\s{_M}\s{_Y}{_NOT_AFTER}"
        ),
        _days,
        _IN_MONTHS,
    ),
    (_compiled(rf"{_Y}-(?P<month>\d\d)-(?P<day>\d\d){_NOT_AFTER}"), _day, ()),
    (_compiled(rf"{_DAY_NUMBER}\s(?:of\s)?{_M}\s{_Y}{_NOT_AFTER}"), _day, _IN_MONTHS),
    (_compiled(rf"{_M}\s{_DAY_NUMBER},?\s{_Y}{_NOT_AFTER}"), _day, _IN_MONTHS),
    (
        _compiled(
            rf"(?:(?P<both>between\s)|from\s)?{_SINCE}(?:,?\s{_BEGUN})?"
            rf"(?(both)\sand\s|(?:\s?{_DASH}\s?|\s(?:to|through|until)\s)){_M}\s{_Y}{_NOT_AFTER}"
        ),
        _months,
        _IN_MONTHS,
    ),
    (_compiled(rf"{_M},?\s(?:of\s)?{_Y}{_NOT_AFTER}"), _month, _IN_MONTHS),
    (_compiled(rf"Q(?P<n>[1-4])(?:\sof)?(?:\s|{_DASH})?{_Y}{_NOT_AFTER}"), _quarter, ("q",)),
    (_compiled(rf"{_Y}(?:\s|{_DASH})?Q(?P<n>[1-4])\b"), _quarter, ("q",)),
    (_compiled(rf"{_ORDINAL}\squarter(?:\sof|,)?\s{_Y}{_NOT_AFTER}"), _quarter, ("quarter",)),
    (_compiled(rf"H(?P<n>[12])\s?{_Y}{_NOT_AFTER}"), _half, ("h1", "h2")),
    (_compiled(rf"{_ORDINAL}\shalf(?:\sof|,)?\s{_Y}{_NOT_AFTER}"), _half, ("half",)),
    (
        _compiled(rf"{_FISCAL}(?P<year>(?:1[5-9]|20)\d\d|\d\d)(?:(?:{_DASH}|/){_Y2})?{_NOT_AFTER}"),
        _fiscal,
        ("fy", "fiscal"),
    ),
    (
        _compiled(rf"(?:from|between)\s{_Y}\s(?:to|and|through|until)\s{_Y2}{_NOT_AFTER}"),
        _range,
        ("from", "between"),
    ),
    (_compiled(rf"{_Y}(?:{_DASH}|/){_Y2}{_NOT_AFTER}"), _split_year, ()),
    (_compiled(rf"{_Y}\s?(?:{_DASH}|/)\s?{_Y2}{_NOT_AFTER}"), _range, ()),
    # "in 2024 to 66" is a value behind a year
    (
        _compiled(rf"{_Y}\s(?:to|through)\s(?P<to>(?:1[5-9]|20)\d\d){_NOT_AFTER}"),
        _range,
        ("to", "through"),
    ),
    (_compiled(rf"{_Y}-(?P<month>0[1-9]|1[0-2]){_NOT_AFTER}"), _month, ()),
    (_compiled(r"(?P<year>(?:1[5-9]|20)\d0)'?s\b"), _decade, ("0s", "0's")),
    (_compiled(rf"{_Y}{_NOT_AFTER}(?!{_DASH}\d)"), _year, ()),
)


def add_months(day: date, months: int) -> date:
    """`months` later; the end of a month stays one. Raises OverflowError past year 9999."""
    index = day.year * 12 + day.month - 1 + months
    if index // 12 > date.max.year:
        raise OverflowError("past the calendar")
    end = _month_end(index // 12, index % 12 + 1)
    if (day + timedelta(days=1)).day == 1:
        return end
    return end.replace(day=min(day.day, end.day))
