"""Questions into vectors with onnxruntime and tokenizers alone: no torch, no start-up seconds.

The folder is written by `encoder.Encoder.export`; `open_query_encoder` makes it when it is missing
or damaged.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.ports import Vectors
from assistant.retrieval.model import EmbeddingModel, sha256

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"
OUTPUT = "question_vector"


class Damaged(Exception):
    """The exported files are missing, of another model or changed; says which. Never shown."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What was exported: `digests` maps a file's name to its SHA-256."""

    fingerprint: str
    dimension: int
    prompt: str
    digests: dict[str, str]


class QueryEncoder:
    """n questions -> float32 of shape (n, d), rows of length 1. Safe to call from threads."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._manifest = _checked_manifest(folder, fingerprint)
        self.dimension = self._manifest.dimension
        self._session, self._tokenizer = _open(folder)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        rows = [self._one(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _one(self, text: str) -> Vectors:
        # One by one: without padding a row never depends on its neighbours.
        encoding = self._tokenizer.encode(self._manifest.prompt + text)
        feed = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
        }
        vector: Vectors = self._session.run([OUTPUT], feed)[0][0]
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def is_exported(models: Path, model: EmbeddingModel) -> bool:
    """Whether the query encoder under `models` is there and whole."""
    with suppress(Damaged):
        _checked_manifest(models / model.fingerprint, model.fingerprint)
        return True
    return False


def open_query_encoder(models: Path, model: EmbeddingModel) -> QueryEncoder:
    """The query encoder under `models`/fingerprint, exported anew when it can't be used.

    The export takes about twenty seconds: it loads the model itself.
    """
    folder = models / model.fingerprint
    with suppress(Damaged):
        return QueryEncoder(folder, model.fingerprint)
    from assistant.retrieval.encoder import Encoder

    Encoder(model).export(folder)
    return QueryEncoder(folder, model.fingerprint)


def _checked_manifest(folder: Path, fingerprint: str) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        changed = [name for name in (MODEL, TOKENIZER) if _changed(folder, name, manifest)]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"{folder}: {error}") from error
    if changed or manifest.fingerprint != fingerprint:
        raise Damaged(f"{folder}: {', '.join(changed) or 'another model'}")
    return manifest


def _changed(folder: Path, name: str, manifest: Manifest) -> bool:
    return sha256(folder / name) != manifest.digests.get(name)


def _open(folder: Path) -> tuple[Any, Any]:
    import onnxruntime
    import tokenizers

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(folder / MODEL), options, providers=["CPUExecutionProvider"]
    )
    return session, tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
