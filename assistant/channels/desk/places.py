"""Where the desk's pages lead: to documents that whoever looks may read, and to words in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from assistant.channels.desk.entry import PATH, Editor
from assistant.channels.services import archive
from assistant.channels.web import document_path
from assistant.errors import NotFound
from assistant.types import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a sentence, marked or not."""

    text: str
    marked: bool = False


def audiences(request: Request, who: Editor, ids: Iterable[str | None]) -> dict[str, Audience]:
    """Who may read each of these documents: of those alone that `who` may know of."""
    found: dict[str, Audience] = {}
    for each in {each for each in ids if each}:
        audience = archive(request).audience_of(each)
        if audience == "public" or (audience and who.audience == "internal"):
            found[each] = audience
    return found


def must_know(request: Request, who: Editor, document_id: str) -> Audience:
    """Who may read a document. Raises NotFound where `who` may not know that it is there."""
    audience = audiences(request, who, [document_id]).get(document_id)
    if audience is None:
        raise NotFound(f"no document {document_id!r}")
    return audience


def address(
    document_id: str,
    audience: Audience,
    version: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> str:
    """The page of a document, or of words in it: public ones have a page for everybody."""
    if audience == "public":
        return document_path(document_id, version, start, end)
    query = {"id": document_id, "version": version, "start": start, "end": end}
    named = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{PATH}/document?{named}" + ("#cited" if end is not None else "")


def where(
    request: Request, who: Editor, document_id: str | None, version: int | None, quote: str | None
) -> str | None:
    """The address of a quote's words in the archive's copy; None where they can't be shown."""
    if document_id is None or quote is None:
        return None
    try:
        document = archive(request).document(document_id, version, who.audience)
    except NotFound:
        return None
    start = document.text.find(quote)
    found = () if start < 0 else (start, start + len(quote))
    return address(document.id, document.audience, document.version, *found)


def pieces(text: str, *values: str | None) -> list[Piece]:
    """A text cut up so that these values are marked wherever they stand; the longest first."""
    wanted = sorted({value for value in values if value}, key=lambda each: (-len(each), each))
    taken = bytearray(len(text))
    for value in wanted:
        at = text.find(value)
        while at >= 0:
            if not any(taken[at : at + len(value)]):
                taken[at : at + len(value)] = b"\1" * len(value)
            at = text.find(value, at + len(value))
    cut = [0, *(n for n in range(1, len(text)) if taken[n] != taken[n - 1]), len(text)]
    return [
        Piece(text=text[a:b], marked=bool(taken[a]))
        for a, b in zip(cut, cut[1:], strict=False)
        if b > a
    ]
