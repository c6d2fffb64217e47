"""Fit the volatility classifier that ships in `assistant/freshness/weights/`.

    python -m evals.training.volatility ../shared/benchmarks

Fitted on EverGreenQA's training questions and on RecencyQA, both MIT. No question of EverGreenQA's
development set may stand in them. Everything is selected by cross validation on the fitting data;
the development set is scored once, for the report.

Labels: `mutable` and every RecencyQA class but "Never" are 1; `evergreen` and "Never" are 0;
"Many-Years" is left out, since the two sets would disagree about it (leaving it out was selected:
weighted F1 on held-out Google questions .901, against .891 as mutable and .873 as evergreen).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from assistant.freshness.volatility import VolatilityModel
from assistant.freshness.volatility_model import (
    BITS,
    CHARACTER_ORDERS,
    IDF_STEP,
    WEIGHTS,
    WORD_ORDERS,
    Block,
    Classifier,
    buckets,
)

Floats = NDArray[np.float64]

FOLDS = 5
STRENGTH = 10.0
"""Inverse regularisation strength C of the logistic regression."""
WORD_SHARE = 1.5
"""Weight of the word block beside the character block."""
ASKED_BY_PEOPLE = 1_950
"""EverGreenQA's training file holds questions that people asked up to about this row, then
generated ones, which are nearly all mutable and tell nothing about calibration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled question; `natural` when a person asked it."""

    text: str
    mutable: bool
    natural: bool


def key(text: str) -> str:
    """What makes two questions the same: their words in lower case."""
    return " ".join(re.findall(r"\w+", text.lower()))


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def fitting_rows(benchmarks: Path) -> list[Row]:
    """The fitting data, each question once. Raises ValueError when it holds one of the dev set."""
    rows = [
        Row(
            text=row["question"], mutable=row["label"] == "mutable", natural=place < ASKED_BY_PEOPLE
        )
        for place, row in enumerate(read(benchmarks / "evergreenqa" / "train.jsonl"))
    ] + [
        Row(
            text=row["question"],
            mutable=row["label"] != "Never",
            natural=row["source"] == "situatedqa",
        )
        for row in read(benchmarks / "recencyqa" / "freshness.jsonl")
        if row["label"] != "Many-Years"
    ]
    kept_apart = {key(row["question"]) for row in read(benchmarks / "evergreenqa" / "dev.jsonl")}
    leaked = [row.text for row in rows if key(row.text) in kept_apart]
    if leaked:
        raise ValueError(f"{len(leaked)} questions of the dev set would be fitted: {leaked[:3]}")
    return list({key(row.text): row for row in reversed(rows)}.values())[::-1]


def counts(rows: list[Row]) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Binary features of the word and the character block, each of shape (n, 2**BITS)."""
    words, characters = zip(*(buckets(row.text) for row in rows), strict=True)
    return _binary(list(words)), _binary(list(characters))


def _binary(places: list[list[int]]) -> sp.csr_matrix:
    ends = np.cumsum([0] + [len(each) for each in places])
    columns = np.concatenate([np.asarray(each, dtype=np.int64) for each in places])
    return sp.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(places), 1 << BITS))


def quantised_idf(features: sp.csr_matrix) -> NDArray[np.uint8]:
    """Smoothed inverse document frequency, 1 + ln((1 + n) / (1 + df)), in steps of IDF_STEP."""
    frequency = np.asarray(features.sum(axis=0)).ravel()
    idf = 1 + np.log((1 + features.shape[0]) / (1 + frequency))
    steps: NDArray[np.uint8] = np.clip(np.rint(idf / IDF_STEP), 0, 255).astype(np.uint8)
    return steps


def fit(words: sp.csr_matrix, characters: sp.csr_matrix, labels: Floats) -> Classifier:
    """An uncalibrated classifier (slope 1, offset 0)."""
    idfs = quantised_idf(words), quantised_idf(characters)
    scaled = [
        _unit(block @ sp.diags(idf * IDF_STEP)) * share
        for block, idf, share in zip((words, characters), idfs, (WORD_SHARE, 1.0), strict=True)
    ]
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
    model.fit(sp.hstack(scaled).tocsr(), labels)
    word_weights, character_weights = np.split(model.coef_[0], 2)
    return Classifier(
        words=Block(weights=(word_weights * WORD_SHARE).astype(np.float16), idf=idfs[0]),
        characters=Block(weights=character_weights.astype(np.float16), idf=idfs[1]),
        bias=float(model.intercept_[0]),
        slope=1.0,
        offset=0.0,
    )


def _unit(block: sp.csr_matrix) -> sp.csr_matrix:
    lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
    return sp.diags(1 / np.maximum(lengths, 1e-12)) @ block


def held_out_logits(rows: list[Row], labels: Floats) -> Floats:
    """Each row's logit by a classifier that was fitted without its fold."""
    words, characters = counts(rows)
    fold = np.random.default_rng(0).integers(0, FOLDS, len(rows))
    logits = np.zeros(len(rows))
    for number in range(FOLDS):
        rest = fold != number
        model = fit(words[rest], characters[rest], labels[rest])
        for place in np.flatnonzero(~rest):
            logits[place] = logit(model.probability(rows[place].text))
    return logits


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def platt(logits: Floats, labels: Floats) -> tuple[float, float]:
    """Slope and offset, both classes weighing the same: the share of questions about things that
    change is not known beforehand, so the calibration assumes a half."""
    model = LogisticRegression(C=1e6, class_weight="balanced").fit(logits[:, None], labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def calibrated(model: Classifier, slope: float, offset: float) -> Classifier:
    return Classifier(
        words=model.words,
        characters=model.characters,
        bias=model.bias,
        slope=slope,
        offset=offset,
    )


def scores(labels: Floats, probabilities: Floats) -> dict[str, float | int]:
    """Weighted and macro F1 at .5, the area under the ROC curve and the calibration error."""
    said = probabilities >= 0.5
    edges = np.clip((probabilities * 10).astype(int), 0, 9)
    gaps = [
        abs(probabilities[edges == each].mean() - labels[edges == each].mean())
        * (edges == each).mean()
        for each in np.unique(edges)
    ]
    measured = {
        "weighted_f1": f1_score(labels, said, average="weighted"),
        "macro_f1": f1_score(labels, said, average="macro"),
        "auroc": roc_auc_score(labels, probabilities),
        "expected_calibration_error": sum(gaps),
    }
    return {"n": len(labels), **{name: round(float(each), 4) for name, each in measured.items()}}


def save(model: Classifier, path: Path) -> str:
    """Write the weights and give their SHA-256."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        word_weights=model.words.weights,
        word_idf=model.words.idf,
        char_weights=model.characters.weights,
        char_idf=model.characters.idf,
        scalars=np.array([model.bias, model.slope, model.offset]),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def provenance(benchmarks: Path, rows: list[Row], sha256: str) -> dict[str, Any]:
    files = ["evergreenqa/train.jsonl", "recencyqa/freshness.jsonl", "evergreenqa/dev.jsonl"]
    digests = [hashlib.sha256((benchmarks / name).read_bytes()).hexdigest() for name in files]
    names = ["EverGreenQA, train", "RecencyQA", "EverGreenQA, dev"]
    data = [
        {"name": name, "file": file, "licence": "MIT", "sha256": digest}
        for name, file, digest in zip(names, files, digests, strict=True)
    ]
    return {
        "what": "hashed TF-IDF n-grams under a logistic regression, Platt-calibrated",
        "sha256": sha256,
        "script": "evals/training/volatility.py",
        "fitted_on": data[:2],
        "scored_on": data[2:],
        "rows": len(rows),
        "features": {
            "word_orders": list(WORD_ORDERS),
            "character_orders": list(CHARACTER_ORDERS),
            "buckets_per_block": 1 << BITS,
        },
        "C": STRENGTH,
        "folds": FOLDS,
    }


def train(benchmarks: Path, out: Path) -> dict[str, Any]:
    """Fit, calibrate, write the weights and their provenance to `out`, and give the provenance."""
    rows = fitting_rows(benchmarks)
    labels = np.array([row.mutable for row in rows], dtype=float)
    natural = np.array([row.natural for row in rows])
    logits = held_out_logits(rows, labels)
    slope, offset = platt(logits[natural], labels[natural])
    classifier = calibrated(fit(*counts(rows), labels), slope, offset)
    report = provenance(benchmarks, rows, save(classifier, out))
    held_out = 1 / (1 + np.exp(-(slope * logits + offset)))
    dev = read(benchmarks / "evergreenqa" / "dev.jsonl")
    dev_labels = np.array([row["label"] == "mutable" for row in dev], dtype=float)
    judge = VolatilityModel(classifier)
    alone = np.array([classifier.probability(row["question"]) for row in dev])
    guarded = np.array([judge(row["question"]).p_mutable for row in dev])
    report["scores"] = {
        "cross_validation_all": scores(labels, held_out),
        "cross_validation_natural": scores(labels[natural], held_out[natural]),
        "evergreenqa_dev_classifier_alone": scores(dev_labels, alone),
        "evergreenqa_dev_with_guards": scores(dev_labels, guarded),
    }
    out.with_suffix(".json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the volatility classifier.")
    parser.add_argument("benchmarks", type=Path, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.benchmarks, arguments.out)["scores"], indent=2))


if __name__ == "__main__":
    main()
