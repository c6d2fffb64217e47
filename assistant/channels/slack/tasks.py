"""What is done for people in Slack: a question, a press of a button, a look at the home tab."""

from __future__ import annotations

import logging
from typing import cast

from assistant.channels import operations, operations_chat
from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Session
from assistant.channels.slack import audience as audiences
from assistant.channels.slack import home, mrkdwn, sayings
from assistant.channels.slack.alone import alone, whisper
from assistant.channels.slack.answers import Answers, Asking
from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.calls import CLOSED, TROUBLE, Later, Never, meaning
from assistant.channels.slack.delivery import QUESTION, Stamp, Thread
from assistant.channels.slack.intake import AskJson, HomeJson, PressJson, RateJson, RefreshedJson
from assistant.channels.slack.presses import Presses
from assistant.channels.slack.work import Notes
from assistant.channels.slack.workspaces import Workspaces
from assistant.errors import BadInput, NotFound

log = logging.getLogger("assistant.slack")

ASKED_SHOWN = 2_500
"""Characters of a slash command's question that are repeated in the channel."""


class Tasks:
    """Does the jobs of the queue "slack". Raises Later and Never."""

    def __init__(
        self,
        session: Session,
        workspaces: Workspaces,
        answers: Answers,
        presses: Presses,
        base_url: str | None = None,
    ) -> None:
        self._session = session
        self._workspaces = workspaces
        self._answers = answers
        self._presses = presses
        self._base_url = base_url

    def __call__(self, job: JobJson, notes: Notes, last: bool) -> None:
        body = job["body"]
        if body["kind"] == "ask":
            self._ask(job, cast(AskJson, body), notes, last)
        elif body["kind"] == "rate":
            self._rate(cast(RateJson, body), notes)
        elif body["kind"] == "home":
            self._home(cast(HomeJson, body), last)
        elif body["kind"] == "many":
            alone(self._workspaces, body, sayings.MANY)
        elif body["kind"] == "refresh":
            self._presses.refresh(job, cast(PressJson, body), last)
        elif body["kind"] == "refreshed":
            self._presses.tell(job, cast(RefreshedJson, body), notes, last)
        else:
            raise Never(f"nobody knows how to do {body['kind']!r}")

    # --- questions ---

    def _ask(self, job: JobJson, body: AskJson, notes: Notes, last: bool) -> None:
        workspace = self._workspaces.get(body["team"])
        thread = Thread(workspace=workspace, channel=body["channel"], thread_ts=body["thread_ts"])
        asking = Asking(
            job=job, body=body, workspace=workspace, thread=thread, notes=notes, last=last
        )
        try:
            self._answered(asking)
        except (Later, Never):
            raise
        except Exception as error:
            self._sorry(asking, error, last or isinstance(error, BadInput))
            raise

    def _answered(self, asking: Asking) -> None:
        """In the thread, or where the app may not write, to the asker alone."""
        body = asking.body
        try:
            if body["entry"] == "command":
                refusal = self._answers.unusable(body)
                if refusal and body["response_url"]:
                    return whisper(body["response_url"], refusal)
                asking.thread = self._rooted(asking)
            return self._answers.answer(asking)
        except Never as never:
            if never.error not in CLOSED or not body["response_url"]:
                raise
            whisper(body["response_url"], self._answers.whispered(asking))

    def _rooted(self, asking: Asking) -> Thread:
        """The thread of a slash command: below a message that says who asked what."""
        thread, notes, job = asking.thread, asking.notes, asking.job
        root = notes.get("root")
        if root is None and job["attempts"] > 1:
            root = thread.found_root(job["key"])
        if root is None:
            asked = mrkdwn.escaped(asking.body["text"][:ASKED_SHOWN])
            shown = Rendered(text=f"<@{asking.body['user']}> asked: {asked}")
            root = thread.post(shown, Stamp(job=job["key"], kind=QUESTION))
        notes.keep(root=root)
        return Thread(workspace=thread.workspace, channel=thread.channel, thread_ts=root)

    def _sorry(self, asking: Asking, error: Exception, last: bool) -> None:
        """Says that it did not work. The same message becomes the answer when it does."""
        if asking.unasked and not asking.standing:
            return
        if asking.standing and not last:
            return  # something stands there, and will be completed
        # What else failed is told in the log: it may name paths and hosts.
        why = str(error) if isinstance(error, BadInput) else sayings.BROKEN
        text = mrkdwn.escaped(sayings.failed(why)) if last else sayings.AGAIN
        try:
            self._answers.say(asking, Rendered(text=text))
        except Exception as trouble:  # what is told of is the first error, whatever comes of this
            log.warning("nor can that be said: %s", trouble)

    # --- buttons and tabs ---

    def _rate(self, body: RateJson, notes: Notes) -> None:
        if not notes.get("kept"):
            try:
                self._session.call(
                    operations.feedback, answer_id=body["answer_id"], helpful=body["helpful"]
                )
            except NotFound as error:
                raise Never(str(error)) from error
            notes.keep(kept=True)
        alone(self._workspaces, body, sayings.THANKS)

    def _home(self, body: HomeJson, last: bool) -> None:
        workspace = self._workspaces.get(body["team"])
        audience = audiences.of_person(workspace, body["user"], last=last)
        summary = self._session.call(operations_chat.desk_summary, audience=audience)
        view = home.view(summary, is_staff=audience == "internal", base_url=self._base_url)
        try:
            workspace.client.views_publish(user_id=body["user"], view=view)
        except TROUBLE as error:
            raise meaning(error) from error
