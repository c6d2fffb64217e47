"""Writing versions: in the caller's transaction, each document marked for the indexes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, text, update

from assistant.ledger import codec, figures, history, schema
from assistant.ledger.documents import (
    DocumentState,
    Relation,
    Written,
    chunks,
    passage_of,
    publisher_key,
)
from assistant.ledger.generations import bump
from assistant.ledger.history import Moment
from assistant.ledger.watched import hash_of
from assistant.types import Audience, Content, Document, Figure, PassageDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A new version of a document, ready to be written."""

    document_id: str
    audience: Audience
    content: Content
    fingerprint: str
    origin: str
    url_key: str | None
    pieces: tuple[PassageDraft, ...]
    links: tuple[tuple[Relation, str], ...] = ()
    """What it replaces: the other's id, or its canonical URL."""
    figures: tuple[Figure, ...] = ()


def write(connection: Connection, entries: Sequence[Entry], now: datetime) -> list[Written]:
    """Writes new versions in the caller's transaction; equal content makes no new version.

    All of them are of one generation: by it, not by the clock, versions are told to be of one
    moment, or the one earlier than the other.
    """
    if not entries:
        return []
    moment = Moment(at=now, generation=_mark_pending(connection, [e.document_id for e in entries]))
    return [_write_one(connection, entry, moment) for entry in entries]


def set_state(
    connection: Connection,
    document_ids: Iterable[str],
    state: DocumentState,
    now: datetime,
    note: str | None = None,
) -> None:
    ids = list(document_ids)
    if not ids:
        return
    for chunk in chunks(ids):
        connection.execute(
            update(schema.documents)
            .where(schema.documents.c.id.in_(chunk))
            .values(state=state, note=note)
        )
    history.note(connection, ids, Moment(at=now, generation=_mark_pending(connection, ids)))


def erase(connection: Connection, document_id: str) -> None:
    """Takes every word of every version away; a bare tombstone keeps the id from coming back.

    The caller rebuilds the indexes, cuts stored answers and compacts the file.
    """
    _forget_page(connection, document_id)
    r, k = schema.refreshes.c, schema.refresh_keys
    mine = select(r.id).where(r.document_id == document_id)
    connection.execute(delete(k).where(k.c.refresh_id.in_(mine)))
    for table in _OF_A_DOCUMENT:
        connection.execute(delete(table).where(table.c.document_id == document_id))
    connection.execute(delete(schema.places).where(schema.places.c.document_id == document_id))
    connection.execute(
        update(schema.documents)
        .where(schema.documents.c.id == document_id)
        .values(state="erased", note=None, url_key=None, publisher_key=None)
    )
    _mark_pending(connection, [document_id])


def _forget_page(connection: Connection, document_id: str) -> None:
    """What was kept of the pages at a document's addresses, former ones too, holds its words; and
    whoever cites one would have it looked at again."""
    d, h = schema.documents.c, schema.history.c
    now = select(d.url_key).where(d.id == document_id)
    before = select(h.url_key).where(h.document_id == document_id)
    for key in connection.execute(now.union(before)).scalars():
        if key is not None:
            _forget_address(connection, key)
            forget = insert(schema.erased_pages).prefix_with("or ignore")
            connection.execute(forget.values(hash=hash_of(key)))


def _forget_address(connection: Connection, key: str) -> None:
    """Its captures, and those of every other address at which the same words were read: one that
    leads there."""
    c, w = schema.captures.c, schema.watched.c
    said = select(c.digest).where(c.url_key == key)
    alike = select(c.url_key).where(c.digest.in_(said), c.text.is_not(None))
    moved_to = func.json_extract(w.body, "$.moved_to")
    moved = connection.execute(select(w.url_key, moved_to).where(moved_to.is_not(None)))
    led = {each for each, to in moved if _bare(to) == _bare(key)}
    for each in {key, *connection.execute(alike).scalars(), *led}:
        for table in (schema.captures, schema.watched):
            connection.execute(delete(table).where(table.c.url_key == each))


def _bare(url: str) -> str:
    return url.partition("://")[2].rstrip("/")


_OF_A_DOCUMENT = (
    schema.passages,
    schema.figure_words,
    schema.figures,
    schema.captures,
    schema.revisions,
    schema.refreshes,
    schema.labels,
    schema.history,
    schema.versions,
    schema.links,
)
"""What goes with a document that is erased; what others refer to comes last."""


def _write_one(connection: Connection, entry: Entry, moment: Moment) -> Written:
    table = schema.documents
    previous = (
        connection.execute(select(table).where(table.c.id == entry.document_id)).mappings().first()
    )
    body = codec.dump(entry.content)
    version = int(previous["version"]) if previous else 0
    same = previous is not None and _same(connection, entry, version, body)
    version = version if same else version + 1
    state, note = _state(entry, previous)
    values = {
        "kind": entry.content.kind,
        "audience": entry.audience,
        "version": version,
        "state": state,
        "note": note,
        "fingerprint": entry.fingerprint,
        "origin": entry.origin,
        "url_key": entry.url_key,
        "publisher_key": publisher_key(entry.content.publisher),
    }
    if previous:
        connection.execute(update(table).where(table.c.id == entry.document_id).values(**values))
    else:
        connection.execute(insert(table).values(id=entry.document_id, **values))
    _put_links(connection, entry)
    if not same:
        _insert_version(connection, entry, version, body, moment)
    elif _cut_differently(connection, entry, version):
        _replace_passages(connection, entry, version)
    figures.put(connection, entry.document_id, version, entry.figures)
    history.note(connection, [entry.document_id], moment)
    return _written(connection, entry, version, state, moment.at)


def _state(entry: Entry, previous: RowMapping | None) -> tuple[DocumentState, str | None]:
    """What the bytes say of a withdrawal; else an editor's withdrawal holds until it is undone."""
    if entry.content.withdrawn:
        return "withdrawn", entry.content.withdrawn
    if previous and previous["state"] == "withdrawn":
        return "withdrawn", previous["note"]
    return "active", None


def _insert_version(
    connection: Connection, entry: Entry, version: int, body: str, moment: Moment
) -> None:
    connection.execute(
        insert(schema.versions).values(
            document_id=entry.document_id,
            version=version,
            text=entry.content.text,
            content=body,
            retrieved_on=moment.at.astimezone(UTC).isoformat(),
            written=moment.generation,
        )
    )
    _insert_passages(connection, entry, version)


def _cut_differently(connection: Connection, entry: Entry, version: int) -> bool:
    """The text is the same, but a newer splitter makes other passages of it."""
    p = schema.passages
    rows = connection.execute(
        select(p.c.start, p.c.end)
        .where(p.c.document_id == entry.document_id, p.c.version == version)
        .order_by(p.c.id)
    ).all()
    return [tuple(row) for row in rows] != [
        (piece.span.start, piece.span.end) for piece in entry.pieces
    ]


def _replace_passages(connection: Connection, entry: Entry, version: int) -> None:
    p = schema.passages
    connection.execute(
        delete(p).where(p.c.document_id == entry.document_id, p.c.version == version)
    )
    _insert_passages(connection, entry, version)


def _insert_passages(connection: Connection, entry: Entry, version: int) -> None:
    rows = [
        {
            "document_id": entry.document_id,
            "version": version,
            "start": piece.span.start,
            "end": piece.span.end,
            "heading_path": json.dumps(piece.heading_path, ensure_ascii=False),
            "sentences": json.dumps([n for s in piece.sentences for n in (s.start, s.end)]),
        }
        for piece in entry.pieces
    ]
    if rows:
        connection.execute(insert(schema.passages), rows)


def _written(
    connection: Connection, entry: Entry, version: int, state: str, now: datetime
) -> Written:
    p = schema.passages
    rows = connection.execute(
        select(p)
        .where(p.c.document_id == entry.document_id, p.c.version == version)
        .order_by(p.c.id)
    ).mappings()
    text_ = entry.content.text
    return Written(
        document=Document(
            id=entry.document_id,
            version=version,
            audience=entry.audience,
            content=entry.content,
            retrieved_on=now,
        ),
        passages=tuple(
            passage_of(row, text_[row["start"] : row["end"]]) for row in rows if state == "active"
        ),
    )


def _put_links(connection: Connection, entry: Entry) -> None:
    table = schema.links
    mine = table.c.document_id == entry.document_id
    connection.execute(delete(table).where(mine, table.c.set_by.is_(None)))
    said = connection.execute(select(table.c.relation, table.c.target).where(mine)).all()
    by_editors = {(row.relation, row.target) for row in said}
    rows = [
        {"document_id": entry.document_id, "relation": relation, "target": target}
        for relation, target in dict.fromkeys(entry.links)
        if (relation, target) not in by_editors
    ]
    if rows:
        connection.execute(insert(table), rows)


def _same(connection: Connection, entry: Entry, version: int, body: str) -> bool:
    v = schema.versions
    row = connection.execute(
        select(v.c.text, v.c.content).where(
            v.c.document_id == entry.document_id, v.c.version == version
        )
    ).first()
    return row is not None and row.content == body and row.text == entry.content.text


def _mark_pending(connection: Connection, document_ids: Sequence[str]) -> int:
    """The new generation of the ledger."""
    statement = text("insert or ignore into pending (document_id) values (:id)")
    connection.execute(statement, [{"id": document_id} for document_id in document_ids])
    return bump(connection)
