"""The one door to sentence-transformers: a model is read from a folder, offline and in silence."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import BadInput
from assistant.retrieval.model import stay_offline

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

_UNLOADABLE = (OSError, ValueError, KeyError, RuntimeError)
"""What the libraries raise for files that are missing or of another shape."""


def embedding(path: Path, attention: str = "sdpa") -> SentenceTransformer:
    """Raises BadInput when the folder holds no model that makes vectors."""
    stay_offline()
    with quiet():
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            return SentenceTransformer(
                str(path),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": "float32", "attn_implementation": attention},
            )
        except _UNLOADABLE as error:
            raise BadInput(f"{path} can't be loaded as an embedding model: {error}") from error


def cross_encoder(path: Path, max_length: int) -> CrossEncoder:
    """Raises BadInput when the folder holds no model that reads two texts together."""
    stay_offline()
    with quiet():
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            return CrossEncoder(
                str(path),
                device="cpu",
                local_files_only=True,
                max_length=max_length,
                model_kwargs={"dtype": "float32"},
            )
        except (*_UNLOADABLE, SafetensorError) as error:
            raise BadInput(f"{path} can't be loaded as a cross-encoder: {error}") from error


@contextmanager
def quiet() -> Iterator[None]:
    """The libraries narrate on stdout, stderr and as warnings; stdout is our callers' data."""
    level = logging.root.manager.disable
    logging.disable(logging.ERROR)
    os.environ["TQDM_DISABLE"] = "1"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
