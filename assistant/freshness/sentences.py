"""Sentences of a text, for a judge that is handed no splitter of its own."""

from __future__ import annotations

from collections.abc import Sequence

import sentencex

from assistant.types import Span


def split(text: str) -> Sequence[Span]:
    """Spans of the sentences of `text`, in order, without surrounding white space."""
    rows = sentencex.get_sentence_boundaries("en", text)
    trimmed = (_trim(text, row["start_index"], row["end_index"]) for row in rows)
    return [span for span in trimmed if span is not None]


def _trim(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return Span(start=start, end=end) if start < end else None
