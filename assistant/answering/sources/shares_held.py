"""Shares in words against percentages of a source: "more than nine in ten" for 91 %."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.language.computed import Share, shares
from assistant.answering.language.quantities import numbers
from assistant.answering.language.scopes import Placed
from assistant.answering.sources.marked import ALIKE, Missed, Part, likeliest
from assistant.answering.support.grounds import Ground, coverage


def in_other_words(part: Part, figure: Placed, grounds: Sequence[Ground]) -> bool:
    """ "12 months" is "a year", and 91 % "more than nine in ten"."""
    number = figure.number
    if figure.counted[:1] == ("months",) and number.value % 12 == 0:
        wanted = number.value / 12
        words = {1.0: ("a year", "one year", "year")}.get(wanted, (f"{wanted:g} years",))
        return any(word in said.text for g in grounds for said in g.said for word in words)
    if number.unit != "%":
        return number.value in set(_parts_of_shares(part.text))
    return any(
        share.fits(number.value) and coverage(part.stems, said.stems | said.frame) >= ALIKE
        for ground in grounds
        for said in ground.said
        for share in shares(said.text)
    )


def share_missed(part: Part, share: Share, grounds: Sequence[Ground]) -> Missed | None:
    """Where the source has a percentage of the same, and it is another."""
    if any(share.fits(value) for ground in grounds for value in _percents(ground)):
        return None
    for ground, said, connected in likeliest(part, grounds):
        percents = [f for f in said.figures if f.number.unit == "%"]
        if connected < ALIKE or not percents or shares(said.text):
            continue
        written = part.text[share.start : share.end]
        return Missed(
            written=written,
            reason=f"the source has {percents[0].written}, which is not {written}",
            other=True,
            ground=ground,
            near=said.span,
        )
    return None


def _percents(ground: Ground) -> Iterator[float]:
    return (f.number.value for said in ground.said for f in said.figures if f.number.unit == "%")


def _parts_of_shares(text: str) -> Iterator[float]:
    """The numbers inside "nine in ten", which are no figures of their own."""
    for share in shares(text):
        yield from (number.value for number in numbers(text[share.start : share.end]))
