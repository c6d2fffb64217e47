"""An editor's press of "Refresh": the refresh is made, and its thread hears what was found.

Approving stays at the desk. One refresh at a time, so that questions never wait for sources.
"""

from __future__ import annotations

import logging

from assistant.channels import operations_chat
from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Session
from assistant.channels.slack import mrkdwn, refreshes, sayings
from assistant.channels.slack.alone import alone
from assistant.channels.slack.audience import Readers
from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.calls import Later, Never
from assistant.channels.slack.intake import PressJson, RefreshedJson
from assistant.channels.slack.links import Pages
from assistant.channels.slack.telling import tell_once, thread_of
from assistant.channels.slack.work import Notes
from assistant.channels.slack.workspaces import Workspaces
from assistant.channels.upkeep import refreshing
from assistant.errors import NotFound
from assistant.types import Audience

log = logging.getLogger("assistant.slack")


def editors_of(setting: str) -> frozenset[str]:
    """Who may refresh, of the setting ASSISTANT_SLACK_EDITORS."""
    return frozenset(each.strip() for each in setting.split(",") if each.strip())


class Presses:
    """Raises Later and Never."""

    def __init__(
        self,
        session: Session,
        workspaces: Workspaces,
        rule: str,
        queue: str,
        editors: frozenset[str] = frozenset(),
        base_url: str | None = None,
    ) -> None:
        self._session = session
        self._workspaces = workspaces
        self._rule = rule
        self._queue = queue
        self._editors = editors
        self._base_url = base_url

    def refresh(self, job: JobJson, body: PressJson, last: bool) -> None:
        """Pressed twice it is one refresh, of which the thread hears once."""
        if body["user"] not in self._editors:
            return alone(self._workspaces, body, sayings.NOT_AN_EDITOR)
        if self._audience(body, last) != "internal":
            return alone(self._workspaces, body, sayings.NOT_HERE)
        if job["attempts"] == 1:
            self._sign(body)
        try:
            made = self._session.call(
                refreshing.refresh,
                document_id=body["document_id"],
                key=job["key"],
                by=f"{body['user']} in Slack",
            )
        except NotFound as gone:
            alone(self._workspaces, body, mrkdwn.escaped(str(gone)))
            raise Never(str(gone)) from gone
        if not self._hand_over(body, made["id"], made["state"]):
            alone(self._workspaces, body, sayings.REFRESHED)

    def tell(self, job: JobJson, body: RefreshedJson, notes: Notes, last: bool) -> None:
        """Its thread hears of it once, and not at all where others read it now."""
        if self._audience(body, last) != "internal":
            log.info("%s is not told: others read that channel now", job["key"])
            return
        thread = thread_of(self._workspaces, body)
        tell_once(self._session, thread, job, notes, lambda: self._shown(body["refresh_id"]))

    def _shown(self, refresh_id: str) -> Rendered:
        made = self._session.call(refreshing.refresh_get, refresh_id=refresh_id)
        return refreshes.told(made, Pages(base_url=self._base_url, audience="internal"))

    def _audience(self, body: PressJson | RefreshedJson, last: bool) -> Audience:
        workspace = self._workspaces.get(body["team"])
        return Readers(workspace, body["channel"], self._rule, last=last).audience()

    def _sign(self, body: PressJson) -> None:
        """That it has begun: sources are slow. It is no answer, so nothing waits for it."""
        try:
            alone(self._workspaces, body, sayings.REFRESHING)
        except (Later, Never) as error:
            log.info("not said that a refresh has begun: %s", error)

    def _hand_over(self, body: PressJson, refresh_id: str, state: str) -> bool:
        """The thread will hear of it. False: it has heard."""
        lane = f"{body['team']}:{body['channel']}:{body['thread_ts']}"
        told: RefreshedJson = {
            "kind": "refreshed",
            "team": body["team"],
            "channel": body["channel"],
            "thread_ts": body["thread_ts"],
            "refresh_id": refresh_id,
        }
        return self._session.call(
            operations_chat.job_add,
            key=f"slack:{lane}:refreshed:{refresh_id}:{state}",
            queue=self._queue,
            lane=lane,
            body=dict(told),
        )
