"""The workspaces, people, channels and messages that the local Slack of the tests keeps."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from support.slack_message import APP_ID, Json, Message

__all__ = ["APP_ID", "Channel", "Json", "Message", "Team", "User", "World"]


@dataclass(kw_only=True)
class Team:
    """A workspace that the app is installed in (or, with `installed` off, another company's)."""

    id: str
    name: str
    enterprise_id: str | None
    bot_user_id: str
    bot_id: str
    bot_token: str
    installed: bool = True

    @property
    def domain(self) -> str:
        return self.name.lower().replace(" ", "-")

    def authorization(self) -> Json:
        return {
            "enterprise_id": self.enterprise_id,
            "team_id": self.id,
            "user_id": self.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }


@dataclass(kw_only=True)
class User:
    """A person or a bot. `team` is the workspace that it belongs to."""

    id: str
    name: str
    team: Team
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False  # always told so; else told so without a shared channel
    is_bot: bool = False
    deleted: bool = False

    def as_json(self, seen_from: Team) -> Json:
        data: Json = {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.name,
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "tz": "Etc/UTC",
            "profile": {"real_name": self.name, "display_name": self.name, "team": self.team.id},
        }
        if self.team.enterprise_id:
            data["enterprise_user"] = {
                "id": self.id,
                "enterprise_id": self.team.enterprise_id,
                "teams": [self.team.id],
            }
        if self.team.id != seen_from.id:
            return data  # of people of another company Slack tells no roles
        return data | {
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_admin": False,
            "is_owner": False,
        }


_PREFIX = {"public": "C", "private": "G", "im": "D", "mpim": "G"}
_EVENT_TYPE = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


@dataclass(kw_only=True)
class Channel:
    """`kind` is public, private, im or mpim. Change any attribute at any time.

    `teams` are the ids of the workspaces that see it: more than one in a shared channel.
    """

    id: str
    name: str
    kind: str
    team: Team
    members: list[str]
    teams: list[str]
    is_ext_shared: bool = False
    is_org_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False
    pending_teams: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def event_type(self) -> str:
        return _EVENT_TYPE[self.kind]

    @property
    def slash_name(self) -> str:
        """The name that a slash command tells: Slack hides those of private places."""
        hidden = {"private": "privategroup", "im": "directmessage", "mpim": "mpdm"}
        return hidden.get(self.kind, self.name)

    def has(self, user: str) -> bool:
        return user in self.members

    def find(self, ts: str | None) -> Message | None:
        return next((m for m in self.messages if m.ts == ts and not m.deleted), None)

    def thread(self, ts: str) -> list[Message]:
        """The messages of a thread, its first one included, without deleted and ephemeral ones."""
        return [
            each
            for each in self.messages
            if ts in (each.ts, each.thread_ts) and not each.deleted and not each.ephemeral_to
        ]

    def as_json(self, *, counted: bool = False) -> Json:
        data: Json = {
            "id": self.id,
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_org_shared": self.is_org_shared,
        }
        if self.kind == "im":
            other = next((m for m in self.members if m != self.team.bot_user_id), "")
            data |= {"user": other, "is_shared": self.is_ext_shared or self.is_org_shared}
            return data | {"is_ext_shared": True} if self.is_ext_shared else data
        data |= {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_private": self.kind != "public",
            "is_general": False,
            "is_shared": self.is_ext_shared or self.is_org_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "is_member": self.has(self.team.bot_user_id),
            "context_team_id": self.team.id,
            "conversation_host_id": self.team.id,
            "shared_team_ids": self.teams,
            "internal_team_ids": [],
            "connected_team_ids": [t for t in self.teams if t != self.team.id],
            "pending_shared": self.pending_teams,
            "pending_connected_team_ids": self.pending_teams,
        }
        return data | {"num_members": len(self.members)} if counted else data


class World:
    """Makes and finds teams, users and channels; ids count up, so a test's run is the same."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.team = self.add_team("Newsroom")

    def number(self, prefix: str) -> str:
        return f"{prefix}0{next(self._numbers):08d}"

    def add_team(
        self, name: str, *, enterprise_id: str | None = None, installed: bool = True
    ) -> Team:
        """Another workspace, with the app's bot in it; `installed` off: another company's."""
        bot = self.number("U")
        team = Team(
            id=self.number("T"),
            name=name,
            enterprise_id=enterprise_id,
            bot_user_id=bot,
            bot_id=self.number("B"),
            bot_token=f"xoxb-{next(self._numbers)}-bot-of-{name.lower().replace(' ', '-')}",
            installed=installed,
        )
        self.teams[team.id] = team
        self.users[bot] = User(id=bot, name="assistant", team=team, is_bot=True)
        return team

    def add_user(self, name: str = "ana", *, team: Team | None = None, **flags: bool) -> User:
        """A full member unless flags say is_restricted, is_ultra_restricted, is_stranger..."""
        user = User(id=self.number("U"), name=name, team=team or self.team, **flags)
        self.users[user.id] = user
        return user

    def add_channel(
        self,
        name: str = "desk",
        *members: User,
        kind: str = "public",
        team: Team | None = None,
        bot: bool = True,
        shared_with: tuple[Team, ...] = (),
        **flags: Any,
    ) -> Channel:
        """A channel with these members; `bot`: the app is in it. Flags: is_ext_shared and so on."""
        team = team or self.team
        inside = [user.id for user in members] + ([team.bot_user_id] if bot else [])
        channel = Channel(
            id=self.number(_PREFIX[kind]),
            name=name,
            kind=kind,
            team=team,
            members=inside,
            teams=[team.id, *(each.id for each in shared_with)],
            **flags,
        )
        self.channels[channel.id] = channel
        return channel

    def profile(self, user: User, seen_from: Team) -> Json:
        """What users.info tells of a person to the app of one workspace.

        A stranger is who is of another workspace and shares no channel with the app.
        """
        data = user.as_json(seen_from)
        if user.team.id != seen_from.id or user.is_stranger:
            met = any(
                channel.has(user.id) and channel.has(seen_from.bot_user_id)
                for channel in self.channels.values()
            )
            data["is_stranger"] = user.is_stranger or not met
        return data

    def open_im(self, user: User, *, team: Team | None = None) -> Channel:
        """The direct message between the app and this user: made at the first call."""
        team = team or (user.team if user.team.installed else self.team)
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == {user.id, team.bot_user_id}:
                return channel
        return self.add_channel(f"im-{user.name}", user, kind="im", team=team)
