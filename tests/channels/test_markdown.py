"""A reply as Markdown: every word as it is, and nothing in it obeyed."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.channels.markdown import MARKDOWN, harmless
from assistant.channels.render import reply_text
from assistant.contract import reply_json
from channels.fake_assistant import FakeAssistant

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {
    "paragraph_open",
    "paragraph_close",
    "inline",
    "bullet_list_open",
    "bullet_list_close",
    "list_item_open",
    "list_item_close",
    "blockquote_open",
    "blockquote_close",
    "strong_open",
    "strong_close",
    "text",
    "softbreak",
    "code_inline",
    "fence",
}
"""What a reply may be made of: no link, image, HTML, heading, rule, table or emphasis."""

INERT = [
    "The country had 4,120 registered wells in 2023 [1] [2].",
    "Prices rose ~5% & more < 10 of $3.50 (see [sic] below); it's 50% - or 60%?",
    "snake_case_name, 2 * 3 = 6, #1 of all, 1.5 million!",
    "“Quoted” - said the mayor: yes\nand went on.",
    "Ελληνικά, 日本語, עברית, e\u0301, 👩‍👩‍👧",
    "AT&T and R&D; a>b",
    "https://desk.example/a_b_c?x=1&y=2#part",
]
ACTIVE = [
    "![x](https://evil.example/steal.png)",
    "[the register](javascript:alert(1))",
    "[1](https://evil.example)",
    "[1]: https://evil.example",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<https://evil.example>",
    "# A heading",
    "- an item",
    "1. an item",
    "> quoted",
    "***",
    "*bold* and _slanted_ and ~~gone~~",
    "`code`",
    "``` \nfence",
    "tick ` and `` ticks",
    "&lt;b&gt; &amp;",
    "back\\slash \\* here",
    "line  \nbreak",
    "a\n\nb",
    "a\n\n# b\n\n```\nc\n````\n",
    "a\n- b\n- c",
    "| a | b |\n| --- | --- |\n| 1 | 2 |",
    "    indented",
    "a\n---",
    "[x] done",
    "!",
    "<!-- ",
    "~~~",
]
PIECES = st.text(st.sampled_from("ab1 \n\t`*_~[]()<>!#-+=|\\&;:.\"'/“”\x1b\r\u202e"), max_size=12)
HOSTILE = st.one_of(st.sampled_from(INERT + ACTIVE), PIECES, st.text(max_size=20))


def kinds(text: str) -> set[str]:
    tokens = READER.parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    return {token.type for token in (*tokens, *inner)}


@pytest.mark.parametrize("text", INERT)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert MARKDOWN.words(text) == text


@pytest.mark.parametrize("text", [each for each in ACTIVE if each != "!"])
def test_what_markdown_would_obey_is_code(text: str) -> None:
    shown = MARKDOWN.words(text)
    assert shown != text
    assert text in shown
    assert kinds(f"- “{shown}”") <= OURS


@given(st.lists(HOSTILE, min_size=12, max_size=12))
def test_no_document_gives_orders(said: list[str]) -> None:
    """Whatever stands in a document's words, all of them together."""
    words = iter(said)
    reply: Any = copy.deepcopy(reply_json(FakeAssistant().ask("registered wells")))
    (claim,), (citation,) = reply["claims"], reply["citations"]
    claim["text"], citation["quote"] = next(words), next(words)
    for member in ("title", "publisher", "url"):
        citation[member] = next(words)
    for member in ("quote", "title"):
        citation["via"][0][member] = next(words)
    for member in ("claim", "rating", "claimant"):
        reply["verdicts"][0][member] = next(words)
    reply["follow_ups"] = [next(words)]
    reply["freshness"]["reasons"][0]["text"] = next(words)
    text = reply_text(reply, MARKDOWN)
    assert kinds(text) <= OURS
    assert all(harmless(each) in text for each in said)


@given(st.lists(HOSTILE, min_size=3, max_size=3))
def test_nor_does_what_came_nearest(said: list[str]) -> None:
    reply: Any = copy.deepcopy(reply_json(FakeAssistant().ask("zebras")))
    reply["nearest"][0]["quote"], reply["nearest"][0]["title"] = said[:2]
    reply["follow_ups"] = said[2:]
    text = reply_text(reply, MARKDOWN)
    assert kinds(text) <= OURS
    assert all(harmless(each) in text for each in said)


@given(st.text())
def test_only_what_a_terminal_obeys_is_left_out(text: str) -> None:
    assert re.sub(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text
    ) == (harmless(text))
