"""Documents that mirror a page of the web: what the page says now becomes their next version.

A document mirrors the page that it was ingested from, and so does a file most of whose sentences
stand on the page that it names. A digest of a page in other words is never overwritten by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from assistant.errors import Gone
from assistant.freshness.watch.words import digest, share_of, words_of
from assistant.ingest.batch import Batch
from assistant.ingest.entries import FigureReader, entry_of
from assistant.ingest.outline import Outline, said
from assistant.ingest.passages import sentences
from assistant.ingest.sources import Options, fingerprint_of
from assistant.ingest.urls import is_web
from assistant.ledger.documents import Standing
from assistant.ledger.ledger import Ledger
from assistant.ledger.places import Place, Placed
from assistant.ledger.watched import Capture
from assistant.types import Content, Document, Kind, PartialDate

MOSTLY = 0.6
"""A file mirrors a page when this much of its sentences stands there, word for word or but for
their numbers: a copy whose page has other figures is a copy all the same."""

_NUMBER = re.compile(r"\d[\d.,]*")
_MASKED = re.compile(r"\d(?:[\d.,]*\d)?")


class Pen(Protocol):
    """Takes a batch and returns once it is written: the Catalog."""

    def take(self, batch: Batch) -> None: ...

    def writing(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """A document and the page that it mirrors. `differs`: the page says something else."""

    document: Document
    standing: Standing
    pages: tuple[tuple[Place, Placed], ...]
    differs: bool


class Mirrors:
    def __init__(self, ledger: Ledger, pen: Callable[[], Pen], figures: FigureReader) -> None:
        self._ledger = ledger
        self._pen = pen
        self._figures = figures

    def of(self, document_id: str, page: Outline, last: Capture | None) -> Mirrored | None:
        """The document as a mirror of the page; None where it is a digest of it."""
        standing = self._ledger.documents.standing(document_id)
        if standing is None or standing.state != "active":
            return None
        document = self._ledger.documents.version(document_id, standing.version)
        pages = self._pages(document_id)
        own, words = said(document.content), words_of(page.text)
        if pages:
            differs = digest(own) != digest(page.text)
        else:
            told = [span.of(own) for span in sentences(own)]
            share, but_for_numbers = share_of(told, words), _share_masked(told, words)
            follows = last is not None and (last.document_id, last.version) == (
                document.id,
                document.version,
            )
            known_as_digest = last is not None and last.text is not None
            if known_as_digest or (max(share, but_for_numbers) < MOSTLY and not follows):
                return None
            # At the first look a file that all stands on the page may leave out what it likes.
            differs = digest(own) != digest(page.text) and (share < 1.0 or last is not None)
        return Mirrored(document=document, standing=standing, pages=pages, differs=differs)

    def write(
        self,
        mirrored: Mirrored,
        page: Outline,
        now: datetime,
        also: Callable[[Connection], None],
    ) -> None:
        """What the page says becomes the document's next version; the old ones stay.

        Raises Gone where the document has moved on since the page was read.
        """
        with self._pen().writing():
            document = mirrored.document
            standing = self._ledger.documents.standing(document.id)
            if standing is None or (standing.state, standing.version) != (
                "active",
                document.version,
            ):
                raise Gone(f"{document.id!r} is no longer what it was when its page was looked at")
            self._write(mirrored, page, now, also)

    def _write(
        self,
        mirrored: Mirrored,
        page: Outline,
        now: datetime,
        also: Callable[[Connection], None],
    ) -> None:
        document, standing = mirrored.document, mirrored.standing
        content = self._content(mirrored, page, now)
        placed = tuple(
            (place, Placed(document_id=document.id, fingerprint=self._print(content, known, held)))
            for place, known in mirrored.pages
            for held in [document.content]
        )
        fingerprint = placed[0][1].fingerprint if placed else standing.fingerprint
        entry = entry_of(
            content,
            document_id=document.id,
            audience=standing.audience,
            fingerprint=fingerprint,
            origin=standing.origin,
            figures=self._figures,
        )
        self._pen().take(Batch(entries=(entry,), placed=placed, at=now, also=also))

    def _pages(self, document_id: str) -> tuple[tuple[Place, Placed], ...]:
        """The places on the web that the document was read from."""
        places = [
            place for place in self._ledger.places.of_document(document_id) if is_web(place.path)
        ]
        return tuple((place, self._ledger.places.of_root(place.root)[place]) for place in places)

    def _content(self, mirrored: Mirrored, page: Outline, now: datetime) -> Content:
        held = mirrored.document.content
        number = int(mirrored.pages[0][0].item or 0) if mirrored.pages else 0
        found = page.contents[min(number, len(page.contents) - 1)]
        if mirrored.pages:
            dated = (
                held.published_on
                if held.published_on and held.published_on.origin == "feed"
                else None
            )
            return replace(
                found, kind=held.kind, url=held.url, published_on=found.published_on or dated
            )
        return _with_front_matter(found, held, now)

    def _print(self, content: Content, known: Placed, held: Content) -> str:
        """As the next `ingest` of the address will know it, so that it finds nothing to do."""
        return fingerprint_of(content, _options(known, held))


def _options(known: Placed, held: Content) -> Options:
    """What the caller of `ingest` said then, which is kept nowhere but in the fingerprint."""
    kinds: tuple[Kind | None, ...] = (None, held.kind)
    tried = [
        Options(kind=kind, audience=audience)
        for kind in kinds
        for audience in ("public", "internal")
    ]
    return next(
        (each for each in tried if fingerprint_of(held, each) == known.fingerprint), tried[0]
    )


def _with_front_matter(found: Content, held: Content, now: datetime) -> Content:
    """The page's words with what the file's author said about them.

    A date that lies ahead says nothing, so it takes no known date's place. Which time the figures
    describe is known no longer once the figures have changed.
    """
    same = _numbers(found.text) == _numbers(held.text)
    return replace(
        found,
        kind=held.kind,
        url=held.url,
        publisher=held.publisher or found.publisher,
        language=held.language or found.language,
        published_on=_not_ahead(found.published_on, now) or held.published_on,
        modified_on=_not_ahead(found.modified_on, now) or held.modified_on,
        valid_as_of=held.valid_as_of if same else None,
        valid_until=held.valid_until,
        cadence=held.cadence,
        supersedes=held.supersedes,
        corrects=held.corrects,
        document_id=held.document_id,
        audience=held.audience,
    )


def _share_masked(told: Sequence[str], words: str) -> float:
    """How much of some sentences stands in `words` whatever their numbers; one that is too short
    to be known by itself is known with those beside it."""
    masked = [_MASKED.sub("0", each) for each in told]
    page = _MASKED.sub("0", words)
    return share_of(masked, page) or share_of([" ".join(masked)], page)


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _not_ahead(given: PartialDate | None, now: datetime) -> PartialDate | None:
    return given if given and given.first <= now.date() else None
