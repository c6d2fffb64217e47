"""What is asked about, by the wording of a question: a method, what a body does, a relation.

Texts come in normalised (`volatility_model.normalise`). A pattern reads over at most 150
characters, so that no text takes long.
"""

from __future__ import annotations

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """Any of them, from the beginning of a word to the end of one."""
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b")


_OUT = r"(?: [^ ?,;]+){0,5}? out"
_DEFINES = (
    r"(?:define|count|calculate|compute|measure|estimate|determine|derive|gauge|classify"
    rf"|categori[sz]e|tally|compile|work{_OUT}|figure{_OUT}|arrive at (?:its|their))"
)
_DEFINED = (
    r"(?:defined|counted|calculated|computed|measured|estimated|determined|derived|gauged"
    r"|classified|categori[sz]ed|tallied|compiled|worked out|figured out|arrived at)"
)
_COUNTED = r"(?:counted|tallied|categori[sz]ed|classed|coded)"
# What a method is made of. "Which app does the agency use" asks for no method.
_PART = (
    r"(?:(?:reference |base )?periods?|baselines?|base years?|averages?|thresholds?|cut-?offs?"
    r"|criteri(?:a|on)|scales?|units?|yardsticks?|benchmarks?|methods?|methodolog(?:y|ies)"
    r"|formulas?|surveys?|samples?|instruments?|classifications?|definitions?|codes)"
)
_STATISTIC = (
    r"(?:rates?|figures?|numbers?|counts?|statistics?|index|data|totals?|definitions?|estimates?"
    r"|tall(?:y|ies)|survey|census|averages?|series|categor(?:y|ies)|ratios?|measures?|gdp|cpi"
    r"|[a-z]+-\d+|[a-z]{1,2}\d[\d.]*)"
)
_HOLDS = r"(?:includes?|excludes?|counts?|covers?|contains?|comprises?|consists? of|leaves? out)"

_METHOD = any_of(
    rf"how (?:do|does|did|should|can|would|to)(?: [^ ?,;]+){{0,12}}? {_DEFINES}",
    rf"how (?:is|are|was|were)(?: [^ ?,;]+){{1,12}}? {_DEFINED}",
    r"what (?:do|does|did) [^?]{1,120}? (?:mean|stand for|signify|refer to)(?! (?:for|to|that)\b)",
    "what (?:is|are|was|were) meant by",
    "(?:definition|meaning) of",
    "what (?:counts|qualifies) as",
    r"(?:what|which) (?:\w+ ){0,2}(?:methods?|methodology|methodologies|formula)",
    rf"(?:what|which) (?:[\w'-]+ ){{0,3}}?{_PART} (?:do|does|did|is|are|was|were) [^?]{{1,120}}?"
    r" ?(?:use|used|compare|compared|apply|applied|rely on|go by)",
    # Who or what falls under a term.
    rf"(?:is|are|was|were|does|do) [^?]{{1,150}}? (?:{_COUNTED} (?:as|in|among|under|towards?)"
    r"|count (?:as|towards?))",
    rf"(?:do|does|did) (?:[^ ?,;]+ ){{0,5}}?{_STATISTIC} (?:[^ ?,;]+ ){{0,4}}?{_HOLDS}",
    rf"(?:is|are|was|were) [^?]{{1,120}}? (?:included|counted) (?:in|as|among) [^?]{{0,60}}?"
    rf"{_STATISTIC}",
    # The figures and tools of a method: "how many homes are sampled each week to estimate".
    r"how (?:many|much|often|long) [^?]{1,150}? to (?:measure|estimate|calculate|compute|determine"
    "|gauge|work out)",
    r"how (?:many|often) [^?]{1,100}? (?:are|is|were|was) (?:surveyed|sampled|interviewed)",
    rf"(?:what|which) [^?]{{1,100}}? (?:is|are|was|were) used (?:to (?:{_DEFINES}|compare|identify"
    r"|adjust)|as (?:a |the )?(?:baseline|reference|benchmark))",
    # What would follow from another method.
    r"would [^?]{1,100}? (?:look|come out|turn out|be|appear) (?:\w+ )?(?:different|the same|higher"
    r"|lower|larger|smaller|bigger)",
    "^define",
)

_BODY_DOES = (
    r"(?:help|assist|accept|admit|offer|provide|cover|allow|permit|require|let|take in|look for"
    r"|search|handle|investigate|serve|support|share|publish|pay for|charge for)"
)
_LAWFUL = (
    r"(?:legal|legally|illegal|lawful|unlawful|against the law|allowed|permitted|forbidden"
    r"|prohibited|entitled|eligible|mandatory|compulsory|obliged|required)"
)
_POLICY = any_of(
    rf"^(?:do|does) (?!you\b)(?:[^ ?,;]+ ){{1,6}}?{_BODY_DOES}",
    r"^(?:can|may|must) (?!you\b|i\b|we\b)",
    rf"^(?:is|are|was|were) [^?]{{1,150}}? ?{_LAWFUL}",
    rf"who (?:may|can|must|has to|is {_LAWFUL})",
    r"(?:what|when|where|how (?:soon|quickly|fast|long|often)) (?:may|must)",
)

_GENERAL = re.compile(
    r"^(?:(?:is it true that|do|does|can|could|is|are) )(?!you\b|there\b)[^?]{1,120}?"
    r"\b(?:(?<!the )causes?|leads? to|prevents?|cures?|protects? (?:against|from)"
    r"|triggers?|worsens?|harms?|stunts?|harmful|dangerous|effective against|caused by"
    r"|linked to|give you|immune to"
    r"|(?:increases?|raises?|reduces?|lowers?|doubles?) (?:the |your )?(?:risks?|chances?)"
    r"|makes? (?:you|people|children|kids|us))\b"
)


def asks_for_method(text: str) -> bool:
    """Is it about how something is defined, counted or measured, and what falls under it?"""
    return bool(_METHOD.search(text))


def asks_for_policy(text: str) -> bool:
    """Is it about what the law or a body allows, requires or does as a practice?"""
    return bool(_POLICY.search(text))


def asks_for_general(text: str) -> bool:
    """Is it whether one thing causes, prevents or harms another, at no particular time?"""
    return bool(_GENERAL.search(text))
