"""The second hop for the whole archive: does each source hold what its marker stands for?

Walks every marked sentence of every fact-check. Whether a source holds a sentence is judged in
`answering/sources/holding.py`; this page finds the sources and turns what is found into a report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.answering.citations import (
    clause_before,
    document_sentences,
    markers,
    strip_markers,
)
from assistant.answering.language.scopes import placed
from assistant.answering.language.text import MARKER
from assistant.answering.language.values import Value
from assistant.answering.sources.holding import Marked, Objection, objections
from assistant.answering.sources.marked import Part
from assistant.answering.support.grounds import Ground, ground, stems
from assistant.ingest.urls import canonical_url
from assistant.ledger.ledger import Ledger
from assistant.ports import ProgressSink, SentenceSplitter
from assistant.types import Audience, Document, Source, Span

Kind = Literal["unsupported", "number_differs", "dead_marker", "source_gone"]
Resolver = Callable[[Source, Audience], Document | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """Markers of a sentence that don't hold what it claims. `sentence` is a span of `document`,
    `nearest` of `source`."""

    kind: Kind
    document: Document
    sentence: Span
    claimed: str
    numbers: tuple[int, ...]
    listed: Source | None = None
    source: Document | None = None
    nearest: Span | None = None
    reasons: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Audited:
    """Counts, and the findings in the order of the documents' ids and of their text."""

    documents: int = 0
    sentences: int = 0
    markers: int = 0
    held: int = 0
    not_in_archive: int = 0
    findings: list[AuditFinding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Markers side by side and the words before them that they stand for."""

    numbers: tuple[int, ...]
    claimed: str


class Auditor:
    def __init__(self, ledger: Ledger, resolve: Resolver, sentences: SentenceSplitter) -> None:
        self._ledger = ledger
        self._resolve = resolve
        self._sentences = sentences

    def audit(self, audience: Audience, progress: ProgressSink | None = None) -> Audited:
        """Every marker of every fact-check that this audience may read.

        What the audience may not read counts as not in the archive.
        """
        checks = sorted(self._ledger.documents.active(audience, "fact_check"), key=lambda d: d.id)
        shelf = _Shelf(self._ledger, self._resolve, self._sentences, audience)
        report = Audited(documents=len(checks))
        for done, document in enumerate(checks, start=1):
            _Reading(document, shelf, report).run()
            if progress:
                progress(done, len(checks), document.id)
        return report


class _Shelf:
    """The sources of the archive, each made ready once, and why some no longer stand."""

    def __init__(
        self, ledger: Ledger, resolve: Resolver, sentences: SentenceSplitter, audience: Audience
    ) -> None:
        self.sentences = sentences
        self._ledger = ledger
        self._resolve = resolve
        self._audience = audience
        self._grounds: dict[tuple[str, int], Ground] = {}
        self._withdrawn = _withdrawn(ledger, audience)

    def ground(self, source: Source) -> Ground | None:
        document = self._resolve(source, self._audience)
        if document is None:
            return None
        key = document.id, document.version
        if key not in self._grounds:
            self._grounds[key] = ground(document, self.sentences)
        return self._grounds[key] if self._grounds[key].said else None

    def gone(self, source: Source) -> str | None:
        """Why a source no longer stands, in one sentence; None where it does."""
        url = canonical_url(source.url) if source.url else None
        watch = self._ledger.watched.get(url) if url else None
        if watch and watch.retracted_on:
            why = f": {watch.retraction}" if watch.retraction else ""
            return f"its source was retracted or corrected on {watch.retracted_on}{why}"
        if watch and watch.gone_on:
            return f"its source is gone from its address since {watch.gone_on}"
        note = self._withdrawn.get(url or "") or self._withdrawn.get(source.document_id or "")
        return f"its source was withdrawn: {note}" if note else None


def _withdrawn(ledger: Ledger, audience: Audience) -> dict[str, str]:
    """The notes of withdrawn documents by their ids and addresses."""
    notes = {}
    for each in ledger.documents.listed(audience):
        if each.state == "withdrawn":
            url = ledger.documents.version(each.id, each.version).content.url
            note = each.note or "no reason is given"
            notes[each.id] = note
            if url:
                notes[canonical_url(url)] = note
    return notes


class _Reading:
    """One fact-check, read from its first marked sentence to its last."""

    def __init__(self, document: Document, shelf: _Shelf, report: Audited) -> None:
        self._document = document
        self._shelf = shelf
        self._report = report
        self._listed = {source.n: source for source in document.content.sources}
        self._broken: dict[int, AuditFinding] = {}
        self._times: dict[int, int] = {}

    def run(self) -> None:
        first = len(self._report.findings)
        before: tuple[Value, ...] = ()
        for span in document_sentences(self._document, self._shelf.sentences):
            text = span.of(self._document.text)
            plain = strip_markers(text)
            here = tuple(figure.value for figure in placed(plain))
            marked = list(groups(text))
            self._report.sentences += bool(marked)
            for group in marked:
                self._group(span, group, (*before, *here))
            before = here
        self._report.findings += self._of_lines()
        self._report.findings[first:] = sorted(
            self._report.findings[first:], key=lambda each: (each.sentence, each.numbers)
        )

    def _group(self, sentence: Span, group: _Group, near: tuple[Value, ...]) -> None:
        self._report.markers += len(group.numbers)
        held: list[tuple[int, Ground]] = []
        for n in group.numbers:
            source = self._listed.get(n)
            why = self._shelf.gone(source) if source else _DEAD
            if why:
                self._line(n, sentence, group, source, why)
            elif (found := self._shelf.ground(source) if source else None) is None:
                self._report.not_in_archive += 1
            else:
                held.append((n, found))
        if not held:
            return
        part = Part(text=group.claimed, near=near)
        against = objections(
            Marked(
                part=part,
                sources=tuple(held),
                subject=stems(self._document.title),
                complete=len(held) == len(group.numbers),
            )
        )
        self._report.held += len(held) - len({n for each in against for n in each.numbers})
        self._report.findings += [self._finding(sentence, group, each) for each in against]

    def _finding(self, sentence: Span, group: _Group, against: Objection) -> AuditFinding:
        source = against.ground.document
        listed = next(
            (
                self._listed[n]
                for n in against.numbers
                if self._shelf.ground(self._listed[n]) is against.ground
            ),
            None,
        )
        return AuditFinding(
            kind=against.kind,
            document=self._document,
            sentence=sentence,
            claimed=group.claimed,
            numbers=against.numbers,
            listed=listed,
            source=source,
            nearest=against.nearest,
            reasons=against.reasons,
        )

    def _line(self, n: int, sentence: Span, group: _Group, source: Source | None, why: str) -> None:
        """A marker whose line in the list is what must be mended: told once, not per sentence."""
        self._times[n] = self._times.get(n, 0) + 1
        self._broken.setdefault(
            n,
            AuditFinding(
                kind="source_gone" if source else "dead_marker",
                document=self._document,
                sentence=sentence,
                claimed=group.claimed,
                numbers=(n,),
                listed=source,
                reasons=(why,),
            ),
        )

    def _of_lines(self) -> Iterator[AuditFinding]:
        for n, finding in self._broken.items():
            more = self._times[n] - 1
            extra = (f"{more} more sentence{'s' * (more > 1)} cite it",) if more else ()
            yield replace(finding, reasons=(*finding.reasons, *extra))


_DEAD = "the list of sources has no line for it"


def groups(sentence: str) -> Iterator[_Group]:
    """The groups of markers of a sentence; those with nothing but markers between them are one."""
    found: list[tuple[list[int], int, int]] = []
    for n, start, end in markers(sentence):
        if found and not re.search(r"\w", MARKER.sub("", sentence[found[-1][2] : start])):
            if n not in found[-1][0]:
                found[-1][0].append(n)
            found[-1] = (found[-1][0], found[-1][1], end)
        else:
            found.append(([n], start, end))
    for numbers, start, _ in found:
        if claimed := clause_before(sentence, start):
            yield _Group(numbers=tuple(numbers), claimed=claimed)
