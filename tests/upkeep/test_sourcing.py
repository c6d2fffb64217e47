"""What became of a check's sources, read from a real ledger: versions, captures, watches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.archive import NOW, Archive

from assistant.freshness.judge import Judge
from assistant.ledger.history import Moment
from assistant.ledger.watched import Watch
from assistant.lookups import Lookups
from assistant.types import Volatility
from assistant.upkeep.sourcing import Sourcing

URL = "https://office.example/figures"
SOURCE = """---
title: Figures
kind: source_document
publisher: Office
url: https://office.example/figures
published_on: 2025-01-15
{more}---
The office counted {count} wells in 2024.
"""
CHECK = """---
title: How many wells are there?
kind: fact_check
publisher: Desk
checked_on: {day}
sources:
  - n: 1
    title: Figures
    publisher: Office
    url: https://office.example/figures
---
## Executive summary

The office counted {count} wells in 2024 [1]. {more}
"""


class Desk:
    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.archive = Archive(folder / "home")
        self.ledger = self.archive.ledger
        self.sources = Sourcing(self.ledger, Lookups(self.ledger))

    def source(self, count: str, more: str = "") -> None:
        (self.files / "figures.md").write_text(SOURCE.format(count=count, more=more), "utf-8")

    def check(self, day: str, count: str = "3,412", more: str = "") -> None:
        text = CHECK.format(day=day, count=count, more=more)
        (self.files / "check.md").write_text(text, "utf-8")

    def read(self) -> None:
        assert self.archive.ingest(self.files).quarantined == ()

    def state(self) -> Any:
        document = self.ledger.documents.get("check")
        return self.sources(document).get(1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.source("3,412")
    made.check("2026-02-20")
    made.read()
    return made


def test_of_what_has_not_changed_there_is_nothing_to_say(desk: Desk) -> None:
    assert desk.state() is None


def test_a_changed_version_is_what_it_says_now(desk: Desk) -> None:
    desk.source("3,999")
    desk.read()
    state = desk.state()
    assert "3,412" in state.then
    assert "3,999" in state.now
    assert state.changed_on == NOW.date()
    desk.source("3,412")
    desk.read()
    assert desk.state() is None


def test_a_mistyped_word_put_right_moves_no_baseline_and_a_new_check_does(desk: Desk) -> None:
    desk.source("3,999")
    desk.read()
    desk.check("2026-02-20", more="A word was put right.")
    desk.read()
    assert "3,412" in desk.state().then
    desk.check("2026-03-01", count="3,999")
    desk.read()
    assert desk.state() is None


def test_a_digest_is_compared_by_the_captures_of_its_page(desk: Desk) -> None:
    watch = Watch(url_key=URL, url=URL)
    desk.ledger.watched.put(watch)
    for n, text in enumerate(["Page: 3,412 wells", "Page: 3,500 wells"]):
        with desk.ledger.transaction() as connection:
            at = NOW + timedelta(days=n)
            moment = Moment(at=at, generation=100 + n)
            desk.ledger.watched.capture(
                URL, f"digest-{n}", moment.at, moment.generation, connection, text=text
            )
        desk.ledger.watched.put(replace(watch, changes=n))
    state = desk.state()
    assert (state.then, state.now) == ("Page: 3,412 wells", "Page: 3,500 wells")
    assert state.changed_on == (NOW + timedelta(days=1)).date()


def test_days_of_a_watch_are_those_of_the_state(desk: Desk) -> None:
    desk.ledger.watched.put(
        Watch(
            url_key=URL,
            url=URL,
            gone_on="2026-03-05",
            unreachable_on="2026-03-06",
            retracted_on="2026-03-07",
            retraction="Retracted.",
        )
    )
    state = desk.state()
    assert (state.gone_on, state.unreachable_on) == (date(2026, 3, 5), date(2026, 3, 6))
    assert (state.retracted_on, state.retraction) == (date(2026, 3, 7), "Retracted.")


@pytest.mark.parametrize(("day", "counts"), [("2026-02-19", False), ("2026-02-21", True)])
def test_who_checked_after_a_correction_knew_of_it(desk: Desk, day: str, counts: bool) -> None:
    watch = Watch(url_key=URL, url=URL, retracted_on=day, retraction="Corrected.", corrected=True)
    desk.ledger.watched.put(watch)
    assert (desk.state() is not None) == counts


def test_a_source_that_was_withdrawn_counts_from_that_day(desk: Desk) -> None:
    desk.source("3,412", more="withdrawn: The office took it back.\n")
    desk.read()
    state = desk.state()
    assert (state.retracted_on, state.retraction) == (NOW.date(), "The office took it back.")


def test_the_withdrawal_of_an_internal_copy_is_none_for_the_public(desk: Desk) -> None:
    place = desk.files.parent / "internal"
    place.mkdir()
    copy = SOURCE.format(count="3,412", more="withdrawn: The minister rang us.\n")
    (place / "copy.md").write_text(copy, "utf-8")
    assert desk.archive.ingest(place, "internal").quarantined == ()
    assert desk.state() is None
    inside = replace(desk.ledger.documents.get("check"), audience="internal")
    assert desk.sources(inside)[1].retraction == "The minister rang us."
    desk.source("3,412", more="withdrawn: The office took it back.\n")
    desk.read()
    assert desk.state().retraction == "The office took it back."


def test_a_retraction_says_whose_words_it_is_told_in(desk: Desk) -> None:
    def evidence() -> Any:
        judge = Judge(volatility=_lasting, sources=desk.sources)
        freshness, _ = judge.document(desk.ledger.documents.get("check"), date(2026, 11, 22))
        return next(r for r in freshness.reasons if r.rule == "retracted-or-corrected").evidence

    erratum = SOURCE.format(count="3,500", more="corrects: [figures]\n")
    erratum = erratum.replace("2025-01-15", "2026-03-01").replace("example/figures", "example/new")
    (desk.files / "erratum.md").write_text(erratum, "utf-8")
    desk.read()
    assert evidence()["by_document_id"] == "erratum"
    (desk.files / "erratum.md").unlink()
    desk.source("3,412", more="withdrawn: The office took it back.\n")
    desk.read()
    assert evidence()["source_document_id"] == "figures"


def test_a_write_to_a_watch_is_seen_at_once(desk: Desk) -> None:
    writes = desk.ledger.writes
    desk.ledger.watched.put(Watch(url_key=URL, url=URL, looked_at=_stamp(NOW)))
    assert desk.ledger.writes == writes
    desk.ledger.watched.put(Watch(url_key=URL, url=URL, gone_on="2026-03-05"))
    assert desk.ledger.writes > writes
    assert desk.state().gone_on == date(2026, 3, 5)


def test_what_refreshes_taught_is_a_write_too(desk: Desk) -> None:
    writes = desk.ledger.writes
    desk.ledger.labels.calibrate({}, NOW)
    assert desk.ledger.writes > writes


def _lasting(_question: str, _day: date | None) -> Volatility:
    return Volatility(p_mutable=0.0, kind="historical", tau_days=3650)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
