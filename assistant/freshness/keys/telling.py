"""The words that a figure is told with, without those that only say who told it and on what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.freshness.keys.wording import listed, stem, stems, worded

_SAYS = (
    r"(?:says?|said|shows?|showed|finds?|found|reports?|reported|counts?|counted|estimates?"
    r"|estimated|notes?|noted|writes?|wrote|announced|stated|states|told|establish(?:es|ed)"
    r"|concludes?|concluded|confirms?|confirmed|suggests?|set"
    r"|indicates?|indicated|gives?|gave|calculates?|calculated|puts?)"
)
_ACCORDING = re.compile(
    r"\b(?:according to|as reported by|based on|on the basis of|as published by)\b[^,;:]*", re.I
)
_SAYER = re.compile(_ACCORDING.pattern + r"(?:,\s(?:the|its|a|an)\s[^,;:]*$)?", re.I)
"""With what it is: "according to SENAPRED, the national disaster service"."""
_ADDED = re.compile(
    rf",\s[^,;:]{{2,90}}?\b{_SAYS}\b[^;:]{{0,90}}$"
    rf"|,\s{_SAYS}\b[^,;:]{{2,90}}$",
    re.I,
)
"""Who said it: "according to revised counts", ", a corrected table shows", ", says the office"."""
_THEN = re.compile(
    r",?\s(?:after|following|based on|on the basis of|now that|once|having|with)\s(?:a|an|the|its"
    r"|their|late|later|further|more|new|additional|all)?\s?(?:[\w-]+\s)?(?:check|review|revis"
    r"|correct|recount|re-count|recheck|re-check|recalculat|add(?:ing|ed)|updat|audit|late|late-|belated|new"
    r" method|records?|returns?|reports?|data|receiv|verif|validat|clean|complet|includ|count"
    r"|missing returns|reclassif|reconcil|process)[^;:]*$",
    re.I,
)
"""How it came to be told: "after checking hospital records"."""
_HERE = re.compile(
    r"\bin the (?:city|country|region|state|province|county|kingdom|capital|town"
    r"|republic)\b(?! of\b)",
    re.I,
)
_BESIDE = re.compile(
    r",\s(?:provisionally|previously|initially|first|originally|earlier)\s[^,;:]*,"
    r"|\bthe (?:right|correct|true)\s(?=share|number|figure|rate|total|value)",
    re.I,
)
_WHY = re.compile(
    r"(?:,\s(?:since|as|because|although|though)|\sbecause)\b[^;:]*$"
    r"|,\sand\s(?:[\w-]+\s){1,4}?(?:was|were|had|held|is|are|remained)\b[^;:]*$",
    re.I,
)
"""Why it is so, and what else is so: ", and domestic creditors held the larger part"."""
_OF_CASES = re.compile(r"^\s*of (?:all )?(?:the )?cases\b", re.I)
_ASIDE = re.compile(
    r",\s(?:(?:the|its|a|their|an)\s)?(?:[\w-]+\s){0,2}?(?:highest|lowest|most|largest|biggest|smallest|busiest"
    r"|fewest|worst|best|half|many|some|a third|two thirds|more than|less than|up|down|replacing"
    r"|compared|against|not|instead|rather|far|well|with)\b[^;:]*$",
    re.I,
)
"""What is said besides: ", the highest number since the series began", ", most of them single"."""
_INTRODUCED = re.compile(
    r"^\W*(?:(?!adjusted)\w+(?:ed|ing)|after|with|following|despite|because|owing to|once|when"
    r"|using|including|as|since|meanwhile|thanks to|due to|on|although|though|while)\s[^,;:]*,\s"
    r"(?:which means that\s|so\s)?"
    r"|^[^;:]*?\b(?:has|have|had|were|was)\s(?:(?:since|now|only|also|twice|been)\s)*"
    r"(?:updated|revised|entered|added|received|recounted|counted|logged|booked|left|reached"
    r"|reclassified|resubmitted|submitted|corrected|amended|removed|included|found|checked)\b"
    r"[^;:]*?,\s(?:and|so|which|thus|thereby)?\s?"
    r"(?:(?:bring|tak|rais|lift|push|putt|mak|leav)(?:ing|s|es)\s)?",
    re.I,
)
"""What a sentence begins with before it comes to its subject: "After late returns, ..."."""
_LEAD = re.compile(r"^.*[;:]\s", re.S)
_SAYING = re.compile(
    rf"^[^,;:]{{2,90}}?\b(?:{_SAYS}|means?|meant)\s(?:that\s)(?:(?:we|it)\s(?:now\s)?{_SAYS}\s)?"
    r"|^[^,;:]{0,40}?\b(?:census|survey|count|study|inquiry|review|poll|audit|inspection|monitoring"
    rf"|register|statistics|figures|data)\b[^,;:]{{0,40}}?\b{_SAYS}\s",
    re.I,
)
_MOVED = (
    r"(?:cuts?|rais(?:es|ed)|lift(?:s|ed)|lower(?:s|ed)|hik(?:es|ed)|correct(?:s|ed)|revis(?:es|ed)"
    r"|updat(?:es|ed)|amend(?:s|ed)|restat(?:es|ed)|adjust(?:s|ed)|puts?|brought|brings?|reduc(?:es|ed)|increas(?:es|ed)"
    r"|lift|push(?:es|ed)?|took|takes?|mov(?:es?|ed)|chang(?:es?|ed)|bump(?:s|ed)|trim(?:s|med))"
)
_MADE = re.compile(
    rf"^[^;:]{{0,90}}?\b{_MOVED}\s(?:up\s|down\s)?(?:its|the|their)\s"
    r"(?=\S.*\b(?:to|at|from)\b[\w ]{0,30}\W*$)"
    rf"|^[^;:]{{0,90}}?\b(?:puts?|lifts?|lifted|sets?|settled on|arrived at|gives?|gave)\s"
    r"(?=\S.*\b(?:to|at|as)\W*$)",
    re.I | re.S,
)
"""Who moved it, and how: "The bank cut its key rate to", "Final figures put the births at"."""
_FILLERS = frozenset(
    listed(
        "a an the some about around only just nearly almost roughly over more than at least up to"
        " total of record estimated further median mean average maximum minimum"
    )
)
_DID = ("ed", "ld", "nt", "de", "ught", "ook")
_FARTHEST = 9
_PASSIVE = frozenset(listed("was were is are been be being had has have"))

_STATED = re.compile(
    r"\b(?:was|were|been|being|got|is|are)\s(?:\w+ly\s)?(?P<did>\w+(?:ed|en|wn|nt|ld))\b", re.I
)
"""What a sentence says that happened: no word of it may be left out, unless it is bookkeeping."""
_DONE_TO = re.compile(
    r"\b(?P<did>\w+ed)\s(?!(?:in|at|by|on|for|to|from|with|of|during|as|and|or|under|across|per"
    r"|within|through|since|until|over|into|after|before|against|due|who|that)\b)\w",
    re.I,
)
""" "enjoyed reading": with an object it is what they did, no detail of who they are."""
_KEPT = frozenset(
    stem(word)
    for word in listed(
        "registered carried conducted performed held documented logged filed observed noted tallied"
        " lodged submitted collected tracked told taken given seen kept received"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The stems of the words, and those of them that another wording may leave out: a participle
    ("births registered"), who did it ("Farmers harvested")."""

    words: tuple[str, ...]
    loose: tuple[str, ...]
    stated: tuple[str, ...]
    """What the sentence says was done: "were removed"."""


def telling(before: str, after: str, *, active: bool = True) -> Telling:
    """From the words before and behind a number; periods, places and names are blanks in both.

    `active`: the number is one of things that somebody did something with, no share of them.
    """
    before = _ACCORDING.sub(" ", before)
    before = _INTRODUCED.sub(" ", before, count=1)
    before = _SAYING.sub(" ", before, count=1)
    before = _MADE.sub(" ", before, count=1)
    before = _BESIDE.sub(" ", before)
    after = _WHY.sub(" ", _OF_CASES.sub(" ", after))
    before, after = _HERE.sub(" ", before), _HERE.sub(" ", after)
    after = _ASIDE.sub(" ", after.partition("; ")[0].partition(": ")[0])
    after = _THEN.sub(" ", after)
    after = _ADDED.sub(" ", _SAYER.sub(" ", after).rstrip(" .[]"))
    lead = _LEAD.match(before)
    rest = before[lead.end() :] if lead else ""
    if lead and len(stems(f"{rest} {after}")) >= (1 if rest.strip() else 2):
        before = rest
    words, participles = worded(f"{before} . {after}")
    agent = _agent(before, words) if active else ()
    stated = {stem(match["did"]) for match in _STATED.finditer(f"{before} . {after}")} - _KEPT
    stated |= {stem(match["did"]) for match in _DONE_TO.finditer(after)} - _KEPT
    return Telling(
        words=words,
        loose=tuple(dict.fromkeys((*participles, *agent))),
        stated=tuple(word for word in words if word in stated),
    )


_OF_ITSELF = re.compile(
    r"(?:(?<!up )\b(?:to|at|by)|\b(?:exceeded|reached|totall?ed|hit|numbered|averaged|equall?ed"
    r"|surpassed|topped))\s(?:(?:a|an|the|about|around|only|just|nearly|almost|roughly|over|more|than"
    r"|some|record|estimated|total|of|at|least)\s){0,3}\W*$",
    re.I,
)
"""What rose to a number is what is counted, and nobody who counted it."""


def _agent(before: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Who did what is counted behind the number: the subject of a verb right in front of it."""
    if _OF_ITSELF.search(before):
        return ()
    ahead: list[str] = []
    for word in reversed(before.split()[-2 * _FARTHEST :]):
        if word[-1] in ",;:()." or len(ahead) > _FARTHEST:
            break
        if ahead or word.lower() not in _FILLERS:
            ahead.append(word)
    did, *who = ahead or [""]
    if not who or not did.lower().endswith(_DID) or who[0].lower() in _PASSIVE:
        return ()
    found = stems(" ".join(reversed(who)))
    return tuple(word for word in found if word in words and word != stem(did))
