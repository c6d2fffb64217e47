"""Contents for tests of edits: a title, and sections under a heading each."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import Content, Section, Span


def composed(bodies: Sequence[str]) -> Content:
    text, sections = "A title", []
    for n, body in enumerate(bodies):
        text += f"\n\nHeading {n}\n\n"
        sections.append(
            Section(
                span=Span(start=len(text), end=len(text) + len(body)),
                heading_path=(f"Heading {n}",),
            )
        )
        text += body
    return Content(kind="fact_check", title="A title", text=text, sections=tuple(sections))
