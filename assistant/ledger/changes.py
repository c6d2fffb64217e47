"""Changes: what became of fact-checks since they were first seen, oldest first, for feeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from assistant.ledger import database, schema
from assistant.ledger.documents import DocumentState, seen_by
from assistant.types import Audience

Body = dict[str, Any]
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
class Held:
    """What the archive holds of a document right now, inside a transaction."""

    version: int
    state: DocumentState
    note: str | None


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

    def noted(self, within: Connection) -> dict[str, Noted]:
        """How every document was last seen to stand, by its id."""
        rows = within.execute(select(schema.noted)).mappings()
        return {row["document_id"]: Noted(**{**row, "notice": bool(row["notice"])}) for row in rows}

    def held(self, within: Connection) -> dict[str, Held]:
        """Every document by its id, with no cache between: what is noted of it must be true."""
        d = schema.documents.c
        rows = within.execute(select(d.id, d.version, d.state, d.note))
        return {row.id: Held(version=row.version, state=row.state, note=row.note) for row in rows}

    def note(self, seen: Sequence[Noted], within: Connection) -> None:
        """Keeps how documents stand, in the place of what was known; thousands in one go."""
        if not seen:
            return
        n = schema.noted
        within.execute(
            delete(n).where(n.c.document_id == bindparam("id")),
            [{"id": each.document_id} for each in seen],
        )
        within.execute(
            insert(n),
            [
                {
                    "document_id": each.document_id,
                    "version": each.version,
                    "state": each.state,
                    "notice": int(each.notice),
                    "checked_on": each.checked_on,
                }
                for each in seen
            ],
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
        """What became of fact-checks, the newest first.

        A document that is internal by now is for internal readers only.
        """
        c, d = schema.changes, schema.documents.c
        query = (
            select(c)
            .join(schema.documents, d.id == c.c.document_id)
            .where(c.c.audience.in_(seen_by(audience)), d.audience.in_(seen_by(audience)))
            .where(d.kind == "fact_check")
            .order_by(c.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        if kinds:
            query = query.where(c.c.kind.in_(kinds))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return [Change(**{**row, "body": json.loads(row["body"])}) for row in rows]

    def since_answer(
        self, answer_id: str, kinds: tuple[ChangeKind, ...], within: Connection
    ) -> list[Change]:
        """What became of the documents that an answer cites from its moment on, oldest first."""
        c, a, cites = schema.changes, schema.answers.c, schema.answer_citations.c
        made = select(a.created_at).where(a.id == answer_id)
        moment = datetime.fromisoformat(within.execute(made).scalar_one())
        rows = within.execute(
            select(c)
            .where(
                c.c.document_id.in_(select(cites.document_id).where(cites.answer_id == answer_id))
            )
            .where(c.c.at >= database.stamp(moment), c.c.kind.in_(kinds))
            .order_by(c.c.id)
        ).mappings()
        return [Change(**{**row, "body": json.loads(row["body"])}) for row in rows]

    def erase(self, connection: Connection, document_id: str, cut: Callable[[Body], Body]) -> None:
        """Deletes what was said of a document; `cut` takes it out of what was said of others."""
        for table in (schema.changes, schema.noted):
            connection.execute(delete(table).where(table.c.document_id == document_id))
        c = schema.changes.c
        for row in connection.execute(select(c.id, c.body)).all():
            body = json.loads(row.body)
            left = cut(body)
            if left != body:
                values = {"body": json.dumps(left, ensure_ascii=False)}
                connection.execute(update(schema.changes).where(c.id == row.id).values(values))
