"""The home tab: what is due and what was asked for staff, how to ask for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.counts import count
from support.replies import reasons, texts
from support.slack_blocks import pings, shown_blocks
from support.slack_limits import check_blocks
from support.slack_world import Message

from assistant.channels import operations_chat
from assistant.channels.operations_chat import DeskSummaryJson, desk_summary
from assistant.channels.slack import home
from assistant.types import Audience
from channels.desk.newsroom import Newsroom, open_newsroom

BASE = "https://news.example"


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    (tmp_path / "home").mkdir()
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


def shown(summary: DeskSummaryJson, *, is_staff: bool) -> str:
    view = home.view(summary, is_staff=is_staff, base_url=BASE)
    assert view["type"] == "home"
    return shown_blocks(check_blocks(view["blocks"], surface="home"))


def of(newsroom: Newsroom, audience: Audience) -> DeskSummaryJson:
    """Once the round of the day is made."""
    newsroom.assistant.desk.patience_s = 60
    return desk_summary(newsroom.assistant, audience=audience)


def test_what_is_due_stands_in_the_order_of_work(newsroom: Newsroom) -> None:
    leant_on, alone = newsroom.fact_check("leant-on"), newsroom.fact_check("alone")
    newsroom.fact_check("sound", text="A well is a hole.", checked_on="2026-11-01")
    newsroom.answer(leant_on)
    newsroom.answer(leant_on)
    summary = of(newsroom, "internal")
    assert [each["document_id"] for each in summary["due"] or ()] == ["leant-on", "alone"]
    seen = shown(summary, is_staff=True).split("Due for a new look")[1]
    first = f"{leant_on.title} · may be outdated · checked on 2024-06-01 · 2 answers rest on it"
    assert seen.index(first) < seen.index(alone.title)
    assert "clears when" in seen
    assert "sound" not in seen


def test_what_was_asked_in_vain_is_put_together(newsroom: Newsroom) -> None:
    newsroom.gap("Who owns the wells?", times=2)
    newsroom.gap("How deep are the lakes?", audience="internal")
    seen = shown(of(newsroom, "internal"), is_staff=True)
    assert "Who owns the wells? · asked 2 times, last on 2026-11-21" in seen
    assert "How deep are the lakes? · asked once" in seen


def test_others_see_how_to_ask_and_nothing_of_the_desk(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells")
    newsroom.gap("Who owns the wells?")
    for_others = of(newsroom, "public")
    assert (for_others["due"], for_others["gaps"]) == ([], [])
    for summary in (for_others, of(newsroom, "internal")):
        seen = shown(summary, is_staff=False)
        assert "/factcheck" in seen
        assert "Due" not in seen
        assert "Who owns the wells?" not in seen
        assert "desk" not in seen


def test_an_internal_fact_check_is_shown_to_staff_alone(newsroom: Newsroom) -> None:
    newsroom.assistant.desk.patience_s = 60
    newsroom.fact_check("memo", title="Secret memo", audience="internal")
    newsroom.assistant.keep_chronicle(60)
    newsroom.assistant.withdraw("memo", "It was wrong.")
    newsroom.fact_check("second", title="Second secret", audience="internal")
    inside, outside = of(newsroom, "internal"), of(newsroom, "public")
    assert [each["title"] for each in inside["changes"]] == ["Secret memo"]
    assert "Second secret" in shown(inside, is_staff=True)
    assert "Secret memo was withdrawn" in shown(inside, is_staff=True)
    assert "secret" not in shown(inside, is_staff=False).lower()
    assert "secret" not in str(outside).lower()


def test_an_internal_check_leads_to_the_desk(newsroom: Newsroom) -> None:
    newsroom.fact_check("memo", audience="internal")
    newsroom.fact_check("wells")
    view = home.view(of(newsroom, "internal"), is_staff=True, base_url=BASE)
    assert live(view) == {f"{BASE}/desk/document?id=memo", f"{BASE}/d/wells", f"{BASE}/desk"}


def test_an_empty_newsroom_has_a_home_tab_too(newsroom: Newsroom) -> None:
    seen = shown(of(newsroom, "internal"), is_staff=True)
    assert "no fact-check carries a notice" in seen
    assert "Nothing that is still open." in seen


def test_a_server_does_this_for_another_process() -> None:
    assert operations_chat.BY_NAME["desk_summary"] is desk_summary


def live(view: dict[str, Any]) -> set[str]:
    sent = Message(channel="C", ts="1", user="U", text="", blocks=view["blocks"])
    return {each.target for each in pings(sent)}


documents = {"document_id": texts, "audience": st.sampled_from(["public", "internal"])}
due = st.fixed_dictionaries(
    {
        **documents,
        "title": texts,
        "checked_on": st.sampled_from([None, "2024"]),
        "state": st.sampled_from(["retracted", "may_be_outdated"]),
        "answers": st.integers(0, 10_000),
        "reasons": st.lists(reasons, max_size=3),
    }
)
gaps = st.fixed_dictionaries(
    {
        "question": texts,
        "count": st.integers(1, 9),
        "last_asked": st.just("2026-11-21T08:00:00"),
        "reason": st.just("no_evidence"),
    }
)
changes = st.fixed_dictionaries(
    {
        **documents,
        "at": st.just("2026-11-21T08:00:00"),
        "kind": st.sampled_from(sorted(home.CHANGED)),
        "title": texts,
        "url": st.sampled_from([None, "https://desk.example/a", "javascript:alert(1)"]),
    }
)
summaries = st.fixed_dictionaries(
    {
        "due": st.none() | st.lists(due, max_size=3).map(lambda some: some * 10),
        "due_total": st.sampled_from([0, 30, 4_000]),
        "gaps": st.lists(gaps, max_size=3).map(lambda some: some * 10),
        "gaps_total": st.sampled_from([0, 31]),
        "changes": st.lists(changes, max_size=3).map(lambda some: some * 10),
        "examples": st.lists(texts, max_size=6),
    }
)


@given(summaries, st.booleans())
@settings(max_examples=count(30, 500), suppress_health_check=list(HealthCheck))
def test_whatever_there_is_slack_takes_it(summary: DeskSummaryJson, is_staff: bool) -> None:
    shown(summary, is_staff=is_staff)
    view = home.view(summary, is_staff=is_staff, base_url=BASE)
    assert all(each.startswith((BASE, "https://desk.example/")) for each in live(view))
