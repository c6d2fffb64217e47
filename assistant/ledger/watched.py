"""Watched sources: how each was found to stand, when to look again, and what it said before."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from json import dumps, loads

from sqlalchemy import Connection, Engine, RowMapping, func, insert, or_, select, update

from assistant.ledger import database, schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A source that is looked at again. Instants and days are ISO 8601 in UTC.

    `gone_on` and `unreachable_on` are the days from which it counts as such; the `..._first` fields
    say since when it looks so. What has come back has neither.
    """

    url_key: str
    url: str
    next_at: str | None = None
    looked_at: str | None = None
    """The last look, whatever came of it."""
    seen_at: str | None = None
    """The last look that found it there."""
    first_at: str | None = None
    """The first look that found it there."""
    status: int | None = None
    """The last HTTP status; None when nothing answered."""
    problem: str | None = None
    """What went wrong at the last look, in one sentence; None when nothing did."""
    refused: bool = False
    """The last look was kept out, which says nothing of the source."""
    gone_first: str | None = None
    gone_on: str | None = None
    failing_first: str | None = None
    unreachable_on: str | None = None
    moved_to: str | None = None
    retracted_on: str | None = None
    retraction: str | None = None
    """What its own notice or its DOI says of a retraction or correction."""
    corrected: bool = False
    """It is a correction: what was checked after `retracted_on` knew of it."""
    noted: str | None = None
    """A correction without a date that stood there already at the first look."""
    doi: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    """The hash of the bytes that it last answered with."""
    listed: str | None = None
    """What a feed or sitemap said of its last change when it was read from there."""
    looks: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a source said from a look on. `text` is None where a document's version holds it."""

    n: int
    at: str
    written: int
    digest: str
    text: str | None = None
    document_id: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An active document, as far as it says what is to be watched."""

    document_id: str
    version: int
    kind: str
    audience: str
    url_key: str | None
    title: str
    url: str | None
    cites: tuple[tuple[str, str | None], ...]
    """The addresses in its list of sources, with their titles."""


def hash_of(url_key: str) -> str:
    """By which an erased page is known again without its address being kept."""
    return sha256(url_key.encode()).hexdigest()


_JUDGED = ("gone_on", "unreachable_on", "retracted_on", "retraction", "corrected")
_COLUMNS = ("url_key", "url", "next_at")
_BODY = tuple(each.name for each in fields(Watch) if each.name not in _COLUMNS)


class Watched:
    """What a judge reads again and again is cached until something is written here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writes = 0
        self._judged = 0
        self._known = lru_cache(maxsize=10_000)(self._read)
        self._captured = lru_cache(maxsize=64)(self._read_captures)

    @property
    def writes(self) -> int:
        """Counts up when what was judged by sources before may hold no longer."""
        return self._judged

    def get(self, url_key: str) -> Watch | None:
        return self._known(self._writes, url_key)

    def all(self) -> list[Watch]:
        """Every watched source, by its canonical URL."""
        w = schema.watched
        with self._engine.connect() as connection:
            return [
                _watch(row)
                for row in connection.execute(select(w).order_by(w.c.url_key)).mappings()
            ]

    def due(self, now: datetime, limit: int) -> list[Watch]:
        """Those whose time has come, the longest overdue first; the never seen before all."""
        w = schema.watched
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(w)
                .where(or_(w.c.next_at.is_(None), w.c.next_at <= database.stamp(now)))
                .order_by(w.c.next_at.is_not(None), w.c.next_at, w.c.url_key)
                .limit(limit)
            ).mappings()
            return [_watch(row) for row in rows]

    def put(self, watch: Watch, within: Connection | None = None) -> None:
        """Keeps how a source stands, in the place of what was known of it."""
        before = self.get(watch.url_key) or Watch(url_key=watch.url_key, url=watch.url)
        w = schema.watched
        values = {
            "url": watch.url,
            "next_at": watch.next_at,
            "body": dumps({name: asdict(watch)[name] for name in _BODY}, ensure_ascii=False),
        }
        with database.writing(self._engine, within) as connection:
            known = connection.execute(select(w.c.url_key).where(w.c.url_key == watch.url_key))
            if known.first():
                connection.execute(update(w).where(w.c.url_key == watch.url_key).values(**values))
            else:
                connection.execute(insert(w).values(url_key=watch.url_key, **values))
        judged = any(getattr(before, name) != getattr(watch, name) for name in _JUDGED)
        self.forget_cache(judged=judged)

    def captures(self, url_key: str) -> tuple[Capture, ...]:
        """What it said, oldest first: one for each time that its words changed."""
        return self._captured(self._writes, url_key)

    def capture(
        self,
        url_key: str,
        digest: str,
        now: datetime,
        generation: int,
        within: Connection,
        *,
        text: str | None = None,
        version: tuple[str, int] | None = None,
    ) -> None:
        """Keeps what it says from now on: as `text`, or as a (document id, version)."""
        c = schema.captures
        last = select(func.max(c.c.n)).where(c.c.url_key == url_key)
        document_id, number = version or (None, None)
        within.execute(
            insert(c).values(
                url_key=url_key,
                n=(within.execute(last).scalar() or 0) + 1,
                at=database.stamp(now),
                written=generation,
                digest=digest,
                text=text,
                document_id=document_id,
                version=number,
            )
        )
        self.forget_cache()

    def erased(self, within: Connection | None = None) -> frozenset[str]:
        """The hashes of the addresses whose words were erased."""
        found = select(schema.erased_pages.c.hash)
        if within is not None:
            return frozenset(within.execute(found).scalars())
        with self._engine.connect() as connection:
            return frozenset(connection.execute(found).scalars())

    def subjects(self) -> list[Subject]:
        """The active documents that may name an address to look at, by id."""
        d, v = schema.documents.c, schema.versions.c
        content = [func.json_extract(v.content, f"$.{key}") for key in ("title", "url", "sources")]
        here = (v.document_id == d.id) & (v.version == d.version)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.id, d.version, d.kind, d.audience, d.url_key, *content)
                .join_from(schema.documents, schema.versions, here)
                .where(d.state == "active")
                .order_by(d.id)
            ).all()
        return [_subject(*row) for row in rows]

    def written(
        self, document_id: str, within: Connection, version: int | None = None
    ) -> tuple[int, int, datetime]:
        """(version, generation, instant) of a version as it was written, the current one unless
        named."""
        d, v = schema.documents.c, schema.versions.c
        number = select(d.version).where(d.id == document_id).scalar_subquery()
        row = within.execute(
            select(v.version, v.written, v.retrieved_on)
            .where(v.document_id == document_id)
            .where(v.version == (number if version is None else version))
        ).one()
        return row.version, row.written, datetime.fromisoformat(row.retrieved_on)

    def forget_cache(self, judged: bool = True) -> None:
        self._writes += 1
        self._judged += judged
        self._known.cache_clear()
        self._captured.cache_clear()

    def _read(self, _writes: int, url_key: str) -> Watch | None:
        w = schema.watched
        with self._engine.connect() as connection:
            row = connection.execute(select(w).where(w.c.url_key == url_key)).mappings().first()
        return _watch(row) if row else None

    def _read_captures(self, _writes: int, url_key: str) -> tuple[Capture, ...]:
        c = schema.captures
        columns = [c.c[each.name] for each in fields(Capture)]
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*columns).where(c.c.url_key == url_key).order_by(c.c.n)
            ).mappings()
            return tuple(Capture(**row) for row in rows)


def _watch(row: RowMapping) -> Watch:
    body = loads(row["body"])
    known = {name: body[name] for name in _BODY if name in body}
    return Watch(url_key=row["url_key"], url=row["url"], next_at=row["next_at"], **known)


def _subject(
    document_id: str,
    version: int,
    kind: str,
    audience: str,
    url_key: str | None,
    title: str | None,
    url: str | None,
    sources: str | None,
) -> Subject:
    listed = loads(sources) if sources else []
    return Subject(
        document_id=document_id,
        version=version,
        kind=kind,
        audience=audience,
        url_key=url_key,
        title=title or "",
        url=url,
        cites=tuple((each["url"], each.get("title")) for each in listed if each.get("url")),
    )
