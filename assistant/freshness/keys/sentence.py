"""A sentence that is being read for its figures, and what its numbers are to each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.freshness.keys.clauses import Clause
from assistant.freshness.keys.measured import Measured
from assistant.freshness.keys.narrowing import CARRIED
from assistant.freshness.keys.numbers import Number
from assistant.freshness.keys.subjects import Naming
from assistant.freshness.keys.units import MEASURES, Unit
from assistant.freshness.keys.when import Bounds, Placed
from assistant.types import Figure, Span


@dataclass(slots=True, kw_only=True)
class Paragraph:
    """What the sentences of a paragraph have said so far."""

    heading: tuple[str, ...]
    context: tuple[str, ...]
    figures: list[Figure]
    bounds: list[Bounds | None]
    place: Last
    subject: Last


class Last:
    """What the last of some texts says, of those that say anything: read when it is asked for."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._texts: list[str] = []
        self._said: str | None = None

    def add(self, text: str) -> None:
        self._texts.append(text)

    def said(self) -> str | None:
        while self._texts:
            if said := self._read(self._texts.pop()):
                self._said = said
                self._texts.clear()
        return self._said


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A figure of the sentence that has been read, with what it measures."""

    figure: Figure
    about: Measured


@dataclass(slots=True, kw_only=True)
class Sentence:
    text: str
    span: Span
    numbers: tuple[Number, ...]
    placed: Placed
    names: tuple[Naming, ...]
    hidden: str
    paragraph: Paragraph


def is_part_of(sentence: Sentence, n: int) -> bool:
    """ "1,884 of the 2,144 cases": the number counts what the next one counts."""
    if n + 1 >= len(sentence.numbers):
        return False
    between = sentence.text[sentence.numbers[n].end : sentence.numbers[n + 1].start]
    return _OF.fullmatch(between) is not None


def starts_range(sentence: Sentence, n: int) -> bool:
    """ "from 8.2 to 8.6 deaths per 100,000": the unit stands behind the second."""
    if n + 1 >= len(sentence.numbers):
        return False
    between = sentence.text[sentence.numbers[n].end : sentence.numbers[n + 1].start]
    return re.fullmatch(r"\s(?:to|and|or)\s|\s?[\u2013-]\s?", between) is not None


_OF = re.compile(r"\s(?:out )?of (?:the |its |those |all |these |some |about )?", re.I)


_FROM = re.compile(r"[^.;]{0,60}\bfrom (?:about |around )?[$€£]?", re.I)


_TO = re.compile(r"[^.;,]{0,60}\bto (?:about |around )?[$€£]?", re.I)


def is_level(before: Read, sentence: Sentence, number: Number) -> bool:
    """ "fell by 27% to 669,400": behind the size of the change stands what it led to."""
    if not before.about.change or before.figure.unit not in ("%", "pp"):
        return False
    start = before.figure.span.start - sentence.span.start
    if sentence.text[:start].endswith("from "):
        return False  # "growth was revised from 2.9 to 2.2 percent": two sizes of one change
    between = sentence.text[before.figure.span.end - sentence.span.start : number.start]
    return _LEVEL.fullmatch(between) is not None


_LEVEL = re.compile(
    r",?(?:\s(?:year on year|from (?:a year|the year) (?:earlier|before)))?,?"
    r"\sto (?:about |around |nearly |almost |just over |a record |an estimated )?",
    re.I,
)


def goes_on(before: Read, *, figure_unit: str, between: str) -> bool:
    """ "by 26.2%, from 31.3 ... to 23.1": the value that a change starts from, or ends at."""
    if before.about.change:
        return _FROM.fullmatch(between) is not None
    return figure_unit == before.figure.unit and _TO.fullmatch(between) is not None


_WITHOUT_VERB = re.compile(
    r"\b(?:was|were|is|are|had|has|have|rose|fell|grew|reached|stood|made|put|counted|recorded"
    r"|received|expects?|projects?|gave|estimated|increased|decreased|declined|dropped|held|hold"
    r"|holds|registered|handled|sold|paid|lost|killed|carried|served|issued|granted|completed)\b",
    re.I,
)


def has_verb(clause: Clause) -> bool:
    return _WITHOUT_VERB.search(clause.between) is not None


def teller(
    about: Measured, unit: Unit, read: Sequence[Read], sentence: Sentence, clause: Clause
) -> Measured | None:
    """The figure that says what this one measures, where this one doesn't."""
    bare = not unit.counted or not about.metric
    if read and unit.name == read[-1].figure.unit and unit.bare:
        own = about.metric and has_verb(clause)
        return None if own else read[-1].about
    if about.metric or not bare:
        return None
    if read:
        return _without_basis(read[-1])
    for figure in reversed(sentence.paragraph.figures):
        if figure.unit == unit.name:
            return _carried(about_of(figure))
    if unit.name in ("%", "") and sentence.paragraph.figures and ANAPHORA.search(sentence.text):
        return _carried(without_basis_of(sentence.paragraph.figures[-1]))
    return None


def _carried(about: Measured) -> Measured:
    return replace(about, population=tuple(sorted({*about.population, CARRIED})))


ANAPHORA = re.compile(
    r"\b(?:it|they|these|those|the (?:rates?|numbers?|figures?|total|shares?"
    r"|age-adjusted rate|fall|rise"
    r"|increase|decline|same)(?! of\b))\b",
    re.I,
)


def _without_basis(read: Read) -> Measured:
    return without_basis_of(read.figure)


def without_basis_of(figure: Figure) -> Measured:
    """What another unit of the same thing measures: the deaths that a percentage is of."""
    counted = (figure.unit,) if figure.unit.isalpha() and figure.unit not in MEASURES else ()
    about = about_of(figure)
    return replace(about, metric=tuple(sorted({*about.metric, *counted})))


def about_of(figure: Figure) -> Measured:
    return Measured(metric=figure.metric, population=figure.population)


def is_anaphoric(sentence: Sentence, number: Number) -> bool:
    head = sentence.text[: number.start]
    return re.match(r"\W*in \d{4}\b", head, re.I) is not None or (ANAPHORA.search(head) is not None)


def is_of_unknown_time(text: str, n: int, sentence: Sentence) -> bool:
    """It speaks of an earlier time that can't be told: better none than the document's."""
    start = sentence.numbers[n - 1].end if n else 0
    return bool(
        re.search(
            r"\bbefore (?:the (?:pandemic|war|crisis)|them|that)\b|\b(?:in"
            r"|during) the \w+ (?:before|earlier)\b"
            r"|\b(?:in|since) the (?:18|19|20)(?:th|st) century\b|\bthe year before\b|\btoday\b"
            r"|\bfirst federal\b|\bat the time\b|\bearlier (?:report|study)\b",
            text[start : sentence.numbers[n].end],
            re.I,
        )
    )
