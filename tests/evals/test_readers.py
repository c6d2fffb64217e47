"""Many readers at once: nobody is refused, everybody gets the whole answer, memory stays flat."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.counts import count

from evals.bench import browser, readers, sheet
from evals.bench.process import resident
from evals.bench.readers import Load, Memory, Reading

GROWTH_MIB = 48
"""What the second half of the time may add: allocators settle late, a leak does not settle."""


def frames(*events: tuple[str, object]) -> Callable[[], bytes]:
    text = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    return io.BytesIO((": still working\n\n" + text).encode()).readline


CLAIM = {"text": "There are 9 wells."}
EVIDENCE: tuple[str, object] = ("evidence", {"passages": []})


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([EVIDENCE, ("claim", {"claim": CLAIM}), ("reply", {"kind": "answer", "claims": [CLAIM]})],
         "answer"),
        ([EVIDENCE, ("reply", {"kind": "abstention"})], "abstention"),
        ([EVIDENCE, ("reply", {"kind": "answer", "claims": [CLAIM]})], "claims lost"),
        ([EVIDENCE, ("claim", {"claim": CLAIM})], "no reply"),
        ([EVIDENCE, ("error", {"status": 503})], "503"),
        ([], "no reply"),
    ],
)  # fmt: skip
def test_only_a_whole_stream_is_an_answer(events: list[tuple[str, object]], outcome: str) -> None:
    assert readers._outcome(list(readers._parsed(frames(*events)))) == outcome


def reading(outcome: str, seconds: float) -> Reading:
    return Reading(reader=0, outcome=outcome, first_claim=seconds, whole=seconds, ended=10.0)


def test_the_sheet_counts_errors_and_the_slope() -> None:
    samples = [(float(second), 300.0 + second) for second in range(3, 64)]
    load = Load(
        readers=2,
        readings=[reading("answer", 0.1), reading("abstention", 0.3), reading("429", 9.0)],
        memory=Memory(samples=samples),
    )
    figures = {row.name: row for row in readers.sheet(load).rows}
    assert figures["2 readers: errors"].ours == 1
    assert "1 x 429" in figures["2 readers: errors"].target
    assert figures["2 readers: whole answer p50"].ours == pytest.approx(0.2)
    assert figures["2 readers: questions"].ours == pytest.approx(0.2)
    assert figures["2 readers: server memory, start"].ours == 303
    assert figures["2 readers: server memory, end"].ours == 363
    assert figures["2 readers: server memory, slope"].ours == pytest.approx(60)


def test_sheets_are_joined_in_their_order() -> None:
    one, other = (
        sheet.Sheet(rows=[sheet.Row(name=name, unit="s", ours=1)], setting=[name], imports=[])
        for name in ("one", "other")
    )
    both = sheet.joined([one, other])
    assert [row.name for row in both.rows] == both.setting == ["one", "other"]


def test_visits_are_shown_by_their_medians() -> None:
    visits = [
        browser.Visit(launcher=1, panel=2, first_claim=each, whole=2 * each)
        for each in (10, 30, 20)
    ]
    rows = {row.name: row for row in browser.sheet(visits).rows}
    assert rows["browser: send to first verified claim"].ours == 20
    assert rows["browser: send to whole answer"].ours == 40
    assert rows["browser: send to whole answer"].target == "slowest 60 ms"


def test_resident_memory_is_that_of_the_process() -> None:
    mine = resident(os.getpid())
    assert mine is not None
    assert mine > 10
    assert resident(2**22 + 1) is None


def test_64_readers_at_once(repository_home: Path, tmp_path: Path) -> None:
    """One minute; ten in the full run."""
    home = tmp_path / "home"
    shutil.copytree(repository_home, home)
    load = readers.measure(home, seconds=count(60, 600))
    assert load.errors == {}
    assert {each.reader for each in load.readings} == set(range(readers.READERS))
    assert load.memory.at(1) - load.memory.at(0.5) < GROWTH_MIB
