"""The baselines over a few documents, with an encoder that counts words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.ports import Vectors
from evals import baselines
from evals.baselines import BM25, CHUNK, DENSE, LANGCHAIN, NAMES, RRF, Collection
from evals.beir import Query
from evals.suites.judged import Part, judged

WORDS = ("lamps", "bees", "trains", "harbour")
LONG = ("trains " * 40 + "and more of them. ") * 12 + "bees " * 60
COLLECTION = Collection(
    ids=["lamps", "bees", "trains", "long"],
    texts=[
        "The council of Dunmere counted 1,200 street lamps.",
        "Bees visit apple blossom. Bees like lamps less.",
        "Night trains to the harbour were withdrawn.",
        LONG,
    ],
)


def encode(texts: Sequence[str]) -> Vectors:
    """Of a text, how often it says each of WORDS, to length 1: bees once more for insects."""
    rows = np.array(
        [[text.lower().count(word) for word in WORDS] for text in texts], dtype=np.float32
    )
    rows[:, 1] += [text.lower().count("insects") for text in texts]
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def found(text: str) -> dict[str, list[str]]:
    runs = baselines.searched(COLLECTION, [Query(id="q", text=text)], encode, encode, 3)
    assert tuple(runs) == NAMES
    return {name: [document for document, _ in run["q"]] for name, run in runs.items()}


def test_words_are_found_by_their_stems_and_meaning_by_vectors() -> None:
    runs = found("a lamp of the council")
    assert runs[BM25][0] == "lamps"
    assert "trains" not in runs[BM25]
    assert found("insects")[BM25] == []
    assert found("insects")[DENSE][0] == "bees"
    assert found("insects")[RRF][0] == "bees"


def test_a_document_counts_by_its_nearest_chunk() -> None:
    assert len(LONG) > CHUNK
    whole, chunks = (
        baselines.searched(COLLECTION, [Query(id="q", text="bees")], encode, encode, 4)[name]["q"]
        for name in (DENSE, LANGCHAIN)
    )
    assert dict(chunks)["long"] > dict(whole)["long"] + 0.3
    assert sorted(name for name, _ in chunks) == sorted(COLLECTION.ids)


def test_reciprocal_ranks_add_up_and_ties_go_by_id() -> None:
    fused = baselines.reciprocal_ranks([("b", 9.0), ("a", 8.0)], [("a", 0.9), ("b", 0.1)])
    assert [name for name, _ in fused] == ["a", "b"]
    assert fused[0][1] == fused[1][1] == pytest.approx(1 / 61 + 1 / 62)
    assert [n for n, _ in baselines.reciprocal_ranks([("b", 1.0)], [("c", 1.0), ("b", 0.5)])] == [
        "b",
        "c",
    ]


QUERIES = [Query(id="q1", text="lamps"), Query(id="q2", text="bees")]
QRELS = {"q1": {"lamps": 1, "bees": 0}, "q2": {"bees": 1}}
OURS = {"q1": [("lamps", 1.0)], "q2": [("trains", 2.0), ("bees", 1.0)]}
BESIDE = {BM25: {"q1": [("trains", 1.0)], "q2": [("bees", 1.0)]}}


def test_differences_are_paired_and_the_worst_has_its_words() -> None:
    part = Part(folder="tiny", part="dev", measure="AP@5")
    shown = dict(zip(COLLECTION.ids, COLLECTION.texts, strict=True))
    result = judged(part, QUERIES, QRELS, OURS, BESIDE, shown)
    assert result.figure.name == "tiny dev MAP@5"
    assert result.figure.value == pytest.approx(0.75)
    (difference,) = result.differences
    assert (difference.beside, difference.ours, difference.theirs) == (BM25, 0.75, 0.5)
    assert difference.value == pytest.approx(0.25)
    assert [bar.name for bar in result.bars] == ["this assistant", BM25]
    (worst,) = result.worst
    assert (worst.case, worst.asked) == ("tiny:q2", "bees")
    assert worst.came.startswith("trains: Night trains")
    assert worst.wanted.startswith("bees: Bees visit")
    assert worst.why == "tiny dev MAP@5: a right document at rank 2; BM25 alone: rank 1"
