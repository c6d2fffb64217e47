"""From title and blocks to Content: the last step of every reader of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import Unreadable
from assistant.ingest import factcheck
from assistant.ingest.blocks import Block, compose
from assistant.types import Content, Kind, PartialDate, Source, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a format says about its document beside its words; it goes before what the page says."""

    kind: Kind | None = None
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    checked_on: PartialDate | None = None
    reviewed_on: PartialDate | None = None
    """When a ClaimReview was published: a person's judgement, unless the page says "Checked on"."""
    published_on: PartialDate | None = None
    modified_on: PartialDate | None = None
    sources: tuple[Source, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    supersedes: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()


def build(
    *,
    name: str,
    title: str,
    blocks: Sequence[Block],
    kind: Kind | None,
    infer_headings: bool,
    title_page: int | None = None,
    metadata: Metadata | None = None,
) -> Content:
    """The Content of one page. `kind`, where the caller gives one, wins over what the bytes say.

    Raises Unreadable when there are no words.
    """
    if not any(ch.isalnum() for ch in title) and not any(
        ch.isalnum() for block in blocks for ch in block.text
    ):
        raise Unreadable(f"{name} holds no words: check the file, or remove it from the folder")
    said = metadata or Metadata()
    found = factcheck.structure(title, blocks, infer_headings=infer_headings)
    composed = compose(title, found.blocks, title_page=title_page)
    return Content(
        kind=kind or said.kind or ("fact_check" if found.is_fact_check else "source_document"),
        title=title,
        text=composed.text,
        sections=composed.sections,
        pages=composed.pages,
        url=said.url or found.url,
        publisher=said.publisher or found.publisher,
        language=said.language,
        checked_on=said.checked_on or found.checked_on or said.reviewed_on,
        published_on=said.published_on or found.published_on,
        modified_on=said.modified_on or found.modified_on,
        sources=merge_sources(said.sources, found.sources),
        verdicts=said.verdicts,
        follow_ups=found.follow_ups,
        supersedes=said.supersedes,
        corrects=said.corrects,
    )


def merge_sources(first: Sequence[Source], second: Sequence[Source]) -> tuple[Source, ...]:
    """One Source per number; where both lists have it, `second` fills what `first` lacks."""
    merged = {source.n: source for source in second}
    for source in first:
        other = merged.get(source.n)
        merged[source.n] = source if other is None else _filled(source, other)
    return tuple(merged[n] for n in sorted(merged))


def _filled(source: Source, other: Source) -> Source:
    return replace(
        source,
        title=source.title or other.title,
        publisher=source.publisher or other.publisher,
        url=source.url or other.url,
        published_on=source.published_on or other.published_on,
        document_id=source.document_id or other.document_id,
    )
