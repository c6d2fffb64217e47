"""Plain text: the first line is the title, the rest paragraphs; a fact-check by its wording."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.ingest.blocks import Block, split_title
from assistant.ingest.build import build
from assistant.ingest.factcheck import is_own_line
from assistant.ingest.normalise import decode_utf8, normalise
from assistant.types import Content, Kind

WIDTHS = range(40, 121)
"""Columns. Text whose longest line is outside was not wrapped by hand."""

_OWN_LINE = re.compile(r"(?:\[\d{1,3}\]|[-*\u2022]|\d{1,3}[.)])\s")


def read_plain(data: bytes, name: str, kind: Kind | None = None) -> Content:
    """The one document in UTF-8 text. Raises Unreadable."""
    title, blocks = split_title(text_blocks(normalise(decode_utf8(data, name))))
    return build(name=name, title=title, blocks=blocks, kind=kind, infer_headings=True)


def text_blocks(text: str) -> list[Block]:
    """A block per line of normalised text; paragraphs wrapped by hand are joined into one."""
    paragraphs = [part.split("\n") for part in text.split("\n\n") if part]
    width = max((len(line) for lines in paragraphs for line in lines), default=0)
    blocks: list[Block] = []
    for lines in paragraphs:
        if width in WIDTHS and _is_wrapped(lines, width):
            lines = [" ".join(lines)]
        blocks += [Block(text=line, tight=i > 0) for i, line in enumerate(lines)]
    return blocks


def _is_wrapped(lines: Sequence[str], width: int) -> bool:
    """Every line but the last is full: the next line's first word would not have fitted on it."""
    return len(lines) > 1 and all(
        len(line) + 1 + len(after.split(" ", 1)[0]) > width
        and not _OWN_LINE.match(after)
        and not line.endswith("?")
        and not (is_own_line(line) or is_own_line(after))
        for line, after in zip(lines, lines[1:], strict=False)
    )
