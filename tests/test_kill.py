"""kill -9 at any moment of an ingest: the next run finishes it, nothing is lost or doubled."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from support.counts import count
from support.prose import folder_of

from assistant.contract import reply_json
from assistant.ledger.ledger import Ledger
from assistant.retrieval.builds import Builds
from assistant.retrieval.model import resolve
from assistant.settings import Settings
from assistant.wiring import open_assistant

DRIVER = """
import sys
from pathlib import Path
from support.archive import Archive, CountingEmbedder
from assistant.ingest import intake
from assistant.retrieval.builds import Builds
intake.BATCH_PASSAGES = 100
home = Path(sys.argv[1])
home.mkdir(exist_ok=True)
archive = Archive(home, Builds(home / "index", "driver"))
print("open", flush=True)
print(archive.ingest(sys.argv[2]), flush=True)
"""
"""The real ledger, catalog and indexes with an embedder that needs no model: it starts at once, so
that most kills fall where something is written."""

QUESTIONS = (
    "How many puffins did Norra count in survey 12?",
    "How many ferries did Selk count?",
    "what did survey 77 find in district 3",
)


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("kill") / "surveys", 500, sections=3)


def run(command: list[str], kill_after: float | None = None) -> float:
    """Seconds that the command ran; killed with SIGKILL after `kill_after` of them."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _, errors = process.communicate(timeout=kill_after)
        assert process.returncode == 0, errors
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return time.monotonic() - began


def state(home: Path, fingerprint: str) -> dict[str, Any]:
    """Everything that an ingest leaves behind but ids of rows and times."""
    ledger = Ledger(home / "ledger.sqlite3")
    with ledger.transaction() as connection:
        rows = {
            "documents": "select id, kind, audience, version, state, fingerprint from documents",
            "versions": "select document_id, version, text, content from versions",
            "passages": 'select document_id, version, start, "end", sentences from passages',
            "places": "select path, item, document_id, fingerprint from places",
            "pending": "select document_id from pending",
        }
        found: dict[str, Any] = {
            name: sorted(tuple(row) for row in connection.execute(text(query)))
            for name, query in rows.items()
        }
        ids = {row.id for row in connection.execute(text("select id from passages"))}
    index = Builds(home / "index", fingerprint).open()
    whole, half = index.ids()
    found["index"] = (whole == ids, half, index.count())
    found["level"] = index.generation() == ledger.generations.current()
    index.close()
    ledger.close()
    return found


def test_a_killed_ingest_is_finished_by_the_next(surveys: Path, tmp_path: Path) -> None:
    driver = [sys.executable, "-c", DRIVER]
    whole = run([*driver, str(tmp_path / "whole"), str(surveys)])
    pick = random.Random(20)
    for _ in range(count(8, 100)):
        run([*driver, str(tmp_path / "killed"), str(surveys)], kill_after=pick.uniform(0.3, whole))
    run([*driver, str(tmp_path / "killed"), str(surveys)])
    expected = state(tmp_path / "whole", "driver")
    assert len(expected["documents"]) == 500
    assert expected["index"] == (True, set(), len(expected["passages"]))
    assert state(tmp_path / "killed", "driver") == expected


def test_a_killed_command_gives_the_same_claims_and_quotes(
    surveys: Path, fresh_home: Callable[[], Path]
) -> None:
    killed, undisturbed = fresh_home(), fresh_home()

    def ingest(home: Path, kill_after: float | None = None) -> float:
        command = ["-c", "from assistant.channels.cli import main; main()", "ingest", str(surveys)]
        return run(["env", f"ASSISTANT_HOME={home}", sys.executable, *command], kill_after)

    whole = ingest(undisturbed)
    pick = random.Random(30)
    for _ in range(count(2, 30)):
        ingest(killed, kill_after=pick.uniform(whole / 4, whole))
    ingest(killed)
    fingerprint = resolve().fingerprint
    assert state(killed, fingerprint) == state(undisturbed, fingerprint)
    assert said(killed) == said(undisturbed)


def said(home: Path) -> list[Any]:
    """What the archive answers, without ids of answers."""
    with open_assistant(Settings(home=home, now="2026-01-01")) as assistant:
        replies: list[dict[str, Any]] = [dict(reply_json(assistant.ask(q))) for q in QUESTIONS]
    for reply in replies:
        reply.pop("id")
    assert any(reply["kind"] == "answer" for reply in replies)
    return replies
