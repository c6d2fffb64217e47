"""One measurement in a process of its own: memory and caches are that measurement's alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from evals.homes import NOW

Result = dict[str, float]


def measured(task: str, side: str, given: dict[str, Any]) -> Result:
    """What `evals.bench.worker` finds. Raises AssistantError with what it said."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("ASSISTANT_")}
    done = subprocess.run(
        [sys.executable, "-m", "evals.bench.worker", task, side, json.dumps(given)],
        env={**environment, "ASSISTANT_NOW": NOW, "ANONYMIZED_TELEMETRY": "False"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise AssistantError(f"measuring {task} of {side} failed:\n{done.stderr[-2000:]}")
    result: Result = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def resident(pid: int) -> float | None:
    """A process's resident MiB, from /proc or from ps; None when it is gone."""
    status = Path(f"/proc/{pid}/status")
    try:
        if status.parent.parent.joinpath("self").exists():
            found = [line for line in status.read_text().splitlines() if line.startswith("VmRSS:")]
            return int(found[0].split()[1]) / 1024 if found else None
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True)
        return int(told.stdout) / 1024
    except (OSError, ValueError):
        return None
