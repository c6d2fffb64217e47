"""Whose word may replace whose: the same publisher's, or by the tiers that the newsroom sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from assistant.freshness.clocks import in_force_from, judged_on
from assistant.types import Document

MOST_REPLACED = 20
"""A document that says of itself that it replaces more others than this is not believed: it would
rather be a mistake, or an attempt to silence an archive. An editor may still say so."""

NEWSROOM = "(the newsroom)"
"""Who stands behind a fact-check that names no publisher."""


class Authority:
    """Tiers by publisher, 1 the highest. Publishers compare whatever their case and spaces."""

    def __init__(self, tiers: Mapping[str, int] | None = None) -> None:
        self._tiers = {publisher_name(name): tier for name, tier in (tiers or {}).items()}

    def links(self, newer: Document, older: Document) -> bool:
        """Metadata of `newer` that it replaces `older` counts.

        Of the same publisher, or of two that are listed, the newer's tier at least as high; and of
        a document of the same kind that is not the older of the two.
        """
        if newer.kind != older.kind or newer.id == older.id or _is_surely_older(newer, older):
            return False
        if len(newer.content.supersedes) + len(newer.content.corrects) > MOST_REPLACED:
            return False
        mine, theirs = (publisher_name(each.content.publisher) for each in (newer, older))
        if mine == theirs:
            return True
        tiers = self._tiers.get(mine), self._tiers.get(theirs)
        return tiers[0] is not None and tiers[1] is not None and tiers[0] <= tiers[1]

    def figures(self, newer: Iterable[str | None], older: Iterable[str | None]) -> bool:
        """A figure that `newer` publishers stand behind may replace one of the `older`.

        One publisher is behind both, or the newer's is listed, its tier at least as high; what is
        not listed has the lowest. Of two strangers neither may replace the other's; an archive that
        names nobody behind either is believed.
        """
        mine, theirs = ({publisher_name(name) for name in names} - {""} for names in (newer, older))
        if not (mine | theirs) - {NEWSROOM}:
            return True
        if any(_is_one(each, other) for each in mine for other in theirs):
            return True
        highest, other = self._highest(mine), self._highest(theirs)
        return highest is not None and (other is None or highest <= other)

    def _highest(self, names: Iterable[str]) -> int | None:
        return min((self._tiers[name] for name in names if name in self._tiers), default=None)


def publisher_name(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def publishers(document: Document, markers: Iterable[int]) -> tuple[str | None, ...]:
    """Who stands behind a sentence: who published its document, and the sources it is marked by."""
    cited = set(markers)
    named = [source.publisher for source in document.content.sources if source.n in cited]
    own = NEWSROOM if document.kind == "fact_check" else None
    return (document.content.publisher or own, *named)


def _is_one(name: str, other: str) -> bool:
    """Two spellings of one publisher: the same, or the one is the initials of the other."""
    return name == other or name == _initials(other) or other == _initials(name)


@lru_cache(maxsize=4096)
def _initials(name: str) -> str | None:
    """ "National Center for Missing & Exploited Children" is also "ncmec"; None for short names."""
    words = [word for word in _WORD.findall(name) if word not in _SMALL]
    return "".join(word[0] for word in words) if len(words) > 2 else None


_WORD = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(("and", "for", "of", "the", "on", "in", "de", "la", "et", "und", "der"))


def counts_from(document: Document) -> date:
    """The first day on which a document may replace another: not before its own date."""
    published = document.content.published_on
    if document.kind == "source_document" and published is not None:
        return published.first
    return in_force_from(document)


def _is_surely_older(newer: Document, older: Document) -> bool:
    mine, theirs = judged_on(newer), judged_on(older)
    return mine is not None and theirs is not None and mine.last < theirs.first
