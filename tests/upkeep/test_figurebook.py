"""The archive's figures: found by their rivals, read again when another reader has read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.freshness.keys.compare import relation
from assistant.freshness.keys.extraction import VERSION, extract
from assistant.settings import Settings
from assistant.upkeep.figurebook import FigureBook, recover
from assistant.wiring import Assistant, open_assistant

FIRST = """---
kind: source_document
publisher: Fire Office
published_on: 2024-02-01
---
# Fires in Norway in 2023

There were 412 forest fires in Norway in 2023.
"""
NEXT = FIRST.replace("2024-02", "2025-02").replace("2023", "2024").replace("412", "430")


def archive(home: Path, folder: Path) -> Assistant:
    folder.mkdir()
    (folder / "first.md").write_text(FIRST)
    (folder / "next.md").write_text(NEXT)
    with open_assistant(Settings(home=home)) as assistant:
        assert assistant.ingest([str(folder)]).quarantined == ()
    return assistant


def test_rivals_are_found_and_a_withdrawn_one_is_gone(
    fresh_home: Callable[[], Path], tmp_path: Path
) -> None:
    home = fresh_home()
    archive(home, tmp_path / "news")
    with open_assistant(Settings(home=home)) as assistant:
        ledger = assistant._ledger
        book = FigureBook(ledger)
        first, newer = (ledger.documents.get(name, audience="public") for name in ("first", "next"))
        (figure,) = book.of(first)
        told = {(d.id, relation(figure, other)) for d, other in book.rivals(figure)}
        assert told == {(first.id, "same"), (newer.id, "later")}
        assistant.withdraw(newer.id, "an error")
        assert [document.id for document, _ in book.rivals(figure)] == [first.id]


def test_figures_are_read_again_once_and_move_no_generation(
    fresh_home: Callable[[], Path], tmp_path: Path
) -> None:
    home = fresh_home()
    archive(home, tmp_path / "news")
    with open_assistant(Settings(home=home)) as assistant:
        ledger = assistant._ledger
        before = ledger.generations.current()
        assert recover(ledger, lambda content: extract(content)[:0], "another") == 2
        first = ledger.documents.get("first", audience="public")
        assert FigureBook(ledger).of(first) == ()
        assert recover(ledger, extract, VERSION) == 2
        assert recover(ledger, extract, VERSION) == 0
        assert [figure.value for figure in FigureBook(ledger).of(first)] == [412]
        assert ledger.generations.current() == before
        assert ledger.generations.pending() == []


def test_what_another_version_has_read_is_read_again_before_anything_is_judged(
    fresh_home: Callable[[], Path], tmp_path: Path
) -> None:
    home = fresh_home()
    archive(home, tmp_path / "news")
    with open_assistant(Settings(home=home)) as assistant:
        recover(assistant._ledger, lambda content: extract(content)[:0], "another")
    with open_assistant(Settings(home=home)) as assistant:
        ledger = assistant._ledger
        first = ledger.documents.get("first", audience="public")
        assert FigureBook(ledger).of(first) == ()
        assistant.ask("How many forest fires were there in Norway in 2023?")
        assert [figure.value for figure in FigureBook(ledger).of(first)] == [412]
