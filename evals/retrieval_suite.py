"""Retrieval on public sets, through the product's own ingest and its search for documents.

A set is a folder: `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` (header, then query-id,
corpus-id, score), the layout of BEIR. One query at a time is encoded, in float32.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answering.conversation import Turn, standalone
from assistant.errors import BadInput
from assistant.wiring import Assistant
from evals.exact import search_exactly
from evals.figures import Figure, Share, pooled
from evals.gold_questions import sliced
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.report import Suite

DEPTH = 10
_UNDERSTOOD = ":understood"
_DISTRACTORS = 20
"""Of a sliced set: documents that answer none of its queries, for each of its queries."""

Ranking = Sequence[tuple[str, float]]
Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some queries of one set and the measure that they are judged by.

    `measure` is a name of ir-measures: "AP@5" or "nDCG@10". Only queries with a judgement count.
    `understood`: the last turn of a conversation is searched for as the rules complete it.
    """

    folder: str
    part: str
    measure: str
    split: str | None = None
    understood: bool = False

    @property
    def name(self) -> str:
        return f"{self.folder} {self.part} {self.measure.replace('AP@', 'MAP@')}"


PARTS = (
    Part(folder="checkthat22_2a", part="dev", measure="AP@5", split="dev"),
    Part(folder="checkthat22_2a", part="devtest", measure="AP@5", split="devtest"),
    Part(folder="squad2", part="answerable", measure="AP@5"),
    Part(folder="scifact", part="train", measure="nDCG@10", split="train"),
    Part(folder="clapnq", part="answerable", measure="nDCG@10"),
    Part(folder="mtrag", part="last turn", measure="nDCG@10"),
    Part(folder="mtrag", part="last turn as understood", measure="nDCG@10", understood=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query of a set; `split` is None in a set without splits."""

    id: str
    text: str
    split: str | None = None
    history: tuple[Turn, ...] = ()

    def understood(self) -> Query:
        """As its conversation makes it stand alone, under an id of its own."""
        return replace(self, id=f"{self.id}{_UNDERSTOOD}", text=standalone(self.text, self.history))


def run(
    homes: Homes,
    benchmarks: Path,
    *,
    limit: int | None = None,
    note: Callable[[str], None] = lambda _: None,
    parts: Sequence[Part] = PARTS,
) -> Suite:
    """Every part whose folder is there. Raises BadInput when none is."""
    folders = [f for f in dict.fromkeys(p.folder for p in parts) if (benchmarks / f).is_dir()]
    if not folders:
        raise BadInput(f"{benchmarks} holds none of {', '.join(sorted({p.folder for p in parts}))}")
    figures: list[Figure] = []
    data: dict[str, str | int] = {}
    cases: dict[str, Sequence[str]] = {}
    seconds: dict[str, float] = {}
    for folder in folders:
        note(f"retrieval: {folder}")
        chosen = [part for part in parts if part.folder == folder]
        measured = _run_set(homes, benchmarks / folder, chosen, limit)
        figures += measured.figures
        data[f"{folder} sha256"] = measured.digest
        cases[f"{folder}.trec"] = measured.run_lines
        seconds |= {f"{folder} {name}": value for name, value in measured.seconds.items()}
    return Suite(name="retrieval", figures=tuple(figures), data=data, cases=cases, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    figures: tuple[Figure, ...]
    digest: str
    run_lines: Sequence[str]
    seconds: Mapping[str, float]


def _run_set(homes: Homes, folder: Path, parts: Sequence[Part], limit: int | None) -> _Measured:
    qrels = read_qrels(folder / "qrels.tsv")
    qrels |= {f"{name}{_UNDERSTOOD}": scores for name, scores in qrels.items()}
    queries = read_queries(folder / "queries.jsonl")
    asked = {part: _of_part(queries, part, qrels, limit) for part in parts}
    wanted = [query for part in parts for query in asked[part]]
    started = time.perf_counter()
    with homes.fresh(folder.name) as assistant:
        ingest(assistant, corpus_file(folder, wanted, qrels, limit, homes.root))
        ingested = time.perf_counter()
        search_exactly(assistant)
        runs = {query.id: _search(assistant, query) for query in wanted}
    seconds = {"ingest": ingested - started, "search": time.perf_counter() - ingested}
    return _Measured(
        figures=tuple(judged(part, [q.id for q in asked[part]], qrels, runs) for part in parts),
        digest=hashed([folder / f"{n}" for n in ("corpus.jsonl", "queries.jsonl")], folder),
        run_lines=list(trec_lines(runs)),
        seconds=seconds,
    )


def _search(assistant: Assistant, query: Query) -> Ranking:
    try:
        return assistant.search_documents(query.text, DEPTH)
    except BadInput:  # a query without a word finds nothing
        return []


def _of_part(
    queries: Sequence[Query], part: Part, qrels: Qrels, limit: int | None
) -> tuple[Query, ...]:
    fitting = [q for q in queries if q.id in qrels and part.split in (None, q.split)]
    chosen = sliced(fitting, limit, [query.id for query in fitting])
    return tuple(query.understood() for query in chosen) if part.understood else chosen


def judged(
    part: Part, query_ids: Sequence[str], qrels: Qrels, runs: Mapping[str, Ranking]
) -> Figure:
    """The mean of the part's measure over its queries; one that found nothing counts 0."""
    import ir_measures

    values = dict.fromkeys(query_ids, 0.0)
    calculated = ir_measures.iter_calc(
        [ir_measures.parse_measure(part.measure)],
        {query: dict(qrels[query]) for query in query_ids},
        {query: dict(runs[query]) for query in query_ids if runs[query]},
    )
    for each in calculated:
        values[each.query_id] = each.value
    shares = [Share(hits=value) for value in values.values()]
    return pooled(part.name, f"mean {part.measure} over documents", shares)


def read_queries(file: Path) -> list[Query]:
    rows = (json.loads(line) for line in lines_of(file))
    return [
        Query(
            id=str(row["_id"]),
            text=row["text"],
            split=row.get("split"),
            history=tuple((role, text) for role, text in row.get("history", ())),
        )
        for row in rows
    ]


def read_qrels(file: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for line in lines_of(file)[1:]:
        query, document, score = line.split("\t")
        qrels.setdefault(query, {})[document] = int(score)
    return qrels


def lines_of(file: Path) -> list[str]:
    """The lines of a file of a set; only a line feed ends one. Raises BadInput."""
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line]
    except OSError as error:
        raise BadInput(f"{file} can't be read: {error.strerror}") from error


def corpus_file(
    folder: Path, queries: Sequence[Query], qrels: Qrels, limit: int | None, scratch: Path
) -> Path:
    """The set's corpus; for a slice, what answers its queries and some that answer none."""
    file = folder / "corpus.jsonl"
    if limit is None:
        return file
    needed = {document for query in queries for document in qrels[query.id]}
    lines = lines_of(file)
    ids = [str(json.loads(line)["_id"]) for line in lines]
    others = [place for place, name in enumerate(ids) if name not in needed]
    some = sliced(others, _DISTRACTORS * limit, [ids[place] for place in others])
    kept = {place for place, name in enumerate(ids) if name in needed} | set(some)
    sample = scratch / f"{folder.name}.jsonl"
    sample.write_text("\n".join(lines[place] for place in sorted(kept)), encoding="utf-8")
    return sample


def trec_lines(runs: Mapping[str, Ranking]) -> Iterator[str]:
    """query-id Q0 document-id rank score tag."""
    for query, ranking in runs.items():
        for rank, (document, score) in enumerate(ranking, start=1):
            yield f"{query} Q0 {document} {rank} {score:.6f} assistant"
