"""Documents into passages: whole sentences of one section, at exact offsets.

A passage is the unit that is embedded, searched and quoted from. It never crosses a heading, never
cuts a sentence that fits, and holds only what may be quoted (roles "summary" and "body").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from assistant.types import Content, PassageDraft, Span

PASSAGE_CHARS = 800
"""A passage closes before it grows beyond this: about 200 word pieces, below MiniLM's 256."""
SENTENCE_CHARS = 1600
"""A longer stretch without an end of sentence is cut: no quote is a page long."""

_QUOTED_ROLES = ("summary", "body")
_BLOCK_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*•–▪]|\(?\d{1,3}[.)])[^\S\n])")
_MARKERS = re.compile(r"\s*(?:\[\d{1,3}\][^\S\n]*)+")
_CLOSERS = re.compile(r"[)\]}\"'”’»]+(?=\s|$)")
_LIST_NUMBER = re.compile(r"\(?\d{1,3}[.)]|[-*•–▪]")
_ABBREVIATION = re.compile(r"\b(?:approx|ca|est|incl|max|min)\.\s*\Z", re.IGNORECASE)
_SOFT_BREAK = re.compile(r"[;:,]\s|\s")


def split(content: Content) -> list[PassageDraft]:
    """The passages of a document in reading order; none when nothing in it may be quoted."""
    return [
        PassageDraft(
            span=Span(start=group[0].start, end=group[-1].end),
            heading_path=section.heading_path,
            sentences=tuple(group),
        )
        for section in content.sections
        if section.role in _QUOTED_ROLES
        for group in _pack(_sentences_in(content.text, section.span))
    ]


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, without surrounding white space.

    They cover every character that is not white space, and none is longer than SENTENCE_CHARS.
    Source markers ("[1] [2]") and closing quotation marks stay with the sentence before them.
    """
    return _sentences_in(text, Span(start=0, end=len(text))) if text else []


def _sentences_in(text: str, within: Span) -> list[Span]:
    spans: list[Span] = []
    for block in _blocks(text, within):
        for sentence in _sentences_of_block(block.of(text)):
            start, end = block.start + sentence.start, block.start + sentence.end
            spans += _bounded(text, Span(start=start, end=end))
    return spans


def _blocks(text: str, within: Span) -> Iterator[Span]:
    """Paragraphs and list items: no sentence crosses from one to the next."""
    start = within.start
    for gap in _BLOCK_BREAK.finditer(text, within.start, within.end):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, within.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start:end]
    lead = len(words) - len(words.lstrip())
    length = len(words.strip())
    if length:
        yield Span(start=start + lead, end=start + lead + length)


def _sentences_of_block(block: str) -> list[Span]:
    starts = [row["start_index"] for row in sentencex.get_sentence_boundaries("en", block)]
    cuts = _guarded(block, [start for start in starts if start])
    return [
        span
        for start, end in pairwise([0, *cuts, len(block)])
        for span in _trimmed(block, start, end)
    ]


def _guarded(block: str, starts: list[int]) -> list[int]:
    """Move or drop the cuts where the library parts what belongs together.

    Markers and closing quotation marks after the full stop go to the sentence before; a lone list
    number ("5.") and a few abbreviations that the library doesn't know stay with what follows.
    """
    cuts: list[int] = []
    last = 0
    for start in starts:
        for tail in (_CLOSERS, _MARKERS):
            match = tail.match(block, start)
            start = match.end() if match else start
        if last < start < len(block) and not _unfinished(block, last, start):
            cuts.append(start)
            last = start
    return cuts


def _unfinished(block: str, start: int, end: int) -> bool:
    is_list_number = end - start < 8 and _LIST_NUMBER.fullmatch(block[start:end].strip())
    return bool(is_list_number or _ABBREVIATION.search(block, max(start, end - 12), end))


def _bounded(text: str, sentence: Span) -> Iterator[Span]:
    """Cut an over-long sentence at its last comma or space before the limit, else at the limit."""
    start = sentence.start
    while sentence.end - start > SENTENCE_CHARS:
        window = text[start : start + SENTENCE_CHARS]
        breaks = [match.end() for match in _SOFT_BREAK.finditer(window, SENTENCE_CHARS // 2)]
        cut = start + (breaks[-1] if breaks else SENTENCE_CHARS)
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, sentence.end)


def _pack(spans: list[Span]) -> Iterator[list[Span]]:
    """Consecutive sentences into passages of about equal length, each at most PASSAGE_CHARS.

    A section of 1.1 limits becomes two halves, not a full passage and a stub.
    """
    if not spans:
        return
    total = spans[-1].end - spans[0].start
    goal = total / -(-total // PASSAGE_CHARS)
    group: list[Span] = []
    for span in spans:
        if group and not _room(group, span, goal):
            yield group
            group = []
        group.append(span)
    yield group


def _room(group: list[Span], span: Span, goal: float) -> bool:
    """Does one more sentence bring the passage nearer to the goal, within the limit?"""
    before, after = group[-1].end - group[0].start, span.end - group[0].start
    return after <= PASSAGE_CHARS and (after <= goal or after - goal < goal - before)
