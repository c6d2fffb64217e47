"""Blocks: what every reader makes of its format, and how they become one text with sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.types import Section, SectionRole, Span

MAX_TITLE = 300
"""Code points. A longer first line is a paragraph, of which the title shows the beginning."""

_NUMBER = re.compile(r"\d{1,2}[.)]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list item, table row or heading: normalised words, never empty.

    `level` is 0 for text and from 1 for headings, outermost first. `tight` says that it stands on
    the line after the block before it, without a blank line. `is_title` marks a first block whose
    own words are the document's title. `page_starts` are (page, offset into
    `text`) pairs: the pages that begin inside it.
    """

    text: str
    level: int = 0
    role: SectionRole = "body"
    tight: bool = False
    is_title: bool = False
    page_starts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """One text, with the sections and pages that point into it."""

    text: str
    sections: tuple[Section, ...]
    pages: tuple[Span, ...]


def short_title(text: str) -> str:
    """`text` when it is short enough for a title, else its beginning, cut between words."""
    if len(text) <= MAX_TITLE:
        return text
    return text[:120].rsplit(" ", 1)[0].rstrip(" ,;:") + "\u2026"


def split_title(blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """The first line as the title, and the rest.

    A first line that is too long or a sentence stays content as well, lest it can't be quoted.
    """
    if not blocks:
        return "", blocks
    first = blocks[0].text
    is_content = len(first) > MAX_TITLE or first.endswith(".")
    rest = [replace(blocks[0], is_title=True), *blocks[1:]] if is_content else blocks[1:]
    return short_title(first), rest


def compose(title: str, blocks: Sequence[Block], *, title_page: int | None = None) -> Composed:
    """`title` (may be empty) and `blocks` as one text.

    A title that is the first block's own words gets no line beside it.
    `title_page` is the page that the title stands on, where the source has pages. Adjacent blocks
    of one role under one heading make a section. When nothing but a title is there, the title is
    the content: a document always has something that can be quoted.
    """
    parts: list[str] = []
    spans: list[tuple[Block, Span]] = []
    starts: list[tuple[int, int]] = []
    length = 0
    first_page = () if title_page is None else ((title_page, 0),)
    apart = bool(title) and not (blocks and blocks[0].is_title)
    lead = [Block(text=title, page_starts=first_page)] if apart else []
    for block in [*lead, *blocks]:
        gap = "" if not parts else "\n" if block.tight else "\n\n"
        start = length + len(gap)
        length = start + len(block.text)
        parts += [gap, block.text]
        spans.append((block, Span(start=start, end=length)))
        starts += [(page, start + offset) for page, offset in block.page_starts]
    text = "".join(parts)
    sections = _sections(spans[len(lead) :])
    if not sections and spans:
        sections = (Section(span=spans[0][1]),)
    return Composed(text=text, sections=sections, pages=_pages(starts, length))


def _sections(spans: Sequence[tuple[Block, Span]]) -> tuple[Section, ...]:
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    joins = False
    for block, span in spans:
        if block.level:
            path = [(level, name) for level, name in path if level < block.level]
            path.append((block.level, _NUMBER.sub("", block.text, count=1) or block.text))
            joins = False
            continue
        if joins and sections[-1].role == block.role:
            start = sections.pop().span.start
        else:
            start = span.start
        names = tuple(name for _, name in path)
        whole = Span(start=start, end=span.end)
        sections.append(Section(span=whole, heading_path=names, role=block.role))
        joins = True
    return tuple(sections)


def _pages(starts: Sequence[tuple[int, int]], length: int) -> tuple[Span, ...]:
    """A span per page from page 1 to the last that holds text.

    A page without text can't have an empty span; it gets the single character before the next
    page's text, which the page before it covers too and which is never quoted.
    """
    first: dict[int, int] = {}
    for page, offset in starts:
        first.setdefault(page, offset)
    pages: list[Span] = []
    end = length
    for page in range(max(first, default=0), 0, -1):
        if page in first:
            start = first[page]
            pages.append(Span(start=start, end=max(end, start + 1)))
            end = start
        else:
            at = max(end - 1, 0)
            pages.append(Span(start=at, end=at + 1))
    return tuple(reversed(pages))
