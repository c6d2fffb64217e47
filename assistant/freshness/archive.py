"""What the archive knows of the documents that are judged, as of one day: each looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from assistant.freshness.cases import Said
from assistant.freshness.clocks import known
from assistant.freshness.facts import (
    Carrier,
    Cited,
    DocumentLinks,
    FiguresOf,
    Keyed,
    Links,
    RatedAlso,
    Rival,
    Rivals,
    Series,
    Sources,
    SourceState,
    Verdicts,
)
from assistant.freshness.keys.compare import distinct, is_wording, relation, rivalry
from assistant.freshness.series import Cadence, Release, cadence
from assistant.types import Document, Figure


def no_links(document_id: str) -> DocumentLinks:
    return DocumentLinks()


def no_series(document: Document) -> Sequence[Release]:
    return ()


def no_rivals(figure: Figure) -> Sequence[tuple[Document, Figure]]:
    return ()


def no_figures(document: Document) -> Sequence[Figure]:
    return ()


def no_sources(document: Document) -> Mapping[int, SourceState]:
    return {}


def no_carrier(state: SourceState, sentence: str) -> str | None:
    return None


def no_verdicts(document: Document) -> Sequence[RatedAlso]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """What a judge asks of the archive: plain functions without side effects."""

    links: Links
    series: Series
    rivals: Rivals
    figures_of: FiguresOf
    sources: Sources
    carrier: Carrier
    verdicts: Verdicts


class Archive:
    """The answers to one judgement's questions: nothing is looked up twice in it."""

    def __init__(self, lookups: Lookups, now: date) -> None:
        self.links = cache(lookups.links)
        self._lookups = lookups
        self.now = now
        self._regular: dict[str, tuple[Cadence | None, tuple[Release, ...]]] = {}
        self._figures: dict[str, Sequence[Figure]] = {}
        self._sources: dict[str, Mapping[int, SourceState]] = {}
        self._rated: dict[str, tuple[RatedAlso, ...]] = {}

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
        series = self._lookups.series(document)
        releases = tuple(r for r in series if known(r.published_on, self.now))
        return cadence(document.content.cadence, releases), releases

    def rated(self, document: Document) -> tuple[RatedAlso, ...]:
        """The verdicts of others on the claims that it rates."""
        if not document.content.verdicts:
            return ()
        if document.id not in self._rated:
            self._rated[document.id] = tuple(self._lookups.verdicts(document))
        return self._rated[document.id]

    def keyed(self, said: Said) -> tuple[Keyed, ...]:
        """The figures of a sentence that something in the archive rivals."""
        document = said.document
        if document.id not in self._figures:
            self._figures[document.id] = self._lookups.figures_of(document)
        figures = self._figures[document.id]
        here = [f for f in figures if any(s.start <= f.span.start < s.end for s in said.spans)]
        found = [_rivalled(figure, document, figures, self._lookups) for figure in here]
        return tuple(each for each in found if each is not None)

    def cited(self, said: Said) -> tuple[Cited, ...]:
        """The sources of a sentence of which something is known; of a source, itself."""
        document = said.document
        numbers = said.markers if document.kind == "fact_check" else (0,)
        if not numbers:
            return ()
        if document.id not in self._sources:
            self._sources[document.id] = self._lookups.sources(document)
        states = self._sources[document.id]
        return tuple(self._quoted(states[n], said) for n in numbers if n in states)

    def _quoted(self, state: SourceState, said: Said) -> Cited:
        if state.then is None or state.now is None or state.then == state.now:
            return Cited(state=state)
        words = self._lookups.carrier(state, said.text) if state.n else said.quote
        return Cited(state=state, quote=words or None)


def _rivalled(
    figure: Figure, document: Document, own: Sequence[Figure], lookups: Lookups
) -> Keyed | None:
    """The figure with those of other documents that are of a later period or of another value.

    What its own document gives beside it rivals nothing: where that has a later period, the figure
    stands as a comparison, and of another value that it gives too it knows.
    """
    if figure.period_last is None:
        return None
    others = [each for each in lookups.rivals(figure) if each[0].id != document.id]
    wordings = distinct((figure, *(each for _, each in others if is_wording(figure, each))))
    near = [(other, theirs, rivalry(wordings, theirs)) for other, theirs in others]
    later = [each for each in near if each[2] == "later"]
    if any(relation(figure, each) == "later" for each in own if later):
        later = []
    restated = [
        each
        for each in near
        if each[2] == "restated" and not any(relation(each[1], mine) == "same" for mine in own)
    ]
    found = [
        *(Rival(relation="later", document=each[0], figure=each[1]) for each in later),
        *(Rival(relation="restated", document=each[0], figure=each[1]) for each in restated),
    ]
    return Keyed(figure=figure, rivals=tuple(found)) if found else None
