"""`GET /v1/freshness`: the order of work, a page at a time, judged as `assistant check` judges."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels import operations
from assistant.errors import Unavailable
from assistant.types import Freshness, Level, PartialDate, Reason, State
from assistant.upkeep.urgency import HARDEST_FIRST, level_of, urgency
from channels.desk.newsroom import DEFINITION, Newsroom, day


@pytest.fixture
def filled(newsroom: Newsroom) -> Newsroom:
    """One of each level, some of them read, one internal."""
    older = newsroom.fact_check("older", checked_on="2023-06-01")
    newsroom.fact_check("younger", checked_on="2024-06-01")
    read = newsroom.fact_check("read", checked_on="2025-01-01")
    newsroom.fact_check("dateless", checked_on=None, text=DEFINITION)
    newsroom.fact_check("steady", checked_on="2026-11-20", text=DEFINITION)
    newsroom.fact_check("held", checked_on="2024-06-01", valid_until="2027-06-01")
    newsroom.fact_check("replaced", checked_on="2024-06-01")
    newsroom.fact_check("newer", checked_on="2026-11-20", text=DEFINITION, corrects=("replaced",))
    memo = newsroom.fact_check("memo", audience="internal", checked_on="2022-01-01")
    newsroom.answer(read)
    newsroom.answer(read, older)
    newsroom.answer(memo, audience="internal")
    return newsroom


def client(newsroom: Newsroom) -> TestClient:
    return TestClient(newsroom.app(), base_url="http://127.0.0.1:8000")


def pages(client: TestClient, limit: int, **headers: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = "0"
    while cursor is not None:
        got = client.get(
            "/v1/freshness", params={"limit": limit, "cursor": cursor}, headers=headers
        ).json()
        assert len(got["items"]) <= limit
        items += got["items"]
        cursor = got["next_cursor"]
    return items


def test_level_then_reach_then_age(filled: Newsroom) -> None:
    items = pages(client(filled), 100)
    order = ["replaced", "read", "older", "younger", "dateless"]
    assert [each["document_id"] for each in items][:5] == order
    assert {each["document_id"] for each in items[5:]} == {"steady", "held", "newer"}
    by_id = {each["document_id"]: each for each in items}
    assert {name: by_id[name]["level"] for name in order} == {
        "replaced": "hard",
        "read": "soft",
        "older": "soft",
        "younger": "soft",
        "dateless": "info",
    }
    assert by_id["held"]["level"] is None  # its reason is hard, and holds it fresh
    assert {name: by_id[name]["reach"] for name in order[:4]} == {
        "replaced": 0,
        "read": 2,
        "older": 1,
        "younger": 0,
    }
    assert all(each["refresh_id"] is None for each in items)


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_pages_give_each_once_as_the_check_judges_it(filled: Newsroom, limit: int) -> None:
    items = pages(client(filled), limit)
    judged = {
        each["document_id"]: each for each in operations.check(filled.assistant, audience="public")
    }
    assert len(items) == len(judged) == 8
    for each in items:
        extra = {name: each.pop(name) for name in ("level", "reach", "refresh_id")}
        assert set(extra) == {"level", "reach", "refresh_id"}
        assert each == judged[each["document_id"]]
    assert any(each["claims"] for each in items)


def test_an_internal_check_is_for_those_who_may_read_it(filled: Newsroom) -> None:
    assert "memo" not in {each["document_id"] for each in pages(client(filled), 100)}
    key = {"Authorization": f"Bearer {filled.key('ask', 'internal')}"}
    seen = pages(client(filled), 100, **key)
    assert next(each for each in seen if each["document_id"] == "memo")["reach"] == 1


def test_what_was_just_ingested_is_there(filled: Newsroom) -> None:
    service = client(filled)
    assert len(pages(service, 100)) == 8
    filled.fact_check("today", checked_on="2026-11-20")
    assert len(pages(service, 100)) == 9


def test_the_desk_and_the_api_have_one_order(filled: Newsroom) -> None:
    due = [each.checked.document_id for each in filled.assistant.desk.docket("public").due]
    listed = [each["document_id"] for each in pages(client(filled), 2) if each["notice"]]
    assert due == listed


def test_a_round_that_is_not_done_in_time_says_so(
    filled: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(type(filled.ledger.documents), "version", failing)
    with pytest.raises(Unavailable, match="log says why"):
        filled.assistant.desk.checks("public", 10, 0)
    answer = client(filled).get("/v1/freshness")
    assert answer.status_code == 503


# --- the order itself -----------------------------------------------------------------------------


def reason(level: Level) -> Reason:
    return Reason(rule="pinned", level=level, claim=None, text="x", evidence={}, clears_when="y")


states: list[State] = ["may_be_outdated", "unknown", "ageing", "superseded"]
freshness = st.builds(
    lambda state, levels, checked: Freshness(
        state=state, score=0.0, reasons=tuple(map(reason, levels)), checked_on=checked
    ),
    st.sampled_from(states),
    st.lists(st.sampled_from(HARDEST_FIRST), max_size=4),
    st.one_of(
        st.none(),
        st.dates(date(2000, 1, 1), date(2026, 1, 1)).map(lambda d: day(d.isoformat())),
        st.integers(2000, 2026).map(
            lambda year: PartialDate(value=str(year), origin="front_matter")
        ),
    ),
)
rows = st.tuples(st.text(max_size=4), freshness, st.integers(0, 9))


@given(st.lists(rows, max_size=12))
def test_nothing_less_urgent_stands_before_the_more_urgent(
    found: list[tuple[str, Freshness, int]],
) -> None:
    ordered = sorted(found, key=lambda row: urgency(*row))
    for (_, first, reach), (_, second, other) in pairwise(ordered):
        ranks = [
            len(HARDEST_FIRST) if level is None else HARDEST_FIRST.index(level)
            for level in (level_of(first), level_of(second))
        ]
        assert ranks[0] <= ranks[1]
        if ranks[0] == ranks[1]:
            assert reach >= other
            if reach == other and second.checked_on is not None:
                ages = first.checked_on, second.checked_on
                assert ages[0] is None or ages[0].last <= ages[1].last
