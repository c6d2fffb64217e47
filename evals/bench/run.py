"""The benchmark from start to end: each measurement alone in its own process, one at a time."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench import browser, cold, freshness, readers, stages, texts
from evals.bench.process import measured
from evals.bench.sheet import EMBEDDING_FACTOR, EMBEDDING_SPARE_MS, Row, Sheet, joined
from evals.bench.texts import Material
from evals.homes import ingest, temporary
from evals.site import chromium
from evals.suites.gold import CORPUS

Result = dict[str, float]
Note = Callable[[str], None]
PASSAGES = 50_000
SECTIONS = ("archive", "stages", "freshness", "readers", "browser")
"""Ours beside LangChain + Chroma; stages of a question; figures and checks; many readers of one
server; what a reader in a browser waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    passages: int
    files: int
    judged: int
    questions: int
    cold_runs: int
    embedded: int
    readers_seconds: float
    visits: int
    quick: bool


def size(passages: int | None, *, quick: bool, readers_seconds: float | None = None) -> Size:
    if quick:
        return Size(
            passages=passages or 600,
            files=200,
            judged=90,
            questions=30,
            cold_runs=3,
            embedded=300,
            readers_seconds=readers_seconds or 20,
            visits=3,
            quick=True,
        )
    return Size(
        passages=passages or PASSAGES,
        files=10_000,
        judged=2_000,
        questions=300,
        cold_runs=7,
        embedded=4000,
        readers_seconds=readers_seconds or 600,
        visits=15,
        quick=False,
    )


def bench(
    benchmarks: Path | None, wanted: Size, note: Note, sections: Sequence[str] = SECTIONS
) -> Sheet:
    """The figures of some sections, on one sheet."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder)
        sheets = [_archive(root, benchmarks, wanted, note)] if "archive" in sections else []
        if "freshness" in sections:
            sheets.append(_judged(root, wanted, note))
        if {"readers", "browser", "stages"} & set(sections):
            sheets += _served(root, wanted, note, sections)
    return joined(sheets)


def _served(root: Path, wanted: Size, note: Note, sections: Sequence[str]) -> Iterator[Sheet]:
    """What is measured at a server over the sample archive."""
    with temporary(root) as homes:
        note("reading the sample archive")
        with homes.fresh("sample") as assistant:
            ingest(assistant, CORPUS)
        home = homes.root / "sample"
        if "stages" in sections:
            note("the stages of a question")
            yield stages.beside(root, home, wanted.questions if wanted.quick else None)
        if "readers" in sections:
            note(f"{readers.READERS} readers at once, {wanted.readers_seconds:.0f} s")
            yield readers.sheet(readers.measure(home, wanted.readers_seconds))
        if "browser" in sections and chromium() is None and len(sections) > 1:
            note("no Chromium: what a reader in a browser waits is left out")
        elif "browser" in sections:
            note("a reader in a browser")
            yield browser.sheet(browser.measure(home, wanted.visits))


def _judged(root: Path, wanted: Size, note: Note) -> Sheet:
    note("figures read, and fact-checks judged")
    target = freshness.prepare(root / "reports", wanted.judged)
    (root / "judged").mkdir()
    given = {"folder": str(root / "judged"), "target": str(target)}
    return freshness.sheet(measured("judge", "ours", given), wanted.judged)


def _archive(root: Path, benchmarks: Path | None, wanted: Size, note: Note) -> Sheet:
    note("preparing the documents")
    material = texts.prepare(
        root / "material",
        benchmarks,
        passages=wanted.passages,
        files=wanted.files,
        questions=wanted.questions,
        quick=wanted.quick,
    )
    return _measured(root, material, wanted, note)


def _measured(root: Path, material: Material, wanted: Size, note: Note) -> Sheet:
    ours, baseline, small = root / "ours", root / "baseline", root / "small-home"
    given = {
        "warm": str(material.warm),
        "parts": [str(part) for part in material.parts],
        "ranked": str(material.ranked) if material.ranked else None,
        "questions": str(material.questions),
    }
    note("ingesting: ours")
    ingest = measured("ingest", "ours", given | {"folder": str(ours)})
    note("the embedder alone")
    embed = measured("embed", "ours", {"folder": str(ours), "limit": wanted.embedded})
    note("ingesting: LangChain + Chroma")
    plain_ingest = measured("ingest", "baseline", given | {"folder": str(baseline)})
    note("questions: ours")
    serve = measured("serve", "ours", given | {"folder": str(ours)})
    note("questions: LangChain + Chroma")
    plain_serve = measured("serve", "baseline", given | {"folder": str(baseline)})
    note("a cold question")
    question = json.loads(material.questions.read_text(encoding="utf-8"))[0]
    cold_seconds = cold.ask_seconds(ours, question, wanted.cold_runs)
    imports = cold.imports(ours, question)
    note("an unchanged folder")
    _share_models(ours, small)
    resync = measured("resync", "ours", {"folder": str(small), "target": str(material.folder)})
    rows = [
        *_ingest_rows(ingest, embed, plain_ingest),
        Row(
            name=f"{wanted.files:,} unchanged files",
            unit="s",
            ours=resync["again"],
            theirs=resync["first"],
            against="first ingest",
            target="seconds",
        ),
        *_question_rows(serve, plain_serve),
        Row(name="cold ask", unit="s", ours=cold_seconds, target="about 1"),
        *_size_rows(ingest, plain_ingest, serve, plain_serve, _bytes(ours), _bytes(baseline)),
    ]
    setting = _setting(ingest, plain_ingest, wanted)
    return Sheet(rows=rows, setting=setting, imports=imports)


def _ingest_rows(ours: Result, embed: Result, plain: Result) -> list[Row]:
    rate = ours["passages"] / ours["seconds"]
    rows = [
        Row(
            name="ingest",
            unit="passages/s",
            ours=rate,
            theirs=embed["passages"] / embed["seconds"],
            against="the embedder alone",
            target="ratio .70, aim .85",
        ),
        Row(
            name="ingest",
            unit="passages/s",
            ours=rate,
            theirs=plain["passages"] / plain["seconds"],
            against="LangChain + Chroma, its chunks/s",
        ),
        Row(
            name="ingest of all",
            unit="s",
            ours=ours["seconds"],
            theirs=plain["seconds"],
            against="LangChain + Chroma, same documents",
        ),
    ]
    if "map" in ours:
        rows.append(
            Row(
                name="CheckThat! dev MAP@5",
                unit="0 to 1",
                ours=ours["map"],
                theirs=plain["map"],
                against="LangChain + Chroma",
            )
        )
    return rows


def _question_rows(ours: Result, plain: Result) -> list[Row]:
    allowed = EMBEDDING_FACTOR * ours["embed_p50"] + EMBEDDING_SPARE_MS
    rows = [
        Row(
            name=f"{name} p50",
            unit="ms",
            ours=ours[f"{name}_p50"],
            theirs=ours["embed_p50"],
            against="its own embedding",
            target=f"2 x embedding + 15 = {allowed:.1f} ms",
        )
        for name in ("search", "ask")
    ]
    for name, percentile in [(n, p) for n in ("search", "ask") for p in ("p50", "p95")]:
        rows.append(
            Row(
                name=f"{name} {percentile}",
                unit="ms",
                ours=ours[f"{name}_{percentile}"],
                theirs=plain[f"search_{percentile}"],
                against="LangChain + Chroma similarity_search",
            )
        )
    return rows


def _size_rows(
    ours: Result, plain: Result, serve: Result, plain_serve: Result, disk: int, plain_disk: int
) -> list[Row]:
    return [
        Row(
            name=f"peak memory {name}",
            unit="MiB",
            ours=mine["peak"],
            theirs=theirs["peak"],
            against="LangChain + Chroma",
            target="ratio 1.25, aim 1",
        )
        for name, mine, theirs in (("ingesting", ours, plain), ("serving", serve, plain_serve))
    ] + [
        Row(
            name="disk",
            unit="bytes/passage",
            ours=disk / ours["passages"],
            theirs=plain_disk / plain["passages"],
            against="LangChain + Chroma, per chunk",
        ),
        Row(
            name="disk of all",
            unit="MiB",
            ours=disk / 2**20,
            theirs=plain_disk / 2**20,
            against="LangChain + Chroma, same documents",
        ),
    ]


def _setting(ours: Result, plain: Result, wanted: Size) -> list[str]:
    return [
        f"{ours['passages']:,.0f} passages of ours, {plain['passages']:,.0f} chunks of theirs, "
        f"from the same documents; {wanted.questions} questions, one at a time, warm.",
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; "
        "each side in its own process; disk without the model files.",
    ]


def _share_models(source: Path, home: Path) -> None:
    home.mkdir()
    (home / "models").symlink_to((source / "models").absolute(), target_is_directory=True)


def _bytes(folder: Path) -> int:
    """Of the files below a folder, but for the model's."""
    return sum(
        file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file() and file.relative_to(folder).parts[0] != "models"
    )
