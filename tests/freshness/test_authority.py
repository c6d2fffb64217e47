"""Whose figures and whose links count against whose."""

from __future__ import annotations

import pytest
from freshness_making import document

from assistant.freshness.authority import MOST_REPLACED, Authority
from assistant.types import Document

TIERS = Authority({"World Health Organization": 1, "Ministry of Health": 1, "The Courier": 2})


@pytest.mark.parametrize(
    ("newer", "older", "may"),
    [
        (["A blog"], ["Ministry of Health"], False),
        (["A blog"], ["Another blog"], False),
        (["A blog"], ["a  BLOG"], True),
        (["Ministry of Health"], ["A blog"], True),
        (["Ministry of Health"], ["World Health Organization"], True),
        (["The Courier"], ["Ministry of Health"], False),
        (["The Courier"], ["A blog", "Ministry of Health"], False),
        (["World Health Organization"], ["who"], True),
        ([None], [None], True),
        ([None], ["Ministry of Health"], False),
        (["A blog", "Ministry of Health"], ["World Health Organization"], True),
    ],
)
def test_whose_figures_may_replace_whose(
    newer: list[str | None], older: list[str | None], may: bool
) -> None:
    assert TIERS.figures(newer, older) is may


def test_an_older_document_replaces_none_whatever_it_says() -> None:
    def check(name: str, day: str) -> Document:
        return document("Wells are deep.", id=name, checked_on=day, publisher="The Courier")

    older, newer = check("older", "2024-02-01"), check("newer", "2025-02-01")
    assert TIERS.links(newer, older)
    assert not TIERS.links(older, newer)
    assert not TIERS.links(newer, newer)


@pytest.mark.parametrize(
    ("others", "believed"), [(MOST_REPLACED, True), (MOST_REPLACED + 1, False)]
)
def test_who_would_replace_everything_replaces_nothing(others: int, believed: bool) -> None:
    older = document("Wells are deep.", id="older", checked_on="2024-02-01")
    names = tuple(f"check-{n}" for n in range(others))
    newer = document("They are.", id="newer", checked_on="2025-02-01", supersedes=names)
    assert TIERS.links(newer, older) is believed
