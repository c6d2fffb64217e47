"""A document's text as a page shows it: headings, paragraphs, links, and one passage marked.

Nothing is added to the text and nothing left out: the words of all blocks, joined, are the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal
from urllib.parse import quote

from assistant.types import Document, Section, SectionRole, Span

Role = Literal["title", "heading"] | SectionRole

_PARAGRAPHS = re.compile(r"\n\n+")
_LINES = re.compile(r"\n+")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_ENTRY = re.compile(r"(?:\[(\d{1,3})\]|(\d{1,3})[.)])")


MAX_LINKED = 300
"""Characters of a printed question that is offered to be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words with one treatment. `ends`: the line breaks after a block, kept but not shown."""

    text: str
    href: str | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Pieces inside the marked passage, or outside; `first` is the passage's beginning."""

    pieces: tuple[Piece, ...]
    marked: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading of `level` 1 to 6, or a paragraph (level 0).

    `page` is set on the first block of each page of a paginated source, `source` on the printed
    line of a list of sources, to its number.
    """

    role: Role
    runs: tuple[Run, ...]
    level: int = 0
    page: int | None = None
    source: int | None = None

    @property
    def marked(self) -> bool:
        return any(run.marked for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Neighbouring blocks of one role."""

    role: Role
    blocks: tuple[Block, ...]

    @property
    def marked(self) -> bool:
        return any(block.marked for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    span: Span
    role: Role
    level: int = 0


def parts(document: Document, mark: Span | None = None) -> list[Part]:
    """The whole text in order, `mark` (a stretch of it) marked."""
    numbers = {source.n for source in document.content.sources}
    printed: set[int] = set()
    starts = [page.start for page in document.content.pages]
    page, blocks = 0, []
    above = 1
    for stretch in _stretches(document):
        shown = sum(start < stretch.span.end for start in starts[page:]) if starts[1:] else 0
        page += shown
        source = _number(document.text, stretch, numbers - printed)
        printed.update(() if source is None else (source,))
        level = min(stretch.level, above + 1)  # a page's outline leaves no level out
        above = level or above
        blocks.append(
            Block(
                role=stretch.role,
                level=level,
                runs=tuple(_runs(document.text, stretch, mark, numbers)),
                page=page if shown else None,
                source=source,
            )
        )
    grouped = groupby(blocks, lambda block: block.role)
    return [Part(role=role, blocks=tuple(same)) for role, same in grouped]


def _stretches(document: Document) -> Iterator[_Stretch]:
    """The text cut at sections and paragraphs, without a gap."""
    text, at = document.text, 0
    if document.title and f"{text}\n".startswith(f"{document.title}\n"):
        at = _after_breaks(text, len(document.title))
        yield _Stretch(span=Span(start=0, end=at), role="title", level=1)
    for section in sorted(document.content.sections, key=lambda each: each.span):
        span = section.span
        if span.start < at:
            continue  # it overlaps what was shown already; its rest follows as plain text
        yield from _headings(text, at, section)
        at = _after_breaks(text, span.end)
        yield from _cut(text, span.start, at, section.role)
    yield from _cut(text, at, len(text), "body")


def _headings(text: str, start: int, section: Section) -> Iterator[_Stretch]:
    """What stands between two sections: the headings above the second, outermost first."""
    end, depth = section.span.start, len(section.heading_path)
    if not depth:
        yield from _cut(text, start, end, "body")
        return
    lines = list(_spans(text, start, end, _LINES))
    for place, span in enumerate(lines, start=depth - len(lines) + 1):
        yield _Stretch(span=span, role="heading", level=min(max(place, 1) + 1, 6))


def _cut(text: str, start: int, end: int, role: SectionRole) -> Iterator[_Stretch]:
    """A section by paragraphs; a list of sources or of questions by lines."""
    breaks = _LINES if role in ("sources", "follow_ups") else _PARAGRAPHS
    for span in _spans(text, start, end, breaks):
        yield _Stretch(span=span, role=role)


def _spans(text: str, start: int, end: int, breaks: re.Pattern[str]) -> Iterator[Span]:
    """The stretch cut behind each match of `breaks`, without a gap."""
    for match in breaks.finditer(text, start, end):
        yield Span(start=start, end=match.end())
        start = match.end()
    if start < end:
        yield Span(start=start, end=end)


def _after_breaks(text: str, at: int) -> int:
    while at < len(text) and text[at] == "\n":
        at += 1
    return at


def _number(text: str, stretch: _Stretch, numbers: Collection[int]) -> int | None:
    """The number at the beginning of a printed line of the list of sources."""
    entry = _ENTRY.match(text, stretch.span.start) if stretch.role == "sources" else None
    number = int(entry[1] or entry[2]) if entry else None
    return number if number in numbers else None


def _runs(
    text: str, stretch: _Stretch, mark: Span | None, numbers: Collection[int]
) -> Iterator[Run]:
    start = end = stretch.span.end
    if mark is not None:
        start = min(max(mark.start, stretch.span.start), end)
        end = min(max(mark.end, start), end)
    bounds = (stretch.span.start, start, end, stretch.span.end)
    for place, (low, high) in enumerate(pairwise(bounds)):
        if low < high:
            marked = place == 1
            yield Run(
                pieces=tuple(_pieces(text, low, high, stretch, numbers)),
                marked=marked,
                first=marked and mark is not None and low == mark.start,
            )


def _pieces(
    text: str, low: int, high: int, stretch: _Stretch, numbers: Collection[int]
) -> Iterator[Piece]:
    visible = max(low, min(high, _before_breaks(text, stretch.span)))
    asked = stretch.span.of(text).strip()
    if stretch.role == "follow_ups" and low < visible and len(asked) <= MAX_LINKED:
        yield Piece(text=text[low:visible], href=f"/?q={quote(asked, safe='')}")
        low = visible
    if stretch.role in ("summary", "body"):
        for match in _MARKER.finditer(text, low, visible):
            if int(match[1]) in numbers:
                yield from _words(text, low, match.start())
                yield Piece(text=match[0], href=f"#source-{int(match[1])}")
                low = match.end()
    yield from _words(text, low, visible)
    if visible < high:
        yield Piece(text=text[visible:high], ends=True)


def _words(text: str, low: int, high: int) -> Iterator[Piece]:
    if low < high:
        yield Piece(text=text[low:high])


def _before_breaks(text: str, span: Span) -> int:
    end = span.end
    while end > span.start and text[end - 1] == "\n":
        end -= 1
    return end
