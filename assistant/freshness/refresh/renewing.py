"""The content that a refresh proposes: the old one with its changes made and its day moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from assistant.freshness.refresh.edits import Edit, edited, relisted, taken_out, with_source
from assistant.freshness.refresh.values import Change
from assistant.types import Content, Document, PartialDate, Source


def renewed(
    content: Content, changes: Sequence[Change], day: date, pages: Collection[str] = ()
) -> Content:
    """As checked on `day`; `valid_as_of` moves with the newest period, all else is kept.

    `pages` are the ids of documents that no address leads to: their lines name them.
    """
    edits = [
        taken_out(content, change.span)
        if change.new is None
        else Edit(start=change.span.start, end=change.span.end, words=change.new)
        for change in changes
    ]
    made = edited(content, edits)
    quoted = {c.listed: c.document for change in changes if (c := change.candidate) and c.listed}
    listed = {source.n: source for source in content.sources}
    for n, document in sorted(quoted.items()):
        if n not in listed:
            made = with_source(made, _line(n, document))
        elif (line := _as_now(listed[n], document, pages)) != listed[n]:
            made = relisted(made, line)
    return replace(
        made,
        checked_on=PartialDate(value=day.isoformat(), origin="editor"),
        valid_as_of=_valid_as_of(content, changes),
    )


def _valid_as_of(content: Content, changes: Sequence[Change]) -> PartialDate | None:
    """A document that gave none goes without: its sentences give their own periods."""
    value = content.valid_as_of
    for change in changes:
        last = change.candidate.figure.period_last if change.candidate else None
        if value is None or last is None or last <= value.last or not change.new_period:
            continue
        text = change.new_period if " to " not in change.new_period else last.isoformat()[:7]
        value = PartialDate(value=text, origin="editor")
    return value


def _as_now(source: Source, document: Document, pages: Collection[str]) -> Source:
    """The line of a source that was read again: of the day on which it now says it came out, and
    naming the document that the page has become, where the archive had none."""
    now, listed = document.content.published_on, source.published_on
    newer = now if now and (listed is None or now.last > listed.last) else listed
    named = document.id if document.id in pages else source.document_id
    return replace(source, published_on=newer, document_id=named)


def _line(n: int, document: Document) -> Source:
    content = document.content
    return Source(
        n=n,
        title=content.title,
        publisher=content.publisher,
        url=content.url,
        published_on=content.published_on,
        document_id=document.id,
    )
