"""Fusion orders by both runs, each on its own scale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.fusion import DENSE_WEIGHT, fuse

SCORES = st.dictionaries(st.integers(1, 30), st.floats(0, 50), max_size=20)


def test_what_both_runs_like_comes_before_what_one_likes() -> None:
    lexical = {1: 9.0, 2: 8.5, 3: 1.0, 4: 0.0}
    dense = {1: 0.1, 2: 0.8, 3: 0.82, 4: 0.0}
    assert next(iter(fuse(lexical, dense))) == 2


def test_scales_do_not_matter() -> None:
    lexical, dense = {1: 3.0, 2: 2.0, 3: 1.0}, {1: 0.2, 2: 0.5, 3: 0.1}
    louder = {id_: 100 * score + 7 for id_, score in lexical.items()}
    assert fuse(louder, dense) == pytest.approx(fuse(lexical, dense))


@pytest.mark.parametrize(("weight", "best"), [(0.0, 1), (1.0, 2)])
def test_the_weight_decides_between_the_runs(weight: float, best: int) -> None:
    fused = fuse({1: 5.0, 2: 1.0}, {1: 0.1, 2: 0.9}, weight)
    assert next(iter(fused)) == best


def test_a_run_that_found_nothing_leaves_the_other_its_order() -> None:
    assert list(fuse({}, {5: 0.1, 4: 0.9, 6: 0.5})) == [4, 6, 5]
    assert list(fuse({5: 0.1, 4: 0.9}, {})) == [4, 5]
    assert fuse({}, {}) == {}


def test_a_passage_without_a_score_takes_the_lowest_of_that_run() -> None:
    assert fuse({1: 2.0, 2: 1.0}, {1: 0.5, 2: 0.4, 3: 0.1}) == fuse(
        {1: 2.0, 2: 1.0, 3: 1.0}, {1: 0.5, 2: 0.4, 3: 0.1}
    )


@given(SCORES, SCORES)
def test_every_passage_once_in_falling_order_and_equal_scores_by_id(
    lexical: dict[int, float], dense: dict[int, float]
) -> None:
    fused = list(fuse(lexical, dense, DENSE_WEIGHT).items())
    assert {id_ for id_, _ in fused} == lexical.keys() | dense.keys()
    assert fused == sorted(fused, key=lambda row: (-row[1], row[0]))
