"""May this still be said today? The judge of claims, answers and whole fact-checks.

Every method is a pure function of its arguments and of what the constructor was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

from assistant.errors import UnknownName
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
from assistant.freshness.clocks import judged_on, known
from assistant.freshness.facts import (
    Case,
    DocumentLinks,
    Evidenced,
    Links,
    Series,
    described,
    newer_of,
)
from assistant.freshness.sentences import split
from assistant.freshness.series import Cadence, Release, cadence
from assistant.freshness.verdict import badged, verdict
from assistant.ports import SentenceSplitter
from assistant.types import (
    Badge,
    Document,
    Freshness,
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


class _Archive:
    """What the archive knows about documents as of one day, each looked up once."""

    def __init__(self, links: Links, series: Series, now: date) -> None:
        self.links = cache(links)
        self._series = series
        self._now = now
        self._regular: dict[str, tuple[Cadence | None, tuple[Release, ...]]] = {}

    def regularity(
        self, carriers: Iterable[Document]
    ) -> tuple[Cadence | None, tuple[Release, ...]]:
        """How often the figures come out, from the first document that tells, and what is out."""
        for document in carriers:
            if document.id not in self._regular:
                self._regular[document.id] = self._look_up(document)
            if self._regular[document.id][0] is not None:
                return self._regular[document.id]
        return None, ()

    def _look_up(self, document: Document) -> tuple[Cadence | None, tuple[Release, ...]]:
        releases = tuple(r for r in self._series(document) if known(r.published_on, self._now))
        return cadence(document.content.cadence, releases), releases


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
        archive = _Archive(self._links, self._series, now)
        said = list(said_in(statement, index))
        evidenced = self._evidenced(question, said)
        cases = [self._case(question, each, evidenced, archive, own=True) for each in said]
        return verdict(cases, evidenced, now)

    def answer(self, question: str, statements: Sequence[Statement], now: date) -> Freshness:
        """The worst that the claims say about what was asked.

        A figure beside the point has a badge and no say here. Raises ValueError without claims.
        """
        said = [each for index, one in enumerate(statements) for each in said_in(one, index)]
        if not said:
            raise ValueError("an answer without claims is an abstention")
        evidenced = self._evidenced(question, said)
        archive = _Archive(self._links, self._series, now)
        cases = [self._case(question, each, evidenced, archive) for each in said]
        return verdict(cases, evidenced, now)

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]:
        """A fact-check's own, and a badge for each sentence with a figure or a rule that fires.

        A reason's `claim` is its sentence's place among the badges.
        """
        archive = _Archive(self._links, self._series, now)
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
        archive: _Archive,
        *,
        own: bool = False,
    ) -> Case:
        document = said.document
        if own:
            periods = described(said.evidence, judged_on(document))
            mine = [Evidenced(period=period, claim=said.index) for period in periods]
            evidenced = newer_of([evidenced, *mine])
        regular, releases = archive.regularity(said.carriers)
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
            threshold=self._threshold,
        )

    def _question(self, text: str, document: Document) -> Question:
        dated = judged_on(document)
        valid = document.content.valid_as_of
        day = None if dated is None else judged_as_of(text, dated, valid)
        return Question(text=text, volatility=self._volatility(text, day))


def _summarised(document: Document, reading: Reading) -> Evidenced | None:
    summary = [
        (place, span.of(document.text))
        for place, span in enumerate(reading.sentences)
        if span in reading.summary
    ]
    return evidenced_by(document.title, document, summary)
