"""May this still be said today? The judge of claims, answers and whole fact-checks.

Every method is a pure function of its arguments and of what the constructor was given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.errors import UnknownName
from assistant.freshness.archive import (
    Archive,
    Lookups,
    no_carrier,
    no_figures,
    no_links,
    no_rivals,
    no_series,
    no_sources,
    no_verdicts,
)
from assistant.freshness.asking import Question, asked_of, judged_as_of
from assistant.freshness.authority import Authority
from assistant.freshness.calibration import UNCALIBRATED, Calibrated
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
from assistant.freshness.clocks import judged_on
from assistant.freshness.facts import (
    Carrier,
    Case,
    Evidenced,
    FiguresOf,
    Links,
    Rivals,
    Series,
    Sources,
    Verdicts,
    described,
    newer_of,
)
from assistant.freshness.sentences import split
from assistant.freshness.verdict import badged, verdict
from assistant.ports import SentenceSplitter
from assistant.types import Badge, Document, Freshness, Statement, Volatility

PROFILES = {"sensitive": 0.20, "balanced": 0.30, "quiet": 0.50}
"""The score at which age alone raises the notice."""

DatedVolatility = Callable[[str, date | None], Volatility]
"""(question, day) -> how soon its answer may change; the day decides which periods are closed."""

CalibratedOn = Callable[[date], Calibrated]
"""day -> what the outcomes of refreshes had taught by then."""


def uncalibrated(day: date) -> Calibrated:
    return UNCALIBRATED


class Judge:
    """The port FreshnessJudge.

    `profile` sets when age alone raises the notice; UnknownName when there is none of that name.
    `authority` holds the tiers of publishers, 1 the highest.
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
        rivals: Rivals = no_rivals,
        figures_of: FiguresOf = no_figures,
        sources: Sources = no_sources,
        carrier: Carrier = no_carrier,
        verdicts: Verdicts = no_verdicts,
        authority: Mapping[str, int] | None = None,
        calibrated: CalibratedOn = uncalibrated,
        sentences: SentenceSplitter = split,
    ) -> None:
        if profile not in PROFILES:
            raise UnknownName("freshness profile", profile, PROFILES)
        self._volatility = lru_cache(maxsize=1024)(volatility)
        self._threshold = PROFILES[profile]
        self._calibrated = calibrated
        self._lookups = Lookups(
            links=links,
            series=series,
            rivals=rivals,
            figures_of=figures_of,
            sources=sources,
            carrier=carrier,
            verdicts=verdicts,
        )
        self._authority = Authority(authority)
        self._sentences = sentences

    def claim(self, question: str, statement: Statement, index: int, now: date) -> Freshness:
        """One sentence's own state: as what was asked, and by its own words and figures."""
        archive = Archive(self._lookups, now)
        said = list(said_in(statement, index))
        evidenced = self._evidenced(question, said)
        cases = [self._case(question, each, evidenced, archive, own=True) for each in said]
        return verdict(cases, evidenced, now)

    def answer(
        self,
        question: str,
        statements: Sequence[Statement],
        now: date,
        overtaken: Collection[int] = (),
    ) -> Freshness:
        """The worst that the claims say about what was asked.

        A figure beside the point has a badge and no say here, and neither has the age of a claim
        whose words an editor replaced since: `overtaken` names those by their places. Raises
        ValueError without claims.
        """
        said = [each for index, one in enumerate(statements) for each in said_in(one, index)]
        if not said:
            raise ValueError("an answer without claims is an abstention")
        evidenced = self._evidenced(question, said)
        archive = Archive(self._lookups, now)
        cases = [
            replace(
                self._case(_asked_of(question, each, said), each, evidenced, archive),
                overtaken=each.index in overtaken,
            )
            for each in said
        ]
        return verdict(_answering(cases), evidenced, now)

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]:
        """A fact-check's own, and a badge for each sentence with a figure or a rule that fires.

        A reason's `claim` is its sentence's place among the badges.
        """
        archive = Archive(self._lookups, now)
        reading = read(document, self._sentences)
        evidenced = _summarised(document, reading)
        if not reading.sentences:
            title = said_of_title(document)
            return verdict(
                [self._case(document.title, title, evidenced, archive)], evidenced, now
            ), ()
        cases = {
            span: self._case(
                document.title, said_at(document, span, place), evidenced, archive, own=True
            )
            for place, span in enumerate(reading.sentences)
        }
        cases = {span: replace(case, rests=span in reading.summary) for span, case in cases.items()}
        cases = dict(zip(cases, _answering(list(cases.values())), strict=True))
        return badged(cases, evidenced, now)

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
        archive: Archive,
        *,
        own: bool = False,
    ) -> Case:
        document = said.document
        if own:
            periods = described(said.evidence, judged_on(document))
            mine = [Evidenced(period=period, claim=said.index) for period in periods]
            evidenced = newer_of([evidenced, *mine])
        regular, releases = archive.regularity(said.carriers)
        calibrated = self._calibrated(archive.now)
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
            links=archive.links(document.id),
            threshold=calibrated.threshold or self._threshold,
            calibrated=calibrated,
            figures=archive.keyed(said) if said.dates else (),
            cited=archive.cited(said),
            rated=archive.rated(document),
            authority=self._authority,
        )

    def _question(self, text: str, document: Document) -> Question:
        dated = judged_on(document)
        valid = document.content.valid_as_of
        day = None if dated is None else judged_as_of(text, dated, valid)
        return Question(text=text, volatility=self._volatility(text, day))


def _asked_of(question: str, one: Said, said: Sequence[Said]) -> str:
    return asked_of(question, one.text, [each.text for each in said if each.index != one.index])


def _answering(cases: Sequence[Case]) -> list[Case]:
    """The cases, with the first figure of those that count marked as the answer where a number was
    asked for and none of them speaks of it in the question's words ("food stamps", "SNAP")."""
    told = [n for n, case in enumerate(cases) if case.rests and case.dates and case.carries_figure]
    wanted = [n for n in told if cases[n].question.wants_figure]
    spoken = any(cases[n].question.speaks_of(cases[n].text) for n in told)
    first = wanted[0] if wanted and not spoken else None
    return [replace(case, answers=True) if n == first else case for n, case in enumerate(cases)]


def _summarised(document: Document, reading: Reading) -> Evidenced | None:
    summary = [
        (place, span.of(document.text))
        for place, span in enumerate(reading.sentences)
        if span in reading.summary
    ]
    return evidenced_by(document.title, document, summary)
