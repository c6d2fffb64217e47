"""Does a number of the claim belong, where it stands, to what the claim says of it?

The number alone is not enough: "23 seats" of the Greens is none of the Liberals, 4.1 percent of
July none of August. A number passes if one of its places in the evidence raises no objection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.language.scopes import Placed, Slots, clash, placed
from assistant.answering.language.text import (
    FRAME_STEMS,
    background,
    content_stems,
    is_content,
    split_sentences,
    stem,
)
from assistant.answering.language.values import agrees, bounds_apart
from assistant.answering.support.alignment import Sentence
from assistant.answering.support.directions import turned_way, ways
from assistant.answering.support.opposites import turned

_KINDS = frozenset(("year", "range", "month", "sex", "age", "measure", "base", "place"))
"""What of a figure's scope counts here; a rank or century is said of other things too often."""
_APART = 0.4
"""So much more of the claim another sentence must hold to be the one that it speaks of."""
_LEAST = 0.34


def belonging_reasons(claim: str, said: Sequence[Sentence]) -> tuple[str, ...]:
    """What stands against the numbers of the claim at every place where they stand."""
    reasons = []
    for part in (span.of(claim) for span in split_sentences(claim)):
        for figure in placed(part):
            places = [
                (other, sentence)
                for sentence in said
                if any(agrees_at_all(figure, n.value) for n in sentence.numbers)
                for other in placed(sentence.text)
                if figure.number.unit == other.number.unit
                and (agrees(figure.value, other.value) or bounds_apart(figure.value, other.value))
                and agrees_at_all(figure, other.number.value)
            ]
            found = [next(_objections(figure, *place, said), None) for place in places]
            if places and None not in found:
                reasons.append(next(each for each in found if each))
    return tuple(dict.fromkeys(reasons))


def settled(claim: str, window: Sentence) -> bool:
    """Does the claim give a number the same direction as the evidence does beside it?"""
    texts = [span.of(window.text) for span in split_sentences(window.text)]
    said = [figure for text in texts for figure in placed(text)]
    return any(
        ways(ours.stretch) & ways(_last_statement(theirs.stretch))
        for ours in placed(claim)
        for theirs in said
        if agrees(ours.value, theirs.value)
    )


def agrees_at_all(figure: Placed, value: float) -> bool:
    return abs(figure.number.value - value) <= 0.1 * max(abs(value), abs(figure.number.value))


def _objections(
    figure: Placed, other: Placed, sentence: Sentence, said: Sequence[Sentence]
) -> Iterator[str]:
    written = figure.written
    if differs := clash(_scope(figure.slots), _scope(other.slots)):
        what, own, held = differs
        yield f"{what} of {written} is {held} in the evidence, not {own}"
    if bounds_apart(figure.value, other.value):
        yield f"{written} is a bound on the other side in the evidence"
    ours, theirs = _last_statement(figure.stretch), _last_statement(other.stretch)
    if words := turned(ours, theirs):
        yield f"the evidence says {words} of {written}"
    if way := turned_way(ours, theirs):
        yield f"{written} goes {way}"
    if rival := _rival(figure, other, sentence):
        yield f"{written} belongs to something else in the evidence, which has {rival} for this"
    if rival := _elsewhere(figure, sentence, said):
        yield f"{written} stands in another connection in the evidence, which has {rival} for this"


def _scope(slots: Slots) -> Slots:
    return {kind: values for kind, values in slots.items() if kind in _KINDS}


def _rival(figure: Placed, other: Placed, sentence: Sentence) -> str | None:
    """Another figure of the sentence whose own words are those of the claim.

    The number's own stretch must bring its own subject: ", of which two were closed" leans on what
    stands before it.
    """
    ours = figure.near - FRAME_STEMS
    for rival in placed(sentence.text):
        if (
            rival.number.unit != other.number.unit
            or rival.number.value == other.number.value
            or not _alike(rival, other)
        ):
            continue
        theirs = (ours & rival.near) - other.near
        unsaid = other.near - figure.near - rival.near - FRAME_STEMS
        if theirs and unsaid & _subject(other):
            return rival.written
    return None


def _alike(one: Placed, other: Placed) -> bool:
    """Not days beside episodes."""
    ours, theirs = ([w for w in each.counted[:1] if is_content(w)] for each in (one, other))
    return not ours or not theirs or stem(ours[0]) == stem(theirs[0])


def _subject(figure: Placed) -> frozenset[str]:
    """The stems that stand before a figure in its own stretch."""
    head, _, _ = figure.stretch.partition(figure.written)
    return frozenset(content_stems(head))


def _last_statement(stretch: str) -> str:
    """What follows "... is false: "."""
    return stretch.rpartition(": ")[2]


def _elsewhere(figure: Placed, sentence: Sentence, said: Sequence[Sentence]) -> str | None:
    """A figure of the same unit in a sentence that says much more of what the claim says."""
    ours = figure.near - FRAME_STEMS
    total = weight(ours)
    if not total:
        return None
    here = weight(ours & sentence.stems) / total
    if here > 1 - _APART:
        return None
    at = said.index(sentence)
    if at:
        here = max(here, weight(ours & (sentence.stems | said[at - 1].stems)) / total - 0.2)
    if here > _LEAST:
        return None
    for each in said:
        if each is sentence or weight(ours & each.stems) / total < here + _APART:
            continue
        for rival in each.numbers:
            if rival.unit == figure.number.unit and not rival.is_year and not rival.is_day:
                return rival.span.of(each.text).strip()
    return None


def weight(stems: frozenset[str]) -> float:
    return sum(background().weight(each) for each in sorted(stems))
