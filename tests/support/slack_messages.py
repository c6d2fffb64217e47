"""The methods that write messages and streams, as the local Slack of the tests carries them out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.slack_calls import (
    Call,
    channel_of,
    decoded,
    is_true,
    method,
    team_of,
    user_of,
    writable_of,
)
from support.slack_limits import (
    MARKDOWN,
    MESSAGE,
    METADATA,
    SESSION_STATUSES,
    TEXT,
    Refused,
    check_blocks,
    size,
)
from support.slack_world import Channel, Json, Message

if TYPE_CHECKING:
    from support.slack_server import SlackServer


# -- what a message may hold -------------------------------------


@dataclass(kw_only=True)
class _Content:
    text: str
    blocks: list[Json]
    metadata: Json | None


def _content(call: Call) -> _Content:
    args = call.args
    text, markdown = args.get("text"), args.get("markdown_text")
    blocks = decoded(args.get("blocks"), "invalid_blocks_format")
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
    metadata = decoded(call.args.get("metadata"), "invalid_metadata_format")
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
    channel = channel_of(slack, call)
    message = channel.find(call.args.get("ts"))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found")
    if message.bot_id != team_of(call).bot_id:
        raise Refused(error)
    return channel, message


def _posted(slack: SlackServer, call: Call, channel: Channel, content: _Content) -> Message:
    team = team_of(call)
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
        link_names=is_true(call.args.get("link_names")) or call.args.get("parse") == "full",
        username=call.args.get("username"),
    )


# -- messages ----------------------------------------------------


@method("chat.postMessage")
def _post(slack: SlackServer, call: Call) -> Json:
    channel = writable_of(slack, call)
    message = _posted(slack, call, channel, _content(call))
    slack.put(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


@method("chat.postEphemeral")
def _post_ephemeral(slack: SlackServer, call: Call) -> Json:
    channel = writable_of(slack, call)
    user = user_of(slack, call)
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
    if len(content.text) > slack.update_limit:
        raise Refused("msg_too_long")
    # Text alone takes the blocks away; blocks leave no "edited" mark.
    message.replace(content.text, content.blocks)
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
    channel = channel_of(slack, call)
    message = channel.find(call.args.get("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    url = f"https://{team_of(call).domain}.slack.com/archives/{channel.id}"
    url += f"/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        url += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": url}


@method("reactions.add")
def _react(slack: SlackServer, call: Call) -> Json:
    channel = channel_of(slack, call)
    message = channel.find(call.args.get("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    users = message.reactions.setdefault(str(call.args.get("name")), [])
    if team_of(call).bot_user_id in users:
        raise Refused("already_reacted")
    users.append(team_of(call).bot_user_id)
    return {}


@method("reactions.remove")
def _unreact(slack: SlackServer, call: Call) -> Json:
    channel = channel_of(slack, call)
    message = channel.find(call.args.get("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    users = message.reactions.get(str(call.args.get("name")), [])
    if team_of(call).bot_user_id not in users:
        raise Refused("no_reaction")
    users.remove(team_of(call).bot_user_id)
    return {}


# -- streams -----------------------------------------------------


@method("chat.startStream")
def _start_stream(slack: SlackServer, call: Call) -> Json:
    channel = writable_of(slack, call)
    if not call.args.get("thread_ts"):
        raise Refused("invalid_thread_ts")
    # Needed in direct messages too, whatever the documentation says: people measured it.
    if channel.kind != "im" or slack.recipients_everywhere:
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
    blocks = decoded(call.args.get("blocks"), "invalid_blocks_format")
    checked = check_blocks(blocks) if blocks else []
    metadata = _metadata(call)
    _append(slack, message, call, checked)
    message.metadata = metadata or message.metadata
    message.streaming = False
    _end_session(slack, message, call)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _end_session(slack: SlackServer, message: Message, call: Call) -> None:
    status = call.args.get("session_status")
    if status is not None:
        if status not in SESSION_STATUSES:
            raise Refused("invalid_arguments")
        slack.set_session(message.channel, message.thread_ts or "", status, None)


def _streaming(slack: SlackServer, call: Call) -> tuple[Channel, Message]:
    channel, message = _own(slack, call, "message_not_owned_by_app")
    if message.stopped_by_user:
        raise Refused("stopped_by_user")
    if not slack.is_streaming(message):
        raise Refused("message_not_in_streaming_state")
    return channel, message


def _append(slack: SlackServer, message: Message, call: Call, last: Sequence[Json] = ()) -> None:
    """Takes the words and blocks of a call, or none of them; `last` are those of the end."""
    text, chunks = call.args.get("markdown_text"), call.args.get("chunks")
    added, blocks = _chunks(decoded(chunks, "invalid_chunks") or [])
    if text:
        added = [text, *added]
    if any(len(each) > MARKDOWN for each in added):
        raise Refused("msg_too_long")
    together = message.markdown + "".join(added)
    every = [*message.blocks, *blocks, *last]
    if len(together) > slack.stream_limit or len(together) + size(every) > MESSAGE:
        raise Refused("msg_too_long")
    message.text = message.markdown = together
    message.blocks = every


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
