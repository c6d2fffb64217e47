"""`assistant watch`: usage, a round, a loop that ends at once, kills in the middle of rounds."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.archive import Archive
from support.counts import count
from support.pages_server import html, serving

from assistant.channels.cli import run
from assistant.ingest.fetch import Fetcher
from assistant.ingest.urls import canonical_url
from assistant.ledger.ledger import Ledger
from assistant.types import Volatility
from assistant.upkeep.mirrors import Mirrors
from assistant.upkeep.recorder import Recorder
from assistant.upkeep.watcher import Watcher
from assistant.upkeep.watchlist import Watchlist

COMMAND = [sys.executable, "-c", "from assistant.channels.cli import main; main()", "watch"]
DRIVER = """
import sys
from pathlib import Path
from channels.test_watch_command import watcher_of
from support.archive import Archive
archive = Archive(Path(sys.argv[1]))
print("open", flush=True)
watcher_of(archive, sys.argv[2]).round(everything=True)
"""
"""A round over the real ledger, with an index and an embedder that need no model."""


def watcher_of(archive: Archive, host: str) -> Watcher:
    usual = Volatility(p_mutable=0.5, kind="annual", tau_days=365)
    watchlist = Watchlist(archive.ledger, lambda text, day: usual, lambda document: ())
    mirrors = Mirrors(archive.ledger, lambda: archive.catalog, lambda content: ())
    recorder = Recorder(archive.ledger, watchlist, mirrors)
    fetcher, clock = Fetcher(host.split(",")), archive.catalog._clock
    return Watcher(archive.ledger.watched, watchlist, recorder, fetcher, clock)


@pytest.mark.parametrize("given", [[], ["--once", "--loop"]])
def test_one_of_once_and_loop(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", *given]) == 2
    assert "--once" in capsys.readouterr().err


def test_a_round_with_nothing_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    assert run(["watch", "--once", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["looked"] == 0
    assert run(["watch", "--once"]) == 0
    assert "0 sources looked at: nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_loop_ends_when_it_is_asked_to(tmp_path: Path, end: signal.Signals) -> None:
    environment = {**os.environ, "ASSISTANT_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        [*COMMAND, "--loop", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["looked"] == 0
    process.send_signal(end)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors.strip().endswith("stopped")


def test_rounds_that_are_killed_lose_nothing_and_double_nothing(
    tmp_path: Path, repository: Path
) -> None:
    names = [f"report-{n}" for n in range(30)]
    with serving() as site:
        for name in names:
            site.pages[f"/{name}"] = html(f"<p>{name} counted 1,204 boats in 2025.</p>", name)
        archive = Archive(tmp_path / "home")
        fetch = Fetcher([site.host]).fetch
        archive._sync._fetch = fetch
        for name in names:
            assert archive.ingest(site.url(f"/{name}")).added == 1
        watcher_of(archive, site.host).round(everything=True)
        archive.close()
        for name in names:
            site.pages[f"/{name}"] = html(f"<p>{name} counted 1,310 boats in 2025.</p>", name)
        pick = random.Random(5)
        driver = [sys.executable, "-c", DRIVER, str(tmp_path / "home"), site.host]
        environment = {**os.environ, "PYTHONPATH": f"{repository}:{repository / 'tests'}"}
        for _ in range(count(3, 20)):
            process = subprocess.Popen(
                driver, env=environment, cwd=repository, stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            try:
                process.wait(timeout=pick.uniform(0.01, 0.5))
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()
        subprocess.run(driver, env=environment, cwd=repository, check=True, capture_output=True)
    ledger = Ledger(tmp_path / "home" / "ledger.sqlite3")
    for name in names:
        versions = ledger.documents.versions(name)
        assert ["1,310" in each.text for each in versions] == [False, True]
        captures = ledger.watched.captures(key_of(ledger, name))
        assert [each.version for each in captures] == [1, 2]
    ledger.close()


def key_of(ledger: Ledger, name: str) -> str:
    return canonical_url(ledger.documents.get(name).content.url or "")
