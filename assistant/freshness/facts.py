"""What a rule sees and what it says: a Case goes in, Findings come out.

A rule never sees the clock. It says from which day on it fires, so that the state of any day and
the day of the next review both follow by comparing dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from assistant.freshness.asking import Question, shared_words
from assistant.freshness.authority import Authority
from assistant.freshness.calibration import UNCALIBRATED, Calibrated
from assistant.freshness.clocks import judged_on
from assistant.freshness.figures import has_figure
from assistant.freshness.periods import Period, newest, of_date, periods
from assistant.freshness.series import Cadence, Release
from assistant.types import (
    Document,
    Figure,
    Level,
    PartialDate,
    Reason,
    Rule,
    Source,
    State,
    Verdict,
    Volatility,
)

_ON_TOPIC = 2 / 3
"""A sentence speaks of the asked metric when it shares this much of what the best one shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLinks:
    """What metadata (front matter, JSON-LD, an editor's act) says replaces a document."""

    superseded_by: tuple[Document, ...] = ()
    corrected_by: tuple[Document, ...] = ()
    withdrawn_note: str | None = None
    set_by: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(relation, id of the newer document) -> the editor who said so: that counts by itself."""


Links = Callable[[str], DocumentLinks]
"""document id -> its links."""

Series = Callable[[Document], Sequence[Release]]
"""document -> the releases in the archive of the statistic that it reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What became of one source of a fact-check since that was checked.

    `then` is what the source said when the check was made, as far as the archive knows, `now` what
    it says since `changed_on`; the same when nothing has changed, None when its words were never
    seen. The other days are those from which the source counts as gone, as unreachable, as
    retracted, by the archive's copy (an id), a correction (another) or itself; None: it doesn't.
    """

    n: int
    """The number of its marker; 0: the document itself, when it is a source that is cited."""
    source: Source
    document: Document | None = None
    then: str | None = None
    now: str | None = None
    changed_on: date | None = None
    gone_on: date | None = None
    unreachable_on: date | None = None
    retracted_on: date | None = None
    retraction: str | None = None
    withdrawn_as: str | None = None
    corrected_by: str | None = None


Sources = Callable[[Document], Mapping[int, SourceState]]
"""fact-check -> its listed sources by the number of their marker."""

Rivals = Callable[[Figure], Sequence[tuple[Document, Figure]]]
"""figure -> figures of the same series in documents that are served, all that may rival it."""

FiguresOf = Callable[[Document], Sequence[Figure]]
"""document -> the figures that it gives, in reading order."""

Carrier = Callable[[SourceState, str], str | None]
"""(a source, a sentence that cites it) -> the words of `then` that carry it, if any do."""

RatedAlso = tuple[Verdict, Document, Verdict]
"""A document's verdict, and another document with its verdict of the same claim."""

Verdicts = Callable[[Document], Sequence[RatedAlso]]
"""fact-check -> its verdicts that others have given too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another document's figure of the same series: of a later period, or of another value."""

    relation: Literal["later", "restated"]
    document: Document
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A figure of the sentence with what rivals it."""

    figure: Figure
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A source that the sentence is marked by, and which of its words were cited, if known."""

    state: SourceState
    quote: str | None = None


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
    judged by its own words and figures, for its badge. `answers`: it gives the number that was
    asked for, in whatever words. `dates` is False for a source beside a
    fact-check, whose own date doesn't count. `overtaken`: an editor put other words in its place
    since, so its age and its period are no doubt. `threshold` is the score at which age alone
    raises the notice, 0 to 1.
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
    calibrated: Calibrated = UNCALIBRATED
    answers: bool = False
    overtaken: bool = False
    figures: tuple[Keyed, ...] = ()
    cited: tuple[Cited, ...] = ()
    rated: tuple[RatedAlso, ...] = ()
    authority: Authority = field(default_factory=Authority)

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
    def matters(self) -> bool:
        """What befalls the sentence befalls the answer, or its own badge is what is judged.

        A sentence without a figure is what the answer rests on; a figure where it speaks of what
        was asked, in the past or now, and never where a definition was.
        """
        if self.own or not self.rests or not self.carries_figure:
            return self.own or self.rests
        question = self.question
        if question.definition:
            return False
        return self.answers or question.wants_newest or question.speaks_of(self.text)

    @property
    def volatility(self) -> Volatility | None:
        """How soon this sentence may change; None when only its own words could tell, and don't.

        A claim with a figure is at least an annual statistic. A closed past period that was asked
        for wins over that.
        """
        asked = self.question.volatility
        if not self.question.settled and self.carries_figure and (self.own or self.asked_figure):
            return self.calibrated.of(at_least_annual(asked))
        return self.calibrated.of(asked) if self.rests else None


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
    """The periods, without forecasts, that a sentence's figures describe, as known when `dated`."""
    return tuple(
        period
        for period in periods(text)
        if not period.publication and (dated is None or period.first <= dated.last)
    )


def newer_of(found: Iterable[Evidenced | None]) -> Evidenced | None:
    """The one whose period ends last; the first of equals."""
    given = [each for each in found if each]
    if (last := newest(tuple(each.period for each in given))) is None:
        return None
    return next(e for e in given if (e.period.first, e.period.last) == (last.first, last.last))
