"""Property group 8: refreshes in any order, cut off at any write, leave one version whole.

A real ledger, catalog and rules; what a look at a source finds is played. The fault strikes in the
database's own driver call: once (a disk that was full for a moment), or from then on until the
archive is opened anew (a process that died).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, text
from support.counts import count
from support.refreshing import CHECK, Newsroom, source

from assistant.errors import AssistantError
from assistant.freshness.refresh.values import Look
from assistant.ledger.refreshes import Kept

YEARLY = CHECK.format(checked="2025-12-19")
LOOKS = {
    "there": None,
    "unreachable": Look(status="unreachable", text="could not be looked at."),
    "retracted": Look(status="retracted", text="was retracted."),
}
EDITS = ("whoever finds", "anybody who finds", "the one who finds")
_WRITES = ("insert", "update", "delete")


class Cut(BaseException):
    """The process is gone: nothing handles this."""


FAULTS = st.none() | st.tuples(st.sampled_from(["once", "dead"]), st.integers(1, 30))
"""At which write, counted from the start of what is done."""
KEYS = st.sampled_from([None, "k1", "k2", "k3"])


@contextmanager
def striking(newsroom: Newsroom, fault: tuple[str, int] | None) -> Iterator[None]:
    """Writes from a certain one on (or that one alone) do not reach the database."""
    kind, at = fault or ("none", 0)
    seen = 0

    def strike(*call: Any) -> None:
        nonlocal seen
        seen += call[2].lstrip().lower().startswith(_WRITES)
        if kind == "once" and seen == at:
            seen += 1
            raise OSError("no space left on device")
        if kind == "dead" and seen >= at:
            raise Cut

    engine = newsroom.ledger._engine
    if fault:
        event.listen(engine, "before_cursor_execute", strike)
    try:
        yield
    finally:
        if fault:
            event.remove(engine, "before_cursor_execute", strike)


class Refreshes(RuleBasedStateMachine):
    begun: Path
    """A home with the fact-check and its source, made once: each case begins with a copy."""

    @initialize()
    def opens(self) -> None:
        self.temporary = TemporaryDirectory()
        self.home = Path(self.temporary.name) / "home"
        shutil.copytree(self.begun, self.home)
        self.newsroom = Newsroom(self.home)
        self.led: dict[str, str] = {}
        self.texts: dict[int, str] = {}
        self.erased = False
        self.stood = self.stands()

    def teardown(self) -> None:
        if hasattr(self, "newsroom"):
            self.newsroom.close()
            self.temporary.cleanup()

    # --- what is done -----------------------------------------------------------------------------

    @rule(key=KEYS, approve=st.booleans(), fault=FAULTS)
    def refresh(self, key: str | None, approve: bool, fault: tuple[str, int] | None) -> None:
        made = self.tried(fault, lambda: self.newsroom.refresh(key=key, approve=approve))
        if made is None:
            return
        if key is not None:
            assert self.led.setdefault(key, made.id) == made.id
        waiting = self.newsroom.refreshing.listed(None, open_only=True, limit=9, offset=0)
        assert [each.state for each in waiting] in ([], ["proposed"])
        if made.state == "published":
            assert made.body["new_version"] or made.outcome == "withdrawn"

    @rule(approve=st.booleans(), edit=st.sampled_from([None, *EDITS]), fault=FAULTS)
    def decide(self, approve: bool, edit: str | None, fault: tuple[str, int] | None) -> None:
        waiting = self.newsroom.refreshing.listed(None, open_only=True, limit=1, offset=0)
        if not waiting:
            return
        said: dict[str, str] = {}
        if edit and approve and waiting[0].body.get("text"):
            said = {"text": reworded(waiting[0].body["text"], edit), "note": "We worded it anew."}
        decide = self.newsroom.refreshing.decide
        self.tried(fault, lambda: decide(waiting[0].id, approve=approve, by="ann", **said))

    @rule(look=st.sampled_from(list(LOOKS)))
    def watch(self, look: str) -> None:
        found = LOOKS[look]
        self.newsroom.looks = {} if found is None else {1: found}

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.newsroom.now += timedelta(days=days)

    @rule(number=st.sampled_from(["30,100", "31,200"]))
    def publish_newer(self, number: str) -> None:
        if not self.erased:
            self.newsroom.ingest(newer=source(2025, number, "2026-05-01"))
            self.stood = self.stands()

    @rule(words=st.sampled_from(EDITS))
    def edit_the_file(self, words: str) -> None:
        self.newsroom.ingest(yearly=reworded(YEARLY, words))
        self.stood = self.stands()

    @precondition(lambda self: not self.erased)
    @rule()
    def erase_the_newer_source(self) -> None:
        if self.newsroom.ledger.documents.standing("newer") is None:
            return
        (self.newsroom.files / "newer.md").unlink()
        self.newsroom.holdings.erase("newer")
        self.erased = True
        self.stood = self.stands()

    # --- what holds -------------------------------------------------------------------------------

    def tried(self, fault: tuple[str, int] | None, act: Any) -> Kept | None:
        """What came of it; None where it was refused or cut off. Then nothing, or all of it, is
        there, and nothing at all where it was refused."""
        before, made = self.stood, None
        try:
            with striking(self.newsroom, fault):
                made = act()
        except (AssistantError, OSError):
            pass
        except Cut:
            now, looks = self.newsroom.now, self.newsroom.looks
            self.newsroom.close()
            self.newsroom = Newsroom(self.home, looks=looks, now=now)
        self.stood = self.stands()
        if made is not None and made.state in ("proposed", "failed", "rejected"):
            assert self.stood == before
        if self.stood != before:
            assert self.moved(before), (before, self.stood)
        return made

    def moved(self, before: tuple[str, int, str]) -> bool:
        """By a refresh that says so, and to the day of that refresh."""
        state, version, checked = self.stood
        if state == "withdrawn":
            return version == before[1] and checked == before[2]
        (last,) = [
            each
            for each in self.newsroom.ledger.refreshes.listed("yearly")
            if each.body.get("new_version") == version and each.version == version - 1
        ]
        return (last.state, version) == ("published", before[1] + 1) and (
            checked == last.body["checked_on"]
        )

    def stands(self) -> tuple[str, int, str]:
        standing = self.newsroom.ledger.documents.standing("yearly")
        assert standing is not None
        document = self.newsroom.ledger.documents.version("yearly", standing.version)
        return standing.state, standing.version, str(document.content.checked_on)

    @invariant()
    def every_version_stays_as_it_was(self) -> None:
        if not hasattr(self, "newsroom"):
            return
        versions = self.newsroom.ledger.documents.versions("yearly")
        assert [each.version for each in versions] == list(range(1, self.stood[1] + 1))
        for each in versions:
            assert self.texts.setdefault(each.version, each.text) == each.text
            for section in each.content.sections:
                assert section.span.of(each.text).strip()

    @invariant()
    def what_was_published_is_told_and_counted_once(self) -> None:
        if not hasattr(self, "newsroom"):
            return
        ledger = self.newsroom.ledger
        published = [each for each in ledger.refreshes.listed() if each.state == "published"]
        made = sorted(
            each.body["new_version"]
            for each in published
            if each.outcome != "withdrawn" and each.body["new_version"] != each.version
        )
        withdrawn = [each.version for each in published if each.outcome == "withdrawn"]
        assert rows(ledger, "select version from revisions order by 1") == made
        labels = rows(ledger, "select version from labels order by 1")
        assert labels == sorted([*(each - 1 for each in made), *withdrawn])
        told = rows(ledger, "select body from changes")
        revised = [json.loads(each).get("revision") for each in told]
        assert sorted(each["version"] for each in revised if each) == made


def reworded(words: str, finder: str) -> str:
    for each in EDITS:
        words = words.replace(each, finder)
    return words


def rows(ledger: Any, query: str) -> list[Any]:
    with ledger.noting() as connection:
        return list(connection.execute(text(query)).scalars())


def test_refreshes_in_any_order_cut_off_anywhere(tmp_path: Path) -> None:
    begun = Newsroom(tmp_path / "begun")
    begun.ingest(yearly=YEARLY, older=source())
    begun.close()
    machine = type("Machine", (Refreshes,), {"begun": tmp_path / "begun"})
    # A step is a real transaction on a real disk: as many as `make test-full` has time for.
    machine.TestCase.settings = settings(  # type: ignore[attr-defined]
        max_examples=count(10, 500),
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine.TestCase("runTest").runTest()  # type: ignore[attr-defined]
