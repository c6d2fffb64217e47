"""Refreshes: each a job on one version of a fact-check, with what it found and what it proposes.

One refresh of a version is open at a time. A home has one owner, which works on a document for one
caller at a time: a refresh that is found `working` died and is taken up by the next who asks.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RowMapping, Select, insert, select, update

from assistant.errors import BadInput, NotFound
from assistant.ledger import database, schema

RefreshState = Literal["working", "proposed", "published", "rejected", "failed"]
RefreshOutcome = Literal["confirmed", "updated", "corrected", "withdrawn", "failed"]

OPEN: tuple[RefreshState, ...] = ("working", "proposed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A refresh as it is kept. `body` is JSON; instants are ISO 8601 in UTC."""

    id: str
    document_id: str
    version: int
    state: RefreshState
    at: str
    outcome: RefreshOutcome | None = None
    ended_at: str | None = None
    worker: str | None = None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshHead:
    """A refresh in a list: how it stands, without what it found."""

    id: str
    document_id: str
    state: RefreshState


class Refreshes:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, refresh_id: str, within: Connection | None = None) -> Kept:
        """Raises NotFound."""
        r = schema.refreshes
        found = self._first(select(r).where(r.c.id == refresh_id), within)
        if found is None:
            raise NotFound(f"no refresh {refresh_id!r}; `assistant refresh ID` makes one")
        return found

    def of_key(self, key: str) -> Kept | None:
        """The refresh that was asked for under this key of its caller's."""
        with self._engine.connect() as connection:
            return self._keyed(key, connection)

    def listed(
        self,
        document_id: str | None = None,
        *,
        open_only: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Kept]:
        """The newest first."""
        r = schema.refreshes
        query = select(r).order_by(r.c.at.desc(), r.c.id).limit(limit).offset(offset)
        if document_id is not None:
            query = query.where(r.c.document_id == document_id)
        if open_only:
            query = query.where(r.c.state.in_(OPEN))
        with self._engine.connect() as connection:
            return [_kept(row) for row in connection.execute(query).mappings()]

    def heads(self) -> list[RefreshHead]:
        """All of them, the open before the others, and the newest first among each."""
        r = schema.refreshes.c
        query = select(r.id, r.document_id, r.state).order_by(
            r.state.not_in(OPEN), r.at.desc(), r.id
        )
        with self._engine.connect() as connection:
            return [RefreshHead(**row) for row in connection.execute(query).mappings()]

    def begin(
        self,
        document_id: str,
        version: int,
        worker: str,
        now: datetime,
        key: str | None = None,
    ) -> tuple[Kept, bool]:
        """The open refresh of a version and whether `worker` has to do it now.

        The one that is open, or a new one. Who asks holds the document, so what is `working` was
        left by one that died, and is taken up. One under `key` is given back whatever became of it;
        raises BadInput for a key of another document's. `key` leads from now on to one that is
        worked on; where one is proposed, whoever asked has still to see whether that stands.
        """
        with database.writing(self._engine) as connection:
            if key and (asked := self._under(key, document_id, connection)):
                if asked.state == "working":
                    return self._take(asked, version, worker, connection), True
                return asked, False
            r = schema.refreshes
            query = select(r).where(r.c.document_id == document_id, r.c.version == version)
            query = query.where(r.c.state.in_(OPEN)).order_by(r.c.state.desc())  # working first
            known = self._first(query, connection)
            if known is None:
                return self._new(document_id, version, worker, now, key, connection), True
            if known.state == "working":
                self._lead(key, known.id, connection)
                return self._take(known, version, worker, connection), True
            return known, False

    def again(self, of: Kept, worker: str, now: datetime, key: str | None = None) -> Kept:
        """A second one, while the first still waits for an editor: its sources are looked at again,
        and whichever is not needed is closed."""
        with database.writing(self._engine) as connection:
            return self._new(of.document_id, of.version, worker, now, key, connection)

    def name(self, refresh_id: str, key: str) -> None:
        """Leads a key that led nowhere yet to it."""
        with database.writing(self._engine) as connection:
            self._lead(key, refresh_id, connection)

    def put(self, kept: Kept, within: Connection | None = None) -> None:
        """Keeps how it stands now."""
        r = schema.refreshes
        with database.writing(self._engine, within) as connection:
            connection.execute(
                update(r)
                .where(r.c.id == kept.id)
                .values(
                    state=kept.state,
                    outcome=kept.outcome,
                    ended_at=kept.ended_at,
                    worker=kept.worker,
                    body=json.dumps(kept.body, ensure_ascii=False),
                )
            )

    def drop(self, kept: Kept, instead: Kept) -> None:
        """One that found what another had found already: its keys lead to that one."""
        r, k = schema.refreshes, schema.refresh_keys
        with database.writing(self._engine) as connection:
            mine = k.c.refresh_id == kept.id
            connection.execute(update(k).where(mine).values(refresh_id=instead.id))
            connection.execute(r.delete().where(r.c.id == kept.id))

    def rewrite(
        self, within: Connection, change: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    ) -> None:
        """Every body as `change` makes it: for an erasure. None from it closes the refresh too."""
        r = schema.refreshes
        for row in within.execute(select(r)).mappings().all():
            kept = _kept(row)
            made = change(kept.body)
            if made is None:
                reason = "A source that it quoted was erased: refresh it again."
                stays = ("title", "by", "new_version", "checked_on")
                body = {name: kept.body[name] for name in stays if name in kept.body}
                state = "rejected" if kept.state in OPEN else kept.state
                made = {**body, "sources": [], "differences": [], "reason": reason}
                self.put(replace(kept, state=state, body=made), within)
            elif made != kept.body:
                self.put(replace(kept, body=made), within)

    # --- inside -----------------------------------------------------------------------------------

    def _under(self, key: str, document_id: str, connection: Connection) -> Kept | None:
        asked = self._keyed(key, connection)
        if asked is not None and asked.document_id != document_id:
            raise BadInput(
                "this Idempotency-Key was used for another document; use a new key for each"
            )
        return asked

    def _keyed(self, key: str, connection: Connection) -> Kept | None:
        r, k = schema.refreshes, schema.refresh_keys.c
        query = select(r).join(schema.refresh_keys, k.refresh_id == r.c.id).where(k.key == key)
        return self._first(query, connection)

    def _lead(self, key: str | None, refresh_id: str, connection: Connection) -> None:
        if key is not None:
            first = insert(schema.refresh_keys).prefix_with("or ignore")
            connection.execute(first.values(key=key, refresh_id=refresh_id))

    def _take(self, kept: Kept, version: int, worker: str, connection: Connection) -> Kept:
        taken = replace(kept, version=version, worker=worker)
        self.put(taken, connection)
        return taken

    def _new(
        self,
        document_id: str,
        version: int,
        worker: str,
        now: datetime,
        key: str | None,
        connection: Connection,
    ) -> Kept:
        kept = Kept(
            id=uuid.uuid4().hex,
            document_id=document_id,
            version=version,
            state="working",
            at=database.stamp(now),
            worker=worker,
            body={},
        )
        values = {each.name: getattr(kept, each.name) for each in schema.refreshes.columns}
        connection.execute(insert(schema.refreshes).values({**values, "body": "{}"}))
        self._lead(key, kept.id, connection)
        return kept

    def _first(self, query: Select[Any], within: Connection | None = None) -> Kept | None:
        if within is not None:
            row = within.execute(query).mappings().first()
        else:
            with self._engine.connect() as connection:
                row = connection.execute(query).mappings().first()
        return _kept(row) if row else None


def _kept(row: RowMapping) -> Kept:
    return Kept(**{**row, "body": json.loads(row["body"])})
