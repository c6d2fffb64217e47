"""Which of a sentence's periods a figure belongs to, and what stands in where it names none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.freshness.keys.numbers import Number
from assistant.freshness.periods import MONTHS, Period, add_months, newest, of_date, periods
from assistant.types import Content, PartialDate

Basis = Literal["", "yoy", "qoq", "mom"]
"""What a change is measured against: the year, the quarter or the month before."""

_DATED = re.compile(r"\d{4}|FY\s?['-]?\d\d|fiscal", re.I)
_BASELINE = re.compile(
    r"\b(?:averages?|baselines?|levels?|mean|base period|baseline period|reference|normals?"
    r"|conditions|times)\b[\w' ]{0,16}?(?:\bof|\bfrom|,|\()?\s?(?:the\s)?$",
    re.I,
)
_BASE = re.compile(
    r"\b(?:than|compared (?:with|to)|against|versus|vs\.?|relative to|up on|down on|since|up from"
    r"|down from|unlike|after that of|above|below|began|begins?|starting|started|beginning)\s"
    r"(?:(?:the one|that|those|the \w+|the same \w+|levels?)\s)?(?:(?:in|of|for|from|during)\s)?"
    r"(?:(?:the|late|early|mid)\s)?$",
    re.I,
)
_WHEN = re.compile(r",? when\b", re.I)
"""What is compared with is then told: "less than in 2020, when it was 66.8 percent"."""
_AS_OF = re.compile(r"\b(?:as of|as at|by|up to|through|until|till|to)\s(?:the end of\s)?$", re.I)
_COMPARED = re.compile(r"\b(?:from|than|after|against|compared|down|up|versus|to)\b", re.I)
_BREAK = re.compile(r"[;:]|,\s(?!\d{4})|\s[\u2013\u2014-]\s|\u2014|\bwhile\b|\bwhereas\b|\bbut\b")
_EARLIER = re.compile(
    r"\b(?:(?P<of>the|a|one) (?P<unit>year|month|quarter) (?:before|earlier|previously|prior)"
    r"|(?:the )?(?:previous|prior|preceding) (?P<unit2>year|month|quarter)"
    r"|(?P<unit3>year|month)-(?:ago|earlier))\b",
    re.I,
)
_OTHER_EARLIER = re.compile(
    r"\b(?:in|during) the (?:\w+ ){0,2}(?:before|earlier)\b"
    r"|\b(?:the )?(?:previous|prior|preceding) (?:cycle|season|term|decade|week|census|survey)\b"
    r"|\b(?:five|ten|two|three|four|\d+) years (?:before|earlier)\b|\bat the time\b",
    re.I,
)
_IN_EARLIER = ("before", "earlier", "previous", "prior", "preceding", "-ago", "at the time")
"""One of these stands in each of the two above."""
_THIS = re.compile(r"\b(?P<which>this|last) year\b", re.I)
_ANAPHORA = re.compile(
    r"\b(?:it|they|this|these|those|then|its|same|that (?:year|month|quarter|period|day|election"
    r"|rate|figure|number|total|share)|the (?:rate|figure|number|total|share|same))\b",
    re.I,
)
_YOY = re.compile(
    r"year[- ](?:on|over)[- ]year|(?:twelve|12)[- ]months?|(?:than|from|compared with|on|over)"
    r" (?:a|one|the) year|\ba year (?:before|earlier|ago)|\byear-earlier|\bannual(?:ly|i[sz]ed)?\b"
    r"|\ba year\b|\bthe previous year|\byear before|\b(?:in|over) the year to\b",
    re.I,
)
_MOM = re.compile(
    r"month[- ](?:on|over)[- ]month|from the (?:month before|previous month)|over (?:the|that)"
    r" (?:single )?month\b|than (?:a|the) month (?:before|earlier)|on the month|in the month alone"
    r"|month before|\balone\b",
    re.I,
)
_QOQ = re.compile(
    r"quarter[- ](?:on|over)[- ]quarter|from the (?:previous quarter|quarter before)"
    r"|on the quarter|quarter before",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The periods of one sentence, sorted by what they are for."""

    described: tuple[Period, ...] = ()
    base: tuple[Period, ...] = ()
    """Only compared with: "than in 2022"."""
    baseline: tuple[Period, ...] = ()
    """What an anomaly is measured against: "above the average of 1850 to 1900"."""
    as_of: Period | None = None
    all: tuple[Period, ...] = ()


def placed(sentence: str) -> Placed:
    """Sorts the periods that a sentence names."""
    if not _DATED.search(sentence):
        return Placed()
    found = periods(sentence)
    described, base, baseline = [], [], []
    as_of = None
    for period in found:
        before = sentence[max(0, period.span.start - 48) : period.span.start]
        if period.publication:
            continue
        if _long(period) and (_BASELINE.search(before) or _before_industry(sentence, period)):
            baseline.append(period)
        elif (
            _BASE.search(before)
            and not _WHEN.match(sentence, period.span.end)
            and not _STANDS_SINCE.match(sentence)
        ):
            base.append(period)
        elif period.grain == "day" and _AS_OF.search(before):
            as_of = period
        else:
            described.append(period)
    if as_of is None and (day := _AS_OF_DAY.search(sentence)) and described:
        as_of = _in_year(day, described[-1])
    return Placed(
        described=tuple(described),
        base=tuple(base),
        baseline=tuple(baseline),
        as_of=as_of,
        all=found,
    )


_STANDS_SINCE = re.compile(
    r"^\W*since\s[^,;:]{4,24},?\s(?=[^;:]{0,120}\b(?:has|have)\s(?:been|stood|applied|cost|amounted)\b)"
    r"(?=[^;:]{0,120}\b(?:wages?|rates?|prices?|fees?|tariffs?|fares?|fines?|limits?|allowances?"
    r"|pensions?|benefits?|tax|levy|age|salar\w+|pay|charges?|costs?)\b)",
    re.I,
)
"""What was set then and still holds: "Since July 2024, the minimum wage has been"."""
_MONTH = "|".join(MONTHS)
_AS_OF_DAY = re.compile(
    rf"\b(?:as of|as at|by|up to|through|until)\s(?P<m>{_MONTH})\s(?P<d>\d{{1,2}})\b"
    r"(?!,?\s\d{4})",
    re.I,
)


def _in_year(day: re.Match[str], period: Period) -> Period | None:
    """ "As of January 6, three cases for 2026": the day is of that year."""
    try:
        exact = date(period.last.year, MONTHS[day["m"].lower()], int(day["d"]))
    except ValueError:
        return None
    return replace(period, first=exact, last=exact, grain="day")


def _long(period: Period) -> bool:
    return (period.last - period.first).days > 9 * 365


def _before_industry(sentence: str, period: Period) -> bool:
    after = sentence[period.span.end : period.span.end + 40]
    return bool(re.match(r"\)?,?\s(?:average|baseline|mean|level|period)", after, re.I))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """First and last day of what a figure describes."""

    first: date
    last: date
    rolling: bool = False
    """Given as twelve months to some month."""


def of_number(
    sentence: str,
    n: int,
    found: Sequence[Number],
    given: Placed,
    earlier: Bounds | None,
    *,
    change: bool = False,
) -> Bounds | None:
    """The period of the n-th number, read from its own sentence; None where that names none.

    `earlier` is the period of the figure before it, from which "the year before" counts.
    """
    if change and (target := _target(sentence, found[n], given)):
        return _bounds(target)
    own = _window(sentence, n, found)
    relative = _relative(own, earlier)
    picked = _picked(sentence, n, found, given)
    if relative and (picked is None or not _inside(picked, n, found, sentence)):
        return relative[0]
    if picked is None:
        return _to_date(None, given.as_of)
    return _to_date(_end_of(_bounds(picked), sentence[: found[n].start]), given.as_of)


def _end_of(bounds: Bounds, before: str) -> Bounds:
    """Of "from 328 to 197 between 2000 and 2023" each value has its own year."""
    first, last = bounds.first, bounds.last
    years = last.year - first.year + 1
    if years < 2 or (first.month, first.day, last.month, last.day) != (1, 1, 12, 31):
        return bounds
    if re.search(r",?\sfrom\s(?:about |around )?[$€£]?$", before):
        return replace(bounds, last=date(first.year, 12, 31))
    if re.search(r"\d[^.;]*\sto\s(?:about |around )?[$€£]?$", before):
        return replace(bounds, first=date(last.year, 1, 1))
    return bounds


_FROM_TO = re.compile(r"^\s?(?:%|per ?cent|percent)?[\w ]{0,30},?\sfrom\b.*\bto\b", re.I)


def _target(sentence: str, number: Number, given: Placed) -> Period | None:
    """ "fell by 26.2%, from 31.3 in 2023 to 23.1 in 2024" is the change of 2024."""
    if not _FROM_TO.match(sentence[number.end :]):
        return None
    behind = [p for p in given.described if p.span.start >= number.end]
    spread = len({p.last for p in behind}) > 1
    return max(behind, key=lambda p: p.last) if spread else None


def _bounds(period: Period) -> Bounds:
    bounds = Bounds(first=period.first, last=period.last)
    return replace(bounds, rolling=period.grain == "range" and _months(bounds) == 12)


def _to_date(bounds: Bounds | None, as_of: Period | None) -> Bounds | None:
    """A count that was still running on the day that the sentence gives ends there."""
    if as_of is None:
        return bounds
    if bounds is None:
        return Bounds(first=as_of.first, last=as_of.last)
    if bounds.first <= as_of.last < bounds.last:
        return replace(bounds, last=as_of.last)
    return bounds


def _window(sentence: str, n: int, found: Sequence[Number]) -> str:
    """The words that are nearer to this number than to its neighbours."""
    start = found[n - 1].end if n else 0
    end = found[n + 1].start if n + 1 < len(found) else len(sentence)
    cut = sentence[found[n].end : end]
    stop = _BREAK.search(cut)
    if stop and n + 1 < len(found):
        cut = cut[: stop.start()]
    return sentence[start : found[n].end] + cut


def _inside(period: Period, n: int, found: Sequence[Number], sentence: str) -> bool:
    start = found[n - 1].end if n else 0
    end = found[n + 1].start if n + 1 < len(found) else len(sentence)
    return start <= period.span.start and period.span.end <= end


def _relative(own: str, earlier: Bounds | None) -> tuple[Bounds | None] | None:
    """("the year before" of the figure before,), (None,) for an unknown one, or None."""
    lower = own.lower()
    if not any(part in lower for part in _IN_EARLIER):
        return None
    match = _EARLIER.search(own)
    if match:
        before = own[: match.start()]
        if re.search(r"\b(?:than|from|on|over|with|to)\s(?:in\s)?$", before, re.I):
            return None
        unit = (match["unit"] or match["unit2"] or match["unit3"]).lower()
        if earlier is None:
            return (None,)
        months = {"year": 12, "quarter": 3, "month": 1}[unit]
        return (_shifted(earlier, -months),)
    return (None,) if _OTHER_EARLIER.search(own) else None


def _shifted(bounds: Bounds, months: int) -> Bounds | None:
    try:
        return Bounds(first=add_months(bounds.first, months), last=add_months(bounds.last, months))
    except (OverflowError, ValueError):
        return None


def _picked(sentence: str, n: int, found: Sequence[Number], given: Placed) -> Period | None:
    ranked = sorted(
        _scored(sentence, n, found, given), key=lambda pair: (pair[0], pair[1].span.start)
    )
    return ranked[0][1] if ranked else None


def _scored(
    sentence: str, n: int, found: Sequence[Number], given: Placed
) -> Iterator[tuple[float, Period]]:
    """Candidates with a cost: least for the one that stands with the number in its clause."""
    number = found[n]
    before_end = found[n - 1].end if n else 0
    after_start = found[n + 1].start if n + 1 < len(found) else len(sentence) + 1
    for period in given.described:
        span = period.span
        if span.start >= number.end:
            between = sentence[number.end : span.start]
            cost = 3.0 if _BREAK.search(between) else 0.0
            if span.start >= after_start:
                if _COMPARED.search(between):
                    continue  # "31.3, down 4.0% from 32.6 in 2022": the last one's
                cost += 4.0
        else:
            between = sentence[span.end : number.start]
            intro = between.lstrip().startswith(",") and _is_intro(sentence, span.start)
            broken = _BREAK.search(between.lstrip(" ,") if intro else between)
            cost = 4.0 if broken else 1.0
            if span.end <= before_end:
                cost += 1.0 if _leads(sentence, span.start, found, n) else 2.0
        yield cost + abs(span.start - number.start) / 1000, period


def _is_intro(sentence: str, start: int) -> bool:
    head = re.split(r"[;:]|,\s", sentence[:start])[-1]
    return len(head.split()) <= 6


def _leads(sentence: str, start: int, found: Sequence[Number], n: int) -> bool:
    """The period opens the sentence, before every number: it holds for all of them."""
    return start < found[0].start


def basis_of(own: str, bounds: Bounds | None) -> Basis:
    """What a change in this clause is measured against, as far as it says."""
    if _MOM.search(own):
        return "mom"
    if _QOQ.search(own):
        return "qoq"
    if _YOY.search(own):
        return "yoy"
    return "" if bounds is None else _basis_of_range(bounds)


def basis_of_base(bounds: Bounds | None, base: Sequence[Period]) -> Basis:
    """ "In September 2025 compared with September 2024": by how far the two lie apart."""
    if bounds is None:
        return ""
    steps: tuple[tuple[Basis, int], ...] = (("mom", 1), ("qoq", 3), ("yoy", 12))
    for period in base:
        gap = 12 * (bounds.first.year - period.first.year) + bounds.first.month - period.first.month
        long = _months(bounds) == _months(Bounds(first=period.first, last=period.last))
        for name, months in steps:
            if long and gap == months and (name != "mom" or _months(bounds) == 1):
                return name
    return ""


def _basis_of_range(bounds: Bounds) -> Basis:
    months = _months(bounds)
    if months == 2 and bounds.first.day == 1:
        return "mom"
    if months == 24 and bounds.first.month == 1:
        return "yoy"
    return ""


def of_change(bounds: Bounds, basis: Basis) -> Bounds:
    """A change "from 2023 to 2024" is one of 2024; one over twelve months is one of the last."""
    months = _months(bounds)
    if (months == 2 and basis == "mom") or (basis == "yoy" and bounds.rolling):
        return replace(bounds, first=bounds.last.replace(day=1), rolling=False)
    if months == 24 and bounds.first.month == 1:
        return replace(bounds, first=date(bounds.last.year, 1, 1))
    if months == 24 and bounds.first.month == 10:
        return replace(bounds, first=add_months(bounds.first, 12))
    return bounds


def _months(bounds: Bounds) -> int:
    """Whole months from first to last; 0 where they don't begin and end with months."""
    try:
        ends = add_months(bounds.last.replace(day=1), 1)
    except OverflowError:
        return 0
    whole = bounds.first.day == 1 and (ends - bounds.last).days == 1
    if not whole:
        return 0
    return (ends.year - bounds.first.year) * 12 + ends.month - bounds.first.month


_COVERS = re.compile(
    r"\b(?:figures?|data|numbers?|audit|study|survey|statistics|report"
    r"|shares above)\b[\w ]{0,24}?\s"
    r"(?:covers?|covered|are for|are from|is for|is from|describes?|refers? to|relates? to)\s",
    re.I,
)
"""A page that says of which period it speaks."""
_IN_COVERS = ("cover", "are for", "are from", "is for", "is from", "describe", "refer", "relate")


def _says_covers(text: str) -> bool:
    """A quick look instead of a slow one: every page is asked once."""
    lower = text[:20_000].lower()
    return any(part in lower for part in _IN_COVERS)


class Fallback:
    """What dates a figure whose sentence names no period: paragraph, heading, document."""

    def __init__(self, content: Content) -> None:
        self._document = _of_document(content)
        self._dated = content.checked_on or content.published_on
        self._headings: dict[tuple[str, ...], Bounds | None] = {}

    def of(
        self, sentence: str, heading: tuple[str, ...], paragraph: Sequence[Bounds | None]
    ) -> Bounds | None:
        spoken = self._spoken(sentence)
        if spoken is not None:
            return spoken
        known = [bounds for bounds in paragraph if bounds is not None]
        if known and (_ANAPHORA.search(sentence) or len(set(known)) == 1):
            return known[-1]
        if heading not in self._headings:
            self._headings[heading] = _of_heading(heading)
        return self._headings[heading] or self._document

    def _spoken(self, sentence: str) -> Bounds | None:
        match = _THIS.search(sentence)
        if match is None or self._dated is None:
            return None
        year = self._dated.last.year - (match["which"].lower() == "last")
        last = date(year, 12, 31)
        if match["which"].lower() == "this":
            last = min(last, self._dated.last)
        return Bounds(first=date(year, 1, 1), last=last)


def _of_heading(heading: tuple[str, ...]) -> Bounds | None:
    for name in reversed(heading):
        found = [p for p in placed(name).described]
        if len({(p.first, p.last) for p in found}) == 1:
            return Bounds(first=found[0].first, last=found[0].last)
    return None


def _of_document(content: Content) -> Bounds | None:
    if content.valid_as_of is not None:
        return _of_partial(content.valid_as_of)
    covers = _COVERS.finditer(content.text, 0, 20_000) if _says_covers(content.text) else ()
    for match in covers:
        found = placed(content.text[match.end() : match.end() + 60].split("\n")[0]).described
        if found and found[0].span.start < 4:
            return _bounds(found[0])
    period = newest(placed(content.title).described)
    return Bounds(first=period.first, last=period.last) if period else None


def _of_partial(value: PartialDate) -> Bounds:
    period = of_date(value)
    return Bounds(first=period.first, last=period.last)


_TOLD_OF = re.compile(
    r"\b(?:figures?|results?|estimates?|counts?|totals?|data|numbers?|rates?|values?)\s"
    r"(?:for|of|in)\s(?:the\s(?:year\s)?)?$",
    re.I,
)


def period_told_of(sentence: str) -> Bounds | None:
    """ "Reweighting changes the result for 2018.": the next sentence gives the number."""
    for period in placed(sentence).described:
        if _TOLD_OF.search(sentence[: period.span.start]):
            return _bounds(period)
    return None
