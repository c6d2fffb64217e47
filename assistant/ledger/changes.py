"""Changes: what became of fact-checks since they were first seen, oldest first, for feeds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, delete, insert, select

from assistant.ledger import database, schema
from assistant.ledger.documents import seen_by
from assistant.types import Audience

ChangeKind = Literal["stale", "corrected", "withdrawn", "refreshed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """How a document was last seen to stand. `state` is that of its freshness, or withdrawn."""

    document_id: str
    version: int
    state: str
    notice: bool
    checked_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a document on a day. `body` says why: title, url, notice, reasons.

    stale: it is shown with a notice now. corrected: a newer document corrects it. withdrawn: it is
    not answered from any more. refreshed: somebody checked it again. changed: its words did.
    """

    id: int = 0
    at: str
    document_id: str
    version: int
    audience: Audience
    kind: ChangeKind
    state: str
    body: Mapping[str, Any] = field(default_factory=dict)


class Changes:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def noted(self) -> dict[str, Noted]:
        """How every document was last seen to stand, by its id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.noted)).mappings()
            return {
                row["document_id"]: Noted(**{**row, "notice": bool(row["notice"])}) for row in rows
            }

    def note(self, seen: Noted, within: Connection) -> None:
        """Keeps how a document stands, in the place of what was known."""
        n = schema.noted
        within.execute(delete(n).where(n.c.document_id == seen.document_id))
        within.execute(
            insert(n).values(
                document_id=seen.document_id,
                version=seen.version,
                state=seen.state,
                notice=int(seen.notice),
                checked_on=seen.checked_on,
            )
        )

    def add(self, change: Change, within: Connection) -> int:
        """Its id: feed readers know it by that."""
        done = within.execute(
            insert(schema.changes).values(
                at=change.at,
                document_id=change.document_id,
                version=change.version,
                audience=change.audience,
                kind=change.kind,
                state=change.state,
                body=json.dumps(dict(change.body), ensure_ascii=False),
            )
        )
        return int(done.lastrowid)

    def newest(
        self,
        limit: int = 100,
        offset: int = 0,
        audience: Audience = "public",
        kinds: tuple[ChangeKind, ...] = (),
    ) -> list[Change]:
        """The newest first. A document that is internal by now is for internal readers only."""
        c, d = schema.changes, schema.documents.c
        query = (
            select(c)
            .join(schema.documents, d.id == c.c.document_id)
            .where(c.c.audience.in_(seen_by(audience)), d.audience.in_(seen_by(audience)))
            .order_by(c.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        if kinds:
            query = query.where(c.c.kind.in_(kinds))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return [Change(**{**row, "body": json.loads(row["body"])}) for row in rows]

    def forget_before(self, instant: datetime) -> int:
        """Deletes what happened before an instant; how many."""
        with database.writing(self._engine) as connection:
            return connection.execute(
                delete(schema.changes).where(schema.changes.c.at < database.stamp(instant))
            ).rowcount

    def erase(self, connection: Connection, document_id: str) -> None:
        """Deletes everything that was said of a document."""
        for table in (schema.changes, schema.noted):
            connection.execute(delete(table).where(table.c.document_id == document_id))
