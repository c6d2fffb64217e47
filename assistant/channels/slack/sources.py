"""One source of an answer as Slack shows it: who says it, the exact words, where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from assistant.channels.render import dates, page, revision_text, speaker, via_text
from assistant.channels.slack import links
from assistant.channels.slack.limits import Level
from assistant.channels.slack.links import Pages
from assistant.channels.slack.rich import (
    Json,
    block,
    bullets,
    joined,
    linked,
    quoted,
    section,
    words,
)
from assistant.shapes import CitationJson, CitedRevisionJson, NearestJson, ViaJson

Cut: TypeAlias = Callable[[str, int], str]
"""Somebody's words, at most so many characters of them, and a mark where some are missing."""


def source(
    citation: CitationJson,
    cut: Cut,
    level: Level,
    pages: Pages,
    revision: CitedRevisionJson | None = None,
) -> Json:
    """A numbered source, with what its markers lead to, and whether it was updated or corrected."""
    outside = links.original(citation["url"], citation["quote"], citation["page"])
    address = outside or pages.passage(citation)
    about = joined(
        [
            linked(cut(citation["title"], 300), address),
            words(cut(citation["publisher"] or "", 200)),
            words(dates(citation)),
            words(page(citation["page"]) or ""),
        ]
    )
    hops = [_via(via, cut, level) for via in citation["via"][: level.items]]
    more = len(citation["via"]) - len(hops)
    if more > 0:
        hops.append(words(f"[…{more} more]"))
    said = revision_text(revision) if revision else ""
    return block(
        section(words(f"[{citation['n']}]", bold=True), words(f" {speaker(citation)}:")),
        quoted(cut(citation["quote"], level.quote)),
        section(about),
        section(words(cut(said, level.words), bold=True)),
        bullets(hops),
    )


def _via(via: ViaJson, cut: Cut, level: Level) -> list[Json]:
    address = links.original(via["url"], via["quote"] or "", via["page"])
    said = words(f"{cut(via['marker'], 40)} {cut(via_text(via), level.quote + level.words)}")
    return joined([said, linked("the source", address) if address else []])


def nearest(near: NearestJson, cut: Cut, level: Level, pages: Pages) -> Json:
    """A passage that came near to a question which the archive could not answer."""
    checked = near["checked_on"]
    named = linked(cut(near["title"], 300), pages.passage(near))
    about = [named, words(f"checked on {checked}" if checked else "")]
    return block(quoted(cut(near["quote"], level.quote)), section(joined(about)))
