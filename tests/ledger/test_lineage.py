"""Links by editors: they count beside metadata, survive another reading, and are taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.archive import NOW, Archive

from assistant.errors import BadInput, NotFound
from assistant.ledger import lineage

CHECK = """---
title: {title}
kind: fact_check
publisher: {publisher}
checked_on: {day}
{more}---
The desk counted {count} wells.
"""


def write(folder: Path, name: str, day: str, *, publisher: str = "Desk", more: str = "") -> None:
    text = CHECK.format(title=f"Wells {name}?", publisher=publisher, day=day, count=3, more=more)
    (folder / f"{name}.md").write_text(text, "utf-8")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    folder = tmp_path / "files"
    folder.mkdir()
    write(folder, "old", "2025-01-01")
    write(folder, "new", "2025-06-01", publisher="Another Desk")
    write(folder, "newest", "2025-07-01", more="supersedes: old\n")
    made = Archive(tmp_path / "home")
    made.ingest(folder)
    return made


def replacing(archive: Archive, document_id: str) -> list[tuple[str, str, str | None]]:
    ledger = archive.ledger
    found = ledger.lineage.replacing(document_id, None, ledger.documents.writes)
    return [(each.relation, each.document_id, each.set_by) for each in found]


def link(archive: Archive, newer: str, older: str, by: str = "Kim") -> None:
    with archive.ledger.transaction() as connection:
        lineage.link(connection, newer, "supersedes", older, by, NOW)


def unlink(archive: Archive, newer: str, older: str) -> bool:
    with archive.ledger.transaction() as connection:
        return lineage.unlink(connection, newer, "supersedes", older, NOW)


def test_an_editor_links_and_takes_it_back(archive: Archive) -> None:
    own = ("supersedes", "newest", None)
    assert replacing(archive, "old") == [own]
    link(archive, "new", "old")
    assert replacing(archive, "old") == [("supersedes", "new", "Kim"), own]
    assert archive.ledger.lineage.replaced_by_editors("new", archive.ledger.documents.writes) == (
        ("supersedes", "old"),
    )
    assert unlink(archive, "new", "old")
    assert replacing(archive, "old") == [own]
    assert not unlink(archive, "new", "old")


def test_an_editor_who_confirms_metadata_takes_only_that_back(archive: Archive) -> None:
    link(archive, "newest", "old")
    assert replacing(archive, "old") == [("supersedes", "newest", "Kim")]
    assert unlink(archive, "newest", "old")
    assert replacing(archive, "old") == [("supersedes", "newest", None)]
    assert not unlink(archive, "newest", "old")


def test_an_editors_link_outlives_another_reading(archive: Archive, tmp_path: Path) -> None:
    link(archive, "new", "old")
    write(tmp_path / "files", "new", "2025-06-02", publisher="Another Desk")
    archive.ingest(tmp_path / "files")
    assert ("supersedes", "new", "Kim") in replacing(archive, "old")


def test_links_in_a_circle_or_to_nothing_are_refused(archive: Archive) -> None:
    link(archive, "new", "old")
    link(archive, "newest", "new")
    with pytest.raises(BadInput, match="already"):
        link(archive, "old", "newest")
    with pytest.raises(BadInput, match="itself"):
        link(archive, "old", "old")
    with pytest.raises(NotFound, match="nothing"):
        link(archive, "new", "nothing")


def test_a_link_moves_no_index_and_is_part_of_the_history(archive: Archive) -> None:
    before = archive.ledger.generations.current()
    link(archive, "new", "old")
    assert archive.ledger.generations.current() == before
    assert archive.ledger.generations.pending() == []
