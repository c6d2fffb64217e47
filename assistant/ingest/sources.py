"""What stands in a folder, a file or at a URL, document by document, as it is now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import AssistantError, BadInput, Unreadable
from assistant.ingest.reading import (
    READER_VERSION,
    is_candidate,
    read,
    read_each,
    read_file,
    read_rows,
)
from assistant.ledger import codec
from assistant.types import Audience, Content, Kind, PartialDate

if TYPE_CHECKING:
    from assistant.ingest.fetch import Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller says about everything under a target."""

    kind: Kind | None = None
    audience: Audience = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that was read. `item` tells apart the documents of one file.

    `own_id` is the id that a row of a JSON Lines file insists on: such rows are never merged.
    """

    path: str
    item: str
    fingerprint: str
    content: Content
    own_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A file whose bytes and options are those that its documents were read from."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something that could not be read; `whole` when nothing of the path could."""

    path: str
    reason: str
    whole: bool = True


Sighting = Found | Same | Rejected
IsKnown = Callable[[str, str], bool]
"""(path, fingerprint) -> do the documents of this path stem from exactly these bytes?"""


def files_of(target: Path) -> list[Path]:
    """The files of a folder that a mirror takes, in a fixed order; or the file itself.

    Raises BadInput when there is nothing at `target`.
    """
    if target.is_file():
        return [target]
    if not target.is_dir():
        raise BadInput(f"{target} does not exist; name a folder, a file or a URL")
    return sorted(
        path
        for path in target.rglob("*")
        if path.is_file() and is_candidate(path.relative_to(target))
    )


def scan(root: Path, files: list[Path], options: Options, is_known: IsKnown) -> Iterator[Sighting]:
    """Every document below `root`, file by file."""
    for file in files:
        path = file.name if file == root else file.relative_to(root).as_posix()
        try:
            if file.suffix.lower() in (".jsonl", ".ndjson"):
                yield from _rows(file, path, options)
            else:
                yield from _file(read_file(file), path, options, is_known)
        except Unreadable as error:
            yield Rejected(path=path, reason=str(error))
        except OSError as error:
            yield Rejected(path=path, reason=f"{path} can't be opened: {error.strerror}")


def fetched(url: str, fetch: Callable[[str], Fetched], options: Options) -> Iterator[Sighting]:
    """The documents at a URL, as it answers now."""
    try:
        yield from of_page(url, fetch(url), options)
    except AssistantError as error:
        yield Rejected(path=url, reason=str(error))


def of_page(
    url: str, page: Fetched, options: Options, published_on: PartialDate | None = None
) -> Iterator[Sighting]:
    """The documents in what a URL answered; `published_on` where they don't say it themselves."""
    if page.status != 200:
        yield Rejected(path=url, reason=f"{url} answered {page.status}; check the address")
        return
    try:
        name = Path(urlsplit(page.final_url).path).name or "index.html"
        contents = list(read(page.body, name, kind=options.kind, media_type=page.media_type))
    except AssistantError as error:
        yield Rejected(path=url, reason=str(error))
        return
    for number, content in enumerate(contents):
        content = replace(
            content,
            url=content.url or page.final_url,
            published_on=content.published_on or published_on,
        )
        yield Found(
            path=url,
            item=str(number) if number else "",
            fingerprint=fingerprint_of(content, options),
            content=content,
        )


def _file(data: bytes, path: str, options: Options, is_known: IsKnown) -> Iterator[Sighting]:
    fingerprint = _of_bytes(data, options)
    if is_known(path, fingerprint):
        yield Same(path=path)
        return
    rows = list(read_each(data, path, kind=options.kind))
    for row in rows:
        if isinstance(row.content, Unreadable):
            yield Rejected(path=path, reason=str(row.content), whole=len(rows) == 1)
            continue
        yield Found(
            path=path,
            item="" if len(rows) == 1 else row.content.document_id or str(row.number),
            fingerprint=fingerprint if len(rows) == 1 else f"{fingerprint}#{row.number}",
            content=row.content,
        )


def _rows(file: Path, path: str, options: Options) -> Iterator[Sighting]:
    seen: set[str] = set()
    with file.open("rb") as stream:
        for row in read_rows(stream):
            where = f"{path}:{row.number}"
            if isinstance(row.content, Unreadable):
                yield Rejected(path=where, reason=str(row.content), whole=False)
                continue
            content = replace(row.content, kind=options.kind or row.content.kind)
            own_id = content.document_id or f"{Path(path).stem}-{row.number}"
            if own_id in seen:
                reason = f"{where}: _id {own_id!r} stands on an earlier row; give each its own"
                yield Rejected(path=where, reason=reason, whole=False)
                continue
            seen.add(own_id)
            yield Found(
                path=path,
                item=own_id,
                fingerprint=fingerprint_of(content, options),
                content=content,
                own_id=own_id,
            )


def _of_bytes(data: bytes, options: Options) -> str:
    return _digest(options, data)


def fingerprint_of(content: Content, options: Options) -> str:
    """What a page that was read so is known by: equal readings have equal ones."""
    return _digest(options, codec.dump(content).encode(), content.text.encode())


def _digest(options: Options, *parts: bytes) -> str:
    digest = hashlib.sha256(f"{READER_VERSION} {options.kind} {options.audience}".encode())
    for part in parts:
        digest.update(b"\0" + part)
    return digest.hexdigest()
