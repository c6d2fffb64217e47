"""Conversations: is a last turn understood, and answered only where the archive can answer it?

The tasks of MTRAG: a conversation, its last turn, and whether the passages hold the answer. Three
ways of searching stand side by side: the turn as the product understands it, the turn alone, and
all that the reader has said in one string. The same turns are then asked, with their history.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from assistant.answering.conversation.standalone import standalone
from assistant.errors import BadInput
from assistant.wiring import Assistant
from evals.beir import Qrels, Query, Ranking, each_query, lines_of, read_qrels, read_queries
from evals.exact import search_exactly
from evals.figures import Difference, Figure, Metric, Share, estimated, paired
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.reports.pictures import Line, Picture, risk_coverage
from evals.reports.report import Suite, Worst
from evals.suites.cases import Measured
from evals.suites.gold_questions import sliced
from evals.suites.retrieval import DEPTH, corpus_file
from evals.suites.volatility import auroc

FOLDER = "mtrag"
MEASURE = "nDCG@10"
UNDERSTOOD, ALONE, JOINED = "understood", "alone", "joined"
WAYS = {
    UNDERSTOOD: "the last turn as it is understood with its history",
    ALONE: "the last turn alone",
    JOINED: "all that the reader said, joined (naive)",
}
_WORST = 20
_SHOWN = 240
"""Code points of a passage that a worst case shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTurn:
    """A conversation's last turn. `answerability` and `collection` are the set's own words."""

    query: Query
    answerability: str
    collection: str

    @property
    def answerable(self) -> bool:
        """From the passages, at least in part."""
        return self.answerability in ("ANSWERABLE", "PARTIAL")

    @property
    def number(self) -> int:
        """From 1: the reader's turns up to this one."""
        return 1 + sum(role == "user" for role, _ in self.query.history)

    @property
    def half(self) -> str:
        """Half of the conversations were looked at while the rules were made, half were not."""
        return "looked at" if sha256(self.query.id.encode()).digest()[-1] % 2 else "held out"

    def worded(self, way: str) -> str:
        """What is searched for."""
        if way == UNDERSTOOD:
            return standalone(self.query.text, self.query.history)
        said = [text for role, text in self.query.history if role == "user"]
        return " ".join([*said, self.query.text]) if way == JOINED else self.query.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A last turn, how each way of searching ranked (None without a judgement), and its reply."""

    turn: LastTurn
    rankings: Mapping[str, Ranking]
    ndcg: Mapping[str, float]
    answered: bool
    confidence: float
    asked: str
    """The turn as the reply says that it was understood."""


@dataclass(frozen=True, slots=True)
class Ndcg:
    way: str

    @property
    def name(self) -> str:
        return f"{self.way} {MEASURE}"

    @property
    def means(self) -> str:
        return f"mean {MEASURE} over documents, searching for {WAYS[self.way]}"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=case.ndcg[self.way]) if case.ndcg else None


@dataclass(frozen=True, slots=True)
class Answered:
    answerability: str

    @property
    def name(self) -> str:
        return f"answered {self.answerability.lower()}"

    @property
    def means(self) -> str:
        return f"{self.answerability} last turns that got an answer"

    def __call__(self, case: Case) -> Share | None:
        if case.turn.answerability != self.answerability:
            return None
        return Share(hits=float(case.answered))


METRICS: tuple[Metric[Case], ...] = (
    *(Ndcg(way) for way in WAYS),
    *(Answered(each) for each in ("ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED")),
)


def run(homes: Homes, benchmarks: Path, *, limit: int | None = None) -> Suite:
    """Raises BadInput where the set is not among `benchmarks`."""
    folder = benchmarks / FOLDER
    qrels = read_qrels(folder / "qrels.tsv")
    turns = load(folder, limit)
    judged = {t.query.id: qrels.get(t.query.id, {}) for t in turns}
    started = time.perf_counter()
    with homes.fresh("conversation") as assistant:
        source = corpus_file(folder, [t.query for t in turns], judged, limit, homes.root)
        documents = ingest(assistant, source)
        ingested = time.perf_counter()
        search_exactly(assistant)
        cases = [_case(assistant, turn, judged[turn.query.id]) for turn in turns]
        worst = tuple(_worst(cases, qrels, assistant))
    asked = time.perf_counter()
    files = [folder / "corpus.jsonl", folder / "queries.jsonl"]
    measured = Measured(
        metrics=METRICS,
        cases=cases,
        id_of=lambda case: case.turn.query.id,
        slices_of=_slices_of,
    )
    return Suite(
        name="conversation",
        figures=(*measured.figures(), *_auroc(cases)),
        slices=measured.slices(),
        data={
            "documents": documents,
            "last turns": len(turns),
            "mtrag sha256": hashed(files, folder),
        },
        cases={"conversation.jsonl": [_line(case) for case in cases]},
        values=measured.values(),
        members=measured.members(),
        differences=tuple(_differences(cases)),
        pictures=(_picture(cases),),
        worst=worst,
        seconds={"ingest": ingested - started, "turns": asked - ingested},
    )


def load(folder: Path, limit: int | None = None) -> tuple[LastTurn, ...]:
    queries = {query.id: query for query in read_queries(folder / "queries.jsonl")}
    rows = [json.loads(line) for line in lines_of(folder / "queries.jsonl")]
    try:
        turns = [
            LastTurn(
                query=queries[str(row["_id"])],
                answerability=row["answerability"],
                collection=row["collection"],
            )
            for row in rows
        ]
    except KeyError as error:
        raise BadInput(f"{folder} is no set of conversations: a row lacks {error}") from error
    return sliced(turns, limit, key=[turn.query.id for turn in turns])


def _case(assistant: Assistant, turn: LastTurn, relevant: Mapping[str, int]) -> Case:
    query = turn.query
    rankings = {way: search(assistant, turn, way) for way in WAYS} if relevant else {}
    reply = assistant.ask(query.text, history=query.history)
    return Case(
        turn=turn,
        rankings=rankings,
        ndcg={way: ndcg(ranking, relevant) for way, ranking in rankings.items()},
        answered=not reply.abstained,
        confidence=reply.result.confidence,
        asked=reply.standalone or query.text,
    )


def search(assistant: Assistant, turn: LastTurn, way: str) -> Ranking:
    """By the product's own search, which is given the history only where it is to understand."""
    query = turn.query
    try:
        if way == UNDERSTOOD:
            return assistant.search_documents(query.text, DEPTH, history=query.history)
        return assistant.search_documents(turn.worded(way), DEPTH)
    except BadInput:  # a turn without a word finds nothing
        return []


def ndcg(ranking: Ranking, relevant: Mapping[str, int]) -> float:
    return round(each_query(MEASURE, ["q"], {"q": relevant}, {"q": ranking})["q"], 6)


def _auroc(cases: Sequence[Case]) -> Iterator[Figure]:
    """Does a turn that the passages answer get a higher confidence than one that they do not?"""
    truth = [case.turn.answerable for case in cases]
    scores = [case.confidence for case in cases]
    if len(set(truth)) < 2:
        return
    yield estimated(
        "auroc",
        "an answerable or partly answerable turn has the higher confidence, ties half",
        len(cases),
        lambda rows: auroc([truth[i] for i in rows], [scores[i] for i in rows]),
    )


def _slices_of(case: Case) -> tuple[str, ...]:
    turn = case.turn
    return (
        f"answerability: {turn.answerability.lower()}",
        f"collection: {turn.collection}",
        f"half: {turn.half}",
        f"turn: {_turns(turn.number)}",
    )


def _turns(number: int) -> str:
    return next((name for most, name in ((1, "first"), (3, "2 to 3"), (5, "4 to 5"))
                 if number <= most), "6 and later")  # fmt: skip


def _differences(cases: Sequence[Case]) -> Iterator[Difference]:
    values = {
        way: {case.turn.query.id: case.ndcg[way] for case in cases if case.ndcg} for way in WAYS
    }
    for beside in (ALONE, JOINED):
        if values[UNDERSTOOD]:
            name = Ndcg(UNDERSTOOD).name
            yield paired(name, WAYS[beside], values[UNDERSTOOD], values[beside])


def _picture(cases: Sequence[Case]) -> Picture:
    wrong = [not case.turn.answerable for case in cases]
    return Picture(
        name="conversation-risk-coverage",
        title="Last turns answered, and how many of those the passages do not answer",
        x="coverage",
        y="risk",
        lines=(
            Line(
                name="confidence",
                points=risk_coverage([case.confidence for case in cases], wrong),
            ),
        ),
    )


def _worst(cases: Sequence[Case], qrels: Qrels, assistant: Assistant) -> Iterator[Worst]:
    """Where understanding lost against the turn alone, then where it found least."""
    judged = [case for case in cases if case.ndcg and case.ndcg[UNDERSTOOD] < 1]

    def gained(case: Case) -> float:
        return case.ndcg[UNDERSTOOD] - case.ndcg[ALONE]

    chosen = sorted(
        judged, key=lambda c: (min(gained(c), 0.0), c.ndcg[UNDERSTOOD], c.turn.query.id)
    )
    for case in chosen[:_WORST]:
        query = case.turn.query
        said = [text for role, text in query.history if role == "user"]
        found = [name for name, _ in case.rankings[UNDERSTOOD][:1]]
        why = f"{MEASURE} {case.ndcg[UNDERSTOOD]:.2f}, alone {case.ndcg[ALONE]:.2f}"
        yield Worst(
            case=query.id,
            asked=" / ".join([*said[-3:], query.text]),
            came=" ".join(
                [f"understood: {case.turn.worded(UNDERSTOOD)}", *_texts(found, assistant)]
            ),
            wanted=" ".join(_texts(list(qrels[query.id])[:1], assistant)),
            why=why,
        )


def _texts(names: Sequence[str], assistant: Assistant) -> list[str]:
    return [" ".join(assistant.document(name).text.split())[:_SHOWN] for name in names]


def _line(case: Case) -> str:
    turn = case.turn
    row = {
        "_id": turn.query.id,
        "text": turn.query.text,
        "turn": turn.number,
        "answerability": turn.answerability,
        "collection": turn.collection,
        "half": turn.half,
        "understood": turn.worded(UNDERSTOOD),
        "asked": case.asked,
        "answered": case.answered,
        "confidence": round(case.confidence, 6),
        "ndcg": case.ndcg,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
