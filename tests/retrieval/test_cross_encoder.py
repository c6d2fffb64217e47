"""Models that read two texts together: what is loaded, and what is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.cross_encoders import make_cross_encoder

from assistant.errors import BadInput
from assistant.retrieval.cross_encoder import Entailment, Reranker

NLI = ("contradiction", "entailment", "neutral")
PAIRS = [("The ferry sank in 1911.", "A ferry sank."), ("It rained.", "The ferry sank. " * 60)]


@pytest.fixture(scope="module")
def nli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("nli") / "model", NLI)


@pytest.fixture(scope="module")
def one_score(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("rerank") / "model", ["score"])


def test_every_text_has_its_own_score_whatever_stands_beside_it(one_score: Path) -> None:
    rerank = Reranker(str(one_score))
    texts = ["A ferry.", "The ferry sank in 1911 off the coast. " * 40, "Prices of eggs."]
    scores = rerank("When did the ferry sink?", texts)
    alone = [rerank("When did the ferry sink?", [text])[0] for text in texts]
    assert scores == pytest.approx(alone, abs=1e-5)
    assert len(set(scores)) == 3
    assert list(rerank("Nothing to read?", [])) == []


def relabelled(model: Path, folder: Path, labels: list[str]) -> Path:
    """The same weights, with other names for its outputs."""
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((model / "config.json").read_text())
    config["id2label"] = dict(enumerate(labels))
    config["label2id"] = {label: n for n, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_the_order_of_the_labels_is_the_models_own(nli: Path, tmp_path: Path) -> None:
    other = relabelled(nli, tmp_path / "other", ["Entailment", "NEUTRAL", "contradicts"])
    shares, renamed = Entailment(str(nli))(PAIRS), Entailment(str(other))(PAIRS)
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert shares.std(axis=1).min() > 1e-4
    assert np.abs(renamed - shares[:, [2, 0, 1]]).max() < 1e-6
    assert Entailment(str(nli))([]).shape == (0, 3)


def test_what_is_no_such_model_is_refused_by_name(
    nli: Path, one_score: Path, tiny_model: Path, tmp_path: Path
) -> None:
    two = relabelled(nli, tmp_path / "two", ["entailment", "not_entailment"])
    unnamed = relabelled(nli, tmp_path / "unnamed", ["LABEL_0", "LABEL_1", "LABEL_2"])
    with pytest.raises(
        BadInput, match=r"ASSISTANT_SUPPORT_MODEL names '/no/such' .*path|no folder"
    ):
        Entailment("/no/such")
    with pytest.raises(BadInput, match=r"2 labels .*three: entailment, neutral, contradiction"):
        Entailment(str(two))
    with pytest.raises(BadInput, match=r"name the labels in id2label of .*config\.json"):
        Entailment(str(unnamed))
    with pytest.raises(BadInput, match="1 labels"):
        Entailment(str(one_score))
    with pytest.raises(BadInput, match=r"ASSISTANT_RERANKER_MODEL: .* 3 labels"):
        Reranker(str(nli))
    with pytest.raises(BadInput, match="ASSISTANT_EMBEDDING_MODEL"):
        Reranker(str(tiny_model.with_name(tiny_model.name + "-bert")))
    with pytest.raises(BadInput, match=r"no readable config\.json"):
        Reranker(str(tmp_path))


def test_a_damaged_model_says_so(one_score: Path, tmp_path: Path) -> None:
    broken = relabelled(one_score, tmp_path / "broken", ["score"])
    (broken / "model.safetensors").write_bytes(b"none")
    with pytest.raises(BadInput, match="can't be loaded as a cross-encoder"):
        Reranker(str(broken))
