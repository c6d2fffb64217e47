"""The parts of the benchmark and of the demo that can be checked without a stopwatch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.freshness.keys.extraction import extract
from assistant.ingest.reading import read_path
from assistant.types import Content
from evals import demo
from evals.bench import cold, freshness, process, run, sheet, texts, worker
from evals.bench.sheet import Row, Sheet

ANSWER = """\
First claim. [1]
Second claim, which goes on for so long that it has to be broken before its one antidisestablishmentarianism. [2]
Third. [3]
Fourth. [4]

Sources
[1] the fact-check says: “First claim [1].”
    A title
[2] the fact-check says: “Second claim.”
    A title

This fact-check may be outdated.
  - One reason.
  - Another reason.
  - A third.

freshness: fresh · confidence 0.93 · answer 1561db84cc75434db7496640adacecd3

Want to dive deeper?
  - Why?
"""  # noqa: E501


def test_a_long_reply_is_cut_and_says_so() -> None:
    assert list(demo.laid_out(ANSWER)) == [
        "First claim. [1]",
        "Second claim, which goes on for so long that it has to be broken before its one",
        "antidisestablishmentarianism. [2]",
        "... and 2 more",
        "",
        "Sources",
        "[1] the fact-check says: “First claim [1].”",
        "    A title",
        "... and 1 more",
        "",
        "This fact-check may be outdated.",
        "  - One reason.",
        "  - Another reason.",
        "... and 1 more",
        "",
        "freshness: fresh · confidence 0.93",
    ]


def test_a_short_reply_is_shown_whole() -> None:
    text = "The archive doesn't say.\n\nWhat came nearest\n  - “A quote.”\n    A title"
    assert "\n".join(demo.laid_out(text)) == text


def test_generated_text_is_the_same_and_differs_from_its_neighbours() -> None:
    assert texts.generated(7) == texts.generated(7)
    some = {json.loads(texts.generated(number))["text"] for number in range(300)}
    assert len(some) == 300


def test_without_public_sets_the_material_is_generated(tmp_path: Path) -> None:
    material = texts.prepare(tmp_path / "m", None, passages=50, files=7, questions=5, quick=True)
    (part,) = material.parts
    rows = [json.loads(line) for line in part.read_text("utf-8").splitlines()]
    assert len({row["_id"] for row in rows}) == 50
    assert material.ranked is None
    assert len(list(material.folder.iterdir())) == 7
    assert len(json.loads(material.questions.read_text("utf-8"))) == 5


def test_every_third_report_is_a_fact_check_that_cites_another(tmp_path: Path) -> None:
    folder = freshness.prepare(tmp_path / "reports", 9)
    read = [row.content for file in sorted(folder.iterdir()) for row in read_path(file)]
    documents = [each for each in read if isinstance(each, Content)]
    assert [each.kind for each in documents] == 3 * ["fact_check", *2 * ["source_document"]]
    assert all(len(each.sources) == 1 for each in documents[::3])
    assert all(len(extract(each)) >= 6 for each in documents)


class Fixed:
    """An archive that ranks the same documents for every question."""

    def search_documents(self, question: str, k: int) -> list[tuple[str, float]]:
        return [("d1", 3.0), ("d2", 2.0), ("d3", 1.0)][:k]


def test_average_precision(tmp_path: Path) -> None:
    ranked = tmp_path / "ranked.json"
    rows = {
        "a": {"text": "x", "relevant": {"d2": 1}},
        "b": {"text": "y", "relevant": {"d1": 1, "d3": 1}},
        "c": {"text": "z", "relevant": {"d9": 1}},
    }
    ranked.write_text(json.dumps(rows))
    found = worker.average_precision(Fixed(), ranked)  # type: ignore[arg-type]
    assert found == pytest.approx((1 / 2 + (1 + 2 / 3) / 2 + 0) / 3)


def test_latencies_are_of_every_question() -> None:
    asked: list[str] = []
    found = worker.latencies("search", ["a", "b", "c"], asked.append)
    assert asked == ["a", "b", "c"]
    assert 0 <= found["search_p50"] <= found["search_p95"]


def test_peak_memory_grows_with_what_is_held() -> None:
    before = worker.peak_memory()
    held = bytearray(b"x") * (64 << 20)
    assert worker.peak_memory() >= before + 32 or worker.peak_memory() > len(held) / 2**20 + 100


def test_the_import_profile_names_packages_slowest_first() -> None:
    told = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   heavy.part\n"
        "import time:       900 |      52000 | heavy\n"
        "import time:        10 |       1500 | light\n"
    )
    assert cold.slowest(told, 8) == [("heavy", 52.0), ("light", 1.5)]
    assert cold.slowest(told, 1) == [("heavy", 52.0)]


def test_the_table_shows_ratios() -> None:
    rows = [
        Row(name="ingest", unit="passages/s", ours=150, theirs=200, against="x", target="y"),
        Row(name="cold ask", unit="s", ours=1.5),
    ]
    lines = list(sheet.lines(Sheet(rows=rows, setting=["On a machine."], imports=[("a", 12.3)])))
    assert lines[0] == "On a machine."
    assert lines[3].split() == ["ingest,", "passages/s", "150.0", "200.0", "0.75", "x;", "y"]
    assert lines[4].split() == ["cold", "ask,", "s", "1.500"]
    assert lines[-1].endswith("a 12")
    written = sheet.sheet_json(Sheet(rows=rows, setting=[], imports=[]))
    assert json.dumps(written)


def test_a_worker_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="measuring embed of ours failed"):
        process.measured("embed", "ours", {"folder": str(tmp_path / "none" / "such"), "limit": 1})


def test_a_home_is_weighed_without_its_model(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m").write_bytes(b"x" * 1000)
    (tmp_path / "ledger").write_bytes(b"x" * 10)
    assert run._bytes(tmp_path) == 10
