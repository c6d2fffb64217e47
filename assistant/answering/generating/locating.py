"""Where the words that a model quotes stand in a passage: found as stored, or not at all.

Models change case, spaces, quote marks, dashes and source markers, and leave words out behind an
ellipsis. What is found is always a stretch of the stored text, whole, never the model's wording.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.citations import cuts
from assistant.answering.language.text import MARKER
from assistant.types import Passage, Span

LONGEST = 900
"""Code points between the first and the last word of a quote with an ellipsis in it."""
_SHORTEST = 3
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…)\s*")
_SHAPES = str.maketrans(
    {
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("’‘ʼ‚′`", "'"),
        **dict.fromkeys("–—‑‒−", "-"),
        "‹": "<",
        "›": ">",
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
        "\ufeff": "",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folded:
    """`text` is compared; `at[i]` is where its character i stands in what it was folded from."""

    text: str
    at: tuple[int, ...]


@lru_cache(maxsize=512)
def _folded(text: str) -> _Folded:
    hidden = {at for m in MARKER.finditer(text) for at in range(m.start(), m.end())}
    chars: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        if at in hidden:
            continue
        folded = unicodedata.normalize("NFKC", char).translate(_SHAPES).casefold()
        for each in folded:
            each = " " if each.isspace() else each
            if each == " " and (not chars or chars[-1] == " "):
                continue
            if each in ".,;:!?)" and chars and chars[-1] == " ":
                chars.pop()  # the space that a marker left behind
                places.pop()
            chars.append(each)
            places.append(at)
    return _Folded(text="".join(chars), at=tuple(places))


def find(passage: Passage, words: str) -> Span | None:
    """The stored stretch that `words` quote, in its document's coordinates; None when nowhere."""
    parts = [_bare(part) for part in _ELLIPSIS.split(words)]
    parts = [part for part in parts if len(part) >= _SHORTEST]
    if not parts:
        return None
    kept = _folded(passage.text)
    start, end, after = -1, -1, 0
    for part in parts:
        found = _find(passage.text, kept, part, after)
        if found is None:
            return None
        first, last, after = found
        start = first if start < 0 else start
        end = last
    if end - start > LONGEST:
        return None
    return Span(start=passage.span.start + start, end=passage.span.start + end)


def _bare(words: str) -> str:
    return _folded(words).text.strip(" \"'")


def _find(text: str, kept: _Folded, part: str, after: int) -> tuple[int, int, int] | None:
    """(start and end in the passage, where to go on in the folded text)."""
    for wanted in dict.fromkeys((part, part.rstrip(".,;:!? "))):
        at = kept.text.find(wanted, after) if wanted else -1
        while at >= 0:
            start, end = kept.at[at], kept.at[at + len(wanted) - 1] + 1
            if not cuts(text, start, end):
                return start, end, at + len(wanted)
            at = kept.text.find(wanted, at + 1)
    return None
