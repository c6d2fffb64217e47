"""JSON Lines: a document per row, {"_id", "title", "text", "date"?, "url"?}, other keys unread.

Rows are read one by one, so that memory does not grow with the file, and each stands for itself:
a bad row is told apart and the rest goes in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from assistant.errors import Unreadable
from assistant.ingest import dates, plain
from assistant.ingest.blocks import Block, compose, short_title
from assistant.ingest.build import build
from assistant.ingest.normalise import decode_utf8, normalise, one_line
from assistant.types import Content, Kind

MAX_ROW_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One document of a file that may hold many. `number` is its line or place, from 1."""

    number: int
    content: Content | Unreadable


def read_rows(stream: BinaryIO, kind: Kind | None = None) -> Iterator[Row]:
    """Every row that is not blank, in order; no row is kept."""
    for number, line in _lines(stream):
        if isinstance(line, Unreadable):
            yield Row(number=number, content=line)
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            try:
                yield Row(number=number, content=read_row(line, f"row {number}", kind))
            except Unreadable as error:
                yield Row(number=number, content=error)


def read_row(line: bytes, name: str, kind: Kind | None = None) -> Content:
    """The document of one row; `name` says in errors which row it is. Raises Unreadable."""
    row = _object(line, name)
    document_id = _string(row, "_id", name)
    if document_id and not document_id.isprintable():
        raise Unreadable(f"{name} has an _id with unprintable characters: use plain ones")
    title = one_line(_string(row, "title", name) or "")
    content = _content(title, normalise(_string(row, "text", name) or ""), name, kind)
    date = _string(row, "date", name)
    return replace(
        content,
        document_id=document_id or None,
        url=one_line(_string(row, "url", name) or "") or None,
        published_on=(dates.parse(date, "row") if date else None) or content.published_on,
    )


def _content(title: str, text: str, name: str, kind: Kind | None) -> Content:
    if kind == "fact_check":
        return build(
            name=name,
            title=title or short_title(text.split("\n", 1)[0]),
            blocks=plain.text_blocks(text),
            kind=kind,
            infer_headings=True,
        )
    if not any(ch.isalnum() for ch in title + text):
        raise Unreadable(f"{name} has neither title nor text: fill it in or remove the row")
    composed = compose(title, [Block(text=text)] if text else [])
    return Content(
        kind=kind or "source_document",
        title=title or short_title(text.split("\n", 1)[0]),
        text=composed.text,
        sections=composed.sections,
    )


def _object(line: bytes, name: str) -> dict[str, object]:
    try:
        row = json.loads(decode_utf8(line, name))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not JSON ({error}): write one object on one line") from error
    if not isinstance(row, dict):
        raise Unreadable(
            f'{name} is not an object: write {{"_id": ..., "title": ..., "text": ...}}'
        )
    return row


def _string(row: dict[str, object], key: str, name: str) -> str | None:
    value = row.get(key)
    if value is None or isinstance(value, str):
        return value.strip() if value else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unreadable(f"{name} has a {key} that is not text: write it as a string")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | Unreadable]]:
    number = 0
    while line := stream.readline(MAX_ROW_BYTES + 1):
        number += 1
        if len(line) <= MAX_ROW_BYTES:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_ROW_BYTES)
        limit = MAX_ROW_BYTES // 2**20
        yield number, Unreadable(f"row {number} is longer than {limit} MB: split its text")
