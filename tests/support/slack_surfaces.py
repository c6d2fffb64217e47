"""Views, triggers and response URLs of the local Slack: what belongs to a person's click."""

from __future__ import annotations

import threading
from typing import Any

from support.slack_limits import TEXT, Refused, check_blocks
from support.slack_world import Channel, Json, Message, Team, User, World

URL_USES, URL_AGE, TRIGGER_AGE = 5, 1_800, 3


class Surfaces(World):
    """`views` by id, `responses` (bodies that came through response URLs)."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition(threading.RLock())
        self.views: dict[str, Json] = {}
        self.responses: list[Json] = []
        self.statuses: list[tuple[str, str, str]] = []
        self.statuses_now: dict[tuple[str, str], str] = {}
        self.sessions: dict[tuple[str, str], Json] = {}
        self._triggers: dict[str, tuple[str, float]] = {}
        self._response_urls: dict[str, Json] = {}

    def set_status(self, channel: Channel, thread_ts: str, status: str) -> None:
        self.statuses.append((channel.id, thread_ts, status))
        self.statuses_now[(channel.id, thread_ts)] = status

    def set_session(self, channel: str, thread_ts: str, status: str, title: Any) -> Json:
        """An agent session: its title is taken at the first call only."""
        session = self.sessions.setdefault((channel, thread_ts), {"title": title or ""})
        session["status"] = status
        return session

    def home(self, user: User, team: Team | None = None) -> Json | None:
        """The home tab that was published to this person."""
        return self.views.get(f"home:{(team or user.team).id}:{user.id}")

    def keep_view(self, view: Json, *, user: str, key: str | None = None) -> Json:
        stored = view | {"id": key or self.number("V"), "hash": self.ts(), "user": user}
        self.views[stored["id"]] = stored
        return stored

    def trigger(self, user: User) -> str:
        """A trigger of a view: good once, for three seconds."""
        trigger = f"{self.number('9')}.{self.number('8')}.trigger"
        self._triggers[trigger] = (user.id, self.now())
        return trigger

    def use_trigger(self, trigger: Any) -> str:
        if trigger not in self._triggers:
            raise Refused("invalid_trigger_id")
        user, made = self._triggers[trigger]
        if not user:
            raise Refused("exchanged_trigger_id")
        self._triggers[trigger] = ("", made)
        if self.now() - made > TRIGGER_AGE:
            raise Refused("expired_trigger_id")
        return user

    def response_url(self, channel: Channel, user: User, message: Message | None = None) -> str:
        """A URL that takes five messages within thirty minutes."""
        key = self.number("R")
        self._response_urls[key] = {
            "channel": channel, "user": user, "message": message, "made": self.now(), "uses": 0,
        }  # fmt: skip
        return f"{self.url}/response/{key}"

    def respond(self, key: str, body: Json) -> None:
        """Carries out what was posted to a response URL."""
        known = self._response_urls.get(key)
        if known is None:
            raise Refused("no_service")
        if self.now() - known["made"] > URL_AGE:
            raise Refused("expired_url")
        if known["uses"] >= URL_USES:
            raise Refused("used_url")
        known["uses"] += 1
        self._respond(known, body)
        self.responses.append(body | {"channel": known["channel"].id})

    def _respond(self, known: Json, body: Json) -> None:
        channel, original = known["channel"], known["message"]
        if body.get("delete_original"):
            if original:
                original.deleted = True
            return
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if not text and not blocks:
            raise Refused("no_text")
        if len(text) > TEXT:
            raise Refused("msg_too_long")
        check_blocks(blocks)
        if body.get("replace_original") and original:
            original.replace(text, blocks)
            return
        message = Message(
            channel=channel.id, ts=self.ts(), user=channel.team.bot_user_id, text=text,
            blocks=blocks, bot_id=channel.team.bot_id, team=channel.team.id,
            thread_ts=body.get("thread_ts"), metadata=body.get("metadata"),
        )  # fmt: skip
        if body.get("response_type") != "in_channel":
            message.ephemeral_to = known["user"].id
        self.put(channel, message)

    def put(self, channel: Channel, message: Message) -> Message:
        """A message comes to stand in a channel."""
        with self.changed:
            channel.messages.append(message)
            if message.bot_id:  # an answer takes the status away
                self.statuses_now.pop((channel.id, message.thread_ts or ""), None)
            root = channel.find(message.thread_ts)
            if root is not None:
                root.thread_ts = root.thread_ts or root.ts
            self.changed.notify_all()
        return message

    # What the server gives.

    @property
    def url(self) -> str:
        raise NotImplementedError

    def ts(self) -> str:
        raise NotImplementedError

    def now(self) -> float:
        raise NotImplementedError
