"""A reading as a version that can be written: its passages, links, figures and who may read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.ingest.passages import split
from assistant.ingest.urls import canonical_url, is_web
from assistant.ledger.documents import Relation
from assistant.ledger.writing import Entry
from assistant.types import Audience, Content, Figure

FigureReader = Callable[[Content], Sequence[Figure]]
"""The figures that a document gives, in reading order."""


def no_figures(content: Content) -> Sequence[Figure]:
    return ()


def entry_of(
    content: Content,
    *,
    document_id: str,
    audience: Audience,
    fingerprint: str,
    origin: str,
    figures: FigureReader = no_figures,
) -> Entry:
    return Entry(
        document_id=document_id,
        audience=audience,
        content=content,
        fingerprint=fingerprint,
        origin=origin,
        url_key=canonical_url(content.url) if content.url else None,
        pieces=tuple(split(content)),
        links=tuple(_links(content)),
        figures=tuple(figures(content)),
    )


def narrower(audience: Audience, content: Content) -> Audience:
    return "internal" if "internal" in (audience, content.audience) else "public"


def _links(content: Content) -> Iterator[tuple[Relation, str]]:
    for target in content.supersedes:
        yield "supersedes", canonical_url(target) if is_web(target) else target
    for target in content.corrects:
        yield "corrects", canonical_url(target) if is_web(target) else target
