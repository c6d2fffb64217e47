"""History: which version of which document stood when, so that the archive can be read as of then.

The order of what was written is that of the ledger's generations; the clock may be set back, and
several things may be written at one instant.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, insert, select

from assistant.ledger import schema
from assistant.ledger.documents import chunks

_OF_THE_DOCUMENT = ("version", "state", "audience", "kind", "url_key", "publisher_key")
_KEPT = (*_OF_THE_DOCUMENT, "links")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something is written: the instant, and the generation that the ledger moves on to."""

    at: datetime
    generation: int


def note(connection: Connection, document_ids: Sequence[str], moment: Moment) -> None:
    """Keeps how documents stand from this moment on, where that differs from before.

    For whoever writes what is served of a document, or a link of it: in the same transaction, and
    after it.
    """
    d, h = schema.documents.c, schema.history
    standing = select(d.id, *(d[name] for name in _OF_THE_DOCUMENT))
    latest = (
        select(*(h.c[name] for name in _KEPT))
        .where(h.c.document_id == bindparam("id"))
        .order_by(h.c.id.desc())
        .limit(1)
    )
    for chunk in chunks(document_ids):
        links = _links(connection, chunk)
        for row in connection.execute(standing.where(d.id.in_(chunk))).mappings().all():
            now = {**row, "links": json.dumps(links.get(row["id"], []), ensure_ascii=False)}
            document_id = now.pop("id")
            before = connection.execute(latest, {"id": document_id}).mappings().first()
            if before is None or dict(before) != now:
                connection.execute(
                    insert(h).values(
                        document_id=document_id,
                        at=exactly(moment.at),
                        written=moment.generation,
                        **now,
                    )
                )


def exactly(instant: datetime) -> str:
    """As a version's `retrieved_on` is written: of two of them, the later one sorts after."""
    return instant.astimezone(UTC).isoformat()


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(schema.history)).scalar_one()


def _links(
    connection: Connection, document_ids: Sequence[str]
) -> dict[str, list[tuple[str, str, str | None]]]:
    n = schema.links.c
    rows = connection.execute(
        select(n.document_id, n.relation, n.target, n.set_by)
        .where(n.document_id.in_(document_ids))
        .order_by(n.document_id, n.relation, n.target)
    ).all()
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append((row.relation, row.target, row.set_by))
    return found
