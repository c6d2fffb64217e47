"""Threads are told when a check that an answer there rested on is no longer what it was."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, cast

from assistant.channels import operations, operations_chat
from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Session
from assistant.channels.slack import blocks
from assistant.channels.slack import notes as notices
from assistant.channels.slack.audience import Readers
from assistant.channels.slack.calls import Later, Never
from assistant.channels.slack.delivery import ANSWER, Stamp, Thread
from assistant.channels.slack.telling import tell_once, thread_of
from assistant.channels.slack.work import Notes
from assistant.channels.slack.workspaces import Workspaces
from assistant.errors import NotFound
from assistant.shapes import ReplyJson
from assistant.types import Audience

log = logging.getLogger("assistant.slack")

Json = dict[str, Any]


class Outbox:
    """Does the jobs of the queue "tell". Raises Later and Never."""

    def __init__(
        self, session: Session, workspaces: Workspaces, rule: str, base_url: str | None = None
    ) -> None:
        self._session = session
        self._workspaces = workspaces
        self._rule = rule
        self._base_url = base_url

    def __call__(self, job: JobJson, notes: Notes, last: bool) -> None:
        body = job["body"]
        thread = thread_of(self._workspaces, body)
        audience = Readers(thread.workspace, thread.channel, self._rule, last=last).audience()
        if body["kind"] == "erased":
            self._cleaned(thread, body, audience)
        told = self._public(body) if audience == "public" and body["about"] else body
        if told is None:
            log.info("%s is not told: others read that channel now", job["key"])
            return
        base_url, day = self._base_url, job["at"][:10]
        shown = partial(notices.told, told, audience, base_url, day)
        tell_once(self._session, thread, job, notes, shown)

    def _public(self, body: Json) -> Json | None:
        """What others may be told of it; None: nothing.

        A document that was public when this happened may be internal now, or gone; so may the
        one that corrects it.
        """
        about, by = body["about"], "by_document_id"
        linked = [each["evidence"].get(by) for each in about["reasons"]]
        ids = [about["document_id"], *filter(None, linked)]
        now = self._session.call(operations_chat.readers_of, document_ids=ids)
        if about.get("audience") != "public" or now[about["document_id"]] != "public":
            return None
        reasons = [
            each
            for each, other in zip(about["reasons"], linked, strict=True)
            if not other or now[other] == "public"
        ]
        return body | {"about": about | {"reasons": reasons}}

    # --- erasing ---

    def _cleaned(self, thread: Thread, body: Json, audience: Audience) -> None:
        """Messages with words of a document that was erased show the answer without them."""
        shown: set[str] = set()
        for each in body["answers"]:
            reply = self._reply(each["id"], audience)
            if reply is None or each["id"] in shown:  # no answer any more, or its second piece
                thread.delete(each["ts"])
                continue
            shown.add(each["id"])
            self._replaced(thread, each["ts"], reply, audience)

    def _reply(self, answer_id: str, audience: Audience) -> ReplyJson | None:
        try:
            found = self._session.call(operations.answer, answer_id=answer_id, audience=audience)
        except NotFound:
            return None
        return cast("ReplyJson", found)

    def _replaced(self, thread: Thread, ts: str, reply: ReplyJson, audience: Audience) -> None:
        """Never another message: what is not there any more shows nothing that was erased."""
        stamp = Stamp(job=f"erased:{reply['id']}", kind=ANSWER, answer_id=reply["id"])
        shown = blocks.answer(reply, self._base_url, audience)
        try:
            thread.change(ts, shown, blocks.plain(reply, self._base_url, audience)[0], stamp)
        except Later:
            raise
        except Never as never:
            log.warning("the message %s can't be changed (%s): deleted", ts, never)
            thread.delete(ts)
