"""Workspaces: the newsroom's own, by its bot token, and others where the app was installed."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.context.context import BoltContext
from slack_sdk import WebClient
from slack_sdk.oauth import InstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation

from assistant.channels import operations_chat
from assistant.channels.session import Session
from assistant.channels.slack.calls import TROUBLE, Never, client_of, meaning
from assistant.settings import Settings

log = logging.getLogger("assistant.slack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where the app speaks, by its token. `own`: the newsroom's own workspace.

    `bot_user` and `bot` are the app's user and bot there, by which its messages are known.
    """

    team: str
    client: WebClient
    bot_user: str
    bot: str
    own: bool


class Workspaces:
    """Finds them by the id of their team. Safe to share between threads."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._settings = settings
        self._own: Workspace | None = None
        self._lock = threading.Lock()

    def get(self, team: str) -> Workspace:
        """Raises Later when Slack can't say whose token ours is, Never for an unknown team."""
        own = self.own()
        if own is not None and team in ("", own.team):
            return own
        found = self._session.call(operations_chat.workspace_get, workspace_id=team)
        if found is None:
            raise Never(f"the app is not installed in the workspace {team}")
        return Workspace(
            team=team,
            client=client_of(found["bot_token"], self._settings.slack_api_url),
            bot_user=str(found.get("bot_user_id") or ""),
            bot=str(found.get("bot_id") or ""),
            own=False,
        )

    def own(self) -> Workspace | None:
        """The newsroom's own; None without a bot token. Raises Later, Never."""
        token = self._settings.slack_bot_token
        if not token:
            return None
        with self._lock:
            if self._own is None:
                self._own = self._looked_up(client_of(token, self._settings.slack_api_url))
            return self._own

    def _looked_up(self, client: WebClient) -> Workspace:
        try:
            told = client.auth_test()
        except TROUBLE as error:
            raise meaning(error) from error
        return Workspace(
            team=str(told["team_id"]),
            client=client,
            bot_user=str(told["user_id"]),
            bot=str(told.get("bot_id") or ""),
            own=True,
        )

    def forget(self, team: str) -> None:
        """The app was taken out of a workspace."""
        self._session.call(operations_chat.workspace_delete, workspace_id=team)


class Admitted(Authorize):
    """Lets every request in whose signature was good, without a call to Slack.

    Which token speaks in a workspace is looked up when there is something to say: an event is
    acknowledged also while Slack's API is down.
    """

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


class Installations(InstallationStore):
    """bolt's store of installations, in the ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def logger(self) -> logging.Logger:
        return log

    def save(self, installation: Installation) -> None:
        """Only what lets the assistant speak: no token of the person who installed it."""
        key = installation.team_id or installation.enterprise_id or ""
        kept: dict[str, Any] = {
            name: getattr(installation, name)
            for name in (
                "app_id", "enterprise_id", "enterprise_name", "team_id", "team_name", "bot_token",
                "bot_id", "bot_user_id", "user_id", "is_enterprise_install", "installed_at",
            )
        }  # fmt: skip
        kept["bot_scopes"] = list(installation.bot_scopes or ())
        self._session.call(operations_chat.workspace_put, workspace_id=key, installation=kept)

    def save_bot(self, bot: Bot) -> None:
        """Nothing more: `save` keeps the bot."""

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        found = self._session.call(
            operations_chat.workspace_get, workspace_id=team_id or enterprise_id or ""
        )
        return None if found is None else Installation(**found)

    def find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        found = self.find_installation(enterprise_id=enterprise_id, team_id=team_id)
        return None if found is None else found.to_bot()

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        self._session.call(
            operations_chat.workspace_delete, workspace_id=team_id or enterprise_id or ""
        )
