"""Slack's text as plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.slack.words import addresses_another, mentions, plain, says_something


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U1> is it true?", "is it true?"),
        ("hey <@U1|assistant>, is   it true?", "hey , is it true?"),
        ("AT&amp;T said 1 &lt; 2 &amp;amp; 3", "AT&T said 1 < 2 &amp; 3"),
        ("see <https://a.example/x?y=1&amp;z=2|the report>", "see the report"),
        ("see <https://a.example/x?y=1&amp;z=2>", "see https://a.example/x?y=1&z=2"),
        ("<mailto:a@b.example|a@b.example> wrote", "a@b.example wrote"),
        ("<!channel> <!here|here> look", "look"),
        ("in <#C1|desk> and <#C2>", "in #desk and"),
        ("<!date^1^{date}|3 May> it rose", "3 May it rose"),
        ("<!subteam^S1|@editors> look", "look"),
        ("*bold* _leaning_ ~gone~ `code`", "bold leaning gone code"),
        ("*bold _and leaning_* and *_both_*", "bold and leaning and both"),
        ("2 * 3 * 4, *open, ~/home and _x", "2 * 3 * 4, *open, ~/home and _x"),
        ("&gt; quoted\n&gt;more", "quoted\nmore"),
        ("snake_case_stays 2*3*4", "snake_case_stays 2*3*4"),
        ("half \ud83d", "half \ufffd"),
        ("", ""),
    ],
)
def test_what_a_person_sees(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize("mark", ["*", "_", "~", "`"])
def test_long_runs_of_marks_are_read_at_once(mark: str) -> None:
    """An hour and more, where the time grows faster than the text."""
    most = 40_000
    assert plain(mark * most) == mark * most
    assert plain(f"{mark}a " * most) == f"{mark}a " * (most - 1) + f"{mark}a"
    assert plain(f"{mark * most}a{mark * most}") == "a"
    assert plain(f"{mark}a" * most + mark) == (f"{mark}a" * most)[1:]
    for text in (f"{mark}. " * most, f".{mark}" * most, "*_~`" * most, "*_a " * most, "<" * most):
        assert len(plain(text)) <= len(text)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_nothing_of_a_plain_sentence_is_lost(text: str) -> None:
    letters = [each for each in text if each.isalnum()]
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert [each for each in plain(escaped) if each.isalnum()] == letters


@given(st.text(max_size=200))
def test_any_text_can_be_kept(text: str) -> None:
    plain(text).encode()


@pytest.mark.parametrize("text", ["", "  ", ":wave:", ":+1::skin-tone-3: 🙂", "?!…"])
def test_nothing_is_said(text: str) -> None:
    assert not says_something(text)
    assert says_something(f"{text} why")


def test_who_is_addressed() -> None:
    assert addresses_another(" <@U2> look", "U1")
    assert addresses_another("<!here> look", "U1")
    assert not addresses_another("<@U1> look", "U1")
    assert not addresses_another("look <@U2>", "U1")
    assert mentions("look <@U1>", "U1")
    assert not mentions("look <@U11>", "U1")
