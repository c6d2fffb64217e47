"""May this still be said today? The judge of claims, answers and whole fact-checks.

Every method is a pure function of its arguments and of what the constructor was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.errors import UnknownName
from assistant.freshness import review
from assistant.freshness.asking import Question, judged_as_of
from assistant.freshness.cases import (
    Reading,
    Said,
    evidenced_by,
    read,
    said_at,
    said_in,
    said_of_title,
    summary_of,
)
from assistant.freshness.clocks import age_in_days, judged_on, known
from assistant.freshness.facts import (
    Case,
    DocumentLinks,
    Evidenced,
    Finding,
    Links,
    Series,
    described,
    newer_of,
)
from assistant.freshness.rules import RULES
from assistant.freshness.sentences import split
from assistant.freshness.series import Cadence, Release, cadence
from assistant.ports import SentenceSplitter
from assistant.types import (
    Badge,
    Document,
    Freshness,
    PartialDate,
    Span,
    State,
    Statement,
    Volatility,
)

PROFILES = {"sensitive": 0.20, "balanced": 0.30, "quiet": 0.50}
"""The score at which age alone raises the notice."""

DatedVolatility = Callable[[str, date | None], Volatility]
"""(question, day) -> how soon its answer may change; the day decides which periods are closed."""


def no_links(document_id: str) -> DocumentLinks:
    return DocumentLinks()


def no_series(document: Document) -> tuple[Release, ...]:
    return ()


class Judge:
    """The port FreshnessJudge.

    `profile` sets when age alone raises the notice; UnknownName when there is none of that name.
    Hand in the splitter that cut the passages, so that badges and quotes have the same bounds.

    How soon an answer changes is judged as of the day of its evidence, not as of `now`: a year
    that was still running when a figure was checked doesn't make it settled by ending.
    """

    def __init__(
        self,
        *,
        volatility: DatedVolatility,
        profile: str = "sensitive",
        links: Links = no_links,
        series: Series = no_series,
        sentences: SentenceSplitter = split,
    ) -> None:
        if profile not in PROFILES:
            raise UnknownName("freshness profile", profile, PROFILES)
        self._volatility = lru_cache(maxsize=1024)(volatility)
        self._threshold = PROFILES[profile]
        self._links = links
        self._series = series
        self._sentences = sentences

    def claim(self, question: str, statement: Statement, index: int, now: date) -> Freshness:
        """One sentence's own state: as what was asked, and by its own words and figures."""
        said = list(said_in(statement, index))
        evidenced = self._evidenced(question, said)
        cases = [self._case(question, each, evidenced, now, own=True) for each in said]
        return _verdict(cases, evidenced, now)

    def answer(self, question: str, statements: Sequence[Statement], now: date) -> Freshness:
        """The worst that the claims say about what was asked.

        A figure beside the point has a badge and no say here. Raises ValueError without claims.
        """
        said = [each for index, one in enumerate(statements) for each in said_in(one, index)]
        if not said:
            raise ValueError("an answer without claims is an abstention")
        evidenced = self._evidenced(question, said)
        return _verdict(
            [self._case(question, each, evidenced, now) for each in said], evidenced, now
        )

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]:
        """A fact-check's own, and a badge for each sentence with a figure or a rule that fires.

        A reason's `claim` is its sentence's place among the badges.
        """
        reading = read(document, self._sentences)
        evidenced = _summarised(document, reading)
        if not reading.sentences:
            title = said_of_title(document)
            return _verdict([self._case(document.title, title, evidenced, now)], evidenced, now), ()
        cases = {
            span: self._case(
                document.title, said_at(document, span, place), evidenced, now, own=True
            )
            for place, span in enumerate(reading.sentences)
        }
        cases = {span: replace(case, rests=span in reading.summary) for span, case in cases.items()}
        return _badged(cases, evidenced, now)

    def _evidenced(self, question: str, said: Sequence[Said]) -> Evidenced | None:
        """The newest period that the claims and the summaries of what they cite give."""
        documents = {each.document.id: each.document for each in said if each.dates}
        found: list[Evidenced | None] = []
        for document in documents.values():
            claims = [(s.index, s.evidence) for s in said if s.document.id == document.id]
            summary = [(None, text) for text in summary_of(document, self._sentences)]
            found.append(evidenced_by(question, document, [*claims, *summary]))
        return newer_of(found)

    def _case(
        self,
        question: str,
        said: Said,
        evidenced: Evidenced | None,
        now: date,
        *,
        own: bool = False,
    ) -> Case:
        document = said.document
        if own:
            periods = described(said.evidence, judged_on(document))
            mine = [Evidenced(period=period, claim=said.index) for period in periods]
            evidenced = newer_of([evidenced, *mine])
        regular, releases = self._regularity(said.carriers, now)
        return Case(
            document=document,
            question=self._question(question, document),
            text=said.text,
            index=said.index,
            rests=True,
            own=own,
            dates=said.dates,
            evidenced=evidenced,
            cadence=regular,
            releases=releases,
            links=self._links(document.id),
            threshold=self._threshold,
        )

    def _question(self, text: str, document: Document) -> Question:
        dated = judged_on(document)
        valid = document.content.valid_as_of
        day = None if dated is None else judged_as_of(text, dated, valid)
        return Question(text=text, volatility=self._volatility(text, day))

    def _regularity(
        self, carriers: Iterable[Document], now: date
    ) -> tuple[Cadence | None, tuple[Release, ...]]:
        """How often the figures come out, from the first document that tells, and what is out."""
        for document in carriers:
            releases = tuple(r for r in self._series(document) if known(r.published_on, now))
            regular = cadence(document.content.cadence, releases)
            if regular is not None:
                return regular, releases
        return None, ()


def _summarised(document: Document, reading: Reading) -> Evidenced | None:
    summary = [
        (place, span.of(document.text))
        for place, span in enumerate(reading.sentences)
        if span in reading.summary
    ]
    return evidenced_by(document.title, document, summary)


def _badged(
    cases: dict[Span, Case], evidenced: Evidenced | None, now: date
) -> tuple[Freshness, tuple[Badge, ...]]:
    """`cases` by place in the text, each judged by its own words, with its place as its index."""
    kept = {span: case for span, case in cases.items() if _earns_badge(case, now)}
    numbers = {case.index: number for number, case in enumerate(kept.values())}
    badges = tuple(
        Badge(
            span=span,
            freshness=_verdict([replace(case, index=number)], case.evidenced, now),
        )
        for number, (span, case) in enumerate(kept.items())
    )
    if evidenced is not None:
        evidenced = replace(evidenced, claim=numbers.get(evidenced.claim))
    summary = [
        replace(case, own=False, index=numbers.get(case.index), evidenced=evidenced)
        for case in cases.values()
        if case.rests
    ]
    return _verdict(summary, evidenced, now), badges


def _earns_badge(case: Case, now: date) -> bool:
    return case.carries_figure or any(finding.fires(now) for finding in _findings(case, "sentence"))


def _findings(case: Case, about: str) -> Iterator[Finding]:
    for entry in RULES:
        if entry.about == about:
            yield from entry.find(case)


def _verdict(cases: Sequence[Case], evidenced: Evidenced | None, now: date) -> Freshness:
    """Everything that the rules find about the cases, as of `now`. `cases` is not empty."""
    findings: list[Finding] = []
    scores: list[float] = []
    states: list[State] = []
    for mine in _by_document(cases):
        found = list(_findings(mine[0], "document"))
        dating = [case for case in mine if case.dates]
        found += [finding for case in dating for finding in _findings(case, "sentence")]
        found = review.held(found)
        aged = max((_score(case, now) for case in dating), default=0.0)
        if aged >= review.AGEING and not review.holds(found, now):
            states.append("ageing")
        scores.append(aged)
        findings += found
    firing = [finding for finding in findings if finding.fires(now)]
    state = review.worst([*states, *(finding.state for finding in firing)])
    return Freshness(
        state=state,
        score=max(scores),
        notice=review.NOTICES[state],
        reasons=review.reasons(firing),
        valid_as_of=_valid_as_of(cases, evidenced, now),
        checked_on=_checked_on(cases, now),
        next_review_on=review.next_review(findings, now),
    )


def _by_document(cases: Sequence[Case]) -> Iterable[list[Case]]:
    grouped: dict[str, list[Case]] = {}
    for case in cases:
        grouped.setdefault(case.document.id, []).append(case)
    return grouped.values()


def _score(case: Case, now: date) -> float:
    volatility = case.volatility
    if volatility is None or known(case.dated, now) is None:
        return 0.0
    return review.score(volatility, age_in_days(case.dated, now))


def _valid_as_of(
    cases: Sequence[Case], evidenced: Evidenced | None, now: date
) -> PartialDate | None:
    """The world that the answer describes; a definition describes none unless metadata says so."""
    if evidenced is None or (cases[0].question.definition and evidenced.given is None):
        return None
    return known(evidenced.valid_as_of, now)


def _checked_on(cases: Sequence[Case], now: date) -> PartialDate | None:
    """The oldest check among the documents, by the last day that it can mean."""
    checks = [known(case.document.content.checked_on, now) for case in cases]
    return min((c for c in checks if c is not None), key=lambda c: c.last, default=None)
