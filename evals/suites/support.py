"""Suite "support": does the judge find which evidence carries a claim, and which numbers are wrong?

AttributionBench's development pairs are out of set: nothing is fitted on them, so they are judged
by the weights that ship. WiCE and SciFact are what those were fitted on, so each of their pairs is
judged by weights that were fitted without its claim. Sentences with one number changed must be
refused, and the same sentences unchanged must not.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from assistant.answering.support import judge
from assistant.answering.support.judge import Judge, weights
from assistant.ports import SupportJudge
from assistant.retrieval.model import resolve
from assistant.retrieval.query_encoder import open_query_encoder
from assistant.types import Support
from evals.figures import Difference, Figure, Share, bootstrap, paired, pooled
from evals.homes import Homes
from evals.reports.pictures import Line, Picture, reliability
from evals.reports.report import Suite, Worst
from evals.suites import altered
from evals.training import support as training
from evals.training.support import Pair

OUT_OF_SET = "attributionbench_dev"
_WORST = 10
_SHOWN = 600

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A pair with what was said of it: by the judge that `verify` uses, and by words alone."""

    pair: Pair
    verdict: Support
    by_words: Support | None = None

    @property
    def right(self) -> bool:
        return self.verdict.supported == self.pair.supported


def run(homes: Homes, benchmarks: Path, *, limit: int | None = None) -> Suite:
    embed = open_query_encoder(homes.root / "models", resolve())
    verifier, words = Judge(embed=embed), Judge()
    out = [
        Judged(
            pair=pair,
            verdict=verifier(pair.claim, pair.evidence),
            by_words=words(pair.claim, pair.evidence),
        )
        for pair in training.pairs(benchmarks, OUT_OF_SET, limit)
    ]
    fitted = held_out(benchmarks, verifier, limit)
    changed = {
        name: altered.of_set(benchmarks, name, limit or altered.A_SET) for name in altered.SETS
    }
    numbers, lines, missed = _altered(changed, verifier)
    figures = (*_figures("", out), *numbers)
    slices = {
        f"{OUT_OF_SET}: {source}": _figures("", [j for j in out if j.pair.source == source])
        for source in sorted({each.pair.source for each in out})
    }
    for name in training.SETS:
        slices[f"{name}, out of fold"] = _figures(
            "", [each for each in fitted if each.pair.source == name]
        )
    return Suite(
        name="support",
        figures=figures,
        data=_data(benchmarks, out, fitted, changed),
        slices=slices,
        cases={
            "support.jsonl": [_line(each) for each in (*out, *fitted)],
            "support.altered.jsonl": lines,
        },
        values={"accuracy": {each.pair.id: float(each.right) for each in out}},
        differences=(_vectors(out),),
        pictures=(_picture(out, fitted),),
        worst=(*missed, *_worst(out))[:_WORST],
    )


def held_out(benchmarks: Path, verifier: Judge, limit: int | None) -> list[Judged]:
    """WiCE's and SciFact's pairs, the score of each by weights fitted without its claim."""
    pairs = [p for name in training.SETS for p in training.pairs(benchmarks, name, limit)]
    odds = training.held_out(pairs, training.features(pairs, verifier.embed))
    bar = weights(vectors=verifier.embed is not None).threshold
    judged = []
    for pair, each in zip(pairs, odds, strict=True):
        compared = training.compared(pair)
        score = 1 / (1 + math.exp(-each))
        vetoes = compared.vetoes if compared else ("there is nothing to compare",)
        if vetoes:
            score = min(score, judge.VETOED)
        verdict = Support(score=round(score, 4), supported=score >= bar, reasons=vetoes)
        judged.append(Judged(pair=pair, verdict=verdict))
    return judged


def _figures(prefix: str, judged: Sequence[Judged]) -> tuple[Figure, ...]:
    truth = np.array([each.pair.supported for each in judged])
    said = np.array([each.verdict.supported for each in judged])
    score = np.array([each.verdict.score for each in judged])
    return (
        _of("macro_f1", "the mean F1 of supported and not supported", _macro_f1, truth, said),
        _of("auroc", "a supported claim scores above one that isn't", _auroc, truth, score),
        _rate("supported_precision", "called supported, and it is", said, truth),
        _rate("supported_recall", "supported, and called so", truth, said),
        _rate("unsupported_precision", "called not supported, and it isn't", ~said, ~truth),
        _rate("unsupported_recall", "not supported, and called so", ~truth, ~said),
        _of("brier", "mean squared error of the score; less is better", _brier, truth, score),
    )


def _macro_f1(truth: Floats, said: Floats) -> float:
    return float(f1_score(truth, said, average="macro", zero_division=0.0))


def _auroc(truth: Floats, score: Floats) -> float:
    return float(roc_auc_score(truth, score)) if 0 < truth.sum() < len(truth) else 0.5


def _brier(truth: Floats, score: Floats) -> float:
    return float(((score - truth) ** 2).mean())


def _of(name: str, means: str, statistic: object, truth: object, said: object) -> Figure:
    ours, theirs = np.asarray(truth), np.asarray(said)
    assert callable(statistic)
    value = statistic(ours, theirs)
    low, high = bootstrap(len(ours), lambda rows: float(statistic(ours[rows], theirs[rows])))
    return Figure(
        name=name,
        means=means,
        value=round(value, 4),
        of=len(ours),
        cases=len(ours),
        low=round(low, 4),
        high=round(high, 4),
    )


def _rate(name: str, means: str, among: object, hit: object) -> Figure:
    chosen, hits = np.asarray(among), np.asarray(hit)
    return pooled(name, means, [Share(hits=float(each)) for each in hits[chosen]])


def _altered(
    changed: dict[str, list[altered.Altered]], judge: SupportJudge
) -> tuple[tuple[Figure, ...], list[str], list[Worst]]:
    refused, vetoed, lines, missed = [], [], [], []
    for cases in changed.values():
        for case in cases:
            wrong, right = judge(case.altered, case.evidence), judge(case.claim, case.evidence)
            refused.append(Share(hits=float(not wrong.supported)))
            vetoed.append(Share(hits=float(not right.supported)))
            lines.append(
                json.dumps(
                    {
                        "_id": case.id,
                        "kind": case.kind,
                        "altered": case.altered,
                        "passed": wrong.supported,
                        "claim": case.claim,
                        "vetoed": not right.supported,
                        "reasons": right.reasons,
                    },
                    ensure_ascii=False,
                )
            )
            if wrong.supported:
                missed.append(_passed(case, wrong))
    figures = (
        pooled("altered_refused", "a number changed by a digit, unit or year: refused", refused),
        pooled("unaltered_vetoed", "the same sentence unchanged, refused; less is better", vetoed),
    )
    return figures, lines, missed


def _passed(case: altered.Altered, verdict: Support) -> Worst:
    return Worst(
        case=case.id,
        asked=case.altered,
        came=f"supported, {verdict.score:.2f}",
        wanted="not supported",
        why=f"the {case.kind} of a number was changed: {case.claim}",
    )


def _worst(judged: Sequence[Judged]) -> list[Worst]:
    """The surest of the wrong verdicts of pairs that nothing was fitted on."""
    wrong = [each for each in judged if not each.right]
    wrong.sort(key=lambda each: (-abs(each.verdict.score - 0.5), each.pair.id))
    return [
        Worst(
            case=each.pair.id,
            asked=each.pair.claim,
            came=f"{_label(each.verdict.supported)}, {each.verdict.score:.2f}",
            wanted=f"{_label(each.pair.supported)} by: {each.pair.evidence[:_SHOWN]}",
            why="; ".join(each.verdict.reasons) or "the words are there",
        )
        for each in wrong
    ]


def _label(supported: bool) -> str:
    return "supported" if supported else "not supported"


def _vectors(judged: Sequence[Judged]) -> Difference:
    words = {
        each.pair.id: float(each.by_words.supported == each.pair.supported)
        for each in judged
        if each.by_words
    }
    return paired(
        "accuracy", "words alone", {each.pair.id: float(each.right) for each in judged}, words
    )


def _picture(out: Sequence[Judged], fitted: Sequence[Judged]) -> Picture:
    groups = {OUT_OF_SET: out} | {
        f"{name}, out of fold": [each for each in fitted if each.pair.source == name]
        for name in training.SETS
    }
    lines = [
        Line(
            name=name,
            points=reliability(
                [each.verdict.score for each in judged], [each.pair.supported for each in judged]
            ),
        )
        for name, judged in groups.items()
    ]
    return Picture(
        name="support-reliability",
        title="Is the score of support the share that is supported?",
        x="score",
        y="share supported",
        lines=(*lines, Line(name="calibrated", points=((0.0, 0.0), (1.0, 1.0)), dashed=True)),
    )


def _line(each: Judged) -> str:
    return json.dumps(
        {
            "_id": each.pair.id,
            "label": each.pair.label,
            "supported": each.verdict.supported,
            "score": each.verdict.score,
            "reasons": each.verdict.reasons,
        },
        ensure_ascii=False,
    )


def _data(
    benchmarks: Path,
    out: Sequence[Judged],
    fitted: Sequence[Judged],
    changed: dict[str, list[altered.Altered]],
) -> dict[str, str | int]:
    data: dict[str, str | int] = {f"pairs of {OUT_OF_SET} (out of set)": len(out)}
    for name in (OUT_OF_SET, *training.SETS):
        digest = hashlib.sha256((benchmarks / name / "pairs.jsonl").read_bytes()).hexdigest()
        data[f"{name} SHA-256"] = digest[:16]
    data["pairs out of fold"] = len(fitted)
    data["altered sentences"] = sum(map(len, changed.values()))
    return data
