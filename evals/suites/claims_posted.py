"""Claims as they are posted: CheckThat!'s tweets, beside the pasted claims written for evals.

Each check of the set goes in as a ClaimReview with one rating for all: what is measured is whether
the right check's verdict comes first. Every other tweet has its own checks left out, so that any
verdict it is shown is a wrong one. The splits are those that nothing was fitted on. The archive
holds the checks of all these tweets that are not left out, and some others.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.errors import BadInput
from assistant.wiring import Assistant
from evals.beir import lines_of, read_qrels, read_queries
from evals.exact import search_exactly
from evals.figures import Figure, Share, measure, pooled
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.reports.report import Suite, Worst
from evals.suites import claims
from evals.suites.claims import METRICS, Case, PastedClaim, check
from evals.suites.gold_questions import sliced

SET = "checkthat22_2a"
SPLITS = ("dev", "devtest")
OTHERS = 3000
"""Checks of no tweet that is asked, in a whole run."""
_OF_A_SLICE = 20
"""The same for each tweet of a slice."""
_RATING = "Rated"
_WORST = 20


def run(homes: Homes, *, benchmarks: Path | None = None, limit: int | None = None) -> Suite:
    """The suite of claims, with the tweets where their set is at hand."""
    suite = claims.run(homes, limit=limit)
    folder = benchmarks / SET if benchmarks else None
    if folder is None or not folder.is_dir():
        return suite
    started = time.perf_counter()
    posts, kept = prepared(folder, limit)
    (homes.root / "posted.json").write_text(json.dumps([*map(_review, kept)]), encoding="utf-8")
    with homes.fresh("posted") as assistant:
        documents = ingest(assistant, homes.root / "posted.json")
        search_exactly(assistant)
        cases = [_checked(assistant, post) for post in posts]
        first = [(post, _first(assistant, post)) for post in posts if post.check]
        worst = tuple(islice((_wrong(case) for case in cases if _is_wrong(case)), _WORST))
    return replace(
        suite,
        figures=(*suite.figures, *_figures(cases), _search(first)),
        slices={**suite.slices, **_by_split(cases)},
        data={
            **suite.data,
            "tweets": len(posts),
            "tweets' checks": documents,
            "checkthat22_2a sha256": hashed(
                [folder / "corpus.jsonl", folder / "queries.jsonl"], folder
            ),
        },
        cases={**suite.cases, "posted.jsonl": [_line(case) for case in cases]},
        worst=(*suite.worst, *worst),
        seconds={**suite.seconds, "tweets": time.perf_counter() - started},
    )


def prepared(folder: Path, limit: int | None) -> tuple[list[PastedClaim], list[Mapping[str, Any]]]:
    """(tweets, the set's rows that go in). `check` of a tweet is the address of its check."""
    rows = {str(row["_id"]): row for row in map(json.loads, lines_of(folder / "corpus.jsonl"))}
    qrels = read_qrels(folder / "qrels.tsv")
    asked = [q for q in read_queries(folder / "queries.jsonl") if q.split in SPLITS]
    asked = list(sliced(asked, limit, [query.id for query in asked]))
    left_out = {name for q in asked if not _is_held(q.id) for name in qrels[q.id]}
    right = {q.id: [name for name in qrels[q.id] if name not in left_out] for q in asked}
    # A check of two tweets is left out for both.
    posts = [
        PastedClaim(
            id=query.id,
            text=query.text,
            kind=f"tweet, {query.split}",
            check=rows[right[query.id][0]]["url"] if right[query.id] else None,
        )
        for query in asked
    ]
    needed = {name for names in right.values() for name in names}
    free = [name for name in rows if name not in needed | left_out]
    some = sliced(free, OTHERS if limit is None else _OF_A_SLICE * limit, free)
    return posts, [rows[name] for name in rows if name in needed | set(some)]


def _is_held(name: str) -> bool:
    return sha256(name.encode()).digest()[0] % 2 == 0


def _review(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": row["url"],
        "headline": row["title"],
        "datePublished": row["date"],
        "claimReviewed": row["claim"],
        "reviewRating": {"@type": "Rating", "alternateName": _RATING},
        "reviewBody": row["subtitle"],
    }


def _checked(assistant: Assistant, post: PastedClaim) -> Case:
    """With the document of its check in the place of the address."""
    case = check(assistant, post)
    if case.verdict and assistant.document(case.verdict).content.url == post.check:
        return replace(case, claim=replace(post, check=case.verdict))
    return case


def _first(assistant: Assistant, post: PastedClaim) -> bool:
    """Is its check the first that a search for the tweet finds?"""
    try:
        found = assistant.search_documents(post.text, 1)
    except BadInput:  # a tweet without a word finds nothing
        return False
    return bool(found) and assistant.document(found[0][0]).content.url == post.check


def _figures(cases: Sequence[Case]) -> list[Figure]:
    return [
        replace(figure, name=f"tweets {figure.name}", means=f"tweets: {figure.means}")
        for figure in measure(METRICS, cases)
    ]


def _search(first: Sequence[tuple[PastedClaim, bool]]) -> Figure:
    shares = [Share(hits=float(hit)) for _, hit in first]
    return pooled(
        "tweets search_first", "tweets whose check is the first that a search finds", shares
    )


def _by_split(cases: Sequence[Case]) -> dict[str, tuple[Figure, ...]]:
    return {
        kind: measure(METRICS, [case for case in cases if case.claim.kind == kind])
        for kind in sorted({case.claim.kind for case in cases})
    }


def _is_wrong(case: Case) -> bool:
    return case.verdict != case.claim.check


def _wrong(case: Case) -> Worst:
    shown = [] if case.reply["kind"] == "abstention" else case.reply["verdicts"][:1]
    return Worst(
        case=case.claim.id,
        asked=" ".join(case.claim.text.split()),
        came=shown[0]["claim"] if shown else "no verdict",
        wanted=case.claim.check or "no verdict: its check is left out",
        why=case.claim.kind,
    )


def _line(case: Case) -> str:
    row = {
        "_id": case.claim.id,
        "kind": case.claim.kind,
        "check": case.claim.check,
        "shown": case.verdict,
        "confidence": case.reply["confidence"],
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
