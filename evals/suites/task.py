"""What a suite is given: homes to work in, the data, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evals.homes import Homes

Note = Callable[[str], None]
"""Says to a person what is being done now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`limit`: only so many cases of each set. `benchmarks`: a folder of public sets."""

    homes: Homes
    benchmarks: Path | None
    limit: int | None
    note: Note
    corpus: Path
    gold: Path

    @property
    def public(self) -> Path:
        """The folder of public sets, for a suite that runs only with one."""
        assert self.benchmarks is not None
        return self.benchmarks
