"""The words around one number that are about it: its clause, cut out of its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.freshness.keys.numbers import Number, blank
from assistant.freshness.keys.wording import phrased, stems
from assistant.types import Span

_LIST = re.compile(r"(?<=[a-z]), (?=[\w ]{1,40}? and [a-z])")
_EXAMPLES = re.compile(r",? (?:such as|including|for example) [^,;.]{0,60},", re.I)
_CLAUSE_START = re.compile(
    r"[;:]|[,(]\s?|\s[\u2013\u2014-]\s|\u2014|\b(?:and|but|while|whereas|although|because|that"
    r"|which|so)\s",
    re.I,
)
_CLAUSE_END = re.compile(
    r"[;:.](?=\s|$)|[,()]|\s[\u2013\u2014-]\s|\u2014|\[\d|\s(?:but|while|whereas|although|because|so|compared"
    r"|up from|down from|than|when|after|before|although|as (?:of|well|in|it|they|the)|where)\s",
    re.I,
)
_AND = re.compile(r"\s(?:and|or)\s(?!\w+\s(?:care|authority|local)\b)", re.I)
STATES = re.compile(
    r"\b(?:is|are|was|were|be|been|being|rose|rises?|risen|fell|falls?|fallen|increased?|decreased?"
    r"|declined?|dropped|climbed|grew|grown?|grows|jumped|reach(?:ed|es)?|st(?:ood|ands?)|totall?ed"
    r"|amount(?:ed|s)? to|hit|averaged|came to|comes to|remained|remains|slipped|shrank|shrunk"
    r"|edged|surged|plunged|doubled|numbered|numbers|made up|slows?|slowed|eased|puts?|gave"
    r"|gives?|exceed(?:ed|s)?|ran to|equal(?:led|s)?|slid|sank|gained|lost|weighed|measured|lasted"
    r"|cost|costs|accounted for|shows?|showed|found|set|had|has|have|moved|projected|settled"
    r"|ended|closed|started|stayed|at|for)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The words around one number that are about it: before it, after it, and both as they"
    " stand."""

    before: str
    after: str
    own: str
    """From the number before to the number after: where populations and tags are looked for."""
    between: str
    """From the number before to this one."""
    masked: tuple[str, str] = ("", "")
    """`own` up to the number and behind it (behind its unit, if that is a measure), with blanks
    for periods, places and names."""


def clause_of(
    sentence: str,
    hidden: str,
    number: Number,
    unit_end: int,
    around: tuple[int, int],
    *,
    counted: bool = True,
) -> Clause:
    """`hidden` is the sentence with blanks for periods, places and names, letter for letter;
    `around`: where the number before ends and the number after starts."""
    before_end, after_start = around
    own = _own(sentence, number, around)
    shown_from = max(number.end if counted else unit_end, own.start)
    cut = own.end == after_start < len(sentence)  # its words go on behind the next number
    before = _EXAMPLES.sub(blank, hidden[before_end : number.start])
    before = phrased(_LIST.sub("  ", before))
    starts = [m.end() for m in _CLAUSE_START.finditer(before)]
    head = _subject(before, starts)
    after = _LIST.sub("  ", hidden[unit_end:after_start])
    end = _CLAUSE_END.search(after)
    # "31.3 deaths ... to 23.1": what stands between two numbers is the first one's up to the verb.
    tail = after[: end.start()] if end else after
    joined = _AND.search(tail)
    if joined and after_start < len(sentence):
        tail = tail[: joined.start()]
    return Clause(
        before=head,
        after=tail,
        own=sentence[own.start : own.end],
        between=sentence[before_end : number.start],
        masked=("", "")
        if cut
        else (hidden[own.start : number.start], hidden[shown_from : own.end]),
    )


_OF_ALL = re.compile(
    r"(?:^|[;:.]\s)\W*(?:of|among|for)\s(?P<all>[^,;:]{3,100}),\s*[\w ]{0,20}$", re.I
)
"""Opens a sentence: "Of all passenger trains, 94.1 percent"."""
_HARD = re.compile(r"[;:]\s")


_SEAM = re.compile(r"[,;:(]|\b(?:and|but|to|from|after|against|compared|than|versus|while)\b", re.I)
_TURN = re.compile(r";\s|,\s(?:while|whereas|but)\b", re.I)
"""Behind it another thing is told of."""


def _own(sentence: str, number: Number, around: tuple[int, int]) -> Span:
    """What is this number's between its neighbours: from the last seam before it, and up to the
    last one before the number after it."""
    start, end = around
    if start:
        seams = list(_SEAM.finditer(sentence, start, number.start))
        start = seams[-1].start() if seams else start
    if end < len(sentence):
        seams = list(_SEAM.finditer(sentence, number.end, end))
        turn = _TURN.search(sentence, number.end, end)
        end = turn.start() if turn else seams[-1].start() if seams else end
    return Span(start=start, end=end)


def _subject(before: str, starts: Sequence[int]) -> str:
    """The words from the start of the clause; further back where they are only a few words."""
    if match := _OF_ALL.search(before):
        return match["all"]
    hard = max((m.end() for m in _HARD.finditer(before)), default=0)
    before, starts = before[hard:], [start - hard for start in starts if start > hard]
    for start in reversed([0, *starts]):
        piece = before[start:]
        joins = before[:start].rstrip().lower().endswith((" and", " or"))
        if joins and not STATES.search(before[:start]):
            continue  # "tetanus and whooping cough": two nouns, no new clause
        if (stems(piece) or "    " in piece) and STATES.search(piece):
            return piece
    return before[starts[-1] :] if starts else before
