"""What nobody should send, against the real program: refused, answered once, or left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.slack_blocks import shown
from support.slack_sending import Sent, Sign
from support.slack_server import SlackServer

from channels.slack.newsroom_files import FERRY, HOSTILE, WELLS
from channels.slack.running import Newsroom, copied, quick, same_as_asked, words

EVENT = '{"type": "event_callback", "event": %s}'
NONSENSE = [
    *(b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b"payload=", b"payload=[]"),
    b'{"type": "event_callback"}',
    *(
        (EVENT % each).encode()
        for each in ("{}", '{"type": "message"}', '{"type": "app_mention"}',
                     '{"type": "app_home_opened"}')
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def news(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One process for all that follows."""
    home = copied(small_home, tmp_path_factory.mktemp("bad") / "home")
    with SlackServer() as slack, Newsroom(home=home, slack=slack) as newsroom:
        newsroom.start()
        yield newsroom


def nothing_came(news: Newsroom, sent: Sent) -> None:
    """Later work is done, and there is still no answer."""
    after = news.sender.mention(news.desk, news.ana, FERRY)
    news.one_answer(news.desk, after.thread)
    assert news.slack.answers(news.desk, sent.thread) == []


# --- signatures ---


@pytest.mark.parametrize(
    "sign",
    [
        Sign(secret="another-secret"),
        Sign(signature="v0=" + "0" * 64),
        Sign(signature=""),
        Sign(timestamp=""),
        Sign(signature="v0="),
        Sign(timestamp="now"),
        Sign(timestamp="-1"),
        Sign(timestamp="1e9"),
        Sign(timestamp="9" * 5_000),
        Sign(age=301),
        Sign(age=-301),
        Sign(age=-3_600),
        Sign(alter=lambda body: body.replace(b"wells", b"walls")),
        Sign(alter=lambda body: body + b" "),
        Sign(alter=lambda body: b""),
    ],
    ids=["forged", "zeros", "none", "no time", "empty", "words", "negative", "float", "endless",
         "stale", "future", "far future", "altered", "longer", "emptied"],
)  # fmt: skip
def test_a_bad_signature_is_refused(news: Newsroom, sign: Sign) -> None:
    sent = news.sender.mention(news.desk, news.ana, WELLS, sign=sign)
    assert sent.status == 401, sent.text
    nothing_came(news, sent)


def test_old_enough_is_not_too_old(news: Newsroom) -> None:
    sent = news.sender.mention(news.desk, news.ana, WELLS, sign=Sign(age=290))
    quick(sent)
    news.one_answer(news.desk, sent.thread)


def test_the_very_same_bytes_again_are_refused(news: Newsroom) -> None:
    sent = news.sender.mention(news.desk, news.ana, WELLS)
    quick(sent)
    again = news.sender.replay(sent.request)
    assert again.status == 401
    news.one_answer(news.desk, sent.thread)
    assert news.sender.replay(sent.request).status == 401
    news.one_answer(news.desk, sent.thread)


@pytest.mark.parametrize("body", NONSENSE)
@pytest.mark.parametrize("media", ["application/json", "application/x-www-form-urlencoded"])
def test_signed_nonsense_does_no_harm(news: Newsroom, body: bytes, media: str) -> None:
    """What bolt cannot place is refused or taken for nothing; without a signature, refused."""
    sent = news.sender.post(body, {"Content-Type": media})
    assert sent.status < 500, (sent.status, sent.text)
    assert news.sender.post(body, {"Content-Type": media}, sign=Sign(secret="x")).status == 401
    after = news.sender.mention(news.desk, news.ana, FERRY)
    news.one_answer(news.desk, after.thread)


def test_slack_s_own_checks(news: Newsroom) -> None:
    assert news.sender.url_verification("c-9").json == {"challenge": "c-9"}
    assert news.sender.url_verification("c-9", sign=Sign(secret="x")).status == 401
    assert news.sender.ssl_check().status == 200


# --- the same again ---


def test_retries_before_and_after_the_first_was_handled(news: Newsroom) -> None:
    status = news.slack.hang("assistant.threads.setStatus")
    sent = news.sender.mention(news.desk, news.ana, WELLS)
    assert status.arrived.wait(20)  # the first is in hand, and not yet answered
    quick(news.sender.retry(sent, 1))
    quick(news.sender.retry(sent, 2, "http_error"))
    status.release()
    news.one_answer(news.desk, sent.thread)
    quick(news.sender.retry(sent, 3))
    news.one_answer(news.desk, sent.thread)


def test_a_retry_whose_first_was_never_seen_is_answered(news: Newsroom) -> None:
    """An event that was lost on its way is not dropped for being a retry."""
    payload = news.sender.build.app_mention(news.desk, news.ana, WELLS)
    sent = news.sender.deliver(payload, retry_num=1, retry_reason="connection_failed")
    quick(sent)
    news.one_answer(news.desk, sent.thread)


def test_a_mention_is_also_a_message(news: Newsroom) -> None:
    """Two events, with ids of their own, of one message: one answer."""
    for sent in news.sender.mention_twice(news.desk, news.ana, WELLS):
        quick(sent)
    news.one_answer(news.desk, sent.thread)
    payload = news.sender.build.app_mention(news.desk, news.ana, FERRY)
    assert payload.message is not None
    first = news.sender.deliver(news.sender.build.message_of(news.desk, payload.message))
    second = news.sender.deliver(payload)
    quick(first)
    quick(second)
    news.one_answer(news.desk, second.thread)


def test_a_mention_in_a_direct_message_is_also_a_message(news: Newsroom) -> None:
    place = news.slack.open_im(news.ben)
    for sent in news.sender.mention_twice(place, news.ben, WELLS):
        quick(sent)
    news.one_answer(place, sent.thread)


# --- what is no question ---


@pytest.mark.parametrize(
    "text",
    [
        ":tada: :wave::skin-tone-3: :+1:",
        "🎉🎉🎉",
        "",
        "?!… —",
        "<@U999999999>",
        "wells " * 6_667,
        "<!channel> <!here> <!everyone>",
        "\u0000\u202e\u200b",
    ],
    ids=["emoji", "unicode emoji", "a mention", "marks", "others", "40,000", "broadcast", "unseen"],
)
def test_what_is_no_question_is_told_so_once(news: Newsroom, text: str) -> None:
    sent = news.sender.mention(news.desk, news.ana, text)
    quick(sent)
    hint = news.one_answer(news.desk, sent.thread)
    assert shown(hint).strip()
    assert news.slack.status(news.desk, sent.thread) == ""


def test_forty_thousand_characters_are_told_how_to_ask(news: Newsroom) -> None:
    sent = news.sender.direct(news.ana, ("How many wells? " * 2_500)[:40_000])
    quick(sent)
    told = news.one_answer(news.slack.open_im(news.ana), sent.thread)
    assert "long" in shown(told)


def test_forty_thousand_characters_as_a_claim(news: Newsroom) -> None:
    """A whole post may be that long."""
    text = ("The town of Arlen has 4,118 public wells. " * 1_000)[:39_990]
    posted = news.sender.message(news.desk, news.ben, text)
    quick(news.sender.shortcut(news.desk, news.ana, posted.message, "check_claim"))
    news.one_answer(news.desk, posted.thread)


def test_bots_are_never_answered(news: Newsroom) -> None:
    news.slack.add_user("helper", is_bot=True)
    mention = f"<@{news.slack.team.bot_user_id}> {WELLS}"
    for subtype in (True, False):
        sent = news.sender.bot_message(news.desk, mention, subtype=subtype)
        quick(sent)
        nothing_came(news, sent)


def test_it_never_answers_itself(news: Newsroom) -> None:
    """Its own words come back as events, in channels and in direct messages: never a loop."""
    sent = news.sender.mention(news.desk, news.ana, WELLS)
    news.one_answer(news.desk, sent.thread)
    direct = news.sender.direct(news.ben, WELLS)
    place = news.slack.open_im(news.ben)
    news.one_answer(place, direct.thread)
    before = [len(news.slack.answers(each)) for each in (news.desk, place)]
    for each in (news.desk, place):
        for echoed in news.sender.echo_all(each):
            quick(echoed)
        for message in news.slack.answers(each):
            quick(news.sender.deliver(news.sender.build.mention_of(each, message)))
    news.settled()
    assert [len(news.slack.answers(each)) for each in (news.desk, place)] == before


def test_edits_deletions_and_joins_are_no_questions(news: Newsroom) -> None:
    sent = news.sender.mention(news.desk, news.ana, WELLS)
    answer = news.one_answer(news.desk, sent.thread)
    quick(news.sender.changed(news.desk, sent.message, f"<@{news.slack.team.bot_user_id}> {FERRY}"))
    quick(news.sender.joined(news.desk, news.slack.add_user("late")))
    other = news.sender.message(news.desk, news.ben, FERRY, thread=sent.thread)
    news.settled()
    quick(news.sender.deleted(news.desk, other.message))
    news.settled()
    assert answer in news.slack.answers(news.desk, sent.thread)
    assert len(news.slack.answers(news.desk, sent.thread)) == 2


def test_words_of_documents_are_never_live(news: Newsroom) -> None:
    """`<!channel>`, `<@U...>`, links and marks in a document: shown to the letter, ringing nobody.

    `Newsroom.nothing_rings` looks at every message that was ever posted.
    """
    sent = news.sender.mention(news.desk, news.ana, HOSTILE)
    quick(sent)
    answer = news.one_answer(news.desk, sent.thread)
    seen = words(shown(answer))
    assert "<!channel> and <@U000000001> in red letters & <https://evil.example|harmless>" in seen
    same_as_asked(answer, news.asked(HOSTILE))
    command = news.sender.command(news.desk, news.ana, "/factcheck", f"<!channel> {HOSTILE}")
    quick(command)
    news.settled()
    news.nothing_rings()


def test_words_of_askers_are_never_live(news: Newsroom) -> None:
    sent = news.sender.command(
        news.desk,
        news.ana,
        "/factcheck",
        "&lt;!channel&gt; @channel *how* many <https://evil.example|wells>?",
    )
    quick(sent)
    news.settled()
    news.nothing_rings()
