"""Does a source hold a figure that is claimed of it: this value, of this thing, in this period?

The value alone is not enough: a figure that counts reports is no number of children, one of 2022
none of 2024, one of men none of women. Each objection is said in plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.language.computed import shares, worked_out
from assistant.answering.language.scopes import Placed, clash, placed
from assistant.answering.language.values import Value, agrees, same_unit
from assistant.answering.sources.counted import counts_other, thing
from assistant.answering.sources.marked import ALIKE, CONNECTED, Missed, Part, likeliest
from assistant.answering.sources.shares_held import in_other_words, share_missed
from assistant.answering.support.grounds import Ground, Said, coverage
from assistant.answering.support.opposites import turned

_NOT = re.compile(
    r"(?:\bnot|\bnever|n['’]t)\s+(?:(?!(?:more|less|fewer|only)\b)\w+\s+){0,2}[$€£]?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A figure of the source with the claimed value, and what speaks against it."""

    ground: Ground
    said: Said
    figure: Placed
    connected: float
    objection: str | None


def missed(part: Part, grounds: Sequence[Ground]) -> tuple[Missed, ...]:
    """The figures of the part that the sources together don't hold."""
    found = [_missed(part, figure, grounds) for figure in placed(part.text)]
    found += [share_missed(part, share, grounds) for share in shares(part.text)]
    return tuple(each for each in found if each)


def held(part: Part, ground: Ground) -> bool:
    """Does this source hold one of the figures of the part?"""
    figures = [f for f in placed(part.text) if not (f.number.spelled and f.number.value <= 12)]
    percents = [
        f.number.value for said in ground.said for f in said.figures if f.number.unit == "%"
    ]
    in_words = any(share.fits(value) for share in shares(part.text) for value in percents)
    return in_words or any(_missed(part, figure, (ground,)) is None for figure in figures)


def _missed(part: Part, figure: Placed, grounds: Sequence[Ground]) -> Missed | None:
    claimed = figure.value
    seen: list[_Seen] = []
    for ground in grounds:
        for said in ground.said:
            for other in said.figures:
                if agrees(claimed, other.value):
                    seen.append(_look(part, figure, ground, said, other, grounds))
    if _stands(figure, seen) or in_other_words(part, figure, grounds):
        return None
    likely = likeliest(part, grounds)
    if seen and not _soft(figure):
        best = max(seen, key=lambda each: each.connected)
        return Missed(
            written=figure.written,
            reason=best.objection or "",
            other=True,
            ground=best.ground,
            near=best.said.span,
        )
    together = [_values(said) for _, said, connected in likely if connected >= CONNECTED]
    together.append([value for _, said, _ in likely[:2] for value in _values(said)])
    near = [value for value in part.near if value != claimed]
    if worked_out(claimed, part.text, together, near):
        return None
    if _soft(figure):
        return _soft_missed(figure, likely)
    return _nowhere(figure, claimed, likely)


def _stands(figure: Placed, seen: Sequence[_Seen]) -> bool:
    """Nothing speaks against one of them; a bare number proves nothing beside one that is counted
    and counts something else."""
    free = [each for each in seen if each.objection is None]
    if thing(figure) and any(counts_other(figure, each.figure) for each in seen):
        free = [each for each in free if thing(each.figure)]
    return bool(free)


def _look(
    part: Part,
    figure: Placed,
    ground: Ground,
    said: Said,
    other: Placed,
    grounds: Sequence[Ground],
) -> _Seen:
    around = said.stems | said.frame | _neighbours(ground, said)
    connected = coverage(part.stems, around)
    return _Seen(
        ground=ground,
        said=said,
        figure=other,
        connected=connected,
        objection=next(_objections(figure, ground, said, other, grounds, connected), None),
    )


def _objections(
    figure: Placed,
    ground: Ground,
    said: Said,
    other: Placed,
    grounds: Sequence[Ground],
    connected: float,
) -> Iterator[str]:
    written = figure.written
    claimed, there = figure.value, other.value
    if not same_unit(claimed, there, bare=not figure.counted or figure.number.spelled):
        yield f"{written} has another unit in the source, where it is {other.written}"
    if counted := counts_other(figure, other):
        yield f"{written} counts {counted[1]} in the source, not {counted[0]}"
    claims = figure.slots
    if differs := clash(claims, said.slots_of(other)):
        what, ours, theirs = differs
        yield f"{what} of {written} is {theirs} in the source, not {ours}"
    if words := turned(figure.stretch, other.stretch):
        yield f"the source says {words} of {written}"
    if bool(_NOT.search(figure.before)) != bool(_NOT.search(other.before)):
        yield f"one of the two says that it is not {written}"
    if (claimed.at_least and there.at_most) or (claimed.at_most and there.at_least):
        yield f"the source says {_hedged(other)}"
    if speaker := _of_another(figure, ground, grounds):
        yield f"{written} is said by another source than {speaker}"
    if rival := _rival(figure, other, said):
        yield f"{written} belongs to something else in the source, which gives {rival} for this"
    if connected < CONNECTED:
        yield f"{written} stands in the source in another connection"


def _hedged(figure: Placed) -> str:
    return f"{' '.join(figure.before.split()[-2:])} {figure.written}"


def _of_another(figure: Placed, ground: Ground, grounds: Sequence[Ground]) -> str | None:
    """The publisher to whom the claim gives the figure, where it is another one cited with it."""
    if figure.near & ground.names:
        return None
    others = [each for each in grounds if each is not ground and figure.near & each.names]
    return others[0].document.content.publisher if others else None


def _rival(figure: Placed, other: Placed, said: Said) -> str | None:
    """Another figure of that sentence whose own words are those of the claim."""
    for rival in said.figures:
        if rival.number.unit != other.number.unit or rival.number.value == other.number.value:
            continue
        theirs = (figure.near & rival.near) - other.near
        unsaid = other.near - figure.near - rival.near
        if (
            theirs
            and unsaid
            and coverage(figure.near, rival.near) > coverage(figure.near, other.near)
        ):
            return rival.written
    return None


def _neighbours(ground: Ground, said: Said) -> frozenset[str]:
    """The stems of the sentence before, which a sentence often leans on."""
    at = next(i for i, each in enumerate(ground.said) if each.span == said.span)
    return ground.said[at - 1].stems if at else frozenset()


def _values(said: Said) -> list[Value]:
    return [figure.value for figure in said.figures]


def _soft(figure: Placed) -> bool:
    """ "Two parts", "three times": small numbers in words that a source need not count."""
    return figure.number.spelled and figure.number.value <= 12 and not figure.number.unit


def _soft_missed(figure: Placed, likely: Sequence[tuple[Ground, Said, float]]) -> Missed | None:
    """Only where the source counts the same thing and finds another number of it."""
    noun = figure.counted[:1]
    for ground, said, connected in likely:
        if connected < 2 * CONNECTED or not noun:
            continue
        rivals = [f for f in said.figures if f.counted[:1] == noun]
        if (
            rivals
            and len(noun[0]) > 3
            and all(f.number.value != figure.number.value for f in rivals)
        ):
            return Missed(
                written=figure.written,
                reason=f"the source says {rivals[0].written} {noun[0]}, not {figure.written}",
                other=True,
                ground=ground,
                near=said.span,
            )
    return None


def _nowhere(
    figure: Placed, claimed: Value, likely: Sequence[tuple[Ground, Said, float]]
) -> Missed:
    """It stands nowhere in the source; is there another one where it should be?"""
    for ground, said, connected in likely:
        alike = [f for f in said.figures if f.number.unit == claimed.unit]
        if connected >= ALIKE and alike:
            near = min(alike, key=lambda f: _distance(figure, f))
            return Missed(
                written=figure.written,
                reason=f"{figure.written} is not in the source, which has {near.written} there",
                other=True,
                ground=ground,
                near=said.span,
            )
    return Missed(
        written=figure.written, reason=f"{figure.written} is not in the source", other=False
    )


def _distance(figure: Placed, other: Placed) -> tuple[bool, float, float]:
    """Of the same thing first, then beside the same words, then of nearly the same value."""
    off = abs(other.number.value - figure.number.value)
    return thing(figure) != thing(other), -coverage(figure.near, other.near), off
