"""A page of which the archive has no words of its own, as the source document that it would be.

Of a digest the page itself is only captured. What a refresh quotes of it must stand in a document
with offsets: one beside the digest, "ID-page", which is written when the refresh is published. The
digest keeps its address, so that markers lead to it as before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from assistant.ingest.entries import FigureReader, entry_of
from assistant.ingest.identity import slug
from assistant.ledger.ledger import Ledger
from assistant.ledger.writing import Entry
from assistant.types import Content, Document, Section, Source, Span

_END = "-page"


def page_of(
    ledger: Ledger, source: Source, held: Document | None, check: Document, text: str
) -> Document | None:
    """What a page says now: the version that holds it, else the one that is to be written.

    None where it may not be written: its document was withdrawn or erased.
    """
    named = _id(source, held)
    standing = ledger.documents.standing(named)
    if standing is not None:
        if standing.state != "active":
            return None
        last = ledger.documents.version(named, standing.version)
        if last.kind != "source_document":
            return None
        if last.text == text:
            return last
    return Document(
        id=named,
        version=standing.version + 1 if standing else 1,
        audience=held.audience if held else check.audience,
        content=_content(source, held, text),
        retrieved_on=datetime(1970, 1, 1, tzinfo=UTC),
    )


def entry_of_page(page: Document, figures: FigureReader) -> Entry:
    """Without an address by which it is found: what cites it names its id."""
    entry = entry_of(
        page.content,
        document_id=page.id,
        audience=page.audience,
        fingerprint=sha256(f"page {page.id} {page.text}".encode()).hexdigest(),
        origin=page.content.url or page.id,
        figures=figures,
    )
    return replace(entry, url_key=None)


def _id(source: Source, held: Document | None) -> str:
    if held is not None:
        return held.id if held.id.endswith(_END) else held.id + _END
    parts = urlsplit(source.url or "")
    return slug(f"{parts.hostname} {parts.path} {parts.query}") + _END


def _content(source: Source, held: Document | None, text: str) -> Content:
    """Its date is not known: that of the digest is another's."""
    return Content(
        kind="source_document",
        title=(held.title if held else source.title) or source.url or "A page",
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
        publisher=(held.content.publisher if held else None) or source.publisher,
        language=held.content.language if held else None,
        url=source.url,
    )
