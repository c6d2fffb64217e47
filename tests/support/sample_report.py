"""A made-up run with everything that a report can hold, and words that try to break out of it."""

from __future__ import annotations

from evals.figures import Figure, Share, paired, pooled
from evals.provenance import Provenance
from evals.reports.pictures import Bar, Line, Picture, reliability, risk_coverage
from evals.reports.report import Suite, Worst

HOSTILE = (
    "</title><script>alert(1)</script><img src=x onerror=alert(2)> | `code` **bold** [a](http://b.c)"
    " @someone #12 ]]> & \x00\x1b[31m \u202eback \ud800 &lt; www.example.org\nnext | line"
)


def provenance(**changed: object) -> Provenance:
    held: dict[str, object] = {
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "date": "2026-11-21T10:00:00+00:00",
        "uncommitted": False,
        "embedding_model": "all-MiniLM-L6-v2",
        "embedding_fingerprint": "4e9c68c620114f17",
        "settings": {"now": "2026-11-21", "chat_model": None},
        "libraries": {"python": "3.11.7", "numpy": "2.4.6"},
        "code_sha256": "2d115c5aef3831b7",
    }
    return Provenance(**{**held, **changed})  # type: ignore[arg-type]


def suites(shift: float = 0.0, slow: float = 1.0) -> list[Suite]:
    """`shift` changes what the cases gave, `slow` only how long they took."""
    return [_answers(shift, slow), _ranking()]


def _answers(shift: float, slow: float) -> Suite:
    confidence = [(7 * i % 40) / 40 for i in range(40)]
    wrong = [(13 * i % 40) / 40 > c + 0.3 for i, c in enumerate(confidence)]
    hits = {f"q{i}": float(not bad) for i, bad in enumerate(wrong)}
    moved = {case: min(1.0, value + shift) for case, value in hits.items()}
    return Suite(
        name="gold",
        figures=(
            pooled("hit_rate", "answers that hold what they must", _shares(moved)),
            pooled("false_abstention", "answerable questions left without one", _shares(hits)[:9]),
            Figure(name="broken", means="a figure that crashed", value=None, error=HOSTILE),
            Figure(name="not_there", means="a figure that applies to no case", value=None),
        ),
        data={"questions": 40, "questions_sha256": "abc", "words": HOSTILE},
        slices={
            HOSTILE: (pooled("hit_rate", "of a slice", _shares(moved)[:20]),),
            "spoken": (pooled("hit_rate", "of a slice", _shares(moved)[20:]),),
        },
        cases={"replies.jsonl": ['{"_id": "q0", "text": "half a pair: \ud800"}']},
        values={"hit_rate": moved},
        members={HOSTILE: list(hits)[:20], "spoken": list(hits)[20:]},
        pictures=(
            Picture(
                name="risk-coverage",
                title="Risk and coverage",
                x="share of questions that are answered",
                y="share of answers that are wrong",
                lines=(
                    Line(name="this assistant", points=risk_coverage(confidence, wrong)),
                    Line(name=HOSTILE, points=risk_coverage(confidence[::-1], wrong)),
                ),
            ),
            Picture(
                name="reliability",
                title="Reliability",
                x="confidence",
                y="share that is right",
                lines=(
                    Line(
                        name="this assistant",
                        points=reliability(confidence, [not bad for bad in wrong]),
                    ),
                    Line(name="perfect", points=((0.0, 0.0), (1.0, 1.0)), dashed=True),
                ),
            ),
        ),
        worst=tuple(
            Worst(case=f"q{i}", asked=HOSTILE, came="a" * 900, wanted=HOSTILE, why=f"wrong {i}")
            for i in range(14)
        ),
        findings=("### Read first (1)", "", "- `q1` a question"),
        seconds={"ingest": 1.25 * slow},
        latencies={"question": [0.01 * slow * (i % 7 + 1) for i in range(40)]},
    )


def _ranking() -> Suite:
    ours = {f"r{i}": 1.0 if i % 5 else 0.5 for i in range(60)}
    theirs = {case: value - 0.4 * (n % 2) for n, (case, value) in enumerate(ours.items())}
    names = ("tiny dev MAP@5", "tiny all nDCG@10")
    bars = (
        Bar(name="this assistant", value=0.9, low=0.87, high=0.93),
        Bar(name="LangChain + Chroma", value=0.7, low=0.66, high=0.75),
        Bar(name="BM25 alone", value=0.72, low=0.68, high=0.77),
        Bar(name="a very long name of something else", value=0.71),
    )
    return Suite(
        name="retrieval",
        figures=tuple(pooled(name, "mean over queries", _shares(ours)) for name in names),
        data={"tiny sha256": "def"},
        values={name: ours for name in names},
        differences=(
            paired(names[0], "LangChain + Chroma", ours, theirs),
            paired(names[0], "BM25 alone", ours, ours),
        ),
        pictures=(
            Picture(
                name="retrieval",
                title="Finding the right document, beside what else could have been used",
                x="MAP@5",
                y="",
                bars=tuple((name, bars) for name in names),
            ),
        ),
    )


def _shares(values: dict[str, float]) -> list[Share]:
    return [Share(hits=value) for value in values.values()]
