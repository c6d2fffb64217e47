"""Payloads as Slack sends them to an app: events, and with slack_interactions all others."""

from __future__ import annotations

import uuid
from typing import Any

from support.slack_interactions import Interactions, Payload
from support.slack_world import APP_ID, Channel, Json, Message, Team, User


class Payloads(Interactions):
    """Events, and what people press and type; `say` puts messages into the world first."""

    def event(
        self, event: Json, *, team: Team | None = None, channel: Channel | None = None
    ) -> Payload:
        """Wraps any event as the Events API does."""
        team = team or (channel.team if channel else self.slack.team)
        shared = channel is not None and channel.is_ext_shared
        body: Json = {
            "token": self.slack.verification_token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": team.enterprise_id,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self.slack.number("Ev"),
            "event_time": int(self.slack.now()),
            "authorizations": [team.authorization()],
            "is_ext_shared_channel": shared,
            "event_context": self.slack.number("4-"),
        }
        if team.enterprise_id:
            body["enterprise_id"] = team.enterprise_id
        return Payload(kind="events_api", body=body)

    def say(
        self, channel: Channel, user: User, text: str, *, thread: str | None = None, **more: Any
    ) -> Message:
        """A person (or another bot: `bot_id`, `subtype`) writes into a channel.

        `text` is as Slack stores it: `&`, `<` and `>` as entities, mentions and links in `<>`.
        """
        message = Message(
            channel=channel.id,
            ts=self.slack.ts(),
            user=user.id,
            client_msg_id=None if more.get("bot_id") else str(uuid.uuid4()),
            text=text,
            thread_ts=thread,
            team=user.team.id,
            **more,
        )
        return self.slack.put(channel, message)

    def _about(self, channel: Channel, message: Message, **event: Any) -> Payload:
        event = message.as_json() | {"channel": channel.id, "event_ts": message.ts} | event
        root = channel.find(message.thread_ts)
        if message.thread_ts and root is not None and root is not message:
            event["parent_user_id"] = root.user
        author = self.slack.users.get(message.user)
        if author is not None and author.team.id != channel.team.id:
            whose = author.team.enterprise_id or author.team.id
            event |= {"user_team": whose, "source_team": whose, "user_profile": {"team": whose}}
        built = self.event(event, channel=channel)
        return Payload(kind=built.kind, body=built.body, message=message)

    def app_mention(
        self, channel: Channel, user: User, text: str, *, thread: str | None = None
    ) -> Payload:
        """`text` follows the mention of the app."""
        text = f"<@{channel.team.bot_user_id}> {text}".rstrip()
        return self.mention_of(channel, self.say(channel, user, text, thread=thread))

    def mention_of(self, channel: Channel, message: Message) -> Payload:
        """The app_mention event of a message that stands already."""
        return self._about(channel, message, type="app_mention")

    def message_of(self, channel: Channel, message: Message) -> Payload:
        """The message event of a message that stands already: also of the app's own."""
        return self._about(channel, message, channel_type=channel.event_type)

    def message(
        self, channel: Channel, user: User, text: str, *, thread: str | None = None, **more: Any
    ) -> Payload:
        """message.channels, message.groups, message.im or message.mpim, by the channel."""
        return self.message_of(channel, self.say(channel, user, text, thread=thread, **more))

    def direct(self, user: User, text: str, *, thread: str | None = None) -> Payload:
        """message.im: to the app, in the direct message with it."""
        return self.message(self.slack.open_im(user), user, text, thread=thread)

    def bot_message(
        self, channel: Channel, text: str, *, thread: str | None = None, subtype: bool = True
    ) -> Payload:
        """A message of another app; `subtype` off: as newer apps post."""
        bot = self.slack.add_user("another-bot", is_bot=True)
        more = {"subtype": "bot_message"} if subtype else {}
        bot_id = self.slack.number("B")
        return self.message(channel, bot, text, thread=thread, bot_id=bot_id, **more)

    def changed(self, channel: Channel, message: Message, text: str) -> Payload:
        """message_changed: somebody edits a message."""
        before = message.as_json()
        message.versions.append((message.text, message.blocks))
        message.text, message.edited = text, True
        return self._subtyped(channel, message, "message_changed", before, hidden=True)

    def deleted(self, channel: Channel, message: Message) -> Payload:
        """message_deleted: somebody deletes a message."""
        before = message.as_json()
        message.deleted = True
        return self._subtyped(channel, message, "message_deleted", before, hidden=True)

    def _subtyped(
        self, channel: Channel, message: Message, subtype: str, before: Json, hidden: bool
    ) -> Payload:
        at = self.slack.ts()
        event: Json = {
            "type": "message",
            "subtype": subtype,
            "hidden": hidden,
            "channel": channel.id,
            "channel_type": channel.event_type,
            "previous_message": before,
            "ts": at,
            "event_ts": at,
        }
        if subtype == "message_changed":
            event["message"] = message.as_json()
        else:
            event["deleted_ts"] = message.ts
        built = self.event(event, channel=channel)
        return Payload(kind=built.kind, body=built.body, message=message)

    def stopped(self, channel: Channel, user: User, thread_ts: str) -> Payload:
        """agent_session_stopped: a person presses stop, and the streams of the thread end."""
        streams = [m for m in channel.thread(thread_ts) if self.slack.is_streaming(m)]
        for message in streams:
            message.streaming, message.stopped_by_user = False, True
        event: Json = {
            "type": "agent_session_stopped",
            "channel": channel.id,
            "user": user.id,
            "thread_ts": thread_ts,
            "streaming_message_ts": [message.ts for message in streams],
            "event_ts": self.slack.ts(),
        }
        return self.event(event, channel=channel)

    def context_changed(self, user: User, *seen: Channel) -> Payload:
        """app_context_changed: the person looks at these channels beside the agent."""
        channel = self.slack.open_im(user)
        event: Json = {"type": "app_context_changed", "user": user.id, "channel": channel.id}
        event |= {"context": _context(seen), "event_ts": self.slack.ts()}
        return self.event(event, channel=channel)

    def home_opened(self, user: User, *seen: Channel, tab: str = "home") -> Payload:
        """app_home_opened; `tab` is home or messages, `seen` what the person looks at beside it."""
        channel = self.slack.open_im(user)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": tab,
        }
        view = self.slack.home(user, channel.team)
        if tab == "home" and view:
            event["view"] = view
        if tab == "messages":
            event["context"] = _context(seen)
        return self.event(event | {"event_ts": self.slack.ts()}, channel=channel)

    def joined(self, channel: Channel, user: User) -> Payload:
        """member_joined_channel: the person is a member from now on."""
        if user.id not in channel.members:
            channel.members.append(user.id)
        event = {
            "type": "member_joined_channel",
            "user": user.id,
            "channel": channel.id,
            "channel_type": channel.id[0],
            "team": user.team.id,
            "event_ts": self.slack.ts(),
        }
        return self.event(event, channel=channel)

    def shared(self, channel: Channel, other: Team) -> Payload:
        """channel_shared: another company sees the channel from now on."""
        channel.is_ext_shared = True
        if other.id not in channel.teams:
            channel.teams.append(other.id)
        event = {
            "type": "channel_shared",
            "connected_team_id": other.enterprise_id or other.id,
            "channel": channel.id,
            "event_ts": self.slack.ts(),
        }
        return self.event(event, channel=channel)

    def unshared(self, channel: Channel, other: Team) -> Payload:
        """channel_unshared: that company does not see it any more."""
        channel.teams.remove(other.id)
        channel.is_ext_shared = len(channel.teams) > 1
        event = {
            "type": "channel_unshared",
            "previously_connected_team_id": other.enterprise_id or other.id,
            "channel": channel.id,
            "is_ext_shared": channel.is_ext_shared,
            "event_ts": self.slack.ts(),
        }
        return self.event(event, channel=channel)

    def uninstalled(self, team: Team) -> Payload:
        """app_uninstalled: the workspace's token is no good from now on."""
        self.slack.revoke(team)
        return self.event({"type": "app_uninstalled", "event_ts": self.slack.ts()}, team=team)

    def tokens_revoked(self, team: Team) -> Payload:
        """tokens_revoked, of the bot."""
        self.slack.revoke(team)
        tokens = {"oauth": [], "bot": [team.bot_user_id]}
        event = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.slack.ts()}
        return self.event(event, team=team)


def _context(seen: tuple[Channel, ...]) -> Json:
    """What Slack tells of the places that a person looks at."""
    kind = "slack#/types/channel_id"
    entities = [{"type": kind, "value": each.id, "team_id": each.team.id} for each in seen]
    return {"entities": entities} if entities else {}
