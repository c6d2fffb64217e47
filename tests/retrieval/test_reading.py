"""The closer reading of the first hits."""

from __future__ import annotations

import pytest

from assistant.retrieval.reading import FEATURES, READ, features, read_closely, shipped
from assistant.types import Hit, Passage, Span

ONLY = dict.fromkeys(FEATURES, 0.0)


def hits(*texts: str, documents: str = "", dense: float = 0.5) -> list[Hit]:
    """In this order, each of its own document unless a letter for each is given."""
    return [
        Hit(
            passage=Passage(
                id=place,
                document_id=documents[place] if documents else f"d{place}",
                version=1,
                span=Span(start=0, end=len(text)),
                text=text,
            ),
            score=10.0 - place,
            dense=dense - place / 100,
        )
        for place, text in enumerate(texts)
    ]


def order(found: tuple[Hit, ...]) -> list[int]:
    return [hit.passage.id for hit in found]


@pytest.mark.parametrize(
    ("feature", "question", "right"),
    [
        ("letters", "the Dunmerean harbour", "Ships leave Dunmere."),
        ("pairs", "the night train to Ashford", "A night train was late."),
        ("numbers", "Were there 1,200 lamps in 2019?", "In 2019 it was dark."),
    ],
)
def test_each_feature_raises_what_has_it(feature: str, question: str, right: str) -> None:
    found = hits("A train ran all through that night.", "Bees like blossom.", right)
    assert order(read_closely(question, found, {**ONLY, feature: 1.0})) == [2, 0, 1]


def test_a_document_with_a_second_near_passage_is_raised() -> None:
    found = hits("one", "two", "three", documents="aba")
    values = features("what", found)["document"]
    assert values.tolist() == pytest.approx([0.49, 0.49, 0.49])
    found = hits("one", "two", "three", documents="abb")
    assert features("what", found)["document"].tolist() == pytest.approx([0.5, 0.485, 0.485])


def test_scores_stay_with_the_places_and_what_is_not_read_stays() -> None:
    found = hits(*["Bees like blossom."] * (READ + 3), "1,200 lamps")
    found[READ - 1] = hits(*["x"] * (READ - 1), "It had 1,200 lamps.")[-1]
    read = read_closely("Were there 1,200 lamps?", found, {**ONLY, "numbers": 1.0})
    assert order(read) == [READ - 1, *range(READ - 1), *range(READ, READ + 4)]
    assert [hit.score for hit in read] == [hit.score for hit in found]


def test_nothing_to_choose_from_stays_as_it_is() -> None:
    assert read_closely("what", [], shipped()) == ()
    one = hits("Bees like blossom.")
    assert read_closely("what", one, shipped()) == tuple(one)
    same = hits("Bees.", "Bees.", "Bees.")
    assert order(read_closely("?", same, {**ONLY, "letters": 1.0})) == [0, 1, 2]


def test_the_weights_that_ship_name_every_feature() -> None:
    assert set(shipped()) == set(FEATURES)
    assert all(weight > 0 for weight in shipped().values())
