"""Stages of a question: their own times add up to the whole, and the sheet says them as ratios."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench import sheet, stages
from evals.bench.stages import STAGES, Clock

Tree = tuple[str, float, list["Tree"]]
NESTED: st.SearchStrategy[list[Tree]] = st.recursive(
    st.just([]),
    lambda inner: st.lists(
        st.tuples(st.sampled_from(STAGES), st.integers(0, 9).map(float), inner), max_size=3
    ),
    max_leaves=8,
)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def walked(clock: Clock, hand: Hand, trees: list[Tree]) -> Iterator[tuple[str, float]]:
    """Goes through stages within stages; each with the time that is its own."""
    for name, seconds, inner in trees:
        with clock.stage(name):
            yield from walked(clock, hand, inner)
            hand.at += seconds
        yield name, seconds


@given(NESTED)
def test_a_stages_time_is_its_own(trees: list[Tree]) -> None:
    hand = Hand()
    clock = Clock(hand)
    wanted = dict.fromkeys(STAGES, 0.0)
    for name, seconds in walked(clock, hand, trees):
        wanted[name] += 1000 * seconds
    lap = clock.lap()
    assert lap == pytest.approx(wanted)
    assert sum(lap.values()) == pytest.approx(1000 * hand.at)
    assert set(clock.lap().values()) == {0.0}


def test_a_stage_that_fails_is_timed_all_the_same() -> None:
    hand = Hand()
    clock = Clock(hand)

    def fail() -> None:
        hand.at += 2
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        clock.timed("dense", fail)()
    assert clock.lap()["dense"] == 2000


def test_the_sheet_has_a_ratio_for_every_stage_and_shares_that_are_of_the_whole() -> None:
    kinds = ("p50", "p95", "cold", "mean")
    result = {f"{name}_{kind}": 2.0 for name in (*STAGES, "whole") for kind in kinds}
    result |= {"whole_mean": 2.0 * len(STAGES), "embed_p50": 4.0, "load": 9.0, "passages": 1000.0}
    result |= {"rss_idle": 100.0, "rss_serving": 400.0, "disk": 2048.0, "text": 1024.0}
    result |= {"round_first": 8.0, "round_again": 4.0}
    made = stages.sheet(result, {"search_p50": 1.0, "search_p95": 4.0})
    rows = {row.name: row for row in made.rows if not row.against.startswith("LangChain")}
    assert {f"stage {name} p50" for name in STAGES} <= set(rows)
    assert rows["stage dense p95"].ratio == 0.5
    assert rows["disk of 1,000 passages"].ratio == 2
    assert rows["memory idle"].ratio == 0.25
    assert rows["round of fact-checks"].ratio == 4
    assert "8% of all" in "\n".join(sheet.lines(made))
