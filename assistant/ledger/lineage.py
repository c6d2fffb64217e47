"""How documents came to stand as they do: what replaces what, what was withdrawn, when versions
were written.

Links are a document's own metadata or an editor's act. What is read again and again is cached for
as long as nothing is written: each method takes the documents' count of writes as part of its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from assistant.errors import BadInput, NotFound
from assistant.ledger import history, schema
from assistant.ledger.documents import Relation
from assistant.ledger.generations import number
from assistant.ledger.history import Moment
from assistant.types import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """An active document that is linked as replacing another."""

    relation: Relation
    document_id: str
    version: int
    set_by: str | None
    """The editor who said so; None: the document itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as it was written: `written` is the ledger's generation, by which order is told."""

    version: int
    written: int
    retrieved_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    document_id: str
    audience: Audience
    note: str | None
    on: date | None


_FOUND = ("gone_on", "unreachable_on", "retracted_on")


class Lineage:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._targets = lru_cache(maxsize=1)(self._read_targets)
        self._replacing = lru_cache(maxsize=10_000)(self._read_replacing)
        self._said = lru_cache(maxsize=4096)(self._read_said)
        self._touched = lru_cache(maxsize=1)(self._read_touched)
        self._reported = lru_cache(maxsize=1)(self._read_reported)
        self._versions = lru_cache(maxsize=4096)(self._read_versions)
        self._withdrawn = lru_cache(maxsize=1)(self._read_withdrawn)

    def replacing(
        self, document_id: str, url_key: str | None, writes: int
    ) -> tuple[Replacing, ...]:
        """What is linked as replacing a document, by its id or its canonical URL; by id."""
        targets = self._targets(writes)
        if document_id not in targets and url_key not in targets:
            return ()
        return self._replacing(document_id, url_key, writes)

    def versions(self, document_id: str, writes: int) -> tuple[Version, ...]:
        """Every version that is kept, oldest first."""
        return self._versions(document_id, writes)

    def touched(self, writes: int) -> frozenset[str]:
        """The ids and canonical URLs of documents that have changed, were withdrawn, or are linked
        to: of all others there is nothing to tell."""
        return self._touched(writes)

    def reported(self, watched_writes: int) -> frozenset[str]:
        """The canonical URLs of watched sources of which something was found."""
        return self._reported(watched_writes)

    def replaced_by_editors(
        self, document_id: str, writes: int
    ) -> tuple[tuple[Relation, str], ...]:
        """What editors said that a document replaces: the others' ids."""
        return self._said(document_id, writes)

    def withdrawn(self, name: str, writes: int) -> tuple[Withdrawal, ...]:
        """The withdrawals of the documents that have an id or a canonical URL; by id."""
        return self._withdrawn(writes).get(name, ())

    def _read_targets(self, _writes: int) -> frozenset[str]:
        with self._engine.connect() as connection:
            return frozenset(connection.execute(select(schema.links.c.target)).scalars())

    def _read_replacing(
        self, document_id: str, url_key: str | None, _writes: int
    ) -> tuple[Replacing, ...]:
        d, n = schema.documents.c, schema.links.c
        here = n.target.in_([each for each in (document_id, url_key) if each])
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(n.relation, d.id, d.version, func.max(n.set_by))
                .join(schema.documents, d.id == n.document_id)
                .where(here, d.state == "active", d.id != document_id)
                .group_by(n.relation, d.id, d.version)
                .order_by(n.relation, d.id)
            ).all()
        return tuple(
            Replacing(relation=relation, document_id=name, version=version, set_by=set_by)
            for relation, name, version, set_by in rows
        )

    def _read_said(self, document_id: str, _writes: int) -> tuple[tuple[Relation, str], ...]:
        n = schema.links.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(n.relation, n.target)
                .where(n.document_id == document_id, n.set_by.is_not(None))
                .order_by(n.relation, n.target)
            ).all()
        return tuple((row.relation, row.target) for row in rows)

    def _read_touched(self, _writes: int) -> frozenset[str]:
        d, n = schema.documents.c, schema.links.c
        linked = select(n.target)
        told = (d.version > 1) | (d.state == "withdrawn") | d.id.in_(linked) | d.url_key.in_(linked)
        with self._engine.connect() as connection:
            rows = connection.execute(select(d.id, d.url_key).where(told)).all()
        return frozenset(name for row in rows for name in row if name)

    def _read_reported(self, _writes: int) -> frozenset[str]:
        w = schema.watched.c
        body = {name: func.json_extract(w.body, f"$.{name}") for name in _FOUND}
        told = or_(
            func.json_extract(w.body, "$.changes") > 0,
            *(each.is_not(None) for each in body.values()),
        )
        with self._engine.connect() as connection:
            return frozenset(connection.execute(select(w.url_key).where(told)).scalars())

    def _read_versions(self, document_id: str, _writes: int) -> tuple[Version, ...]:
        v = schema.versions.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(v.version, v.written, v.retrieved_on)
                .where(v.document_id == document_id)
                .order_by(v.written, v.version)
            ).all()
        return tuple(
            Version(
                version=row.version,
                written=row.written,
                retrieved_on=datetime.fromisoformat(row.retrieved_on).date(),
            )
            for row in rows
        )

    def _read_withdrawn(self, _writes: int) -> Mapping[str, tuple[Withdrawal, ...]]:
        d, h = schema.documents.c, schema.history.c
        since = (
            select(func.max(h.at))
            .where(h.document_id == d.id, h.state == "withdrawn")
            .scalar_subquery()
        )
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.id, d.audience, d.url_key, d.note, since)
                .where(d.state == "withdrawn")
                .order_by(d.id)
            ).all()
        found: dict[str, tuple[Withdrawal, ...]] = {}
        for document_id, audience, url_key, note, at in rows:
            on = datetime.fromisoformat(at).date() if at else None
            each = Withdrawal(document_id=document_id, audience=audience, note=note, on=on)
            for name in {url_key, document_id} - {None}:
                found[name] = (*found.get(name, ()), each)
        return found


def link(
    connection: Connection, document_id: str, relation: Relation, target: str, by: str, at: datetime
) -> None:
    """An editor's act: the document replaces `target`, another document's id.

    Raises NotFound for a document that isn't there, BadInput where it would replace itself.
    """
    for each in (document_id, target):
        _must_stand(connection, each)
    if document_id == target or document_id in _replaced_by(connection, target):
        raise BadInput(
            f"{target!r} replaces {document_id!r} already; take that link back first"
            if document_id != target
            else f"{document_id!r} can't replace itself; name another document"
        )
    n = schema.links
    this = (n.c.document_id == document_id, n.c.relation == relation, n.c.target == target)
    connection.execute(delete(n).where(*this))  # what it says of itself counts less
    connection.execute(
        insert(n).values(document_id=document_id, relation=relation, target=target, set_by=by)
    )
    history.note(connection, [document_id], Moment(at=at, generation=number(connection)))


def unlink(
    connection: Connection, document_id: str, relation: Relation, target: str, at: datetime
) -> bool:
    """Takes an editor's link back; whether there was one.

    What the document says of itself stays: an editor who confirmed it takes only that back.
    """
    n = schema.links
    this = (n.c.document_id == document_id, n.c.relation == relation, n.c.target == target)
    by_editor = (*this, n.c.set_by.is_not(None))
    found = connection.execute(select(n.c.target).where(*by_editor)).first() is not None
    if not found:
        return False
    if _says_itself(connection, document_id, relation, target):
        connection.execute(update(n).where(*by_editor).values(set_by=None))
    else:
        connection.execute(delete(n).where(*by_editor))
    history.note(connection, [document_id], Moment(at=at, generation=number(connection)))
    return True


def _must_stand(connection: Connection, document_id: str) -> None:
    d = schema.documents.c
    state = connection.execute(select(d.state).where(d.id == document_id)).scalar()
    if state is None or state == "erased":
        raise NotFound(f"no document {document_id!r}")


def _replaced_by(connection: Connection, document_id: str) -> set[str]:
    """The ids of all that a document replaces, directly and by what it replaces."""
    n = schema.links.c
    found: set[str] = set()
    ahead = [document_id]
    while ahead:
        rows = connection.execute(
            select(n.target).where(n.document_id == ahead.pop(), n.set_by.is_not(None))
        ).scalars()
        new = [each for each in rows if each not in found]
        found.update(new)
        ahead += new
    return found


def _says_itself(connection: Connection, document_id: str, relation: Relation, target: str) -> bool:
    d, v = schema.documents.c, schema.versions.c
    says = func.json_extract(v.content, f"$.{relation}")
    row = connection.execute(
        select(says)
        .join(schema.documents, (d.id == v.document_id) & (d.version == v.version))
        .where(v.document_id == document_id)
    ).scalar()
    return row is not None and f'"{target}"' in row
