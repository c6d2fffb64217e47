"""A cold `assistant ask`: seconds from the shell, and what its imports cost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from assistant.errors import AssistantError

_ABSTAINED = 3
_IMPORT = re.compile(r"import time:\s+\d+ \|\s+(\d+) \| ( *)([\w.]+)")


def ask_seconds(home: Path, question: str, runs: int) -> float:
    """The median of `runs` fresh processes."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        _ask(home, question)
        taken.append(time.perf_counter() - started)
    return median(taken)


def imports(home: Path, question: str, count: int = 8) -> list[tuple[str, float]]:
    """The slowest packages by milliseconds, each with all that it was the first to import."""
    return slowest(_ask(home, question, "-X", "importtime"), count)


def slowest(report: str, count: int) -> list[tuple[str, float]]:
    """From what `-X importtime` prints: top-level packages, each at its own slowest module."""
    taken: dict[str, float] = {}
    for found in _IMPORT.finditer(report):
        package = found[3].split(".")[0]
        taken[package] = max(taken.get(package, 0.0), int(found[1]) / 1000)
    return sorted(taken.items(), key=lambda item: -item[1])[:count]


def _ask(home: Path, question: str, *options: str) -> str:
    """What one process printed on stderr."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("ASSISTANT_")}
    done = subprocess.run(
        [sys.executable, *options, "-m", "assistant.channels.cli", "ask", question],
        env={**environment, "ASSISTANT_HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, _ABSTAINED):
        raise AssistantError(f"assistant ask failed ({done.returncode}): {done.stderr[-400:]}")
    return done.stderr
