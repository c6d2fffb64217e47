"""What the runs read: the embedded text, and a question without the furniture of a post."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.analysis import QUESTION_CHARS, cleaned, embedded_text, worded


def test_a_passage_is_embedded_under_its_title_and_headings() -> None:
    assert embedded_text("A title?", ("1. Why", "Causes."), "It rose.") == (
        "A title?. 1. Why. Causes. It rose."
    )
    assert embedded_text(" ", (), "It rose.") == "It rose."


@pytest.mark.parametrize(
    ("post", "question"),
    [
        ("Ice is back! https://example.org/x?y=1 pic.twitter.com/abc", "Ice is back!"),
        ("Fires in #NewSouthWales2020 now", "Fires in New South Wales 2020 now"),
        ("So says @SomeBody today", "So says SomeBody today"),
        ("It was me. — A Person (@a_person) January 14, 2020", "It was me."),
        ("How many children were reported?", "How many children were reported?"),
        ("Was the 2019-20 rate 3.5%?", "Was the 2019-20 rate 3.5%?"),
        ("#été", "été"),
        ("  https://example.org  ", "https://example.org"),
    ],
)
def test_a_post_is_cleaned_and_a_question_is_left_alone(post: str, question: str) -> None:
    assert cleaned(post) == question


@given(st.text(min_size=1, max_size=80).filter(str.strip))
def test_cleaning_never_leaves_nothing(text: str) -> None:
    assert cleaned(text).strip()


def test_an_endless_question_is_read_to_the_limit() -> None:
    assert len(cleaned("word " * 200_000)) <= QUESTION_CHARS


@pytest.mark.parametrize(
    ("post", "words"),
    [
        ("Ice is back! https://example.org/ice?y=1", "Ice is back!"),
        ("Fires in #NewSouthWales2020", "Fires in #NewSouthWales2020 New South Wales 2020"),
        ("So says @SomeBody today", "So says @SomeBody today Some Body"),
        ("So says @somebody of #health", "So says @somebody of #health"),
        ("It was me. — A Person (@a_person)", "It was me. — A Person (@a_person) a person"),
        ("Was the 2019-20 rate 3.5%?", "Was the 2019-20 rate 3.5%?"),
        ("https://example.org/ice", "https://example.org/ice"),
    ],
)
def test_the_words_of_a_post_are_looked_for_also_within_its_tags(post: str, words: str) -> None:
    assert worded(post).split() == words.split()
