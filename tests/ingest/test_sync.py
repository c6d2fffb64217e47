"""A folder is mirrored: added, changed, removed, unchanged, quarantined; and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.archive import Archive, MemoryBuilds, MemoryIndex

from assistant.errors import BadInput, Gone
from assistant.ingest.report import IngestReport
from assistant.ledger.places import Place

CHECK = """---
title: {title}
kind: fact_check
checked_on: 2025-11-02
---
## Executive summary

{body}
"""


def write(folder: Path, name: str, body: str, title: str = "Do bees sleep?") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CHECK.format(title=title, body=body), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "checks"
    write(folder, "bees.md", "Honeybees sleep between five and eight hours a day.")
    write(folder, "ravens.md", "Ravens remember faces for years.", "Do ravens remember?")
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "home")
    yield archive
    archive.close()


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def test_a_folder_goes_in_and_is_found(archive: Archive, folder: Path) -> None:
    report = archive.ingest(folder)
    assert counts(report) == (2, 0, 0, 0)
    assert archive.found("honeybees sleep") == ["bees"]


def test_nothing_unchanged_is_embedded_again(archive: Archive, folder: Path) -> None:
    archive.ingest(folder)
    embedded = archive.embed.embedded
    assert counts(archive.ingest(folder)) == (0, 0, 0, 2)
    assert archive.embed.embedded == embedded


def test_a_changed_file_is_a_new_version_and_the_old_one_stays(
    archive: Archive, folder: Path
) -> None:
    archive.ingest(folder)
    write(folder, "bees.md", "Honeybees sleep about seven hours a night.")
    assert counts(archive.ingest(folder)) == (0, 1, 0, 1)
    assert archive.ledger.documents.get("bees").version == 2
    assert "five and eight" in archive.ledger.documents.get("bees", 1).text
    assert archive.found("five eight hours") == ["bees"]
    assert all("five" not in p.text for p, _ in archive.index.passages.values())


def test_a_removed_file_is_not_answered_from(archive: Archive, folder: Path) -> None:
    archive.ingest(folder)
    (folder / "bees.md").unlink()
    assert counts(archive.ingest(folder)) == (0, 0, 1, 1)
    assert archive.found("honeybees sleep") == []
    with pytest.raises(Gone, match="removed"):
        archive.ledger.documents.get("bees")


def test_a_file_that_comes_back_is_the_same_document(archive: Archive, folder: Path) -> None:
    archive.ingest(folder)
    saved = (folder / "bees.md").read_bytes()
    (folder / "bees.md").unlink()
    archive.ingest(folder)
    (folder / "bees.md").write_bytes(saved)
    assert counts(archive.ingest(folder)) == (1, 0, 0, 1)
    assert archive.ledger.documents.get("bees").version == 1
    assert archive.found("honeybees") == ["bees"]


def test_a_renamed_file_keeps_its_document(archive: Archive, folder: Path) -> None:
    archive.ingest(folder)
    (folder / "bees.md").rename(folder / "insects.md")
    assert counts(archive.ingest(folder)) == (0, 0, 0, 2)
    assert archive.found("honeybees") == ["bees"]
    write(folder, "bees.md", "Bumblebees nap on flowers.")
    assert counts(archive.ingest(folder)) == (1, 0, 0, 2)
    assert archive.found("honeybees") == ["bees"]
    assert archive.ledger.documents.get("bees").version == 1


def test_the_same_bytes_under_two_names_are_one_document(archive: Archive, folder: Path) -> None:
    copy = folder / "copies" / "bees-again.md"
    copy.parent.mkdir()
    copy.write_bytes((folder / "bees.md").read_bytes())
    assert counts(archive.ingest(folder)) == (2, 0, 0, 1)
    places = archive.ledger.places.of_document("bees")
    assert [place.path for place in places] == ["bees.md", "copies/bees-again.md"]
    (folder / "bees.md").unlink()
    assert counts(archive.ingest(folder)) == (0, 0, 0, 2)
    assert archive.found("honeybees") == ["bees"]


def test_words_that_no_file_holds_any_more_are_not_served(archive: Archive, folder: Path) -> None:
    copy = folder / "more-bees.md"
    copy.write_bytes((folder / "bees.md").read_bytes())
    archive.ingest(folder)
    for name in ("bees.md", "more-bees.md"):  # both copies are edited in the same way
        write(folder, name, "Honeybees sleep in shifts through the winter.")
    archive.ingest(folder)
    (served,) = archive.found("honeybees")
    assert "in shifts" in archive.ledger.documents.get(served).text
    write(folder, "more-bees.md", "Bumblebees nap on flowers.")
    archive.ingest(folder)
    assert archive.found("honeybees") == [served]


def test_a_copy_that_is_edited_becomes_its_own_document(archive: Archive, folder: Path) -> None:
    copy = folder / "more-bees.md"
    copy.write_bytes((folder / "bees.md").read_bytes())
    archive.ingest(folder)
    write(folder, "more-bees.md", "Honeybees sleep in shifts through the winter.")
    assert counts(archive.ingest(folder)) == (1, 0, 0, 2)
    assert sorted(archive.found("honeybees")) == ["bees", "more-bees"]


def test_files_of_one_name_in_two_folders_are_two_documents(
    archive: Archive, tmp_path: Path
) -> None:
    folder = tmp_path / "nested"
    write(folder / "a", "bees.md", "Bees dance.")
    write(folder / "b", "bees.md", "Bees buzz.")
    archive.ingest(folder)
    ids = archive.found("bees")
    assert len(ids) == 2
    assert "bees" in ids


def test_mirroring_one_folder_leaves_the_others_alone(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    archive.ingest(folder)
    other = tmp_path / "other"
    write(other, "owls.md", "Owls turn their heads by 270 degrees.")
    archive.ingest(other)
    (other / "owls.md").unlink()
    write(other, "larks.md", "Larks sing in flight.")
    assert counts(archive.ingest(other)) == (1, 0, 1, 0)
    assert archive.found("honeybees") == ["bees"]


def test_what_cannot_be_read_is_quarantined_and_the_rest_goes_in(
    archive: Archive, folder: Path
) -> None:
    (folder / "broken.md").write_bytes(b"\xff\xfe\x00broken")
    report = archive.ingest(folder)
    assert counts(report) == (2, 0, 0, 0)
    assert [item.path for item in report.quarantined] == ["broken.md"]
    assert archive.ledger.places.quarantined()[0].path == "broken.md"
    (folder / "broken.md").unlink()
    archive.ingest(folder)
    assert archive.ledger.places.quarantined() == []


def test_a_file_that_breaks_loses_nothing(archive: Archive, folder: Path) -> None:
    archive.ingest(folder)
    (folder / "bees.md").write_bytes(b"")
    report = archive.ingest(folder)
    assert len(report.quarantined) == 1
    assert report.removed == 0
    assert archive.found("honeybees") == ["bees"]


def test_audience_is_the_narrower_of_the_callers_and_the_files(
    archive: Archive, folder: Path
) -> None:
    archive.ingest(folder, "internal")
    assert archive.found("honeybees") == []
    assert archive.found("honeybees", "internal") == ["bees"]
    assert counts(archive.ingest(folder, "public")) == (0, 2, 0, 0)
    assert archive.found("honeybees") == ["bees"]
    assert archive.ledger.documents.get("bees").audience == "public"


def test_a_path_that_is_not_there_stops_the_run_before_anything_moves(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        archive._sync.ingest([str(folder), str(tmp_path / "nowhere")], None)  # type: ignore[arg-type]
    assert archive.found("honeybees") == []


def test_an_address_that_cannot_be_fetched_is_quarantined(archive: Archive) -> None:
    report = archive.ingest("https://example.org/check")
    assert [item.path for item in report.quarantined] == ["https://example.org/check"]


# --- JSON Lines -----------------------------------------------------------------------------------


def rows(path: Path, *documents: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in documents), encoding="utf-8")
    return path


def test_rows_are_never_merged(archive: Archive, tmp_path: Path) -> None:
    text = "Salt lowers the freezing point of water."
    file = rows(
        tmp_path / "corpus.jsonl",
        {"_id": "7", "title": "Salt", "text": text},
        {"_id": "8", "title": "Salt", "text": text},
    )
    assert counts(archive.ingest(file)) == (2, 0, 0, 0)
    assert sorted(archive.found("salt freezing")) == ["7", "8"]


def test_rows_are_mirrored_by_their_id(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    one = {"_id": "a", "title": "Tin", "text": "Tin melts at 232 degrees."}
    two = {"_id": "b", "title": "Zinc", "text": "Zinc melts at 420 degrees."}
    archive.ingest(rows(file, one, two))
    report = archive.ingest(rows(file, one | {"text": "Tin melts at 231.9 degrees."}))
    assert counts(report) == (0, 1, 1, 0)
    assert archive.found("zinc melts") == ["a"]


def test_a_bad_row_and_a_repeated_id_are_named_and_the_rest_goes_in(
    archive: Archive, tmp_path: Path
) -> None:
    file = rows(
        tmp_path / "corpus.jsonl",
        {"_id": "a", "title": "Tin", "text": "Tin melts."},
        {"_id": "a", "title": "Iron", "text": "Iron rusts."},
    )
    with file.open("a") as stream:
        stream.write("{not json}\n")
    report = archive.ingest(file)
    assert report.added == 1
    assert [item.path for item in report.quarantined] == ["corpus.jsonl:2", "corpus.jsonl:3"]


def test_an_id_that_another_source_holds_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.ingest(rows(tmp_path / "one.jsonl", {"_id": "a", "title": "T", "text": "Tin melts."}))
    other = rows(tmp_path / "two.jsonl", {"_id": "a", "title": "I", "text": "Iron rusts."})
    report = archive.ingest(other)
    assert "another source" in report.quarantined[0].reason
    same = rows(tmp_path / "three.jsonl", {"_id": "a", "title": "T", "text": "Tin melts."})
    assert counts(archive.ingest(same)) == (0, 0, 0, 1)
    assert len(archive.ledger.places.of_document("a")) == 2


# --- withdrawal, erasure, crashes -----------------------------------------------------------------


def test_a_withdrawn_document_stays_withdrawn_when_its_file_changes(
    archive: Archive, folder: Path
) -> None:
    archive.ingest(folder)
    archive.catalog.withdraw("bees", "The study was retracted.")
    write(folder, "bees.md", "Honeybees sleep a lot.")
    archive.ingest(folder)
    assert archive.found("honeybees") == []
    with pytest.raises(Gone, match="The study was retracted"):
        archive.ledger.documents.get("bees")


def test_what_was_interrupted_is_finished_by_the_next_process(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    """The ledger has taken a batch, and the process dies before the indexes have."""

    class Dying(Exception):
        pass

    class DyingIndex(MemoryIndex):
        def upsert(self, *_: object) -> None:
            raise Dying

    class DyingBuilds(MemoryBuilds):
        def new(self) -> MemoryIndex:
            return DyingIndex()

    dying = DyingBuilds()
    first = Archive(tmp_path / "other", dying)
    with pytest.raises(Dying):
        first.ingest(folder)
    first.close()
    healed = MemoryIndex()
    healed.stamp = first.index.stamp
    second = Archive(tmp_path / "other", MemoryBuilds(healed))
    assert second.index is healed  # finished where it stopped, not built anew
    assert sorted(second.found("honeybees sleep ravens remember")) == ["bees", "ravens"]
    assert second.ledger.generations.pending() == []
    assert counts(second.ingest(folder)) == (0, 0, 0, 2)
    second.close()


def test_an_index_that_was_lost_is_built_again(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    archive.ingest(folder)
    again = Archive(tmp_path / "home")
    assert again.found("honeybees") == ["bees"]
    again.close()


def test_place_and_document_agree_on_the_origin(archive: Archive, folder: Path) -> None:
    archive.ingest(folder)
    place = Place(root=str(folder.resolve()), path="bees.md")
    standing = archive.ledger.documents.standing("bees")
    assert standing is not None
    assert standing.origin == place.origin
