"""What is due, in the order of work, and the charts: their numbers are the ledger's."""

from __future__ import annotations

import random
import re
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.desk.charts import HEIGHT, charts, figures, percent
from assistant.contract import freshness_json
from assistant.ledger import writing
from assistant.ledger.answers import Day
from assistant.types import STATES_WORST_FIRST, Document, Freshness, State
from assistant.upkeep.rounds import Rounds
from channels.desk.newsroom import DAY, DEFINITION, NOW, Browser, Newsroom, Page, words_of


def due_ids(newsroom: Newsroom) -> list[str]:
    docket = newsroom.assistant.desk.docket("public")
    return [each.checked.document_id for each in docket.due]


def test_what_is_due_says_why_word_for_word(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.fact_check("wells")
    newsroom.fact_check("steady", title="What is a well?", text=DEFINITION, checked_on="2026-11-20")
    ((document, freshness, _),) = [
        each for each in newsroom.assistant.check() if each[0].id == "wells"
    ]
    said = freshness_json(freshness)
    assert said["reasons"]
    shown = words_of(owner.get())
    for reason in said["reasons"]:
        assert reason["text"] in shown
        assert f"Clears when: {reason['clears_when']}" in shown
    assert document.title in shown
    assert "What is a well?" not in shown
    assert "2024-06-01" in shown
    assert "2 fact-checks in force: 1 should be looked at" in shown


def test_the_worst_comes_first_then_what_most_rests_on_then_the_oldest(
    newsroom: Newsroom, owner: Browser
) -> None:
    older = newsroom.fact_check("older", checked_on="2023-06-01")
    newsroom.fact_check("younger", checked_on="2024-06-01")
    read = newsroom.fact_check("read", checked_on="2025-01-01")
    newsroom.fact_check("dateless", checked_on=None)
    newsroom.fact_check("replaced", checked_on="2024-06-01")
    newsroom.fact_check("newer", checked_on="2026-11-20", text=DEFINITION, corrects=("replaced",))
    newsroom.answer(read)
    newsroom.answer(read, older)
    page = Page(owner.get().text)
    titles = [row[0].strip().split("\n")[0] for row in page.tables[0][1:]]
    order = ["replaced", "read", "older", "younger", "dateless"]
    assert titles == [f"How many wells has {name}?" for name in order]
    reach = [row[4].split()[0] for row in page.tables[0][1:]]
    assert reach == ["0", "2", "1", "0", "0"]
    assert due_ids(newsroom) == order


def test_states_filter_what_is_due(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.fact_check("wells")
    newsroom.fact_check("dateless", checked_on=None)
    assert "has dateless?" not in owner.get("?state=may_be_outdated").text
    assert "has dateless?" in owner.get("?state=unknown").text
    both = owner.get("?state=<script>").text
    assert "has dateless?" in both
    assert "has wells?" in both


def test_what_turned_overnight_is_marked(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.fact_check("pinned", valid_until="2026-11-20", checked_on="2026-11-01")
    newsroom.fact_check("wells")
    docket = newsroom.assistant.desk.docket("public")
    turned = {each.checked.document_id: each.checked.turned for each in docket.due}
    assert turned == {"pinned": True, "wells": False}
    assert "1 of them since yesterday" in words_of(owner.get())


def test_what_comes_up_soon_is_listed(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.fact_check(
        "pinned", valid_until="2026-11-28", checked_on="2026-11-20", text=DEFINITION
    )
    (soon,) = newsroom.assistant.desk.docket("public").soon
    shown = words_of(owner.get())
    assert f"{soon.checked.freshness.next_review_on} How many wells has pinned?" in shown
    assert "Nothing is due" in shown


def test_an_empty_archive_says_what_to_do(owner: Browser) -> None:
    shown = words_of(owner.get())
    assert "assistant ingest" in shown
    assert "Nobody asked anything" in shown
    assert "No gap is open" in shown


def test_what_is_due_is_paged(newsroom: Newsroom, owner: Browser) -> None:
    for n in range(30):
        newsroom.fact_check(f"w{n:02}")
    pages = [owner.get(f"?page={n}").text for n in (1, 2, 3)]
    seen = [re.findall(r"has (w\d\d)\?</bdi></a>", page) for page in pages]
    assert seen[0] + seen[1] == [f"w{n:02}" for n in range(30)]
    assert seen[2] == seen[1]  # there is no third: the last is shown
    assert "1 to 25 of 30" in pages[0]


def test_withdrawn_between_two_rounds_is_not_due(newsroom: Newsroom) -> None:
    newsroom.fact_check("wells")
    assert due_ids(newsroom) == ["wells"]
    newsroom.assistant.desk.patience_s = 0
    with newsroom.ledger.transaction() as connection:
        writing.set_state(connection, ["wells"], "withdrawn", datetime.now(UTC), "Wrong.")
    assert due_ids(newsroom) == []  # whether or not the next round is done


# --- rounds ---------------------------------------------------------------------------------------


class Stubborn:
    """A judge that fails, or counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[()]]:
        self.asked += 1
        if self.fails:
            raise RuntimeError("a judge on strike")
        return Freshness(state="fresh", score=0.0), ()


@pytest.fixture
def judge() -> Stubborn:
    return Stubborn()


@pytest.fixture
def today() -> list[datetime]:
    return [NOW]


@pytest.fixture
def rounds(newsroom: Newsroom, judge: Stubborn, today: list[datetime]) -> Any:
    rounds = Rounds(newsroom.ledger, lambda: judge, lambda: today[0])
    yield rounds
    rounds.close()


def test_a_round_holds_until_the_day_or_the_archive_changes(
    newsroom: Newsroom, rounds: Rounds, judge: Stubborn, today: list[datetime]
) -> None:
    newsroom.fact_check("wells")
    first = rounds.look(60)
    assert first.last is not None
    assert rounds.look(60).last is first.last
    assert judge.asked == 1
    newsroom.fact_check("more")
    second = rounds.look(60).last
    assert second is not None
    assert {each.document_id for each in second.checked} == {"wells", "more"}
    today[0] += DAY
    third = rounds.look(60).last
    assert third is not None
    assert third.day == second.day + timedelta(days=1)
    newsroom.answer(newsroom.ledger.documents.get("wells"))
    newsroom.gap("Who?")
    assert rounds.look(60).last is third  # questions change no fact-check


def test_a_page_does_not_wait_for_a_round(
    newsroom: Newsroom, rounds: Rounds, judge: Stubborn, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.fact_check("wells")
    hold = threading.Event()
    inner = judge.document
    monkeypatch.setattr(judge, "document", lambda *given: hold.wait(60) and inner(*given))
    waiting = rounds.look(0)
    assert (waiting.last, waiting.under_way, waiting.failed) == (None, True, False)
    hold.set()
    done = rounds.look(60)
    assert done.last is not None
    assert not done.under_way


def test_the_page_says_that_a_round_is_under_way(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.fact_check("wells")
    assert due_ids(newsroom) == ["wells"]
    parts = newsroom.assistant._parts
    inner, hold = parts.freshness, threading.Event()

    class Slow:
        def document(self, document: Document, now: date) -> Any:
            hold.wait(60)
            return inner.document(document, now)

    parts.__dict__["freshness"] = Slow()
    newsroom.assistant.desk.patience_s = 0
    newsroom.fact_check("more")
    try:
        shown = words_of(owner.get())
    finally:
        hold.set()
    assert "are being checked" in shown
    assert "Until then this shows the last round, of 2026-11-21" in shown
    assert "How many wells has wells?" in shown
    newsroom.assistant.desk.patience_s = 60
    assert "How many wells has more?" in words_of(owner.get())


def test_a_round_that_failed_says_so_and_is_tried_again(
    newsroom: Newsroom, rounds: Rounds, judge: Stubborn, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.fact_check("wells")
    judge.fails = True
    assert rounds.look(60).failed
    assert "a judge on strike" in caplog.text
    judge.fails = False
    assert not rounds.look(60).failed
    assert rounds.look(60).last is not None


# --- figures and charts ---------------------------------------------------------------------------


def test_the_charts_show_what_the_ledger_holds(newsroom: Newsroom, owner: Browser) -> None:
    document = newsroom.fact_check("wells")
    rng = random.Random(7)
    states: list[State | None] = [*STATES_WORST_FIRST, None, None]
    given: list[tuple[date, State | None]] = []
    for _ in range(120):
        at = NOW - timedelta(days=rng.randrange(34), minutes=rng.randrange(400))
        state = rng.choice(states)
        newsroom.answer(*([document] if state else []), at=at, state=state or "fresh")
        given.append((at.date(), state))
    stale = {"retracted", "contradicted", "superseded", "may_be_outdated"}
    first = NOW.date() - timedelta(days=29)
    page = Page(owner.get().text)
    (table,) = [t for t in page.tables if t[0][0] == "Day"]
    assert len(table) == 31
    for name, asked, answered, outdated in table[1:]:
        mine = [state for day, state in given if day.isoformat() == name]
        assert int(asked) == len(mine)
        assert int(answered) == len([state for state in mine if state])
        assert int(outdated) == len([state for state in mine if state in stale])
    inside = [state for day, state in given if day >= first]
    (key,) = [t for t in page.tables if t[0][0] == "When"]
    assert key[4][1] == str(len(inside))
    assert f"{len(inside)} in 30 days." in page.words
    share = percent(len([s for s in inside if s]) / len(inside))
    assert f"{share} of {len(inside)} questions." in page.words
    assert key[1][1] == str(len([1 for day, _ in given if day == NOW.date()]))
    assert key[2][1] == str(len([1 for day, _ in given if day == NOW.date() - DAY]))


def test_every_chart_has_a_name_and_a_sentence(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.answer(newsroom.fact_check("wells"))
    text = owner.get().text
    drawn = re.findall(r'<svg role="img" aria-labelledby="([\w-]+) ([\w-]+)"', text)
    assert len(drawn) == 3
    for ids in drawn:
        for each in ids:
            assert re.search(rf'id="{each}">[^<]+<', text)
    hidden = re.findall(r"<svg (?!role)[^>]*>", text)
    assert all('aria-hidden="true"' in each for each in hidden)


def test_top_gaps_are_the_most_asked_open_ones(newsroom: Newsroom, owner: Browser) -> None:
    for n in range(9):
        newsroom.gap(f"Where is village number {n}?", times=n + 1)
    group = newsroom.assistant.desk.gaps("public")[0]
    newsroom.assistant.desk.assign(group.id, "public", "Ada")
    (table,) = [t for t in Page(owner.get().text).tables if t[0] == ["Question", "Times asked"]]
    assert [row[0] for row in table[1:]] == [
        f"Where is village number {n}?" for n in (7, 6, 5, 4, 3, 2)
    ]
    assert [int(row[1]) for row in table[1:]] == [8, 7, 6, 5, 4, 3]


counts = st.integers(min_value=0, max_value=10**6)
one_day = st.tuples(counts, counts, counts).map(lambda n: sorted(n, reverse=True))


@given(st.lists(one_day, min_size=1, max_size=40))
def test_bars_stand_for_their_values(days: list[list[int]]) -> None:
    start = date(2026, 1, 1)
    given_days = [
        Day(day=(start + timedelta(days=n)).isoformat(), questions=q, answered=a, stale=s)
        for n, (q, a, s) in enumerate(days)
    ]
    asked, answered, stale = charts(given_days)
    most = max(q for q, _, _ in days) or 1
    assert len(asked.bars) == len(days)
    for bar, (questions, _, _) in zip(asked.bars, days, strict=True):
        assert bar.height == pytest.approx(max(questions / most * HEIGHT, 1), abs=0.01)
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.02)
        assert bar.text.endswith(f": {questions}")
    assert len(answered.bars) == len([1 for q, _, _ in days if q])
    assert len(stale.bars) == len([1 for _, a, _ in days if a])
    whole = figures(given_days)
    assert f"{percent(whole.answered_share)} of {sum(q for q, _, _ in days):,}" in answered.summary


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_only_nothing_is_0_and_only_all_is_100(part: int, whole: int) -> None:
    part = min(part, whole)
    said = percent(part / whole)
    assert (said == "0%") == (part == 0)
    assert (said == "100%") == (part == whole)
    assert abs(int(said[:-1]) - 100 * part / whole) <= 1


def test_the_style_sheet_is_ours(owner: Browser) -> None:
    css = owner.client.get("/desk/desk.css")
    assert css.headers["content-type"].startswith("text/css")
    assert "http" not in css.text
    assert "url(" not in css.text
