"""The ledger: migrated, durable, and honest about what it may still show."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from assistant.errors import BadInput, Gone, HomeUnusable, NotFound, Unauthenticated
from assistant.ledger import codec, database, schema, writing
from assistant.ledger.ledger import Ledger
from assistant.ledger.writing import Entry
from assistant.types import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Content,
    Freshness,
    PartialDate,
    PassageDraft,
    Reply,
    Section,
    Source,
    Span,
    Statement,
    Verdict,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    yield ledger
    ledger.close()


def content(text_: str = "Glass is a solid.", **more: object) -> Content:
    span = Span(start=0, end=len(text_))
    values: dict[str, object] = {
        "kind": "fact_check",
        "title": "Is glass a liquid?",
        "text": text_,
        "sections": (Section(span=span),),
    }
    return Content(**(values | more))  # type: ignore[arg-type]


def put(ledger: Ledger, document_id: str, what: Content, audience: str = "public") -> None:
    span = Span(start=0, end=len(what.text))
    entry = Entry(
        document_id=document_id,
        audience=audience,  # type: ignore[arg-type]
        content=what,
        fingerprint=hashlib.sha256(what.text.encode()).hexdigest(),
        origin=document_id,
        url_key=what.url,
        pieces=(PassageDraft(span=span, heading_path=("A", "b"), sentences=(span,)),),
        links=tuple(("supersedes", target) for target in what.supersedes),
    )
    with ledger.transaction() as connection:
        writing.write(connection, [entry], NOW)


def reply(ledger: Ledger, document_id: str, answer_id: str = "r1") -> Reply:
    document = ledger.documents.get(document_id)
    citation = Citation(document=document, span=Span(start=0, end=5))
    statement = Statement(text="Glass is.", citations=(citation,), support=1.0)
    freshness = Freshness(state="fresh", score=0.0)
    answer = Answer(
        claims=(Claim(statement=statement, freshness=freshness),),
        freshness=freshness,
        confidence=0.9,
        as_of=NOW.date(),
    )
    return Reply(id=answer_id, question="Is glass liquid?", result=answer, created_at=NOW)


# --- the schema -----------------------------------------------------------------------------------


def test_the_migrations_make_the_schema(tmp_path: Path) -> None:
    engine = database.open_engine(tmp_path / "l.sqlite3")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema.metadata)
        assert found == []
        made = connection.execute(text("select sql from sqlite_master where name = 'passages'"))
        assert "AUTOINCREMENT" in made.scalar_one()
        revision = connection.execute(text("select version_num from alembic_version")).scalar()
    assert revision == database.HEAD
    engine.dispose()


def test_the_ledger_is_opened_for_durability(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        values = {
            name: connection.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_a_file_that_is_no_database_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "l.sqlite3").write_bytes(b"this is not a database, " * 100)
    with pytest.raises(HomeUnusable, match=r"l\.sqlite3 can't be used"):
        Ledger(tmp_path / "l.sqlite3")


def test_a_full_disk_is_said_and_nothing_is_half_written(ledger: Ledger) -> None:
    put(ledger, "glass", content())

    def fill() -> None:
        with ledger.transaction() as connection:
            pages = connection.execute(text("pragma page_count")).scalar_one()
            connection.execute(text(f"pragma max_page_count={pages}"))
            connection.execute(text("insert into meta values ('k', :v)"), {"v": "Sand. " * 20_000})

    with pytest.raises(HomeUnusable, match="full"):
        fill()
    assert ledger.documents.counts() == {"documents": 1, "versions": 1, "passages": 1}


# --- documents ------------------------------------------------------------------------------------


def test_every_version_stays(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    put(ledger, "glass", content("Glass is an amorphous solid."))
    put(ledger, "glass", content("Glass is an amorphous solid."))
    assert ledger.documents.get("glass").version == 2
    assert ledger.documents.get("glass", 1).text == "Glass is a solid."
    with pytest.raises(NotFound, match="version 9"):
        ledger.documents.get("glass", 9)


def test_only_current_passages_are_served(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    put(ledger, "glass", content("Glass is an amorphous solid."))
    ids = ledger.documents.passage_ids("glass")
    served = ledger.documents.passages(ids, "public")
    assert [passage.text for passage in served.values()] == ["Glass is an amorphous solid."]
    (passage,) = served.values()
    assert passage.heading_path == ("A", "b")
    assert passage.sentences == (passage.span,)


def test_slices_count_code_points(ledger: Ledger) -> None:
    words = "𝔊lass 🧊 and “ice” — naïve."
    put(ledger, "glass", content(words))
    (passage,) = ledger.documents.passages(ledger.documents.passage_ids("glass"), "public").values()
    assert passage.text == words


def test_internal_documents_are_not_there_for_the_public(ledger: Ledger) -> None:
    put(ledger, "memo", content(), "internal")
    with pytest.raises(NotFound):
        ledger.documents.get("memo", audience="public")
    assert ledger.documents.get("memo", audience="internal").audience == "internal"
    ids = ledger.documents.passage_ids("memo")
    assert ledger.documents.passages(ids, "public") == {}
    assert len(ledger.documents.passages(ids, "internal")) == 1
    assert ledger.documents.active("public") == []


def test_withdrawal_is_a_tombstone_with_its_note(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    with ledger.transaction() as connection:
        writing.set_state(connection, ["glass"], "withdrawn", NOW, "We were wrong.")
    with pytest.raises(Gone, match=r"withdrawn: We were wrong\."):
        ledger.documents.get("glass")
    assert ledger.documents.passages(ledger.documents.passage_ids("glass"), "internal") == {}
    assert ledger.documents.version("glass", 1).text == "Glass is a solid."


def test_a_withdrawal_in_the_bytes_is_never_active(ledger: Ledger) -> None:
    put(ledger, "glass", content(withdrawn="Retracted by its authors."))
    with pytest.raises(Gone, match="Retracted by its authors"):
        ledger.documents.get("glass")


def test_an_erased_document_leaves_no_trace_in_any_file(ledger: Ledger, tmp_path: Path) -> None:
    put(ledger, "secret", content("The zyzzyva is a weevil of tropical America."))
    put(ledger, "glass", content())
    with ledger.transaction() as connection:
        writing.erase(connection, "secret")
    ledger.documents.compact()
    with pytest.raises(Gone, match="erased"):
        ledger.documents.get("secret")
    for file in tmp_path.iterdir():
        assert b"zyzzyva" not in file.read_bytes(), file.name
    assert ledger.documents.get("glass").text == "Glass is a solid."


def test_passage_ids_are_never_used_again(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    (first,) = ledger.documents.passage_ids("glass")
    with ledger.transaction() as connection:
        writing.erase(connection, "glass")
    put(ledger, "ice", content("Ice floats."))
    assert ledger.documents.passage_ids("ice") > [first]


def test_links_are_metadata_and_follow_the_current_version(ledger: Ledger) -> None:
    put(ledger, "old", content(url="https://example.org/old"))
    put(ledger, "new", content("Glass is no liquid.", supersedes=("https://example.org/old",)))
    old = ledger.documents.get("old")
    assert [each.id for each in ledger.documents.linked_to(old, "supersedes")] == ["new"]
    assert ledger.documents.linked_to(old, "corrects") == []
    put(ledger, "new", content("Glass is no liquid at all."))
    assert ledger.documents.linked_to(old, "supersedes") == []


def test_a_document_is_found_by_its_canonical_address(ledger: Ledger) -> None:
    put(ledger, "memo", content(url="https://example.org/x"), "internal")
    assert ledger.documents.by_url("https://example.org/x", "public") is None
    put(ledger, "page", content("Other.", url="https://example.org/x"))
    found = ledger.documents.by_url("https://example.org/x", "public")
    assert found is not None
    assert found.id == "page"


dates = st.builds(
    PartialDate,
    value=st.sampled_from(["2024", "2024-02", "2024-02-29"]),
    origin=st.sampled_from(["front_matter", "row"]),
)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(
    text_=words,
    url=st.none() | words,
    when=st.none() | dates,
    sources=st.lists(st.builds(Source, n=st.integers(1, 99), title=st.none() | words), max_size=3),
    verdicts=st.lists(st.builds(Verdict, claim=words, rating=words), max_size=2),
)
def test_a_content_survives_the_codec(
    text_: str,
    url: str | None,
    when: PartialDate | None,
    sources: list[Source],
    verdicts: list[Verdict],
) -> None:
    before = content(
        text_, url=url, checked_on=when, sources=tuple(sources), verdicts=tuple(verdicts)
    )
    assert codec.parse(codec.dump(before), text_) == before


# --- generations ----------------------------------------------------------------------------------


def test_what_was_written_is_pending_until_it_is_settled(ledger: Ledger) -> None:
    empty = ledger.generations.current()
    assert empty.endswith(":0")
    put(ledger, "glass", content())
    assert ledger.generations.pending() == ["glass"]
    assert ledger.generations.current() != empty
    assert ledger.generations.indexed() == empty
    ledger.generations.settle(["glass"], ledger.generations.current())
    assert ledger.generations.pending() == []
    assert ledger.generations.indexed() == ledger.generations.current()


# --- answers, gaps, keys --------------------------------------------------------------------------


def test_an_answer_is_kept_with_what_it_quotes(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    ledger.answers.keep(reply(ledger, "glass"), {"id": "r1", "x": "ü"}, "public")
    stored = ledger.answers.get("r1")
    assert stored.reply == {"id": "r1", "x": "ü"}
    assert stored.cites == (("glass", 1),)
    assert ledger.answers.of_document("glass") == ["r1"]
    with pytest.raises(NotFound):
        ledger.answers.get("nope")


def test_an_abstention_is_kept_with_what_came_nearest(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    document = ledger.documents.get("glass")
    near = Citation(document=document, span=Span(start=0, end=5))
    abstention = Abstention(reason="weak_evidence", confidence=0.2, nearest=(near,))
    asked = Reply(id="r2", question="Is ice glass?", result=abstention, created_at=NOW)
    ledger.answers.keep(asked, {"id": "r2"}, "internal")
    assert ledger.answers.get("r2").cites == (("glass", 1),)


def test_replies_are_cut_where_they_name_a_document(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    body = {"citations": [{"document_id": "glass", "quote": "Glass"}]}
    ledger.answers.keep(reply(ledger, "glass"), body, "public")
    ledger.answers.keep(reply(ledger, "glass", "r2"), {"about": "glass_"}, "public")
    with ledger.transaction() as connection:
        assert ledger.answers.rewrite(connection, "glass", lambda _: {"cut": True}) == 1
    assert ledger.answers.get("r1").reply == {"cut": True}
    assert ledger.answers.get("r2").reply == {"about": "glass_"}


def test_gaps_are_counted_once_a_question(ledger: Ledger) -> None:
    for question in ("Who is the mayor?", "who is  the mayor", "Where is the moon?"):
        ledger.gaps.add(question, "no_evidence", 0.1, NOW)
    gaps = ledger.gaps.most_asked()
    assert [(gap.question, gap.count) for gap in gaps] == [
        ("Who is the mayor?", 2),
        ("Where is the moon?", 1),
    ]
    assert [gap.count for gap in ledger.gaps.most_asked(limit=1, offset=1)] == [1]
    ledger.gaps.add("Where is the memo?", "no_evidence", 0.1, NOW, "internal")
    assert len(ledger.gaps.most_asked(audience="internal")) == 3
    assert len(ledger.gaps.most_asked(audience="public")) == 2


def test_feedback_needs_an_answer(ledger: Ledger) -> None:
    put(ledger, "glass", content())
    ledger.answers.keep(reply(ledger, "glass"), {}, "public")
    ledger.feedback.add("r1", False, "Too long.", NOW)
    (kept,) = ledger.feedback.newest()
    assert (kept.answer_id, kept.helpful, kept.comment) == ("r1", False, "Too long.")
    with pytest.raises(NotFound):
        ledger.feedback.add("nope", True, None, NOW)


def test_a_key_is_kept_as_a_hash_and_can_be_revoked(ledger: Ledger, tmp_path: Path) -> None:
    key, secret = ledger.keys.create("edit", "internal", NOW)
    assert ledger.keys.authenticate(secret) == key
    assert key.allows("ask")
    assert not key.allows("admin")
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes()
    ledger.keys.revoke(key.id, NOW)
    with pytest.raises(Unauthenticated, match="revoked"):
        ledger.keys.authenticate(secret)
    with pytest.raises(Unauthenticated):
        ledger.keys.authenticate("na_guess")
    with pytest.raises(NotFound, match="keys list"):
        ledger.keys.revoke("nope", NOW)
    assert [each.revoked_at is not None for each in ledger.keys.all()] == [True]


def test_a_widget_key_can_only_ask_in_public(ledger: Ledger) -> None:
    key, _ = ledger.keys.create("ask", "public", NOW, widget=True, origins=["https://example.org"])
    assert key.origins == ("https://example.org",)
    with pytest.raises(BadInput, match="widget"):
        ledger.keys.create("edit", "public", NOW, widget=True)


# --- backup and restore ---------------------------------------------------------------------------


def test_a_backup_taken_while_it_is_in_use_restores_the_whole_ledger(
    ledger: Ledger, tmp_path: Path
) -> None:
    put(ledger, "glass", content())
    with ledger.transaction() as connection:
        connection.execute(text("select 1"))
        ledger.backup(tmp_path / "saved.sqlite3")
    put(ledger, "glass", content("Glass is cheese."))
    put(ledger, "ice", content("Ice floats."))
    ledger.restore(tmp_path / "saved.sqlite3")
    assert ledger.documents.get("glass").text == "Glass is a solid."
    assert ledger.documents.standing("ice") is None


def test_a_backup_never_overwrites(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("mine")
    with pytest.raises(BadInput, match="exists already"):
        ledger.backup(tmp_path / "saved")
    assert (tmp_path / "saved").read_text() == "mine"


def test_a_backup_that_cannot_be_written_leaves_nothing(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable, match="could not be written"):
        ledger.backup(tmp_path / "no such folder" / "saved")


@pytest.mark.parametrize("kind", ["missing", "text", "other database", "newer"])
def test_only_a_backup_is_restored(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    put(ledger, "glass", content())
    source = tmp_path / "given"
    if kind == "text":
        source.write_text("hello")
    elif kind in ("other database", "newer"):
        database_ = sqlite3.connect(source)
        if kind == "newer":
            database_.execute("create table alembic_version (version_num text)")
            database_.execute("insert into alembic_version values ('9999')")
        database_.execute("create table t (x)")
        database_.commit()
        database_.close()
    with pytest.raises(BadInput):
        ledger.restore(source)
    assert ledger.documents.get("glass").text == "Glass is a solid."


def test_codec_leaves_out_what_is_not_known() -> None:
    assert "checked_on" not in codec.dump(content())


def test_engine_urls_are_not_confused_by_odd_folders(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20e"
    folder.mkdir()
    engine = database.open_engine(folder / "ledger.sqlite3")
    engine.dispose()
    assert (folder / "ledger.sqlite3").is_file()
