"""One measurement in a process of its own: `python -m evals.bench.worker TASK SIDE JSON`.

Tasks: ingest, serve, embed, resync, judge, stages. The last line of stdout is the result as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from assistant.retrieval.analysis import cleaned, embedded_text
from assistant.retrieval.model import resolve
from evals.bench import freshness, stages
from evals.bench.baseline import Baseline
from evals.bench.ours import Ours

K = 10
RANKED = 5
Result = dict[str, float]


def ingest(side: type[Ours] | type[Baseline], given: Mapping[str, Any]) -> Result:
    """Warm first (the model is loaded, the query encoder exported), then the parts, timed."""
    archive = side(Path(given["folder"]))
    archive.ingest(Path(given["warm"]))
    result: Result = {"passages": 0, "seconds": 0, "peak_before": peak_memory()}
    for place, part in enumerate(given["parts"]):
        started = time.perf_counter()
        result["passages"] += archive.ingest(Path(part))
        result["seconds"] += time.perf_counter() - started
        if place == 0 and given["ranked"]:
            result["map"] = average_precision(archive, Path(given["ranked"]))
    archive.close()
    return result | {"peak": peak_memory()}


def average_precision(archive: Ours | Baseline, ranked: Path) -> float:
    """MAP@5 over documents: the mean over queries of sum(precision at each hit) / relevant."""
    rows = json.loads(ranked.read_text(encoding="utf-8")).values()
    total = 0.0
    for row in rows:
        hits = 0
        for rank, (name, _) in enumerate(archive.search_documents(row["text"], RANKED), start=1):
            if name in row["relevant"]:
                hits += 1
                total += hits / rank / len(row["relevant"])
    return total / len(rows)


def serve(side: type[Ours] | type[Baseline], given: Mapping[str, Any]) -> Result:
    archive = side(Path(given["folder"]))
    questions: list[str] = json.loads(Path(given["questions"]).read_text(encoding="utf-8"))
    for question in questions[:5]:
        archive.search(question, K)
    result = latencies("search", questions, lambda question: archive.search(question, K))
    if isinstance(archive, Ours):
        archive.warm()
        archive.ask(questions[0])
        result |= latencies("ask", questions, archive.ask)
        result |= latencies("embed", questions, _query_embedder(Path(given["folder"])))
    archive.close()
    return result | {"peak": peak_memory()}


def latencies(name: str, questions: Sequence[str], work: Callable[[str], object]) -> Result:
    """p50 and p95 in milliseconds, one question at a time."""
    taken = []
    for question in questions:
        started = time.perf_counter()
        work(question)
        taken.append(1000 * (time.perf_counter() - started))
    return {f"{name}_p50": median(taken), f"{name}_p95": quantiles(taken, n=20)[-1]}


def embed(given: Mapping[str, Any]) -> Result:
    """The embedder alone on passages that were ingested, as fast as it is still faithful."""
    from assistant.retrieval.encoder import Encoder

    texts = _passage_texts(Path(given["folder"]), given["limit"])
    encoder = Encoder(resolve())
    encoder(texts[:64])
    started = time.perf_counter()
    encoder(texts)
    return {"passages": len(texts), "seconds": time.perf_counter() - started}


def resync(given: Mapping[str, Any]) -> Result:
    """A folder of small files, ingested once and then twice again with nothing changed."""
    archive = Ours(Path(given["folder"]))
    target, seconds = Path(given["target"]), []
    for _ in range(3):
        started = time.perf_counter()
        archive.ingest(target)
        seconds.append(time.perf_counter() - started)
    archive.close()
    return {"first": seconds[0], "again": min(seconds[1:])}


def peak_memory() -> float:
    """The process's greatest resident size in MiB.

    From /proc where there is one: `ru_maxrss` of a child starts at its parent's size.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def _query_embedder(home: Path) -> Callable[[str], object]:
    from assistant.retrieval.query_encoder import open_query_encoder

    encoder = open_query_encoder(home / "models", resolve())
    return lambda question: encoder([cleaned(question)])


def _passage_texts(home: Path, limit: int) -> list[str]:
    """Every n-th passage of the archive, in the form that is embedded."""
    from assistant.ledger.ledger import Ledger
    from assistant.wiring import LEDGER

    ledger = Ledger(home / LEDGER)
    try:
        documents = ledger.documents.active("internal")
        documents = documents[:: max(1, len(documents) // limit)]
        wanted = [each for d in documents for each in ledger.documents.passage_ids(d.id)][:limit]
        titles = {document.id: document.title for document in documents}
        passages = ledger.documents.passages(wanted, "internal").values()
        return [embedded_text(titles[p.document_id], p.heading_path, p.text) for p in passages]
    finally:
        ledger.close()


_ALONE: Mapping[str, Callable[[Mapping[str, Any]], Result]] = {
    "embed": embed,
    "resync": resync,
    "judge": freshness.measure,
    "stages": stages.measure,
}
"""What is measured of the product alone."""


def main(arguments: Sequence[str]) -> None:
    task, name, given = arguments[0], arguments[1], json.loads(arguments[2])
    side: type[Ours] | type[Baseline] = Ours if name == "ours" else Baseline
    if task == "ingest":
        result = ingest(side, given)
    elif task == "serve":
        result = serve(side, given)
    else:
        result = _ALONE[task](given)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
