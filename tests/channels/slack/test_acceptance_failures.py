"""A Slack that refuses, fails, forgets and is away: in the end one whole answer stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.counts import count
from support.slack_blocks import shown
from support.slack_calls import Call
from support.slack_server import SlackServer
from support.slack_world import Channel, User

from channels.slack.newsroom_files import FERRY, HOSTILE, SECRET, SECRET_WORDS, WELLS
from channels.slack.running import Newsroom, copied, quick, same_as_asked, words

TROUBLES: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 1},
    "429 without a time": {"status": 429},
    "429 in words": {"error": "ratelimited"},
    "500": {"status": 500},
    "503 in HTML": {"status": 503, "body": b"<html>we are down</html>"},
    "502 and nothing": {"status": 502, "body": b""},
    "an error of Slack's": {"error": "internal_error"},
    "fatal": {"error": "fatal_error"},
    "cut": {"cut": True},
    "no JSON": {"body": b"<html>hello</html>"},
}
ASKING = (
    "conversations.info", "conversations.members", "users.info", "assistant.threads.setStatus",
    "chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update", "chat.postMessage",
    "conversations.replies",
)  # fmt: skip
"""What is called for an answer; the last ones only where there is no stream."""
WITHOUT_A_STREAM = {"chat.update", "chat.postMessage", "conversations.replies"}


@pytest.fixture(scope="module")
def news(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One process; each case has a channel and a person of its own, whose calls fail."""
    home = copied(small_home, tmp_path_factory.mktemp("failures") / "home")
    with SlackServer() as slack, Newsroom(home=home, slack=slack) as newsroom:
        newsroom.start()
        yield newsroom


def place(news: Newsroom) -> tuple[Channel, User]:
    user = news.slack.add_user("carol")
    return news.slack.add_channel("place", user, news.ben), user


def in_place(channel: Channel, user: User) -> Any:
    """Picks the calls that are about a channel, or about its person."""

    def picks(call: Call) -> bool:
        return channel.id in (call.args.get("channel"), call.args.get("channel_id")) or (
            call.args.get("user") == user.id
        )

    return picks


def whole_answers(news: Newsroom, asked: dict[str, tuple[Channel, str]], question: str) -> None:
    """Each of these threads holds one message, which is whole."""
    reply = news.asked(question, internal=True)
    news.settled(120)
    wrong = {}
    for case, (channel, thread) in asked.items():
        answers = news.slack.answers(channel, thread)
        try:
            assert len(answers) == 1
            same_as_asked(answers[0], reply)
            standing = news.slack.messages(channel, thread)
            assert not any(news.slack.is_streaming(each) for each in standing)
        except AssertionError as error:
            wrong[case] = [shown(each)[:200] for each in answers] or str(error)[:300]
    assert wrong == {}


def test_each_method_fails_in_each_way(news: Newsroom) -> None:
    """Twice in a row, in a place of its own; all at the same time."""
    asked, failures, every = {}, [], list(TROUBLES.items())
    for turn, method in enumerate(ASKING):
        for name, trouble in [every[(turn * 3 + n) % 10] for n in range(count(3, 10))]:
            channel, user = place(news)
            picks = in_place(channel, user)
            if method in WITHOUT_A_STREAM:
                news.slack.fail("chat.startStream", error="access_denied", times=None, when=picks)
            failure = news.slack.fail(method, times=2, when=picks, **trouble)
            failures.append((f"{method}: {name}", failure))
            sent = news.sender.mention(channel, user, HOSTILE)
            quick(sent)
            asked[f"{method}: {name}"] = (channel, sent.thread)
    whole_answers(news, asked, HOSTILE)
    never = {name for name, each in failures if not each.met}
    rare = ("chat.appendStream", "chat.update", "conversations.replies")
    assert not {name for name in never if not name.startswith(rare)}


@pytest.mark.parametrize(
    "method",
    ["chat.postMessage", "chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"],
)
@pytest.mark.parametrize("skip", [0, 1])
def test_an_answer_of_slack_s_is_lost(news: Newsroom, method: str, skip: int) -> None:
    """The call was carried out, and nobody heard of it: nothing stands twice."""
    channel, user = place(news)
    picks = in_place(channel, user)
    if method in WITHOUT_A_STREAM:
        news.slack.fail("chat.startStream", error="access_denied", times=None, when=picks)
    news.slack.fail(method, lost=True, times=1, skip=skip, when=picks)
    sent = news.sender.mention(channel, user, HOSTILE)
    whole_answers(news, {method: (channel, sent.thread)}, HOSTILE)


def test_the_first_message_of_a_command_is_lost(news: Newsroom) -> None:
    channel, user = place(news)
    news.slack.fail("chat.postMessage", lost=True, times=1, when=in_place(channel, user))
    news.sender.command(channel, user, "/factcheck", FERRY)
    news.settled()
    root, answer = news.slack.answers(channel)
    assert FERRY in shown(root)
    assert answer.thread_ts == root.ts
    same_as_asked(answer, news.asked(FERRY))


@pytest.mark.parametrize("trouble", ["429", "500", "cut"])
def test_other_doors_of_slack_fail(news: Newsroom, trouble: str) -> None:
    """The response URL, thanks and the home tab."""
    channel, user = place(news)
    elsewhere = news.slack.add_channel("elsewhere", user, bot=False)
    for method in ("response_url", "views.publish", "chat.postEphemeral"):
        news.slack.fail(method, times=2, **TROUBLES[trouble])
    sent = news.sender.mention(channel, user, WELLS)
    answer = news.one_answer(channel, sent.thread)
    news.sender.command(elsewhere, user, "/factcheck", FERRY)
    news.sender.home_opened(user)
    buttons = next(each for each in answer.all_blocks if each["type"] == "context_actions")
    value = buttons["elements"][0]["positive_button"]["value"]
    news.sender.press(channel, user, answer, "feedback", value)
    news.settled()
    (seen,) = news.slack.ephemerals(elsewhere, user)
    same_as_asked(seen, news.asked(FERRY))
    assert len(news.slack.ephemerals(channel, user)) == 1
    assert news.slack.home(user)


def test_everything_fails_for_a_while(news: Newsroom) -> None:
    """Every call, in one way after the other, until all of them have been met."""
    asked = {}
    times = count(1, 4)
    down = [news.slack.fail("*", times=times, **trouble) for trouble in TROUBLES.values()]
    for n in range(4):
        channel, user = place(news)
        sent = news.sender.mention(channel, user, HOSTILE)
        quick(sent)
        asked[str(n)] = (channel, sent.thread)
    news.slack.wait_for(lambda: all(each.met == times for each in down), 120)
    whole_answers(news, asked, HOSTILE)


@pytest.mark.parametrize("appends", [0, 1, 2])
def test_a_stream_dies_after_some_appends(news: Newsroom, appends: int) -> None:
    channel, user = place(news)
    news.slack.die_after(appends)
    try:
        sent = news.sender.mention(channel, user, HOSTILE)
        whole_answers(news, {"died": (channel, sent.thread)}, HOSTILE)
    finally:
        news.slack.die_after(None)


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("when", ["arrival", "answer"])
def test_a_stream_dies_of_age(news: Newsroom, method: str, when: str) -> None:
    channel, user = place(news)

    def age(call: Call) -> None:
        if call.args.get("channel") == channel.id and news.slack.stream_age:
            for message in channel.messages:
                message.stream_started = -1_000_000.0

    news.slack.on(method, age, when)
    sent = news.sender.mention(channel, user, HOSTILE)
    whole_answers(news, {"aged": (channel, sent.thread)}, HOSTILE)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_too_long",
                                   "msg_blocks_too_long"])  # fmt: skip
@pytest.mark.parametrize("streams", [True, False])
def test_refused_blocks_become_text(news: Newsroom, error: str, streams: bool) -> None:
    """The same words, without blocks."""
    channel, user = place(news)
    picks = in_place(channel, user)

    def with_blocks(call: Call) -> bool:
        return picks(call) and bool(call.args.get("blocks"))

    if not streams:
        news.slack.fail("chat.startStream", error="access_denied", times=None, when=picks)
    for method in ("chat.stopStream", "chat.update", "chat.postMessage"):
        news.slack.fail(method, error=error, times=None, when=with_blocks)
    sent = news.sender.mention(channel, user, FERRY)
    whole_answers(news, {"text": (channel, sent.thread)}, FERRY)
    assert not any(each.blocks for each in news.slack.answers(channel, sent.thread))


# --- a channel that is opened to others while the answer is made ---


@pytest.mark.parametrize("when", ["arrival", "answer"])
@pytest.mark.parametrize(
    "method",
    ["assistant.threads.setStatus", "conversations.info", "conversations.members", "users.info",
     "chat.startStream"],
)  # fmt: skip
def test_a_channel_becomes_shared(news: Newsroom, method: str, when: str) -> None:
    """What stands in the end quotes nothing internal, and nothing internal is sent any more."""
    channel, user = place(news)
    other = news.slack.add_team("Another company", installed=False)
    seen: list[int] = []

    def share(call: Call) -> None:
        about = (call.args.get("channel"), call.args.get("channel_id"), call.args.get("user"))
        if not seen and ({channel.id, user.id} & set(about)):
            seen.append(call.number)
            news.sender.shared(channel, other)

    news.slack.on(method, share, when)
    sent = news.sender.mention(channel, user, SECRET)
    news.settled()
    assert seen
    answers = news.slack.answers(channel, sent.thread)
    assert len(answers) == 1, [shown(each) for each in answers]
    assert SECRET_WORDS not in words(shown(answers[0]))
    assert SECRET_WORDS not in words(answers[0].text)
    late = [
        call.method
        for call in news.slack.calls
        if call.number > seen[0] and call.args.get("channel") == channel.id
        if "Thirty-one" in str(call.args)
    ]
    assert late == []


def test_a_guest_joins_while_the_answer_is_made(news: Newsroom) -> None:
    channel, user = place(news)
    guest = news.slack.add_user("guest", is_restricted=True)
    seen: list[int] = []

    def join(call: Call) -> None:
        if not seen and call.args.get("channel") == channel.id:
            seen.append(call.number)
            news.sender.joined(channel, guest)

    news.slack.on("chat.startStream", join, "answer")
    sent = news.sender.mention(channel, user, SECRET)
    answer = news.one_answer(channel, sent.thread)
    assert seen
    assert SECRET_WORDS not in words(shown(answer))


# --- a Slack that is away, or has had enough of us ---


def test_slack_is_down_at_the_start(program: Newsroom) -> None:
    """The process starts, acknowledges, and answers once Slack is back."""
    down = program.slack.fail("*", cut=True, times=None)
    process = program.start()
    sent = program.sender.mention(program.desk, program.ana, WELLS)
    quick(sent)
    program.slack.wait_for(lambda: down.met >= 3)
    assert process.ended is None
    down.end()
    answer = program.one_answer(program.desk, sent.thread)
    same_as_asked(answer, program.asked(WELLS))
    process.terminate()


def test_slack_is_down_at_the_start_by_socket(program: Newsroom) -> None:
    program.way = "socket"
    down = program.slack.fail("*", status=503, times=None)
    process = program.start(connected=False)
    program.slack.wait_for(lambda: down.met >= 2)
    assert process.ended is None
    down.end()
    program.slack.socket.wait_connected()
    sent = program.sender.mention(program.desk, program.ana, WELLS)
    quick(sent)
    program.one_answer(program.desk, sent.thread)
    process.terminate()


def test_a_socket_that_ends_is_opened_again(program: Newsroom) -> None:
    """By Slack's word, and without a word: events still come, each once."""
    program.way = "socket"
    process = program.start()
    socket = program.slack.socket
    for end in (socket.refresh, socket.cut)[: count(1, 2)]:
        opened = program.slack.socket.opened
        end()
        program.slack.wait_for(lambda opened=opened: program.slack.socket.opened > opened, 60)  # type: ignore[misc]
        sent = program.sender.mention(program.desk, program.ana, WELLS)
        quick(sent)
        program.one_answer(program.desk, sent.thread)
    process.terminate()


@pytest.mark.parametrize("way", ["http", "socket"][: count(1, 2)])
def test_the_token_is_revoked(program: Newsroom, way: Any) -> None:
    """A clear line in the log, once for each question; the process goes on, and ends well."""
    program.way = way
    process = program.start()
    sent = program.sender.mention(program.desk, program.ana, WELLS)
    program.one_answer(program.desk, sent.thread)
    program.slack.revoke(program.slack.team)
    late = program.sender.mention(program.desk, program.ana, FERRY)
    quick(late)
    program.settled()
    assert program.slack.answers(program.desk, late.thread) == []
    assert "token_revoked" in process.log
    assert process.log.count("token_revoked") < 20
    assert "Traceback" not in process.log
    assert process.ended is None
    process.terminate()


def test_a_revoked_token_at_the_start(program: Newsroom) -> None:
    program.slack.revoke(program.slack.team)
    process = program.start()
    quick(program.sender.mention(program.desk, program.ana, WELLS))
    program.settled()
    assert "token_revoked" in process.log
    assert process.log.count("token_revoked") < 20
    process.terminate()
