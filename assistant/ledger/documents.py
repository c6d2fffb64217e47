"""Documents, their versions and passages: what the archive holds and what it may still say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, Select, bindparam, exists, func, select, text

from assistant.errors import Gone, NotFound
from assistant.ledger import codec, schema
from assistant.types import Audience, Document, Kind, Passage, Revision, Span

DocumentState = Literal["active", "removed", "withdrawn", "erased"]

T = TypeVar("T")

Relation = Literal["supersedes", "corrects"]

SLICE = 500  # rows named in one statement: SQLite bounds the variables of a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a document stands, whether or not it may be shown."""

    id: str
    state: DocumentState
    version: int
    audience: Audience
    fingerprint: str
    origin: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document in a list: one that is served, or that was withdrawn, with its note."""

    id: str
    version: int
    kind: Kind
    audience: Audience
    state: DocumentState
    title: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A version as it was written, with the passages that now stand for its document.

    There are none when the document is withdrawn: nothing of it may be found.
    """

    document: Document
    passages: tuple[Passage, ...]


_revised = exists().where(schema.revisions.c.document_id == schema.versions.c.document_id)
_VERSION = (
    select(schema.versions, schema.documents.c.audience, _revised.label("revised"))
    .join(schema.documents, schema.documents.c.id == schema.versions.c.document_id)
    .where(
        schema.versions.c.document_id == bindparam("id"),
        schema.versions.c.version == bindparam("version"),
    )
)
_REVISIONS = (
    select(schema.revisions)
    .where(schema.revisions.c.document_id == bindparam("id"))
    .order_by(schema.revisions.c.version.desc())
)
_STANDING = select(schema.documents).where(schema.documents.c.id == bindparam("id"))
_BY_FINGERPRINT = (
    select(schema.documents)
    .where(schema.documents.c.fingerprint == bindparam("fingerprint"))
    .order_by(schema.documents.c.id)
)


def _served() -> Select[Any]:
    """Passages by id, with their words, of the current versions of active documents."""
    p, d, v = schema.passages, schema.documents, schema.versions
    words = func.substr(v.c.text, p.c.start + 1, p.c.end - p.c.start).label("words")
    return (
        select(p, words)
        .join(d, (d.c.id == p.c.document_id) & (d.c.version == p.c.version))
        .join(v, (v.c.document_id == p.c.document_id) & (v.c.version == p.c.version))
        .where(d.c.state == "active", p.c.id.in_(bindparam("ids", expanding=True)))
    )


_SERVED_TO: dict[Audience, Select[Any]] = {
    "internal": _served(),
    "public": _served().where(schema.documents.c.audience == "public"),
}
"""Built once: a question would spend more time on building them than the database on them."""


class Documents:
    """Every version stays; only `erase` takes words away.

    What a question reads again and again is cached for as long as nothing is written. The count of
    writes is part of every key: a reader that was overtaken by a write keeps what it read under a
    key that nobody asks for any more.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writes = 0
        self._version = lru_cache(maxsize=1024)(self._load)
        self._standings = lru_cache(maxsize=10_000)(self._read_standing)
        self._addresses = lru_cache(maxsize=10_000)(self._read_by_url)
        self._links = lru_cache(maxsize=10_000)(self._read_linked)
        self._publishers = lru_cache(maxsize=256)(self._read_of_publisher)
        self._listed = lru_cache(maxsize=1)(self._read_listed)

    # --- reading ----------------------------------------------------------------------------------

    @property
    def writes(self) -> int:
        """Counts up with every write: what was made of the documents before may hold no longer."""
        return self._writes

    def listed(self, audience: Audience) -> list[Listed]:
        """Every document that is served or was withdrawn, by title, for those who may read it."""
        return [each for each in self._listed(self._writes) if may_read(audience, each.audience)]

    def standing(self, document_id: str) -> Standing | None:
        return self._standings(self._writes, document_id)

    def with_fingerprint(self, fingerprint: str) -> Standing | None:
        """The document that was read from these bytes with these options; the first by id."""
        named = {"fingerprint": fingerprint}
        with self._engine.connect() as connection:
            row = connection.execute(_BY_FINGERPRINT, named).mappings().first()
        return _standing(row) if row else None

    def get(
        self, document_id: str, version: int | None = None, audience: Audience = "internal"
    ) -> Document:
        """A version (the current one unless named) that this audience may read.

        Raises NotFound for what isn't there or isn't for this audience, Gone for what was
        withdrawn, removed or erased, with its public note.
        """
        standing = self.standing(document_id)
        if standing is None or not may_read(audience, standing.audience):
            raise NotFound(f"no document {document_id!r}")
        if standing.state != "active":
            note = f": {standing.note}" if standing.note else ""
            raise Gone(f"document {document_id!r} was {standing.state}{note}")
        return self.version(document_id, version or standing.version)

    def version(self, document_id: str, version: int) -> Document:
        """A version whatever its document's state. Raises NotFound."""
        document = self._version(self._writes, document_id, version)
        if document is None:
            raise NotFound(f"no version {version} of document {document_id!r}")
        return document

    def written(self, document_id: str, version: int, within: Connection) -> Document:
        """A version as a transaction that is still open sees it. Raises NotFound."""
        document = _read_version(within, document_id, version)
        if document is None:
            raise NotFound(f"no version {version} of document {document_id!r}")
        return document

    def versions(self, document_id: str) -> list[Document]:
        """Every version that is kept, oldest first; none of an erased document."""
        v = schema.versions.c
        query = select(v.version).where(v.document_id == document_id).order_by(v.version)
        with self._engine.connect() as connection:
            numbers = connection.execute(query).scalars().all()
        return [self.version(document_id, number) for number in numbers]

    def active(self, audience: Audience, kind: Kind | None = None) -> list[Document]:
        """The current version of every document that this audience may read, by id."""
        table = schema.documents
        where = [table.c.state == "active"]
        if audience == "public":
            where.append(table.c.audience == "public")
        if kind:
            where.append(table.c.kind == kind)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(table.c.id, table.c.version).where(*where).order_by(table.c.id)
            ).all()
        return [self.version(row.id, row.version) for row in rows]

    def rated(self, limit: int, offset: int = 0) -> list[Document]:
        """The active public fact-checks that hold a verdict, by id."""
        d, v = schema.documents, schema.versions
        verdicts = func.json_array_length(v.c.content, "$.verdicts")
        query = (
            select(d.c.id, d.c.version)
            .join(v, (v.c.document_id == d.c.id) & (v.c.version == d.c.version))
            .where(d.c.state == "active", d.c.audience == "public", d.c.kind == "fact_check")
            .where(verdicts > 0)
            .order_by(d.c.id)
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [self.version(row.id, row.version) for row in rows]

    def by_url(self, url_key: str, audience: Audience) -> Document | None:
        """The active document of a canonical URL; the first by id when several share it."""
        for document_id, version, readers in self._addresses(self._writes, url_key):
            if may_read(audience, readers):
                return self.version(document_id, version)
        return None

    def of_publisher(self, publisher: str, kind: Kind, limit: int) -> list[Document]:
        """The active documents of a publisher, whatever the case of its name; the last by id."""
        known = self._publishers(self._writes, publisher_key(publisher), kind, limit)
        return [self.version(document_id, version) for document_id, version in known]

    def linked_to(self, document: Document, relation: Relation) -> list[Document]:
        """The active documents that say of themselves that they replace this one, by id."""
        known = self._links(self._writes, document.id, relation)
        return [self.version(document_id, version) for document_id, version in known]

    def passages(self, ids: Sequence[int], audience: Audience) -> dict[int, Passage]:
        """The passages of `ids` that stand for active documents this audience may read."""
        query = _SERVED_TO[audience]
        found: dict[int, Passage] = {}
        with self._engine.connect() as connection:
            for chunk in chunks(ids):
                for row in connection.execute(query, {"ids": chunk}).mappings():
                    found[row["id"]] = passage_of(row, row["words"])
        return found

    def passages_of(self, document_id: str) -> Written | None:
        """The current version with its passages; None when nothing of it may be found."""
        standing = self.standing(document_id)
        if standing is None or standing.state != "active":
            return None
        document = self.version(document_id, standing.version)
        p = schema.passages
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(p)
                .where(p.c.document_id == document_id, p.c.version == standing.version)
                .order_by(p.c.id)
            ).mappings()
            passages = tuple(
                passage_of(row, document.text[row["start"] : row["end"]]) for row in rows
            )
        return Written(document=document, passages=passages)

    def served(self) -> list[tuple[str, Audience, int]]:
        """(document id, audience, passage id) of all that may be found, in that order."""
        d, p = schema.documents.c, schema.passages
        query = (
            select(d.id, d.audience, p.c.id.label("passage_id"))
            .join(p, (p.c.document_id == d.id) & (p.c.version == d.version))
            .where(d.state == "active")
            .order_by(d.id, p.c.id)
        )
        with self._engine.connect() as connection:
            return [(row.id, row.audience, row.passage_id) for row in connection.execute(query)]

    def passage_ids(self, document_id: str) -> list[int]:
        """The ids of the passages of every version."""
        p = schema.passages
        with self._engine.connect() as connection:
            return list(
                connection.execute(select(p.c.id).where(p.c.document_id == document_id)).scalars()
            )

    def counts(self) -> dict[str, int]:
        d, p, v = schema.documents, schema.passages, schema.versions
        current = select(func.count()).select_from(
            p.join(d, (d.c.id == p.c.document_id) & (d.c.version == p.c.version))
        )
        with self._engine.connect() as connection:
            return {
                "documents": connection.execute(
                    select(func.count()).select_from(d).where(d.c.state == "active")
                ).scalar_one(),
                "versions": connection.execute(select(func.count()).select_from(v)).scalar_one(),
                "passages": connection.execute(current.where(d.c.state == "active")).scalar_one(),
            }

    def forget_cache(self) -> None:
        """After every write; `Ledger.transaction` sees to it."""
        self._writes += 1
        for cache in (
            self._version,
            self._standings,
            self._addresses,
            self._links,
            self._publishers,
            self._listed,
        ):
            cache.cache_clear()

    def compact(self) -> None:
        """Leaves no deleted page behind in the database file or its write-ahead log."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum"))
            connection.execute(text("pragma wal_checkpoint(truncate)"))

    def _read_standing(self, _writes: int, document_id: str) -> Standing | None:
        with self._engine.connect() as connection:
            row = connection.execute(_STANDING, {"id": document_id}).mappings().first()
        return _standing(row) if row else None

    def _read_listed(self, _writes: int) -> tuple[Listed, ...]:
        d, v = schema.documents, schema.versions
        title = func.json_extract(v.c.content, "$.title").label("title")
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.c.id, d.c.version, d.c.kind, d.c.audience, d.c.state, d.c.note, title)
                .join(v, (v.c.document_id == d.c.id) & (v.c.version == d.c.version))
                .where(d.c.state.in_(("active", "withdrawn")))
            ).mappings()
            found = [Listed(**{**row, "title": row["title"] or ""}) for row in rows]
        return tuple(sorted(found, key=lambda each: (each.title.casefold(), each.id)))

    def _read_by_url(self, _writes: int, url_key: str) -> tuple[tuple[str, int, str], ...]:
        d = schema.documents
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.c.id, d.c.version, d.c.audience)
                .where(d.c.url_key == url_key, d.c.state == "active")
                .order_by(d.c.id)
            ).all()
        return tuple((row.id, row.version, row.audience) for row in rows)

    def _read_of_publisher(
        self, _writes: int, publisher: str | None, kind: Kind, limit: int
    ) -> tuple[tuple[str, int], ...]:
        d = schema.documents
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.c.id, d.c.version)
                .where(d.c.publisher_key == publisher)
                .where(d.c.state == "active", d.c.kind == kind)
                .order_by(d.c.id.desc())
                .limit(limit)
            ).all()
        return tuple((row.id, row.version) for row in rows)

    def _read_linked(
        self, _writes: int, document_id: str, relation: Relation
    ) -> tuple[tuple[str, int], ...]:
        d, n = schema.documents, schema.links
        address = select(d.c.url_key).where(d.c.id == document_id).scalar_subquery()
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.c.id, d.c.version)
                .join(n, n.c.document_id == d.c.id)
                .where((n.c.target == document_id) | (n.c.target == address))
                .where(n.c.relation == relation)
                .where(d.c.state == "active", d.c.id != document_id)
                .distinct()
                .order_by(d.c.id)
            ).all()
        return tuple((row.id, row.version) for row in rows)

    def _load(self, _writes: int, document_id: str, version: int) -> Document | None:
        with self._engine.connect() as connection:
            return _read_version(connection, document_id, version)


def _read_version(connection: Connection, document_id: str, version: int) -> Document | None:
    named = {"id": document_id, "version": version}
    row = connection.execute(_VERSION, named).mappings().first()
    if row is None:
        return None
    # Few documents were ever revised, and thousands of versions are read in a round.
    said = connection.execute(_REVISIONS, {"id": document_id}).mappings() if row["revised"] else ()
    return Document(
        id=document_id,
        version=version,
        audience=row["audience"],
        content=codec.parse(row["content"], row["text"]),
        retrieved_on=datetime.fromisoformat(row["retrieved_on"]),
        revisions=tuple(map(revision_of, said)),
    )


def revision_of(row: RowMapping) -> Revision:
    return Revision(
        kind=row["kind"],
        version=row["version"],
        replaces=row["replaces"],
        at=row["at"],
        note=row["note"],
    )


def publisher_key(publisher: str | None) -> str | None:
    return publisher.casefold() if publisher else None


def may_read(audience: Audience, document: str) -> bool:
    """Internal readers see everything, public readers what is public."""
    return audience == "internal" or document == "public"


def seen_by(audience: Audience) -> tuple[Audience, ...]:
    """The audiences of what a reader may see."""
    return ("public", "internal") if audience == "internal" else ("public",)


def _standing(row: RowMapping) -> Standing:
    return Standing(
        id=row["id"],
        state=row["state"],
        version=row["version"],
        audience=row["audience"],
        fingerprint=row["fingerprint"],
        origin=row["origin"],
        note=row["note"],
    )


def passage_of(row: Mapping[str, object] | RowMapping, words: str) -> Passage:
    numbers = json.loads(str(row["sentences"]))
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return Passage(
        id=int(str(row["id"])),
        document_id=str(row["document_id"]),
        version=int(str(row["version"])),
        span=Span(start=int(str(row["start"])), end=int(str(row["end"]))),
        text=words,
        heading_path=tuple(json.loads(str(row["heading_path"]))),
        sentences=tuple(Span(start=start, end=end) for start, end in pairs),
    )


def chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(items), SLICE):
        yield items[start : start + SLICE]
