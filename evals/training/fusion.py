"""Fits the weights by which the first hits are read closely: `assistant/retrieval/weights`.

    python -m evals.training.fusion --benchmarks DIR --work DIR

Each set is searched as the product does it, with every vector compared; vectors are kept in --work.
The weights make the relevant passages likely among them (a softmax over the hits of a
query, as in ListNet, Cao et al., ICML 2007), every set counting the same. Fitted on the splits
named in FITTED alone; what is printed and kept as `unseen` are figures of each set with weights
that were fitted on the other sets. Posts (CheckThat!) teach the weights but are not themselves read
closely: over its three splits that gained nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.ingest.passages import split
from assistant.ingest.rows import read_row
from assistant.retrieval import reading
from assistant.retrieval.analysis import QUESTION_CHARS, cleaned, embedded_text
from assistant.retrieval.exact import ExactIndex
from assistant.retrieval.fusion import standardised
from assistant.retrieval.reading import FEATURES, READ
from assistant.retrieval.search import Retriever
from assistant.types import Content, Document, Filters, Hit, Passage
from evals.beir import (
    Qrels,
    Query,
    each_query,
    lines_of,
    read_qrels,
    read_queries,
    with_understood,
)
from evals.provenance import hashed
from evals.suites.judged import Part
from evals.suites.retrieval import DEPTH, PARTS
from evals.training.sufficiency import encoded

WEIGHTS = Path(reading.__file__).parent / "weights" / "reading.json"
FITTED: Mapping[str, Part] = {
    "checkthat22_2a": Part(folder="checkthat22_2a", part="train", measure="AP@5", split="train"),
    "squad2": PARTS[2],
    "scifact": PARTS[3],
    "clapnq": PARTS[4],
    "mtrag": PARTS[6],
}
"""The queries of each set that weights are fitted on; of CheckThat! its train split alone."""
FOUND = 50
L2 = 0.02
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A query's hits before reading: z-scores of the first of them, their documents, all of them
    in order, and which of the first are relevant."""

    id: str
    values: Floats
    documents: tuple[str, ...]
    relevant: NDArray[np.bool_]

    def ranking(self, weights: Floats) -> list[tuple[str, float]]:
        order = np.argsort(-(self.values @ weights), kind="stable")
        names = [self.documents[i] for i in order] + list(self.documents[len(order) :])
        return [(name, -float(i)) for i, name in enumerate(dict.fromkeys(names))][:DEPTH]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    sets = {name: samples(given.benchmarks / name, given.work) for name in FITTED}
    judged = {
        name: with_understood(read_qrels(given.benchmarks / name / "qrels.tsv")) for name in FITTED
    }
    weights = fitted([chosen(given.benchmarks, sets, name) for name in FITTED])
    stored = {
        "what": "weights of z-scores over the first hits of a question",
        "from": {
            name: hashed([given.benchmarks / name / "queries.jsonl"], given.benchmarks / name)
            for name in FITTED
        },
        "fitted on": {name: part.part for name, part in FITTED.items()},
        "licences": "checkthat22_2a CC BY-SA 3.0 DE, squad2 CC BY-SA 4.0, scifact CC BY 4.0, clapnq"
        " and mtrag Apache-2.0; no text of theirs is kept",
        "script": "evals/training/fusion.py",
        "unseen": unseen(given.benchmarks, sets, judged),
        "weights": dict(zip(FEATURES, np.round(weights, 2).tolist(), strict=True)),
    }
    print(json.dumps(stored, indent=1))
    WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def unseen(
    benchmarks: Path, sets: Mapping[str, Mapping[str, Sample]], judged: Mapping[str, Qrels]
) -> dict[str, list[float]]:
    """Figure -> [as searched, read with weights of the other sets]."""
    plain = np.array([1.0, *[0.0] * (len(FEATURES) - 1)])
    figures = {}
    for part in (FITTED["checkthat22_2a"], *PARTS):
        others = [chosen(benchmarks, sets, name) for name in FITTED if name != part.folder]
        held = _of(benchmarks, sets, part)
        figures[part.name] = [
            round(_mean(part, held, judged[part.folder], weights), 4)
            for weights in (plain, fitted(others))
        ]
    return figures


def chosen(
    benchmarks: Path, sets: Mapping[str, Mapping[str, Sample]], name: str
) -> Sequence[Sample]:
    return _of(benchmarks, sets, FITTED[name])


def _of(benchmarks: Path, sets: Mapping[str, Mapping[str, Sample]], part: Part) -> Sequence[Sample]:
    queries = [
        query.understood() if part.understood else query
        for query in read_queries(benchmarks / part.folder / "queries.jsonl")
        if part.split in (None, query.split)
    ]
    held = sets[part.folder]
    return [held[query.id] for query in queries if query.id in held]


def _mean(part: Part, held: Sequence[Sample], qrels: Qrels, weights: Floats) -> float:
    runs = {sample.id: sample.ranking(weights) for sample in held}
    return float(np.mean(list(each_query(part.measure, runs, qrels, runs).values())))


def fitted(sets: Sequence[Sequence[Sample]]) -> Floats:
    """Weights under which the relevant of a query's hits are likely; every set counts the same."""
    kept = [[s for s in each if s.relevant.any() and not s.relevant.all()] for each in sets]
    rows = [(sample, 1 / len(each) / len(sets)) for each in kept for sample in each]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = L2 * float(weights @ weights), 2 * L2 * weights
        for sample, share in rows:
            scores = sample.values @ weights
            odds = np.exp(scores - scores.max())
            right = np.where(sample.relevant, odds, 0.0)
            total += share * float(np.log(odds.sum()) - np.log(right.sum()))
            slope = slope + share * (odds / odds.sum() - right / right.sum()) @ sample.values
        return total, slope

    found: Floats = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x
    return found


def samples(folder: Path, work: Path) -> dict[str, Sample]:
    """Every query that has a judgement, also as it is understood."""
    qrels = with_understood(read_qrels(folder / "qrels.tsv"))
    asked = [q for q in read_queries(folder / "queries.jsonl") if q.id in qrels]
    asked += [query.understood() for query in asked if query.history]
    retriever = searched(folder, [query.text for query in asked], work)
    return {
        query.id: sample_of(query, retriever(query.text, FOUND, Filters()), qrels[query.id])
        for query in asked
    }


def searched(folder: Path, questions: Sequence[str], work: Path) -> Retriever:
    """The product's search over a set in memory, before reading; vectors are kept in `work`."""
    passages: list[Passage] = []
    documents: dict[str, Document] = {}
    for line in lines_of(folder / "corpus.jsonl"):
        _add(read_row(line.encode(), folder.name), documents, passages)
    vectors = encoded(
        [embedded_text(documents[p.document_id].title, p.heading_path, p.text) for p in passages],
        work / f"{folder.name}.npy",
    )
    forms = [form[:QUESTION_CHARS] for text in questions for form in (cleaned(text), text)]
    rows = dict(zip(forms, encoded(forms, work / f"{folder.name}-questions.npy"), strict=True))
    by_id = {passage.id: passage for passage in passages}
    return Retriever(
        index=ExactIndex([(passages, vectors, documents)]),
        embed=lambda texts: np.stack([rows[text] for text in texts]),
        hydrate=lambda ids: [by_id[each] for each in ids],
        weights={name: float(name == "search") for name in FEATURES},
    )


def _add(content: Content, documents: dict[str, Document], passages: list[Passage]) -> None:
    name = str(content.document_id)
    documents[name] = Document(
        id=name,
        version=1,
        audience="public",
        content=content,
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
    )
    for draft in split(content):
        passages.append(
            Passage(
                id=len(passages) + 1,
                document_id=name,
                version=1,
                span=draft.span,
                text=draft.span.of(content.text),
                heading_path=draft.heading_path,
                sentences=draft.sentences,
            )
        )


def sample_of(query: Query, hits: Sequence[Hit], judged: Mapping[str, int]) -> Sample:
    columns = reading.features(query.text, hits[:READ])
    return Sample(
        id=query.id,
        values=np.stack([standardised(columns[name]) for name in FEATURES], axis=1),
        documents=tuple(hit.passage.document_id for hit in hits),
        relevant=np.array([judged.get(hit.passage.document_id, 0) > 0 for hit in hits[:READ]]),
    )


if __name__ == "__main__":
    main()
