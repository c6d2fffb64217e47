"""Does a source hold what a marked part of a sentence claims of it? The second hop, judged.

The rule, as an editor would sign it:

- A marker stands for the words since the marker group before its own. Markers side by side carry
  these words together.
- Every figure of the words must stand in one of their sources, of the same thing, period, place and
  group; or be rounded or worked out from figures there.
- Of the words, one statement at least must be found there. What is found nowhere but is no figure
  (a remark, a conclusion) is the fact-check's own and no finding.
- The source may not say the opposite, speak of another year, place or rank, or be silent on a body
  to which the words are attributed.
- A marker whose source holds none of it while its neighbours hold all is ceremonial as well.

This judges more leniently than `support`, which decides what a reader is shown: a finding asks a
person to look, so it must rest on something that can be pointed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answering.language.places import places
from assistant.answering.language.quantities import years
from assistant.answering.language.scopes import clash, placed, slots
from assistant.answering.language.values import agrees
from assistant.answering.sentences.units import about_itself
from assistant.answering.sources.attributed import unheard
from assistant.answering.sources.figures_held import held, missed
from assistant.answering.sources.marked import Missed, Part, bare
from assistant.answering.support.grounds import Ground, Said, coverage, stems
from assistant.answering.support.opposites import opposed
from assistant.types import Span

HELD = 0.55
"""Share of the words of one statement, weighed by rarity, that a source must hold."""
WITH_FIGURES = 0.3
"""The same where the source holds a figure of the statement."""
BEYOND = 0.3
"""Share of the words beyond the subject that must be among them."""
ADDS = 0.35
"""The same for one of several sources that carry a sentence together."""
CLOSE = 0.6
"""Share from which two sentences speak of the same, so that they can contradict each other."""

Kind = Literal["unsupported", "number_differs"]

_STATEMENTS = re.compile(
    r"[;:]\s+|,?\s+(?:because|whereas|while|although|though|since|so that)\s+|"
    r",\s+(?:and|but|so|yet|which|who|where|or|not)\s+|\s+and\s+(?=(?:is|are|was|were|has|have|had|"
    r"it|they|he|she|that|the)\b)"
)
_SILENCE = re.compile(
    r"\b(?:says? nothing|sa(?:id|ys?) (?:no|little)|(?:do(?:es)?|did) not (?:say|state|name|"
    r"mention|ask|explain|publish|break down|give|record|count|distinguish|tell)|gives? no|"
    r"names? no|makes? no (?:mention|statement)|without (?:saying|naming|giving)|nowhere|"
    r"no (?:figure|number))\b",
    re.IGNORECASE,
)
"""Says that a source is silent: that it holds nothing of it proves the sentence right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What speaks against the markers `numbers`, and the words of a source that come nearest."""

    kind: Kind
    numbers: tuple[int, ...]
    reasons: tuple[str, ...]
    ground: Ground
    nearest: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A part of a sentence with the sources that its markers lead to."""

    part: Part
    sources: tuple[tuple[int, Ground], ...]
    subject: frozenset[str] = frozenset()
    """Stems of what the whole fact-check is about: sharing these alone says nothing."""
    complete: bool = True
    """All markers of the group lead to a source of the archive."""


def objections(marked: Marked) -> tuple[Objection, ...]:
    """What an editor should look at; empty where the sources hold the part."""
    grounds = tuple(ground for _, ground in marked.sources)
    idle = _idle(marked) if len(grounds) > 1 or not marked.complete else ()
    if not marked.complete:
        return idle  # what isn't in the archive may hold the rest
    against = _against(marked, grounds)
    if against is None:
        return idle
    return (against,)


def _against(marked: Marked, grounds: Sequence[Ground]) -> Objection | None:
    """What speaks against all the sources together."""
    part = marked.part
    figures = missed(part, grounds)
    if figures:
        return _figures(marked, figures)
    likely = _likely(part.text, grounds)
    reasons = tuple(_reasons(marked, grounds, likely))
    if not reasons:
        return None
    ground, said, _ = likely[0]
    kind: Kind = "number_differs" if reasons[0].startswith("the source gives") else "unsupported"
    return Objection(
        kind=kind, numbers=_numbers(marked), reasons=reasons, ground=ground, nearest=said.span
    )


def _figures(marked: Marked, figures: Sequence[Missed]) -> Objection:
    at = next((each for each in figures if each.ground), None)
    likely = _likely(marked.part.text, tuple(ground for _, ground in marked.sources))
    ground, nearest = likely[0][0], likely[0][1].span
    if at and at.ground:
        ground, nearest = at.ground, at.near or nearest
    about = likely[0][2] >= WITH_FIGURES
    return Objection(
        kind="number_differs" if about and any(each.other for each in figures) else "unsupported",
        numbers=_numbers(marked),
        reasons=tuple(dict.fromkeys(each.reason for each in figures)),
        ground=ground,
        nearest=nearest,
    )


def _reasons(
    marked: Marked, grounds: Sequence[Ground], likely: Sequence[tuple[Ground, Said, float]]
) -> Iterator[str]:
    part = marked.part
    if name := unheard(part.text, grounds):
        yield f"it is attributed to {name}, of whom the source doesn't speak"
        return
    share = _stated(marked, grounds)
    least = WITH_FIGURES if any(held(part, ground) for ground in grounds) else HELD
    if share < least and not _SILENCE.search(part.text):
        yield f"the source holds {share:.0%} of the words of what is said, and no statement of it"
        return
    near = [(g, s, c) for g, s, c in likely if c >= CLOSE and c >= likely[0][2] - 0.1]
    if differs := _other_scope(part, near):
        yield differs
    if year := _unknown_year(part, grounds):
        yield f"the source gives nothing for the year {year}"
    if place := _unknown_place(part, grounds):
        yield f"the source doesn't speak of {place}"
    if words := _opposite(part, grounds):
        yield f"the source says the opposite: {words}"


def _stated(marked: Marked, grounds: Sequence[Ground]) -> float:
    """The best share that one or two sentences of a source hold of one statement of the part.

    What it says beyond the subject of the fact-check must be among it.
    """
    best = 0.0
    for statement in statements(marked.part.text):
        wanted = stems(bare(statement))
        for ground in grounds:
            beyond = wanted - marked.subject - ground.frame
            for at, said in enumerate(ground.said):
                before = ground.said[at - 1].stems if at else frozenset()
                around = said.stems | before
                share = coverage(wanted, around | said.frame)
                if len(beyond) >= 2:
                    share = min(share, coverage(beyond, around) * HELD / BEYOND)
                best = max(best, share)
    return best


def statements(text: str) -> tuple[str, ...]:
    """The part, and each of its clauses that says something of its own."""
    clauses = [clause for clause in _STATEMENTS.split(text) if len(stems(clause)) >= 3]
    return tuple(dict.fromkeys((text, *clauses)))


def _likely(text: str, grounds: Sequence[Ground]) -> list[tuple[Ground, Said, float]]:
    """Every sentence of the sources with its share of the words, best first.

    What a document says of itself ("this is a digest of") comes last.
    """
    wanted = stems(bare(text))
    scored = [
        (ground, said, coverage(wanted, said.stems | said.frame))
        for ground in grounds
        for said in ground.said
    ]
    return sorted(
        scored, key=lambda e: (about_itself(e[1].text), -e[2], -coverage(wanted, e[1].stems))
    )


def _other_scope(part: Part, near: Sequence[tuple[Ground, Said, float]]) -> str | None:
    """Every sentence that is about the same speaks of another year, place or rank."""
    if not near:
        return None
    claims = slots(part.text)
    found = [clash(claims, said.slots) for _, said, _ in near]
    if all(found) and found[0]:
        what, ours, theirs = found[0]
        return f"the source gives {theirs} as {what}, not {ours}"
    return None


def _opposite(part: Part, grounds: Sequence[Ground]) -> str | None:
    """One statement of the part against all the sentences that are nearest to it."""
    for statement in _single(part.text):
        words = bare(statement)
        wanted = stems(words)
        scored = [(coverage(wanted, s.stems), s) for ground in grounds for s in ground.said]
        most = max((share for share, _ in scored), default=0.0)
        near = [said for share, said in scored if share >= max(CLOSE, most - 0.1)]
        found = [_against_each_other(words, said) for said in near]
        if found and all(found):
            return found[0]
    return None


def _against_each_other(statement: str, said: Said) -> str | None:
    """Where the statement's figures are others, as "9% were not" and "91% were", nothing is."""
    figures = [figure.value for figure in placed(statement)]
    if figures and not any(agrees(v, f.value) for v in figures for f in said.figures):
        return None
    return opposed(statement, _closest(statement, said.text))


def _single(text: str) -> tuple[str, ...]:
    """The statements of a text, without the text itself where it makes several."""
    found = statements(text)
    return found[1:] or found


def _closest(statement: str, sentence: str) -> str:
    """The statement of a sentence that shares most with another one."""
    wanted = stems(statement)
    return max(_single(sentence), key=lambda each: coverage(wanted, stems(each)))


def _unknown_place(part: Part, grounds: Sequence[Ground]) -> str | None:
    """A place that no source names though they name others."""
    known = frozenset[str]().union(*(ground.places for ground in grounds))
    missing = places(part.text) - known
    return min(missing) if missing and known else None


def _unknown_year(part: Part, grounds: Sequence[Ground]) -> str | None:
    known = frozenset[int]().union(*(ground.years for ground in grounds))
    missing = years(part.text) - known
    return str(min(missing)) if missing else None


def _idle(marked: Marked) -> tuple[Objection, ...]:
    """Markers whose own source holds nothing of the part, though others do."""
    found = []
    for number, ground in marked.sources:
        part = marked.part
        if held(part, ground) or _stated(marked, (ground,)) >= ADDS:
            continue
        likely = _likely(part.text, (ground,))
        found.append(
            Objection(
                kind="unsupported",
                numbers=(number,),
                reasons=("the source holds nothing of it; the markers beside it carry it alone",),
                ground=ground,
                nearest=likely[0][1].span if likely else None,
            )
        )
    return tuple(found)


def _numbers(marked: Marked) -> tuple[int, ...]:
    return tuple(number for number, _ in marked.sources)
