"""One question from Slack, answered: asked of the archive, shown in its thread, and remembered."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from assistant.channels import operations, operations_chat
from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Session
from assistant.channels.slack import blocks, mrkdwn, sayings
from assistant.channels.slack import notes as notices
from assistant.channels.slack.audience import Readers
from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.delivery import ANSWER, Stamp, Thread
from assistant.channels.slack.intake import AskJson
from assistant.channels.slack.streaming import Claims
from assistant.channels.slack.words import says_something
from assistant.channels.slack.work import Notes
from assistant.channels.slack.workspaces import Workspace
from assistant.errors import BadInput, NotFound
from assistant.shapes import ClaimEventJson, ReplyJson
from assistant.types import Audience

log = logging.getLogger("assistant.slack")

Json = dict[str, Any]


@dataclass(kw_only=True)
class Asking:
    """A job in hand: what is asked, where the answer goes, and how far it has come."""

    job: JobJson
    body: AskJson
    workspace: Workspace
    thread: Thread
    notes: Notes
    last: bool = False
    """Whether what fails now is not tried again."""
    standing: list[str] = field(default_factory=list)
    """The messages that stand for this job already."""
    lost: bool = False
    """Whether one may stand of which we don't know."""

    @property
    def stamp(self) -> Stamp:
        return Stamp(job=self.job["key"])

    @property
    def since(self) -> str:
        """What was asked is no answer: those are newer."""
        return self.body["ts"] or self.thread.thread_ts or "0"

    @property
    def unasked(self) -> bool:
        """Whether it was said in a thread without a word to the assistant."""
        return self.body["entry"] == "thread"

    @property
    def overheard(self) -> bool:
        """Whether it does not even ask: people talk, and only an answer is worth a word."""
        return self.unasked and not _asks(self.body["text"])

    def look(self) -> None:
        """Finds what an earlier try has left in the thread."""
        if self.job["attempts"] > 1 or self.lost:
            ts = self.notes.get("ts")
            self.standing = self.thread.found(self.job["key"], self.since) or ([ts] if ts else [])
            self.lost = False


class Answers:
    """Answers the jobs of kind "ask". Raises Later and Never."""

    def __init__(
        self, session: Session, rule: str, base_url: str | None = None, *, editors: bool = False
    ) -> None:
        """`editors`: there is somebody who may refresh a fact-check from here."""
        self._session = session
        self._rule = rule
        self._base_url = base_url
        self._editors = editors

    def answer(self, asking: Asking) -> None:
        body = asking.body
        asking.look()
        if refusal := self.unusable(body):
            if not asking.unasked:
                self.say(asking, refusal)
            return None
        asking.thread.status()
        readers = self._readers(asking)
        audience = readers.audience()
        reply, claims = self._stored(asking, audience), None
        if reply is None:
            claims = self._claims(asking, readers, audience)
            try:
                reply = self._asked(asking, audience, claims)
            except BadInput as error:
                return self.say(asking, Rendered(text=mrkdwn.escaped(str(error))))
        if audience == "internal" and readers.audience() == "public":
            audience = "public"
            reply, claims = self._narrowed(asking, claims)
        if asking.overheard and reply["kind"] == "abstention":
            asking.thread.status("")
            return None
        if asking.unasked and _is_no_question(reply):
            asking.thread.status("")
            return None
        return self._show(asking, reply, claims, audience)

    def whispered(self, asking: Asking) -> Rendered:
        """The answer for the asker alone, where the app may not write."""
        if refusal := self.unusable(asking.body):
            return refusal
        readers = self._readers(asking)
        audience = readers.audience()
        try:
            reply = self._stored(asking, audience) or self._asked(asking, audience, None)
        except BadInput as error:
            return Rendered(text=mrkdwn.escaped(str(error)))
        if audience == "internal" and readers.audience() == "public":
            audience = "public"
            reply, _ = self._narrowed(asking, None)
        return self._shown(reply, audience)

    def unusable(self, body: AskJson) -> Rendered | None:
        """What is said instead of an answer to what can't be asked."""
        if not says_something(body["text"]):
            return Rendered(text=sayings.NO_CLAIM) if body["as_claim"] else notices.hint()
        most = operations.MAX_POST if body["as_claim"] else operations.MAX_QUESTION
        if len(body["text"]) > most:
            length = len(body["text"])
            return Rendered(text=sayings.too_long(length, most, as_claim=body["as_claim"]))
        return None

    def _readers(self, asking: Asking) -> Readers:
        where = asking.thread.channel
        return Readers(asking.workspace, where, self._rule, last=asking.last)

    # --- asking ---

    def _stored(self, asking: Asking, audience: Audience) -> ReplyJson | None:
        """The reply that an earlier try was given, when it may be shown here and now."""
        answer_id = asking.notes.get("answer_id")
        if not answer_id:
            return None
        try:
            found = self._session.call(operations.answer, answer_id=answer_id, audience=audience)
        except NotFound:  # withdrawn since, or the channel is open to others now
            return None
        return cast("ReplyJson", found)

    def _claims(self, asking: Asking, readers: Readers, audience: Audience) -> Claims | None:
        if asking.standing or asking.lost:
            return None  # that message becomes the answer
        body = asking.body

        def started(ts: str) -> None:
            asking.standing = [ts]
            asking.notes.keep(ts=ts)

        return Claims(
            asking.thread,
            (body["user_team"], body["user"]),
            may=lambda: readers.is_still(audience),
            started=started,
        )

    def _asked(self, asking: Asking, audience: Audience, claims: Claims | None) -> ReplyJson:
        body, thread = asking.body, asking.thread
        where = thread.thread_ts or asking.job["key"]
        ask = self._session.call

        def work(emit: Callable[[str, Mapping[str, object]], None]) -> ReplyJson:
            return ask(
                operations_chat.chat_ask,
                question=body["text"],
                audience=audience,
                conversation_id=f"slack:{body['team']}:{body['channel']}:{where}",
                as_claim=body["as_claim"],
                overheard=asking.overheard,
                emit=emit,
            )

        reply: ReplyJson | None = None
        for name, data in _events(work):
            if name == "claims" and claims is not None:
                claims.append("".join(blocks.claim(cast(ClaimEventJson, each)) for each in data))
            elif name == "reply":
                reply = cast("ReplyJson", data)
        assert reply is not None
        asking.notes.keep(answer_id=reply["id"])
        asking.lost = claims is not None and claims.lost
        return reply

    def _narrowed(self, asking: Asking, claims: Claims | None) -> tuple[ReplyJson, None]:
        """The channel was opened to others in the meantime: they get what is public."""
        log.warning("%s is read by others now: answered anew", asking.thread.channel)
        if claims is not None and claims.ts:
            asking.thread.stop(claims.ts)
        asking.notes.keep(answer_id=None)
        return self._asked(asking, "public", None), None

    # --- showing ---

    def _show(
        self, asking: Asking, reply: ReplyJson, claims: Claims | None, audience: Audience
    ) -> None:
        stamp = Stamp(job=asking.job["key"], kind=ANSWER, answer_id=reply["id"])
        if claims is not None and claims.stop(self._rest(reply, audience), stamp):
            written = [claims.ts or ""]
        else:
            asking.lost = asking.lost or (claims is not None and claims.lost)
            if asking.lost:
                asking.look()
            shown = self._shown(reply, audience)
            plain = blocks.plain(reply, self._base_url, audience)
            written = asking.thread.put(shown, plain, stamp, asking.standing)
        asking.notes.keep(ts=written[0])
        for ts in written:
            self._remember(asking, ts, reply["id"])

    def _rest(self, reply: ReplyJson, audience: Audience) -> Rendered:
        return blocks.rest(reply, self._base_url, audience, refreshable=self._refreshable(audience))

    def _shown(self, reply: ReplyJson, audience: Audience) -> Rendered:
        return blocks.answer(
            reply, self._base_url, audience, refreshable=self._refreshable(audience)
        )

    def _refreshable(self, audience: Audience) -> bool:
        """Where staff alone reads: what a refresh finds is not published yet."""
        return self._editors and audience == "internal"

    def say(self, asking: Asking, shown: Rendered) -> None:
        """In the place of what stands there, which an answer may take later."""
        asking.standing = asking.thread.put(shown, [shown.text], asking.stamp, asking.standing)
        asking.notes.keep(ts=asking.standing[0])

    def _remember(self, asking: Asking, ts: str, answer_id: str) -> None:
        thread = asking.thread
        self._session.call(
            operations_chat.post_add,
            team=asking.body["team"],
            channel=thread.channel,
            ts=ts,
            thread_ts=thread.thread_ts or ts,
            answer_id=answer_id,
        )


def _asks(text: str) -> bool:
    return text.rstrip().endswith(("?", "\uff1f", "\u061f")) and len(text.split()) > 2


def _is_no_question(reply: ReplyJson) -> bool:
    return reply["kind"] == "abstention" and reply["reason"] == "out_of_scope"


def _events(
    work: Callable[[Callable[[str, Mapping[str, object]], None]], ReplyJson],
) -> Iterator[tuple[str, Any]]:
    """("claims", those that are there) as they come, then ("reply", it). Raises what `work` does.

    The archive answers in a thread of its own: it does not wait for Slack, and claims that came
    while Slack took the last ones are sent in one go.
    """
    made: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def run() -> None:
        try:
            reply = work(lambda name, data: made.put((name, data)))
            made.put(("done", reply))
        except BaseException as error:
            made.put(("failed", error))

    threading.Thread(target=run, name="slack-asking", daemon=True).start()
    while True:
        events = [made.get()]
        while not made.empty():
            events.append(made.get())
        claims = [data for name, data in events if name == "claim"]
        if claims:
            yield "claims", claims
        name, data = events[-1]
        if name == "failed":
            raise data
        if name == "done":
            yield "reply", data
            return
