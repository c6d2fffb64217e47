"""The [n] markers of a sentence: the numbers of the sources that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.types import Span

_MARKER = re.compile(r"\[(\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*)\]")
_TRAILING = re.compile(r"(?:\s?\[\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*\])+(?=\s|$)")
_MOST = 20
"""Sources that one range of markers can name: more would be no range."""


def markers(text: str, span: Span) -> tuple[int, ...]:
    """The numbers in a sentence and right behind its full stop, in order, each once."""
    trailing = _TRAILING.match(text, span.end)
    words = text[span.start : trailing.end() if trailing else span.end]
    return numbers_in(words)


def numbers_in(words: str) -> tuple[int, ...]:
    """The numbers of the markers that stand in `words`, in order, each once."""
    if "[" not in words:
        return ()
    return tuple(dict.fromkeys(n for match in _MARKER.finditer(words) for n in _numbers(match[1])))


def _numbers(group: str) -> Iterator[int]:
    for part in re.split(r"[,;]", group):
        ends = [int(end) for end in re.split("[\u2013-]", part)]
        yield from range(ends[0], min(ends[-1], ends[0] + _MOST) + 1)
