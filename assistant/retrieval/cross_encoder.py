"""Models that read two texts together, by path: a reranker, and a judge of entailment.

What the folder is read from its config.json before anything heavy is imported, because a model of
another kind would be loaded without complaint and score by random weights.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import BadInput
from assistant.ports import Vectors
from assistant.retrieval import loading

_MOST_PIECES = 512
_BATCH = 16
_HEAD = "ForSequenceClassification"
_MEANINGS = {
    "entailment": ("entail", "supports", "supported"),
    "neutral": ("neutral", "not enough", "not_enough", "unrelated"),
    "contradiction": ("contradict", "refute"),
}
"""What NLI models call the three labels, in the order of the port Entailment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the config.json of a cross-encoder says: its labels in order, how much it reads."""

    path: Path
    labels: tuple[str, ...]
    pieces: int


def described(name: str, setting: str) -> Described:
    """The cross-encoder at a path. Raises BadInput that names the setting and what to do."""
    path = Path(name).expanduser()
    if not path.is_dir():
        raise BadInput(f"{setting} names {name!r}, which is no folder; give a cross-encoder's path")
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{setting}: {path} holds no readable config.json, so it is no cross-encoder: {error}"
        ) from error
    if not any(_HEAD in str(kind) for kind in config.get("architectures") or ()):
        raise BadInput(
            f"{setting}: {path} is no cross-encoder (config.json lists no architecture "
            f"“...{_HEAD}”); an embedding model belongs in ASSISTANT_EMBEDDING_MODEL"
        )
    named: Mapping[str, str] = config.get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}
    labels = tuple(str(named[key]) for key in sorted(named, key=int))
    longest = int(config.get("max_position_embeddings") or _MOST_PIECES)
    return Described(path=path, labels=labels, pieces=min(longest, _MOST_PIECES))


class Reranker:
    """The port Reranker: how well each text answers the question, by a model of one score."""

    def __init__(self, name: str, setting: str = "ASSISTANT_RERANKER_MODEL") -> None:
        model = described(name, setting)
        if len(model.labels) != 1:
            raise BadInput(
                f"{setting}: {model.path} gives {len(model.labels)} labels "
                f"({', '.join(model.labels)}); a reranker gives one score"
            )
        self._read = _Reader(model)

    def __call__(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        return [float(score) for score in self._read([(question, text) for text in texts])[:, 0]]


class Entailment:
    """The port Entailment: whether a premise entails a hypothesis, by a model of three labels."""

    def __init__(self, name: str, setting: str = "ASSISTANT_SUPPORT_MODEL") -> None:
        model = described(name, setting)
        self._order = _order(model, setting)
        self._read = _Reader(model)

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        logits = self._read(pairs)[:, self._order]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Vectors = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return shares


def _order(model: Described, setting: str) -> list[int]:
    """Where the model has entailment, neutral and contradiction, by the names it gives them."""
    if len(model.labels) != len(_MEANINGS):
        raise BadInput(
            f"{setting}: {model.path} gives {len(model.labels)} labels "
            f"({', '.join(model.labels)}); an NLI model gives three: {', '.join(_MEANINGS)}"
        )
    places = []
    for meaning, names in _MEANINGS.items():
        at = [n for n, label in enumerate(model.labels) if label.lower().startswith(names)]
        if len(at) != 1:
            raise BadInput(
                f"{setting}: which of {', '.join(model.labels)} is {meaning} can't be told; "
                f"name the labels in id2label of {model.path / 'config.json'}"
            )
        places += at
    return places


class _Reader:
    """Pairs of texts -> logits. Safe to share between threads: its tokenizer is not, so one pair
    of hands reads at a time."""

    def __init__(self, model: Described) -> None:
        self._model = loading.cross_encoder(model.path, model.pieces)
        self._labels = len(model.labels)
        self._reading = threading.Lock()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        if not pairs:
            return np.zeros((0, self._labels), dtype=np.float32)
        with self._reading, loading.quiet():
            found: Any = self._model.predict(
                list(pairs), batch_size=_BATCH, show_progress_bar=False, activation_fn=_as_it_is
            )
        return np.asarray(found, dtype=np.float32).reshape(len(pairs), self._labels)


def _as_it_is(logits: Any) -> Any:
    return logits
