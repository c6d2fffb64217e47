"""The claims suite: pasted claims and posts, and whether the published check of each was shown.

Half have a check in the sample archive, worded anew or turned into its opposite; the others are
near misses, other figures and claims from elsewhere. They were written for this and are read by
nothing that is fitted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.contract import ReplyJson, reply_json
from assistant.errors import BadInput
from assistant.types import Audience, Document
from assistant.wiring import Assistant
from evals.exact import search_exactly
from evals.figures import Share, measure
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.reports.report import Suite
from evals.suites.gold import CORPUS, shown
from evals.suites.gold_questions import sliced

CLAIMS = Path(__file__).parent.parent / "claims"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedClaim:
    """A claim or post; `check` is the fact-check that rates it, None where none does."""

    id: str
    text: str
    kind: str
    check: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim with its reply. `worded` are the verdicts shown that stand so in their documents;
    `exact` says of every quote whether it is the stored words."""

    claim: PastedClaim
    reply: ReplyJson
    worded: tuple[bool, ...]
    exact: tuple[bool, ...]

    @property
    def verdict(self) -> str | None:
        """The document of the first verdict that is shown."""
        if self.reply["kind"] == "abstention" or not self.reply["verdicts"]:
            return None
        return self.reply["verdicts"][0]["document_id"]


@dataclass(frozen=True, slots=True)
class Found:
    name: str = "found"
    means: str = "claims with a published check whose verdict was shown first, from that check"

    def __call__(self, case: Case) -> Share | None:
        if case.claim.check is None:
            return None
        return Share(hits=float(case.verdict == case.claim.check))


@dataclass(frozen=True, slots=True)
class Precision:
    name: str = "precision"
    means: str = "verdicts shown that are of the claim's own check"

    def __call__(self, case: Case) -> Share | None:
        if case.verdict is None:
            return None
        return Share(hits=float(case.verdict == case.claim.check))


@dataclass(frozen=True, slots=True)
class FalseVerdict:
    name: str = "false_verdict"
    means: str = "claims without a published check that were shown a verdict"

    def __call__(self, case: Case) -> Share | None:
        return None if case.claim.check else Share(hits=float(case.verdict is not None))


@dataclass(frozen=True, slots=True)
class VerdictWords:
    name: str = "verdict_words"
    means: str = "verdicts shown whose claim and rating are the published words"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=sum(case.worded), of=len(case.worded)) if case.worded else None


@dataclass(frozen=True, slots=True)
class Verbatim:
    name: str = "verbatim_rate"
    means: str = "quotes that are, character for character, the stored words"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=sum(case.exact), of=len(case.exact)) if case.exact else None


METRICS = (Found(), Precision(), FalseVerdict(), VerdictWords(), Verbatim())


def run(
    homes: Homes, *, limit: int | None = None, corpus: Path = CORPUS, folder: Path = CLAIMS
) -> Suite:
    claims = load(folder, limit)
    started = time.perf_counter()
    with homes.fresh("claims") as assistant:
        documents = ingest(assistant, corpus)
        ingested = time.perf_counter()
        search_exactly(assistant)
        cases = [check(assistant, claim) for claim in claims]
    asked = time.perf_counter()
    return Suite(
        name="claims",
        figures=measure(METRICS, cases),
        slices={
            kind: measure(METRICS, [case for case in cases if case.claim.kind == kind])
            for kind in sorted({case.claim.kind for case in cases})
        },
        data={
            "documents": documents,
            "claims": len(claims),
            "corpus_sha256": hashed((f for f in corpus.rglob("*") if f.is_file()), corpus),
            "claims_sha256": hashed(folder.glob("*.jsonl"), folder),
        },
        cases={"claims.jsonl": [_line(case) for case in cases]},
        findings=tuple(_findings(cases)),
        seconds={"ingest": ingested - started, "claims": asked - ingested},
    )


def load(folder: Path = CLAIMS, limit: int | None = None) -> tuple[PastedClaim, ...]:
    """Every claim of a folder's JSON Lines files. Raises BadInput for a row that is none."""
    found = [
        _claim(line, f"{file.name} line {number}")
        for file in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    ]
    if not found:
        raise BadInput(f"{folder} holds no claims (*.jsonl)")
    return sliced(found, limit, key=[claim.id for claim in found])


def _claim(line: str, place: str) -> PastedClaim:
    try:
        row = json.loads(line)
        return PastedClaim(
            id=str(row["_id"]), text=row["text"], kind=row["kind"], check=row["check"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{place} is no claim: {type(error).__name__} {error}") from error


def check(assistant: Assistant, claim: PastedClaim) -> Case:
    """What a pasted claim brings back, its verdicts and quotes compared with what is stored."""
    reply = reply_json(assistant.ask(claim.text, as_claim=True))

    @cache
    def text_of(document_id: str, version: int, audience: Audience) -> str:
        return assistant.document(document_id, version, audience).text

    rated = () if reply["kind"] == "abstention" else reply["verdicts"]
    return Case(
        claim=claim,
        reply=reply,
        worded=tuple(_is_published(assistant.document(v["document_id"]), v) for v in rated),
        exact=tuple(quote.exact for quote in shown(reply, "public", text_of)),
    )


def _is_published(document: Document, verdict: Any) -> bool:
    pair = (verdict["claim"], verdict["rating"])
    return pair in {(each.claim, each.rating) for each in document.content.verdicts}


def _line(case: Case) -> str:
    """A case without the reply's id, which is drawn anew in every run."""
    claim = case.claim
    row = {
        "_id": claim.id,
        "text": claim.text,
        "kind": claim.kind,
        "check": claim.check,
        "shown": case.verdict,
        "reply": {name: value for name, value in case.reply.items() if name != "id"},
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _findings(cases: Sequence[Case]) -> Iterator[str]:
    faults = {
        "The check was not found": [c for c in cases if c.claim.check and c.verdict is None],
        "Another verdict was shown": [
            c for c in cases if c.verdict is not None and c.verdict != c.claim.check
        ],
    }
    for fault, wrong in faults.items():
        if wrong:
            yield f"### {fault} ({len(wrong)})"
            yield ""
            yield from _named(wrong)
            yield ""


def _named(cases: Iterable[Case]) -> Iterator[str]:
    for case in cases:
        text = " ".join(case.claim.text.split())
        sure = case.reply["confidence"]
        yield f"- `{case.claim.id}` ({case.claim.kind}, {sure:.2f}) {text}"
