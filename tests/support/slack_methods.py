"""The methods of Slack's Web API, as the local Slack of the tests carries them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.slack_blocks import MARKDOWN, Refused, check_blocks
from support.slack_world import APP_ID, Channel, Json, Message, Team, User

if TYPE_CHECKING:
    from support.slack_server import SlackServer


@dataclass(kw_only=True)
class Call:
    """One request to a method. `answer` is None until it was carried out."""

    number: int
    method: str
    args: Json
    token: str | None
    team: Team | None
    at: float
    answer: Json | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None

    @property
    def ok(self) -> bool:
        return bool(self.answer and self.answer.get("ok"))

    @property
    def error(self) -> str | None:
        return (self.answer or {}).get("error")


Method = Callable[["SlackServer", Call], Json]
METHODS: dict[str, Method] = {}
TEXT = 40_000
METADATA = 16_000
"""Characters of a message's metadata as JSON."""


def method(name: str) -> Callable[[Method], Method]:
    def keep(function: Method) -> Method:
        METHODS[name] = function
        return function

    return keep


# -- finding -----------------------------------------------------


def _team(call: Call) -> Team:
    assert call.team is not None
    return call.team


def _channel(slack: SlackServer, call: Call, name: str = "channel") -> Channel:
    """The channel of a call, when the app may know of it."""
    team, wanted = _team(call), call.args.get(name)
    channel = slack.channels.get(str(wanted))
    if channel is None or team.id not in channel.teams:
        raise Refused("channel_not_found")
    if channel.kind != "public" and not channel.has(team.bot_user_id):
        raise Refused("channel_not_found")
    return channel


def _writable(slack: SlackServer, call: Call, name: str = "channel") -> Channel:
    wanted = str(call.args.get(name))
    if wanted in slack.users and name == "channel" and call.method.startswith("chat.post"):
        return slack.open_im(slack.users[wanted], team=_team(call))
    channel = _channel(slack, call, name)
    if channel.is_archived:
        raise Refused("is_archived")
    if not channel.has(_team(call).bot_user_id):
        raise Refused("not_in_channel")
    return channel


def _user(slack: SlackServer, call: Call, name: str = "user") -> User:
    user = slack.users.get(str(call.args.get(name)))
    if user is None:
        raise Refused("user_not_found")
    return user


def _page(call: Call, items: list[Any], default: int = 100) -> tuple[list[Any], Json]:
    """One page of the items and what Slack says of the next one."""
    try:
        start = int(str(call.args.get("cursor") or "0").removeprefix("page:"))
    except ValueError:
        raise Refused("invalid_cursor") from None
    limit = min(int(call.args.get("limit") or default), 1_000)
    end = start + limit
    following = f"page:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}


def _object(value: Any, error: str) -> Any:
    """Form bodies carry JSON as text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None
    return value


def _true(value: Any) -> bool:
    return value in (True, "1", "true", 1)


# -- what a message may hold -------------------------------------


@dataclass(kw_only=True)
class _Content:
    text: str
    blocks: list[Json]
    metadata: Json | None


def _content(call: Call) -> _Content:
    args = call.args
    text, markdown = args.get("text"), args.get("markdown_text")
    blocks = _object(args.get("blocks"), "invalid_blocks_format")
    if markdown is not None:
        if text is not None or blocks is not None:
            raise Refused("markdown_text_conflict")
        if len(markdown) > MARKDOWN:
            raise Refused("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}] if markdown else None
    if not blocks and not (text or "").strip() and not args.get("attachments"):
        raise Refused("no_text")
    if len(text or "") > TEXT:
        raise Refused("msg_too_long")
    return _Content(
        text=text or "", blocks=check_blocks(blocks) if blocks else [], metadata=_metadata(call)
    )


def _metadata(call: Call) -> Json | None:
    metadata = _object(call.args.get("metadata"), "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if metadata == {}:
        return {}  # takes away what is there
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA:
        raise Refused("metadata_too_large")
    return metadata


def _thread(channel: Channel, call: Call) -> str | None:
    """The first message of the thread, whichever of its messages was named."""
    wanted = call.args.get("thread_ts")
    if wanted is None:
        return None
    if not isinstance(wanted, str):
        raise Refused("invalid_thread_ts")
    root = channel.find(wanted)
    return (root.thread_ts or root.ts) if root else wanted


def _own(slack: SlackServer, call: Call, error: str) -> tuple[Channel, Message]:
    channel = _channel(slack, call)
    message = channel.find(call.args.get("ts"))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found")
    if message.bot_id != _team(call).bot_id:
        raise Refused(error)
    return channel, message


def _posted(slack: SlackServer, call: Call, channel: Channel, content: _Content) -> Message:
    team = _team(call)
    return Message(
        channel=channel.id,
        ts=slack.ts(),
        user=team.bot_user_id,
        bot_id=team.bot_id,
        team=team.id,
        text=content.text,
        blocks=content.blocks,
        metadata=content.metadata or None,
        thread_ts=_thread(channel, call),
        link_names=_true(call.args.get("link_names")) or call.args.get("parse") == "full",
        username=call.args.get("username"),
    )


# -- apps and people ---------------------------------------------


@method("api.test")
def _api_test(slack: SlackServer, call: Call) -> Json:
    return {"args": call.args}


@method("auth.test")
def _auth_test(slack: SlackServer, call: Call) -> Json:
    team = _team(call)
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": "assistant",
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "enterprise_id": team.enterprise_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke")
def _auth_revoke(slack: SlackServer, call: Call) -> Json:
    slack.revoke(_team(call))
    return {"revoked": True}


@method("apps.connections.open")
def _connections_open(slack: SlackServer, call: Call) -> Json:
    return {"url": slack.socket.ticket()}


@method("oauth.v2.access")
def _oauth(slack: SlackServer, call: Call) -> Json:
    client = call.basic or (call.args.get("client_id"), call.args.get("client_secret"))
    if client[0] != slack.client_id:
        raise Refused("invalid_client_id")
    if client[1] != slack.client_secret:
        raise Refused("bad_client_secret")
    team = slack.codes.pop(str(call.args.get("code")), None)
    if team is None:
        raise Refused("invalid_code")
    team.installed = True
    enterprise = {"id": team.enterprise_id, "name": "Group"} if team.enterprise_id else None
    return {
        "app_id": APP_ID,
        "authed_user": {"id": slack.number("U")},
        "scope": slack.scopes,
        "token_type": "bot",
        "access_token": team.bot_token,
        "bot_user_id": team.bot_user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }


@method("users.info")
def _users_info(slack: SlackServer, call: Call) -> Json:
    return {"user": _user(slack, call).as_json(_team(call))}


@method("users.conversations")
def _users_conversations(slack: SlackServer, call: Call) -> Json:
    user = call.args.get("user") or _team(call).bot_user_id
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = {kinds[each.strip()] for each in _types(call)}
    inside = [
        channel.as_json()
        for channel in slack.channels.values()
        if channel.has(user) and channel.kind in wanted and _team(call).id in channel.teams
    ]
    page, more = _page(call, inside)
    return {"channels": page} | more


def _types(call: Call) -> list[str]:
    types = str(call.args.get("types") or "public_channel").split(",")
    if set(types) - {"public_channel", "private_channel", "im", "mpim"}:
        raise Refused("invalid_types")
    return types


@method("bots.info")
def _bots_info(slack: SlackServer, call: Call) -> Json:
    team = _team(call)
    bot = {"id": team.bot_id, "app_id": APP_ID, "user_id": team.bot_user_id, "name": "assistant"}
    return {"bot": bot}


# -- conversations -----------------------------------------------


@method("conversations.info")
def _conversations_info(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call)
    return {"channel": channel.as_json(counted=_true(call.args.get("include_num_members")))}


@method("conversations.members")
def _conversations_members(slack: SlackServer, call: Call) -> Json:
    page, more = _page(call, list(_channel(slack, call).members))
    return {"members": page} | more


@method("conversations.open")
def _conversations_open(slack: SlackServer, call: Call) -> Json:
    users = str(call.args.get("users") or "").split(",")
    if call.args.get("channel"):
        channel = _channel(slack, call)
    elif len(users) == 1 and users[0] in slack.users:
        channel = slack.open_im(slack.users[users[0]], team=_team(call))
    else:
        raise Refused("user_not_found" if users[0] else "users_list_not_supplied")
    full = {"channel": channel.as_json()} if _true(call.args.get("return_im")) else {}
    return {"channel": {"id": channel.id}} | full


@method("conversations.replies")
def _conversations_replies(slack: SlackServer, call: Call) -> Json:
    channel = _readable(slack, call)
    ts = str(call.args.get("ts"))
    found = channel.find(ts)
    if found is None:
        raise Refused("thread_not_found")
    return _listed(call, channel.thread(found.thread_ts or found.ts))


@method("conversations.history")
def _conversations_history(slack: SlackServer, call: Call) -> Json:
    channel = _readable(slack, call)
    roots = [m for m in channel.messages if not m.deleted and not m.ephemeral_to]
    return _listed(call, [m for m in reversed(roots) if m.thread_ts in (None, m.ts)])


def _readable(slack: SlackServer, call: Call) -> Channel:
    channel = _channel(slack, call)
    if not channel.has(_team(call).bot_user_id):
        raise Refused("not_in_channel")
    return channel


def _listed(call: Call, messages: list[Message]) -> Json:
    oldest, latest = call.args.get("oldest"), call.args.get("latest")
    inclusive = _true(call.args.get("inclusive"))
    # A thread's first message always comes, whatever the limits.
    inside = [
        each
        for number, each in enumerate(messages)
        if (number == 0 and call.method.endswith("replies"))
        or (
            (not oldest or each.ts > oldest or (inclusive and each.ts == oldest))
            and (not latest or each.ts < latest or (inclusive and each.ts == latest))
        )
    ]
    page, more = _page(call, inside)
    told = _true(call.args.get("include_all_metadata"))
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": [m.as_json(metadata=told) for m in page], "has_more": has_more} | more


# -- messages ----------------------------------------------------


@method("chat.postMessage")
def _post(slack: SlackServer, call: Call) -> Json:
    channel = _writable(slack, call)
    message = _posted(slack, call, channel, _content(call))
    slack.put(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


@method("chat.postEphemeral")
def _post_ephemeral(slack: SlackServer, call: Call) -> Json:
    channel = _writable(slack, call)
    user = _user(slack, call)
    if not channel.has(user.id):
        raise Refused("user_not_in_channel")
    message = _posted(slack, call, channel, _content(call))
    message.ephemeral_to = user.id
    slack.put(channel, message)
    return {"message_ts": message.ts}


@method("chat.update")
def _update(slack: SlackServer, call: Call) -> Json:
    channel, message = _own(slack, call, "cant_update_message")
    if slack.is_streaming(message):
        raise Refused("streaming_state_conflict")
    if (
        call.args.get("text") is None
        and call.args.get("blocks") is None
        and call.args.get("metadata")
    ):
        content = _Content(text=message.text, blocks=message.all_blocks, metadata=_metadata(call))
    else:
        content = _content(call)
    message.versions.append((message.text, message.all_blocks))
    # Text alone takes the blocks away; blocks alone leave no "edited" mark.
    message.text, message.blocks, message.markdown = content.text, content.blocks, ""
    message.edited = message.edited or not content.blocks
    if content.metadata is not None:
        message.metadata = content.metadata or None
    answer = {"channel": channel.id, "ts": message.ts, "text": message.text}
    return answer | {"message": message.as_json()}


@method("chat.delete")
def _delete(slack: SlackServer, call: Call) -> Json:
    channel, message = _own(slack, call, "cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink")
def _permalink(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call)
    message = channel.find(call.args.get("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    url = f"https://{_team(call).domain}.slack.com/archives/{channel.id}"
    url += f"/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        url += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": url}


@method("reactions.add")
def _react(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call)
    message = channel.find(call.args.get("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    users = message.reactions.setdefault(str(call.args.get("name")), [])
    if _team(call).bot_user_id in users:
        raise Refused("already_reacted")
    users.append(_team(call).bot_user_id)
    return {}


@method("reactions.remove")
def _unreact(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call)
    message = channel.find(call.args.get("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    users = message.reactions.get(str(call.args.get("name")), [])
    if _team(call).bot_user_id not in users:
        raise Refused("no_reaction")
    users.remove(_team(call).bot_user_id)
    return {}


# -- streams -----------------------------------------------------


@method("chat.startStream")
def _start_stream(slack: SlackServer, call: Call) -> Json:
    channel = _writable(slack, call)
    if not call.args.get("thread_ts"):
        raise Refused("invalid_thread_ts")
    if channel.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not call.args.get(name):
                raise Refused(f"missing_{name}")
    message = _posted(slack, call, channel, _Content(text="", blocks=[], metadata=None))
    message.streaming = message.streamed = True
    message.stream_started = slack.now()
    _append(slack, message, call)
    slack.put(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.appendStream")
def _append_stream(slack: SlackServer, call: Call) -> Json:
    channel, message = _streaming(slack, call)
    if not call.args.get("markdown_text") and not call.args.get("chunks"):
        raise Refused("no_text")
    _append(slack, message, call)
    message.appends += 1
    return {"channel": channel.id, "ts": message.ts}


@method("chat.stopStream")
def _stop_stream(slack: SlackServer, call: Call) -> Json:
    channel, message = _streaming(slack, call)
    blocks = _object(call.args.get("blocks"), "invalid_blocks_format")
    checked = check_blocks(blocks) if blocks else []
    metadata = _metadata(call)
    _append(slack, message, call)
    message.blocks = [*message.blocks, *checked]
    message.metadata = metadata or message.metadata
    message.streaming = False
    message.text = message.markdown
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _streaming(slack: SlackServer, call: Call) -> tuple[Channel, Message]:
    channel, message = _own(slack, call, "message_not_owned_by_app")
    if not slack.is_streaming(message):
        raise Refused("message_not_in_streaming_state")
    return channel, message


def _append(slack: SlackServer, message: Message, call: Call) -> None:
    text, chunks = call.args.get("markdown_text"), call.args.get("chunks")
    chunks = _object(chunks, "invalid_chunks") or []
    added, blocks = _chunks(chunks)
    if text:
        added = [text, *added]
    if any(len(each) > MARKDOWN for each in added):
        raise Refused("msg_too_long")
    together = message.markdown + "".join(added)
    if len(together) > slack.stream_limit:
        raise Refused("msg_too_long")
    message.markdown = together
    message.blocks = [*message.blocks, *blocks]


def _chunks(chunks: Any) -> tuple[list[str], list[Json]]:
    if not isinstance(chunks, list):
        raise Refused("invalid_chunks")
    texts: list[str] = []
    blocks: list[Json] = []
    for chunk in chunks:
        kind = chunk.get("type") if isinstance(chunk, dict) else None
        if kind == "markdown_text" and isinstance(chunk.get("text"), str):
            texts.append(chunk["text"])
        elif kind == "blocks":
            blocks += check_blocks(chunk.get("blocks"))
        elif kind not in ("task_update", "plan_update"):
            raise Refused("invalid_chunks")
    return texts, blocks


# -- agents ------------------------------------------------------


@method("assistant.threads.setStatus")
def _set_status(slack: SlackServer, call: Call) -> Json:
    channel = _writable(slack, call, "channel_id")
    if not call.args.get("thread_ts"):
        raise Refused("invalid_thread_ts")
    if "status" not in call.args:
        raise Refused("invalid_arguments")
    if len(call.args.get("loading_messages") or []) > 10:
        raise Refused("invalid_arguments")
    slack.statuses.append((channel.id, call.args["thread_ts"], str(call.args["status"])))
    return {}


@method("assistant.threads.setTitle")
def _set_title(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call, "channel_id")
    slack.titles[(channel.id, str(call.args.get("thread_ts")))] = str(call.args.get("title"))
    return {}


@method("assistant.threads.setSuggestedPrompts")
def _set_prompts(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call, "channel_id")
    prompts = _object(call.args.get("prompts"), "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise Refused("invalid_arguments")
    if any(not each.get("title") or not each.get("message") for each in prompts):
        raise Refused("invalid_arguments")
    slack.prompts[(channel.id, call.args.get("thread_ts"))] = prompts
    return {}


@method("agents.sessions.setStatus")
def _session_status(slack: SlackServer, call: Call) -> Json:
    channel = _channel(slack, call, "channel_id")
    if not call.args.get("status"):
        raise Refused("invalid_arguments")
    thread = str(call.args.get("thread_ts"))
    slack.statuses.append((channel.id, thread, str(call.args["status"])))
    return {}


@method("agents.sessions.rename")
def _session_rename(slack: SlackServer, call: Call) -> Json:
    return _set_title(slack, call)


# -- views -------------------------------------------------------


@method("views.publish")
def _publish(slack: SlackServer, call: Call) -> Json:
    user = _user(slack, call, "user_id")
    view = _view(call, "home")
    return {"view": slack.keep_view(view, user=user.id, key=f"home:{_team(call).id}:{user.id}")}


@method("views.open")
def _open(slack: SlackServer, call: Call) -> Json:
    view = _view(call, "modal")
    user = slack.use_trigger(call.args.get("trigger_id"))
    return {"view": slack.keep_view(view, user=user)}


@method("views.push")
def _push(slack: SlackServer, call: Call) -> Json:
    return _open(slack, call)


@method("views.update")
def _update_view(slack: SlackServer, call: Call) -> Json:
    old = slack.views.get(str(call.args.get("view_id")))
    if old is None:
        raise Refused("not_found")
    if call.args.get("hash") not in (None, old["hash"]):
        raise Refused("hash_conflict")
    view = _view(call, old["type"])
    return {"view": slack.keep_view(view, user=old["user"], key=old["id"])}


def _view(call: Call, kind: str) -> Json:
    view = _object(call.args.get("view"), "invalid_arguments")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refused("invalid_arguments")
    check_blocks(view.get("blocks"), most=100)
    if kind == "modal":
        title = (view.get("title") or {}).get("text") or ""
        if not 1 <= len(title) <= 24:
            raise Refused("invalid_arguments", "title must be 1 to 24 characters")
    if len(view.get("private_metadata") or "") > 3_000:
        raise Refused("invalid_arguments", "private_metadata must be less than 3001 characters")
    return view
