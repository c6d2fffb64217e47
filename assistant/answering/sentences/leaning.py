"""Sentences that lean on the one before them, and what they bring along to be read alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from assistant.answering.citations import strip_markers
from assistant.answering.sentences.restated import restates
from assistant.answering.sentences.units import Unit, profile
from assistant.types import Span

STEPS = 2
"""So many sentences may be brought along: more would be a passage and no sentence."""
_LEANS = re.compile(
    r"^[\"'“‘(]?(?:this|these|those|that|it|they|them|its|their|he|she|his|her|such|however|but|"
    r"and|so|or|nor|yet|thus|hence|therefore|moreover|furthermore|also|instead|likewise|similarly|"
    r"otherwise|meanwhile|nevertheless|nonetheless|still|both|another|others|separately|"
    r"additionally|consequently|accordingly|as a result|that said|the same|the former|the latter|"
    r"for example|for instance|by contrast|in contrast|in addition|on the other hand|"
    r"in other words|"
    r"even so|then|one reason|the second|the third|the other|at the same time|neither)\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(r"^(?:sources?|references|see also|read more|related)\b", re.IGNORECASE)


def is_sentence(text: str) -> bool:
    """Whole prose: no bare heading, no list of links, no question."""
    bare = strip_markers(text)
    return (
        len(bare.split()) >= 4
        and not bare.endswith("?")
        and not _FURNITURE.match(bare)
        and (bare[-1:] in ".!\"”’')" or len(bare.split()) >= 8)
    )


def leans(text: str) -> bool:
    """Does the sentence open with a word that needs the sentence before it?"""
    return bool(_LEANS.match(text))


Before = Mapping[Span, Unit]
"""The span of a sentence -> the one right before it in its document, where that is in sight."""


def predecessors(units: Sequence[Unit]) -> dict[Span, Unit]:
    """Of the units of one document."""
    ordered = sorted(units, key=lambda unit: unit.span)
    return {
        unit.span: before
        for before, unit in pairwise(ordered)
        if before.span.end <= unit.span.start
        and not unit.document.text[before.span.end : unit.span.start].strip()
    }


def with_what_it_leans_on(unit: Unit, before: Before, said: Collection[Unit] = ()) -> list[Unit]:
    """The sentence after those that it leans on; nothing where one of them is out of sight, too
    far up, or the claim that is rated.

    What is said already need not be brought. A figure without a year brings a sentence that has
    one, where that stands right before it.
    """
    chain = [unit]
    while leans(chain[0].sentence.text) and not (len(chain) > 1 and chain[0] in said):
        previous = before.get(chain[0].span)
        if previous is None or len(chain) > STEPS or is_rated(previous):
            return []
        chain.insert(0, previous)
    dating = before.get(unit.span)
    if len(chain) == 1 and dating and _dates(dating, unit):
        return [dating, unit]
    return chain


def _dates(previous: Unit, unit: Unit) -> bool:
    if not _lacks_year(unit.sentence.text) or not previous.sentence.years:
        return False
    words = previous.sentence.text
    return not leans(words) and is_sentence(words) and not is_rated(previous)


def is_rated(unit: Unit) -> bool:
    """Is it the claim that its fact-check rates?"""
    return restates(unit.document, unit.hit.passage, unit.span)


def _lacks_year(text: str) -> bool:
    """It gives a figure and no year."""
    found = profile(text)
    figures = [n for n in found.numbers if not n.is_year and not n.spelled]
    return bool(figures) and not found.years
