"""Bytes and a name become documents: the right reader for each, and the limits of all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Literal

from assistant.errors import Unreadable
from assistant.ingest.normalise import what_binary
from assistant.ingest.rows import Row, read_rows
from assistant.types import Content, Kind

__all__ = [
    "MAX_BYTES",
    "READABLE_SUFFIXES",
    "READER_VERSION",
    "Row",
    "is_candidate",
    "read",
    "read_each",
    "read_file",
    "read_path",
    "read_rows",
]

READER_VERSION = 1
"""Counts up when the same bytes would give another Content: what was read before is read again."""

MAX_BYTES = 64 * 1024 * 1024
"""No file but JSON Lines, which is read by rows, may be larger."""

Format = Literal["markdown", "html", "pdf", "text", "rows", "json"]

_SUFFIXES: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".txt": "text",
    ".text": "text",
    ".jsonl": "rows",
    ".ndjson": "rows",
    ".json": "json",
    ".jsonld": "json",
}
READABLE_SUFFIXES = frozenset(_SUFFIXES)

_MEDIA_TYPES: dict[str, Format] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "text/markdown": "markdown",
    "text/plain": "text",
    "application/json": "json",
    "application/ld+json": "json",
    "application/jsonl": "rows",
    "application/x-ndjson": "rows",
}
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b",
    re.I | re.S,
)
_CLUTTER = {"thumbs.db", "desktop.ini"}


def is_candidate(path: PurePath) -> bool:
    """Should a mirror of a folder read this file? `path` is relative to the folder.

    Hidden files, editors' back-ups and the README.md that explains the folder are left out. All
    else is tried, so that what can't be read is reported and never passed over in silence.
    """
    if any(part.startswith(".") for part in path.parts) or path.name.endswith("~"):
        return False
    if len(path.parts) == 1 and path.name.lower() == "readme.md":
        return False
    return path.name.lower() not in _CLUTTER


def read(
    data: bytes, name: str, *, kind: Kind | None = None, media_type: str | None = None
) -> Iterator[Content]:
    """The documents in `data`, mostly one. `name` is a file name or URL, for its suffix and errors.

    `kind` overrules what the bytes say; `media_type` is a Content-Type header, for bytes from the
    web. Raises Unreadable at the first part that can't be read; `read_each` goes on behind it.
    """
    for row in read_each(data, name, kind=kind, media_type=media_type):
        if isinstance(row.content, Unreadable):
            raise row.content
        yield row.content


def read_each(
    data: bytes, name: str, *, kind: Kind | None = None, media_type: str | None = None
) -> Iterator[Row]:
    """Like `read`, but a part that can't be read (or the whole) is a Row with its Unreadable."""
    try:
        form = format_of(data, name, media_type)
        if form == "rows":
            yield from read_rows(io.BytesIO(data), kind)
        elif form == "json":
            from assistant.ingest.claimreview import read_feed

            yield from read_feed(data, name, kind)
        else:
            yield Row(number=1, content=_reader(form, media_type)(data, name, kind))
    except Unreadable as error:
        yield Row(number=1, content=error)


def read_path(path: Path, *, kind: Kind | None = None) -> Iterator[Row]:
    """The documents in a file. JSON Lines is streamed and may be of any size."""
    if _SUFFIXES.get(path.suffix.lower()) == "rows":
        try:
            with path.open("rb") as stream:
                yield from read_rows(stream, kind)
        except OSError as error:
            yield Row(number=1, content=_os_error(path, error))
        return
    try:
        data = read_file(path)
    except Unreadable as error:
        yield Row(number=1, content=error)
        return
    yield from read_each(data, path.name, kind=kind)


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of at most MAX_BYTES; its size is checked before it is read.

    Raises Unreadable.
    """
    try:
        if not path.is_file():
            raise Unreadable(f"{path.name} is not a regular file: only files are read")
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(path.name)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _os_error(path, error) from error
    if len(data) > MAX_BYTES:
        raise _too_large(path.name)
    return data


def _too_large(name: str) -> Unreadable:
    return Unreadable(
        f"{name} is larger than {MAX_BYTES // 2**20} MB: split it, or give it as JSON Lines"
    )


def _os_error(path: Path, error: OSError) -> Unreadable:
    why = error.strerror or type(error).__name__
    return Unreadable(f"{path.name} can't be opened ({why}): check the file and its permissions")


def format_of(data: bytes, name: str, media_type: str | None) -> Format:
    """Content goes before the media type, and that before the suffix. Raises Unreadable."""
    if not data.strip():
        raise Unreadable(f"{name} is empty: fill it in or remove it")
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    suffix = PurePath(name).suffix.lower()
    media = (media_type or "").split(";")[0].strip().lower()
    form = _MEDIA_TYPES.get(media) or _SUFFIXES.get(suffix)
    if form == "pdf":
        what = what_binary(data) or "something else"
        raise Unreadable(f"{name} is named a PDF but is {what}: export it as PDF again")
    if form != "json" and form != "rows" and _HTML_START.match(data[:4096]):
        return "html"
    if form:
        return form
    known = ", ".join(sorted(READABLE_SUFFIXES))
    if kind_of_file := what_binary(data):
        raise Unreadable(
            f"{name} is {kind_of_file}, which is not read: convert it to one of {known}"
        )
    raise Unreadable(f"{name} has the unknown suffix {suffix!r}: rename or convert it ({known})")


def _reader(form: Format, media_type: str | None) -> Callable[[bytes, str, Kind | None], Content]:
    """Imported when first needed: the readers of HTML and PDF are heavy."""
    if form == "html":
        from assistant.ingest.html import HtmlReader

        return HtmlReader(media_type=media_type)
    if form == "pdf":
        from assistant.ingest.pdf import read_pdf

        return read_pdf
    if form == "markdown":
        from assistant.ingest.markdown import read_markdown

        return read_markdown
    from assistant.ingest.plain import read_plain

    return read_plain
