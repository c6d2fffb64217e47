"""Sets for retrieval in BEIR's layout, and how good a ranking of their documents is.

A set is a folder: `corpus.jsonl`, `queries.jsonl` and judgements, `qrels.tsv` or `qrels/test.tsv`
(a header, then query-id, corpus-id, score). A ranking also comes as a run file of TREC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answering.conversation.standalone import Turn, standalone
from assistant.errors import BadInput
from evals.figures import Figure, Share, pooled

_UNDERSTOOD = ":understood"
_JUDGEMENTS = ("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv", "qrels/train.tsv")

Ranking = Sequence[tuple[str, float]]
"""(document id, score), best first."""
Qrels = Mapping[str, Mapping[str, int]]
"""query id -> document id -> how relevant; 0 and less is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query of a set; `split` is None in a set without splits.

    `said`: the last turn itself, where `text` is how it was understood.
    """

    id: str
    text: str
    split: str | None = None
    history: tuple[Turn, ...] = ()
    said: str | None = None

    def understood(self) -> Query:
        """As its conversation makes it stand alone, under an id of its own."""
        text = standalone(self.text, self.history)
        return replace(self, id=f"{self.id}{_UNDERSTOOD}", text=text, said=self.text)


def is_set(folder: Path) -> bool:
    """Has a folder documents, queries and judgements?"""
    files = (folder / "corpus.jsonl", folder / "queries.jsonl")
    return all(file.is_file() for file in files) and judgements(folder) is not None


def judgements(folder: Path) -> Path | None:
    """The judgements of a set: its only file of them, else those of its test."""
    files = (folder / name for name in _JUDGEMENTS)
    return next((file for file in files if file.is_file()), None)


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
    """Raises BadInput for a line that is not query-id, corpus-id, score, tabs between."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines_of(file)[1:], start=2):
        try:
            query, document, score = line.rstrip("\r").split("\t")
            qrels.setdefault(query, {})[document] = int(score)
        except ValueError as error:
            raise BadInput(
                f"{file} line {number} is no judgement ({error}): write query-id, corpus-id and"
                " score, with tabs between, below a line of headings"
            ) from error
    return qrels


def with_understood(qrels: Qrels) -> dict[str, Mapping[str, int]]:
    """The judgements, also for the queries as they are understood."""
    return {**qrels, **{f"{name}{_UNDERSTOOD}": scores for name, scores in qrels.items()}}


def sets_in(benchmarks: Path, names: Sequence[str]) -> list[str]:
    """Those whose folder is there. Raises BadInput where none is."""
    found = [name for name in names if (benchmarks / name).is_dir()]
    if not found:
        raise BadInput(f"{benchmarks} holds none of {', '.join(names)}")
    return found


def lines_of(file: Path) -> list[str]:
    """The lines of a file of a set; only a line feed ends one. Raises BadInput."""
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line]
    except OSError as error:
        raise BadInput(f"{file} can't be read: {error.strerror}") from error


def read_run(file: Path) -> dict[str, list[tuple[str, float]]]:
    """A run file of TREC: query-id Q0 document-id rank score tag. Raises BadInput."""
    runs: dict[str, list[tuple[str, float]]] = {}
    for number, line in enumerate(lines_of(file), start=1):
        try:
            query, _, document, _, score, _ = line.split()
            runs.setdefault(query, []).append((document, float(score)))
        except ValueError as error:
            raise BadInput(
                f"{file} line {number} is no line of a TREC run ({error}): write query-id Q0"
                " document-id rank score tag"
            ) from error
    return runs


def trec_lines(runs: Mapping[str, Ranking]) -> Iterator[str]:
    """query-id Q0 document-id rank score tag."""
    for query, ranking in runs.items():
        for rank, (document, score) in enumerate(ranking, start=1):
            yield f"{query} Q0 {document} {rank} {score:.6f} assistant"


def each_query(
    measure: str, query_ids: Iterable[str], qrels: Qrels, runs: Mapping[str, Ranking]
) -> dict[str, float]:
    """A measure of ir-measures for each query; one that found nothing counts 0."""
    import ir_measures

    values = dict.fromkeys(query_ids, 0.0)
    calculated = ir_measures.iter_calc(
        [ir_measures.parse_measure(measure)],
        {query: dict(qrels[query]) for query in values},
        {query: dict(runs[query]) for query in values if runs.get(query)},
    )
    for each in calculated:
        values[each.query_id] = each.value
    return values


def mean(measure: str, values: Mapping[str, float], name: str | None = None) -> Figure:
    """The mean over queries, with its interval; the name is the measure's unless given."""
    shares = [Share(hits=value) for value in values.values()]
    return pooled(name or spelled(measure), f"mean {measure} over documents", shares)


def spelled(measure: str) -> str:
    """The mean of a measure by the name that is used for it."""
    return measure.replace("AP@", "MAP@").replace("RR@", "MRR@")
