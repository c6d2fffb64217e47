"""What keeping answers current costs: figures read at ingest, and every fact-check judged."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from evals.bench import texts
from evals.bench.ours import Ours
from evals.bench.sheet import Row, Sheet

Result = dict[str, float]
_EMBEDDED = 400
"""Documents whose figures are read, and whose words are embedded beside that."""


def prepare(folder: Path, files: int) -> Path:
    """A folder of reports, every third a fact-check: many give figures of one series."""
    folder.mkdir(parents=True)
    for number in range(files):
        (folder / f"{number:05}.md").write_text(_file(number, files), encoding="utf-8")
    return folder


def _file(number: int, files: int) -> str:
    draw = random.Random(number)
    year, body = draw.randint(2018, 2024), "\n\n".join(_paragraphs(draw, number))
    if number % 3:
        head = f"kind: source_document\npublished_on: {year + 1}-03-01\npublisher: The Office"
        url = f"url: https://office.example/{number}"
        return f"---\ntitle: Report {number}\n{head}\n{url}\n---\n\n{body}\n"
    cited = draw.randrange(files)
    source = (
        f"sources:\n  - n: 1\n    title: Report {cited}\n    url: https://office.example/{cited}"
    )
    head = f"kind: fact_check\nchecked_on: {year + 1}-04-01\n{source}"
    return f"---\ntitle: What is number {number} now?\n{head}\n---\n\n{body}\n"


def _paragraphs(draw: random.Random, number: int) -> Iterator[str]:
    for place in draw.sample(texts.PLACES, 3):
        yield texts.sentences(draw, place, draw.randint(2018, 2024), 2)


def measure(given: Mapping[str, Any]) -> Result:
    """In a process of its own. `folder`: a home that has the model; `target`: the reports."""
    archive, target = Ours(Path(given["folder"])), Path(given["target"])
    archive.ingest(next(iter(sorted(target.iterdir()))))  # the model is loaded
    started = time.perf_counter()
    archive.ingest(target)
    result = {"ingest": time.perf_counter() - started, **_read(target)}
    result["checks"] = archive.check()
    if not result["checks"]:
        raise AssistantError(f"no fact-check of {target} was judged")
    archive.ingest(_one_more(target))
    for name in ("first", "again"):
        started = time.perf_counter()
        archive.check()
        result[name] = time.perf_counter() - started
    archive.close()
    return result


def _one_more(target: Path) -> Path:
    """After it all that was looked up before is looked up anew."""
    more = target.parent / "more.md"
    more.write_text("# One more\n\nIn 2024, the office counted 512 open posts.\n", "utf-8")
    return more


def _read(target: Path) -> Result:
    """Seconds for the figures of some documents, and for embedding their words."""
    from assistant.freshness.keys.extraction import extract
    from assistant.ingest.reading import read_path
    from assistant.retrieval.encoder import Encoder
    from assistant.retrieval.model import resolve
    from assistant.types import Content

    rows = [row.content for path in sorted(target.iterdir()) for row in read_path(path)]
    contents = [each for each in rows if isinstance(each, Content)][:_EMBEDDED]
    encoder, words = Encoder(resolve()), [each.text for each in contents]
    encoder(words[:16])
    started = time.perf_counter()
    encoder(words)
    embedded = time.perf_counter()
    for each in contents:
        extract(each)
    characters = sum(map(len, words))
    return {
        "characters": characters,
        "embed": embedded - started,
        "figures": time.perf_counter() - embedded,
    }


def sheet(result: Result, files: int) -> Sheet:
    kilo = result["characters"] / 1000
    rows = [
        Row(
            name="reading figures",
            unit="ms/1,000 characters",
            ours=1000 * result["figures"] / kilo,
            theirs=1000 * result["embed"] / kilo,
            against="embedding the same",
            target="below 1",
        ),
        Row(
            name=f"check of {result['checks']:,.0f} fact-checks",
            unit="s",
            ours=result["first"],
            theirs=result["ingest"],
            against=f"ingest of all {files:,}",
            target="below 1",
        ),
        Row(
            name="check again",
            unit="s",
            ours=result["again"],
            theirs=result["first"],
            against="after a write",
        ),
    ]
    return Sheet(
        rows=rows, setting=[f"{files:,} reports with figures, a third of them fact-checks."]
    )
