"""What both sides are given: public corpora where they are at hand, then generated text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.beir import lines_of, read_qrels, read_queries
from evals.suites import gold_questions
from evals.suites import retrieval as retrieval_suite
from evals.suites.gold_questions import sliced

CHECKTHAT = "checkthat22_2a"
_OTHERS = ("scifact", "clapnq", "squad2", "mtrag")
_PASSAGE_CHARS = 1000
"""About what one passage holds: only used to decide how much text is enough."""
_QUICK_QUERIES = 25
_SEED = 20261121

_SUBJECTS = (
    "the city council",
    "the harbour authority",
    "the school board",
    "the weather service",
    "the rail operator",
    "the regional hospital",
    "the statistics office",
    "the water company",
    "the fire brigade",
    "the museum",
    "the labour court",
    "the football club",
    "the farmers' union",
)
_VERBS = (
    "reported",
    "counted",
    "announced",
    "denied",
    "published",
    "corrected",
    "confirmed",
)
_OBJECTS = (
    "new permits",
    "delayed trains",
    "vacant flats",
    "missed appointments",
    "flooded cellars",
    "open posts",
    "registered bicycles",
    "planted trees",
    "burst pipes",
    "sold tickets",
    "closed roads",
    "tested wells",
)
PLACES = (
    "Ashford",
    "Birchwood",
    "Carrow",
    "Dunmere",
    "Eastlake",
    "Fairhaven",
    "Glenrock",
    "Hollins",
    "Inverby",
    "Juniper Bay",
    "Kestrel Hill",
    "Larkfield",
    "Millbrook",
    "Northgate",
    "Oakley",
    "Pinecrest",
    "Redwater",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Files for both sides. `parts` are JSON Lines of documents, brought in one after the other.

    `ranked` is a file of queries and judgements on the first part, None without public sets;
    `questions` is a JSON list for the latencies; `folder` holds small files for the re-sync.
    """

    warm: Path
    parts: tuple[Path, ...]
    questions: Path
    folder: Path
    ranked: Path | None


def prepare(
    folder: Path, benchmarks: Path | None, *, passages: int, files: int, questions: int, quick: bool
) -> Material:
    folder.mkdir(parents=True, exist_ok=True)
    warm = _write(folder / "warm.jsonl", [generated(-1)])
    first, ranked = _checkthat(folder, benchmarks, quick)
    enough = passages - sum(_passages(line) for line in first)
    rest = _write(folder / "rest.jsonl", _rest(benchmarks, enough))
    parts = (_write(folder / "first.jsonl", first), rest) if first else (rest,)
    asked = folder / "questions.json"
    asked.write_text(json.dumps(_questions(benchmarks, questions)), encoding="utf-8")
    small = folder / "small"
    small.mkdir()
    for number in range(files):
        text = json.loads(generated(1_000_000 + number))["text"]
        (small / f"note-{number:05}.txt").write_text(text, encoding="utf-8")
    return Material(warm=warm, parts=parts, questions=asked, folder=small, ranked=ranked)


def generated(number: int) -> str:
    """A line of JSON Lines: a small report of about one passage, the same for the same number."""
    draw = random.Random(_SEED + number)
    place, year = draw.choice(PLACES), draw.randint(1990, 2025)
    title = f"{draw.choice(_OBJECTS).capitalize()} in {place} in {year}"
    text = sentences(draw, place, year, draw.randint(4, 8))
    return json.dumps({"_id": f"generated-{number}", "title": title, "text": text})


def sentences(draw: random.Random, place: str, year: int, count: int) -> str:
    return " ".join(_sentence(draw, place, year) for _ in range(count))


def _sentence(draw: random.Random, place: str, year: int) -> str:
    subject, verb, thing = draw.choice(_SUBJECTS), draw.choice(_VERBS), draw.choice(_OBJECTS)
    before = draw.randint(2, year - 1980)
    return (
        f"In {place} {subject} {verb} {draw.randint(12, 98_000):,} {thing} in {year}, "
        f"{draw.randint(1, 60)} percent {draw.choice(('more', 'fewer'))} than in {year - before}."
    )


def _checkthat(folder: Path, benchmarks: Path | None, quick: bool) -> tuple[list[str], Path | None]:
    if benchmarks is None or not (benchmarks / CHECKTHAT).is_dir():
        return [], None
    qrels = read_qrels(benchmarks / CHECKTHAT / "qrels.tsv")
    queries = [
        q for q in read_queries(benchmarks / CHECKTHAT / "queries.jsonl") if q.split == "dev"
    ]
    limit = _QUICK_QUERIES if quick else None
    queries = list(sliced(queries, limit, [query.id for query in queries]))
    corpus = retrieval_suite.corpus_file(benchmarks / CHECKTHAT, queries, qrels, limit, folder)
    ranked = folder / "ranked.json"
    rows = {query.id: {"text": query.text, "relevant": qrels[query.id]} for query in queries}
    ranked.write_text(json.dumps(rows), encoding="utf-8")
    return lines_of(corpus), ranked


def _rest(benchmarks: Path | None, enough: int) -> Iterator[str]:
    """Public corpora, then generated reports, until about `enough` passages are there."""
    for line in _public(benchmarks):
        if enough <= 0:
            return
        enough -= _passages(line)
        yield line
    for number in range(enough):
        yield generated(number)


def _public(benchmarks: Path | None) -> Iterator[str]:
    for name in _OTHERS:
        file = benchmarks / name / "corpus.jsonl" if benchmarks else None
        for line in lines_of(file) if file and file.is_file() else []:
            row = json.loads(line)
            row = {"_id": f"{name}-{row['_id']}", "title": row["title"], "text": row["text"]}
            yield json.dumps(row)


def _passages(line: str) -> int:
    return 1 + len(json.loads(line)["text"]) // _PASSAGE_CHARS


def _questions(benchmarks: Path | None, count: int) -> list[str]:
    texts = [question.text for question in gold_questions.load()]
    for name in ("squad2", "clapnq", CHECKTHAT):
        file = benchmarks / name / "queries.jsonl" if benchmarks else None
        if file and file.is_file():
            found = [query.text for query in read_queries(file)]
            texts += sliced(found, count, found)
    return list(sliced(texts, count, texts))


def _write(file: Path, lines: Iterator[str] | list[str]) -> Path:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)
    return file
