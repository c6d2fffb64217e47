"""The labelled figures and the planted pairs, and what the extractor makes of them.

Both were written by hand: the labels from the sample archive's sentences, the pairs in its style on
other subjects. Each has a part that was looked at while the extractor was made, and one held out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from assistant.freshness.judge import Judge
from assistant.freshness.keys.extraction import extract
from assistant.freshness.keys.wording import listed, stem
from assistant.types import (
    Content,
    Document,
    Figure,
    PartialDate,
    Section,
    Source,
    Span,
    Volatility,
)

Alarm = Literal["later", "restated"]

FOLDER = Path(__file__).parent.parent / "keyed"
FIGURES, PAIRS = FOLDER / "figures.jsonl", FOLDER / "pairs.jsonl"
PARTS = ("development", "held out", *(f"batch {n}" for n in range(1, 19)))
KEYS = ("unit", "subject", "metric", "population", "place", "period")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A figure as a person read it: where it stands and, unless only that is labelled, its keys.

    `metric` and `population` name what must be there; `open` are keys that the sentence leaves
    open, which are not judged.
    """

    document: str
    part: str
    sentence: str
    figure: str
    at: int
    keys: dict[str, Any] | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> Label:
        own = {name: row.pop(name) for name in ("document", "part", "sentence", "figure", "at")}
        return cls(**own, keys=row or None)


def labels() -> list[Label]:
    return [Label.of(row) for row in _rows(FIGURES)]


def found_at(label: Label, content: Content, figures: Sequence[Figure]) -> Figure | None:
    """The extracted figure that a label means, if there is one."""
    for figure in figures:
        sentence = figure.sentence.of(content.text)
        at = figure.span.start - figure.sentence.start
        if sentence == label.sentence and label.at - 2 <= at <= label.at:
            return figure
    return None


def key_right(key: str, label: Label, figure: Figure) -> bool | None:
    """Is one key as labelled? None where the label leaves it open."""
    keys = label.keys
    if keys is None or key in keys["open"]:
        return None
    if key == "unit":
        return stem_or(keys["unit"]) == figure.unit
    if key == "period":
        given = (figure.period_first, figure.period_last)
        said = [day.isoformat() if day else None for day in given]
        return said == (keys["period"] or [None, None])
    if key == "metric":
        words = {*figure.metric, *figure.population, figure.unit}
        return {stem(word) for word in keys["metric"]} <= words
    if key == "population":
        return _population(keys["population"], figure)
    return bool(getattr(figure, key) == keys[key])


_JUDGED = frozenset(
    listed(
        "change forecast average median core provisional final age-adjusted yoy mom woman man"
        " black white hispan asian cocain psychostimul foster cumulative sample"
    )
)
"""Words that narrow: nothing beyond the label's may be read into a figure."""


def _population(said: Sequence[str], figure: Figure) -> bool:
    labelled = {word if "-" in word or "+" in word else stem(word) for word in said}
    labelled |= {word for word in said if word in _JUDGED}
    words = {*figure.population, *figure.metric}
    there = all(word in words or stem(word) in words for word in said if word != "cybertipline")
    return there and not (set(figure.population) & _JUDGED) - labelled - _FROM_BASIS


_FROM_BASIS = frozenset(("yoy",))
"""Follows from a calendar year's change; labelled only where a month's is meant."""


def stem_or(unit: str) -> str:
    """A unit as it is folded: counted nouns are stems, measures keep their names."""
    return unit if any(mark in unit for mark in "%°/ ") or len(unit) < 4 else stem(unit)


# --- pairs ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A fact-check, the source that it cites where the pair has one, and one more document.

    `expected`: "later", "restated", or "none" for everything that must raise no alarm. `half` says
    when it was written: before the comparison was made, or after which round of work on it.
    """

    id: str
    half: str
    expected: str
    kind: str
    one: Content
    other: Content
    source: Content | None = None


def pairs(path: Path = PAIRS) -> list[Pair]:
    parts = ("one", "other", "source")
    return [
        Pair(**{**row, **{name: content_of(row[name]) for name in parts if name in row}})
        for row in _rows(path)
    ]


def content_of(row: dict[str, str]) -> Content:
    """A page with a title and one section, cited or published by `publisher`."""
    text = f"{row['title']}\n\n{row['text']}"
    start = len(row["title"]) + 2
    day = PartialDate(value=row["date"], origin="front_matter")
    valid = row.get("period")
    common: dict[str, Any] = {
        "title": row["title"],
        "text": text,
        "sections": (Section(span=Span(start=start, end=len(text))),),
        "valid_as_of": PartialDate(value=valid, origin="front_matter") if valid else None,
    }
    if row["kind"] == "fact_check":
        sources = (Source(n=1, publisher=row["publisher"]),)
        return Content(kind="fact_check", checked_on=day, sources=sources, **common)
    return Content(kind="source_document", publisher=row["publisher"], published_on=day, **common)


_TOLD: dict[str, Alarm] = {"superseded": "later", "restated": "restated"}
_SOON = Volatility(p_mutable=0.6, kind="annual", tau_days=365)
"""Of every question the same: how soon an answer changes is no part of what is measured here."""


def alarms(pair: Pair, now: date = date(2030, 1, 1)) -> set[Alarm]:
    """What the judge's rules say of the fact-check with the other document beside it."""
    contents = {"check": pair.one, "source": pair.source, "other": pair.other}
    documents = {
        name: Document(
            id=name,
            version=1,
            audience="public",
            retrieved_on=datetime(2029, 1, 1, tzinfo=UTC),
            content=content,
        )
        for name, content in contents.items()
        if content is not None
    }
    figures = {name: extract(document.content) for name, document in documents.items()}
    archive = [(documents[name], each) for name, found in figures.items() for each in found]
    judge = Judge(
        volatility=lambda question, day: _SOON,
        rivals=lambda figure: archive,
        figures_of=lambda document: figures[document.id],
    )
    own, badges = judge.document(documents["check"], now)
    judged = (own, *(badge.freshness for badge in badges))
    fired = {reason.rule for each in judged for reason in each.reasons}
    return {_TOLD[rule] for rule in fired if rule in _TOLD}


def _rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
