"""Choosing sentences, given the passage that answers: CLAPNQ's gold sentences, SQuAD's answers.

The paired passage alone is the evidence, so that neither search nor abstention speaks here; what is
measured is what the default composer makes of it. Its weights were fitted on these questions: out
of fold they reach what `evals.training.sentences` prints.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.answering.citations import locate
from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.choosing import SentenceVectors
from assistant.answering.sentences.extractive import Extractive
from assistant.answering.sentences.units import sentence_spans
from assistant.ingest.passages import split
from assistant.types import Content, Document, Evidence, Hit, Passage, Section, Span
from evals.beir import lines_of, sets_in
from evals.figures import Difference, Figure, Share, paired, pooled
from evals.homes import Homes
from evals.provenance import hashed
from evals.reports.report import Suite, Worst
from evals.suites.gold_questions import sliced

SETS = ("clapnq", "squad2")
WORST = 12
F1 = "clapnq sentence F1"
FIRST = "squad2 first claim answers"
ALONE = "squad2 first claim is one sentence"
ANY = "squad2 any claim answers"
_HALF = 0.5

Choose = Callable[[str, Evidence], Sequence[Span]]
"""(question, evidence) -> the spans that it would show, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with the passage that answers it. `gold` are spans of the passage's document.

    Of CLAPNQ every gold sentence; of SQuAD the sentences that hold an accepted answer. `units` are
    the sentences that are counted: the set's own where it has them, else those of the product.
    """

    id: str
    set: str
    text: str
    group: str
    evidence: Evidence
    units: tuple[Span, ...]
    gold: tuple[Span, ...]

    @property
    def document(self) -> Document:
        return next(iter(self.evidence.documents.values()))


def run(
    homes: Homes,
    benchmarks: Path,
    *,
    limit: int | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Suite:
    """Both sets where they are there. Raises BadInput when neither is."""
    names = sets_in(benchmarks, SETS)
    cases = {name: read_cases(benchmarks / name, limit) for name in names}
    seconds: dict[str, float] = {}
    values: dict[str, dict[str, float]] = {}
    shown: dict[str, Sequence[Span]] = {}
    with homes.fresh("sentences") as assistant:
        vectors = SentenceVectors(assistant._parts.models.query_encoder, kept=1 << 16)
        for name in names:
            note(f"sentences: {name}")
            for label, choose in choosers(vectors).items():
                started = time.perf_counter()
                chosen = {case.id: choose(case.text, case.evidence) for case in cases[name]}
                seconds[f"{name} {label}".strip()] = time.perf_counter() - started
                for figure, found in scored(cases[name], chosen).items():
                    values[f"{figure}{_of(label)}"] = found
                shown |= chosen if not label else {}
    every = [case for found in cases.values() for case in found]
    return Suite(
        name="sentences",
        figures=figures(values),
        data={f"{name} questions": len(cases[name]) for name in names}
        | {f"{name} sha256": digest(benchmarks / name) for name in names},
        slices=slices(every, values),
        cases={"sentences.jsonl": [_row(case, shown[case.id], values) for case in every]},
        values=values,
        differences=differences(values),
        worst=worst(every, shown, values),
        findings=(
            "The composer's weights were fitted on these very questions; out of fold, whole "
            "articles left out, they reach what `weights/sentences.json` says under out_of_fold.",
        ),
        seconds=seconds,
    )


def digest(folder: Path) -> str:
    return hashed([folder / "corpus.jsonl", folder / "queries.jsonl"], folder)


# --- cases ----------------------------------------------------------------------------------------


def read_cases(folder: Path, limit: int | None = None) -> tuple[Case, ...]:
    """The answerable questions of a set whose answer stands in a sentence of their passage."""
    rows = {row["_id"]: row for row in map(json.loads, lines_of(folder / "corpus.jsonl"))}
    asked = [row for row in map(json.loads, lines_of(folder / "queries.jsonl"))]
    asked = [row for row in asked if row["answerable"] and row.get("paired_passage") in rows]
    chosen = sliced(asked, limit, [str(row["_id"]) for row in asked])
    found = (_case(folder.name, row, rows[row["paired_passage"]]) for row in chosen)
    return tuple(case for case in found if case.gold)


def _case(name: str, row: Mapping[str, Any], passage: Mapping[str, Any]) -> Case:
    evidence = evidence_of(row["text"], passage)
    own = passage.get("sentences")
    units = _placed(passage["text"], own) if own else tuple(all_spans(evidence))
    wanted = row.get("selected_sentences") or row["answers"]
    gold = [u for u in units if any(_says(u.of(passage["text"]), words) for words in wanted)]
    return Case(
        id=f"{name}:{row['_id']}",
        set=name,
        text=row["text"],
        group=f"{name}:{row['_id'] if own else passage['title']}",
        evidence=evidence,
        units=units,
        gold=tuple(gold),
    )


def _placed(text: str, sentences: Sequence[str]) -> tuple[Span, ...]:
    """A set's own sentences where they stand in its text, one after the other."""
    found: list[Span] = []
    for words in sentences:
        at = text.find(words, found[-1].end if found else 0)
        if at >= 0:
            found.append(Span(start=at, end=at + len(words)))
    return tuple(found)


def _says(sentence: str, wanted: str) -> bool:
    return wanted.strip() in sentence


def evidence_of(question: str, row: Mapping[str, Any]) -> Evidence:
    """A row of a corpus as the only document of an archive, all of its passages found."""
    text = row["text"]
    content = Content(
        kind="source_document", title=row["title"], text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
    )  # fmt: skip
    document = Document(
        id=row["_id"], version=1, audience="public", content=content,
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    passages = [
        Passage(
            id=at,
            document_id=document.id,
            version=1,
            span=draft.span,
            text=draft.span.of(text),
            heading_path=draft.heading_path,
            sentences=draft.sentences,
        )  # fmt: skip
        for at, draft in enumerate(split(content))
    ]
    hits = tuple(Hit(passage=passage, score=1 / (1 + passage.id)) for passage in passages)
    return Evidence(question=question, hits=hits, documents={document.id: document})


# --- what chooses ---------------------------------------------------------------------------------

BARE, NEAREST_3, FIRST_3 = "without an encoder", "MiniLM's three nearest", "the first three"
LABELS = (BARE, NEAREST_3, FIRST_3)
"""Beside the composer. The first of the three nearest is MiniLM's nearest."""


def choosers(vectors: SentenceVectors) -> Mapping[str, Choose]:
    """The composer under no name, and what is beside it."""
    bare = Extractive()
    return {
        "": lambda question, evidence: shown_by(Extractive(vectors), question, evidence),
        BARE: lambda question, evidence: shown_by(bare, question, evidence),
        NEAREST_3: lambda question, evidence: nearest(vectors, question, evidence)[:3],
        FIRST_3: lambda _, evidence: all_spans(evidence)[:3],
    }


def shown_by(composer: Extractive, question: str, evidence: Evidence) -> list[Span]:
    """The quotes of what is composed, as spans of their document, claim by claim."""
    passages = {hit.passage.id: hit.passage for hit in evidence.hits}
    found = [
        locate(passages[passage], words)
        for proposal in composer(question, evidence).proposals
        for passage, words in proposal.quotes
    ]
    return [span for span in found if span]


def nearest(vectors: SentenceVectors, question: str, evidence: Evidence) -> list[Span]:
    """The sentences by the cosine of their own words with the question."""
    spans = all_spans(evidence)
    text = next(iter(evidence.documents.values())).text
    cosines = vectors([span.of(text) for span in spans]) @ vectors([question])[0]
    return [spans[at] for at in sorted(range(len(spans)), key=lambda at: -float(cosines[at]))]


def all_spans(evidence: Evidence) -> list[Span]:
    return [span for hit in evidence.hits for span in sentence_spans(hit.passage)]


# --- figures --------------------------------------------------------------------------------------


def scored(
    cases: Sequence[Case], chosen: Mapping[str, Sequence[Span]]
) -> dict[str, dict[str, float]]:
    """figure -> case -> value."""
    found: dict[str, dict[str, float]] = {}
    for case in cases:
        for figure, value in values_of(case, chosen[case.id]).items():
            found.setdefault(figure, {})[case.id] = value
    return found


def values_of(case: Case, chosen: Sequence[Span]) -> dict[str, float]:
    taken = frozenset(unit for unit in case.units if any(overlap(span, unit) for span in chosen))
    if case.set == "clapnq":
        return {F1: f1(taken, frozenset(case.gold)), "clapnq sentences shown": float(len(taken))}
    first = {unit for unit in case.units if chosen and overlap(chosen[0], unit)}
    return {
        FIRST: float(bool(first & {*case.gold})),
        ALONE: float(len(first) == 1),
        ANY: float(bool(taken & {*case.gold})),
        "squad2 sentences shown": float(len(taken)),
    }


def f1(taken: frozenset[Span], gold: frozenset[Span]) -> float:
    """2 * shared / (taken + gold), 0 to 1."""
    return 2 * len(taken & gold) / (len(taken) + len(gold)) if taken or gold else 0.0


def overlap(span: Span, unit: Span) -> bool:
    """It shows at least half of the sentence: splitters differ in where one ends."""
    shared = min(span.end, unit.end) - max(span.start, unit.start)
    return shared >= _HALF * (unit.end - unit.start)


MEANS = {
    F1: "mean over questions: sentences shown and gold sentences, 2 * shared / (shown + gold)",
    FIRST: "the first claim shown holds an accepted answer",
    ALONE: "the first claim is one sentence; the others bring the one that it leans on",
    ANY: "some claim shown holds an accepted answer",
}


def figures(values: Mapping[str, Mapping[str, float]]) -> tuple[Figure, ...]:
    """Shares and means of what is 0 to 1; how many are shown is told in the slices' rows."""
    return tuple(
        pooled(name, _means(name), [Share(hits=value) for value in found.values()])
        for name, found in values.items()
    )


def _means(name: str) -> str:
    figure = name.split(", ")[0]
    means = MEANS.get(figure, "sentences shown, on average")
    return means if figure == name else f"{means}; {name.removeprefix(figure + ', ')}"


def _of(label: str) -> str:
    return f", {label}" if label else ""


def differences(values: Mapping[str, Mapping[str, float]]) -> tuple[Difference, ...]:
    return tuple(
        paired(figure, label, values[figure], values[figure + _of(label)])
        for figure in (F1, FIRST)
        for label in LABELS
        if figure in values
    )


def slices(
    cases: Sequence[Case], values: Mapping[str, Mapping[str, float]]
) -> dict[str, tuple[Figure, ...]]:
    """By the kind of answer that is asked for."""
    kinds: dict[str, set[str]] = {}
    for case in cases:
        kinds.setdefault(analyse(case.text).asked, set()).add(case.id)
    own = {figure: found for figure, found in values.items() if figure in MEANS}
    return {
        kind: tuple(
            pooled(name, _means(name), [Share(hits=v) for c, v in found.items() if c in ids])
            for name, found in own.items()
        )
        for kind, ids in sorted(kinds.items())
    }


# --- words ----------------------------------------------------------------------------------------


def worst(
    cases: Sequence[Case],
    shown: Mapping[str, Sequence[Span]],
    values: Mapping[str, Mapping[str, float]],
) -> tuple[Worst, ...]:
    """Those that went most wrong, half of them of each set; of equals the first by id."""
    found: list[Worst] = []
    for figure in (F1, FIRST):
        held = values.get(figure, {})
        low = sorted((c for c in cases if held.get(c.id, 1.0) < 1.0), key=lambda c: c.id)
        low.sort(key=lambda case: held[case.id])
        found += [_worst(case, shown[case.id], figure, held[case.id]) for case in low[: WORST // 2]]
    return tuple(found)


def _worst(case: Case, shown: Sequence[Span], figure: str, value: float) -> Worst:
    return Worst(
        case=case.id,
        asked=case.text,
        came=" / ".join(span.of(case.document.text) for span in shown) or "nothing",
        wanted=" / ".join(span.of(case.document.text) for span in case.gold),
        why=f"{figure} {value:.2f}",
    )


def _row(case: Case, shown: Sequence[Span], values: Mapping[str, Mapping[str, float]]) -> str:
    """What came of a case. Its words stand in the report's worst cases alone."""
    return json.dumps(
        {
            "id": case.id,
            "shown": [[span.start, span.end] for span in shown],
            "gold": [[span.start, span.end] for span in case.gold],
            **{
                name: round(found[case.id], 4) for name, found in values.items() if case.id in found
            },
        }
    )
