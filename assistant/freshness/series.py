"""How often a statistic comes out, given by its document or learned from its releases.

The usual lag runs from a period's end to the release of its figures, the grace comes on top. Until
at least three releases teach better: monthly 30 + 15 days, quarterly 60 + 30, yearly 180 + 60.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from assistant.freshness.periods import Period, add_months, newest, of_date, periods
from assistant.types import Document, PartialDate

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_DAYS_A_MONTH = 365.25 / 12
_LEAST_RELEASES = 3
_LEAST_GRACE_DAYS = 7
_STEADY = 2.5
"""A series has a cadence when no gap is longer than this many times the shortest one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One publication of a statistic's figures for one period."""

    document_id: str
    period: Period
    published_on: PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Figures for a period of `months` and `days` come out `lag_days` after its end."""

    name: str
    months: int
    days: int
    lag_days: int
    grace_days: int
    learned: bool = False

    @property
    def spoken(self) -> str:
        """ "every" ... : "year", "quarter", "month", "2 years", "7 days"."""
        if not self.days and self.months in (1, 3, 12):
            return {1: "month", 3: "quarter", 12: "year"}[self.months]
        parts = [(self.months, "months"), (self.days, "days")]
        if self.months % 12 == 0:
            parts[0] = (self.months // 12, "years")
        return " and ".join(f"{count} {unit}" for count, unit in parts if count)

    def overdue_from(self, period: Period) -> date | None:
        """The first day on which the release after `period` is overdue, None past year 9999."""
        wait = timedelta(days=self.days + self.lag_days + self.grace_days + 1)
        try:
            return add_months(period.last, self.months) + wait
        except OverflowError:
            return None


def parse_cadence(duration: str) -> Cadence | None:
    """An ISO 8601 duration of whole years, months, weeks and days with its usual lag and grace.

    None when it is no such duration, or none longer than nothing: then no release is expected.
    """
    match = _DURATION.fullmatch(duration.strip().upper())
    if match is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    if not any((years, months, weeks, days)) or years > 1000 or months > 12000:
        return None
    return _usual(duration.strip().upper(), 12 * years + months, 7 * weeks + days)


def _usual(name: str, months: int, days: int) -> Cadence:
    length = months * _DAYS_A_MONTH + days
    lag, grace = (180, 60) if length > 135 else (60, 30) if length > 45 else (30, 15)
    return Cadence(name=name, months=months, days=days, lag_days=lag, grace_days=grace)


def cadence(given: str | None, releases: Sequence[Release]) -> Cadence | None:
    """The given cadence, with its lag learned where the series can teach it; else a learned one."""
    learned = learn(releases)
    stated = parse_cadence(given) if given else None
    if stated is None or learned is None:
        return stated or learned
    return Cadence(
        name=stated.name,
        months=stated.months,
        days=stated.days,
        lag_days=learned.lag_days,
        grace_days=learned.grace_days,
        learned=True,
    )


def learn(releases: Sequence[Release]) -> Cadence | None:
    """Cadence and lag as medians over at least three releases of different periods, else None.

    The grace is what the latest release so far took beyond the median, at least a week.
    """
    first_of = {r.period.last: r for r in sorted(releases, key=_published, reverse=True)}
    if len(first_of) < _LEAST_RELEASES:
        return None
    ends = sorted(first_of)
    gaps = [(later - earlier).days for earlier, later in pairwise(ends)]
    if max(gaps) > _STEADY * min(gaps):
        return None
    usual_gap = median(gaps)
    lags = [max(0, (first_of[end].published_on.last - end).days) for end in ends]
    lag = round(median(lags))
    months = round(usual_gap / _DAYS_A_MONTH)
    days = 0 if months else max(1, round(usual_gap))
    name = f"P{days}D" if not months else f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"
    grace = max(_LEAST_GRACE_DAYS, max(lags) - lag)
    return Cadence(
        name=name, months=months, days=days, lag_days=lag, grace_days=grace, learned=True
    )


def _published(release: Release) -> date:
    return release.published_on.last


_WORDS = re.compile(r"\w+")


def series_key(document: Document) -> tuple[str, str]:
    """Publisher and title without their periods: the same for all releases of one statistic."""
    title = document.title
    for period in reversed(periods(title)):
        title = title[: period.span.start] + title[period.span.end :]
    return (document.content.publisher or "").casefold(), " ".join(_WORDS.findall(title.casefold()))


def releases_among(documents: Iterable[Document], like: Document) -> tuple[Release, ...]:
    """The releases of the statistic of `like` among source documents, oldest period first.

    A document counts when it has a publisher, a publication date and a period (`valid_as_of`,
    else the newest one in its title).
    """
    key = series_key(like)
    found = [
        Release(document_id=each.id, period=period, published_on=each.content.published_on)
        for each in documents
        if each.kind == "source_document" and key[0] and series_key(each) == key
        if each.content.published_on is not None and (period := _period_of(each)) is not None
    ]
    return tuple(sorted(found, key=lambda release: (release.period.last, release.document_id)))


def _period_of(document: Document) -> Period | None:
    if document.content.valid_as_of is not None:
        return of_date(document.content.valid_as_of)
    return newest(periods(document.title))
