"""The dense run: exact enough, and the same through Chroma's client and through its engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.ports import Vectors
from assistant.retrieval import dense
from assistant.retrieval.dense import Dense

COUNT, DIMENSION = 2000, 32


def unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Vectors = (rows / lengths).astype(np.float32)
    return result


def drawn(seed: int, count: int) -> Vectors:
    return np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return unit(drawn(5, COUNT))


@pytest.fixture(scope="module")
def folder(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dense")
    half = COUNT // 2
    Dense(folder, "m").upsert(
        {
            "public": (list(range(half)), vectors[:half]),
            "internal": (list(range(half, COUNT)), vectors[half:]),
        }
    )
    return folder


@pytest.fixture(params=["client", "engine"])
def run(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Dense]:
    if request.param == "client":
        monkeypatch.setattr(dense, "_engine", broken)
    run = Dense(folder, "m")
    assert bool(run._readers) == (request.param == "engine")
    yield run
    assert (run._opened is None) == (request.param == "engine")


def broken(path: Path) -> None:
    raise RuntimeError("an engine of another version")


def test_recall_of_100_is_at_least_99_percent(run: Dense, vectors: Vectors) -> None:
    questions = unit(drawn(6, 30))
    exact = np.argsort(-(questions @ vectors.T), axis=1)[:, :100]
    found = [set(run.search(question, 100, "internal")) for question in questions]
    shared = sum(len(ids & set(row)) for ids, row in zip(found, exact.tolist(), strict=True))
    assert shared / 3000 >= 0.99


def test_scores_are_cosines_in_falling_order(run: Dense, vectors: Vectors) -> None:
    scores = run.search(vectors[3], 10, "public")
    assert next(iter(scores)) == 3
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert scores == pytest.approx({i: float(vectors[i] @ vectors[3]) for i in scores}, abs=1e-4)


def test_cosines_are_told_for_what_is_held_and_may_be_seen(run: Dense, vectors: Vectors) -> None:
    ids = [5, 1500, 99_999]
    assert run.cosines(vectors[0], ids, "public").keys() == {5}
    both = run.cosines(vectors[0], ids, "internal")
    assert both == pytest.approx({i: float(vectors[i] @ vectors[0]) for i in (5, 1500)}, abs=1e-4)
    assert run.cosines(vectors[0], [], "internal") == {}


def test_every_passage_is_named_by_audience(run: Dense) -> None:
    assert run.ids() == {"public": set(range(1000)), "internal": set(range(1000, 2000))}


def test_a_write_is_seen_by_the_next_search(tmp_path: Path, vectors: Vectors) -> None:
    Dense(tmp_path, "m").upsert({"public": ([1], vectors[:1])})
    run = Dense(tmp_path, "m")
    assert run.search(vectors[1], 5, "public").keys() == {1}
    run.upsert({"public": ([2], vectors[1:2])})
    assert run.search(vectors[1], 5, "public").keys() == {1, 2}
    run.delete([1, 7])
    assert run.search(vectors[1], 5, "public").keys() == {2}


def test_a_search_imports_no_chromadb(folder: Path) -> None:
    program = f"""
import sys
from pathlib import Path
import numpy as np
from assistant.retrieval.dense import Dense
vector = np.eye({DIMENSION}, dtype="f4")[0]
print(len(Dense(Path({str(folder)!r}), "m").search(vector, 7, "public")))
print("chromadb" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.split() == ["7", "False"], run.stderr


def test_what_the_engine_can_not_answer_the_client_does(
    folder: Path, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Dense(folder, "m")
    expected = run.search(vectors[0], 5, "public")
    monkeypatch.setattr(dense._Reader, "query", broken)
    assert run.search(vectors[0], 5, "public") == pytest.approx(expected)
    assert run._opened is not None
