"""Payloads of what people press, open and type: actions, shortcuts, views and slash commands."""

from __future__ import annotations

from dataclasses import dataclass

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


class Interactions:
    """Builds payloads from the world of a SlackServer."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack

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
