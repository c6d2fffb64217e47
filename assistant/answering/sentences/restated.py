"""Where a fact-check repeats the claim that it rates: words that it shows and does not say.

The rated claim stands under the verdicts, beside its rating. As a sentence of an answer it would
be the archive's own word for what the archive may have refuted, so it never becomes one, however
it is rated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.language.polarity import negations, rejects
from assistant.answering.language.text import FRAME_STEMS, content_stems, jaccard
from assistant.answering.sentences.units import profile, text_of
from assistant.types import Document, Passage, Span

_SAME = 0.75
"""Shared stems over all stems from which two sentences say the same."""
_LABEL = re.compile(
    r"^\W*(?:(?:the |viral |original |false )?(?:claim|post|statement|quote|rumou?r|message)"
    r"(?: (?:reviewed|checked|made|in full))?|what (?:was|is|they) (?:claimed|said|saying))\s*"
    r"[:–—-]\s*",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:(?:the |viral |our |original )?(?:claims?|posts?|statements?|"
    r"rumou?rs?)(?: (?:reviewed|checked|made|in full|being checked))?|"
    r"what (?:was|is|is being|they|people|posts?) (?:claim(?:ed|s?)|said|saying|sharing))\W*$",
    re.IGNORECASE,
)
_FOUND = re.compile(r"^\W*(?:yes|no|true|correct|right|mostly|partly|indeed)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    words: str
    stems: tuple[str, ...]
    figures: frozenset[float]
    negations: int


def restates(document: Document, passage: Passage, span: Span) -> bool:
    """Is this sentence of a fact-check the claim that it rates, or of the section that holds it?"""
    if document.kind != "fact_check" or not document.content.verdicts:
        return False
    if headed_as_claim(passage.heading_path):
        return True
    text = text_of(passage, span)
    return any(repeats(text, verdict.claim) for verdict in document.content.verdicts)


def headed_as_claim(path: Sequence[str]) -> bool:
    """ "Claim", "The claim", "What was claimed": not "Claims about owls"."""
    return bool(path) and bool(_HEADED.match(path[-1]))


@lru_cache(maxsize=8192)
def repeats(sentence: str, claim: str) -> bool:
    """Does the sentence say the claim, in its words or nearly, and nothing of whether it is so?"""
    bare = _LABEL.sub("", sentence)
    if not claim.strip() or _FOUND.match(bare) or rejects(bare) > rejects(claim):
        return False
    own, rated = _said(bare), _said(claim)
    if not rated.words:
        return False
    if f"{own.words} ".startswith(f"{rated.words} ") and own.figures <= rated.figures:
        return True  # a post often goes on after it; what adds a figure is a finding
    alike = own.negations % 2 == rated.negations % 2 and own.figures == rated.figures
    return alike and bool(rated.stems) and jaccard(own.stems, rated.stems) >= _SAME


@lru_cache(maxsize=8192)
def _said(text: str) -> _Said:
    held = profile(text)
    return _Said(
        words=" ".join(re.findall(r"\w+", text.casefold())),
        stems=tuple(stem for stem in content_stems(text) if stem not in FRAME_STEMS),
        figures=frozenset(number.value for number in held.numbers) | frozenset(held.years),
        negations=negations(text),
    )
