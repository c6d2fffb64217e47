"""A search that stays near what was talked of: the question's own finds in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.conversation.search import ALONE, Spoken, found, nearer, spoken, topic
from assistant.ports import UNDERSTOOD
from assistant.types import Filters, Hit, Passage, Span


def hit(number: int, score: float) -> Hit:
    span = Span(start=0, end=1)
    passage = Passage(id=number, document_id=f"d{number}", version=1, span=span, text="x")
    return Hit(passage=passage, score=score, lexical=score, dense=0.5)


class Shelf:
    """A retriever over fixed scores: what is asked -> passage id -> score."""

    def __init__(self, held: Mapping[str, Mapping[int, float]]) -> None:
        self._held = held

    def __call__(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        scores = self._held.get(question, {})
        return tuple(hit(i, s) for i, s in sorted(scores.items(), key=lambda e: -e[1])[:k])


SHELF = Shelf(
    {"how do I apply?": {1: 2.0, 2: 1.8, 3: 0.1}, "what is the permit?": {2: 3.0, 9: 5.0}}
)


def ids(hits: Sequence[Hit]) -> list[int]:
    return [each.passage.id for each in hits]


TOPIC = Spoken(turn="how do I apply?", topic="what is the permit?")


def test_out_of_the_blue_the_search_is_the_questions_own() -> None:
    alone = SHELF("how do I apply?", 2, Filters())
    assert found(SHELF, "how do I apply?", ALONE, 2, Filters()) == alone
    assert spoken("how do I apply?", []) == ALONE
    assert found(SHELF, "how do I apply?", Spoken(turn="?", topic=" "), 2, Filters()) == alone


def test_a_passage_that_both_searches_find_moves_up_and_nothing_else_comes_in() -> None:
    hits = found(SHELF, "how do I apply?", TOPIC, 3, Filters())
    assert sorted(ids(hits)) == [
        1,
        2,
        3,
    ]  # 9 is the best find for the topic, and not the question's
    shelf = Shelf({"q": {1: 2.0, 2: 1.8}, "t": {2: 3.0, 7: 0.0}})
    assert ids(found(shelf, "q", Spoken(turn="q", topic="t"), 2, Filters())) == [2, 1]


def test_the_turn_as_it_was_said_weighs_as_much_as_its_completion() -> None:
    shelf = Shelf({"completed": {1: 2.0, 2: 1.0, 3: 0.0}, "said": {2: 4.0, 3: 0.0}})
    hits = found(shelf, "completed", Spoken(turn="said", topic=""), 3, Filters())
    assert [(h.passage.id, h.score) for h in hits] == [(2, 2.5), (1, 1.0), (3, 0.0)]


def test_each_hit_keeps_the_scores_of_the_question() -> None:
    shelf = Shelf({"q": {1: 2.0}, "t": {1: 3.0}})
    (first, *_) = found(shelf, "q", Spoken(turn="q", topic="t"), 1, Filters())
    assert (first.lexical, first.dense) == (2.0, 0.5)


@given(
    st.dictionaries(st.integers(1, 30), st.floats(-5, 5), min_size=1),
    st.dictionaries(st.integers(1, 30), st.floats(-5, 5)),
)
def test_the_order_changes_and_not_what_is_found(
    own: dict[int, float], other: dict[int, float]
) -> None:
    hits = Shelf({"q": own})("q", 100, Filters())
    moved = nearer(hits, Shelf({"t": other})("t", 100, Filters()), 0.4)
    assert sorted(ids(moved)) == sorted(ids(hits))
    assert [each.score for each in moved] == sorted((e.score for e in moved), reverse=True)
    if not set(own) & set(other):
        assert ids(moved) == ids(hits)


def test_the_topic_is_the_last_question_and_nothing_that_was_said_to_it() -> None:
    history = [
        ("user", "What is market cap?"),
        ("assistant", "A price times a number."),
        ("user", "And net asset value?"),
        ("assistant", "Assets less debts. " + "More of it. " * 100),
        ("user", "thanks!"),
    ]
    assert topic(history) == "And net asset value?"


def test_a_turn_as_it_was_understood_is_a_topic_too() -> None:
    assert topic([(UNDERSTOOD, "How many deaths were there in 2024?")]) == (
        "How many deaths were there in 2024?"
    )
    assert topic([]) == ""
