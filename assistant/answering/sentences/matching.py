"""Which sentence of the evidence answers: units ranked, and what kind of answer each could be."""

from __future__ import annotations

import difflib
import json
import math
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from assistant.answering.language.quantities import Number
from assistant.answering.language.text import background, stem, words
from assistant.answering.questions.analysis import NUMERIC, Question
from assistant.answering.sentences.orders import is_no_finding
from assistant.answering.sentences.units import (
    HITS,
    Profile,
    Unit,
    coverage,
    profile,
    raw_units,
    term_weights,
)
from assistant.types import Evidence


def units(question: Question, evidence: Evidence) -> list[Unit]:
    """Every sentence of the first hits, best fit first."""
    kept: tuple[Evidence, Question, list[Unit]] | None = getattr(_latest, "ranked", None)
    if kept and kept[0] is evidence and kept[1] == question:
        return kept[2]
    ranked = _ranked(question, evidence)
    _latest.ranked = (evidence, question, ranked)
    return ranked


_latest = threading.local()
"""The last ranking of each thread: evidence is judged, composed from and shown in a row."""


def _ranked(question: Question, evidence: Evidence) -> list[Unit]:
    nearest = max((hit.dense for hit in evidence.hits if hit.dense is not None), default=None)
    weights = ranking_weights(with_dense=nearest is not None)
    found = [
        replace(unit, fit=_dot(weights, ranking_features(question, unit, nearest)))
        for unit in raw_units(question, evidence)
        if not is_no_finding(unit.sentence.text)
    ]
    return sorted(found, key=lambda u: (-u.fit, u.rank, u.span))


# --- features -------------------------------------------------------------------------------------


def ranking_features(question: Question, unit: Unit, nearest: float | None) -> dict[str, float]:
    """What tells the sentence that answers from its neighbours; each roughly 0 to 1."""
    kind = float(has_kind(question, unit))
    values = {
        "said": unit.said,
        "framed": unit.framed,
        "near": unit.near,
        "held": unit.held,
        "rank": 1.0 / (1 + unit.rank),
        "pairs": pairs(question, unit),
        "kind": kind,
        "kind_said": unit.said * kind,
        "exact": float(has_exact_kind(question, unit.sentence)),
        "counted": _counted(question, unit),
        "years": _share(question.years, unit.sentence.years),
        "years_around": _share(question.years, unit.years | unit.passage.years),
        "places": _share(question.places, unit.places),
        "numbers": float(bool(question.numbers) and not unmatched_numbers(question, unit.sentence)),
        "first": float(unit.place == 0),
        "length": min(math.log1p(len(unit.sentence.order)) / 4, 1.0),
    }
    if nearest is not None:
        values["dense"] = (unit.hit.dense if unit.hit.dense is not None else 0.0) - nearest
    return values


def _dot(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in values.items())


@lru_cache(maxsize=2)
def ranking_weights(*, with_dense: bool) -> Mapping[str, float]:
    path = files("assistant.answering") / "weights" / "sentences.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    weights: dict[str, float] = stored["with_dense" if with_dense else "without_dense"]
    return weights


def _share(asked: frozenset[int] | frozenset[str], held: Iterable[object]) -> float:
    return len(asked & frozenset(held)) / len(asked) if asked else 0.0


def _counted(question: Question, unit: Unit) -> float:
    """How much of the counted noun stands in a sentence that has a number for it: 0 to 1."""
    if not question.counted or not answer_number(question, unit.sentence):
        return 0.0
    return coverage(term_weights(question.counted), unit.sentence.stems)


def pairs(question: Question, unit: Unit) -> float:
    """The share of neighbouring question terms that stand near one another in the sentence."""
    topic = question.topic
    if len(topic) < 2:
        return unit.said
    at = unit.sentence.at
    close = sum(
        1
        for a, b in pairwise(topic)
        if a in at and b in at and any(abs(i - j) <= 3 for i in at[a] for j in at[b])
    )
    return close / (len(topic) - 1)


# --- the kind of answer ---------------------------------------------------------------------------

_BECAUSE = re.compile(
    r"\b(?:because|due to|caus\w+|driven|reason|owing|result\w*|led to|since|so that|reflect\w*|"
    r"attribut\w+|explain\w*|therefore|to (?:help|avoid|prevent|protect|reduce|ensure|allow)|"
    r"after|so|as a consequence|thanks to|in order to|why|blam\w+|stem\w* from)\b|:\s",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=[\w,;] )[A-Z][a-z]+(?: [A-Z][\w.]+)*")
_DEFINES = re.compile(
    r"\b(?:defin\w+|means?|refers? to|counts?|counted|treats?|classif\w+|is (?:a|an|the|any)\b|"
    r"are (?:people|persons|children|those)|considered|known as|called|consists? of|measures?|"
    r"calculat\w+|includes?|excludes?|qualif\w+|based on|rather than)\b",
    re.IGNORECASE,
)
_TIME_UNIT = (
    r"(?:second|minute|hour|day|night|week|fortnight|month|quarter|season|year|decade|centur|"
    r"millenni)\w*"
)
_LASTING = re.compile(
    rf"\b(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|"
    rf"thirty|forty|fifty|sixty|several|half)(?: (?:and a half|to \w+|or \w+|more|full|whole))*"
    rf"[ -]{_TIME_UNIT}",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b(?: \d|$)|\d(?:st|nd|rd|th) century"
)


def has_kind(question: Question, unit: Unit) -> bool:
    """Does the sentence hold something of the kind that was asked for?"""
    sentence = unit.sentence
    if question.asked == "duration":
        return bool(_LASTING.search(sentence.text))
    if question.asked in NUMERIC:
        return answer_number(question, sentence) is not None
    if question.asked == "period":
        return _has_period(sentence)
    if question.asked == "who":
        return bool(_NAMED.search(sentence.text))
    if question.asked == "where":
        return bool(sentence.places - question.places or _NAMED.search(sentence.text))
    if question.asked == "why":
        return bool(_BECAUSE.search(sentence.text))
    if question.asked == "definition":
        return bool(_DEFINES.search(sentence.text))
    return True


_PERIOD = re.compile(r"\b(?:1[5-9]|20)\d\d\s?(?:to|and|through|until|–|-|—)\s?(?:\d\d){1,2}\b")


def _has_period(sentence: Profile) -> bool:
    return len(sentence.years) >= 2 and bool(_PERIOD.search(sentence.text))


def has_exact_kind(question: Question, sentence: Profile) -> bool:
    """Stricter: a figure with the unit that the question wants. False where none is wanted."""
    match question.asked:
        case "percentage":
            return any(n.unit in ("%", "pp") for n in sentence.numbers)
        case "money":
            return any(n.unit in ("usd", "eur", "gbp", "jpy") for n in sentence.numbers)
        case "duration":
            return bool(_LASTING.search(sentence.text))
        case "period":
            return _has_period(sentence)
        case "date":
            return bool(_DATED.search(sentence.text))
        case "count":
            number = answer_number(question, sentence)
            return number is not None and not number.unit
        case _:
            return False


def unmatched_numbers(question: Question, text: Profile) -> tuple[Number, ...]:
    """Numbers that the question itself states and `text` does not."""
    if not question.numbers:
        return ()
    held = {(number.value, number.unit) for number in text.numbers}
    bare = {number.value for number in text.numbers}
    return tuple(
        n for n in question.numbers if (n.value, n.unit) not in held and n.value not in bare
    )


def answer_number(question: Question, sentence: Profile) -> Number | None:
    """A number that could be the one asked for: of the asked kind, not given in the question."""
    given = {number.value for number in question.numbers}
    if question.asked != "date" or len(question.years) == 1:  # of several years it may be one
        given |= {float(year) for year in question.years}
    for number in sentence.numbers:
        if number.is_day or (number.value in given and number.value > 12):
            continue
        if question.asked == "date":
            if number.is_year:
                return number
        elif question.asked == "percentage":
            if number.unit in ("%", "pp") or number.value < 1000:
                return number
        elif _of_another_unit(question, number):
            continue
        elif not number.is_year:
            return number
    return None


def _of_another_unit(question: Question, number: Number) -> bool:
    """ "How many" counts things, of no unit unless it names one; how warm is told in degrees."""
    if question.unit == "°":
        return number.unit != "°"
    return question.how_many and bool(number.unit) and number.unit != question.unit


# --- spelling -------------------------------------------------------------------------------------


def corrected(question: Question, evidence: Evidence) -> Question:
    """The question with misspelt terms replaced by what the evidence seems to call them.

    Only words unknown to English and to the evidence are touched, and only for a near match.
    """
    known = background().idf
    unknown = [t for t in question.terms if len(t) >= 5 and t not in known and not t[0].isdigit()]
    if not unknown:
        return question
    texts = [h.passage.text for h in evidence.hits[:HITS]]
    texts += [d.title for d in evidence.documents.values()]
    held = frozenset[str]().union(*(profile(text).stems for text in texts))
    spelled = frozenset(
        form for text in texts for word in words(text) for form in (word.lower(), stem(word))
    )
    fixed = {term: _nearest(term, spelled) for term in unknown if term not in held}
    terms = tuple(dict.fromkeys(fixed.get(t) or t for t in question.terms))
    names = tuple(tuple(fixed.get(s) or s for s in name) for name in question.names)
    counted = tuple(fixed.get(t) or t for t in question.counted)
    sought = tuple(fixed.get(t) or t for t in question.sought)
    return replace(question, terms=terms, names=names, counted=counted, sought=sought)


def _nearest(term: str, spelled: frozenset[str]) -> str | None:
    """The stem of the word that the term is a misspelling of, by its letters."""
    near = [w for w in spelled if w[0] == term[0] and abs(len(w) - len(term)) <= 2]
    best = difflib.get_close_matches(term, sorted(near), n=1, cutoff=0.8)
    return stem(best[0]) if best else None
