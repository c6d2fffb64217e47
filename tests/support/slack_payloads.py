"""Payloads as Slack sends them to an app: events, interactions and slash commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.slack_server import SlackServer
from support.slack_world import APP_ID, Channel, Json, Message, Team, User


@dataclass(frozen=True, kw_only=True)
class Payload:
    """`kind` is events_api, interactive or slash_commands (Socket Mode's names).

    `message` is the message that it is about, where there is one.
    """

    kind: str
    body: Json
    message: Message | None = None

    @property
    def event_id(self) -> str | None:
        return self.body.get("event_id")


class Payloads:
    """Builds payloads from the world of a SlackServer; `say` first puts messages into it."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack

    # -- events ------------------------------------------------------------------------------

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
        """A person (or another bot: `bot_id`, `subtype`) writes into a channel."""
        message = Message(
            channel=channel.id, ts=self.slack.ts(), user=user.id, text=text, thread_ts=thread,
            team=user.team.id, **more,
        )  # fmt: skip
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

    def home_opened(self, user: User, *, tab: str = "home") -> Payload:
        """app_home_opened; `tab` is home or messages."""
        channel = self.slack.open_im(user)
        event = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
        view = self.slack.home(user, channel.team)
        if tab == "home" and view:
            event["view"] = view
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

    # -- interactions ------------------------------------------------------------------------

    def _interaction(self, kind: str, user: User, team: Team) -> Json:
        enterprise = {"id": team.enterprise_id, "name": "Group"} if team.enterprise_id else None
        return {
            "type": kind,
            "token": self.slack.verification_token,
            "api_app_id": APP_ID,
            "team": {"id": team.id, "domain": team.domain},
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team.id,
            },
            "enterprise": enterprise,
            "is_enterprise_install": False,
            "trigger_id": self.slack.trigger(user),
        }

    def action(
        self,
        channel: Channel,
        user: User,
        message: Message,
        action_id: str,
        value: str | None = None,
    ) -> Payload:
        """block_actions: a person presses a button that the message really has.

        Of feedback buttons, `value` says which of the two was pressed.
        """
        body = self._interaction("block_actions", user, channel.team)
        body |= {
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": bool(message.ephemeral_to),
            },
            "channel": {"id": channel.id, "name": channel.slash_name},
            "message": message.as_json(),
            "state": {"values": {}},
            "response_url": self.slack.response_url(channel, user, message),
            "actions": [self._pressed(message.all_blocks, action_id, value)],
        }
        if message.thread_ts:
            body["container"]["thread_ts"] = message.thread_ts
        return Payload(kind="interactive", body=body, message=message)

    def view_action(
        self, user: User, view: Json, action_id: str, value: str | None = None
    ) -> Payload:
        """block_actions: a person presses a button of the home tab or of a modal."""
        body = self._interaction("block_actions", user, self._installed(user))
        body |= {
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [self._pressed(view["blocks"], action_id, value)],
        }
        return Payload(kind="interactive", body=body)

    def _pressed(self, blocks: list[Json], action_id: str, value: str | None) -> Json:
        """What Slack tells of the press; an AssertionError where there is no such button."""
        for number, block in enumerate(blocks):
            elements = [*block.get("elements", []), block.get("accessory") or {}]
            for element in elements:
                if element.get("action_id") != action_id:
                    continue
                found = _chosen(element, value)
                if found is not None:
                    found |= {"block_id": block.get("block_id") or f"b{number}"}
                    return found | {"action_ts": self.slack.ts()}
        raise AssertionError(f"no button {action_id!r} with {value!r} in {blocks}")

    def view_submit(self, user: User, view: Json, values: Json) -> Payload:
        """view_submission of a modal; `values` is block id -> action id -> its state."""
        body = self._interaction("view_submission", user, self._installed(user))
        sent = view | {
            "state": {"values": values},
            "app_installed_team_id": self._installed(user).id,
        }
        return Payload(kind="interactive", body=body | {"view": sent, "response_urls": []})

    def shortcut(self, channel: Channel, user: User, message: Message, callback_id: str) -> Payload:
        """message_action: the app's entry in a message's menu."""
        body = self._interaction("message_action", user, channel.team)
        body |= {
            "callback_id": callback_id,
            "action_ts": self.slack.ts(),
            "message_ts": message.ts,
            "message": message.as_json(),
            "channel": {"id": channel.id, "name": channel.slash_name},
            "response_url": self.slack.response_url(channel, user),
        }
        return Payload(kind="interactive", body=body, message=message)

    def command(self, channel: Channel, user: User, command: str, text: str = "") -> Payload:
        """A slash command."""
        team = channel.team
        body = {
            "token": self.slack.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": channel.slash_name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.slack.response_url(channel, user),
            "trigger_id": self.slack.trigger(user),
        }
        if team.enterprise_id:
            body |= {"enterprise_id": team.enterprise_id, "enterprise_name": "Group"}
        return Payload(kind="slash_commands", body=body)

    def _installed(self, user: User) -> Team:
        return user.team if user.team.installed else self.slack.team


def _chosen(element: Json, value: str | None) -> Json | None:
    if element["type"] == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            button = element[side]
            if button.get("value") == value:
                return {
                    "type": "feedback_buttons",
                    "action_id": element["action_id"],
                    "value": value,
                    "text": button["text"],
                }
        return None
    if value is not None and element.get("value") != value:
        return None
    known = ("type", "action_id", "text", "value", "style")
    return {key: element[key] for key in known if key in element}
