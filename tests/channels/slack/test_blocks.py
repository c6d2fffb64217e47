"""A reply in Slack: the answer first, every quote to the letter, and blocks that Slack takes."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.counts import count
from support.replies import answers, replies
from support.slack_blocks import pings, shown_blocks, visible
from support.slack_limits import check_blocks
from support.slack_world import Message

from assistant.channels.render import ABSTAINED, CONTRARY, NO_VERDICT, WHY
from assistant.channels.slack import blocks, intake
from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.limits import BLOCKS, MESSAGE
from assistant.channels.slack.mrkdwn import harmless
from assistant.contract import reply_json
from assistant.types import Audience
from channels.fake_assistant import NOTICE, FakeAssistant

BASE = "https://news.example"
LARGE = [HealthCheck.large_base_example, HealthCheck.data_too_large, HealthCheck.too_slow]


def valid(rendered: Rendered) -> list[dict[str, Any]]:
    """The blocks, which Slack takes, with rich text that is put together as its reference says."""
    made = check_blocks(rendered.blocks)
    for block in made:
        if block["type"] == "rich_text":
            assert block["elements"]
            for element in block["elements"]:
                check_element(element)
    assert blocks.size(made) <= MESSAGE
    assert len(made) <= BLOCKS
    assert 0 < len(rendered.text) <= 40_000
    return made


def check_element(element: dict[str, Any]) -> None:
    kind = element["type"]
    assert kind in ("rich_text_section", "rich_text_quote", "rich_text_list")
    assert element["elements"]
    if kind == "rich_text_list":
        assert element["style"] in ("bullet", "ordered")
        assert all(item["type"] == "rich_text_section" for item in element["elements"])
        for item in element["elements"]:
            check_element(item)
        return
    for each in element["elements"]:
        assert each["type"] in ("text", "link")
        assert 0 < len(each["text"]) <= 3_000
        assert set(each) <= {"type", "text", "style", "url"}


def message(rendered: Rendered) -> Message:
    return Message(channel="C", ts="1", user="U", text=rendered.text, blocks=rendered.blocks)


def targets_of(rendered: Rendered) -> set[str]:
    return {each.target for each in pings(message(rendered))}


def seen(rendered: Rendered) -> str:
    return shown_blocks(rendered.blocks)


def squeezed(text: str) -> str:
    return "".join(text.replace("\u2060", "").split())


def asked(fake: FakeAssistant, question: str, audience: Audience = "public") -> Any:
    return reply_json(fake.ask(question, audience=audience))


# --- replies of an archive ------------------------------------------------------------------------


def test_the_answer_comes_first_then_what_it_rests_on(fake: FakeAssistant) -> None:
    reply = asked(fake, "4,120")
    shown = seen(blocks.answer(reply, BASE))
    first = "The country had 4,120 registered wells in 2023. [1]"
    order = [first, NOTICE, "The newest year in evidence is 2023.", "Sources\n[1]",
             "the fact-check says:", reply["citations"][0]["quote"], "Want to dive deeper?",
             "Who owns the wells?", "freshness: may be outdated as of 2026-03-15"]  # fmt: skip
    places = [shown.index(each) for each in order]
    assert places == sorted(places)
    assert "(period-closed; clears when a figure for 2024 or later is in the archive)" in shown
    assert "(may be outdated)" in shown
    assert "answer r1" in shown


def test_a_source_says_who_speaks_when_and_where(fake: FakeAssistant) -> None:
    reply = asked(fake, "wells")
    made = valid(blocks.answer(reply, BASE))
    shown = shown_blocks(made)
    for citation in reply["citations"]:
        assert citation["quote"] in shown
        assert (citation["publisher"] or "") in shown
    assert "checked on 2024-06-01" in shown
    assert "published 2024-05 · page 1" in shown
    assert "[1] the source says: “The register listed 4,120 wells in 2023.”" in shown
    assert "[2] unresolved, the source is not in the archive: Yearbook" in shown
    assert "[3] unresolved, the fact-check does not list its source" in shown


def test_links_jump_to_the_words(fake: FakeAssistant) -> None:
    reply = asked(fake, "registered")
    targets = targets_of(blocks.answer(reply, BASE))
    jump = "https://desk.example/wells#:~:text=The%20country%20had%204%2C120"
    assert any(each.startswith(jump) for each in targets)
    assert any(each.startswith("https://water.example/register#") for each in targets)
    assert f"{BASE}/a/r1" in targets


def test_a_document_without_an_address_is_read_in_the_archive(fake: FakeAssistant) -> None:
    reply = asked(fake, "memo", "internal")
    targets = targets_of(blocks.answer(reply, BASE, "internal"))
    assert targets == {f"{BASE}/desk/document?id=memo", f"{BASE}/desk/answers/r1"}
    public = targets_of(blocks.answer(reply, BASE))
    assert f"{BASE}/d/memo?version=1&start=0&end=38#cited" in public
    assert targets_of(blocks.answer(reply)) == set()


def test_published_verdicts_stand_first_word_for_word(fake: FakeAssistant) -> None:
    made = valid(blocks.answer(asked(fake, "registered"), BASE))
    shown = shown_blocks(made)
    assert shown.startswith("Published verdicts\n“There are no wells” (A poster): False\n")
    item = made[0]["elements"][1]["elements"][0]["elements"]
    assert item[1] == {"type": "text", "text": "False", "style": {"bold": True}}


def test_a_verdict_on_the_contrary_says_so_above_it(fake: FakeAssistant) -> None:
    reply = asked(fake, "registered")
    assert CONTRARY not in seen(blocks.answer(reply))
    reply["diagnostics"]["rated"] = "the contrary"
    shown = shown_blocks(valid(blocks.answer(reply, BASE)))
    assert shown.startswith(f"Published verdicts\n{CONTRARY}\n“There are no wells”")


def test_a_claim_without_a_verdict_says_so(fake: FakeAssistant) -> None:
    reply = asked(fake, "memo", "internal")
    reply["diagnostics"]["read_as"] = "claim"
    assert seen(blocks.answer(reply)).startswith(NO_VERDICT)
    del reply["diagnostics"]["read_as"]
    assert NO_VERDICT not in seen(blocks.answer(reply))


def test_what_was_looked_up_is_said_where_it_is_not_what_was_written(fake: FakeAssistant) -> None:
    reply = asked(fake, "private")
    assert "Looked up" not in seen(blocks.answer(reply))
    reply["standalone_question"] = "How many wells are private?"
    assert "Looked up: “How many wells are private?”" in seen(blocks.answer(reply))


def test_an_abstention_says_what_came_nearest(fake: FakeAssistant) -> None:
    reply = asked(fake, "zebras")
    rendered = blocks.answer(reply, BASE)
    shown = shown_blocks(valid(rendered))
    assert shown.startswith(f"{ABSTAINED} {WHY['no_evidence']}\nWhat came nearest\n")
    assert reply["nearest"][0]["quote"] in shown
    assert rendered.text == f"{ABSTAINED} {WHY['no_evidence']}"
    assert blocks.rest(reply, BASE).blocks == rendered.blocks


def test_the_streamed_claims_and_the_rest_are_the_whole(fake: FakeAssistant) -> None:
    reply = asked(fake, "wells")
    streamed = "".join(blocks.claim(each) for each in claim_events(reply))
    shown = visible(streamed, markdown=True)
    for claim in reply["claims"]:
        numbers = "".join(f"[{n}]" for n in claim["citations"])
        assert f"{claim['text']} {numbers}" in shown
    rest = seen(blocks.rest(reply, BASE))
    whole = seen(blocks.answer(reply, BASE))
    assert reply["claims"][0]["text"] not in rest.replace(reply["citations"][0]["quote"], "")
    assert all(part in whole for part in rest.split("\n"))


def claim_events(reply: Any) -> list[Any]:
    return [
        {"index": n, "claim": claim, "citations": []} for n, claim in enumerate(reply["claims"])
    ]


@pytest.mark.parametrize("side", ["positive", "negative"])
def test_a_press_of_a_thumb_is_read_as_one_of_that_answer(fake: FakeAssistant, side: str) -> None:
    made = valid(blocks.answer(asked(fake, "wells"), BASE))
    buttons = made[-1]["elements"][0]
    assert buttons["action_id"] == "feedback"
    pressed = {
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "actions": [{"value": buttons[f"{side}_button"]["value"]}],
    }
    taken = intake.of_feedback(pressed)
    assert taken is not None
    body = cast("intake.RateJson", taken.body)
    assert (body["answer_id"], body["helpful"]) == ("r1", side == "positive")


def test_words_of_documents_are_words(fake: FakeAssistant) -> None:
    reply = asked(fake, "banner")
    rendered = blocks.answer(reply, BASE)
    assert "<script>alert(1)</script>" in shown_blocks(valid(rendered))
    assert all(each.target.startswith(BASE) for each in pings(message(rendered)))


# --- replies of every size ------------------------------------------------------------------------


@given(replies, st.sampled_from([None, BASE, "https://news.example/archive/"]))
@settings(max_examples=count(40, 1_000), suppress_health_check=LARGE)
def test_every_reply_is_taken_and_nothing_of_it_is_live(reply: Any, base: str | None) -> None:
    allowed = (
        *("https://desk.example/", "http://desk.example/"),
        *([base.rstrip("/")] if base else []),
    )
    for rendered in (blocks.answer(reply, base), blocks.rest(reply, base, "internal")):
        valid(rendered)
        found = pings(message(rendered))
        assert {each.kind for each in found} <= {"link"}
        assert {each.where for each in found} <= {"rich_text", "mrkdwn"}
        assert all(each.target.startswith(allowed) for each in found)


@pytest.mark.parametrize("hollow", ["", "\x1b", "\u200b \n"])
def test_what_says_nothing_leaves_no_empty_block(fake: FakeAssistant, hollow: str) -> None:
    abstention = asked(fake, "zebras")
    near = {**abstention["nearest"][0], "quote": hollow, "title": hollow, "checked_on": None}
    reply: Any = {**abstention, "nearest": [near], "follow_ups": [hollow, hollow]}
    valid(blocks.answer(reply, None))


@given(answers)
@settings(max_examples=count(30, 500), suppress_health_check=LARGE)
def test_what_is_left_out_is_said(reply: Any) -> None:
    shown = seen(blocks.answer(reply, BASE))
    notice = next((line for line in shown.split("\n") if line.startswith("Too long")), "")
    for citation in reply["citations"]:
        whole = harmless(citation["quote"])
        listed = bool(
            re.search(rf"^\[{citation['n']}\] the (?:fact-check|source) says:$", shown, re.M)
        )
        assert listed or left_out(citation["n"], notice)
        if listed and squeezed(whole) not in squeezed(shown):
            assert "more characters]" in shown
            assert "shortened" in notice
    for name in ("claims", "verdicts"):
        for each in reply[name]:
            said = harmless(each.get("text") or each.get("claim") or "")
            assert squeezed(said) in squeezed(shown) or notice
    assert not notice or "Read the whole answer" in shown or len(reply["id"]) > 1_000


def left_out(n: int, notice: str) -> bool:
    found = re.search(r"sources? \[(\d+)\](?: to \[(\d+)\])?", notice)
    return found is not None and int(found[1]) <= n <= int(found[2] or found[1])


@given(replies)
@settings(max_examples=count(25, 500), suppress_health_check=LARGE)
def test_without_blocks_everything_is_still_said(reply: Any) -> None:
    found = blocks.plain(reply, BASE)
    assert all(0 < len(piece) < 4_000 for piece in found)
    for piece in found:
        assert not pings(Message(channel="C", ts="1", user="U", text=piece))
    said = squeezed("".join(re.sub("`", "", piece) for piece in found))
    quotes = [each["quote"] for each in reply.get("citations", reply.get("nearest"))]
    for quote in quotes:
        words = squeezed(harmless(quote)).replace("`", "")
        plain = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert plain in said


@given(answers)
@settings(max_examples=count(25, 500), suppress_health_check=LARGE)
def test_a_streamed_claim_is_one_paragraph_of_words(reply: Any) -> None:
    for event in claim_events(reply):
        said = blocks.claim(event)
        assert "\n" not in said.rstrip("\n")
        sent = Message(
            channel="C", ts="1", user="U", text="", blocks=[{"type": "markdown", "text": said}]
        )
        assert not pings(sent)


def test_fifty_sources_of_5000_characters(fake: FakeAssistant) -> None:
    reply = asked(fake, "registered")
    one = reply["citations"][0]
    quote = "Most of these wells are private. " * 150
    reply["citations"] = [{**one, "n": n, "quote": quote, "via": []} for n in range(1, 51)]
    shown = shown_blocks(valid(blocks.answer(reply, BASE)))
    notice = next(line for line in shown.split("\n") if line.startswith("Too long"))
    assert re.search(r"sources \[\d+\] to \[50\]", notice)
    assert "[…" in shown
    assert shown.count("the fact-check says:") >= 5
    assert re.search(r"private\. \[…[\d,]+ more characters\]", shown), "cut behind a sentence"
