"""Fits the weights by which sentences are chosen (`assistant/answering/weights/sentences.json`).

    python -m evals.training.sentences --benchmarks DIR [--work DIR] [--write]

Questions whose answering sentences are known: SQuAD's, by where its answer stands, and CLAPNQ's.
What is reported is out of fold, folds being whole documents (SQuAD's articles).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.choosing import lexical_features, part_features, worth_taking
from assistant.answering.sentences.matching import corrected, ranking_features
from assistant.answering.sentences.units import raw_units
from assistant.types import Evidence, Span
from evals.suites import sentences
from evals.training.sufficiency import (
    FOLDS,
    SEED,
    WEIGHTS,
    Case,
    Floats,
    encoded,
    found_evidence,
    hashed,
    rows,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(".training"), help="cached vectors")
    parser.add_argument("--write", action="store_true", help="write the weights that ship")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    found = found_evidence(options.benchmarks, options.work)
    stored = described(options.benchmarks)
    stored |= ranking(options.benchmarks, found)
    stored |= choosing(options.benchmarks, options.work)
    print(json.dumps(stored, indent=1))
    if options.write:
        path = WEIGHTS / "sentences.json"
        path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """One question's candidate sentences: features of shape (n, f), which of them answer."""

    group: str
    archive: str
    x: Floats
    answers: NDArray[np.bool_]


def rankings(
    benchmarks: Path, found: Sequence[tuple[Case, Evidence]]
) -> tuple[list[str], list[Ranking]]:
    """Questions whose answering sentences are known and among the candidates."""
    known = dict(answering_sentences(benchmarks))
    columns: list[str] = []
    result = []
    for case, evidence in found:
        wanted = known.get((case.archive, case.text))
        if not case.answerable or wanted is None:
            continue
        asked = corrected(analyse(case.text), evidence)
        raw = raw_units(asked, evidence)
        nearest = max(h.dense for h in evidence.hits if h.dense is not None)
        values = [ranking_features(asked, unit, nearest) for unit in raw]
        answers = np.array(
            [u.document.id == wanted[0] and holds(u.sentence.text, wanted[1]) for u in raw]
        )
        if answers.any() and not answers.all():
            columns = columns or sorted(values[0])
            x = np.array([[v[c] for c in columns] for v in values])
            result.append(Ranking(group=case.group, archive=case.archive, x=x, answers=answers))
    return columns, result


def answering_sentences(
    benchmarks: Path,
) -> Iterator[tuple[tuple[str, str], tuple[str, list[str]]]]:
    """(set, question) -> (document, pieces of text one of which stands in an answering one)."""
    for name, field in (("squad2", "answers"), ("clapnq", "selected_sentences")):
        for row in rows(benchmarks / name / "queries.jsonl"):
            pieces = row.get(field)
            if row["answerable"] and isinstance(pieces, list) and pieces:
                key = (name, str(row["text"]))
                yield key, (str(row["paired_passage"]), [str(p).strip() for p in pieces])


def holds(sentence: str, pieces: Sequence[str]) -> bool:
    return any(piece in sentence or (len(piece) > 40 and sentence in piece) for piece in pieces)


def fit_ranking(
    ranked: Sequence[Ranking], keep: Sequence[int], at_least: Sequence[float | None] = ()
) -> Floats:
    """Conditional logit: maximises the probability of the answering sentences of each question.

    Ridge penalty 1/2 per weight. `at_least` bounds weights from below, None leaves one free.
    """
    x = np.concatenate([each.x[:, keep] for each in ranked])
    answers = np.concatenate([each.answers for each in ranked])
    sizes = [len(each.answers) for each in ranked]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    of = np.repeat(np.arange(len(ranked)), sizes)

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w
        p = np.exp(z - np.maximum.reduceat(z, starts)[of])
        p /= np.add.reduceat(p, starts)[of]
        q = np.where(answers, p, 0.0)
        mass = np.maximum(np.add.reduceat(q, starts), 1e-12)
        total = 0.5 * float(w @ w) - float(np.log(mass).sum())
        return total, w - x.T @ (q / mass[of] - p)

    bounds = [(low, None) for low in at_least] or None
    start = np.zeros(len(keep))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def ranking_report(ranked: Sequence[Ranking], keep: Sequence[int]) -> dict[str, float]:
    """Out of fold: how often the first sentence answers, and the mean reciprocal rank."""
    groups = sorted({each.group for each in ranked})
    random.Random(SEED).shuffle(groups)
    fold_of = {group: i % FOLDS for i, group in enumerate(groups)}
    first: dict[str, list[float]] = defaultdict(list)
    reciprocals = []
    for fold in range(FOLDS):
        w = fit_ranking([r for r in ranked if fold_of[r.group] != fold], keep)
        for each in ranked:
            if fold_of[each.group] == fold:
                order = np.argsort(-(each.x[:, keep] @ w), kind="stable")
                rank = int(np.argmax(each.answers[order])) + 1
                first[each.archive].append(float(rank == 1))
                reciprocals.append(1 / rank)
    report = {f"first answers, {n}": round(float(np.mean(v)), 4) for n, v in first.items()}
    return report | {"mrr": round(float(np.mean(reciprocals)), 4), "questions": len(ranked)}


def described(benchmarks: Path) -> dict[str, object]:
    return {
        "what": "conditional logits: which sentence of the evidence answers; choosing: which of "
        "one document, and which belong to a full answer (logistic)",
        "fitted_on": {n: hashed(benchmarks / n / "queries.jsonl") for n in ("squad2", "clapnq")},
        "licences": "squad2 CC BY-SA 4.0, clapnq Apache-2.0",
        "script": "evals/training/sentences.py",
    }


def ranking(benchmarks: Path, found: Sequence[tuple[Case, Evidence]]) -> dict[str, object]:
    """Over all documents that a search found: what sufficiency reads and a document is taken by."""
    columns, ranked = rankings(benchmarks, found)
    stored: dict[str, object] = {}
    report = {}
    for name, dense in (("with_dense", True), ("without_dense", False)):
        keep = [i for i, c in enumerate(columns) if dense or c != "dense"]
        report[name] = ranking_report(ranked, keep)
        stored[name] = rounded([columns[i] for i in keep], fit_ranking(ranked, keep))
    return {**stored, "out_of_fold": report}


def rounded(columns: Sequence[str], weights: Floats) -> dict[str, float]:
    return {name: round(float(w), 4) for name, w in zip(columns, weights, strict=True)}


# --- which sentences of one document, and how many ------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One question's sentences in reading order: their features, and which of them are gold."""

    case: sentences.Case
    rows: list[dict[str, float]]
    ranking: Ranking


def choosing(benchmarks: Path, work: Path) -> dict[str, object]:
    stored: dict[str, object] = {}
    read = [c for n in sentences.SETS for c in sentences.read_cases(benchmarks / n)]
    cosines = sentence_cosines(read, work)
    full = [each for case in read if (each := documented(case, cosines[case.id]))]
    for name, documents in (("with_vectors", full), ("without_vectors", list(map(bare, full)))):
        columns = sorted(documents[0].rows[0])
        report = choosing_report(documents, columns)
        stored[name] = {**fitted(documents, columns), "out_of_fold": report}
    return {"choosing": stored}


def sentence_cosines(cases: Sequence[sentences.Case], work: Path) -> dict[str, list[float]]:
    """case -> the cosine of its question with each sentence under its document's title."""
    questions = encoded([case.text for case in cases], work / "sentence-questions.npy")
    titled = [
        [f"{case.document.title}. {s.of(case.document.text)}" for s in in_order(case)]
        for case in cases
    ]
    flat = sorted({text for texts in titled for text in texts})
    vectors = encoded(flat, work / "sentences.npy")
    at = {text: i for i, text in enumerate(flat)}
    return {
        case.id: (vectors[[at[text] for text in texts]] @ question).tolist()
        for case, texts, question in zip(cases, titled, questions, strict=True)
    }


def in_order(case: sentences.Case) -> list[Span]:
    return sentences.all_spans(case.evidence)


def documented(case: sentences.Case, cosines: Sequence[float]) -> Document | None:
    """None where nothing tells the sentences apart: all are gold, or none is."""
    asked = corrected(analyse(case.text), case.evidence)
    units = sorted(raw_units(asked, case.evidence), key=lambda unit: unit.span)
    known = dict(zip(in_order(case), cosines, strict=True))
    rows = [
        row | {"cosine": known[unit.span]}
        for row, unit in zip(lexical_features(asked, units), units, strict=True)
    ]
    answers = np.array([any(sentences.overlap(u.span, g) for g in case.gold) for u in units])
    told = answers.any() and not answers.all()
    return _document(case, rows, answers) if told else None


def bare(document: Document) -> Document:
    """Without what an encoder says."""
    rows = [{n: v for n, v in row.items() if n != "cosine"} for row in document.rows]
    return _document(document.case, rows, document.ranking.answers)


def _document(
    case: sentences.Case, rows: list[dict[str, float]], answers: NDArray[np.bool_]
) -> Document:
    columns = sorted(rows[0])
    x = np.array([[row[c] for c in columns] for row in rows])
    ranking_ = Ranking(group=case.group, archive=case.set, x=x, answers=answers)
    return Document(case=case, rows=rows, ranking=ranking_)


def fitted(documents: Sequence[Document], columns: Sequence[str]) -> dict[str, object]:
    """The shipped pair. Belonging is fitted on fits that are out of fold, as new questions' are."""
    w = fit_ranking([d.ranking for d in documents], range(len(columns)), bounds(columns))
    fits = out_of_fold_fits(documents, columns)
    names, bias, part = fit_part(documents, fits)
    return {
        "ranking": rounded(columns, w),
        "bias": round(bias, 4),
        "part": rounded(names, part),
    }


EITHER = frozenset(("length", "first", "leans", "before", "after", "said"))
"""Features that may speak for a sentence or against it."""


def bounds(columns: Sequence[str]) -> list[float | None]:
    """To hold what was asked never counts against a sentence: sets differ in what they avoid."""
    return [None if column in EITHER else 0.0 for column in columns]


def out_of_fold_fits(documents: Sequence[Document], columns: Sequence[str]) -> list[Floats]:
    folds = folds_of(documents)
    fits: list[Floats] = [np.zeros(0)] * len(documents)
    for fold in range(FOLDS):
        rest = [d.ranking for d, f in zip(documents, folds, strict=True) if f != fold]
        w = fit_ranking(rest, range(len(columns)), bounds(columns))
        for i, f in enumerate(folds):
            if f == fold:
                fits[i] = documents[i].ranking.x @ w
    return fits


def folds_of(documents: Sequence[Document]) -> list[int]:
    groups = sorted({d.ranking.group for d in documents})
    random.Random(SEED).shuffle(groups)
    fold_of = {group: i % FOLDS for i, group in enumerate(groups)}
    return [fold_of[d.ranking.group] for d in documents]


def fit_part(
    documents: Sequence[Document], fits: Sequence[Floats]
) -> tuple[list[str], float, Floats]:
    """Logistic, ridge penalty 1/2 per weight: which sentences belong to CLAPNQ's full answers."""
    own = [(d, z) for d, z in zip(documents, fits, strict=True) if d.case.set == "clapnq"]
    rows = [row for d, z in own for row in part_features(d.rows, z.tolist())]
    names = sorted(rows[0])
    x = np.array([[1.0, *(row[n] for n in names)] for row in rows])
    sign = np.where(np.concatenate([d.ranking.answers for d, _ in own]), 1.0, -1.0)

    def loss(b: Floats) -> tuple[float, Floats]:
        z = sign * (x @ b)
        ridge = np.concatenate(([0.0], b[1:]))
        slope = -(x.T @ (sign / (1.0 + np.exp(z)))) + ridge
        return float(np.logaddexp(0.0, -z).sum() + 0.5 * ridge @ ridge), slope

    b = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return names, float(b[0]), np.asarray(b[1:])


def choosing_report(documents: Sequence[Document], columns: Sequence[str]) -> dict[str, object]:
    """Out of fold, before the composer's own rules: what leans, what is too much."""
    fits, folds = out_of_fold_fits(documents, columns), folds_of(documents)
    first: list[bool] = []
    scores: list[float] = []
    counts: list[int] = []
    for fold in range(FOLDS):
        rest = [i for i, f in enumerate(folds) if f != fold]
        names, bias, part = fit_part([documents[i] for i in rest], [fits[i] for i in rest])
        for each, z, f in zip(documents, fits, folds, strict=True):
            if f != fold:
                continue
            order = np.argsort(-z, kind="stable")
            if each.case.set == "squad2":
                first.append(bool(each.ranking.answers[order[0]]))
                continue
            x = np.array([[r[n] for n in names] for r in part_features(each.rows, z.tolist())])
            p = 1.0 / (1.0 + np.exp(-(x @ part + bias)))
            least = worth_taking(p.tolist())
            taken = [i for i in order if i == order[0] or p[i] >= least]
            held = int(each.ranking.answers[taken].sum())
            scores.append(2 * held / (len(taken) + int(each.ranking.answers.sum())))
            counts.append(len(taken))
    return {
        "squad2 first answers": round(float(np.mean(first)), 4),
        "clapnq sentence F1": round(float(np.mean(scores)), 4),
        "clapnq sentences": round(float(np.mean(counts)), 2),
        "questions": len(documents),
    }


if __name__ == "__main__":
    main()
