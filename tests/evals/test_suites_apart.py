"""What the suites of citations, conversations, freshness and tweets count, on made cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BadInput
from assistant.types import Rule, State
from evals.figures import Figure, Share, measure
from evals.suites import citation, claims_posted, conversation, freshness
from evals.suites.cases import Measured

# --- citations ------------------------------------------------------------------------------------


def carries(sentence: str, words: str) -> bool:
    """A judge that wants every word of the sentence."""
    return set(sentence.split()) <= set(words.split())


@pytest.mark.parametrize(
    ("quotes", "carried", "relevant"),
    [
        (["a b c"], True, (True,)),
        (["a b c", "c b a"], True, (True, True)),  # each alone carries it: ALCE keeps both
        (["a b c", "x y"], True, (True, False)),
        (["a b", "c"], True, (True, True)),  # only together
        (["a b", "c", "c x"], True, (True, False, False)),  # either of the last would do
        (["a b", "x"], False, (False, False)),
    ],
)
def test_a_citation_is_irrelevant_when_it_carries_nothing_alone_and_is_not_missed(
    quotes: Sequence[str], carried: bool, relevant: tuple[bool, ...]
) -> None:
    found = citation.sentence_of("a b c", quotes, carries)
    assert (found.carried, found.relevant) == (carried, relevant)


@given(st.lists(st.sampled_from(["a", "b", "a b", "x", "a b x"]), min_size=1, max_size=4))
def test_a_sentence_that_is_carried_has_a_relevant_citation_or_spare_ones(
    quotes: list[str],
) -> None:
    found = citation.sentence_of("a b", quotes, carries)
    assert len(found.relevant) == len(quotes)
    assert found.carried == carries("a b", " ".join(quotes))
    if not found.carried:
        assert not any(found.relevant)
    if any(carries("a b", quote) for quote in quotes):
        assert any(found.relevant)


def test_citations_are_counted_over_sentences_and_hops_over_markers() -> None:
    sentences = (
        citation.sentence_of("a b", ["a b", "x"], carries),
        citation.sentence_of("c", ["x"], carries),
    )
    case = citation.Case(
        id="q",
        asked="?",
        slices=("s",),
        sentences=sentences,
        exact=(True, True, False),
        resolved=(True, False),
        carried=(True,),
    )
    figures = {each.name: each.value for each in measure(citation.METRICS, [case])}
    assert figures == {
        "citation recall": 0.5,
        "citation precision": pytest.approx(1 / 3, abs=1e-4),
        "verbatim": pytest.approx(2 / 3, abs=1e-4),
        "second hops resolved": 0.5,
        "second hops carried": 1.0,
        "citations per sentence": 1.5,
    }


# --- cases ----------------------------------------------------------------------------------------


class IsEven:
    name = "even"
    means = "numbers that are even"

    def __call__(self, case: int) -> Share | None:
        return Share(hits=float(case % 2 == 0)) if case else None


def test_slices_members_and_values_are_of_the_same_cases() -> None:
    measured = Measured(
        metrics=(IsEven(),),
        cases=(0, 1, 2, 4),
        id_of=lambda case: f"n{case}",
        slices_of=lambda case: ("small" if case < 3 else "large", "all"),
    )
    (whole,) = measured.figures()
    assert whole.value == pytest.approx(2 / 3, abs=1e-4)
    assert whole.cases == 3
    assert measured.members() == {
        "all": ["n0", "n1", "n2", "n4"],
        "large": ["n4"],
        "small": ["n0", "n1", "n2"],
    }
    assert measured.values() == {"even": {"n1": 0.0, "n2": 1.0, "n4": 1.0}}
    assert {k: v[0].value for k, v in measured.slices().items()} == {
        "all": whole.value,
        "large": 1.0,
        "small": 0.5,
    }


# --- conversations --------------------------------------------------------------------------------


def mtrag(folder: Path, rows: Sequence[dict[str, object]]) -> Path:
    folder.mkdir()
    lines = "\n".join(json.dumps(row) for row in rows)
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    return folder


HISTORY = [["user", "How many ferries sail?"], ["assistant", "Six."]]
TURN: dict[str, object] = {
    "_id": "c<::>2",
    "text": "and in 2024?",
    "history": HISTORY,
    "collection": "harbour",
}


def test_a_last_turn_is_worded_alone_joined_and_understood(tmp_path: Path) -> None:
    (turn,) = conversation.load(mtrag(tmp_path / "m", [{**TURN, "answerability": "PARTIAL"}]))
    assert turn.worded(conversation.ALONE) == "and in 2024?"
    assert turn.worded(conversation.JOINED) == "How many ferries sail? and in 2024?"
    assert turn.worded(conversation.UNDERSTOOD) == "How many ferries sail in 2024?"
    assert (turn.number, turn.answerable) == (2, True)
    assert turn.half in ("looked at", "held out")


def test_a_set_without_answerability_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="answerability"):
        conversation.load(mtrag(tmp_path / "m", [TURN]))


def test_ndcg_is_of_one_ranking() -> None:
    assert conversation.ndcg([("a", 2.0), ("b", 1.0)], {"a": 1}) == 1
    assert conversation.ndcg([("b", 2.0), ("a", 1.0)], {"a": 1}) == pytest.approx(0.63093, abs=1e-4)
    assert conversation.ndcg([], {"a": 1}) == 0


# --- freshness ------------------------------------------------------------------------------------

WATCHED = {"source-changed", "source-gone"}
"""What only a look at a source can find: no scenario of text and clock has it."""


def test_every_rule_that_the_clock_and_the_archive_can_fire_has_a_scenario() -> None:
    scenarios = freshness.load()
    rules = {each.rule for each in scenarios}
    assert rules - {freshness.NOTHING} == set(get_args(Rule)) - WATCHED
    assert {day.state for each in scenarios for day in each.days} <= set(get_args(State))
    assert len({each.id for each in scenarios}) == len(scenarios)
    assert all(len(each.days) >= 2 for each in scenarios)


def case(rule: str, due: bool, state: str, rules: tuple[str, ...]) -> freshness.Case:
    day = freshness.Day(on=date(2026, 1, 1), state="fresh", due=due)
    scenario = freshness.Scenario(id="s", rule=rule, document="", others=(), days=(day,))
    return freshness.Case(scenario=scenario, day=day, state=state, rules=rules)


def test_a_rule_counts_only_where_it_is_due_and_any_rule_where_none_is() -> None:
    cases = [
        case("pinned", True, "fresh", ("pinned",)),
        case("pinned", True, "unknown", ("unknown-date",)),
        case("none", False, "fresh", ()),
        case("none", False, "ageing", ("age-volatility",)),
        case("pinned", False, "fresh", ("age-volatility",)),
    ]
    figures = {each.name: each.value for each in measure(freshness.METRICS, cases)}
    assert figures == {
        "state right": 0.6,
        "rule fires": 0.5,
        "false alarm": pytest.approx(1 / 3, abs=1e-4),
    }


def test_calibration_is_the_mean_gap_over_bins() -> None:
    def ece(said: list[float], truth: list[bool]) -> Figure:
        return freshness.calibration(said, truth)

    assert ece([0.0, 1.0], [False, True]).value == 0
    assert ece([0.95, 0.95], [True, False]).value == pytest.approx(0.45)
    assert ece([0.25, 0.25, 0.75, 0.75], [False, False, True, True]).value == pytest.approx(0.25)


# --- tweets ---------------------------------------------------------------------------------------


def test_left_out_checks_do_not_go_in_and_all_others_that_are_asked_for_do(tmp_path: Path) -> None:
    rows = [
        {"_id": f"v{n}", "url": f"https://checks.example/{n}", "title": "t", "text": "t",
         "claim": "c", "subtitle": "s", "date": "2020-01-01"}
        for n in range(60)
    ]  # fmt: skip
    queries = [{"_id": f"q{n}", "text": f"tweet {n}", "split": "dev"} for n in range(20)]
    queries.append({"_id": "q99", "text": "a tweet to fit on", "split": "train"})
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    judged = "".join(f"q{n}\tv{n}\t1\n" for n in [*range(20)])
    (tmp_path / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")
    posts, kept = claims_posted.prepared(tmp_path, None)
    urls = {row["url"] for row in kept}
    assert len(posts) == 20
    asked = {f"https://checks.example/{n}" for n in range(20)}
    assert {post.check for post in posts if post.check} == urls & asked
    assert 0 < sum(post.check is None for post in posts) < 20
    assert urls - asked == {f"https://checks.example/{n}" for n in range(20, 60)}
    some, fewer = claims_posted.prepared(tmp_path, 1)
    assert len(some) == 1
    assert len(fewer) < len(kept)
