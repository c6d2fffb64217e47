"""What the tests are told of a message: what readers see of it, and what of it would be live."""

from __future__ import annotations

from typing import Any

import pytest
from support.slack_blocks import autolinks, pings, shown
from support.slack_limits import Refused, check_blocks
from support.slack_message import Message


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def written(**parts: Any) -> Message:
    return Message(channel="C1", ts="1.000000", user="U1", **parts)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("<!channel> and <!here|here>", ["broadcast", "broadcast"]),
        ("<@U012AB3CD> in <#C012AB3CD|desk>", ["user", "channel"]),
        ("<!subteam^S1> <!date^1^{date}|now>", ["group", "date"]),
        ("<https://example.org|words> <mailto:a@example.org|a>", ["link", "link"]),
        ("&lt;!channel&gt; &lt;@U012AB3CD&gt; 1 < 2 > 0, <b>", []),
    ],
)
def test_what_would_be_live_is_found_in_texts_and_blocks(text: str, kinds: list[str]) -> None:
    places: list[dict[str, Any]] = [
        {"text": text},
        {"blocks": [section(text)]},
        {"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}]},
        {"blocks": [{"type": "markdown", "text": text}]},
    ]
    for place in places:
        assert [ping.kind for ping in pings(written(**place))] == kinds, place
    plain = {"type": "section", "text": {"type": "plain_text", "text": text}}
    assert pings(written(blocks=[plain])) == []


def test_plain_words_ring_where_slack_looks_for_them() -> None:
    loose, firm = section("@channel!"), section("@channel!")
    firm["text"]["verbatim"] = True
    assert [p.target for p in pings(written(blocks=[loose]))] == ["@channel"]
    assert pings(written(blocks=[firm])) == []
    assert pings(written(text="@channel!")) == []
    assert len(pings(written(text="@here", link_names=True))) == 1


def test_links_of_markdown_are_live_but_not_in_code() -> None:
    text = r"[a](https://a.example) `[b](https://b.example)` \[c\](d) https://e.example/x"
    message = written(blocks=[{"type": "markdown", "text": text}])
    assert [p.target for p in pings(message)] == ["https://a.example"]
    assert "https://e.example/x" in autolinks(message)
    assert shown(message) == "a [b](https://b.example) [c](d) https://e.example/x"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("*Verdict:* _false_, ~gone~", "Verdict: false, gone"),
        ("&gt; “a &lt;b&gt; &amp; c”\n> d", "“a <b> & c”\nd"),
        ("<https://example.org/a_b_c|[1]> said", "[1] said"),
        ("2 * 3 * 4 and a_b_c", "2 * 3 * 4 and a_b_c"),
        ("`*kept*` &amp;amp;", "*kept* &amp;"),
        ("1 < 2 and <3", "1 < 2 and <3"),
    ],
)
def test_what_readers_see_of_a_text(text: str, seen: str) -> None:
    assert shown(written(text=text)) == seen
    assert shown(written(text="unseen", blocks=[section(text)])) == seen


def test_what_readers_see_of_markdown() -> None:
    text = "# Head\n**bold** and *thin*, \\*not\\* `` `x` `` [[1]](https://example.org) &copy;"
    message = written(blocks=[{"type": "markdown", "text": text}])
    assert shown(message) == "Head\nbold and thin, *not* `x` [1] ©"


def test_words_of_rich_text_are_words_and_only_its_elements_live() -> None:
    raw = "<!channel> &lt; *b* @here https://e.example"
    items = [[{"type": "text", "text": "one "}, {"type": "emoji", "name": "eyes"}]]
    quiet = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": raw}]},
        {"type": "rich_text_list", "style": "bullet",
         "elements": [{"type": "rich_text_section", "elements": each} for each in items]},
    ]  # fmt: skip
    message = written(blocks=[{"type": "rich_text", "elements": quiet}])
    assert (pings(message), autolinks(message)) == ([], [])
    assert shown(message) == f"{raw}\none :eyes:"
    live = [
        {"type": "broadcast", "range": "here"},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "link", "url": "https://e.example", "text": "[1]"},
    ]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": live}]}
    message = written(blocks=check_blocks([block]))
    assert [p.kind for p in pings(message)] == ["broadcast", "user", "channel", "group", "link"]
    assert shown(message) == "@here@U1#C1@S1[1]"


def test_an_unknown_shape_of_blocks_is_refused() -> None:
    with pytest.raises(Refused, match="invalid_blocks_format"):
        check_blocks("blocks")
