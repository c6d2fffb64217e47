"""Where documents come from: the places of each mirrored source, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, func, select, text

from assistant.ledger import schema
from assistant.types import Audience


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """`root` is a mirrored folder, file or URL, `path` a file in it, `item` a document in that."""

    root: str
    path: str
    item: str = ""

    @property
    def origin(self) -> str:
        """The place as one string: what a document is named after for good."""
        return f"{self.root}\n{self.path}\n{self.item}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What stands at a place: the document, and the bytes and options that it was read from."""

    document_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A path that could not be read, with what is wrong and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InQuarantine:
    """What is in quarantine: of which mirrored source, and since which run."""

    root: str
    path: str
    reason: str
    at: str


class Places:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_root(self, root: str) -> dict[Place, Placed]:
        p = schema.places
        with self._engine.connect() as connection:
            rows = connection.execute(select(p).where(p.c.root == root)).all()
        return {
            Place(root=row.root, path=row.path, item=row.item): Placed(
                document_id=row.document_id, fingerprint=row.fingerprint
            )
            for row in rows
        }

    def of_document(self, document_id: str) -> list[Place]:
        p = schema.places
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(p).where(p.c.document_id == document_id).order_by(p.c.root, p.c.path)
            ).all()
        return [Place(root=row.root, path=row.path, item=row.item) for row in rows]

    def put(self, connection: Connection, placed: Iterable[tuple[Place, Placed]]) -> None:
        rows = [
            {
                "root": place.root,
                "path": place.path,
                "item": place.item,
                "document_id": at.document_id,
                "fingerprint": at.fingerprint,
            }
            for place, at in placed
        ]
        if rows:
            connection.execute(
                text(
                    "insert or replace into places (root, path, item, document_id, fingerprint) "
                    "values (:root, :path, :item, :document_id, :fingerprint)"
                ),
                rows,
            )

    def drop(self, connection: Connection, places: Sequence[Place]) -> None:
        p = schema.places
        for place in places:
            connection.execute(
                delete(p).where(
                    p.c.root == place.root, p.c.path == place.path, p.c.item == place.item
                )
            )

    def orphans(self, connection: Connection) -> list[str]:
        """Active documents that no place holds any longer."""
        d, p = schema.documents, schema.places
        return list(
            connection.execute(
                select(d.c.id)
                .where(d.c.state == "active", ~d.c.id.in_(select(p.c.document_id)))
                .order_by(d.c.id)
            ).scalars()
        )

    def set_quarantine(
        self, connection: Connection, root: str, items: Sequence[Quarantined], now: datetime
    ) -> None:
        """Replaces what is in quarantine for a root."""
        q = schema.quarantine
        connection.execute(delete(q).where(q.c.root == root))
        stamp = now.astimezone(UTC).isoformat(timespec="seconds")
        rows = {item.path: item.reason for item in items}
        if rows:
            connection.execute(
                q.insert(),
                [
                    {"root": root, "path": path, "reason": reason, "at": stamp}
                    for path, reason in rows.items()
                ],
            )

    def quarantined(self) -> list[Quarantined]:
        q = schema.quarantine
        with self._engine.connect() as connection:
            rows = connection.execute(select(q).order_by(q.c.root, q.c.path)).all()
        return [Quarantined(path=row.path, reason=row.reason) for row in rows]

    def held(self, audience: Audience) -> list[InQuarantine]:
        """What is in quarantine, the newest first.

        Nobody could read whom such a file is for. So a public reader sees what lies in sources
        whose documents are all public (and at least one is), and nothing else.
        """
        q, p, d = schema.quarantine, schema.places, schema.documents
        roots = select(p.c.root).join(d, d.c.id == p.c.document_id).distinct()
        query = select(q).order_by(q.c.at.desc(), q.c.root, q.c.path)
        if audience == "public":
            query = query.where(q.c.root.in_(roots.where(d.c.audience == "public")))
            query = query.where(~q.c.root.in_(roots.where(d.c.audience != "public")))
        with self._engine.connect() as connection:
            return [InQuarantine(**row) for row in connection.execute(query).mappings()]

    def count_quarantined(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.count()).select_from(schema.quarantine)
            ).scalar_one()
