"""Does the evidence carry the claim? The default judge: aligned sentences, and nothing invented.

A claim is supported when some few neighbouring sentences of the evidence hold what it says: every
number with its unit, what it counts and its period; every name; the same polarity; and most of its
words, weighed by how rare they are. Each failed test is a reason in plain words. It reads words,
not meaning: it can't tell who did what to whom in a reordered sentence (a later judge may).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.places import places
from assistant.answering.quantities import Number, numbers, years
from assistant.answering.text import (
    MARKER,
    background,
    content_stems,
    is_content,
    listed,
    split_sentences,
    stem,
    words,
)
from assistant.types import Span, Support

SUPPORTED = 0.6
"""Score from which a claim without a failed test counts as supported."""

_FAILED = 0.35
"""The highest score of a claim that failed a test: the words may match, the facts don't."""

_WINDOW = 3
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    text: str
    stems: frozenset[str]
    numbers: tuple[Number, ...]


def judge(claim: str, evidence: str) -> Support:
    """Support for `claim` in `evidence`: a score from 0 to 1 and why it is not higher."""
    return _judged(claim, evidence)


@lru_cache(maxsize=4096)
def _judged(claim: str, evidence: str) -> Support:
    claim, evidence = _plain(claim), _plain(evidence)
    if not re.search(r"\w", claim) or not evidence:
        return Support(score=0.0, supported=False, reasons=("there is nothing to compare",))
    if _is_whole_sentence_of(claim, evidence):
        return Support(score=1.0, supported=True, reasons=("word for word",))
    sentences = _sentences(evidence)
    window = _aligned(claim, sentences)
    around = _joined(sentences)
    reasons = (
        *_number_reasons(claim, window, around),
        *_name_reasons(claim, around),
        *_polarity_reasons(claim, window),
    )
    coverage = _coverage(claim, window.stems)
    if coverage < SUPPORTED:
        reasons += (f"only {coverage:.0%} of what it says is in the evidence",)
    score = round(min(coverage, _FAILED) if reasons else coverage, 4)
    return Support(score=score, supported=not reasons, reasons=reasons)


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    text = MARKER.sub(" ", text).translate(_SHAPES)
    return re.sub(r"\s+(?=[.,;:!?])", "", " ".join(text.split()))


_SHAPES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-", "\u00a0": " ", "\u202f": " "}
)


def _is_whole_sentence_of(claim: str, evidence: str) -> bool:
    """Whole sentences only: a piece of one may have lost the words that deny it."""
    bare = claim.rstrip(".!? ")
    start = evidence.find(bare)
    if start < 0 or not bare:
        return False
    before, after = evidence[:start], evidence[start + len(bare) :]
    return bool(_ENDED.search(before)) and bool(_ENDS.match(after))


_ENDED = re.compile(r"(?:^|[.!?][\"')\]]*\s+)[\"'(\[]*\Z")
_ENDS = re.compile(r"[\"')\]]*(?:[.!?]+[\"')\]]*(?:\s|\Z)|\s*\Z)")


@lru_cache(maxsize=2048)
def _sentences(evidence: str) -> tuple[_Sentence, ...]:
    return tuple(_sentence(span.of(evidence)) for span in split_sentences(evidence))


@lru_cache(maxsize=4096)
def _sentence(text: str) -> _Sentence:
    return _Sentence(text=text, stems=frozenset(content_stems(text)), numbers=numbers(text))


def _joined(sentences: Sequence[_Sentence]) -> _Sentence:
    return sentences[0] if len(sentences) == 1 else _sentence(" ".join(s.text for s in sentences))


def _aligned(claim: str, sentences: Sequence[_Sentence]) -> _Sentence:
    """The run of at most three sentences that covers most of the claim; shorter runs first."""
    best, best_score = sentences[0], -1.0
    values = {number.value for number in numbers(claim)}
    for size in range(1, min(_WINDOW, len(sentences)) + 1):
        for start in range(len(sentences) - size + 1):
            run = sentences[start : start + size]
            stems = frozenset().union(*(s.stems for s in run))
            held = {n.value for s in run for n in s.numbers} & values
            score = _coverage(claim, stems) + len(held) / max(len(values), 1) - 0.02 * size
            if score > best_score + 1e-9:
                best, best_score = _joined(run), score
    return best


def _coverage(claim: str, stems: frozenset[str]) -> float:
    """The share of the claim's words that `stems` hold, weighed by rarity: 0 to 1."""
    weights = _weights(claim)
    total = sum(weights.values())
    return sum(w for each, w in weights.items() if each in stems) / total if total else 0.0


@lru_cache(maxsize=2048)
def _weights(claim: str) -> dict[str, float]:
    idf = background().idf
    unseen = background().unseen
    return {each: max(idf.get(each, unseen), 0.3) for each in content_stems(claim)}


# --- numbers --------------------------------------------------------------------------------------


def _number_reasons(claim: str, window: _Sentence, around: _Sentence) -> tuple[str, ...]:
    reasons = []
    for number in numbers(claim):
        if number.spelled and number.value <= 1:
            continue
        written = number.span.of(claim).strip()
        same = [n for n in window.numbers if _same_value(number, n)]
        if number.is_year or not same:
            same = same or [n for n in around.numbers if _same_value(number, n)]
        if not same:
            reasons.append(f"{written} is not in the evidence")
        elif not any(n.unit == number.unit for n in same):
            reasons.append(f"{written} has another unit in the evidence")
        elif not number.is_year and not _counts_the_same(claim, number, window, around):
            reasons.append(f"{written} counts something else in the evidence")
    missing = sorted(years(claim) - years(around.text))
    reasons += [f"the year {year} is not in the evidence" for year in missing]
    return tuple(dict.fromkeys(reasons))


def _same_value(one: Number, other: Number) -> bool:
    return abs(one.value - other.value) <= 1e-9 * max(abs(one.value), 1.0)


def _counts_the_same(claim: str, number: Number, window: _Sentence, around: _Sentence) -> bool:
    """What the claim counts by the number stands near the same number in the evidence."""
    noun = _noun_after(claim, number.span)
    beside = frozenset(_stems_of(words(claim[: number.span.start])[-4:])[-2:]) | frozenset(
        _stems_of(words(claim[number.span.end :])[:8])[:4]
    )
    for sentence in (window, around):
        for other in sentence.numbers:
            if _same_value(number, other) and other.unit == number.unit:
                near = _near(sentence.text, other.span)
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


def _name_reasons(claim: str, around: _Sentence) -> tuple[str, ...]:
    held = around.stems | _initials(around.text)
    reasons = []
    for match in _NAMES.finditer(_UNITED.sub(_code, claim)):
        name = match.group()
        if _opens(claim, match.start()) and not places(name.split()[0]):
            # The first word of a sentence is capital for that alone, unless it is an acronym.
            name = name if re.match(r"\w*[A-Z]{2}", name) else " ".join(name.split()[1:])
        if "".join(word[0] for word in re.findall(r"\b[A-Z]\w+", name)).lower() in held:
            continue
        missing = [w for w in words(name) if _matters(w) and stem(w) not in held]
        reasons += [f"{word.replace('_', ' ')} is not in the evidence" for word in missing]
    return tuple(dict.fromkeys(reasons))


def _opens(text: str, start: int) -> bool:
    return text[:start].rstrip(" \"'(")[-1:] in ("", ".", "!", "?", ":")


def _code(match: re.Match[str]) -> str:
    return "USA" if match.group().endswith(("States", "S.", "S")) else "UK"


def _matters(word: str) -> bool:
    return is_content(word) and word.lower() not in _NOT_NAMES and not word[0].isdigit()


@lru_cache(maxsize=2048)
def _initials(text: str) -> frozenset[str]:
    """Acronyms that runs of capitalised words stand for: "World Health Organization" is "who"."""
    runs = re.findall(r"\b[A-Z]\w+(?:[\s-]+(?:(?:of|for|and|the|on|&)\s+)*[A-Z]\w+)+", text)
    return frozenset("".join(w[0] for w in re.findall(r"\b[A-Z]\w+", run)).lower() for run in runs)


def _polarity_reasons(claim: str, window: _Sentence) -> tuple[str, ...]:
    evidence = _closest_part(claim, window)
    if len(_REJECTION.findall(claim)) % 2 != len(_REJECTION.findall(evidence)) % 2:
        return ("one of the two rejects what the other says",)
    in_claim, in_evidence = _negated(claim), _negated(evidence)
    stems_claim, stems_evidence = _sentence(claim).stems, _sentence(evidence).stems
    if (in_evidence & stems_claim) - in_claim or (in_claim & stems_evidence) - in_evidence:
        return ("one of the two denies what the other says",)
    return ()


def _closest_part(claim: str, window: _Sentence) -> str:
    """The clause of the window that says most of the claim: its polarity is what counts."""
    sentences = [span.of(window.text) for span in split_sentences(window.text)]
    parts = [part for sentence in sentences for part in _CLAUSE.split(sentence) if part.strip()]
    return max(parts, key=lambda part: _coverage(claim, _sentence(part).stems))


@lru_cache(maxsize=4096)
def _negated(text: str) -> frozenset[str]:
    """The first word of content after each "not", "no", "never": what is said not to be."""
    text = _NOT_NEGATING.sub(" ", text)
    found: set[str] = set()
    for cue in _NEGATION.finditer(text):
        found.update(_stems_of(words(text[cue.end() :])[:8])[:1])
    return frozenset(found)
