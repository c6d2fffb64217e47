"""A message as the local Slack of the tests keeps it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
APP_ID = "A0ASSIST01"


@dataclass(kw_only=True)
class Message:
    """What stands in a channel. `versions` are the earlier (text, blocks) of an edited message."""

    channel: str
    ts: str
    user: str
    text: str = ""
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    bot_id: str | None = None
    team: str | None = None
    subtype: str | None = None
    edited: bool = False
    deleted: bool = False
    ephemeral_to: str | None = None
    streaming: bool = False
    streamed: bool = False
    stopped_by_user: bool = False
    appends: int = 0
    stream_started: float = 0.0
    markdown: str = ""
    link_names: bool = False
    client_msg_id: str | None = None
    username: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    versions: list[tuple[str, list[Json]]] = field(default_factory=list)

    def replace(self, text: str, blocks: list[Json]) -> None:
        """An edit; the earlier words are kept among the versions."""
        self.versions.append((self.text, self.all_blocks))
        self.text, self.blocks, self.markdown = text, blocks, ""

    @property
    def all_blocks(self) -> list[Json]:
        """The blocks as readers see them: what was streamed first, then the others."""
        if not self.markdown:
            return self.blocks
        return [{"type": "markdown", "text": self.markdown}, *self.blocks]

    def as_json(self, *, metadata: bool = True) -> Json:
        data: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.all_blocks:
            data["blocks"] = self.all_blocks
        optional = {
            "thread_ts": self.thread_ts,
            "bot_id": self.bot_id,
            "team": self.team,
            "subtype": self.subtype,
            "username": self.username,
            "client_msg_id": self.client_msg_id,
            "metadata": self.metadata if metadata else None,
        }
        data |= {key: value for key, value in optional.items() if value is not None}
        if self.bot_id:
            data["app_id"] = APP_ID
        if self.edited:
            data["edited"] = {"user": self.user, "ts": self.ts}
        if self.streaming:
            data["streaming_state"] = "in_progress"
        if self.reactions:
            data["reactions"] = [
                {"name": name, "users": users, "count": len(users)}
                for name, users in self.reactions.items()
            ]
        return copy.deepcopy(data)
