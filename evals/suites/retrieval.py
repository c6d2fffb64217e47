"""Retrieval on public sets beside its baselines, through the product's ingest and its search.

The sets that are named here, each with its measure, and any other folder in BEIR's layout beside
them. One query at a time is encoded, in float32.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInput
from assistant.wiring import Assistant
from evals import baselines
from evals.baselines import Baselines, Collection
from evals.beir import (
    Qrels,
    Query,
    Ranking,
    is_set,
    judgements,
    lines_of,
    read_qrels,
    read_queries,
    trec_lines,
    with_understood,
)
from evals.exact import encoders, search_exactly
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.reports.pictures import Picture
from evals.reports.report import Suite
from evals.suites.gold_questions import sliced
from evals.suites.judged import Judged, Part, judged

DEPTH = 10
_DISTRACTORS = 20
"""Of a sliced set: documents that answer none of its queries, for each of its queries."""
_MOST_DOCUMENTS = 50_000
"""Of a set with more, the baselines are left out: they hold every vector in memory."""


PARTS = (
    Part(folder="checkthat22_2a", part="dev", measure="AP@5", split="dev"),
    Part(folder="checkthat22_2a", part="devtest", measure="AP@5", split="devtest"),
    Part(folder="squad2", part="answerable", measure="AP@5"),
    Part(folder="scifact", part="train", measure="nDCG@10", split="train"),
    Part(folder="clapnq", part="answerable", measure="nDCG@10"),
    Part(folder="mtrag", part="last turn", measure="nDCG@10"),
    Part(folder="mtrag", part="last turn as understood", measure="nDCG@10", understood=True),
)


def run(
    homes: Homes,
    benchmarks: Path,
    *,
    limit: int | None = None,
    note: Callable[[str], None] = lambda _: None,
    parts: Sequence[Part] = PARTS,
) -> Suite:
    """Every part whose folder is there, and every other set. Raises BadInput when none is."""
    parts = [part for part in (*parts, *_others(benchmarks, parts)) if _is_there(benchmarks, part)]
    if not parts:
        names = ", ".join(sorted({part.folder for part in PARTS}))
        raise BadInput(
            f"{benchmarks} holds none of {names}, and no folder with corpus.jsonl, queries.jsonl"
            " and qrels.tsv or qrels/test.tsv"
        )
    sets: dict[str, _Set] = {}
    for folder in dict.fromkeys(part.folder for part in parts):
        note(f"retrieval: {folder}")
        chosen = [part for part in parts if part.folder == folder]
        sets[folder] = _run_set(homes, benchmarks / folder, chosen, limit)
    return _suite([judged for each in sets.values() for judged in each.judged], sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    judged: tuple[Judged, ...]
    digest: str
    run_lines: Sequence[str]
    seconds: Mapping[str, float]


def _suite(judged: Sequence[Judged], sets: Mapping[str, _Set]) -> Suite:
    picture = Picture(
        name="retrieval",
        title="retrieval by slice",
        x="set, queries and measure",
        y="mean over queries",
        bars=tuple((each.part.name, each.bars) for each in judged),
    )
    return Suite(
        name="retrieval",
        figures=tuple(each.figure for each in judged),
        data={f"{folder} sha256": each.digest for folder, each in sets.items()},
        cases={f"{folder}.trec": each.run_lines for folder, each in sets.items()},
        values={
            each.part.name: {f"{each.part.folder}:{q}": value for q, value in each.ours.items()}
            for each in judged
        },
        differences=tuple(difference for each in judged for difference in each.differences),
        pictures=(picture,),
        worst=tuple(worst for each in judged for worst in each.worst),
        seconds={
            f"{folder} {name}": value
            for folder, each in sets.items()
            for name, value in each.seconds.items()
        },
    )


def _is_there(benchmarks: Path, part: Part) -> bool:
    return is_set(benchmarks / part.folder)


def _others(benchmarks: Path, parts: Sequence[Part]) -> list[Part]:
    """Sets that are not named here: all queries, by both measures."""
    known = {part.folder for part in (*parts, *PARTS)}
    folders = sorted(benchmarks.iterdir()) if benchmarks.is_dir() else []
    names = [folder.name for folder in folders if folder.name not in known and is_set(folder)]
    return [
        Part(folder=name, part="all", measure=measure)
        for name in names
        for measure in ("nDCG@10", "AP@5")
    ]


def _run_set(homes: Homes, folder: Path, parts: Sequence[Part], limit: int | None) -> _Set:
    file = judgements(folder)
    assert file is not None
    qrels = with_understood(read_qrels(file))
    queries = read_queries(folder / "queries.jsonl")
    asked = {part: _of_part(queries, part, qrels, limit) for part in parts}
    wanted = list({query.id: query for part in parts for query in asked[part]}.values())
    corpus = corpus_file(folder, wanted, qrels, limit, homes.root)
    started = time.perf_counter()
    with homes.fresh(folder.name) as assistant:
        ingest(assistant, corpus)
        ingested = time.perf_counter()
        search_exactly(assistant)
        runs = {query.id: _search(assistant, query) for query in wanted}
        found = time.perf_counter()
        collection = Collection.read(corpus)
        beside = _beside(assistant, collection, wanted)
    ended = time.perf_counter()
    shown = dict(zip(collection.ids, collection.texts, strict=True))
    return _Set(
        judged=tuple(judged(part, asked[part], qrels, runs, beside, shown) for part in parts),
        digest=hashed([file, folder / "corpus.jsonl", folder / "queries.jsonl"], folder),
        run_lines=list(trec_lines(runs)),
        seconds={
            "ingest": ingested - started,
            "search": found - ingested,
            "baselines": ended - found,
        },
    )


def _search(assistant: Assistant, query: Query) -> Ranking:
    try:
        if query.said is not None:
            return assistant.search_documents(query.said, DEPTH, history=query.history)
        return assistant.search_documents(query.text, DEPTH)
    except BadInput:  # a query without a word finds nothing
        return []


def _beside(assistant: Assistant, collection: Collection, queries: Sequence[Query]) -> Baselines:
    if len(collection.ids) > _MOST_DOCUMENTS:
        return {}
    return baselines.searched(collection, queries, *encoders(assistant), DEPTH)


def _of_part(
    queries: Sequence[Query], part: Part, qrels: Qrels, limit: int | None
) -> tuple[Query, ...]:
    fitting = [q for q in queries if q.id in qrels and part.split in (None, q.split)]
    chosen = sliced(fitting, limit, [query.id for query in fitting])
    return tuple(query.understood() for query in chosen) if part.understood else chosen


def corpus_file(
    folder: Path, queries: Sequence[Query], qrels: Qrels, limit: int | None, scratch: Path
) -> Path:
    """The set's corpus without its empty documents.

    For a slice: what answers its queries and some that answer none.
    """
    lines = lines_of(folder / "corpus.jsonl")
    kept = [line for line in lines if _has_words(line)]
    if limit is not None:
        kept = _some(kept, {document for query in queries for document in qrels[query.id]}, limit)
    elif len(kept) == len(lines):
        return folder / "corpus.jsonl"
    sample = scratch / f"{folder.name}.jsonl"
    sample.write_text("\n".join(kept), encoding="utf-8")
    return sample


def _some(lines: Sequence[str], needed: set[str], limit: int) -> list[str]:
    ids = [str(json.loads(line)["_id"]) for line in lines]
    others = [place for place, name in enumerate(ids) if name not in needed]
    some = sliced(others, _DISTRACTORS * limit, [ids[place] for place in others])
    kept = {place for place, name in enumerate(ids) if name in needed} | set(some)
    return [lines[place] for place in sorted(kept)]


def _has_words(line: str) -> bool:
    row = json.loads(line)
    return any(c.isalnum() for c in f"{row.get('title') or ''}{row.get('text') or ''}")
