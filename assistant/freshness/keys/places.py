"""Of which place a figure speaks: named beside it, before it, or by the title."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from assistant.freshness.keys.wording import listed
from assistant.geography import located
from assistant.types import Content

_WORLD = re.compile(r"\b(?:worldwide|world-wide|globally|global|the world)\b", re.I)
_OPEN = re.compile(
    r"\b(?:in|across|throughout|within|for|of|from|at)\s(?:the (?:city|county|state|province"
    r"|region|town"
    r"|municipality|district|republic|kingdom) of\s|the\s)?"
    r"(?P<name>(?:[A-Z][a-z\u00c0-\u024f'\u2019-]+)(?:\s(?:[A-Z][a-z\u00c0-\u024f'\u2019-]+"
    r"|de|do|da|del|of(?=\s[A-Z])))*"
    r"(?:\s(?:County|City|Province|Region|State|District|Island|Islands|Valley|Bay|Sea|Ocean))?)"
)
_TOGETHER = re.compile(r"\b(?:England and Wales|England, Wales and Northern Ireland)\b")
"""Two countries that one body counts together: neither of them alone."""
_BODIES = frozenset(
    listed(
        "court courts office agency league register assembly commission council senate union"
        " championship cup festival treaty convention scheme programme fund bank index award prize"
    )
)
_ORIGIN = re.compile(
    r"\b(?:applicants|people|persons|students|visitors|tourists|migrants|refugees|workers|nationals"
    r"|citizens|passengers|seekers|arrivals|guests|immigrants|children|patients|imports|goods)\s"
    r"(?:from|of)\s(?:the\s)?$",
    re.I,
)
_DEMONYM = re.compile(r"(?:[a-z](?:an|ese|ish|ean)|aqi|raeli|stani|emeni|Greek|Dutch|French|Thai)$")
_NEAR = 24
""" "54,000 Iraqi refugees were registered in Jordan"."""
_POSSESSIVE = re.compile(r"\b(?P<name>[A-Z][a-z\u00c0-\u024f]+)(?:'s|\u2019s)\s")
_NOT_PLACES = frozenset(
    listed(
        "january february march april may june july august september october november"
        " december monday"
        " tuesday wednesday thursday friday saturday sunday the a an this that his her its"
        " their our"
        " congress parliament president senate house court act section table figure chapter report"
        " data internet facebook twitter covid english christmas easter of q1 q2 q3 q4 fiscal year"
        " earth medicare medicaid current police federal national social public health title"
    )
)


class Places:
    """The places of one document."""

    def __init__(self, content: Content) -> None:
        self._document = _first(content.title) or _of_publisher(content.publisher)

    def first(self, text: str) -> str | None:
        return _first(text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [(start, end) for start, end, _ in _all(text)]

    def from_elsewhere(self, sentence: str, place: str | None, at: int) -> set[str]:
        """ "Main applicants from India were granted visas for the UK": a part by where they are
        from."""
        found: set[str] = set()
        for start, end, name in _all(sentence):
            named = _DEMONYM.search(sentence[start:end]) and at <= start < at + _NEAR
            if name != place and (named or _ORIGIN.search(sentence[max(0, start - 24) : start])):
                found.add(f"from-{name}")
        return found

    def of(
        self, sentence: str, start: int, end: int, before: Callable[[], str | None]
    ) -> str | None:
        """The place that belongs to the number at `start`..`end` of a sentence.

        One behind it wins over one in front: "64.74 percent in Germany, 51.49 percent in France".
        """
        found = _all(sentence)
        behind = [
            (a, name) for a, _, name in found if a >= end and not re.search(r"\d", sentence[end:a])
        ]
        ahead = [(b, name) for _, b, name in found if b <= start]
        near = [n for a, n in behind if not re.search(r"[;:,]", sentence[end:a])]
        if near:
            return _merged(near)
        if ahead:
            return ahead[-1][1]
        own = [n for a, n in behind if not re.search(r"[;:]", sentence[end:a])]
        if own:
            return own[0]
        known = before() or self._document
        if known is None and found:  # ": a shipment to Timor-Leste" tells of something else
            return behind[0][1] if behind else found[0][2]
        return known


def _merged(names: list[str]) -> str:
    return names[0]


def _first(text: str) -> str | None:
    found = _all(text)
    return found[0][2] if found else None


def _of_publisher(publisher: str | None) -> str | None:
    found = located(publisher) if publisher else []
    return found[0][2].lower() if found else None


@lru_cache(maxsize=1024)
def _all(text: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, folded name) of the places in a text, in order, none inside another."""
    found = [
        (start, end, "americas" if text[start:end] == "Americas" else name.lower())
        for start, end, name in located(text)
    ]
    if " Wales" in text:
        both = [match.span() for match in _TOGETHER.finditer(text)]
        found = [f for f in found if not any(a <= f[0] < b for a, b in both)]
        found += [(a, b, "england and wales") for a, b in both]
    lower = text.lower()
    if "world" in lower or "global" in lower:  # the pattern itself is slow
        found += [(m.start(), m.end(), "world") for m in _WORLD.finditer(text)]
    for pattern in (_OPEN, _POSSESSIVE):
        for match in pattern.finditer(text):
            span = match.span("name")
            words = match["name"].split()
            if words[0].lower() in _NOT_PLACES or words[-1].lower() in _BODIES or len(words) > 4:
                continue
            if pattern is _POSSESSIVE or not _is_name_of_something(text, match):
                if any(span[0] < e and s < span[1] for s, e, _ in found):
                    continue
                if pattern is _POSSESSIVE:
                    continue
                found.append((*span, match["name"].lower()))
    return tuple(sorted(found))


def _is_name_of_something(text: str, match: re.Match[str]) -> bool:
    """ "of the Paris Agreement", "for Black women": a capital does not make a place."""
    after = text[match.end("name") : match.end("name") + 30]
    lead = match.group().split()[0].lower()
    return lead in ("of", "for", "from", "at") or bool(
        re.match(r"\s(?!(?:is|was|has)\b)[a-z]+s\b", after)
    )
