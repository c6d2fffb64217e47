"""Revisions: why a version took the place of another, as editors said it in public."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from assistant.ledger import codec, schema
from assistant.ledger.documents import revision_of
from assistant.types import Revision

TAKEN_OUT = "What was said here went with a document that was erased."


class Revisions:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, document_id: str, revision: Revision, refresh_id: str | None, within: Connection
    ) -> None:
        """In the transaction that writes the version itself, so that neither is without the
        other."""
        within.execute(
            insert(schema.revisions).values(
                document_id=document_id,
                version=revision.version,
                replaces=revision.replaces,
                kind=revision.kind,
                at=revision.at,
                note=revision.note,
                refresh_id=refresh_id,
            )
        )

    def erase(self, document_id: str, within: Connection) -> dict[str, str]:
        """Takes out the notes that tell of a document: what refreshes said that rested on it.

        Those notes, each by what it was and as the id of whose document it was: they stand in
        other tables too. Before the refreshes themselves are cut.
        """
        r, f = schema.revisions, schema.refreshes.c
        rows = within.execute(
            select(r.c.document_id, r.c.version, r.c.note, f.body).join(
                schema.refreshes, f.id == r.c.refresh_id
            )
        ).all()
        found: dict[str, str] = {}
        for row in rows:
            if _rests_on(json.loads(row.body), document_id):
                found[row.note] = row.document_id
                mine = (r.c.document_id == row.document_id, r.c.version == row.version)
                within.execute(update(r).where(*mine).values(note=TAKEN_OUT))
        return found

    def of_document(self, document_id: str) -> tuple[Revision, ...]:
        """The newest first."""
        r = schema.revisions
        query = select(r).where(r.c.document_id == document_id).order_by(r.c.version.desc())
        with self._engine.connect() as connection:
            return tuple(map(revision_of, connection.execute(query).mappings()))


def _rests_on(body: Any, document_id: str) -> bool:
    """Whether what a refresh said came from a document, or the page of which that is a digest: not
    where it is only among the sources that still say the same."""
    said = {name: each for name, each in body.items() if name != "sources"}
    named = {document_id, f"{document_id}-page"}
    return any(text in named for text in codec.strings(said))
