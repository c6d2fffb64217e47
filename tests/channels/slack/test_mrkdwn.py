"""Words of documents in Slack's two markups: read letter for letter, and nothing of them live."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.counts import count
from support.slack_blocks import autolinks, pings, visible
from support.slack_world import Message

from assistant.channels.slack.mrkdwn import escaped, harmless, line, markdown, pieces

LIVE = [
    "<!channel> and <!here|here> and <!everyone>",
    "<@U1> said it, <@U1|Ann> too",
    "see <#C1|general> <!subteam^S1> <!date^1|{date}^https://x.example|then>",
    "<https://evil.example|our site> <mailto:a@b.example>",
    "@here @channel @everyone #general",
    "*bold* _slanted_ ~gone~ `code` ```more```",
    "a *b* c_d_e 2 * 3 * 4 ~5%",
    ":smile: at 10:30:45 :flag-us:",
    "[words](https://evil.example) ![image](https://evil.example/i.png)",
    "[a]: https://evil.example\n[a]",
    "# heading\n> quote\n- item\n1. item\n---\n| a | b |",
    "<b>bold</b> <script>alert(1)</script> &amp; &lt;!channel&gt; &#60;",
    "https://evil.example/a_b*c www.evil.example a@b.example",
    "back\\slash \\*not bold\\* `",
    "\u202eturned\u202c \x1b[2J \x00 nul",
    "Wells [1] [2].",
    "the 3.14 number ends `` here ```` and ''there''",
    "",
    " ",
    "\ud800 half",
]

hostile = st.lists(
    st.sampled_from([*"<>!@#&*_~`[]()|\\:-+=. \n\tab1\u202eé", "channel", "https://x", "<!here>"]),
    max_size=40,
).map("".join)
texts = st.one_of(st.sampled_from(LIVE), hostile, st.text(max_size=80))


def message(text: str, kind: str | None = None) -> Message:
    blocks = []
    if kind == "mrkdwn":
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text or "x"}}]
    if kind == "markdown":
        blocks = [{"type": "markdown", "text": text}]
    return Message(channel="C", ts="1", user="U", text="" if kind else text, blocks=blocks)


def read(text: str) -> str:
    """Without white space and what has no width."""
    return "".join(text.replace("\u2060", "").split())


@given(texts)
@settings(max_examples=count(300, 5_000))
@example("```x```")
@example("`")
@example("x" * 1_001 + "*y*")
def test_mrkdwn_is_read_letter_for_letter(text: str) -> None:
    assert read(visible(escaped(text))) == read(harmless(text))


@given(texts)
@settings(max_examples=count(300, 5_000))
def test_nothing_is_live_in_mrkdwn(text: str) -> None:
    for kind in (None, "mrkdwn"):
        assert not pings(message(f"“{escaped(text)}” (x)", kind))


@given(texts)
@settings(max_examples=count(300, 5_000))
def test_markdown_is_read_letter_for_letter(text: str) -> None:
    assert read(visible(markdown(text), markdown=True)) == read(line(text))


@given(texts)
@settings(max_examples=count(300, 5_000))
def test_nothing_is_live_in_markdown(text: str) -> None:
    sent = message(f"{markdown(text)} \\[1\\]\n\n{markdown(text)}", "markdown")
    assert not pings(sent)
    assert "\n" not in markdown(text)


@pytest.mark.parametrize("text", LIVE)
def test_what_is_known_to_ring_or_lead_away_does_not(text: str) -> None:
    for kind, words in (("mrkdwn", escaped(text)), ("markdown", markdown(text))):
        assert not pings(message(f"x {words}", kind))
        outside = re.sub(r"```.*?```|`[^`]*`", " ", words, flags=re.S)
        assert not autolinks(message(f"x {outside}", kind))


def test_ordinary_words_stand_without_any_mark() -> None:
    text = "The country had 4,120 wells in 2023 (up 3%), the Office said [1]."
    assert escaped(text) == text
    assert escaped("Q&A <sic>") == "Q&amp;A &lt;sic&gt;"


def test_a_web_address_by_itself_is_followed_and_no_other() -> None:
    assert escaped("https://desk.example/a?b=1&c=2") == "https://desk.example/a?b=1&amp;c=2"
    assert escaped("javascript:alert(1)") == "javascript:alert(1)"
    assert escaped("file:///etc/passwd").startswith("`")


@given(st.text(max_size=300).map(escaped) | texts.map(lambda text: escaped(text) * 30))
@settings(max_examples=count(200, 2_000))
def test_pieces_lose_nothing_and_are_short(text: str) -> None:
    found = pieces(text, 100)
    assert all(0 < len(piece) <= 100 for piece in found)
    if text.strip():
        assert read("".join(found)) == read(text)


def test_pieces_are_cut_between_lines_and_not_within_code() -> None:
    text = "one\ntwo " + "`a b c`" + " three"
    assert pieces(text, 12) == ["one\ntwo ", "`a b c` ", "three"]


def test_no_piece_ends_within_an_escape() -> None:
    for piece in pieces(escaped("<" * 5_000)):
        assert piece.replace("&lt;", "") == ""
