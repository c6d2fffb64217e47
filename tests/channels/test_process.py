"""The command line as a process: what it imports, and how it ends."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.channels import terminal
from assistant.ledger.ledger import Ledger

CLI = [sys.executable, "-m", "assistant.channels.cli"]
HEAVY = (
    *("fastapi", "uvicorn", "starlette", "jinja2", "prometheus_client", "rich"),
    *("torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime", "sklearn"),
    *("langchain_core", "trafilatura", "pypdfium2", "numpy", "sqlalchemy"),
)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from assistant.channels import cli\n"
        "assert cli.run(['ask', '--help']) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    environment = {**os.environ, "ASSISTANT_HOME": str(tmp_path)}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*CLI, "doctor"], stdout=writing, stderr=subprocess.PIPE, text=True, env=environment
    )
    os.close(writing)
    assert done.returncode == 1
    assert done.stderr == ""


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "ASSISTANT_HOME": str(tmp_path / "höme"),
        "PYTHONIOENCODING": "ascii",
    }
    done = subprocess.run([*CLI, "doctor", "--json"], capture_output=True, env=environment)
    assert "höme" in done.stdout.decode("utf-8")
    assert done.returncode == 5  # an empty archive can't answer


def test_a_home_that_cannot_be_written_exits_5(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    environment = {**os.environ, "ASSISTANT_HOME": str(tmp_path / "file" / "home")}
    done = subprocess.run([*CLI, "gaps"], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("error: the home ")
    assert done.stderr.count("\n") == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with terminal.progress_bar("ingesting") as progress:
        assert progress
        progress(1, 2, "[bold]file.md")
    assert "ingesting" in shown.getvalue()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with terminal.progress_bar("ingesting") as progress:
        assert progress is None


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.colours(Terminal())
    assert not terminal.colours(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.colours(Terminal())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not terminal.colours(Terminal())


def test_a_server_that_nobody_asks_forgets_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = home / "ledger.sqlite3"
    ledger = Ledger(path)
    ledger.gaps.add("What is old?", "no_evidence", 0.1, datetime(2020, 1, 1, tzinfo=UTC))
    ledger.close()
    environment = {**os.environ, "ASSISTANT_HOME": str(home)}
    server = subprocess.Popen(
        [*CLI, "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline()  # it listens
    finally:
        server.terminate()  # it ends only when the round that it has begun is done
        server.communicate(timeout=30)
    ledger = Ledger(path)
    assert ledger.gaps.most_asked() == []
    ledger.close()
