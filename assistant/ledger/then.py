"""The ledger as it stood at an instant, read by the very code that reads it as it stands.

A connection is given tables of its own that stand in for the real ones: SQLite looks for a name
among a connection's own tables first. They show what had been written by then, and leave out what
was withdrawn or erased since, and what its readers may not see any more. Nothing can be written.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.ledger import database
from assistant.ledger.documents import Documents
from assistant.ledger.figures import Figures
from assistant.ledger.history import exactly
from assistant.ledger.labels import Labels
from assistant.ledger.lineage import Lineage
from assistant.ledger.rated import RatedClaims
from assistant.ledger.revisions import Revisions
from assistant.ledger.watched import Watched

_STOOD = """
create temp table stood as
  select h.document_id as id, h.version, h.state, h.audience, h.kind, h.url_key, h.publisher_key,
         h.links
  from main.history h join (
    select max(id) as id from main.history where at <= :cut group by document_id
  ) last on last.id = h.id;
create unique index temp.stood_id on stood (id);
create index temp.stood_url_key on stood (url_key);
create index temp.stood_publisher_key on stood (publisher_key);

create temp view documents as
  select d.id, s.kind, d.fingerprint, d.origin, s.version, d.note, s.url_key, s.publisher_key,
         case when d.audience = 'public' then s.audience else d.audience end as audience,
         case when d.state in ('withdrawn', 'erased') then d.state else s.state end as state
  from stood s join main.documents d on d.id = s.id;

create temp table links as
  select s.id as document_id, json_extract(l.value, '$[0]') as relation,
         json_extract(l.value, '$[1]') as target, json_extract(l.value, '$[2]') as set_by
  from stood s, json_each(s.links) l;
create index temp.links_target on links (target);
"""
"""What stands for whom: the last that was written of each document, among what had been by then."""

_WRITTEN = {
    "versions": "retrieved_on <= :cut",
    "captures": "at <= :cut",
    "revisions": "at <= :cut",
    "refreshes": "at <= :cut",
    "calibrations": "at <= :cut",
}
"""What is only ever added to: what had been by then is there still."""

_FOUND = ("gone_on", "unreachable_on", "retracted_on")
"""Days from which a watched source counts as such; those that were still to come are not known."""


class Readable(Protocol):
    """What answers are made from: the ledger as it stands, or as it stood."""

    @property
    def documents(self) -> Documents: ...

    @property
    def figures(self) -> Figures: ...

    @property
    def lineage(self) -> Lineage: ...

    @property
    def rated(self) -> RatedClaims: ...

    @property
    def watched(self) -> Watched: ...

    @property
    def revisions(self) -> Revisions: ...

    @property
    def labels(self) -> Labels: ...


class LedgerThen:
    """What answers are made from, as it stood at `instant` (with a time zone).

    For as long as nothing is written to the ledger at `path`: open it anew after a write.
    """

    def __init__(self, path: Path, instant: datetime) -> None:
        self.instant = instant
        self._cut = exactly(instant)
        self._engine = database.engine_on(path)
        event.listen(self._engine, "connect", self._look_back)
        self.documents = Documents(self._engine)
        self.figures = Figures(self._engine)
        self.lineage = Lineage(self._engine)
        self.rated = RatedClaims(self._engine)
        self.watched = Watched(self._engine)
        self.revisions = Revisions(self._engine)
        self.labels = Labels(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def _look_back(self, connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        connection.execute("pragma temp_store=memory")
        for statement in _statements(self._cut):
            connection.execute(statement)
        connection.execute("pragma query_only=on")


def _statements(cut: str) -> list[str]:
    """In which the instant is a word of SQL: a view takes no parameters."""
    views = [
        f"create temp view {name} as select * from main.{name} where {had_been}"
        for name, had_been in _WRITTEN.items()
    ]
    known = ", ".join(
        f"'$.{name}', case when json_extract(body, '$.{name}') <= :cut "
        f"then json_extract(body, '$.{name}') end"
        for name in _FOUND
    )
    views.append(
        "create temp view watched as select url_key, url, next_at, "
        f"json_set(body, {known}) as body from main.watched"
    )
    written = [*(each for each in _STOOD.split(";") if each.strip()), *views]
    return [each.replace(":cut", f"'{cut}'") for each in written]
