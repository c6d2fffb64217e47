"""What a page shows when it is refreshed: a near copy, no figure, another one, its own error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pages_server import serving
from support.refreshed import LATER, Coast, coast

from assistant.channels import operations

COUNTED = "The office counts every boat that its crews bring to a harbour, and no other boat."
THEN = "The Coast Office rescued 1,204 boats in 2025."
NOW = "The Coast Office rescued 1,377 boats in 2025."


@pytest.fixture
def shore(tmp_path: Path) -> Iterator[Coast]:
    with serving() as site, coast(tmp_path, site) as made:
        yield made


def test_a_short_copy_is_known_by_its_sentences_when_the_page_has_another_number_already(
    shore: Coast,
) -> None:
    shore.says("The Coast Office rescued 1,951 boats in 2025.", COUNTED)
    shore.digest(THEN)
    shore.check("In 2025 the Coast Office rescued 1,204 boats [1].")
    made = shore.refresh()
    assert made["outcome"] == "updated"
    assert [each["new"] for each in made["differences"]] == [
        "In 2025 the Coast Office rescued 1,951 boats [1]."
    ]
    assert [each["status"] for each in made["sources"]] == ["changed"]
    (found,) = operations.check(shore.assistant, now=LATER)
    assert "source-changed" in {reason["rule"] for reason in found["reasons"]}


def test_a_page_that_never_showed_the_figure_is_for_people(shore: Coast) -> None:
    shore.says("Please read our yearly report on boats in the file beside this page.", COUNTED)
    shore.digest("For 2025, some 1,204 boats were rescued, says the yearly report of the office.")
    shore.check("In 2025 the Coast Office rescued 1,204 boats [1].")
    made = shore.refresh()
    assert made["outcome"] == "failed"
    assert "does not show it: look by hand" in (made["reason"] or "")
    assert "--by-hand" in (made["reason"] or "")
    assert [each["text"] for each in made["sources"]] == [
        "answers, but its page does not show what is cited: look by hand."
    ]
    vouched = shore.refresh(by_hand=True)
    assert vouched["outcome"] == "confirmed"
    assert "an editor looked" in (vouched["note"] or "").lower()


def test_a_number_that_changes_again_is_found_the_same_day_and_the_day_after(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.hold_page()
    shore.check("The Coast Office rescued 1,204 boats in 2025 [1].")
    shore.says(THEN.replace("1,204", "2,000"), COUNTED)
    first = shore.refresh(LATER, approve=True)
    again = shore.refresh(LATER)
    assert again["id"] == first["id"]
    assert "already refreshed at" in (again["reason"] or "").lower()
    for number, day in (("2,111", LATER), ("2,222", "2026-03-11")):
        shore.says(THEN.replace("1,204", number), COUNTED)
        made = shore.refresh(day, approve=True)
        assert (made["state"], made["outcome"]) == ("published", "updated")
        assert f"rescued {number} boats" in shore.text()
    assert shore.assistant.document("boats").version == 4


def test_a_page_that_says_it_was_wrong_makes_a_correction(shore: Coast) -> None:
    shore.says(THEN, COUNTED)
    shore.hold_page()
    shore.check("The Coast Office rescued 1,204 boats in 2025 [1].")
    shore.says(NOW, "Correction: an earlier version gave 1,204 boats, which was wrong.", COUNTED)
    made = shore.refresh()
    assert made["outcome"] == "corrected"
    assert "1,204 boats (2025)" in (made["note"] or "")
