"""Bulk encoding and the exported query encoder, on a tiny model that the tests make."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import BadInput
from assistant.retrieval.encoder import BF16_COSINE, EXPORT_COSINE, PROBES, Encoder
from assistant.retrieval.model import EmbeddingModel, resolve
from assistant.retrieval.query_encoder import (
    MANIFEST,
    MODEL,
    TOKENIZER,
    Damaged,
    QueryEncoder,
    open_query_encoder,
)

TEXTS = ["Short.", "A longer text about sea level rise in 2018. " * 5, "Why?", "é 😀", ""]


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> EmbeddingModel:
    return resolve(str(tiny_model))


@pytest.fixture(scope="module")
def encoder(model: EmbeddingModel) -> Encoder:
    return Encoder(model)


@pytest.fixture(scope="module")
def exported(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    encoder.export(models / encoder.model.fingerprint)
    return models


def test_every_text_has_a_vector_of_length_one_in_its_place(encoder: Encoder) -> None:
    together = encoder(TEXTS)
    assert together.shape == (len(TEXTS), encoder.dimension)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.concatenate([encoder([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > BF16_COSINE
    assert encoder([]).shape == (0, encoder.dimension)


def test_the_fast_precision_is_faithful(encoder: Encoder) -> None:
    exact = encoder._encode(PROBES, "float32")
    assert (encoder(PROBES) * exact).sum(axis=1).min() >= BF16_COSINE


def test_a_precision_that_is_not_faithful_is_not_used(
    model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.retrieval.encoder.BF16_COSINE", 1.5)
    assert Encoder(model).precision == "float32"


def test_the_export_gives_the_same_vectors(encoder: Encoder, exported: Path) -> None:
    questions = QueryEncoder(exported / encoder.model.fingerprint, encoder.model.fingerprint)
    exact = encoder._encode(TEXTS, "float32")
    assert (questions(TEXTS) * exact).sum(axis=1).min() >= EXPORT_COSINE
    assert questions([]).shape == (0, encoder.dimension)
    assert [path.name for path in exported.iterdir()] == [encoder.model.fingerprint]


def test_a_question_is_encoded_without_torch(model: EmbeddingModel, exported: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from assistant.retrieval.model import resolve
from assistant.retrieval.query_encoder import open_query_encoder
encode = open_query_encoder(Path({str(exported)!r}), resolve({str(model.path)!r}))
print(encode(["why?"]).shape)
print({{"torch", "transformers", "sentence_transformers", "onnx"}} & set(sys.modules))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.splitlines() == ["(1, 32)", "set()"], run.stderr


@pytest.mark.parametrize("file", [MODEL, TOKENIZER, MANIFEST])
@pytest.mark.parametrize("harm", ["missing", "changed", "empty"])
def test_damage_is_noticed(
    encoder: Encoder, exported: Path, tmp_path: Path, file: str, harm: str
) -> None:
    fingerprint = encoder.model.fingerprint
    for name in (MODEL, TOKENIZER, MANIFEST):
        data = (exported / fingerprint / name).read_bytes()
        if name == file:
            data = {"missing": b"", "changed": data[:-9] + b"#" * 9, "empty": b""}[harm]
        if name != file or harm != "missing":
            (tmp_path / name).write_bytes(data)
    with pytest.raises(Damaged):
        QueryEncoder(tmp_path, fingerprint)


def test_another_models_export_is_not_used(encoder: Encoder, exported: Path) -> None:
    with pytest.raises(Damaged, match="another model"):
        QueryEncoder(exported / encoder.model.fingerprint, "0123456789abcdef")


def test_a_damaged_export_is_made_again(model: EmbeddingModel, exported: Path) -> None:
    file = exported / model.fingerprint / MODEL
    file.write_bytes(file.read_bytes()[:-100])
    vectors = open_query_encoder(exported, model)(["why?"])
    assert vectors.shape == (1, 32)
    assert QueryEncoder(exported / model.fingerprint, model.fingerprint)


def test_an_export_that_differs_is_not_kept(
    encoder: Encoder, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_earlier_export(folder: Path) -> None:
        shutil.copytree(exported / encoder.model.fingerprint, folder, dirs_exist_ok=True)

    monkeypatch.setattr(encoder, "_write_export", write_earlier_export)
    monkeypatch.setattr("assistant.retrieval.encoder.EXPORT_COSINE", 1.5)
    with pytest.raises(Exception, match="choose another embedding model"):
        encoder.export(tmp_path / "models" / "x")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    (tmp_path / "config_sentence_transformers.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="can't be loaded"):
        Encoder(resolve(str(tmp_path)))


@pytest.mark.slow
def test_the_packaged_model_exports_faithfully(tmp_path: Path) -> None:
    encoder = Encoder(resolve())
    encoder.export(tmp_path / encoder.model.fingerprint)
    questions = QueryEncoder(tmp_path / encoder.model.fingerprint, encoder.model.fingerprint)
    exact = encoder._encode(TEXTS, "float32")
    assert (questions(TEXTS) * exact).sum(axis=1).min() >= EXPORT_COSINE
    assert (encoder(TEXTS) * exact).sum(axis=1).min() >= BF16_COSINE
