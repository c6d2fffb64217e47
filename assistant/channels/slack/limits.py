"""How much of a reply one message shows: levels, from everything to what always fits."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE = 13_000
"""Characters of a message's blocks as JSON. Slack refuses more than about that; it does not say
what it counts, so everything is counted."""
BLOCKS = 50
TEXT = 3_000
"""Characters of a message's text, which notifications show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Characters of a quote and of other words, how many of a kind, and how many sources."""

    quote: int
    words: int
    items: int
    sources: int


LEVELS = (
    Level(quote=10_000, words=5_000, items=40, sources=40),
    Level(quote=2_000, words=2_000, items=30, sources=40),
    Level(quote=1_000, words=1_500, items=20, sources=40),
    *(Level(quote=500, words=800, items=12, sources=n) for n in (40, 20, 12, 9, 7, 5)),
    *(Level(quote=300, words=400, items=5, sources=n) for n in (7, 5, 3)),
    Level(quote=200, words=200, items=2, sources=2),
    Level(quote=80, words=80, items=1, sources=1),
)
"""Quotes are shortened before sources are left out, and sources before sentences."""
