"""The words of an HTML element as blocks: headings, paragraphs, list items, table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from assistant.ingest.blocks import Block
from assistant.ingest.markup import Element, length
from assistant.ingest.normalise import one_line

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    *_HEADINGS,
    *(
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
    ),
    *("dt", "fieldset", "figure", "figcaption", "header", "hr", "li", "main", "ol", "p", "pre"),
    *("section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_CELLS = {"td", "th"}
_ITEMS = {"li", "dd"}
_DROPPED = {
    *("aside", "audio", "button", "canvas", "dialog", "embed", "footer", "form", "head", "iframe"),
    *("input", "map", "math", "nav", "noscript", "object", "option", "script", "select", "style"),
    *("svg", "template", "textarea", "title", "video"),
}
_DROPPED_ROLES = {"navigation", "complementary", "banner", "contentinfo", "dialog", "search"}
_DROPPED_NAMES = re.compile(
    r"(?:cookies?|consent|newsletter|shar(?:e|ing)|social|related|breadcrumbs?|advert\w*|ads?|promo"
    r"|donat\w*|paywall|subscri\w*|comments?|sidebar|popup|modal|skip|toolbar|menu|nav\w*)"
    r"(?:[-_]|$)",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_NOTE = re.compile(r"(?:foot|end)?note|cit(?:e|ation)|(?:^|[-_#\s])(?:ref|fn|source)", re.I)
_MARKER = re.compile(r"\[?\s*(\d{1,3})\s*\]?")
_RAISED = dict(
    zip(
        map(ord, "0123456789"),
        "\u2070\xb9\xb2\xb3\u2074\u2075\u2076\u2077\u2078\u2079",
        strict=True,
    )
)
_BREAK = "\x00"
"""Stands for <br> until a block is flushed; no text that lxml gives can hold it."""


@dataclass
class Words:
    """Walks an element. `linked` collects the address that a linked marker "[1]" points to."""

    linked: dict[int, str] = field(default_factory=dict)
    _buffer: list[str] = field(default_factory=list)
    _inline: list[int] = field(default_factory=list)
    _level: int = 0
    _mark: str = ""
    _tight: bool = False
    _cells: list[str] | None = None
    _counts: dict[Element, int] = field(default_factory=dict)

    def blocks(self, top: Element) -> Iterator[Block]:
        """The blocks of `top`, without navigation, forms and the like."""
        judge = _Judge(top)
        walk = etree.iterwalk(top, events=("start", "end"))
        dropped: Element | None = None
        for event, element in walk:
            tag = element.tag.lower() if isinstance(element.tag, str) else ""
            if event == "start":
                if element is not top and judge.drops(element, tag):
                    dropped = element
                    walk.skip_subtree()
                else:
                    yield from self._start(element, tag)
                continue
            if element is dropped:
                dropped = None
            else:
                yield from self._end(element, tag)
            if element is not top:
                self._buffer.append(element.tail or "")
        yield from self._flush()

    def _start(self, element: Element, tag: str) -> Iterator[Block]:
        if tag in _BLOCKS and self._cells is None:
            yield from self._flush()
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in _ITEMS:
            self._mark, self._tight = self._number(element), element.getprevious() is not None
        elif tag == "tr":
            self._cells, self._buffer = [], []
        elif tag == "br":
            self._buffer.append(_BREAK)
        elif tag in ("a", "sup"):
            self._inline.append(len(self._buffer))
        text = element.text or ""
        self._buffer.append(text.replace("\n", _BREAK) if tag == "pre" else text)

    def _end(self, element: Element, tag: str) -> Iterator[Block]:
        if tag in ("a", "sup"):
            self._mark_up(element, tag, self._inline.pop())
        elif tag in _CELLS and self._cells is not None:
            self._cells.append(one_line("".join(self._buffer).replace(_BREAK, " ")))
            self._buffer = []
        elif tag == "tr" and self._cells is not None:
            row, self._cells, self._buffer = self._cells, None, []
            if any(row):
                yield Block(text=" | ".join(row), tight=element.getprevious() is not None)
        elif tag in _BLOCKS and self._cells is None:
            yield from self._flush()
            if tag in _ITEMS:
                self._mark, self._tight = "", False

    def _mark_up(self, element: Element, tag: str, start: int) -> None:
        """A footnote mark becomes "[n]"; other raised digits stay raised: 10\u2076 is not 106."""
        words = "".join(self._buffer[start:])
        match = _MARKER.fullmatch(words.strip())
        if not match:
            return
        number = match[1]
        if "[" in words or _is_note(element, tag):
            before = next(
                (self._buffer[i] for i in range(start - 1, -1, -1) if self._buffer[i]), ""
            )
            glued = before[-1:].isalnum()
            self._buffer[start:] = [f" [{number}]" if glued else f"[{number}]"]
            href = element.get("href", "").strip()
            if href.startswith(("http://", "https://")):
                self.linked.setdefault(int(number), href)
        elif tag == "sup":
            self._buffer[start:] = [number.translate(_RAISED)]

    def _number(self, item: Element) -> str:
        """The number of an item of an ordered list, which the words do not hold: "2. "."""
        above = item.getparent()
        if above is None or above.tag != "ol":
            return ""
        start = above.get("start", "1")
        first = int(start) if start.isdecimal() and len(start) < 6 else 1
        self._counts[above] = number = self._counts.get(above, first - 1) + 1
        return f"{number}. "

    def _flush(self) -> Iterator[Block]:
        text, self._buffer = "".join(self._buffer), []
        lines = [one_line(line) for line in text.split(_BREAK)]
        tight = self._tight
        for line in lines:
            if line:
                yield Block(text=self._mark + line, level=self._level, tight=tight)
                self._mark, self._level = "", 0
            tight = bool(line)
            self._tight = False if line else self._tight


def _is_note(element: Element, tag: str) -> bool:
    """Does a link or raised text mark a note? Raised digits in a link always do."""
    names = [element.get(key, "") for key in ("class", "role", "rel", "epub:type", "id")]
    if any(_NOTE.search(name) for name in names):
        return True
    if tag == "a":
        above = element.getparent()
        href = element.get("href", "")
        raised = above is not None and above.tag == "sup"
        return raised or (href.startswith("#") and bool(_NOTE.search(href)))
    return element.find(".//a") is not None


class _Judge:
    """Says what on a page is no content.

    A page may name its whole article like a part ("share-page"), so what holds most of the words
    is kept whatever its name. Measuring that has a budget: names nested a hundred deep would
    measure the same words a hundred times.
    """

    def __init__(self, top: Element) -> None:
        self._most = length(top) // 2
        self._budget = 40 * self._most

    def drops(self, element: Element, tag: str) -> bool:
        if tag in _DROPPED or element.get("hidden") is not None:
            return True
        if element.get("aria-hidden") == "true" or element.get("role", "") in _DROPPED_ROLES:
            return True
        if _HIDDEN.search(element.get("style", "")):
            return True
        if tag == "figure" and element.find(".//table") is None:
            return element.find(".//blockquote") is None
        names = f"{element.get('class', '')} {element.get('id', '')}".split()
        return any(map(_DROPPED_NAMES.match, names)) and self._is_small(element)

    def _is_small(self, element: Element) -> bool:
        if self._budget <= 0:
            return False
        size = length(element)
        self._budget -= size
        return size <= self._most
