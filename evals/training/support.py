"""Fits the judge of support that ships (`assistant/answering/weights/support.json`).

    python -m evals.training.support --benchmarks DIR [--work DIR] [--write]

Logistics over the features of `assistant/answering/support/judge.py`, fitted on wice (dev) and
scifact (train), each set and each label of a set weighing the same, so that the score is the
probability where half of the claims are supported. The threshold, .6, gives the best
mean macro-F1 of the two sets out of fold, of .4 to .7 by .05. AttributionBench states no licence:
it is reported by the suite "support" and never read here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import f1_score, roc_auc_score

from assistant.answering.support import judge
from assistant.answering.support.alignment import plain
from assistant.ports import Embedder
from assistant.retrieval.model import resolve
from assistant.retrieval.query_encoder import open_query_encoder
from evals.homes import temporary

FILE = Path(judge.__file__).parents[1] / "weights" / "support.json"
SETS = ("wice", "scifact")
SUPPORTED = frozenset(("supported", "SUPPORT", "attributable"))
FOLDS = 5
THRESHOLD = 0.6
_THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
_RIDGE = 0.1
"""Penalty on the squared weights, for a hundred pairs' worth of loss."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A claim and its evidence; `group` keeps pairs of one claim or one text in one fold."""

    id: str
    claim: str
    evidence: str
    supported: bool
    label: str
    group: str
    source: str


def pairs(benchmarks: Path, name: str, limit: int | None = None) -> list[Pair]:
    """Every pair of a set, in the file's order."""
    lines = (benchmarks / name / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()][:limit]
    return [
        Pair(
            id=str(row["_id"]),
            claim=row["claim"],
            evidence=row["evidence"],
            supported=row["label"] in SUPPORTED,
            label=row["label"],
            group=row["claim"],
            source=row.get("source", name),
        )
        for row in rows
    ]


def compared(pair: Pair, embed: Embedder | None = None) -> judge.Compared | None:
    """A pair's claim beside its evidence; None where one of them has no words."""
    claim, evidence = plain(pair.claim), plain(pair.evidence)
    if not (re.search(r"\w", claim) and re.search(r"\w", evidence)):
        return None
    return judge.compare(claim, evidence, embed)


def features(found: Sequence[Pair], embed: Embedder | None) -> Floats:
    """(pairs, features) of those pairs; a claim without words has none of them."""
    rows: list[tuple[float, ...]] = []
    zero = (0.0,) * len(judge.WITH_VECTORS if embed else judge.FEATURES)
    for pair in found:
        each = compared(pair, embed)
        rows.append(each.features if each else zero)
    return np.array(rows)


def balanced(found: Sequence[Pair]) -> Floats:
    """Each set and each of its two labels weighs the same; the weights' sum is 100 a set."""
    weights = np.zeros(len(found))
    sets = {pair.source for pair in found}
    for name in sorted(sets):
        for label in (True, False):
            rows = [i for i, p in enumerate(found) if p.source == name and p.supported == label]
            weights[rows] = 50 / max(len(rows), 1)
    return weights


def fitted(values: Floats, truth: Floats, weights: Floats) -> tuple[Floats, float]:
    """The weights and the bias that minimise the weighted logistic loss."""

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = values @ parameters[:-1] + parameters[-1]
        p = 1 / (1 + np.exp(-odds))
        cost = weights @ (np.logaddexp(0, odds) - truth * odds)
        cost += _RIDGE / 2 * parameters[:-1] @ parameters[:-1]
        slope = weights * (p - truth)
        return float(cost), np.append(values.T @ slope + _RIDGE * parameters[:-1], slope.sum())

    found = minimize(loss, np.zeros(values.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return found[:-1], float(found[-1])


def fold_of(pair: Pair) -> int:
    return int(hashlib.sha256(pair.group.encode()).hexdigest(), 16) % FOLDS


def held_out(found: Sequence[Pair], values: Floats) -> Floats:
    """Each pair's log-odds by weights fitted without the pairs of its fold."""
    truth = np.array([float(pair.supported) for pair in found])
    folds = np.array([fold_of(pair) for pair in found])
    odds = np.zeros(len(found))
    for fold in range(FOLDS):
        rest = [pair for pair in found if fold_of(pair) != fold]
        weights, bias = fitted(values[folds != fold], truth[folds != fold], balanced(rest))
        odds[folds == fold] = values[folds == fold] @ weights + bias
    return odds


def _report(name: str, odds: Floats, found: Sequence[Pair], values: Floats) -> None:
    truth = np.array([pair.supported for pair in found])
    free = (values[:, 4:7].sum(axis=1) == 0) & (values[:, 0] >= judge.HALF)
    p = 1 / (1 + np.exp(-odds))
    rows = [
        f"{each}: {f1_score(truth, (p >= each) & free, average='macro'):.3f}"
        for each in _THRESHOLDS
    ]
    print(f"{name}: AUROC {roc_auc_score(truth, p):.3f}; macro-F1 with vetoes at {', '.join(rows)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keeps the exported query encoder")
    parser.add_argument("--write", action="store_true", help="write the weights that ship")
    options = parser.parse_args()
    read = {name: pairs(options.benchmarks, name) for name in SETS}
    with temporary(options.work) as homes:
        embed = open_query_encoder(homes.root / "models", resolve())
        values = {name: features(found, embed) for name, found in read.items()}
    print("# by words")
    words = fit(read, {name: rows[:, : len(judge.FEATURES)] for name, rows in values.items()})
    print("# by words and vectors")
    both = fit(read, values)
    if options.write:
        write({"words": words, "words and vectors": both}, options.benchmarks)


def fit(read: Mapping[str, Sequence[Pair]], values: Mapping[str, Floats]) -> dict[str, object]:
    """The weights of everything, with a report of what they give out of fold and out of set."""
    everything = [pair for found in read.values() for pair in found]
    stacked = np.vstack(list(values.values()))
    odds = held_out(everything, stacked)
    for name, found in read.items():
        rows = [i for i, pair in enumerate(everything) if pair.source == name]
        _report(f"{name}, out of fold", odds[rows], found, values[name])
        other = next(each for each in SETS if each != name)
        truth = np.array([float(pair.supported) for pair in read[other]])
        weights, bias = fitted(values[other], truth, balanced(read[other]))
        _report(f"{name}, fitted on {other}", values[name] @ weights + bias, found, values[name])
    truth = np.array([float(pair.supported) for pair in everything])
    weights, bias = fitted(stacked, truth, balanced(everything))
    names = judge.WITH_VECTORS[: len(weights)]
    shown = {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}
    print(json.dumps({"bias": round(bias, 3), **shown}))
    return {"bias": round(bias, 3), "weights": shown}


def write(models: Mapping[str, object], benchmarks: Path) -> None:
    digests = {
        name: hashlib.sha256((benchmarks / name / "pairs.jsonl").read_bytes()).hexdigest()[:16]
        for name in SETS
    }
    stored = {
        "what": "log-odds that evidence carries a claim: bias + sum of weight times feature",
        "fitted_by": "evals/training/support.py",
        "fitted_on": digests,
        "licences": "wice: annotations ODC-By; scifact: CC BY 4.0",
        "threshold": THRESHOLD,
        **models,
    }
    FILE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
