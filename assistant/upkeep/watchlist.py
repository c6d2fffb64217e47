"""What is watched: the sources that active fact-checks cite and the source documents that we hold,
as far as they have an address; and what is expected of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from assistant.errors import NotFound
from assistant.freshness.periods import add_months, newest, of_date, periods
from assistant.freshness.series import Release, cadence
from assistant.freshness.watch.schedule import MOST, Expected
from assistant.ingest.urls import canonical_url, is_web
from assistant.ledger.ledger import Ledger
from assistant.ledger.watched import Subject, hash_of
from assistant.types import Audience, Document, Volatility

_MOST_CITING = 20
"""Fact-checks whose class of volatility is asked for one source: the soonest to change counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedBy:
    """A fact-check that cites a source, and by what title and address."""

    document_id: str
    audience: Audience
    title: str
    source_title: str | None = None
    source_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A source that is watched. `url` is what is fetched, `document_id` the archive's copy."""

    url_key: str
    url: str
    title: str | None = None
    document_id: str | None = None
    audience: Audience = "internal"
    """Who may read the archive's copy."""
    cited_by: tuple[CitedBy, ...] = ()

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.lower()

    def seen_by(self, audience: Audience) -> Target | None:
        """What these readers may know of it; None where that is nothing."""
        if audience == "internal":
            return self
        citing = tuple(each for each in self.cited_by if each.audience == "public")
        if self.document_id and self.audience == "public":
            return replace(self, cited_by=citing)
        if not citing:
            return None
        first = citing[0]  # what it is called in what they may read
        return replace(
            self,
            cited_by=citing,
            document_id=None,
            url=first.source_url or self.url,
            title=first.source_title,
        )


class Watchlist:
    """The targets, made anew once the archive has changed."""

    def __init__(
        self,
        ledger: Ledger,
        volatility: Callable[[str, date], Volatility],
        series: Callable[[Document], Sequence[Release]],
    ) -> None:
        self._ledger = ledger
        self._volatility = volatility
        self._series = series
        self._made: tuple[int, dict[str, Target]] | None = None

    def targets(self) -> dict[str, Target]:
        """By canonical URL."""
        writes = self._ledger.documents.writes
        if self._made is None or self._made[0] != writes:
            self._made = (writes, self._targets(self._ledger.watched.subjects()))
        return self._made[1]

    def expected(self, target: Target, now: datetime) -> Expected:
        """The soonest that anything about it is expected to change."""
        day = now.astimezone(UTC).date()
        ids = [each.document_id for each in target.cited_by[:_MOST_CITING]]
        ids += [target.document_id] if target.document_id else []
        found = [document for each in ids if (document := self._served(each))]
        taus = [self._volatility(each.title, day).tau_days for each in found]
        due = [release for each in found if (release := self._next_release(each))]
        release = min(due, default=None)
        return Expected(tau_days=min(taus, default=float(MOST.days)), release=release)

    def _served(self, document_id: str) -> Document | None:
        """None for what was withdrawn or erased since the target was made."""
        try:
            return self._ledger.documents.get(document_id)
        except NotFound:
            return None

    def _next_release(self, document: Document) -> datetime | None:
        releases = self._series(document)
        known = cadence(document.content.cadence, releases)
        if known is None:
            return None
        given = document.content.valid_as_of
        own = of_date(given) if given else newest(periods(document.title))
        period = newest(tuple(each for each in (own, *(r.period for r in releases)) if each))
        if period is None:
            return None
        try:
            day = add_months(period.last, known.months) + timedelta(days=known.days)
            day += timedelta(days=known.lag_days)
        except OverflowError:
            return None
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def _targets(self, subjects: Sequence[Subject]) -> dict[str, Target]:
        erased = self._ledger.watched.erased()
        targets: dict[str, Target] = {}
        for subject in subjects:
            if subject.kind == "source_document" and subject.url_key and is_web(subject.url):
                self._hold(targets, subject)
        for subject in subjects:
            if subject.kind == "fact_check":
                for url, title in subject.cites:
                    if is_web(url):
                        _cite(targets, subject, url, title)
        return {key: each for key, each in targets.items() if hash_of(key) not in erased}

    def _hold(self, targets: dict[str, Target], subject: Subject) -> None:
        """The first by id of several at one address: the one that citations find."""
        key, url = subject.url_key or "", subject.url or ""
        if key not in targets:
            fetched_at = self._fetched_at(subject.document_id)
            targets[key] = Target(
                url_key=key,
                url=fetched_at or url,
                title=subject.title,
                document_id=subject.document_id,
                audience="public" if subject.audience == "public" else "internal",
            )

    def _fetched_at(self, document_id: str) -> str | None:
        places = self._ledger.places.of_document(document_id)
        return next((place.path for place in places if is_web(place.path)), None)


def _cite(targets: dict[str, Target], subject: Subject, url: str, title: str | None) -> None:
    key = canonical_url(url)
    citing = CitedBy(
        document_id=subject.document_id,
        audience="public" if subject.audience == "public" else "internal",
        title=subject.title,
        source_title=title,
        source_url=url.strip(),
    )
    known = targets.get(key) or Target(url_key=key, url=url.strip(), title=title)
    if citing not in known.cited_by:
        known = replace(known, cited_by=(*known.cited_by, citing))
    targets[key] = known
