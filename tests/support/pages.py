"""Texts written for these tests in the layouts that the readers know."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

FACT_CHECK = """How many lighthouses does the island of Sund have?

Checked on March 4, 2025
Disclaimer: Checkers can make mistakes. Please verify important information.
Support independent checking: make a donation today.

This fact-check may be outdated. Consider refreshing it to get the most current information.

Executive summary

The island has 14 lighthouses, of which 9 are still lit [1] [2]. Three were taken down in 1998 [2].

1. How the coast office counts

The coast office counts towers, not lamps: 14 towers stood in 2024 [1].

Donations to the museum fell by 12% in 2023, it says [3].

2. Lit or dark?

Nine of the towers carry a working lamp [2].

Sources

[1] Coast Office. List of lights. 12 May 2024. https://coast.example/lights
[2] Coast Office. https://coast.example/lamps
[3] "Visitors to the museum". 2023.

Want to dive deeper?
How many lighthouses were lit in 1990?
Who pays for the lamps?
Was this fact-check helpful?
"""

Placed = tuple[float, float, str, str, float]
"""(x, y, font, words, size): a line of a page."""


def pdf(pages: Sequence[Iterable[Placed]], *, password: str | None = None) -> bytes:
    """A PDF with these lines on its pages, A4 upright."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=password, pageCompression=0)
    canvas.setTitle("")
    for lines in pages:
        for x, y, font, words, size in lines:
            canvas.setFont(font, size)
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def column(lines: Sequence[str], top: float = 760, size: float = 11) -> list[Placed]:
    """Lines of one font below each other; an empty line leaves a gap."""
    return [
        (72, top - i * 1.3 * size, "Helvetica", words, size)
        for i, words in enumerate(lines)
        if words
    ]
