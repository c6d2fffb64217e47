"""Figures with their keys: how many are found, how many keys are right, how planted pairs are told.

Reads the sample archive's own documents; the part called development was looked at while the
extractor was made, the held-out part was labelled before its output was seen. All planted pairs
have been looked at by now: what each batch showed at first sight stands in keyed/README.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.freshness.keys.extraction import VERSION, extract
from assistant.ingest.reading import is_candidate, read_path
from assistant.types import Content
from evals.figures import Figure, Share, pooled
from evals.provenance import hashed
from evals.reports.report import Suite
from evals.suites.gold import CORPUS
from evals.suites.keyed_figures import (
    FIGURES,
    FOLDER,
    KEYS,
    PAIRS,
    Label,
    Pair,
    alarms,
    found_at,
    key_right,
    labels,
    pairs,
)

HELD_OUT = "held out"


def run(corpus: Path = CORPUS, *, limit: int | None = None) -> Suite:
    started = time.perf_counter()
    given, planted = labels()[:limit], pairs()[:limit]
    contents = contents_of(corpus)
    held = [each for each in given if each.part == HELD_OUT]
    rest = [each for each in given if each.part != HELD_OUT]
    halves = dict.fromkeys(each.half for each in planted)
    by_half = {half: [each for each in planted if each.half == half] for half in halves}
    return Suite(
        name="keys",
        figures=(*of_labels(held, contents), *of_pairs(planted)),
        slices={
            "development": of_labels(rest, contents),
            **{f"pairs, {half}": of_pairs(each) for half, each in by_half.items()},
        },
        data={
            "labelled figures": len(given),
            "planted pairs": len(planted),
            "reader's version": VERSION,
            "labels and pairs sha256": hashed([FIGURES, PAIRS], FOLDER),
        },
        cases={"keys.jsonl": list(_cases(given, contents)), "pairs.jsonl": _told(planted)},
        seconds={"all": time.perf_counter() - started},
    )


def contents_of(corpus: Path) -> Mapping[str, Content]:
    """The documents of the sample archive by their file's name."""
    return {
        path.stem: content
        for path in sorted(corpus.rglob("*"))
        if path.is_file() and is_candidate(path.relative_to(corpus))
        for content in read_all(path)
    }


def read_all(path: Path) -> list[Content]:
    """What a file holds that can be read."""
    return [row.content for row in read_path(path) if isinstance(row.content, Content)]


def of_labels(given: Sequence[Label], contents: Mapping[str, Content]) -> tuple[Figure, ...]:
    """Precision and recall of detection over whole documents; each key's share of right ones."""
    extracted = {name: extract(contents[name]) for name in {each.document for each in given}}
    found = [found_at(each, contents[each.document], extracted[each.document]) for each in given]
    hits = sum(each is not None for each in found)
    total = sum(len(figures) for figures in extracted.values())
    precision = [Share(hits=1.0)] * hits + [Share(hits=0.0)] * (total - hits)
    recall = [Share(hits=float(each is not None)) for each in found]
    keys = {
        key: [
            Share(hits=float(right))
            for label, figure in zip(given, found, strict=True)
            if figure is not None and (right := key_right(key, label, figure)) is not None
        ]
        for key in KEYS
    }
    return (
        pooled("detection_precision", "extracted figures that are labelled as such", precision),
        pooled("detection_recall", "labelled figures that are extracted", recall),
        *(pooled(f"{key}_right", f"found figures with the right {key}", keys[key]) for key in KEYS),
    )


def of_pairs(planted: Sequence[Pair]) -> tuple[Figure, ...]:
    """Recall of later and restated figures, and how often anything else raises an alarm."""
    told = [(each, alarms(each)) for each in planted]
    recall = [Share(hits=float(e.expected in a)) for e, a in told if e.expected != "none"]
    false = [Share(hits=float(bool(a))) for e, a in told if e.expected == "none"]
    return (
        pooled("pairs_recall", "later and restated figures that are told as such", recall),
        pooled("pairs_false_alarms", "other pairs that are told as later or restated", false),
    )


def _cases(given: Sequence[Label], contents: Mapping[str, Content]) -> Iterator[str]:
    for label in given:
        content = contents[label.document]
        figure = found_at(label, content, extract(content))
        wrong = [k for k in KEYS if figure is not None and key_right(k, label, figure) is False]
        row = {"document": label.document, "figure": label.figure, "sentence": label.sentence}
        yield json.dumps({**row, "found": figure is not None, "wrong": wrong}, ensure_ascii=False)


def _told(planted: Sequence[Pair]) -> list[str]:
    return [
        json.dumps({"id": e.id, "expected": e.expected, "told": sorted(alarms(e))}) for e in planted
    ]
