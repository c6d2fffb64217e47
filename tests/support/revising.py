"""A new version of a document as an editor publishes it: in one transaction, with its note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.ingest.passages import split
from assistant.ledger import database
from assistant.ledger.ledger import Ledger
from assistant.ledger.writing import Entry, write
from assistant.types import Content, Document, PartialDate, Revision, RevisionKind, Span

Told = Callable[[str, RevisionKind, int, str, Connection], None]
"""`Chronicle.revised`."""


def revise(
    ledger: Ledger,
    told: Told,
    document_id: str,
    kind: RevisionKind,
    words: tuple[str, str] = ("", ""),
    *,
    note: str = "The figure was wrong.",
    now: datetime,
    refresh_id: str | None = None,
) -> Document:
    """Publishes a version in which the second of `words` stands for the first, checked today."""
    old = ledger.documents.get(document_id)
    checked = PartialDate(value=str(now.date()), origin="editor")
    content = replace(_rewritten(old.content, *words), checked_on=checked)
    standing = ledger.documents.standing(document_id)
    assert standing is not None
    entry = Entry(
        document_id=document_id,
        audience=old.audience,
        content=content,
        fingerprint=standing.fingerprint,
        origin=standing.origin,
        url_key=None,
        pieces=tuple(split(content)),
        links=tuple(("corrects", target) for target in content.corrects),
    )
    with ledger.transaction() as within:
        (written,) = write(within, [entry], now)
        version = written.document.version
        revision = Revision(
            kind=kind, version=version, replaces=old.version, at=database.stamp(now), note=note
        )
        ledger.revisions.add(document_id, revision, refresh_id, within)
        told(document_id, kind, version, note, within)
    return ledger.documents.get(document_id)


def _rewritten(content: Content, old: str, new: str) -> Content:
    """With every section where it was, the one with the words longer or shorter by as much."""
    if not old:
        return content
    at = content.text.index(old)

    def moved(place: int) -> int:
        return place + len(new) - len(old) if place >= at + len(old) else place

    sections = tuple(
        replace(each, span=Span(start=moved(each.span.start), end=moved(each.span.end)))
        for each in content.sections
    )
    return replace(content, text=content.text.replace(old, new, 1), sections=sections)
