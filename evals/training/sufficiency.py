"""Fits the sufficiency model that ships (`assistant/answering/weights`).

    python -m evals.training.sufficiency --benchmarks DIR [--work DIR] [--write]

Questions with and without an answer in their archive: the sets' own unanswerable ones, answerable
ones in which a year, a number, a place or a name was exchanged, and questions asked of another
set's archive. Everything that is reported is out of fold, folds being whole documents (SQuAD's
articles) so that nothing of a topic is seen in fitting. The gold questions are never read here.
Sentences are ranked by what `evals.training.sentences` fits: run that first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from assistant.answering import demands, sufficiency
from assistant.answering.conversation.standalone import standalone
from assistant.answering.language.places import places
from assistant.answering.language.text import FRAME_STEMS, content_stems, is_content, stem, words
from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.matching import corrected, units
from assistant.ingest.passages import split
from assistant.retrieval.analysis import cleaned, embedded_text
from assistant.types import Content, Document, Evidence, Hit, Passage, Section, Span
from evals.selective import PARTS, part_of

WEIGHTS = Path(sufficiency.__file__).parent / "weights"
SETS = ("squad2", "clapnq", "mtrag")
COUNTED = (*SETS, "scifact")
FOLDS = 8
HITS = 12
SEED = 20261121

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with its truth. `origin` says how it came about; `group` is its fold's topic."""

    text: str
    answerable: bool
    origin: str
    archive: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    case: Case
    values: dict[str, float]
    gates: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(".training"), help="cached vectors")
    parser.add_argument("--write", action="store_true", help="write the weights that ship")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.write:
        write_background(options.benchmarks)
    found = found_evidence(options.benchmarks, options.work)
    with Encoded(options.work) as vectors:
        examples = build(found, vectors)
    report = {}
    models = {}
    for kind in KINDS:
        columns = columns_of(examples, kind)
        report[kind] = out_of_fold(examples, columns) | {
            "auroc, fitted on the other sets": set_out(examples, columns)
        }
        models[kind] = fit(examples, columns)
    caps = gate_caps(examples)
    fires = Counter(
        (gate, example.case.answerable) for example in examples for gate in example.gates
    )
    print({f"{gate} fires on {a}": n for (gate, a), n in sorted(fires.items())})
    print(json.dumps({"report": report, "caps": caps, **models}, indent=1))
    if options.write:
        write(models, caps, report, examples, options.benchmarks)
        write_parts(examples, options.benchmarks)


# --- the background of English --------------------------------------------------------------------


def write_background(benchmarks: Path) -> None:
    """Inverse document frequencies: the mean share of passages over four sets, as idf in nats."""
    shares: dict[str, float] = defaultdict(float)
    for name in COUNTED:
        counts: Counter[str] = Counter()
        total = 0
        for row in rows(benchmarks / name / "corpus.jsonl"):
            total += 1
            counts.update(set(content_stems(f"{row['title']} {row['text']}")))
        for term, count in counts.items():
            if count > 1 and not term[0].isdigit():
                shares[term] += count / total / len(COUNTED)
    floor = 0.0004
    idf = {term: round(-math.log(share), 2) for term, share in shares.items() if share >= floor}
    stored = {
        "what": "inverse document frequency of English stems, in nats",
        "from": {name: hashed(benchmarks / name / "corpus.jsonl") for name in COUNTED},
        "licences": "counts of words in clapnq and mtrag (Apache-2.0), squad2 (CC BY-SA 4.0) and "
        "scifact (ODC-By); no text of theirs is kept",
        "script": "evals/training/sufficiency.py",
        "unseen": round(-math.log(floor), 2),
        "idf": dict(sorted(idf.items())),
    }
    path = WEIGHTS / "background.json"
    path.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


# --- cases ----------------------------------------------------------------------------------------


def rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def cases(benchmarks: Path) -> list[Case]:
    found = [case for name in SETS for case in own_cases(benchmarks, name)]
    dice = random.Random(SEED)
    answerable = [case for case in found if case.answerable]
    found += list(exchanged(answerable, dice))
    found += list(elsewhere(answerable, dice))
    return found


def own_cases(benchmarks: Path, name: str) -> Iterator[Case]:
    titles = {row["_id"]: str(row["title"]) for row in rows(benchmarks / name / "corpus.jsonl")}
    for row in rows(benchmarks / name / "queries.jsonl"):
        history = [(str(role), str(text)) for role, text in row.get("history", [])]  # type: ignore[attr-defined]
        if row.get("answerability") in ("PARTIAL", "UNDERSPECIFIED", "CONVERSATIONAL"):
            continue
        paired = row.get("paired_passage") or ""
        yield Case(
            text=standalone(str(row["text"]), history),
            answerable=bool(row["answerable"]),
            origin=name,
            archive=name,
            group=f"{name}:{titles.get(paired) or row['_id']}",
        )


def exchanged(answerable: Sequence[Case], dice: random.Random) -> Iterator[Case]:
    """Answerable questions with a year, number, place or name exchanged for one of another."""
    names = sorted({" ".join(n) for c in answerable for n in capitalised(c.text)})
    spots = sorted({p for c in answerable for p in places(c.text)} | {"Canada", "Kenya", "Chile"})
    nouns = sorted({w for c in answerable for w in plain_words(c.text)})
    for case in answerable:
        for kind, text in _exchanges(case.text, names, spots, nouns, dice):
            yield Case(
                text=text, answerable=False, origin=f"exchanged {kind}",
                archive=case.archive, group=case.group,
            )  # fmt: skip


def _exchanges(
    text: str,
    names: Sequence[str],
    spots: Sequence[str],
    nouns: Sequence[str],
    dice: random.Random,
) -> Iterator[tuple[str, str]]:
    year = re.search(r"\b(1[5-9]|20)\d\d\b", text)
    if year:
        other = int(year.group()) + dice.choice([-7, -4, -3, -2, -1, 1, 2, 3, 5])
        yield "year", text[: year.start()] + str(other) + text[year.end() :]
    number = re.search(r"\b\d{1,3}(?:,\d{3})*\b(?!\d)", text)
    if number and not year:
        other = int(number.group().replace(",", "")) + dice.choice([1, 3, 10, 17])
        yield "number", text[: number.start()] + f"{other:,}" + text[number.end() :]
    for place in sorted(places(text)):
        replaced = re.sub(rf"\b{re.escape(place)}\b", dice.choice(spots), text)
        if replaced != text:
            yield "place", replaced
            break
    plain = plain_words(text)
    if plain:
        old, new = dice.choice(plain), dice.choice(nouns)
        yield "term", re.sub(rf"\b{re.escape(old)}\b", new, text, count=1)
    own = capitalised(text)
    if own:
        old, new = " ".join(dice.choice(own)), dice.choice(names)
        if new.lower() not in text.lower() and not places(old):
            yield "name", text.replace(old, new, 1)


def plain_words(text: str) -> list[str]:
    """Lower-case words that say what a question is about."""
    return [
        w for w in words(text)
        if w.islower() and w.isalpha() and is_content(w) and stem(w) not in FRAME_STEMS
    ]  # fmt: skip


def capitalised(text: str) -> list[list[str]]:
    """Runs of capitalised words after the first word."""
    found = re.findall(r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*", text)
    return [run.split() for run in found]


def elsewhere(answerable: Sequence[Case], dice: random.Random) -> Iterator[Case]:
    """Questions asked of an archive that is about other things."""
    for case in answerable:
        if dice.random() < 0.35:
            other = dice.choice([name for name in SETS if name != case.archive])
            yield Case(
                text=case.text, answerable=False, origin="elsewhere", archive=other,
                group=case.group,
            )  # fmt: skip


# --- evidence -------------------------------------------------------------------------------------


class Haystack:
    """One set as an archive in memory: exact cosines and BM25, fused by reciprocal rank."""

    def __init__(self, benchmarks: Path, name: str, work: Path) -> None:
        self.documents: dict[str, Document] = {}
        self.passages: list[Passage] = []
        for row in rows(benchmarks / name / "corpus.jsonl"):
            self._add(str(row["_id"]), str(row["title"]), str(row["text"]))
        texts = [
            embedded_text(self.documents[p.document_id].title, p.heading_path, p.text)
            for p in self.passages
        ]
        self.vectors = encoded(texts, work / f"{name}.npy")
        self._lexical = Bm25(
            [f"{self.documents[p.document_id].title} {p.text}" for p in self.passages]
        )

    def _add(self, name: str, title: str, text: str) -> None:
        content = Content(
            kind="source_document", title=title, text=text,
            sections=(Section(span=Span(start=0, end=len(text))),),
        )  # fmt: skip
        document = Document(
            id=name, version=1, audience="public", content=content,
            retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        self.documents[name] = document
        for draft in split(content):
            self.passages.append(
                Passage(
                    id=len(self.passages),
                    document_id=name,
                    version=1,
                    span=draft.span,
                    text=draft.span.of(text),
                    heading_path=draft.heading_path,
                    sentences=draft.sentences,
                )  # fmt: skip
            )

    def search(
        self, question: str, vector: NDArray[np.float32]
    ) -> list[tuple[int, float, float, float]]:
        """(passage, fused score, BM25, cosine) of the first HITS."""
        cosines = self.vectors @ vector
        lexical = self._lexical(question)
        fused = reciprocal(cosines) + reciprocal(lexical)
        order = np.argsort(-fused, kind="stable")[:HITS]
        return [(int(i), float(fused[i]), float(lexical[i]), float(cosines[i])) for i in order]

    def evidence(self, question: str, found: Sequence[tuple[int, float, float, float]]) -> Evidence:
        hits = tuple(
            Hit(passage=self.passages[i], score=fused, lexical=lexical, dense=cosine)
            for i, fused, lexical, cosine in found
        )
        documents = {h.passage.document_id: self.documents[h.passage.document_id] for h in hits}
        return Evidence(question=question, hits=hits, documents=documents)


class Bm25:
    """k1 = 1.2, b = .75 (Robertson and Zaragoza 2009)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        counts = [Counter(content_stems(text)) for text in texts]
        mean = sum(c.total() for c in counts) / len(counts)
        for i, count in enumerate(counts):
            norm = 1.2 * (0.25 + 0.75 * count.total() / mean)
            for term, n in count.items():
                self._postings[term].append((i, n * 2.2 / (n + norm)))
        self._size = len(texts)

    def __call__(self, question: str) -> Floats:
        scores = np.zeros(self._size)
        for term in set(content_stems(question)):
            found = self._postings.get(term, [])
            idf = math.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            for i, part in found:
                scores[i] += idf * part
        return scores


def reciprocal(scores: NDArray[np.floating]) -> Floats:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return np.where(scores > 0, 1.0 / (60.0 + ranks), 0.0)


def encoded(texts: Sequence[str], cache: Path) -> NDArray[np.float32]:
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    path = cache.with_name(f"{cache.stem}-{digest}.npy")
    if not path.exists():
        from assistant.retrieval.encoder import Encoder
        from assistant.retrieval.model import resolve

        np.save(path, Encoder(resolve())(texts))
    vectors: NDArray[np.float32] = np.load(path)
    return vectors


def found_evidence(benchmarks: Path, work: Path) -> list[tuple[Case, Evidence]]:
    """Every case with its evidence; searches are kept in `work`."""
    found = cases(benchmarks)
    haystacks = {name: Haystack(benchmarks, name, work) for name in SETS}
    key = json.dumps([(c.text, c.archive) for c in found]) + str(
        [len(h.passages) for h in haystacks.values()]
    )
    cache = work / f"searches-{hashlib.sha256(key.encode()).hexdigest()[:12]}.json"
    if not cache.exists():
        vectors = encoded([cleaned(case.text) for case in found], work / "questions.npy")
        searches = [
            haystacks[case.archive].search(case.text, vector)
            for case, vector in zip(found, vectors, strict=True)
        ]
        cache.write_text(json.dumps(searches))
    return [
        (case, haystacks[case.archive].evidence(case.text, rows_))
        for case, rows_ in zip(found, json.loads(cache.read_text()), strict=True)
        if not analyse(case.text).out_of_scope
    ]


class Encoded:
    """Vectors of texts, each encoded once and kept in `work` from one run to the next."""

    def __init__(self, work: Path) -> None:
        self._file = work / "sentences.npz"
        self._held: dict[str, NDArray[np.float32]] = {}
        if self._file.exists():
            kept = np.load(self._file)
            self._held = dict(zip(kept["texts"].tolist(), kept["rows"], strict=True))

    def __enter__(self) -> Encoded:
        from assistant.retrieval.encoder import Encoder
        from assistant.retrieval.model import resolve

        self._encoder = Encoder(resolve())
        return self

    def __exit__(self, *_: object) -> None:
        texts = np.array(list(self._held))
        np.savez(self._file, texts=texts, rows=np.stack(list(self._held.values())))

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._held]
        if new:
            self._held |= zip(new, self._encoder(new), strict=True)
        return np.stack([self._held[text] for text in texts])


def build(found: Sequence[tuple[Case, Evidence]], vectors: Encoded) -> list[Example]:
    examples = []
    for case, evidence in found:
        asked = corrected(analyse(case.text), evidence)
        ranked = units(asked, evidence)
        values = sufficiency.features(asked, ranked, evidence, vectors)
        examples.append(Example(case=case, values=values, gates=demands.fired(asked, ranked)))
    return examples


# --- fitting --------------------------------------------------------------------------------------


KINDS = ("with_sentences", "with_dense", "without_dense")
"""What a model may know: cosines of sentences and of passages, of passages alone, or none."""


def columns_of(examples: Sequence[Example], kind: str) -> list[str]:
    names = sorted(examples[0].values)
    if kind != "with_sentences":
        names = [name for name in names if name != sufficiency.NEAREST]
    if kind == "without_dense":
        names = [name for name in names if not name.startswith("dense")]
    return names


def matrix(examples: Sequence[Example], columns: Sequence[str]) -> Floats:
    return np.array([[e.values[c] for c in columns] for e in examples])


def truth(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return np.array([e.case.answerable for e in examples])


def sample_weights(examples: Sequence[Example]) -> Floats:
    """Answerable and not count the same; so do, among the latter, the three ways to be so; and
    the root of a set's size is its voice."""
    sizes = Counter((e.case.answerable, family(e.case), e.case.archive) for e in examples)
    raw = np.array(
        [1 / math.sqrt(sizes[e.case.answerable, family(e.case), e.case.archive]) for e in examples]
    )
    totals: dict[tuple[bool, str], float] = defaultdict(float)
    for e, w in zip(examples, raw, strict=True):
        totals[e.case.answerable, family(e.case)] += float(w)
    families = Counter(answerable for answerable, _ in totals)
    scale = [
        len(examples) / 2 / families[e.case.answerable] / totals[e.case.answerable, family(e.case)]
        for e in examples
    ]
    return np.asarray(raw * np.array(scale))


def family(case: Case) -> str:
    return case.origin.split()[0] if case.origin not in SETS else "own"


def fit(examples: Sequence[Example], columns: Sequence[str]) -> dict[str, object]:
    model = train(matrix(examples, columns), truth(examples), sample_weights(examples), columns)
    return {
        "bias": round(float(model[0]), 4),
        "features": {c: round(float(w), 4) for c, w in zip(columns, model[1:], strict=True)},
    }


AGAINST = frozenset(
    ("rarest_unsaid", "names_missing", "names_unsaid", "body_unsaid", "number_missing",
     "numeric_unsaid", "counted_missing", "denied", "rank", "amount_unmet",
     "date_unmet", "figure_unmet")
)  # fmt: skip
EITHER = frozenset(("short",))


def train(x: Floats, y: NDArray[np.bool_], w: Floats, columns: Sequence[str]) -> Floats:
    """Bias and weights of a logistic model, ridge penalty 1/2, each weight on its own side of 0.

    What is missing can't speak for an answer, nor what is held against one. Without that bound the
    fit exploits how these sets were made (their titles, their negations), which other archives
    don't share; out of fold it costs .0015 of AUROC.
    """
    sign = np.where(y, 1.0, -1.0)

    def loss(b: Floats) -> tuple[float, Floats]:
        z = sign * (x @ b[1:] + b[0])
        slope = -w * sign / (1.0 + np.exp(z))
        value = float(w @ np.logaddexp(0.0, -z) + 0.5 * b[1:] @ b[1:])
        return value, np.concatenate(([slope.sum()], x.T @ slope + b[1:]))

    bounds = [(None, None), *(_bounds(column) for column in columns)]
    start = np.zeros(x.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _bounds(column: str) -> tuple[float | None, float | None]:
    if column in EITHER:
        return None, None
    return (None, 0.0) if column in AGAINST else (0.0, None)


def out_of_fold(examples: Sequence[Example], columns: Sequence[str]) -> dict[str, object]:
    """Figures on questions whose topic was not fitted on; gates and caps included."""
    x, y, w = matrix(examples, columns), truth(examples), sample_weights(examples)
    groups = sorted({e.case.group for e in examples})
    random.Random(SEED).shuffle(groups)
    fold_of = {group: i % FOLDS for i, group in enumerate(groups)}
    folds = np.array([fold_of[e.case.group] for e in examples])
    p = np.zeros(len(examples))
    for fold in range(FOLDS):
        kept = folds != fold
        model = train(x[kept], y[kept], w[kept], columns)
        caps = gate_caps([e for e, k in zip(examples, kept, strict=True) if k])
        raw = 1.0 / (1.0 + np.exp(-(x[~kept] @ model[1:] + model[0])))
        gates = [e.gates for e, k in zip(examples, kept, strict=True) if not k]
        p[~kept] = [
            min([value, *(caps[g] for g in fired)]) for value, fired in zip(raw, gates, strict=True)
        ]
    return summary(examples, p, y, w)


def set_out(examples: Sequence[Example], columns: Sequence[str]) -> dict[str, float]:
    """AUROC on each set's own questions by weights that never saw the set."""
    found = {}
    for name in SETS:
        seen = [e for e in examples if not _of_set(e.case, name)]
        own = [e for e in examples if e.case.origin == name]
        model = train(matrix(seen, columns), truth(seen), sample_weights(seen), columns)
        caps = gate_caps(seen)
        raw = 1.0 / (1.0 + np.exp(-(matrix(own, columns) @ model[1:] + model[0])))
        p = [
            min([float(value), *(caps[gate] for gate in each.gates)])
            for value, each in zip(raw, own, strict=True)
        ]
        found[name] = round(float(roc_auc_score(truth(own), p)), 4)
    return found


def summary(
    examples: Sequence[Example], p: Floats, y: NDArray[np.bool_], w: Floats
) -> dict[str, object]:
    result: dict[str, object] = {
        "auroc": round(float(roc_auc_score(y, p, sample_weight=w)), 4),
        "average_precision": round(float(average_precision_score(y, p, sample_weight=w)), 4),
        "brier": round(float(brier_score_loss(y, p, sample_weight=w)), 4),
        "calibration_error": round(calibration_error(p, y, w), 4),
    }
    answered = p >= 0.5
    by_origin: dict[str, object] = {}
    keys = sorted({(e.case.origin, e.case.archive, e.case.answerable) for e in examples})
    for key in keys:
        at = np.array([(e.case.origin, e.case.archive, e.case.answerable) == key for e in examples])
        name = f"{key[0]} in {key[1]}, {'answerable' if key[2] else 'unanswerable'}"
        by_origin[name] = [int(at.sum()), round(float(answered[at].mean()), 3)]
    result["answered at .5: [questions, share]"] = by_origin
    for name in SETS:
        own = np.array([e.case.origin == name for e in examples])
        result[f"auroc, {name} alone"] = round(float(roc_auc_score(y[own], p[own])), 4)
    result["risk at coverage"] = risk_at_coverage(p, y, w)
    return result


def calibration_error(p: Floats, y: NDArray[np.bool_], w: Floats) -> float:
    """Expected calibration error over ten equal bins, weighted."""
    bins = np.minimum((p * 10).astype(int), 9)
    gaps = 0.0
    for b in range(10):
        at = bins == b
        if at.any():
            gaps += float(w[at].sum()) * abs(
                float(np.average(p[at], weights=w[at])) - float(np.average(y[at], weights=w[at]))
            )
    return gaps / float(w.sum())


def risk_at_coverage(p: Floats, y: NDArray[np.bool_], w: Floats) -> dict[str, float]:
    """The share of answered questions that had no answer, when so many are answered."""
    order = np.argsort(-p, kind="stable")
    covered = np.cumsum(w[order]) / w.sum()
    wrong = np.cumsum(w[order] * ~y[order]) / np.cumsum(w[order])
    return {
        f"{c:.1f}": round(float(wrong[np.searchsorted(covered, c)]), 3)
        for c in (0.1, 0.2, 0.3, 0.4, 0.5)
    }


def gate_caps(examples: Sequence[Example]) -> dict[str, float]:
    """What share of the questions that a gate fires on has an answer all the same (Laplace).

    Weighed as in fitting: answerable questions are a quarter of the cases and half of the weight.
    """
    weights: dict[str, list[float]] = {g: [1.0, 2.0] for g in demands.GATES}
    for example, weight in zip(examples, sample_weights(examples), strict=True):
        for gate in example.gates:
            weights[gate][0] += float(example.case.answerable) * float(weight)
            weights[gate][1] += float(weight)
    return {gate: round(yes / total, 4) for gate, (yes, total) in weights.items()}


def write(
    models: dict[str, dict[str, object]],
    caps: dict[str, float],
    report: dict[str, dict[str, object]],
    examples: Sequence[Example],
    benchmarks: Path,
) -> None:
    stored = {
        "what": "logistic model of sufficiency: p(the evidence holds the answer)",
        "fitted_on": {name: hashed(benchmarks / name / "queries.jsonl") for name in SETS},
        "licences": "squad2 CC BY-SA 4.0, clapnq and mtrag Apache-2.0",
        "script": "evals/training/sufficiency.py",
        "questions": len(examples),
        "out_of_fold": report,
        "caps": caps,
        **models,
    }
    path = WEIGHTS / "sufficiency.json"
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def write_parts(examples: Sequence[Example], benchmarks: Path) -> None:
    """Weights for the suite "abstention": each leaves out a part of the topics, or a whole set.

    A set is left out with everything that was asked of it or taken from it.
    """
    columns = columns_of(examples, "with_sentences")

    def fitted(kept: Sequence[Example]) -> dict[str, object]:
        return {**fit(kept, columns), "caps": gate_caps(kept)}

    stored = {
        "what": "the model of sufficiency.json, fitted without a part of the topics or a set",
        "fitted_on": {name: hashed(benchmarks / name / "queries.jsonl") for name in SETS},
        "script": "evals/training/sufficiency.py",
        "without part": [
            fitted([e for e in examples if part_of(e.case.group) != part]) for part in range(PARTS)
        ],
        "without set": {
            name: fitted([e for e in examples if not _of_set(e.case, name)]) for name in SETS
        },
    }
    file = Path(__file__).with_name("sufficiency_parts.json")
    file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def _of_set(case: Case, name: str) -> bool:
    return case.archive == name or case.group.startswith(f"{name}:")


if __name__ == "__main__":
    main()
