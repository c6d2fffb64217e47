"""Fresh homes for measuring: nothing of an archive in use is read or written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInput
from assistant.settings import Settings, load
from assistant.wiring import Assistant, open_assistant

NOW = "2026-11-21"
"""Stands in for today wherever a question does not bring its own day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Homes below one folder that share their exported query encoders."""

    root: Path

    @contextmanager
    def fresh(self, name: str) -> Iterator[Assistant]:
        """An empty archive, open for the length of the block."""
        home = self.root / name
        home.mkdir()
        models = self.root / "models"
        models.mkdir(exist_ok=True)
        (home / "models").symlink_to(models.absolute(), target_is_directory=True)
        with open_assistant(settings(home), command="evals") as assistant:
            yield assistant


@contextmanager
def temporary(root: Path | None = None) -> Iterator[Homes]:
    """Homes in a folder that is removed afterwards, or in `root`, whose models are kept."""
    with tempfile.TemporaryDirectory(prefix="evals-", dir=root) as folder:
        homes = Homes(root=Path(folder))
        if root is not None:
            (root / "models").mkdir(exist_ok=True)
            (homes.root / "models").symlink_to(root.absolute() / "models")
        yield homes


def settings(home: Path) -> Settings:
    """The settings in force, with another home and a fixed day."""
    return load().model_copy(update={"home": home, "now": NOW})


def ingest(assistant: Assistant, target: Path) -> int:
    """Brings in a folder or file; the number of documents. Raises BadInput for what can't be."""
    report = assistant.ingest([str(target)])
    if report.quarantined:
        first = report.quarantined[0]
        raise BadInput(
            f"{len(report.quarantined)} of {target} can't be read, first {first.path}: "
            f"{first.reason}"
        )
    return report.added
