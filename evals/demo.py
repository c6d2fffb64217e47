"""`make demo`: the sample archive in a fresh home, and three questions through the command line.

From the marked line on the output is the same every time. What `assistant ask` prints is shown in
its own words, broken at 100 columns; an answer's id and follow-up questions are left out, long
lists are cut, and a line says by how many entries.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from evals.provenance import REPOSITORY

HOME = Path(".demo")
NOW = "2026-11-21"
MARK = "--- demo ---"
QUESTIONS = (
    "how does NCMEC count a missing child?",
    "how many children are missing in Canada?",
    "what is the latest yearly number of missing children reported to NCMEC?",
)
COLUMNS = 100
_ANSWERED, _ABSTAINED = 0, 3
_KEPT = {"Sources": 1, "What came nearest": 1, "Want to dive deeper?": 0}
"""Entries that are shown of the lists below these headings."""
_CLAIMS, _REASONS = 2, 2
_ENTRY = re.compile(r"\[\d+\] |  - ")
_ID = re.compile(r" · answer [0-9a-f]+$", re.MULTILINE)
_PREFIX = re.compile(r" *(?:\[\d+\] |- )?")


def main() -> int:
    shutil.rmtree(HOME, ignore_errors=True)
    environment = _environment()
    print(f"reading the sample archive into {HOME} ...", file=sys.stderr)
    ingested = assistant(["ingest", str(REPOSITORY / "corpus")], environment)
    if ingested.returncode != _ANSWERED:
        return failed(ingested)
    print(ingested.stdout.rstrip())
    print(MARK)
    for place, question in enumerate(QUESTIONS):
        asked = assistant(["ask", question], environment)
        if asked.returncode not in (_ANSWERED, _ABSTAINED):
            return failed(asked)
        print(*([""] if place else []), f'$ assistant ask "{question}"', sep="\n")
        print("\n".join(laid_out(asked.stdout)), flush=True)
    return 0


def laid_out(output: str, width: int = COLUMNS) -> Iterator[str]:
    """What the command line printed: long lists cut to their first entries, lines broken."""
    blocks = [_cut(block.split("\n"), first=not n) for n, block in enumerate(_blocks(output))]
    for line in "\n\n".join("\n".join(block) for block in blocks if block).split("\n"):
        prefix = _PREFIX.match(line)
        indent = " " * len(prefix[0] if prefix else "")
        yield from textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]


def _blocks(output: str) -> list[str]:
    return _ID.sub("", output).strip().split("\n\n")


def _cut(lines: list[str], *, first: bool) -> list[str]:
    """A block with as many of its entries as are shown, and how many more there are."""
    starts = [n for n, line in enumerate(lines) if first or _ENTRY.match(line)]
    kept = _CLAIMS if first else _KEPT.get(lines[0], _REASONS)
    if len(starts) <= kept:
        return lines
    left = len(starts) - kept
    return [*lines[: starts[kept]], f"... and {left} more"] if kept else []


def _environment() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return {**kept, "ASSISTANT_HOME": str(HOME.absolute()), "ASSISTANT_NOW": NOW}


def assistant(
    arguments: list[str], environment: Mapping[str, str], folder: Path = Path()
) -> subprocess.CompletedProcess[str]:
    """Runs a command of the product in a folder; what it says beside its output is let through."""
    return subprocess.run(
        [sys.executable, "-m", "assistant.channels.cli", *arguments],
        env=dict(environment),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
        cwd=folder,
    )


def failed(done: subprocess.CompletedProcess[str]) -> int:
    """Says which command ended the run, with what it printed; the exit code."""
    print(done.stdout, end="")
    print(f"the demo stopped: assistant {done.args[3]} gave exit code {done.returncode}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
