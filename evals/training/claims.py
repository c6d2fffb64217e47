"""Fits the model that tells the published check of a claim (`assistant/answering/weights`).

    python -m evals.training.claims --benchmarks DIR [--work DIR] [--write]

CheckThat! 2022 task 2A: posts and the published fact-checks of what they say. Fitted on its train
split alone, each post once with its check in the archive and once without; dev and devtest are only
measured. The claims of `evals/claims` are never read here.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.answering.logistic import probability
from assistant.answering.published import checks
from assistant.answering.published.checks import Checks, Match, Weights
from assistant.answering.published.entities import opening
from assistant.answering.questions.claims import Claimed, read_claim
from assistant.ports import Vectors
from assistant.retrieval.analysis import cleaned
from assistant.types import Document, Evidence, Verdict
from evals.training.sufficiency import Floats, Haystack, encoded, hashed, rows

SET = "checkthat22_2a"
SPLITS = ("train", "dev", "devtest")
WEIGHTS = Path(checks.__file__).parents[1] / "weights" / "claims.json"
CAPS = {"year": 0.3, "figure": 0.3, "place": 0.3, "name": 0.3}
NEVER_FOR = ("rarest_unsaid", "rarest_added", "names_unsaid", "names_added", "places_unsaid",
             "figures_unsaid", "short", "beaten")  # fmt: skip
"""Features that may only count against a match; all others only for it."""
PENALTY = 0.2
PRECISION = 0.95
"""The threshold is the lowest at which this share of the checks shown for train is the right one,
half of the posts having none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    id: str
    split: str
    claimed: Claimed
    checks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A post looked up in an archive that has its check or has not: its candidates."""

    post: Post
    held: bool
    matches: tuple[Match, ...]

    def truth(self) -> list[bool]:
        return [match.document.id in self.post.checks for match in self.matches]


class Archive(Haystack):
    """The set's fact-checks in memory, each with the claim that it rates."""

    def __init__(self, benchmarks: Path, work: Path) -> None:
        super().__init__(benchmarks, SET, work)
        for row in rows(benchmarks / SET / "corpus.jsonl"):
            document = self.documents[str(row["_id"])]
            verdict = Verdict(claim=str(row.get("claim") or row["title"]), rating="rated")
            content = replace(document.content, kind="fact_check", verdicts=(verdict,))
            self.documents[document.id] = replace(document, content=content)

    def all(self) -> list[Document]:
        return list(self.documents.values())

    def found(self, claimed: Claimed, vectors: Mapping[str, Vectors]) -> Evidence:
        texts = claimed.searches
        hits = checks.merged([self.evidence(t, self.search(t, vectors[t])).hits for t in texts])
        documents = {h.passage.document_id: self.documents[h.passage.document_id] for h in hits}
        return Evidence(question=claimed.text, hits=hits, documents=documents)


def posts(benchmarks: Path) -> Iterator[Post]:
    answers: dict[str, set[str]] = {}
    for line in (benchmarks / SET / "qrels.tsv").read_text(encoding="utf-8").split("\n")[1:]:
        if line:
            query, document, _ = line.split("\t")
            answers.setdefault(query, set()).add(document)
    for row in rows(benchmarks / SET / "queries.jsonl"):
        claimed = read_claim(str(row["text"]), told=True)
        if claimed is not None:
            name = str(row["_id"])
            yield Post(
                id=name,
                split=str(row["split"]),
                claimed=claimed,
                checks=frozenset(answers[name]),
            )


def looked_up(benchmarks: Path, work: Path) -> list[Looked]:
    """Every post, with and without its checks in the archive."""
    archive = Archive(benchmarks, work)
    asked = list(posts(benchmarks))
    wordings = sorted({w for post in asked for w in post.claimed.wordings})
    rated = [checks.Rated(document=d, verdict=d.content.verdicts[0]) for d in archive.all()]
    texts = sorted({text for each in rated for text in (each.claim, each.titled)})
    held = dict(zip(texts, encoded(texts, work / "claims.npy"), strict=True))
    held |= dict(zip(wordings, encoded(wordings, work / "wordings.npy"), strict=True))
    seen = dict(
        zip(wordings, encoded([cleaned(w) for w in wordings], work / "posts.npy"), strict=True)
    )
    unfitted = Weights(bias=0.0, features={}, caps={}, threshold=0.5)
    find = Checks(lambda texts: np.stack([held[text] for text in texts]), unfitted)
    found = []
    for post in asked:
        evidence = archive.found(post.claimed, seen)
        found.append(Looked(post=post, held=True, matches=find(post.claimed.wordings, evidence)))
        hits = tuple(h for h in evidence.hits if h.passage.document_id not in post.checks)
        without = replace(evidence, hits=hits)
        found.append(Looked(post=post, held=False, matches=find(post.claimed.wordings, without)))
    return found


def fit(looked: Sequence[Looked], columns: Sequence[str]) -> Weights:
    """Logistic, no feature against its own meaning."""
    x = np.array([[m.features[c] for c in columns] for each in looked for m in each.matches])
    y = np.array([held for each in looked for held in each.truth()], dtype=float)
    signs = [(None, 0.0) if c in NEVER_FOR else (0.0, None) for c in columns]

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w[1:] + w[0]
        p = 1 / (1 + np.exp(-z))
        total = float(np.sum(np.logaddexp(0, z) - y * z)) + PENALTY * float(w[1:] @ w[1:])
        slope = np.concatenate([[np.sum(p - y)], x.T @ (p - y)])
        slope[1:] += 2 * PENALTY * w[1:]
        return total, slope

    start = np.zeros(len(columns) + 1)
    w = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *signs]).x
    chosen = {c: round(float(v), 4) for c, v in zip(columns, w[1:], strict=True) if abs(v) > 1e-4}
    return Weights(bias=round(float(w[0]), 4), features=chosen, caps=CAPS, threshold=0.5)


def first(each: Looked, weights: Weights) -> tuple[float, bool]:
    """(probability, is it the right one) of the likeliest candidate."""
    judged = [
        (probability(match.features, _gates(match), weights), right)
        for match, right in zip(each.matches, each.truth(), strict=True)
    ]
    return max(judged, default=(0.0, False), key=lambda pair: pair[0])


def _gates(match: Match) -> tuple[str, ...]:
    return checks.fired(match.wording, match.verdict.claim, opening(match.document))


def threshold(looked: Sequence[Looked], weights: Weights) -> float:
    shown = sorted((first(each, weights) for each in looked), reverse=True)
    right, lowest = 0, 1.0
    for at, (p, is_right) in enumerate(shown, start=1):
        right += is_right
        if right / at >= PRECISION:
            lowest = p
    return math.ceil(lowest * 100) / 100


def scores(looked: Sequence[Looked], weights: Weights) -> dict[str, float]:
    held = [first(each, weights) for each in looked if each.held]
    removed = [first(each, weights) for each in looked if not each.held]
    line = weights.threshold
    shown = [pair for pair in (*held, *removed) if pair[0] >= line]
    return {
        "posts": len(held),
        "among the candidates": _share([any(e.truth()) for e in looked if e.held]),
        "first is right": _share([right for _, right in held]),
        "found": _share([p >= line and right for p, right in held]),
        "another shown": _share([p >= line and not right for p, right in held]),
        "abstains without it": _share([p < line for p, _ in removed]),
        "precision": _share([right for _, right in shown]),
        "brier": round(float(np.mean([(p - right) ** 2 for p, right in (*held, *removed)])), 4),
    }


def _share(values: Sequence[bool]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/claims-training"))
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    looked = looked_up(given.benchmarks, given.work)
    train = [each for each in looked if each.post.split == "train"]
    columns = sorted(next(each for each in train if each.matches).matches[0].features)
    fitted = fit(train, columns)
    weights = replace(fitted, threshold=threshold(train, fitted))
    stored = {
        "what": "logistic model: is this published check one of this very claim",
        "fitted_on": f"{SET} train, {hashed(given.benchmarks / SET / 'queries.jsonl')}",
        "licence": "CC BY-SA 3.0 DE",
        "script": "evals/training/claims.py",
        "bias": weights.bias,
        "features": weights.features,
        "caps": weights.caps,
        "threshold": weights.threshold,
        "measured": {
            split: scores([e for e in looked if e.post.split == split], weights) for split in SPLITS
        },
    }
    print(json.dumps(stored, indent=1))
    if given.write:
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
