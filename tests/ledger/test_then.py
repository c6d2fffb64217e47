"""The ledger as it stood: what was written by then, without what may not be shown any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from support.counts import count

from assistant.errors import AssistantError, Gone, NotFound
from assistant.ledger import writing
from assistant.ledger.documents import DocumentState
from assistant.ledger.ledger import Ledger
from assistant.ledger.then import LedgerThen
from assistant.ledger.watched import Watch
from assistant.ledger.writing import Entry
from assistant.types import Audience, Content, PassageDraft, Section, Span

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    yield ledger
    ledger.close()


def entry(
    name: str,
    text: str,
    audience: Audience = "public",
    url: str | None = None,
    corrects: tuple[str, ...] = (),
) -> Entry:
    span = Span(start=0, end=len(text))
    content = Content(
        kind="fact_check",
        title=name,
        text=text,
        sections=(Section(span=span),),
        url=url,
        publisher="The Desk",
        corrects=corrects,
    )
    return Entry(
        document_id=name,
        audience=audience,
        content=content,
        fingerprint=f"{name}:{text}",
        origin=name,
        url_key=url,
        pieces=(PassageDraft(span=span, heading_path=(), sentences=(span,)),),
        links=tuple(("corrects", each) for each in corrects),
    )


def put(ledger: Ledger, at: datetime, *entries: Entry) -> None:
    with ledger.transaction() as connection:
        writing.write(connection, entries, at)


def set_state(ledger: Ledger, at: datetime, name: str, state: DocumentState) -> None:
    with ledger.transaction() as connection:
        writing.set_state(connection, [name], state, at)


def erase(ledger: Ledger, name: str) -> None:
    with ledger.transaction() as connection:
        writing.erase(connection, name)


def stood(ledger: Ledger, at: datetime, audience: Audience = "internal") -> dict[str, str]:
    then = LedgerThen(ledger.path, at)
    try:
        documents = then.documents.active(audience)
        found = {each.id: each.text for each in documents}
        by_passages = {
            passage.document_id: passage.text
            for passage in then.documents.passages(
                [number for _, _, number in then.documents.served()], audience
            ).values()
        }
        assert by_passages == found
        return found
    finally:
        then.close()


def test_each_day_has_the_words_of_that_day(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "There were 10 wells."))
    put(ledger, START + 2 * DAY, entry("wells", "There were 12 wells."))
    assert stood(ledger, START - DAY) == {}
    assert stood(ledger, START) == {"wells": "There were 10 wells."}
    assert stood(ledger, START + 2 * DAY - timedelta(microseconds=1)) == {
        "wells": "There were 10 wells."
    }
    assert stood(ledger, START + 2 * DAY) == {"wells": "There were 12 wells."}
    then = LedgerThen(ledger.path, START + DAY)
    assert [each.version for each in then.documents.versions("wells")] == [1]
    with pytest.raises(NotFound):
        then.documents.version("wells", 2)
    then.close()


def test_what_was_removed_since_stands_as_of_then(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "There were 10 wells."))
    set_state(ledger, START + 2 * DAY, "wells", "removed")
    assert stood(ledger, START + DAY) == {"wells": "There were 10 wells."}
    assert stood(ledger, START + 3 * DAY) == {}


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_what_was_withdrawn_or_erased_since_does_not(ledger: Ledger, audience: Audience) -> None:
    put(ledger, START, entry("wells", "There were 10 wells."), entry("taps", "There are taps."))
    then = LedgerThen(ledger.path, START + DAY)  # already open
    assert then.documents.active(audience) != []
    set_state(ledger, START + 2 * DAY, "wells", "withdrawn")
    erase(ledger, "taps")
    assert stood(ledger, START + DAY, audience) == {}
    assert then.documents.passages([1, 2], audience) == {}
    assert then.documents.active(audience) == []
    then.close()
    with pytest.raises(Gone):
        LedgerThen(ledger.path, START + DAY).documents.get("wells")


def test_who_may_not_see_it_now_may_not_see_it_as_of_then(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "Ten wells."), entry("taps", "Two taps.", "internal"))
    put(ledger, START + 2 * DAY, entry("wells", "No wells.", "internal"))
    put(ledger, START + 2 * DAY, entry("taps", "Three taps."))
    assert stood(ledger, START + DAY, "public") == {}
    assert stood(ledger, START + DAY) == {"wells": "Ten wells.", "taps": "Two taps."}
    assert stood(ledger, START + 2 * DAY, "public") == {"taps": "Three taps."}


def test_addresses_publishers_and_links_are_those_of_then(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "Ten wells.", url="https://a.example/old"))
    put(ledger, START + 2 * DAY, entry("wells", "Ten wells.", url="https://a.example/new"))
    put(ledger, START + 4 * DAY, entry("newer", "Two wells.", corrects=("wells",)))
    put(ledger, START + 6 * DAY, entry("newer", "Three wells."))
    for days, corrected, address in ((1, [], "old"), (3, [], "new"), (5, ["newer"], "new")):
        then = LedgerThen(ledger.path, START + days * DAY)
        wells = then.documents.get("wells")
        assert [each.id for each in then.documents.linked_to(wells, "corrects")] == corrected
        found = then.documents.by_url(f"https://a.example/{address}", "public")
        assert found is not None
        assert found.id == "wells"
        other = "new" if address == "old" else "old"
        assert then.documents.by_url(f"https://a.example/{other}", "public") is None
        named = then.documents.of_publisher("the desk", "fact_check", 9)
        assert [each.id for each in named] == (["wells", "newer"] if days > 4 else ["wells"])
        then.close()
    then = LedgerThen(ledger.path, START + 7 * DAY)
    assert then.documents.linked_to(then.documents.get("wells"), "corrects") == []
    then.close()


def test_a_source_was_not_gone_before_its_day(ledger: Ledger) -> None:
    gone = Watch(url_key="u", url="https://u.example", gone_on="2026-03-05", retracted_on=None)
    ledger.watched.put(gone)
    with ledger.transaction() as connection:
        for number, at in enumerate((START, START + 5 * DAY)):
            ledger.watched.capture("u", f"d{number}", at, number, connection, text=f"t{number}")
    before, after = (LedgerThen(ledger.path, START + n * DAY) for n in (2, 6))
    assert [each.text for each in before.watched.captures("u")] == ["t0"]
    assert [each.text for each in after.watched.captures("u")] == ["t0", "t1"]
    known = [each.watched.get("u") for each in (before, after)]
    assert [each and each.gone_on for each in known] == [None, "2026-03-05"]
    assert known[0] is not None
    assert known[0].url == "https://u.example"
    before.close()
    after.close()


def test_nothing_can_be_written_in_the_past(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "Ten wells."))
    then = LedgerThen(ledger.path, START)
    then.documents.active("public")
    with pytest.raises((OperationalError, AssistantError)):
        then.watched.put(Watch(url_key="u", url="https://u.example"))
    then.close()
    assert ledger.watched.all() == []


def test_the_last_that_was_written_counts_though_the_clock_stood_still(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "One well."))
    put(ledger, START, entry("wells", "Two wells."))
    set_state(ledger, START, "wells", "removed")
    put(ledger, START, entry("wells", "Three wells."))
    assert stood(ledger, START) == {"wells": "Three wells."}


def test_an_erasure_leaves_no_history(ledger: Ledger) -> None:
    put(ledger, START, entry("wells", "Ten wells.", url="https://a.example/unmistakable"))
    erase(ledger, "wells")
    ledger.documents.compact()
    assert b"unmistakable" not in ledger.path.read_bytes()
    with ledger.transaction() as connection:
        rows = connection.exec_driver_sql("select count(*) from history").scalar()
    assert rows == 0
    with ledger.transaction() as connection:
        (row,) = connection.exec_driver_sql("select publisher_key, url_key from documents").all()
    assert tuple(row) == (None, None)


# --- any archive, any day -------------------------------------------------------------------------

NAMES = ("a", "b", "c")
WORDS = ("One.", "Two.", "Three.")


@dataclass
class Oracle:
    """What stood when, in plain Python: a copy of everything after each thing that happened."""

    now: dict[str, tuple[str, Audience]] = field(default_factory=dict)
    kept: list[tuple[datetime, dict[str, tuple[str, Audience]]]] = field(default_factory=list)
    readers: dict[str, Audience] = field(default_factory=dict)
    barred: set[str] = field(default_factory=set)

    def happened(self, at: datetime) -> None:
        self.kept.append((at, dict(self.now)))

    def stood(self, at: datetime, audience: Audience) -> dict[str, str]:
        then = [kept for moment, kept in self.kept if moment <= at]
        return {
            name: text
            for name, (text, readers) in (then[-1] if then else {}).items()
            if name not in self.barred
            and (audience == "internal" or readers == self.readers[name] == "public")
        }


EVENTS = st.tuples(
    st.sampled_from(("put", "put", "put", "remove", "withdraw", "erase")),
    st.sampled_from(NAMES),
    st.sampled_from(WORDS),
    st.sampled_from(("public", "public", "internal")),
    st.integers(0, 3),  # hours since the event before
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that was migrated already."""
    path = tmp_path_factory.mktemp("empty") / "ledger.sqlite3"
    Ledger(path).close()
    return path


@settings(max_examples=count(20, 2000))
@given(events=st.lists(EVENTS, max_size=9), looks=st.lists(st.integers(-1, 30), max_size=4))
def test_whatever_happened_each_moment_stands_as_it_was(
    empty: Path, events: list[tuple[str, str, str, Audience, int]], looks: list[int]
) -> None:
    with TemporaryDirectory() as folder:
        ledger, oracle, at = Ledger(Path(copy(empty, folder))), Oracle(), START
        for what, name, text, readers, hours in events:
            at += timedelta(hours=hours)
            _do(ledger, oracle, what, name, text, readers, at)
        for hours in (*looks, 40):
            moment = START + timedelta(hours=hours)
            for audience in ("public", "internal"):
                assert stood(ledger, moment, audience) == oracle.stood(moment, audience)
        ledger.close()


def _do(
    ledger: Ledger,
    oracle: Oracle,
    what: str,
    name: str,
    text: str,
    readers: Audience,
    at: datetime,
) -> None:
    known = ledger.documents.standing(name)
    if what == "put" and name not in oracle.barred:
        put(ledger, at, entry(name, text, readers))
        oracle.now[name], oracle.readers[name] = (text, readers), readers
    elif known is None or name in oracle.barred:
        return
    elif what == "remove":
        set_state(ledger, at, name, "removed")
        oracle.now.pop(name, None)
    elif what == "withdraw":
        set_state(ledger, at, name, "withdrawn")
        oracle.barred.add(name)
    elif what == "erase":
        erase(ledger, name)
        oracle.barred.add(name)
    oracle.happened(at)
