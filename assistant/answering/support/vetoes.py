"""What no score outweighs: a number, unit, year or name that the evidence lacks, a denial turned.

Each failed test is a reason in plain words. A number that the evidence gives more exactly, or from
which it can be worked out, is no failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.answering.language.computed import shares
from assistant.answering.language.places import places
from assistant.answering.language.quantities import Number, numbers, years
from assistant.answering.language.text import is_content, listed, stem, words
from assistant.answering.language.values import value_of
from assistant.answering.support.alignment import Sentence, coverage, figure_stems, sentence
from assistant.answering.support.belonging import belonging_reasons, settled
from assistant.answering.support.contrasts import contrasted, date_reasons, is_day_of, substituted
from assistant.answering.support.directions import turned_way
from assistant.answering.support.following import (
    computed_from,
    inside,
    rests,
    rounded_from,
    sentences_of,
    share_holds,
    share_reasons,
    written_in,
)
from assistant.answering.support.hedged import hedge_lost
from assistant.answering.support.opposites import turned
from assistant.types import Span

_NEAR = 6
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|fail(?:s|ed)? to|lacks?|"
    r"hardly|barely|denie[sd]|deny)\b(?![.,:])|n't\b",
    re.IGNORECASE,
)
_REJECTION = re.compile(
    r"\b(?:false|falsely|untrue|incorrect(?:ly)?|wrong(?:ly)?|myth|hoax|debunked|refute[sd]?|"
    r"unproven|baseless|unfounded|misleading(?:ly)?|fake)\b",
    re.IGNORECASE,
)
_NOT_NEGATING = re.compile(
    r"\bnot only\b|\bno (?:less|fewer|more) than\b|\bno doubt\b|\bwhether or not\b|\bNo\. \d",
    re.IGNORECASE,
)
_PIECES = re.compile(r",\s+|\s+(?:and|but|while|whereas|after|from)\s+")
_ABOUT_THE_SAME = 0.5
"""So much of the claim a clause must hold for its words to contradict the claim's."""
_CLAUSE = re.compile(r";\s+|[,:]\s+(?:and|but|while|whereas|although|though|yet)\s+")
_NAMES = re.compile(r"\b[A-Z][\w'-]*(?:[\s-]+(?:(?:of|for|and|the|on|&)\s+)*[A-Z][\w'-]*)*")
_UNITED = re.compile(r"United States|United Kingdom|\bU\.\s?[SK]\.(?:A\.)?")
_NOT_NAMES = frozenset(
    listed(
        """
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday i fy executive summary"""
    )
)


def number_reasons(
    claim: str, window: Sentence, around: Sentence, said: Sequence[Sentence]
) -> tuple[str, ...]:
    """Why a number of the claim doesn't stand in the evidence; `window` is what is about it."""
    in_words = shares(claim)
    reasons = [
        reason
        for number in numbers(claim)
        if not (number.spelled and number.value <= 1)
        and not ((share := inside(number.span, in_words)) and share_holds(share, claim, window))
        and not written_in(claim, number.span, around.text)
        and not (number.is_day and is_day_of(claim, number.span, around.text))
        and (reason := _number_reason(claim, number, window, around))
    ]
    missing = sorted(years(claim) - years(around.text))
    reasons += [f"the year {year} is not in the evidence" for year in missing]
    reasons += date_reasons(claim, around.text)
    reasons += share_reasons(claim, window)
    return tuple(dict.fromkeys(reasons)) or belonging_reasons(claim, said)


def _number_reason(claim: str, number: Number, window: Sentence, around: Sentence) -> str | None:
    written = number.span.of(claim).strip()
    same = [n for n in window.numbers if _same_value(number, n)]
    if number.is_year or not same:
        same = same or [n for n in around.numbers if _same_value(number, n)]
    if any(n.unit == number.unit for n in same):
        if not number.is_year and not _counts_the_same(claim, number, window, around):
            known = computed_from(claim, number, window)
            return None if known else f"{written} counts something else in the evidence"
        return None
    if not number.is_year and _follows(claim, number, window):
        return None
    if same:
        return f"{written} has another unit in the evidence"
    return f"{written} is not in the evidence"


def _follows(claim: str, number: Number, window: Sentence) -> bool:
    """Is it rounded from a figure of the window, or worked out from figures of one sentence?"""
    if rounded_from(value_of(claim, number), window):
        return _shares_words(claim, number, window)
    return computed_from(claim, number, window)


def _shares_words(claim: str, number: Number, window: Sentence) -> bool:
    """What a rounded number counts stands in the window at all."""
    noun = _noun_after(claim, number.span)
    return not noun or bool(noun & window.stems)


def _same_value(one: Number, other: Number) -> bool:
    return abs(one.value - other.value) <= 1e-9 * max(abs(one.value), 1.0)


def _counts_the_same(claim: str, number: Number, window: Sentence, around: Sentence) -> bool:
    """What the claim counts by the number stands near the same number in the evidence."""
    noun = _noun_after(claim, number.span)
    beside = frozenset(_stems_of(words(claim[: number.span.start])[-4:])[-2:]) | frozenset(
        _stems_of(words(claim[number.span.end :])[:8])[:4]
    )
    for held in (window, around):
        for other in held.numbers:
            if _same_value(number, other) and other.unit == number.unit:
                near = _near(held.text, other.span)
                if noun and len(noun & near) * 3 >= len(noun) * 2:
                    return True
                if not noun and (not beside or beside & near):
                    return True
    return False


def _noun_after(text: str, span: Span) -> frozenset[str]:
    """Stems of the words that follow a number without a break: "paying passengers"."""
    run = re.match(r"[\s-]*((?:[^\W\d_][\w'-]*\s*)*)", text[span.end :])
    noun: list[str] = []
    for word in words(run[1]) if run else ():
        if not is_content(word) or len(noun) == 3:
            break
        noun.append(stem(word))
    return frozenset(noun)


def _near(text: str, span: Span) -> frozenset[str]:
    before = _stems_of(words(text[: span.start])[-2 * _NEAR :])[-_NEAR:]
    after = _stems_of(words(text[span.end :])[: 2 * _NEAR])[:_NEAR]
    return frozenset(before) | frozenset(after)


def _stems_of(found: Sequence[str]) -> list[str]:
    return [stem(w) for w in found if is_content(w) and not w[0].isdigit()]


# --- names and polarity ---------------------------------------------------------------------------


def name_reasons(claim: str, around: Sentence) -> tuple[str, ...]:
    held = around.stems | _initials(around.text)
    reasons = []
    for match in _NAMES.finditer(_UNITED.sub(_code, claim)):
        name = match.group()
        if _opens(claim, match.start()) and not places(name.split()[0]):
            # The first word of a sentence is capital for that alone, unless it is an acronym.
            name = name if re.match(r"\w*[A-Z]{2}", name) else " ".join(name.split()[1:])
        if "".join(word[0] for word in re.findall(r"\b[A-Z]\w+", name)).lower() in held:
            continue
        missing = [
            word
            for word in words(name)
            if _matters(word) and stem(word) not in held and not _stands(word, claim, around.text)
        ]
        reasons += [f"{word.replace('_', ' ')} is not in the evidence" for word in missing]
    return tuple(dict.fromkeys(reasons))


def _stands(word: str, claim: str, evidence: str) -> bool:
    """Written as part of a word ("d'Ivoire"), of its country ("Libyan", "Libya"), or as initials
    that the claim itself explains ("kidney disease (CKD)")."""
    if re.search(rf"\b{re.escape(word)}\b", evidence) or f"({word})" in claim:
        return True
    return _root(word) in _roots(evidence)


_OF_COUNTRY = re.compile(r"(?:ian|an|n|ese|ish|s)$|[aeiou]+$")


def _root(name: str) -> str:
    root = _OF_COUNTRY.sub("", name)
    return root if len(root) >= 4 else name


@lru_cache(maxsize=2048)
def _roots(text: str) -> frozenset[str]:
    return frozenset(_root(name) for name in re.findall(r"\b[A-Z]\w+", text))


def _opens(text: str, start: int) -> bool:
    return text[:start].rstrip(" \"'(")[-1:] in ("", ".", "!", "?", ":")


def _code(match: re.Match[str]) -> str:
    return "USA" if match.group().endswith(("States", "S.", "S")) else "UK"


def _matters(word: str) -> bool:
    # Not the second half of "Artemisinin-based"; "united_states" is a name all the same.
    named = word != word.lower() or "_" in word
    return named and is_content(word) and word.lower() not in _NOT_NAMES and not word[0].isdigit()


@lru_cache(maxsize=2048)
def _initials(text: str) -> frozenset[str]:
    """Acronyms that runs of capitalised words stand for: "World Health Organization" is "who"."""
    runs = re.findall(r"\b[A-Z]\w+(?:[\s-]+(?:(?:of|for|and|the|on|&)\s+)*[A-Z]\w+)+", text)
    return frozenset("".join(w[0] for w in re.findall(r"\b[A-Z]\w+", run)).lower() for run in runs)


def polarity_reasons(claim: str, window: Sentence) -> tuple[str, ...]:
    """What of the clause that the claim rests on is turned: denied, rejected, down for up."""
    evidence = _closest_part(claim, window)
    reasons = []
    if len(_REJECTION.findall(claim)) % 2 != len(_REJECTION.findall(evidence)) % 2:
        reasons.append("one of the two rejects what the other says")
    elif _denies(claim, evidence) and not rests(claim, window):
        reasons.append("one of the two denies what the other says")
    if coverage(claim, sentence(evidence).stems | figure_stems(claim)) >= _ABOUT_THE_SAME:
        reasons += _meaning_reasons(claim, evidence, window)
    return tuple(reasons)


def _meaning_reasons(claim: str, evidence: str, window: Sentence) -> Iterator[str]:
    """Only of a clause that is about the same."""
    faced = _facing(claim, evidence)
    if settled(claim, window):
        pass  # what its numbers do has been compared
    elif words := turned(claim, evidence, weak=False) or turned(claim, faced, weak=False):
        yield f"the evidence says {words}"
    elif way := turned_way(claim, evidence) or turned_way(claim, faced):
        yield f"it goes {way}"
    if words := substituted(claim, evidence, figure_stems(claim)):
        yield f"it says {words}"
    if word := hedge_lost(claim, evidence):
        yield f"the evidence does not state as a fact: {word}"
    if words := contrasted(claim, evidence, window.text):
        yield f"it says {words}"


def _facing(claim: str, evidence: str) -> str:
    """Of a clause that tells of several things, the piece about the claim's subject."""
    pieces = [piece for piece in _PIECES.split(evidence) if piece.strip()]
    subject = next((stem(word) for word in words(claim) if is_content(word)), "")
    if len(pieces) < 2:
        return evidence
    about = [piece for piece in pieces if subject in sentence(piece).stems]
    return about[0] if len(about) == 1 else evidence


def _denies(claim: str, evidence: str) -> bool:
    in_claim, in_evidence = _negated(claim), _negated(evidence)
    stems_claim, stems_evidence = sentence(claim).stems, sentence(evidence).stems
    return bool((in_evidence & stems_claim) - in_claim or (in_claim & stems_evidence) - in_evidence)


def _closest_part(claim: str, window: Sentence) -> str:
    """The clause of the window that says most of the claim: its polarity is what counts."""
    parts = [p for each in sentences_of(window) for p in _clauses(each) if p.strip()]
    return max(parts, key=lambda part: coverage(claim, sentence(part).stems))


def _clauses(text: str) -> list[str]:
    """A colon cuts where a whole statement stands before it, not only "False:"."""
    head, colon, rest = text.partition(": ")
    if colon and len(sentence(_REJECTION.sub(" ", head)).stems) >= 3:
        return [*_CLAUSE.split(head), *_CLAUSE.split(rest)]
    return _CLAUSE.split(text)


@lru_cache(maxsize=4096)
def _negated(text: str) -> frozenset[str]:
    """The first word of content after each "not", "no", "never": what is said not to be."""
    text = _NOT_NEGATING.sub(" ", text)
    found: set[str] = set()
    for cue in _NEGATION.finditer(text):
        found.update(_stems_of(words(text[cue.end() :])[:8])[:1])
    return frozenset(found)
