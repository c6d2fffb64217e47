"""Is stated as a fact what the evidence only expects, plans or holds possible?"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.answering.language.text import is_content, stem, words

_CUE = re.compile(
    r"\b(?:(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?(?:expected|projected|forecast|"
    r"forecasted|predicted|planned|scheduled|due|set|supposed|intended|estimated|likely|unlikely|"
    r"proposed|thought|believed|feared|hoped)\s+to|"
    r"may|might|could|(?:plan|plans|planned|intend|intends|intended|hope|hopes|hoped|"
    r"aim|aims|aimed|propose|proposes|proposed|want|wants|wanted|seek|seeks|sought|expect|expects|"
    r"expected)\s+to)\b",
)
_GOES_ON = re.compile(r"\b(?:and|or)\s+to\s+(?=[a-z])")
_CLAUSE_ENDS = re.compile(r"[;:.!?](?:\s|\Z)|,\s+(?:and|but|while|whereas|which|who)\s")
_SOFTENS = re.compile(
    r"\b(?:expect\w*|project(?:ed|s|ions?)|forecast\w*|predict\w*|plan(?:s|ned|ning)?|scheduled|due|"
    r"set to|supposed\w*|intend\w*|estimat\w*|likely|unlikely|propos\w*|may|might|could|would|will|"
    r"should|shall|can|hop(?:e|es|ed|ing)|aim(?:s|ed|ing)?|want\w*|seek\w*|sought|possibl[ey]|"
    r"potential(?:ly)?|perhaps|probably|believ\w*|thought|fear\w*|going to|if|promis\w*|goals?|"
    r"targets?)\b|'(?:ll|d)\b",
    re.IGNORECASE,
)
_AUXILIARY = frozenset(("be", "been", "have", "has", "had", "not", "also", "then", "soon", "still"))


def hedge_lost(claim: str, evidence: str) -> str | None:
    """The word that the evidence hedges and the claim states; None where there is none."""
    if _SOFTENS.search(claim):
        return None
    said = frozenset(stem(word) for word in words(claim) if is_content(word))
    softened = _softened(evidence)
    for word in softened:
        if stem(word) in said:
            return word
    return None


@lru_cache(maxsize=4096)
def _softened(evidence: str) -> tuple[str, ...]:
    """The verbs that stand behind "may", "is expected to" and the like."""
    found: list[str] = []
    for cue in _CUE.finditer(evidence):
        end = _CLAUSE_ENDS.search(evidence, cue.end())
        rest = evidence[cue.end() : end.start() if end else len(evidence)]
        starts = [0, *(match.end() for match in _GOES_ON.finditer(rest))]
        for start in starts:
            following = [w for w in words(rest[start:])[:3] if w not in _AUXILIARY][:1]
            if rest[start:].lstrip().startswith(("be ", "have been ")) and following:
                following = [w for w in following if w.endswith(("ed", "en"))]
            found += following
    return tuple(word for word in found if is_content(word))
