"""Where a number comes from: the commit, the models, the settings, and the data's hashes."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from assistant.retrieval.model import resolve
from assistant.settings import Settings
from evals.figures import SEED

REPOSITORY = Path(__file__).resolve().parent.parent
_RECORDED = (
    "now",
    "embedding_model",
    "reranker_model",
    "support_model",
    "chat_model",
    "freshness_profile",
)
"""Settings that change a figure; no key and no path of this machine is among them."""
_LIBRARIES = (
    "torch",
    "sentence-transformers",
    "onnxruntime",
    "tokenizers",
    "tantivy",
    "chromadb",
    "numpy",
    "ir-measures",
    "sentencex",
)
"""Whose version can move a figure."""
_MEASURED = ("assistant", "evals", "corpus", "requirements.lock", ":!evals/summary.json")
"""What a figure depends on: a note beside it that is not committed changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """`date` is the commit's. `uncommitted` says that what is measured differs from the commit.

    `code_sha256` is over the files of `assistant/`, so that two uncommitted states are told apart
    and a copy without git has a name as well. `seed` draws every resample.
    """

    commit: str
    date: str
    uncommitted: bool
    embedding_model: str
    embedding_fingerprint: str
    settings: Mapping[str, str | None]
    libraries: Mapping[str, str]
    code_sha256: str
    seed: int = SEED
    limit: int | None = None


def of(settings: Settings, limit: int | None) -> Provenance:
    model = resolve(settings.embedding_model)
    values = {name: getattr(settings, name) for name in _RECORDED}
    return Provenance(
        commit=_git("rev-parse", "HEAD") or "unknown",
        date=_git("show", "-s", "--format=%cI", "HEAD") or "unknown",
        uncommitted=bool(_git("status", "--porcelain", "--", *_MEASURED)),
        embedding_model=Path(model.name).name,
        embedding_fingerprint=model.fingerprint,
        settings={**values, "embedding_model": Path(settings.embedding_model).name},
        libraries=libraries(),
        code_sha256=code_hash(REPOSITORY / "assistant"),
        limit=limit,
    )


def libraries() -> dict[str, str]:
    """The versions of what computes: Python's own, then those of the libraries that are there."""
    versions = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def code_hash(folder: Path) -> str:
    """Of every file below a folder that is source: no cache and no installed package of a page."""
    skipped = {"__pycache__", "node_modules"}
    files = (file for file in folder.rglob("*") if file.is_file() and not skipped & {*file.parts})
    return hashed(files, folder)


def hashed(files: Iterable[Path], root: Path) -> str:
    """The first 16 hexadecimal digits of the SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _git(*arguments: str) -> str:
    """What git says of this checkout; empty without git or outside a checkout."""
    try:
        done = subprocess.run(
            ["git", "-C", str(REPOSITORY), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
