"""kill -9 at any moment of a refresh: the old or the new version whole, and then it is finished."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from support.counts import count
from support.refreshing import CHECK, Newsroom, source

from assistant.ledger.ledger import Ledger
from assistant.retrieval.builds import Builds


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    folder = tmp_path / "begun"
    newsroom = Newsroom(folder, index=True)
    newsroom.ingest(
        yearly=CHECK.format(checked="2025-12-19"),
        older=source(),
        newer=source(2025, "30,100", "2026-05-01"),
    )
    newsroom.archive.catalog.close()
    newsroom.close()
    return folder


def run(folder: Path, kill_after: float | None = None) -> float:
    """Seconds from the archive's being open to the end, or until it is killed with SIGKILL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.refreshing", str(folder)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    began = time.monotonic()
    try:
        _, errors = process.communicate(timeout=kill_after)
        assert process.returncode == 0, errors
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return time.monotonic() - began


def stands(folder: Path) -> int:
    """The version that is served, once all that goes with it is there and nothing else."""
    ledger = Ledger(folder / "ledger.sqlite3")
    document = ledger.documents.get("yearly")
    versions = len(ledger.documents.versions("yearly"))
    listed = ledger.refreshes.listed("yearly")
    assert len(listed) <= 1
    kept = listed[0] if listed else None
    with ledger.transaction() as connection:
        counts = {
            table: connection.execute(text(f"select count(*) from {table}")).scalar_one()
            for table in ("revisions", "labels")
        }
        changes = connection.execute(
            text("select count(*) from changes where kind = 'refreshed'")
        ).scalar_one()
    published = kept is not None and kept.state == "published"
    new = document.version == 2
    assert versions == document.version
    assert published == new
    assert counts == {"revisions": int(new), "labels": int(new)}
    assert changes == int(new)
    assert ("30,100" in document.text) == new
    assert ("29,568" in document.text) != new
    assert str(document.content.checked_on) == ("2026-06-15" if new else "2025-12-19")
    ledger.close()
    return document.version


def is_level(folder: Path) -> bool:
    """The index, once opened as the next process does, holds exactly what the ledger serves."""
    newsroom = Newsroom(folder, index=True)  # recovers
    ledger = newsroom.ledger
    with ledger.transaction() as connection:
        rows = connection.execute(
            text(
                "select p.id from passages p join documents d on d.id = p.document_id "
                "and d.version = p.version where d.state = 'active'"
            )
        )
        ids = {row.id for row in rows}
    newsroom.archive.catalog.close()
    newsroom.close()
    index = Builds(folder / "index", "driver").open()
    whole, half = index.ids()
    index.close()
    return whole == ids and not half


def test_killed_at_any_moment_one_version_stands_whole(begun: Path, tmp_path: Path) -> None:
    shutil.copytree(begun, tmp_path / "whole")
    took = run(tmp_path / "whole")
    assert stands(tmp_path / "whole") == 2
    pick = random.Random(8)
    for number in range(count(4, 30)):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(begun, folder)
        run(folder, kill_after=pick.uniform(0.0, took))
        stands(folder)
        assert is_level(folder)
        run(folder)
        assert stands(folder) == 2
        assert is_level(folder)
        shutil.rmtree(folder)
