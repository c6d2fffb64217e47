"""A source document made ready to be held against what is said of it: sentences with their frame.

A sentence is read with its heading, its document's title and publisher, and where it names no
period or place of its own, with those of its heading, of the sentence before it, or of the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.citations import document_sentences
from assistant.answering.language.places import places
from assistant.answering.language.quantities import years
from assistant.answering.language.scopes import Placed, Slots, placed, slots
from assistant.answering.language.text import background, content_stems
from assistant.ports import SentenceSplitter
from assistant.types import Document, Span

_CARRIED = ("year", "place")
"""What a sentence takes over from what stands above it, where it names none itself."""
_NUMERALS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelv": "12", "eighteen": "18",
    "twenti": "20",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence of a source. `above` is what holds of it from above; `frame` the stems of its
    heading, and of its document's title and publisher."""

    span: Span
    text: str
    stems: frozenset[str]
    frame: frozenset[str]
    above: Slots
    figures: tuple[Placed, ...]

    def slots_of(self, figure: Placed) -> Slots:
        """What holds of one of its figures; what the sentence says of another one is unknown."""
        own = slots(self.text)
        return {**{k: v for k, v in self.above.items() if k not in own}, **figure.slots}

    @property
    def slots(self) -> Slots:
        return {**self.above, **slots(self.text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A source and its sentences, in reading order. `years` and `places` are all that it
    names, dates included."""

    document: Document
    said: tuple[Said, ...]
    frame: frozenset[str]
    years: frozenset[int]
    places: frozenset[str]
    names: frozenset[str]
    """Stems of its publisher's name, with its initials."""

    @property
    def speaker(self) -> str:
        return ". ".join(filter(None, (self.document.content.publisher, self.document.title)))


def stems_of(text: str) -> tuple[str, ...]:
    """Content stems in order; a number in words is the number."""
    return tuple(_NUMERALS.get(each, each) for each in content_stems(text))


@lru_cache(maxsize=65536)
def stems(text: str) -> frozenset[str]:
    return frozenset(stems_of(text))


def coverage(wanted: frozenset[str], held: frozenset[str]) -> float:
    """The share of the wanted words that are held, weighed by how rare they are: 0 to 1."""
    weights, total = _weights(wanted)
    return sum(weight for each, weight in weights if each in held) / total if total else 0.0


@lru_cache(maxsize=4096)
def _weights(wanted: frozenset[str]) -> tuple[tuple[tuple[str, float], ...], float]:
    """In one order, so that a sum never depends on the process."""
    table = background()
    weights = tuple((each, max(table.idf.get(each, table.unseen), 0.3)) for each in sorted(wanted))
    return weights, sum(weight for _, weight in weights)


def ground(document: Document, sentences: SentenceSplitter) -> Ground:
    content = document.content
    frame = stems(f"{content.title} . {content.publisher or ''} . {_published(document)}")
    dates = (content.published_on, content.modified_on, content.valid_as_of, content.checked_on)
    return Ground(
        document=document,
        said=tuple(_said(document, document_sentences(document, sentences), frame)),
        frame=frame,
        years=frozenset(day.first.year for day in dates if day)
        | years(content.title)
        | years(content.text),
        places=places(f"{content.publisher or ''} {content.title} {content.text}"),
        names=_names(content.publisher or ""),
    )


def _names(publisher: str) -> frozenset[str]:
    initials = "".join(re.findall(r"\b[A-Z]", publisher)).lower()
    common = stems("National International World Center Office U.S. United States Federal")
    return (stems(publisher) | {initials}) - common - {""}


def _published(document: Document) -> str:
    """When it came out, as a sentence would say it."""
    day = document.content.published_on
    if day is None:
        return ""
    month = f"{day.first:%B} " if "-" in day.value else ""
    return f"published {month}{day.first.year}"


def _said(document: Document, spans: Sequence[Span], frame: frozenset[str]) -> Iterator[Said]:
    title = _carried(slots(document.title))
    as_of = document.content.valid_as_of
    if as_of and "year" not in title:
        title = {**title, "year": frozenset({str(as_of.first.year)})}
    section, above = None, dict(title)
    for span in spans:
        text = span.of(document.text)
        here = document.section_of(span)
        if here != section or section is None:
            section = here
            heading = " . ".join(here.heading_path[-1:]) if here else ""
            above = {**title, **_carried(slots(heading))}
        yield Said(
            span=span,
            text=text,
            stems=stems(text),
            frame=frame | (stems(" . ".join(here.heading_path)) if here else frozenset()),
            above=dict(above),
            figures=placed(text),
        )
        above |= _carried(slots(text))


def _carried(found: Slots) -> dict[str, frozenset[str]]:
    return {kind: values for kind, values in found.items() if kind in _CARRIED}
