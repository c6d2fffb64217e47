"""Sentences of public texts with one number changed: what a judge of support must never let pass.

A claim is a sentence of the evidence, reworded in a small way that keeps what it says, so that no
judge can find it word for word. Altered, one number of it is another one by a digit, its unit
another unit, or its year another year. Everything is chosen by hashes: twice gives the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.language.quantities import Number, numbers
from assistant.answering.language.text import split_sentences

SETS = ("squad2", "clapnq", "mtrag", "scifact")
A_SET = 150
_KINDS = ("digit", "unit", "year")
_UNITS = {"%": "$", "usd": "€", "eur": "$", "gbp": "$", "°": "%", "pp": "%"}
_REWORDINGS = (
    (re.compile(r"^The\b"), "Reportedly, the"),
    (re.compile(r"^In (?=\d{4},)"), "During "),
    (re.compile(r"\bmore than\b"), "over"),
    (re.compile(r"\bapproximately\b"), "about"),
    (re.compile(r"\bper cent\b|\bpercent\b"), "%"),
    (re.compile(r"\bwhich\b"), "that"),
    (re.compile(r"\balso\s"), ""),
    (re.compile(r"\bhowever,?\s", re.IGNORECASE), ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A claim that its evidence carries, and the same with one number changed."""

    id: str
    kind: str
    claim: str
    altered: str
    evidence: str


def of_set(benchmarks: Path, name: str, wanted: int = A_SET) -> list[Altered]:
    """Some claims of a set's texts, in the order of their hashes; at most one of a text."""
    lines = (benchmarks / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    rows.sort(key=lambda row: _hash(f"{name}|{row['_id']}"))
    found: list[Altered] = []
    for row in rows:
        if len(found) == wanted:
            break
        found += list(of_text(f"{name}/{row['_id']}", str(row["text"])))[:1]
    return found


def of_text(id_: str, text: str) -> Iterator[Altered]:
    """A claim of every sentence of a text that has a number to change."""
    for n, span in enumerate(split_sentences(text)):
        sentence = " ".join(span.of(text).split())
        claim = reworded(sentence)
        if not 6 <= len(claim.split()) <= 60 or "://" in claim:
            continue
        seed = _hash(f"{id_}|{n}")
        for kind in sorted(_KINDS, key=lambda each: _hash(f"{id_}|{n}|{each}")):
            if altered := alter(claim, kind, seed, text):
                yield Altered(
                    id=f"{id_}#{n}", kind=kind, claim=claim, altered=altered, evidence=text
                )
                break


def reworded(sentence: str) -> str:
    """The first two small rewordings that apply, which keep what is said."""
    done = 0
    for pattern, instead in _REWORDINGS:
        changed = pattern.sub(instead, sentence, count=1)
        if changed != sentence:
            sentence, done = changed, done + 1
        if done == 2:
            break
    return sentence


def alter(claim: str, kind: str, seed: int, evidence: str) -> str | None:
    """The claim with one number of that kind changed; None where it has none to change."""
    choices = [each for each in numbers(claim) if _fits(each, kind, claim)]
    if not choices:
        return None
    number = choices[seed % len(choices)]
    written = number.span.of(claim)
    changed = _unit_of(written, number) if kind == "unit" else _digit_of(written, seed, kind)
    if changed is None:
        return None
    altered = claim[: number.span.start] + changed + claim[number.span.end :]
    return None if altered == claim or " ".join(evidence.split()).find(altered) >= 0 else altered


def _fits(number: Number, kind: str, claim: str) -> bool:
    if kind == "year":
        return number.is_year
    if kind == "unit":
        return number.unit in _UNITS
    return not number.is_year and any(map(str.isdigit, number.span.of(claim)))


def _digit_of(written: str, seed: int, kind: str) -> str:
    """One digit is another one; of a year the last, and no number gets a zero in front."""
    places = [match.start() for match in re.finditer(r"\d", written)]
    at = places[-1] if kind == "year" else places[seed // 7 % len(places)]
    others = [digit for digit in "123456789" if digit != written[at]]
    return written[:at] + others[seed // 49 % len(others)] + written[at + 1 :]


def _unit_of(written: str, number: Number) -> str | None:
    digits = re.search(r"\d[\d,.]*\d|\d", written)
    if digits is None:
        return None
    other = _UNITS[number.unit]
    return f"{digits[0]}%" if other == "%" else f"{other}{digits[0]}"


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
