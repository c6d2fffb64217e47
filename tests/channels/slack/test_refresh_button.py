"""The button under a notice, and what is told of the refresh that comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from support.slack_blocks import shown_blocks, visible
from support.slack_limits import check_blocks
from support.slack_world import Message

from assistant.channels.slack import blocks, buttons, refreshes
from assistant.channels.slack.intake import of_refresh
from assistant.channels.slack.links import Pages
from assistant.channels.slack.presses import editors_of
from assistant.contract import reply_json
from assistant.shapes_upkeep import RefreshJson
from channels.fake_assistant import FakeAssistant

BASE = "https://news.example"
HOSTILE = "<!channel> <@U1> & *bold* [x](https://evil.example)"


@pytest.fixture
def reply() -> Any:
    """An answer with a notice, from a fact-check and from the source behind it."""
    return reply_json(FakeAssistant().ask("4,120 wells"))


def pressed_in(rendered: blocks.Rendered) -> list[str]:
    found = [each for each in rendered.blocks if each["type"] == "actions"]
    return [element["value"] for each in found for element in each["elements"]]


def test_the_button_stands_under_the_notice_for_editors_alone(reply: Any) -> None:
    shown = blocks.answer(reply, BASE, "internal", refreshable=True)
    check_blocks(shown.blocks)
    assert pressed_in(shown) == ["1:wells"]
    kinds = [each["type"] for each in shown.blocks]
    assert "Consider refreshing" in str(shown.blocks[kinds.index("actions") - 1])
    assert pressed_in(blocks.rest(reply, BASE, "internal", refreshable=True)) == ["1:wells"]
    assert pressed_in(blocks.answer(reply, BASE, "internal")) == []
    calm: Any = {**reply, "freshness": {**reply["freshness"], "notice": None}}
    assert pressed_in(blocks.answer(calm, BASE, "internal", refreshable=True)) == []


def test_an_answer_from_sources_alone_has_nothing_to_refresh(reply: Any) -> None:
    sources = [{**each, "kind": "source_document"} for each in reply["citations"]]
    alone: Any = {**reply, "citations": sources}
    assert pressed_in(blocks.answer(alone, BASE, "internal", refreshable=True)) == []


def test_of_several_checks_each_is_named(reply: Any) -> None:
    first = next(each for each in reply["citations"] if each["kind"] == "fact_check")
    others = [
        {**first, "n": n, "document_id": f"d{n}", "title": HOSTILE + "x" * 100} for n in range(2, 7)
    ]
    reasons = [{**each, "evidence": {}} for each in reply["freshness"]["reasons"]]
    many: Any = {
        **reply,
        "citations": [first, *others],
        "freshness": {**reply["freshness"], "reasons": reasons},
    }
    shown = blocks.answer(many, BASE, "internal", refreshable=True)
    check_blocks(shown.blocks)
    assert pressed_in(shown) == ["1:wells", "1:d2", "1:d3"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2:wells", ("wells", 2)),
        ("2:a:b", ("a:b", 2)),
        ("wells", None),
        (":wells", None),
        ("x:wells", None),
        ("2:", None),
        ("", None),
    ],
)
def test_a_value_is_read_back(value: str, found: tuple[str, int] | None) -> None:
    assert buttons.pressed(value) == found


def test_a_press_is_known_by_its_moment_and_waits_for_the_ones_before() -> None:
    def press(moment: str, value: str = "1:wells") -> Any:
        return of_refresh(
            {
                "team": {"id": "T1"},
                "user": {"id": "U1"},
                "channel": {"id": "C1"},
                "container": {"message_ts": "2.0", "thread_ts": "1.0"},
                "actions": [{"value": value, "action_ts": moment}],
            }
        )

    first, again, later = press("5.0"), press("5.0"), press("6.0")
    assert first.key == again.key != later.key
    assert first.lane == later.lane
    assert (first.body["document_id"], first.body["thread_ts"]) == ("wells", "1.0")
    assert press("5.0", "nonsense") is None


@pytest.mark.parametrize(
    ("setting", "found"), [("", set()), (" U1 ,U2,", {"U1", "U2"}), (",", set())]
)
def test_who_may_refresh(setting: str, found: set[str]) -> None:
    assert editors_of(setting) == found


def refresh(state: str, outcome: str | None, **more: Any) -> RefreshJson:
    body: Any = {
        "id": "f00",
        "document_id": "wells",
        "title": HOSTILE,
        "state": state,
        "outcome": outcome,
        "note": None,
        "reason": None,
        "caution": None,
        "differences": [],
        **more,
    }
    made: RefreshJson = body
    return made


DIFFERENCE = {
    "old": "There were 4,120.",
    "new": "There were 5,001.",
    "old_value": "4,120",
    "new_value": "5,001",
    "old_period": "2023",
    "new_period": None,
    "source_title": HOSTILE,
    "publisher": None,
}


@pytest.mark.parametrize("outcome", ["confirmed", "updated", "corrected", "withdrawn"])
def test_a_proposal_says_what_was_found_and_where_to_approve_it(outcome: str) -> None:
    taken_out = {**DIFFERENCE, "new": None, "new_value": None}
    made = refresh("proposed", outcome, note=HOSTILE, differences=[DIFFERENCE] * 4 + [taken_out])
    rendered = refreshes.told(made, Pages(base_url=BASE, audience="internal"))
    said = shown_blocks(check_blocks(rendered.blocks))
    assert refreshes.PROPOSED[outcome] in said
    assert "4,120 (2023) → 5,001" in said
    assert "2 more at the desk." in said
    assert refreshes.APPROVE in said
    assert said.count(HOSTILE) == 5  # the title, three sources, the note
    assert f"{BASE}/desk/refresh?id=f00" in str(rendered.blocks)
    assert visible(rendered.text).count("<!channel>") == 1
    assert "<!channel>" not in rendered.text


@pytest.mark.parametrize(
    ("state", "outcome", "said"),
    [
        ("failed", "failed", refreshes.FAILED),
        ("published", "confirmed", refreshes.ENDED["published"]),
        ("rejected", "updated", refreshes.ENDED["rejected"]),
        ("working", None, refreshes.ENDED["working"]),
    ],
)
def test_what_is_no_proposal_asks_for_no_approval(
    state: str, outcome: str | None, said: str
) -> None:
    rendered = refreshes.told(refresh(state, outcome, reason=HOSTILE), Pages())
    shown = shown_blocks(check_blocks(rendered.blocks))
    assert said in shown
    assert HOSTILE in shown
    assert refreshes.APPROVE not in shown
    assert "/desk/refresh?id=f00" in shown
    message = Message(channel="C", ts="1", user="U", text=rendered.text, blocks=rendered.blocks)
    assert "<!channel>" not in message.text
