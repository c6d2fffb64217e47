"""The local Slack of the tests behaves as Slack does towards the real SDK."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient
from support.slack_blocks import shown
from support.slack_calls import Call
from support.slack_server import SlackServer
from support.slack_world import Channel, Message, User

from channels.slack.conftest import refused


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def written(slack: SlackServer, channel: Channel, **parts: Any) -> Message:
    return Message(channel=channel.id, ts=slack.ts(), user="U1", **parts)


# -- who may do what -------------------------------------------------------------------------


def test_a_token_names_its_workspace_and_others_are_refused(slack: SlackServer) -> None:
    other = slack.add_team("Sister", enterprise_id="E1")
    mine = WebClient(other.bot_token, base_url=slack.api_url).auth_test()
    assert (mine["team_id"], mine["user_id"]) == (other.id, other.bot_user_id)
    assert mine["enterprise_id"] == "E1"
    assert refused(WebClient(None, base_url=slack.api_url).auth_test) == "not_authed"
    assert refused(WebClient("xoxb-?", base_url=slack.api_url).auth_test) == "invalid_auth"
    slack.revoke(other)
    revoked = WebClient(other.bot_token, base_url=slack.api_url)
    assert refused(revoked.auth_test) == "token_revoked"


@pytest.mark.parametrize(
    ("kind", "inside", "error"),
    [
        ("public", False, "not_in_channel"),
        ("private", False, "channel_not_found"),
        ("public", True, None),
        ("private", True, None),
        ("mpim", True, None),
    ],
)
def test_the_app_writes_only_where_it_is(
    slack: SlackServer, client: WebClient, kind: str, inside: bool, error: str | None
) -> None:
    channel = slack.add_channel("place", kind=kind, bot=inside)
    if error is None:
        assert client.chat_postMessage(channel=channel.id, text="a")["ok"]
        assert [m.text for m in slack.answers(channel)] == ["a"]
    else:
        assert refused(client.chat_postMessage, channel=channel.id, text="a") == error
        assert slack.messages(channel) == []


def test_a_channel_of_another_workspace_is_not_seen_until_it_is_shared(
    slack: SlackServer, client: WebClient
) -> None:
    other = slack.add_team("Company", installed=False)
    channel = slack.add_channel("theirs", team=other)
    assert refused(client.conversations_info, channel=channel.id) == "channel_not_found"
    channel.teams.append(slack.team.id)
    channel.is_ext_shared = True
    info = client.conversations_info(channel=channel.id)["channel"]
    assert (info["is_ext_shared"], info["is_shared"]) == (True, True)
    assert info["shared_team_ids"] == [other.id, slack.team.id]


def test_people_are_told_as_slack_tells_them(
    slack: SlackServer, client: WebClient, ana: User, desk: Channel
) -> None:
    guest = slack.add_user("guest", is_restricted=True)
    foreign = slack.add_user("foreign", team=slack.add_team("Company", installed=False))
    told = {u.id: client.users_info(user=u.id)["user"] for u in (ana, guest, foreign)}
    assert told[ana.id]["is_restricted"] is False
    assert told[guest.id]["is_restricted"] is True
    assert "is_restricted" not in told[foreign.id]
    assert (told[foreign.id]["team_id"], told[foreign.id]["is_stranger"]) == (foreign.team.id, True)
    desk.members.append(foreign.id)
    # Who shares a channel is no stranger, though of another company.
    assert client.users_info(user=foreign.id)["user"]["is_stranger"] is False


def test_members_channels_and_replies_come_in_pages(
    slack: SlackServer, client: WebClient, desk: Channel
) -> None:
    people = [slack.add_user(f"u{i}") for i in range(7)]
    big = slack.add_channel("big", *people)
    pages = [page["members"] for page in client.conversations_members(channel=big.id, limit=3)]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [member for page in pages for member in page] == big.members
    mine = [c["id"] for page in client.users_conversations(limit=1) for c in page["channels"]]
    assert mine == [desk.id, big.id]
    slack.page_size = 2
    small = [page["members"] for page in client.conversations_members(channel=big.id, limit=3)]
    assert [len(page) for page in small] == [2, 2, 2, 2]
    root = client.chat_postMessage(channel=big.id, text="root")["ts"]
    for i in range(4):
        client.chat_postMessage(
            channel=big.id, text=f"r{i}", thread_ts=root,
            metadata={"event_type": "answer", "event_payload": {"event_id": f"Ev{i}"}},
        )  # fmt: skip
    read = [
        message
        for page in client.conversations_replies(
            channel=big.id, ts=root, limit=2, include_all_metadata=True
        )
        for message in page["messages"]
    ]
    assert [m["text"] for m in read] == ["root", "r0", "r1", "r2", "r3"]
    assert [m["metadata"]["event_payload"]["event_id"] for m in read[1:]] == [
        "Ev0", "Ev1", "Ev2", "Ev3",
    ]  # fmt: skip
    plain = client.conversations_replies(channel=big.id, ts=root)["messages"]
    assert all("metadata" not in m for m in plain)
    assert refused(client.conversations_replies, channel=big.id, ts="1.000000") == (
        "thread_not_found"
    )


def test_what_was_not_granted_is_refused_and_named(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    slack.scopes = "chat:write,im:history"
    assert client.auth_test().headers["X-OAuth-Scopes"] == slack.scopes
    assert client.chat_postMessage(channel=desk.id, text="x")["ok"]
    refusals: tuple[tuple[Callable[..., Any], dict[str, str], str], ...] = (
        (client.users_info, {"user": ana.id}, "users:read"),
        (client.conversations_info, {"channel": desk.id}, "channels:read"),
        (client.conversations_members, {"channel": slack.open_im(ana).id}, "im:read"),
        (client.conversations_replies, {"channel": desk.id, "ts": "1.0"}, "channels:history"),
        (client.reactions_add, {"channel": desk.id, "timestamp": "1.0", "name": "eyes"},
         "reactions:write"),
    )  # fmt: skip
    for call, arguments, needed in refusals:
        with pytest.raises(SlackApiError) as caught:
            call(**arguments)
        answer = caught.value.response
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)


# -- limits ------------------------------------------------------------------------------------

BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "rate",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"},
        }
    ],
}


def _rich(text: str, **style: bool) -> dict[str, Any]:
    words = {"type": "text", "text": text, "style": style}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [words]}],
    }


def _header(size: int) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": "h" * size}}


def _context(count: int) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "c"}] * count}


def _buttons(count: int, size: int = 2) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "b" * size}
    return {
        "type": "actions",
        "elements": [BUTTON | {"action_id": f"a{i}", "text": text} for i in range(count)],
    }


def _markdown(size: int) -> dict[str, Any]:
    return {"type": "markdown", "text": "m" * size}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ([section("s" * 3_000)], [section("s" * 3_001)]),
        ([section("s")], [section("")]),
        ([_header(150)], [_header(151)]),
        ([section("s")] * 50, [section("s")] * 51),
        ([_markdown(6_000)] * 2, [_markdown(6_000), _markdown(6_001)]),
        ([_context(10)], [_context(11)]),
        ([_buttons(25)], [_buttons(26)]),
        ([_buttons(1, 75)], [_buttons(1, 76)]),
        ([section("s", block_id="b" * 255)], [section("s", block_id="b" * 256)]),
        ([section("s", block_id="b")], [section("s", block_id="b")] * 2),
        ([FEEDBACK], [FEEDBACK | {"type": "actions"}]),
        ([{"type": "divider"}], [{"type": "paragraph"}]),
        ([section("s")], [section("s", color="red")]),
        ([_rich("words", bold=True)], [_rich("words", loud=True)]),
        ([_rich("words")], [_rich("")]),
        ([_rich("words")], [_rich("words") | {"elements": []}]),
        (
            [{"type": "actions", "elements": [BUTTON | {"action_id": "a" * 255}]}],
            [{"type": "actions", "elements": [BUTTON | {"action_id": "a" * 256}]}],
        ),
    ],
)
def test_blocks_over_a_limit_are_refused_and_those_at_it_taken(
    slack: SlackServer, client: WebClient, desk: Channel, good: list[Any], bad: list[Any]
) -> None:
    assert client.chat_postMessage(channel=desk.id, text="t", blocks=good)["ok"]
    assert refused(client.chat_postMessage, channel=desk.id, text="t", blocks=bad) == (
        "invalid_blocks"
    )
    assert len(slack.messages(desk)) == 1


def test_all_blocks_together_have_a_limit_that_no_single_one_shows(
    client: WebClient, desk: Channel
) -> None:
    blocks = [section("s" * 2_700)] * 5
    assert refused(client.chat_postMessage, channel=desk.id, text="t", blocks=blocks) == (
        "msg_blocks_too_long"
    )


def test_texts_and_metadata_have_limits(client: WebClient, desk: Channel) -> None:
    post = client.chat_postMessage
    assert post(channel=desk.id, text="x" * 40_000)["ok"]
    assert refused(post, channel=desk.id, text="x" * 40_001) == "msg_too_long"
    empty = {"channel": desk.id, "text": " "}
    assert refused(client.api_call, api_method="chat.postMessage", json=empty) == "no_text"
    ts = post(channel=desk.id, text="x")["ts"]
    assert client.chat_update(channel=desk.id, ts=ts, text="x" * 4_000)["ok"]
    update = {"channel": desk.id, "ts": ts, "text": "x" * 4_001}
    assert refused(client.chat_update, **update) == "msg_too_long"
    assert refused(post, channel=desk.id, markdown_text="x" * 12_001) == "msg_too_long"
    shape = {"event_type": "answer"}
    assert refused(post, channel=desk.id, text="x", metadata=shape) == "invalid_metadata_format"
    large = {"event_type": "answer", "event_payload": {"x": "y" * 16_000}}
    assert refused(post, channel=desk.id, text="x", metadata=large) == "metadata_too_large"


def test_a_view_has_its_own_limits(slack: SlackServer, client: WebClient, ana: User) -> None:
    home = {"type": "home", "blocks": [section("s")] * 100}
    client.views_publish(user_id=ana.id, view=home)
    assert slack.home(ana)["blocks"] == home["blocks"]  # type: ignore[index]
    more = home | {"blocks": [section("s")] * 101}
    assert refused(client.views_publish, user_id=ana.id, view=more) == "invalid_arguments"
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "Why?"}, "blocks": []}
    slack.freeze()
    trigger = slack.trigger(ana)
    view = client.views_open(trigger_id=trigger, view=modal)["view"]
    assert refused(client.views_open, trigger_id=trigger, view=modal) == "exchanged_trigger_id"
    assert client.views_update(view_id=view["id"], view=modal)["view"]["id"] == view["id"]
    late = slack.trigger(ana)
    slack.advance(4)
    assert refused(client.views_open, trigger_id=late, view=modal) == "expired_trigger_id"


# -- messages ------------------------------------------------------------------------------------


def test_an_update_replaces_text_and_blocks_as_slack_does(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    ts = client.chat_postMessage(channel=desk.id, text="t", blocks=[section("old")])["ts"]
    client.chat_update(channel=desk.id, ts=ts, text="t", blocks=[section("new")])
    (message,) = slack.answers(desk)
    assert (shown(message), message.edited) == ("new", False)
    client.chat_update(channel=desk.id, ts=ts, text="only words")
    assert (shown(message), message.edited) == ("only words", True)
    assert len(message.versions) == 2
    said = slack.put(desk, written(slack, desk, text="a person's"))
    assert refused(client.chat_update, channel=desk.id, ts=said.ts, text="x") == (
        "cant_update_message"
    )
    assert refused(client.chat_delete, channel=desk.id, ts=said.ts) == "cant_delete_message"
    client.chat_delete(channel=desk.id, ts=ts)
    assert refused(client.chat_update, channel=desk.id, ts=ts, text="x") == "message_not_found"
    assert [m.text for m in slack.messages(desk)] == ["a person's"]


def test_only_one_person_sees_an_ephemeral_message(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    client.chat_postEphemeral(channel=desk.id, user=ana.id, text="psst")
    assert [m.text for m in slack.ephemerals(desk, ana)] == ["psst"]
    assert slack.messages(desk) == []
    away = slack.add_user("away")
    assert refused(client.chat_postEphemeral, channel=desk.id, user=away.id, text="psst") == (
        "user_not_in_channel"
    )


def test_a_message_to_a_person_opens_the_direct_message(
    slack: SlackServer, client: WebClient, ana: User
) -> None:
    opened = client.conversations_open(users=ana.id)["channel"]["id"]
    posted = client.chat_postMessage(channel=ana.id, text="hello")
    assert posted["channel"] == opened
    link = client.chat_getPermalink(channel=opened, message_ts=posted["ts"])["permalink"]
    assert link.endswith(f"/archives/{opened}/p{posted['ts'].replace('.', '')}")


def test_a_status_shows_until_the_app_answers(
    slack: SlackServer, client: WebClient, desk: Channel
) -> None:
    root = slack.put(desk, written(slack, desk, text="?"))
    where: dict[str, Any] = {"channel_id": desk.id, "thread_ts": root.ts}
    client.assistant_threads_setStatus(**where, status="is reading", loading_messages=["a", "b"])
    assert slack.status(desk, root.ts) == "is reading"
    client.chat_postMessage(channel=desk.id, thread_ts=root.ts, text="answer")
    assert slack.status(desk, root.ts) == ""
    client.assistant_threads_setStatus(**where, status="")
    assert [status for _, _, status in slack.statuses] == ["is reading", ""]
    client.assistant_threads_setTitle(**where, title="Claims")
    prompts = [{"title": "Check", "message": "Check this"}]
    client.assistant_threads_setSuggestedPrompts(channel_id=desk.id, prompts=prompts)
    assert slack.titles == {(desk.id, root.ts): "Claims"}
    assert slack.prompts == {(desk.id, None): prompts}
    five = {"channel_id": desk.id, "prompts": prompts * 5}
    assert refused(client.assistant_threads_setSuggestedPrompts, **five) == "invalid_arguments"


def test_an_agents_session_has_a_status_and_a_title(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    root = slack.put(desk, written(slack, desk, text="?"))
    where: dict[str, Any] = {"channel_id": desk.id, "thread_ts": root.ts}
    set_status = client.agents_sessions_setStatus
    assert refused(set_status, **where, status="working") == "invalid_arguments"
    set_status(**where, status="processing", title="Claims")
    set_status(**where, status="active", title="ignored")
    assert slack.sessions == {(desk.id, root.ts): {"status": "active", "title": "Claims"}}
    client.agents_sessions_rename(**where, title="Checks")
    stream = client.chat_stream(
        channel=desk.id, thread_ts=root.ts, recipient_team_id=slack.team.id,
        recipient_user_id=ana.id,
    )  # fmt: skip
    stream.append(markdown_text="done")
    stream.stop(session_status="closed")
    assert slack.sessions == {(desk.id, root.ts): {"status": "closed", "title": "Checks"}}


def test_a_reaction_is_added_once(slack: SlackServer, client: WebClient, desk: Channel) -> None:
    root = slack.put(desk, written(slack, desk, text="?"))
    eyes = {"channel": desk.id, "timestamp": root.ts, "name": "eyes"}
    client.reactions_add(**eyes)
    assert root.reactions == {"eyes": [slack.team.bot_user_id]}
    assert refused(client.reactions_add, **eyes) == "already_reacted"


# -- streams -------------------------------------------------------------------------------------


def test_a_stream_ends_as_one_message_with_its_blocks(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    root = slack.put(desk, written(slack, desk, text="?"))
    stream = client.chat_stream(
        channel=desk.id, thread_ts=root.ts, recipient_team_id=slack.team.id,
        recipient_user_id=ana.id, buffer_size=4,
    )  # fmt: skip
    for piece in ("It is ", "**true**", " [1]."):
        stream.append(markdown_text=piece)
    assert slack.answers(desk) == []
    metadata = {"event_type": "answer", "event_payload": {"id": 1}}
    stream.stop(blocks=[FEEDBACK], metadata=metadata)
    (message,) = slack.answers(desk, root.ts)
    assert shown(message) == "It is true [1].\nGood\nBad"
    assert message.metadata == metadata
    assert [call.method for call in slack.calls] == [
        "chat.startStream", "chat.appendStream", "chat.appendStream", "chat.stopStream",
    ]  # fmt: skip


def test_a_stream_needs_a_thread_and_its_reader(
    slack: SlackServer, client: WebClient, desk: Channel, ana: User
) -> None:
    root = slack.put(desk, written(slack, desk, text="?"))
    start = client.chat_startStream
    where = {"channel": desk.id, "thread_ts": root.ts}
    assert refused(start, **where) == "missing_recipient_team_id"
    assert refused(start, **where, recipient_team_id="T1") == "missing_recipient_user_id"
    assert refused(start, channel=desk.id, thread_ts="") == "invalid_thread_ts"
    direct: dict[str, Any] = {"channel": slack.open_im(ana).id, "thread_ts": root.ts}
    assert refused(start, **direct) == "missing_recipient_team_id"
    slack.recipients_everywhere = False
    assert start(**direct)["ok"]


@pytest.mark.parametrize("end", ["age", "appends", "stop"])
def test_a_stream_that_ended_takes_no_more_but_can_be_updated(
    slack: SlackServer, client: WebClient, ana: User, end: str
) -> None:
    direct = slack.open_im(ana)
    root = slack.put(direct, written(slack, direct, text="?"))
    where: dict[str, Any] = {"channel": direct.id}
    reader: dict[str, Any] = {"recipient_team_id": slack.team.id, "recipient_user_id": ana.id}
    start: dict[str, Any] = {"thread_ts": root.ts, **reader, **where}
    ts = client.chat_startStream(markdown_text="one", **start)["ts"]
    client.chat_appendStream(ts=ts, markdown_text=" two", **where)
    assert refused(client.chat_update, ts=ts, text="x", **where) == "streaming_state_conflict"
    if end == "age":
        slack.advance(400)
    elif end == "appends":
        slack.die_after(1)
    else:
        client.chat_stopStream(ts=ts, **where)
    for call in (client.chat_appendStream, client.chat_stopStream):
        assert refused(call, ts=ts, markdown_text="!", **where) == "message_not_in_streaming_state"
    (dead,) = slack.answers(direct)
    assert shown(dead) == "one two"
    client.chat_update(ts=ts, text="all of it", **where)
    assert shown(dead) == "all of it"


def test_one_append_and_a_whole_stream_have_limits(
    slack: SlackServer, client: WebClient, ana: User
) -> None:
    direct = slack.open_im(ana)
    where: dict[str, Any] = {"channel": direct.id}
    root = slack.put(direct, written(slack, direct, text="?"))
    reader: dict[str, Any] = {"recipient_team_id": slack.team.id, "recipient_user_id": ana.id}
    ts = client.chat_startStream(thread_ts=root.ts, **reader, **where)["ts"]
    append = client.chat_appendStream
    assert refused(append, ts=ts, markdown_text="x" * 12_001, **where) == "msg_too_long"
    assert append(ts=ts, markdown_text="x" * 12_000, **where)["ok"]
    assert refused(append, ts=ts, markdown_text="x", **where) == "msg_too_long"
    # The end counts too: words and blocks are one message.
    stop = client.chat_stopStream
    assert refused(stop, ts=ts, blocks=[section("s" * 2_000)], **where) == "msg_too_long"
    assert stop(ts=ts, blocks=[section("s" * 1_000)], **where)["ok"]
    (message,) = slack.answers(direct)
    assert shown(message) == f"{'x' * 12_000}\n{'s' * 1_000}"


# -- failures ------------------------------------------------------------------------------------


def test_a_rate_limit_is_told_with_its_wait_and_the_sdk_comes_again(
    slack: SlackServer, desk: Channel
) -> None:
    failure = slack.fail("chat.postMessage", status=429, retry_after=0)
    handler = RateLimitErrorRetryHandler(max_retry_count=1)
    client = WebClient(slack.team.bot_token, base_url=slack.api_url, retry_handlers=[handler])
    assert client.chat_postMessage(channel=desk.id, text="once")["ok"]
    assert failure.met == 1
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [429, 200]
    assert [m.text for m in slack.answers(desk)] == ["once"]


def test_a_failure_strikes_as_often_as_ordered(
    slack: SlackServer, client: WebClient, desk: Channel
) -> None:
    slack.fail("chat.postMessage", error="fatal_error", times=2, skip=1)
    post = client.chat_postMessage
    post(channel=desk.id, text="1")
    assert refused(post, channel=desk.id, text="2") == "fatal_error"
    assert refused(post, channel=desk.id, text="3") == "fatal_error"
    post(channel=desk.id, text="4")
    assert [m.text for m in slack.answers(desk)] == ["1", "4"]
    slack.fail("chat.postMessage", error="other", when=lambda call: call.args["text"] == "6")
    post(channel=desk.id, text="5")
    assert refused(post, channel=desk.id, text="6") == "other"
    slack.fail("*", status=503, times=1)
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == 503


def test_a_lost_response_leaves_the_message_and_a_cut_one_does_not(
    slack: SlackServer, client: WebClient, desk: Channel
) -> None:
    for lost, texts in ((False, []), (True, ["lost"])):
        slack.fail("chat.postMessage", lost=lost, cut=not lost)
        with pytest.raises((http.client.HTTPException, OSError)):
            client.chat_postMessage(channel=desk.id, text="lost")
        assert [m.text for m in slack.answers(desk)] == texts


def test_a_call_can_hang_and_hooks_see_the_moment_before_the_answer(
    slack: SlackServer, client: WebClient, desk: Channel
) -> None:
    seen: list[tuple[str, int]] = []

    def noted(when: str, _: Call) -> None:
        seen.append((when, len(slack.answers(desk))))

    for when in ("arrival", "answer"):
        slack.on(
            "chat.postMessage",
            partial(noted, when),
            when,
        )
    hang = slack.hang("chat.postMessage", after=True)
    worker = threading.Thread(
        target=client.chat_postMessage, kwargs={"channel": desk.id, "text": "slow"}
    )
    worker.start()
    assert hang.arrived.wait(30)
    assert worker.is_alive()
    assert [m.text for m in slack.answers(desk)] == ["slow"]
    hang.release()
    worker.join()
    assert seen == [("arrival", 0), ("answer", 1)]


def test_a_process_can_be_killed_between_the_message_and_its_answer(
    slack: SlackServer, desk: Channel
) -> None:
    started = threading.Event()
    script = (
        "from slack_sdk import WebClient;"
        f"client = WebClient({slack.team.bot_token!r}, base_url={slack.api_url!r});"
        f"[client.chat_postMessage(channel={desk.id!r}, text=str(i)) for i in range(3)]"
    )

    def kill(call: Call) -> None:
        started.wait(60)
        if call.args["text"] == "1":
            process.kill()
            process.wait()

    slack.on("chat.postMessage", kill)
    process = subprocess.Popen([sys.executable, "-c", script])
    started.set()
    assert process.wait(60) == -9
    assert [m.text for m in slack.answers(desk)] == ["0", "1"]


def test_rates_are_counted_by_slacks_clock(
    slack: SlackServer, client: WebClient, desk: Channel
) -> None:
    slack.freeze()
    slack.enforce_rates()
    post = client.chat_postMessage
    post(channel=desk.id, text="1")
    assert refused(post, channel=desk.id, text="2") == "ratelimited"
    assert slack.calls[-1].answer_headers["Retry-After"] == "1"
    slack.advance(1)
    post(channel=desk.id, text="3")
    slack.limit("auth.test", 2)
    client.auth_test()
    client.auth_test()
    assert refused(client.auth_test) == "ratelimited"
    slack.advance(60)
    assert client.auth_test()["ok"]


def test_a_response_url_takes_five_messages_in_thirty_minutes(
    slack: SlackServer, desk: Channel, ana: User
) -> None:
    url = slack.response_url(desk, ana)
    hook = WebhookClient(url)
    assert hook.send(text="for me").body == "ok"
    assert hook.send(text="for all", response_type="in_channel").status_code == 200
    assert [m.text for m in slack.ephemerals(desk, ana)] == ["for me"]
    assert [m.text for m in slack.answers(desk)] == ["for all"]
    assert [hook.send(text="more").status_code for _ in range(4)] == [200, 200, 200, 404]
    late = WebhookClient(slack.response_url(desk, ana))
    slack.advance(1_801)
    assert "expired_url" in late.send(text="late").body
    slack.fail("response_url", status=500)
    assert WebhookClient(slack.response_url(desk, ana)).send(text="x").status_code == 500
    original = slack.put(desk, written(slack, desk, text="old"))
    again = WebhookClient(slack.response_url(desk, ana, original))
    again.send(text="new", replace_original=True)
    assert original.text == "new"


def test_a_workspace_is_installed_by_a_code(slack: SlackServer) -> None:
    team = slack.add_team("Sister", installed=False)
    asked = {"client_id": slack.client_id, "redirect_uri": "https://app.example/back"}
    page = httpx.get(
        slack.authorize_url,
        params=asked | {"state": "s", "team": team.id},
        timeout=60,
        trust_env=False,
    )
    back = urllib.parse.urlsplit(page.headers["location"])
    given = dict(urllib.parse.parse_qsl(back.query))
    assert (back.netloc, given["state"]) == ("app.example", "s")
    client = WebClient(base_url=slack.api_url)
    secret = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    wrong = secret | {"client_secret": "?"}
    assert refused(client.oauth_v2_access, code=given["code"], **wrong) == "bad_client_secret"
    token = client.oauth_v2_access(code=given["code"], **secret)["access_token"]
    assert WebClient(token, base_url=slack.api_url).auth_test()["team_id"] == team.id
    assert refused(client.oauth_v2_access, code=given["code"], **secret) == "invalid_code"
