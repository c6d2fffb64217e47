"""Bulk encoding by sentence-transformers, and the export of the small encoder of questions.

Importing torch and sentence-transformers takes seconds, so nothing is imported before an Encoder
is built, and only ingest builds one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant import heap
from assistant.errors import AssistantError
from assistant.ports import Vectors
from assistant.retrieval import loading
from assistant.retrieval.model import EmbeddingModel, sha256
from assistant.retrieval.query_encoder import (
    MANIFEST,
    MODEL,
    OUTPUT,
    TOKENIZER,
    Manifest,
    QueryEncoder,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BF16_COSINE = 0.9995
"""Every probe must keep this cosine to float32, or float32 is used."""
EXPORT_COSINE = 0.9999
_CHARS_A_PIECE = 5
_BATCH_CHARS = 18_000
"""About 4,000 word pieces."""

PROBES = (
    "How many children were reported missing in 2024?",
    "Unemployment fell to 3.9 percent in March, the statistics office said [1].",
    "vaccine",
    "The agency counts reports, not people: one person can be reported more than once, and a "
    "report that is withdrawn stays in the total until the end of the reporting year. " * 3,
    "Is it true that the sea level rose by 3.7 mm a year between 2006 and 2018?",
    "¿Cuántos casos hubo en 2021? Данные обновлены.",
)


class Encoder:
    """n texts -> float32 of shape (n, d), rows of length 1; the fastest faithful precision.

    Where the processor has bfloat16 units and every probe keeps its direction, the linear layers
    run in bfloat16 and the rest (normalisation, softmax, pooling) in float32: pooling in bfloat16
    costs a cosine of .002. Raises BadInput when the folder holds no loadable model.
    """

    def __init__(self, model: EmbeddingModel) -> None:
        # Each kernel holds packed weights, and every shape of a batch would keep its own.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8")
        self.model = model
        self._exact = loading.embedding(model.path)
        self.dimension = int(self._exact.get_embedding_dimension() or 0)
        self.precision = "bfloat16" if self._bfloat16_is_faithful() else "float32"

    def __call__(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches(texts, int(self._exact.max_seq_length or 512)):
            rows[batch] = self._encode([texts[i] for i in batch], self.precision)
            heap.give_back()
        return rows

    def export(self, folder: Path) -> None:
        """Write the query encoder of these weights to `folder`, whole or not at all."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
        try:
            self._write_export(staged)
            self._check_export(staged)
            shutil.rmtree(folder, ignore_errors=True)
            staged.rename(folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _bfloat16_is_faithful(self) -> bool:
        import torch

        if not torch.cpu._is_avx512_bf16_supported():
            return False
        fast, exact = (self._encode(PROBES, each) for each in ("bfloat16", "float32"))
        return bool((fast * exact).sum(axis=1).min() >= BF16_COSINE)

    def _encode(self, texts: Sequence[str], precision: str) -> Vectors:
        import torch

        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            tensor = self._exact.encode_document(
                list(texts),
                batch_size=len(texts),
                convert_to_tensor=True,
                show_progress_bar=False,
            )
        return _normalised(tensor.float().numpy())

    def _write_export(self, folder: Path) -> None:
        prompt = (self._exact.prompts or {}).get("query") or ""
        tokenizer = self._exact.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=int(self._exact.max_seq_length or 512))
        tokenizer.save(str(folder / TOKENIZER))
        _export_onnx(loading.embedding(self.model.path, attention="eager"), folder / MODEL)
        manifest = Manifest(
            fingerprint=self.model.fingerprint,
            dimension=self.dimension,
            prompt=prompt,
            digests={name: sha256(folder / name) for name in (MODEL, TOKENIZER)},
        )
        (folder / MANIFEST).write_text(json.dumps(manifest.__dict__, indent=1), encoding="utf-8")

    def _check_export(self, folder: Path) -> None:
        exported = QueryEncoder(folder, self.model.fingerprint)(PROBES)
        expected = _normalised(self._exact.encode_query(list(PROBES), show_progress_bar=False))
        cosine = float((exported * expected).sum(axis=1).min())
        if cosine < EXPORT_COSINE:
            raise AssistantError(
                f"the ONNX export of {self.model.name} differs from the model (cosine {cosine:.5f} "
                f"on the worst probe, {EXPORT_COSINE} needed); choose another embedding model"
            )


def _batches(texts: Sequence[str], max_pieces: int) -> Iterator[list[int]]:
    """Places of texts of like length, longest first, about _BATCH_CHARS to a batch.

    A batch of fixed work keeps its activations in the cache and short texts from being padded.
    """
    longest = max_pieces * _CHARS_A_PIECE
    lengths = [min(max(len(text), 1), longest) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: -lengths[i])
    while order:
        size = max(1, _BATCH_CHARS // lengths[order[0]])
        yield order[:size]
        order = order[size:]


def _normalised(vectors: Any) -> Vectors:
    rows = np.asarray(vectors, dtype=np.float32)
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _export_onnx(model: SentenceTransformer, file: Path) -> None:
    """torch's own exporter over the whole pipeline: transformer, pooling and what follows."""
    import torch

    class Pipeline(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.steps = torch.nn.ModuleList(model.children())

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for step in self.steps:
                features = step(features)
            return features["sentence_embedding"]

    example = (torch.ones(2, 7, dtype=torch.int64), torch.ones(2, 7, dtype=torch.int64))
    sizes = {0: "batch", 1: "length"}
    with loading.quiet(), torch.inference_mode():
        torch.onnx.export(
            Pipeline().eval(),
            example,
            str(file),
            input_names=["input_ids", "attention_mask"],
            output_names=[OUTPUT],
            dynamic_axes={"input_ids": sizes, "attention_mask": sizes},
            dynamo=False,  # traced in three seconds, not twenty; the check below guards it
        )
