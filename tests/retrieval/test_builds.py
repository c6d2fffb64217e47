"""A rebuild, another model and an erasure are one act: a build beside, a swap, the old one gone."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from support.archive import Archive
from support.prose import fact_check

from assistant.ledger import writing
from assistant.retrieval.builds import Builds
from assistant.retrieval.index import Index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "checks"
    folder.mkdir()
    for number in range(3):
        (folder / f"survey-{number}.md").write_text(fact_check(number), encoding="utf-8")
    return folder


def builds_in(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "index").glob("build-*"))


def test_what_was_built_is_opened_again(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    first = Archive(home, Builds(home / "index", "m1"))
    first.ingest(folder)
    stamp, held = first.index.generation(), first.index.count()
    first.catalog.close()
    again = Archive(home, Builds(home / "index", "m1"))
    assert (again.index.generation(), again.index.count()) == (stamp, held)
    assert again.embed.embedded == 0
    assert len(builds_in(home)) == 1
    again.catalog.close()


def test_another_model_is_built_beside_and_swapped_at_once(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    first = Archive(home, Builds(home / "index", "m1"))
    first.ingest(folder)
    held = first.index.count()
    first.catalog.close()

    class Killed(Exception):
        pass

    class KilledBuilds(Builds):
        def activate(self, index: Index) -> None:
            raise Killed

    with pytest.raises(Killed):
        Archive(home, KilledBuilds(home / "index", "m2"))
    kept = Archive(home, Builds(home / "index", "m1"))  # the old one stands whole
    assert kept.index.count() == held
    assert kept.embed.embedded == 0
    kept.catalog.close()
    other = Archive(home, Builds(home / "index", "m2"))
    assert other.embed.embedded == held
    assert other.index.count() == held
    assert len(builds_in(home)) == 1
    other.catalog.close()


def test_a_marker_that_is_damaged_means_a_new_build(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    first = Archive(home, Builds(home / "index", "m1"))
    first.ingest(folder)
    first.catalog.close()
    (home / "index" / "active.json").write_text("{", encoding="utf-8")
    again = Archive(home, Builds(home / "index", "m1"))
    assert again.index.count() == again.embed.embedded > 0
    again.catalog.close()


def test_an_erasure_leaves_no_vector_in_any_file(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    archive = Archive(home, Builds(home / "index", "m1"))
    archive.ingest(folder)
    whole = archive.ledger.documents.passages_of("survey-1")
    assert whole is not None
    embedded = archive.catalog._embed([whole])
    needles = [row.astype(np.float32).tobytes() for row in embedded]
    assert holding(needles, home)
    with archive.ledger.transaction() as connection:
        writing.erase(connection, "survey-1")
    archive.catalog.reindex()
    archive.ledger.documents.compact()
    assert holding(needles, home) == []
    assert sorted(archive.found_in_index("survey")) == ["survey-0", "survey-2"]
    archive.catalog.close()


def test_a_build_into_which_an_engine_still_writes_goes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds = Builds(tmp_path / "index", "m1")
    serving = builds.open()
    builds.activate(serving)
    old = tmp_path / "index" / "build-old"
    removed, times = shutil.rmtree, []

    def racing(folder: Path, *, ignore_errors: bool) -> None:
        removed(folder, ignore_errors=ignore_errors)
        times.append(folder)
        if len(times) == 1:  # a journal that comes back while the folder is being emptied
            folder.mkdir()
            (folder / "chroma.sqlite3-journal").write_bytes(b"vectors")

    old.mkdir()
    monkeypatch.setattr(shutil, "rmtree", racing)
    builds.sweep()
    assert builds_in(tmp_path) == [serving.path.name]
    assert times == [old, old]
    serving.close()


def holding(needles: list[bytes], home: Path) -> list[str]:
    """The names of the files that hold one of these; one that goes meanwhile holds nothing."""
    names = []
    for path in sorted(home.rglob("*")):
        try:
            data = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
        if any(needle in data for needle in needles):
            names.append(str(path.relative_to(home)))
    return names


def test_a_search_under_way_is_waited_for(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    archive = Archive(home, Builds(home / "index", "m1"))
    archive.ingest(folder)
    rebuilt = threading.Thread(target=archive.catalog.reindex)
    with archive.catalog.reading() as index:
        rebuilt.start()
        while archive.catalog.index is index:
            rebuilt.join(0.01)
        assert rebuilt.is_alive()  # the swap is done, the old build is still open for this search
        assert index.ids()[0]
    rebuilt.join()
    assert len(builds_in(home)) == 1
    archive.catalog.close()
