"""The page of a source is rewritten, and the check that cites it is refreshed: the whole way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pages_server import serving
from support.refreshed import LATER, Coast, coast

COUNTED = "The office counts every boat that its crews bring to a harbour, and no other boat."
THEN = "The Coast Office rescued 1,204 boats in 2025."
NOW = "The Coast Office rescued 1,377 boats in 2025."


@pytest.fixture
def shore(tmp_path: Path) -> Iterator[Coast]:
    with serving() as site, coast(tmp_path, site) as made:
        yield made


def test_a_later_figure_is_the_smallest_edit_and_the_past_stays(shore: Coast) -> None:
    shore.says(THEN + " In 2024 it rescued 1,090 boats.", COUNTED)
    shore.hold_page()
    shore.check(
        "The latest yearly number is for 2025: crews rescued 1,204 boats that year, says the Coast"
        " Office [1]. In 2024 it rescued 1,090 boats [1].",
        "The Coast Office counts every boat that its crews bring to a harbour [1].",
    )
    shore.says(
        "The Coast Office rescued 1,310 boats in 2026. In 2024 it rescued 1,090 boats.", COUNTED
    )
    made = shore.refresh("2027-03-10")
    assert made["outcome"] == "updated"
    assert [each["new"] for each in made["differences"]] == [
        "The latest yearly number is for 2026: crews rescued 1,310 boats that year, says the Coast"
        " Office [1]."
    ]
    assert made["left"] == []


def test_the_same_year_restated_is_an_update_that_says_so(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.hold_page()
    shore.check("The Coast Office rescued 1,204 boats in 2025 [1].")
    shore.says(NOW, COUNTED)
    made = shore.refresh(approve=True)
    assert (made["state"], made["outcome"]) == ("published", "updated")
    assert "1,377 boats for 2025 instead of 1,204 boats" in (made["note"] or "")
    assert "The Coast Office rescued 1,377 boats in 2025 [1]." in shore.text()


def test_what_its_source_never_said_is_corrected_not_confirmed(shore: Coast) -> None:
    shore.says("The Coast Office rescued 14,200 boats in 2025.", COUNTED)
    shore.hold_page()
    shore.check("In 2025 the Coast Office rescued 12,400 boats [1].")
    made = shore.refresh()
    assert made["outcome"] == "corrected"
    assert [each["new"] for each in made["differences"]] == [
        "In 2025 the Coast Office rescued 14,200 boats [1]."
    ]
    assert "said 12,400 boats (2025); its source says 14,200 boats" in (made["note"] or "")


def test_a_figure_that_its_source_holds_nowhere_is_never_confirmed_but_by_hand(
    shore: Coast,
) -> None:
    shore.says(
        "In 2025 the crews of the Coast Office were called out at sea 300 times for yachts, and 55"
        " times for swimmers.",
        COUNTED,
    )
    shore.hold_page()
    shore.check("In 2025 the crews of the Coast Office were called out 712 times for yachts [1].")
    made = shore.refresh()
    if made["outcome"] == "failed":
        assert "712" in (made["reason"] or "")
        assert [each["text"] for each in made["left"]]
        assert shore.refresh(by_hand=True)["outcome"] == "confirmed"
    else:
        assert made["outcome"] == "corrected"
        assert "300 times" in (made["differences"][0]["new"] or "")


def test_a_remark_without_a_figure_that_still_stands_needs_nobody(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.hold_page()
    shore.check(
        "The Coast Office rescued 1,204 boats in 2025 [1].",
        "The office counts every boat that its crews bring to a harbour [1].",
    )
    shore.says(NOW, COUNTED.replace("crews bring", "crews  bring") + " Yachts count too.")
    made = shore.refresh()
    assert made["outcome"] == "updated"
    assert made["left"] == []
    assert made["caution"] is None


def test_a_page_behind_a_digest_becomes_a_source_of_its_own_once(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.digest("Our summary: for 2025, some 1,204 boats were rescued by the Coast Office.")
    shore.check("In 2025 the Coast Office rescued 1,204 boats [1].", COUNTED[:-1] + " [1].")
    shore.watch("2026-02-11")
    shore.says("The Coast Office rescued 1,310 boats in 2026.", COUNTED)
    made = shore.refresh("2027-03-10")
    assert made["outcome"] == "updated"
    assert [each["source_id"] for each in made["differences"]] == ["boats-digest-page"]
    listed = {each.id for each in shore.ledger.documents.listed("internal")}
    assert "boats-digest-page" not in listed

    shore.refresh("2027-03-10", approve=True)
    check = shore.assistant.document("boats")
    assert "In 2026 the Coast Office rescued 1,310 boats [2]." in check.text
    resolved = [
        shore.ledger.documents.get(each.document_id or "").id
        for each in check.content.sources
        if each.document_id
    ]
    assert [each.n for each in check.content.sources] == [1, 2]
    assert resolved == ["boats-digest-page"]
    page = shore.text("boats-digest-page")
    assert (made["differences"][0]["quote"] or "none") in page
    by_marker = shore.lookups.resolve(check.content.sources[0], "internal")
    assert by_marker is not None
    assert by_marker.id == "boats-digest"

    again = shore.refresh("2027-03-11")
    assert (again["outcome"], again["differences"]) == ("confirmed", [])
    shore.refresh("2027-03-11", approve=True)
    versions = shore.ledger.documents.standing("boats-digest-page")
    assert versions is not None
    assert versions.version == 1


def test_a_page_that_is_only_cited_becomes_the_source_of_its_own_line(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.check("In 2025 the Coast Office rescued 1,204 boats [1].")
    shore.watch("2026-02-11")
    shore.says(NOW, COUNTED)
    made = shore.refresh(approve=True)
    assert (made["state"], made["outcome"]) == ("published", "updated")
    check = shore.assistant.document("boats")
    assert "In 2025 the Coast Office rescued 1,377 boats [1]." in check.text
    (line,) = check.content.sources
    held = shore.lookups.resolve(line, "internal")
    assert held is not None
    assert held.id == made["differences"][0]["source_id"]
    assert NOW in held.text
    assert shore.refresh("2026-03-11")["outcome"] == "confirmed"


def test_the_next_edition_of_a_page_has_its_own_date_in_the_list(shore: Coast) -> None:
    shore.says(THEN, COUNTED, head='<meta property="article:published_time" content="2026-01-20">')
    shore.hold_page()
    shore.check("The Coast Office rescued 1,204 boats in 2025 [1].")
    shore.says(
        "The Coast Office rescued 1,310 boats in 2026.",
        COUNTED,
        head='<meta property="article:published_time" content="2027-01-25">',
    )
    shore.refresh("2027-03-10", approve=True)
    (line,) = shore.assistant.document("boats").content.sources
    assert (str(line.published_on), line.title) == ("2027-01-25", "Report of the boats")


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (
            "In 2025 the Coast Office rescued 1,204 boats, a rise from 1,090 boats in 2024 [1].",
            "In 2026 the Coast Office rescued 1,310 boats, a rise from 1,090 boats in 2024 [1].",
        ),
        (
            "In 2025 the Coast Office rescued more than 1,204 boats [1].",
            "The Coast Office rescued 1,310 boats in 2026 [1].",
        ),
        (
            "In 2025 the Coast Office rescued 1,204 boats, slightly more than 1,190 boats [1].",
            "The Coast Office rescued 1,310 boats in 2026 [1].",
        ),
        (
            "In 2025 the Coast Office rescued a record 1,204 boats [1].",
            "The Coast Office rescued 1,310 boats in 2026 [1].",
        ),
    ],
)
def test_words_around_a_figure_stay_only_where_they_are_true_of_the_new_one(
    shore: Coast, summary: str, expected: str
) -> None:
    shore.says(THEN + " It rescued 1,090 boats in 2024.", COUNTED)
    shore.hold_page()
    shore.check(summary)
    shore.says(
        "The Coast Office rescued 1,310 boats in 2026.", "It rescued 1,090 boats in 2024.", COUNTED
    )
    made = shore.refresh("2027-03-10")
    assert [each["new"] for each in made["differences"]] == [expected]


def test_a_refresh_of_this_day_is_found_again(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.hold_page()
    shore.check("The Coast Office rescued 1,204 boats in 2025 [1].")
    assert shore.refresh(LATER)["id"] == shore.refresh(LATER)["id"]
