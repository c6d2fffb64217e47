"""The stages of a question, timed from outside: what each takes of its own, first and then warm.

Nothing in the product knows that it is timed: its parts are wrapped where they are put together. A
stage's time is its own, without that of the stages within it, so that they add up to the whole;
what is in none of them is "other". Each is held against embedding the same question with the plain
encoder in the same process, and the whole against LangChain + Chroma's search.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from assistant.channels.render import reply_text
from assistant.channels.style import PLAIN
from assistant.contract import reply_json
from assistant.types import Reply
from assistant.wiring import Assistant, open_assistant
from evals.bench.process import measured, resident
from evals.bench.sheet import Row, Sheet
from evals.homes import settings
from evals.suites import gold_questions

STAGES = (
    "understand",
    "encode",
    "lexical",
    "dense",
    "fuse",
    "hydrate",
    "sufficiency",
    "compose",
    "verify",
    "freshness",
    "keep",
    "render",
    "other",
)
Result = dict[str, float]
Function = Callable[..., Any]


class Clock:
    """Adds up the seconds of stages that may lie within one another."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.taken: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._now = now
        self._within: list[float] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._within.append(0.0)
        started = self._now()
        try:
            yield
        finally:
            whole = self._now() - started
            self.taken[name] += whole - self._within.pop()
            if self._within:
                self._within[-1] += whole

    def timed(self, name: str, function: Function) -> Function:
        def run(*given: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*given, **named)

        return wraps(function)(run) if hasattr(function, "__name__") else run

    def wrap(self, name: str, owner: object, *methods: str) -> None:
        """Times methods of an object, or functions of a module, from here on."""
        for method in methods:
            setattr(owner, method, self.timed(name, getattr(owner, method)))

    def lap(self) -> dict[str, float]:
        """What was taken since the last lap, in milliseconds."""
        done = {name: 1000 * seconds for name, seconds in self.taken.items()}
        self.taken = dict.fromkeys(STAGES, 0.0)
        return done


def instrumented(assistant: Assistant) -> Clock:
    """Wraps the parts of an assistant; what it keeps is timed from its first question."""
    from assistant.answering import ask as asking
    from assistant.answering import reading
    from assistant.retrieval import fusion

    clock, parts = Clock(), assistant._parts
    clock.wrap("understand", reading, "understand", "spoken")
    clock.wrap("understand", asking, "read_claim")
    clock.wrap("fuse", fusion, "fuse")
    clock.wrap("lexical", parts.catalog.index._lexical, "search", "among", "permitted")
    clock.wrap("dense", parts.catalog.index._dense, "search", "cosines")
    clock.wrap("hydrate", parts.lookups, "passages", "documents")
    clock.wrap("freshness", parts.freshness, "claim", "answer")
    parts.models.__dict__["query_encoder"] = clock.timed("encode", parts.models.query_encoder)
    parts.__dict__["asker"] = replace(
        parts.asker,
        sufficiency=clock.timed("sufficiency", parts.asker.sufficiency),
        compose=clock.timed("compose", parts.asker.compose),
        support=clock.timed("verify", parts.asker.support),
        documents=parts.lookups.documents,
    )
    clock.wrap("keep", parts.replies, "keep")
    return clock


def measure(given: Mapping[str, Any]) -> Result:
    """In a process of its own. `folder`: a home with an archive; `limit`: of gold questions."""
    home, questions = Path(given["folder"]), gold_questions.load(limit=given["limit"])
    before = _resident()
    with open_assistant(settings(home), command="bench") as assistant:
        opened = _resident()
        started = time.perf_counter()
        encoder = assistant._parts.models.query_encoder
        loaded = 1000 * (time.perf_counter() - started)
        clock = instrumented(assistant)
        laps, embeds = [], []
        for each in questions:  # side by side: what else the machine does falls on both
            laps.append(_asked(assistant, clock, each.text))
            embeds.append(_milliseconds(encoder, [each.text]))
        passages = int(assistant.counts()["passages"] or 0)
        result: Result = {
            "passages": passages,
            "load": loaded,
            "embed_p50": median(embeds),
            "embed_p95": quantiles(embeds, n=20)[-1],
            "rss_start": before,
            "rss_idle": opened,
            "rss_serving": _resident(),
            "round_first": _milliseconds(assistant.keep_chronicle),
            "round_again": _milliseconds(assistant.keep_chronicle),
            "disk": _disk(home),
            "text": _characters(assistant),
        }
    warm = laps[1:]
    for name in (*STAGES, "whole"):
        taken = [lap[name] for lap in warm]
        result |= {f"{name}_cold": laps[0][name], f"{name}_p50": median(taken)}
        result |= {
            f"{name}_p95": quantiles(taken, n=20)[-1],
            f"{name}_mean": sum(taken) / len(taken),
        }
    return result


def _asked(assistant: Assistant, clock: Clock, question: str) -> dict[str, float]:
    """A question from its text to the text that a reader sees: milliseconds by stage."""
    clock.lap()
    with clock.stage("other"):
        reply: Reply = assistant.ask(question)
        with clock.stage("render"):
            reply_text(reply_json(reply), PLAIN)
    lap = clock.lap()
    return {**lap, "whole": sum(lap.values())}


def _milliseconds(work: Function, *given: Any) -> float:
    started = time.perf_counter()
    work(*given)
    return 1000 * (time.perf_counter() - started)


def _resident() -> float:
    """What this process holds in memory now, MiB; 0 where the system does not say."""
    return resident(os.getpid()) or 0.0


def _disk(home: Path) -> float:
    files = (file for file in home.rglob("*") if file.is_file())
    return sum(f.stat().st_size for f in files if f.relative_to(home).parts[0] != "models")


def _characters(assistant: Assistant) -> float:
    return sum(len(each.text) for each in assistant._ledger.documents.active("internal"))


def documents(home: Path, out: Path) -> Path:
    """The archive's documents as the other side reads them: a JSON line each."""
    with open_assistant(settings(home), command="bench") as assistant:
        rows = [
            {"_id": each.id, "title": each.title, "text": each.text}
            for each in assistant._ledger.documents.active("public")
        ]
    out.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return out


def beside(root: Path, home: Path, limit: int | None) -> Sheet:
    """The stages over the archive of a home, and the other side over the same documents."""
    ours = measured("stages", "ours", {"folder": str(home), "limit": limit})
    rows, asked = documents(home, root / "sample.jsonl"), root / "sample-questions.json"
    texts = [each.text for each in gold_questions.load(limit=limit)]
    asked.write_text(json.dumps(texts), encoding="utf-8")
    given = {"folder": str(root / "sample-baseline"), "questions": str(asked)}
    measured("ingest", "baseline", given | {"warm": str(rows), "parts": [], "ranked": None})
    return sheet(ours, measured("serve", "baseline", given))


def sheet(result: Result, plain: Result | None) -> Sheet:
    """`plain`: LangChain + Chroma's latencies over the same documents and questions."""
    rows = [
        _beside_embedding(
            f"stage {name} {kind}",
            result,
            result[f"{name}_{kind}"],
            f"{result[f'{name}_mean'] / result['whole_mean']:.0%} of all" * (kind == "p50"),
        )
        for name in STAGES
        for kind in ("p50", "p95", "cold")
    ]
    return Sheet(
        rows=[*rows, *_wholes(result, plain), *_holdings(result)],
        setting=[
            f"Stages of a question over {result['passages']:,.0f} passages; a stage's time is its"
            " own, without that of the stages within it; cold is the first question of a process,"
            f" its encoder loaded before in {result['load']:.0f} ms."
        ],
    )


def _beside_embedding(name: str, result: Result, ours: float, target: str = "") -> Row:
    return Row(
        name=name,
        unit="ms",
        ours=ours,
        theirs=result["embed_p50"],
        against="embedding the question, p50",
        target=target,
    )


def _wholes(result: Result, plain: Result | None) -> Iterator[Row]:
    for kind in ("p50", "p95", "cold"):
        yield _beside_embedding(f"question {kind}", result, result[f"whole_{kind}"])
    for kind in ("p50", "p95") if plain else ():
        yield Row(
            name=f"question {kind}",
            unit="ms",
            ours=result[f"whole_{kind}"],
            theirs=plain[f"search_{kind}"] if plain else None,
            against="LangChain + Chroma similarity_search",
        )


def _holdings(result: Result) -> Iterator[Row]:
    """Memory, disk, and the round over all fact-checks that a watch ends with."""
    yield Row(
        name="memory idle",
        unit="MiB",
        ours=result["rss_idle"],
        theirs=result["rss_serving"],
        against="memory serving",
    )
    yield Row(
        name="disk of 1,000 passages",
        unit="KiB",
        ours=result["disk"] / 1024 / result["passages"] * 1000,
        theirs=result["text"] / 1024 / result["passages"] * 1000,
        against="its text alone",
    )
    yield Row(
        name="round of fact-checks",
        unit="ms",
        ours=result["round_first"],
        theirs=result["whole_p50"],
        against="a question, p50",
    )
    yield Row(
        name="round again",
        unit="ms",
        ours=result["round_again"],
        theirs=result["round_first"],
        against="the first",
    )
