from __future__ import annotations

import json

import pytest

from assistant.errors import Unreadable
from assistant.ingest.reading import read_each
from assistant.types import Content

REVIEW = {
    "@type": "ClaimReview",
    "url": "https://news.example/1",
    "datePublished": "2025-03-04",
    "claimReviewed": "Cats can fly.",
    "author": {"name": "Sund News"},
    "itemReviewed": {"@type": "Claim", "author": [{"name": "Bo"}, {"name": "Jo"}]},
    "reviewRating": {"alternateName": "Pants on Fire!", "ratingValue": "1"},
    "reviewBody": "Cats fall.\n\nSlowly, at times.",
}


def feed(value: object) -> list[Content | Unreadable]:
    return [row.content for row in read_each(json.dumps(value).encode(), "feed.json")]


@pytest.mark.parametrize(
    "value",
    [
        REVIEW,
        [REVIEW],
        {"@graph": [REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
        {"dataFeedElement": [{"item": [REVIEW, None]}, {"item": None}]},
        {"@type": "NewsArticle", "review": REVIEW},
        {**REVIEW, "@type": ["https://schema.org/ClaimReview"]},
    ],
)
def test_every_shape_of_a_feed(value: object) -> None:
    (content,) = feed(value)
    assert isinstance(content, Content)
    assert content.kind == "fact_check"
    assert content.title == "Cats can fly."
    (section,) = content.sections
    assert section.span.of(content.text) == (
        "Rated \u201cPants on Fire!\u201d by Sund News (2025-03-04): the claim by Bo, Jo "
        "\u201cCats can fly.\u201d\n\nCats fall.\n\nSlowly, at times."
    )
    (verdict,) = content.verdicts
    assert (verdict.rating, verdict.claim) == ("Pants on Fire!", "Cats can fly.")
    assert content.checked_on is not None
    assert (content.checked_on.value, content.checked_on.origin) == ("2025-03-04", "feed")
    assert (content.publisher, content.url) == ("Sund News", "https://news.example/1")


def test_an_item_keeps_its_id_wherever_it_stands() -> None:
    other = {**REVIEW, "claimReviewed": "Dogs can fly."}
    ids = [
        [c.document_id for c in feed(v) if isinstance(c, Content)]
        for v in ([REVIEW, other], [other])
    ]
    assert ids[0][1] == ids[1][0] != ids[0][0]


@pytest.mark.parametrize(
    ("rating", "words"),
    [
        ({"ratingValue": 1, "bestRating": 5}, "1 of 5"),
        ({"ratingValue": "2"}, "2"),
        ({"ratingValue": 0.5, "bestRating": 1, "alternateName": "  Half\ntrue "}, "Half true"),
    ],
)
def test_a_rating_is_kept_word_for_word(rating: dict[str, object], words: str) -> None:
    (content,) = feed({**REVIEW, "reviewRating": rating})
    assert isinstance(content, Content)
    assert content.verdicts[0].rating == words


def test_an_item_without_a_rating_is_told_apart() -> None:
    bad, good = feed([{"@type": "ClaimReview", "claimReviewed": "x"}, REVIEW])
    assert isinstance(bad, Unreadable)
    assert str(bad).startswith("item 1 of feed.json has no claimReviewed or no rating")
    assert isinstance(good, Content)


def test_what_is_missing_stays_unknown() -> None:
    item = {"@type": "ClaimReview", "claimReviewed": ["A claim"], "reviewRating": [{"name": "No"}]}
    (content,) = feed(item)
    assert isinstance(content, Content)
    assert (content.checked_on, content.url, content.publisher) == (None, None, None)
    assert content.text == "A claim\n\nRated \u201cNo\u201d: the claim \u201cA claim\u201d"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1}', "holds no ClaimReview: other documents go in as JSON Lines"),
        (b"[]", "holds no ClaimReview"),
        (b'{"_id": 1}\n{"_id": 2}', "name it .jsonl if each line is an object"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"a": "caf\xe9"}', "not UTF-8"),
    ],
)
def test_json_that_is_no_feed(data: bytes, message: str) -> None:
    (row,) = read_each(data, "feed.json")
    assert isinstance(row.content, Unreadable)
    assert message in str(row.content)


def test_nesting_is_bounded() -> None:
    value: object = REVIEW
    for _ in range(100):
        value = {"@graph": [value]}
    (content,) = feed(value)
    assert isinstance(content, Unreadable)
