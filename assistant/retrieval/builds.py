"""Where the index lies: each build in a folder of its own, and a marker that names the one that
serves.

A rebuild, a new embedding model and an erasure are the same act: a new build is filled beside the
one that serves, the marker is swapped at once, and the old folder goes with everything in it.
Deleting rows would not do for an erasure: the engines keep what they delete.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import time
from pathlib import Path

from assistant.retrieval.index import Index

ACTIVE = "active.json"

_TRIES = 6
_PAUSE = 0.02  # seconds, doubled each time: about a second in all

log = logging.getLogger(__name__)


class Builds:
    """The builds of one home's index. `model` is the fingerprint of the embedding model in use."""

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model

    def open(self) -> Index:
        """The build that serves, if it is of this model; else a new one, empty and not yet active.

        Raises OSError when the folder can't be used.
        """
        self._path.mkdir(parents=True, exist_ok=True)
        name, model = self._marked()
        if name is None or model != self._model:
            return self.new()
        self._sweep(name)
        return Index(self._path / name, self._model)

    def new(self) -> Index:
        """An empty build beside the one that serves."""
        self._sweep(self._marked()[0])
        # Never a name again: Chroma remembers the paths that it opened in a process.
        return Index(self._path / f"build-{secrets.token_hex(4)}", self._model)

    def activate(self, index: Index) -> None:
        """Makes a build the one that serves, at once; every other one goes for good."""
        marker = {"build": index.path.name, "model": self._model}
        staged = self._path / f"{ACTIVE}.new"
        with staged.open("w", encoding="utf-8") as stream:
            json.dump(marker, stream)
            stream.flush()
            os.fsync(stream.fileno())
        staged.replace(self._path / ACTIVE)

    def sweep(self) -> None:
        """Removes every build but the one that serves."""
        self._sweep(self._marked()[0])

    def _marked(self) -> tuple[str | None, str | None]:
        try:
            marker = json.loads((self._path / ACTIVE).read_text(encoding="utf-8"))
            name, model = str(marker["build"]), str(marker["model"])
        except (OSError, ValueError, KeyError, TypeError):
            return None, None
        return (name, model) if (self._path / name).is_dir() else (None, None)

    def _sweep(self, kept: str | None) -> None:
        for folder in self._path.glob("build-*"):
            if folder.name != kept:
                _remove(folder)


def _remove(folder: Path) -> None:
    """All of a build. An engine that is letting go may put a journal back while the folder is being
    emptied, so it is emptied again; what stays after that goes when the archive is next opened."""
    for again in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE * 2**again)
    log.error("a build that no longer serves could not be removed: %s", folder)
