"""Refreshes from end to end: one job for all who ask, every outcome, the swap, and what is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.refreshing import CHECK, Newsroom, source

from assistant.errors import BadInput
from assistant.freshness.refresh.values import Look
from assistant.ledger import writing
from assistant.types import PartialDate
from assistant.upkeep.refresh_body import refresh_json

YEARLY = CHECK.format(checked="2025-12-19")
NEWER = {"newer": source(2025, "30,100", "2026-05-01")}


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path)
    made.ingest(yearly=YEARLY, older=source())
    yield made
    made.close()


def served(newsroom: Newsroom) -> tuple[int, str, str]:
    document = newsroom.ledger.documents.get("yearly")
    return document.version, str(document.content.checked_on), document.text


def test_nothing_newer_is_confirmed_and_moves_the_clock_when_an_editor_says_so(
    newsroom: Newsroom,
) -> None:
    before = served(newsroom)
    made = newsroom.refresh()
    assert (made.state, made.outcome) == ("proposed", "confirmed")
    assert served(newsroom) == before
    ended = newsroom.refreshing.decide(made.id, approve=True, by="ann")
    assert ended.state == "published"
    assert served(newsroom) == (2, "2026-06-15", before[2])
    (label,) = newsroom.ledger.labels.all()
    assert (label.outcome, label.age_days) == ("confirmed", 178)


def test_newer_evidence_is_the_smallest_edit_with_its_source(newsroom: Newsroom) -> None:
    newsroom.ingest(**NEWER)
    made = refresh_json(newsroom.refresh(approve=True, by="ann"))
    assert (made["state"], made["outcome"], made["new_version"]) == ("published", "updated", 2)
    (difference,) = made["differences"]
    sentence = (
        "In 2025, the Seal Center assisted police and families with 30,100 reports of lost seals"
        " [2]."
    )
    assert difference["new"] == sentence
    newer = newsroom.ledger.documents.get("newer")
    assert str(difference["quote"]) in newer.text
    document = newsroom.ledger.documents.get("yearly")
    assert sentence in document.text
    assert [each.document_id for each in document.content.sources] == [None, "newer"]
    assert document.content.checked_on == PartialDate(value="2026-06-15", origin="editor")
    assert str(document.content.valid_as_of) == "2025"
    assert document.revision is not None
    assert document.revision.kind == "updated"
    assert "29,568 reports (2024) \u2192 30,100 reports (2025), Seal Center" in str(made["note"])
    assert newsroom.archive.found("30,100") == ["newer", "yearly"]
    assert newsroom.ledger.documents.version("yearly", 1).text == YEARLY_TEXT(newsroom)


def YEARLY_TEXT(newsroom: Newsroom) -> str:
    """The text of the first version, as the file still gives it."""
    document = newsroom.ledger.documents.version("yearly", 2)
    return (
        document.text.replace("In 2025", "In 2024")
        .replace("30,100", "29,568")
        .replace("lost seals [2]", "lost seals [1]")
    )


def test_the_sections_hold_the_same_words_after_the_swap(newsroom: Newsroom) -> None:
    newsroom.ingest(**NEWER)
    newsroom.refresh(approve=True)
    old, new = (newsroom.ledger.documents.version("yearly", n) for n in (1, 2))
    held = [[s.span.of(d.text) for s in d.content.sections] for d in (old, new)]
    assert held[0][1:] == held[1][1:]
    assert [s.role for s in old.content.sections] == [s.role for s in new.content.sections]


def test_an_older_undated_or_future_source_changes_nothing(newsroom: Newsroom) -> None:
    undated = source(2025, "30,100").replace("published_on: 2025-03-01\n", "")
    newsroom.ingest(
        past=source(2023, "20,000", "2024-03-01"),
        undated=undated,
        later=source(2025, "32,000", "2027-05-01"),
    )
    assert newsroom.refresh().outcome == "confirmed"


def test_what_only_staff_may_read_is_never_proposed_to_everybody(newsroom: Newsroom) -> None:
    newer = source(2025, "31,000", "2026-05-01").replace("---\nIn", "audience: internal\n---\nIn")
    newsroom.ingest(memo=newer)
    made = newsroom.refresh()
    assert made.body.get("text") is None or "31,000" not in made.body["text"]
    assert made.body["differences"] == []


@pytest.mark.parametrize("status", ["unreachable", "gone"])
def test_what_can_not_be_looked_at_fails_and_changes_nothing(
    newsroom: Newsroom, status: str
) -> None:
    before = served(newsroom)
    newsroom.looks[1] = Look(status=status, text="could not be looked at.")  # type: ignore[arg-type]
    made = newsroom.refresh(approve=True)
    assert (made.state, made.outcome) == ("failed", "failed")
    assert "could not be looked at" in made.body["reason"]
    assert served(newsroom) == before
    assert newsroom.ledger.labels.all() == []
    freshness, _ = newsroom.judge.document(
        newsroom.ledger.documents.get("yearly"), newsroom.now.date()
    )
    assert freshness.notice
    del newsroom.looks[1]
    assert newsroom.refresh().outcome == "confirmed"


def test_an_editor_vouches_by_hand_for_what_has_no_address(newsroom: Newsroom) -> None:
    newsroom.ingest(yearly=YEARLY.replace("    url: https://seals.example/2024\n", ""))
    assert newsroom.refresh().outcome == "failed"
    made = newsroom.refresh(by_hand=True, by="ann")
    assert (made.outcome, made.body["by"]) == ("confirmed", "ann")


def test_by_hand_is_no_way_around_a_source_that_is_gone(newsroom: Newsroom) -> None:
    newsroom.looks[1] = Look(status="gone", text="is not there.")
    assert newsroom.refresh(by_hand=True).outcome == "failed"


def test_a_retracted_source_withdraws_what_rests_on_it(newsroom: Newsroom) -> None:
    newsroom.looks[1] = Look(status="retracted", text="was retracted.")
    made = newsroom.refresh()
    assert (made.state, made.outcome) == ("proposed", "withdrawn")
    newsroom.refreshing.decide(made.id, approve=True)
    standing = newsroom.ledger.documents.standing("yearly")
    assert standing is not None
    assert standing.state == "withdrawn"
    assert "retracted" in (standing.note or "")
    assert newsroom.archive.found("lost seals") == ["older"]


def test_what_was_wrong_when_it_was_checked_is_a_correction(newsroom: Newsroom) -> None:
    newsroom.ingest(yearly=YEARLY.replace("29,568", "29,658"))
    made = newsroom.refresh(approve=True)
    assert made.outcome == "corrected"
    assert "29,568 reports" in served(newsroom)[2]
    revision = newsroom.ledger.documents.get("yearly").revision
    assert revision is not None
    assert revision.kind == "corrected"
    assert "29,658 reports (2024); its source says 29,568 reports (2024)" in revision.note


# --- one job --------------------------------------------------------------------------------------


def test_twice_is_one_refresh_while_nothing_moves(newsroom: Newsroom) -> None:
    first = newsroom.refresh()
    assert newsroom.refresh().id == first.id
    assert len(newsroom.looked) == 1
    published = newsroom.refresh(approve=True)
    assert (published.id, published.state) == (first.id, "published")
    assert newsroom.refresh(approve=True).id == first.id
    assert served(newsroom)[0] == 2


def test_a_proposal_gives_way_to_another_one_alone(newsroom: Newsroom) -> None:
    first = newsroom.refresh()
    newsroom.ingest(beside=source(2019, "1,000", "2020-01-01"))
    assert newsroom.refresh().id == first.id
    assert len(newsroom.looked) == 2
    newsroom.ingest(**NEWER)
    second = newsroom.refresh()
    assert second.id != first.id
    assert second.outcome == "updated"
    assert newsroom.refreshing.get(first.id).state == "rejected"
    newsroom.now += timedelta(days=1)
    third = newsroom.refresh()
    assert third.body["checked_on"] == "2026-06-16"
    assert newsroom.refreshing.get(second.id).state == "rejected"


def test_a_failed_look_does_not_close_what_is_proposed(newsroom: Newsroom) -> None:
    first = newsroom.refresh()
    newsroom.looks[1] = Look(status="unreachable", text="could not be looked at.")
    assert newsroom.refresh().state == "failed"
    assert newsroom.refreshing.get(first.id).state == "proposed"


def test_two_at_once_are_one(newsroom: Newsroom) -> None:
    found: list[str] = []
    barrier = threading.Barrier(6)

    def ask() -> None:
        barrier.wait()
        found.append(newsroom.refresh(approve=True).id)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert served(newsroom)[0] == 2
    assert len(newsroom.ledger.labels.all()) == 1


def test_a_key_gives_the_same_for_good(newsroom: Newsroom) -> None:
    first = newsroom.refresh(key="k1")
    assert newsroom.refresh(key="k2").id == first.id
    newsroom.refreshing.decide(first.id, approve=False, reason="not now")
    for key in ("k1", "k2"):
        assert newsroom.refresh(key=key).id == first.id
    assert newsroom.refresh(key="k3").id != first.id
    newsroom.ingest(other=YEARLY.replace("latest yearly", "newest yearly"))
    with pytest.raises(BadInput, match="another document"):
        newsroom.refresh("other", key="k1")


def test_a_key_leads_to_the_refresh_that_it_was_answered_with(newsroom: Newsroom) -> None:
    first = newsroom.refresh(key="k1")
    newsroom.looks[1] = Look(status="unreachable", text="could not be looked at.")
    failed = newsroom.refresh(key="k2")
    assert failed.state == "failed"
    del newsroom.looks[1]
    newsroom.ingest(**NEWER)
    second = newsroom.refresh(key="k3")
    assert second.id != first.id
    for key, made in (("k1", first), ("k2", failed), ("k3", second)):
        assert newsroom.refresh(key=key).id == made.id


def test_a_key_outlives_its_owner_and_whatever_found_the_same(newsroom: Newsroom) -> None:
    left, _ = newsroom.ledger.refreshes.begin("yearly", 1, "dead", newsroom.now, "k1")
    assert newsroom.refresh(key="k2").id == left.id
    assert newsroom.refresh(key="k1", approve=True).state == "published"
    newsroom.ingest(beside=source(2019, "1,000", "2020-01-01"))
    assert newsroom.refresh(key="k3").id == left.id
    assert [newsroom.refresh(key=key).id for key in ("k1", "k2", "k3")] == [left.id] * 3


def test_a_second_proposal_that_a_death_left_beside_another_goes(newsroom: Newsroom) -> None:
    first = newsroom.refresh()
    ledger, now = newsroom.ledger, newsroom.now
    ledger.refreshes.again(first, "dead", now, "k1")
    newsroom.ingest(**NEWER)
    made = newsroom.refresh(key="k1")
    assert made.outcome == "updated"
    assert [each.id for each in ledger.refreshes.listed(open_only=True)] == [made.id]
    assert newsroom.refreshing.get(first.id).state == "rejected"


def test_keys_go_with_the_document_that_is_erased(newsroom: Newsroom) -> None:
    newsroom.refresh(key="k1")
    with newsroom.ledger.transaction() as within:
        writing.erase(within, "yearly")
    assert newsroom.ledger.refreshes.of_key("k1") is None
    assert newsroom.ledger.refreshes.listed() == []


def test_what_a_dead_owner_left_is_taken_up(newsroom: Newsroom, tmp_path: Path) -> None:
    left, mine = newsroom.ledger.refreshes.begin("yearly", 1, "dead", newsroom.now)
    assert mine
    made = newsroom.refresh()
    assert (made.id, made.state) == (left.id, "proposed")


def test_a_source_document_is_not_refreshed(newsroom: Newsroom) -> None:
    with pytest.raises(BadInput, match="source document"):
        newsroom.refresh("older")


# --- deciding -------------------------------------------------------------------------------------


def test_policy_may_let_confirmed_pass_alone_and_nothing_else(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, approves_itself=True)
    newsroom.ingest(yearly=YEARLY, older=source())
    assert newsroom.refresh().state == "published"
    newsroom.ingest(**NEWER)
    assert newsroom.refresh().state == "proposed"
    newsroom.close()


def test_an_editor_may_word_the_note_and_the_text(newsroom: Newsroom) -> None:
    newsroom.ingest(**NEWER)
    made = newsroom.refresh()
    text = made.body["text"].replace("lost seals [2]", "lost grey seals [2]")
    ended = newsroom.refreshing.decide(made.id, approve=True, note="We updated it.", text=text)
    assert ended.body["note"] == "We updated it."
    document = newsroom.ledger.documents.get("yearly")
    assert document.text == text
    assert "grey seals" in document.content.sections[0].span.of(text)


def test_a_text_without_its_headings_is_refused_and_changes_nothing(newsroom: Newsroom) -> None:
    made = newsroom.refresh()
    text = made.body["text"].replace("What it counts", "Elsewhere")
    with pytest.raises(BadInput, match="What it counts"):
        newsroom.refreshing.decide(made.id, approve=True, text=text)
    assert newsroom.refreshing.get(made.id).state == "proposed"
    assert served(newsroom)[0] == 1


def test_a_fact_check_that_was_changed_since_is_not_overwritten(newsroom: Newsroom) -> None:
    made = newsroom.refresh()
    newsroom.ingest(yearly=YEARLY.replace("whoever finds", "anybody who finds"))
    with pytest.raises(BadInput, match="changed since"):
        newsroom.refreshing.decide(made.id, approve=True)
    assert "anybody who finds" in served(newsroom)[2]


def test_the_file_does_not_undo_a_refresh_and_a_changed_one_comes_next(newsroom: Newsroom) -> None:
    newsroom.ingest(**NEWER)
    newsroom.refresh(approve=True)
    after = served(newsroom)
    assert newsroom.ingest().unchanged == 3
    assert served(newsroom) == after
    assert newsroom.ingest(yearly=CHECK.format(checked="2026-06-20")).changed == 1
    version, checked, text = served(newsroom)
    assert (version, checked) == (3, "2026-06-20")
    assert "29,568" in text


def test_an_erased_source_leaves_what_is_proposed(newsroom: Newsroom) -> None:
    from functools import partial

    from assistant.upkeep.refresh_body import without_source

    newsroom.ingest(**NEWER)
    made = newsroom.refresh()
    with newsroom.ledger.transaction() as within:
        newsroom.ledger.refreshes.rewrite(within, partial(without_source, document_id="newer"))
    kept = newsroom.refreshing.get(made.id)
    assert kept.state == "rejected"
    assert "30,100" not in str(kept.body)


# --- what moves between the proposal and its approval ---------------------------------------------


def test_what_arrives_after_a_confirmation_was_proposed_forbids_to_approve_it(
    newsroom: Newsroom,
) -> None:
    made = newsroom.refresh()
    newsroom.ingest(**NEWER)
    with pytest.raises(BadInput, match="refresh it again"):
        newsroom.refreshing.decide(made.id, approve=True)
    assert served(newsroom)[0] == 1
    assert newsroom.refresh(approve=True).outcome == "updated"


def test_evidence_that_was_withdrawn_is_not_published(newsroom: Newsroom) -> None:
    newsroom.ingest(**NEWER)
    made = newsroom.refresh()
    newsroom.archive.catalog.withdraw("newer", "It was wrong.")
    with pytest.raises(BadInput, match="refresh it again"):
        newsroom.refreshing.decide(made.id, approve=True)
    assert "30,100" not in served(newsroom)[2]


def test_what_has_nothing_to_do_with_it_does_not_stop_an_approval(newsroom: Newsroom) -> None:
    made = newsroom.refresh()
    newsroom.ingest(beside=source(2019, "1,000", "2020-01-01"))
    assert newsroom.refreshing.decide(made.id, approve=True).state == "published"


@pytest.mark.parametrize("days", [400, -300])
def test_no_check_is_of_a_day_to_come_or_before_the_one_it_replaces(
    newsroom: Newsroom, days: int
) -> None:
    before = served(newsroom)
    with pytest.raises(BadInput, match="lies ahead|was checked on"):
        newsroom.refresh(now=newsroom.now + timedelta(days=days), approve=True)
    assert served(newsroom) == before


def test_work_that_can_not_be_kept_leaves_nothing_that_seems_under_way(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(newsroom.ledger.refreshes, "put", full)
    with pytest.raises(OSError, match="no space"):
        newsroom.refresh()
    monkeypatch.undo()
    assert newsroom.refresh().state == "proposed"


def test_an_editor_may_call_an_update_a_correction_and_nothing_else(newsroom: Newsroom) -> None:
    made = newsroom.refresh()
    with pytest.raises(BadInput, match="confirmed"):
        newsroom.refreshing.decide(made.id, approve=True, kind="corrected")
    newsroom.ingest(**NEWER)
    made = newsroom.refresh()
    assert newsroom.refreshing.decide(made.id, approve=True, kind="corrected").state == "published"
    revision = newsroom.ledger.documents.get("yearly").revision
    assert revision is not None
    assert revision.kind == "corrected"


@pytest.mark.parametrize("outcome", ["failed", "confirmed"])
def test_an_erased_source_that_is_only_cited_is_named_nowhere(
    newsroom: Newsroom, outcome: str
) -> None:
    from functools import partial

    from assistant.upkeep.refresh_body import without_source

    if outcome == "failed":
        newsroom.looks[1] = Look(
            status="gone",
            text="is not there.",
            document=newsroom.ledger.documents.get("older"),
            then="They assisted with 31,313 reports.",
        )
    made = newsroom.refresh()
    assert made.outcome == outcome
    with newsroom.ledger.transaction() as within:
        newsroom.ledger.refreshes.rewrite(within, partial(without_source, document_id="older"))
    kept = str(newsroom.refreshing.get(made.id).body)
    assert "older" not in kept
    assert "Our seals" not in kept
    assert "31,313" not in kept
