"""The lines of a paginated source as paragraphs and headings, by where they stand on the page."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.ingest.blocks import MAX_TITLE, Block, split_title
from assistant.ingest.factcheck import is_own_line, role_of_heading
from assistant.ingest.normalise import one_line

_MARGIN = 0.08
"""Part of a page's height, above and below, in which running headers and footers stand."""
_LARGER = 1.12
_GAP = 1.35
_SHORT = 0.85
_MAX_HEADING = 250
_KICKER = 200

_HYPHEN = "\x02"
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-\u2013]?\s*\d{1,4}\s*[-\u2013]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I
)
_BULLET = re.compile(r"(?:[\u2022\u25aa\u25cf\u25e6\u2023*]|[-\u2013]\s)\s*")
_ENTRY = re.compile(r"(?:\[\d{1,3}\]|\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(r"[.!?:][\"'\u201d\u2019)\]]*(?:\s*\[\d{1,3}\])*$")
_URL_END = re.compile(r"https?://\S+$")
_URL_REST = re.compile(r"[\w%~.-]*[/=&?#_.][\w%~./=&?#-]*$|[\w-]+$")
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A printed line. Places are points from the page's lower left corner."""

    text: str
    size: float
    bold: bool
    left: float
    right: float
    baseline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    height: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """What is usual in this document: font size, distance of lines, right edge, its words."""

    size: float
    bold: bool
    pitch: float
    right: float
    words: frozenset[str]


@dataclass
class _Draft:
    """A paragraph that grows line by line; kept in parts, since it may grow to megabytes."""

    size: float
    bold: bool = True
    length: int = 0
    parts: list[str] = field(default_factory=list)
    page_starts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts).rstrip(_HYPHEN)

    def add(self, line: Line, page: int | None, words: frozenset[str]) -> None:
        """Append a line; `page` is the number of the page that it opens, if it opens one."""
        part = line.text
        if self.parts:
            before, part = _joint(self.parts[-1], line.text, words)
            self.length += len(before) - len(self.parts[-1])
            self.parts[-1] = before
        if page is not None:
            self.page_starts.append((page, self.length + (part != part.lstrip())))
        self.parts.append(part)
        self.length += len(part)
        self.bold = self.bold and line.bold


def page_blocks(pages: Sequence[Page]) -> tuple[str, list[Block]]:
    """The title and blocks of a paginated source; running headers, footers, page numbers left out.

    The title is what is printed largest on the first page that has text, else the first line.
    """
    running = _running(pages)
    numbered = [
        (n, line) for n, page in enumerate(pages, start=1) for line in _inside(page, running)
    ]
    if not numbered:
        return "", []
    usual = _measure([line for _, line in numbered])
    return _titled(_drafts(numbered, usual), usual)


def _in_margin(line: Line, page: Page) -> bool:
    return not page.height * _MARGIN < line.baseline < page.height * (1 - _MARGIN)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", one_line(text))


def _running(pages: Sequence[Page]) -> set[str]:
    """What stands in the margins of more than one page, its numbers aside."""
    counts = Counter(
        shape
        for page in pages
        for shape in {_shape(line.text) for line in page.lines if _in_margin(line, page)}
    )
    return {shape for shape, count in counts.items() if count > 1}


def _inside(page: Page, running: set[str]) -> list[Line]:
    """The lines of a page that are its text."""
    usual = statistics.median(line.size for line in page.lines) if page.lines else 0.0
    kept = []
    for line in page.lines:
        words = one_line(line.text)
        repeated = _shape(words) in running or _PAGE_NUMBER.fullmatch(words)
        if _in_margin(line, page) and (repeated or line.size < usual):
            continue
        if words:
            kept.append(replace(line, text=words + (_HYPHEN if _HYPHEN in line.text else "")))
    return kept


def _measure(lines: Sequence[Line]) -> _Measure:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - size) < 0.3]
    gaps = [a.baseline - b.baseline for a, b in zip(body, body[1:], strict=False)]
    near = [gap for gap in gaps if 0.9 * size < gap < 3 * size]
    rights = sorted(line.right for line in body)
    return _Measure(
        size=size,
        bold=sum(len(line.text) if line.bold else -len(line.text) for line in body) > 0,
        pitch=_pitch(near, size),
        right=rights[int(0.95 * (len(rights) - 1))],
        words=frozenset(word.lower() for line in lines for word in _WORD.findall(line.text)),
    )


def _pitch(gaps: Sequence[float], size: float) -> float:
    """The distance of lines inside a paragraph, in points.

    Not the median: where paragraphs are a line or two, most gaps are those between them. A few
    lines may all be paragraphs, and then say nothing.
    """
    usual = sorted(gaps)[len(gaps) // 8] if gaps else 1.2 * size
    return usual if len(gaps) > 8 else min(usual, 1.5 * size)


def _drafts(numbered: Sequence[tuple[int, Line]], usual: _Measure) -> list[_Draft]:
    drafts: list[_Draft] = []
    section: str | None = None
    before: tuple[int, Line] | None = None
    for number, line in numbered:
        if before is None or _opens(before, (number, line), section, usual):
            drafts.append(_Draft(size=line.size))
        is_new_page = before is None or before[0] != number
        drafts[-1].add(line, number if is_new_page else None, usual.words)
        larger = line.size > usual.size * _LARGER
        section = role_of_heading(line.text) or (None if larger else section)
        before = (number, line)
    return drafts


def _opens(
    before: tuple[int, Line], here: tuple[int, Line], section: str | None, usual: _Measure
) -> bool:
    """Does the line `here` open a new paragraph after the line `before`?"""
    (page, above), (next_page, line) = before, here
    if above.text.endswith(_HYPHEN):
        return False
    if is_own_line(above.text) or is_own_line(line.text) or _BULLET.match(line.text):
        return True
    if abs(line.size - above.size) > 0.6 or line.bold != above.bold:
        return True
    if section == "sources":
        return bool(_ENTRY.match(line.text))
    if section == "follow_ups" and above.text.endswith("?"):
        return True
    heading = above.size > usual.size * _LARGER
    ended = bool(_SENTENCE_END.search(above.text)) and not heading
    drop = above.baseline - line.baseline
    if next_page != page or drop < -0.5 * usual.pitch:
        return ended or heading
    if drop > _GAP * usual.pitch * max(1.0, line.size / usual.size):
        return True
    return ended and above.right < _SHORT * usual.right


def _joint(above: str, line: str, words: frozenset[str]) -> tuple[str, str]:
    """The end of one line and the start of the next as they stand in running text."""
    if above.endswith((_HYPHEN, "-")) and line[:1].isalnum():
        return _unhyphenated(above, line, words)
    above = above.rstrip(_HYPHEN)
    first = line.split(" ", 1)[0]
    if _URL_END.search(above) and _URL_REST.fullmatch(first):
        return above, line if above[-1] in "/-_=&?" or "/" in first else f" {line}"
    return above, f" {line}"


def _unhyphenated(above: str, line: str, words: frozenset[str]) -> tuple[str, str]:
    """A word parted at the line's end is whole again; a compound keeps its hyphen.

    It is a compound where the document writes it so elsewhere, and before a capital or a digit.
    """
    head = above.rstrip(_HYPHEN).rstrip("-")
    left = (_WORD.findall(head[-80:]) or [""])[-1]
    right = (_WORD.findall(line[:80].rstrip(_HYPHEN)) or [""])[0]
    if f"{left}-{right}".lower() in words:
        return f"{head}-", line
    whole = f"{left}{right}".lower() in words
    return (head if whole or (line[0].islower() and head[-1:].isalpha()) else f"{head}-"), line


def _titled(drafts: Sequence[_Draft], usual: _Measure) -> tuple[str, list[Block]]:
    first_page = drafts[0].page_starts[0][0]
    ends = next(
        (i for i, d in enumerate(drafts) if any(page > first_page for page, _ in d.page_starts)),
        len(drafts),
    )
    top = max(drafts[: max(ends, 1)], key=lambda draft: draft.size)
    if top.size <= usual.size * _LARGER or len(top.text) > MAX_TITLE:
        title, rest = split_title(_levelled(drafts, usual))
        return title, list(rest)
    at = drafts.index(top)
    above = _levelled(drafts[:at], usual)
    if sum(len(block.text) for block in above) <= _KICKER:
        above = [replace(block, role="furniture", level=0) for block in above]
    return top.text, [*above, *_levelled(drafts[at + 1 :], usual)]


def _levelled(drafts: Sequence[_Draft], usual: _Measure) -> list[Block]:
    """Headings are printed larger, or bold on lines of their own; the larger, the further out."""
    headings = [_is_heading(draft, usual) for draft in drafts]
    sizes = {round(d.size, 1) for d, is_one in zip(drafts, headings, strict=True) if is_one}
    levels = {size: level for level, size in enumerate(sorted(sizes, reverse=True), start=2)}
    return [
        _block(draft, levels[round(draft.size, 1)] if is_one else 0)
        for draft, is_one in zip(drafts, headings, strict=True)
    ]


def _is_heading(draft: _Draft, usual: _Measure) -> bool:
    if draft.length > _MAX_HEADING:
        return False
    bold = draft.bold and not usual.bold and draft.text[-1:] not in ".;,"
    return draft.size > usual.size * _LARGER or (bold and draft.size > usual.size * 0.95)


def _block(draft: _Draft, level: int) -> Block:
    text = draft.text
    cut = match.end() if (match := _BULLET.match(text)) and match.end() < len(text) else 0
    starts = tuple((page, max(offset - cut, 0)) for page, offset in draft.page_starts)
    return Block(text=text[cut:], level=level, page_starts=starts)
