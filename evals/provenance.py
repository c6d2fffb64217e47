"""Where a number comes from: the commit, the models, the settings, and the data's hashes."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.retrieval.model import resolve
from assistant.settings import Settings

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """`date` is the commit's. `uncommitted` says that tracked files differ from the commit."""

    commit: str
    date: str
    uncommitted: bool
    embedding_model: str
    embedding_fingerprint: str
    settings: Mapping[str, str | None]
    limit: int | None = None


def of(settings: Settings, limit: int | None) -> Provenance:
    model = resolve(settings.embedding_model)
    values = {name: getattr(settings, name) for name in _RECORDED}
    return Provenance(
        commit=_git("rev-parse", "HEAD") or "unknown",
        date=_git("show", "-s", "--format=%cI", "HEAD") or "unknown",
        uncommitted=bool(_git("status", "--porcelain", "--untracked-files=no")),
        embedding_model=Path(model.name).name,
        embedding_fingerprint=model.fingerprint,
        settings={**values, "embedding_model": Path(settings.embedding_model).name},
        limit=limit,
    )


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
