"""What a rule sees and what it says: a Case goes in, Findings come out.

A rule never sees the clock. It says from which day on it fires, so that the state of any day and
the day of the next review both follow by comparing dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.freshness.asking import Question, shared_words
from assistant.freshness.clocks import judged_on
from assistant.freshness.figures import has_figure
from assistant.freshness.periods import Period, newest, of_date, periods
from assistant.freshness.series import Cadence, Release
from assistant.types import Document, Level, PartialDate, Reason, Rule, State, Volatility

_ON_TOPIC = 2 / 3
"""A sentence speaks of the asked metric when it shares this much of what the best one shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLinks:
    """What metadata (front matter, JSON-LD, an editor's act) says replaces a document."""

    superseded_by: tuple[Document, ...] = ()
    corrected_by: tuple[Document, ...] = ()
    withdrawn_note: str | None = None


Links = Callable[[str], DocumentLinks]
"""document id -> its links."""

Series = Callable[[Document], Sequence[Release]]
"""document -> the releases in the archive of the statistic that it reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidenced:
    """The newest period that the evidence gives, and which claim gives it (None: metadata)."""

    period: Period
    claim: int | None = None
    given: PartialDate | None = None
    """The metadata's own date, when it is metadata."""

    @property
    def valid_as_of(self) -> PartialDate:
        return self.given or self.period.as_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sentence resting on one document, with everything that a rule may look at.

    `rests`: the answer rests on the sentence, so it is judged as what was asked. `own`: it is
    judged by its own words and figures, for its badge. `dates` is False for a source beside a
    fact-check, whose own date doesn't count. `threshold` is the score at which age
    alone raises the notice, 0 to 1.
    """

    document: Document
    question: Question
    text: str
    index: int | None
    rests: bool
    own: bool
    dates: bool
    evidenced: Evidenced | None
    cadence: Cadence | None
    releases: tuple[Release, ...]
    links: DocumentLinks
    threshold: float

    @property
    def dated(self) -> PartialDate | None:
        return judged_on(self.document)

    @property
    def carries_figure(self) -> bool:
        return has_figure(self.text)

    @property
    def asked_figure(self) -> bool:
        """The sentence carries the figure that the question asks for."""
        return self.carries_figure and self.question.wants_figure_of(self.text)

    @property
    def beside_the_point(self) -> bool:
        """A figure that nobody asked for: it has a badge, never the notice."""
        return self.carries_figure and not (self.asked_figure or self.question.wants_newest)

    @property
    def volatility(self) -> Volatility | None:
        """How soon this sentence may change; None when only its own words could tell, and don't.

        A claim with a figure is at least an annual statistic. A closed past period that was asked
        for wins over that.
        """
        asked = self.question.volatility
        if not self.question.settled and self.carries_figure and (self.own or self.asked_figure):
            return at_least_annual(asked)
        return asked if self.rests else None


def at_least_annual(asked: Volatility) -> Volatility:
    """The volatility of a claim with a figure, whatever was asked."""
    mutable = max(asked.p_mutable, 0.5)
    if asked.tau_days <= 365:
        return replace(asked, p_mutable=mutable)
    return Volatility(p_mutable=mutable, kind="annual", tau_days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule fires from `since` on and, where `until` is given, no longer from that day on."""

    rule: Rule
    level: Level
    state: State
    since: date
    text: str
    clears_when: str
    until: date | None = None
    claim: int | None = None
    document_id: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)

    def fires(self, now: date) -> bool:
        return self.since <= now and (self.until is None or now < self.until)

    @property
    def reason(self) -> Reason:
        return Reason(
            rule=self.rule,
            level=self.level,
            text=self.text,
            clears_when=self.clears_when,
            claim=self.claim,
            evidence=dict(self.evidence),
        )


Numbered = tuple[int | None, str]
"""A claim's index, None for a sentence that is no claim, and its words."""


def evidence_of(
    question: str, document: Document, sentences: Sequence[Numbered]
) -> Evidenced | None:
    """The newest period among the sentences that speak of what was asked."""
    dated = judged_on(document)
    shared = [(shared_words(question, text), index, text) for index, text in sentences]
    best = max((count for count, _, _ in shared), default=0)
    return newer_of(
        Evidenced(period=period, claim=index)
        for count, index, text in shared
        if count >= _ON_TOPIC * best
        for period in described(text, dated)
    )


def metadata_of(document: Document, sentences: Sequence[Numbered]) -> Evidenced | None:
    """The period that the document's own metadata gives, and the first claim that names it."""
    given, dated = document.content.valid_as_of, judged_on(document)
    if given is None or (dated is not None and given.first > dated.last):
        return None
    period = of_date(given)
    claim = next(
        (i for i, text in sentences if any(p.last == period.last for p in described(text, dated))),
        None,
    )
    return Evidenced(period=period, claim=claim, given=given)


def described(text: str, dated: PartialDate | None) -> tuple[Period, ...]:
    """The periods that a sentence's figures describe, as known when it was `dated`.

    A period that begins later is a forecast and a publication date describes no world: neither
    counts.
    """
    return tuple(
        period
        for period in periods(text)
        if not period.publication and (dated is None or period.first <= dated.last)
    )


def newer_of(found: Iterable[Evidenced | None]) -> Evidenced | None:
    """The one whose period ends last; the first of equals."""
    given = [each for each in found if each is not None]
    last = newest(tuple(each.period for each in given))
    ends = (last.first, last.last) if last is not None else None
    return next((e for e in given if (e.period.first, e.period.last) == ends), None)
