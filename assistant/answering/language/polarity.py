"""Does a claim say the contrary of another? Negations are counted; no list of opposites is kept."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.answering.language.text import FRAME_STEMS, content_stems, split_sentences

_NOT = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|cant|dont|doesnt|didnt|isnt|arent|wasnt|"
    r"werent|wont|hasnt|havent|nobody|nothing|hardly|barely)\b|n['’]t\b",
    re.IGNORECASE,
)
_AS_GOOD_AS_NOT = re.compile(
    r"\b(?:the same|unchanged|frozen|stuck|stagnant|flat|fail(?:s|ed|ing)? to|refus(?:es?|ed) to|"
    r"lack(?:s|ed|ing)?|stopped|denie[sd]|deny|impossible|untrue|false(?:ly)?|myth|hoax|debunked|"
    r"refuted|disproved|fake|baseless|unfounded|free of)\b",
    re.IGNORECASE,
)
"""Says of something that it is not so, or did not happen, without a negation."""
_REJECTS = re.compile(
    r"\b(?:false(?:ly)?|untrue|incorrect(?:ly)?|wrong(?:ly)?|myth|hoax|debunked|refute[sd]?|"
    r"disproved|unproven|baseless|unfounded|misleading(?:ly)?|fake|misrepresent\w*|no evidence)\b",
    re.IGNORECASE,
)
_NOT_NEGATING = re.compile(
    r"\bnot only\b|\bno (?:less|fewer|more) than\b|\bno doubt\b|\bno wonder\b|"
    r"\bwhether or not\b|\bno matter\b|\bNo\. ?\d|\bwhy not\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(r"[,;:.!?](?:\s|$)")
_RATING = frozenset(
    content_stems(
        "rate rated rating rates verdict ruling rule conclusion conclude judge judged judgement "
        "assess assessed assessment statement post assertion allegation myth hoax misleading "
        "untrue incorrect inaccurate wrong mostly partly largely half unproven accurate correct "
        "deem deemed find found call mark marked label labelled therefore thus overall"
    )
)
_REACH = 3
"""Content words after a negation that it may deny."""


def negations(text: str) -> int:
    """How often the text denies, in whatever words."""
    said = _NOT_NEGATING.sub(" ", text)
    return len(_NOT.findall(said)) + len(_AS_GOOD_AS_NOT.findall(said))


def rejects(text: str) -> int:
    """How often it calls something untrue."""
    return len(_REJECTS.findall(text))


def contrary(said: str, published: str) -> bool:
    """Does one deny what the other states? Only where the denied words stand in both.

    "Wages stayed the same" and "wages have not risen" say the same; "doctors don't want you to
    know" denies nothing of what comes before it.
    """
    sentence = _nearest(said, published)
    own, own_denies = _denials(sentence, published)
    rated, rated_denies = _denials(published, sentence)
    return (own_denies or rated_denies) and own % 2 != rated % 2


def only_rates(sentence: str, rating: str) -> bool:
    """ "We rate the claim False.": nothing but a rating of what is not repeated."""
    said = set(content_stems(sentence)) - set(content_stems(rating)) - FRAME_STEMS - _RATING
    return not said


def _nearest(said: str, published: str) -> str:
    """Of several sentences, the one that shares most with the published claim."""
    wanted = set(content_stems(published))
    texts = [span.of(said) for span in split_sentences(said)] or [said]
    return max(texts, key=lambda text: len(wanted & set(content_stems(text))))


def _denials(text: str, other: str) -> tuple[int, bool]:
    """(How often the text denies, whether it is something of the other). Denials of anything else
    count only where there is no such one."""
    stems = frozenset(content_stems(other)) - FRAME_STEMS
    said = _NOT_NEGATING.sub(" ", text)
    found = [_denied(said[match.end() :]) for match in _NOT.finditer(said)]
    shared = [words for words in found if _topical(words) & stems]
    implied = len(_AS_GOOD_AS_NOT.findall(said))
    rejected = bool(_REJECTS.search(said))
    return len(shared or found) + implied, bool(shared) or rejected


def _denied(rest: str) -> list[str]:
    end = _CLAUSE_ENDS.search(rest)
    return content_stems(rest[: end.start()] if end else rest)[:_REACH]


def _topical(words: Collection[str]) -> frozenset[str]:
    return frozenset(word for word in words if not word[0].isdigit()) - FRAME_STEMS
