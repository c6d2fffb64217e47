"""A thread in Slack as the assistant writes in it: messages posted once, changed and found again.

Every message carries metadata that names its job, so that whoever goes on with the job after a
crash, or after an answer of Slack's that was lost, finds what stands there already.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.calls import CLOSED, DEAD, TROUBLE, Later, Never, error_of, meaning
from assistant.channels.slack.workspaces import Workspace

log = logging.getLogger("assistant.slack")

Json = dict[str, Any]

ANSWER = "newsroom_assistant_answer"
NOTE = "newsroom_assistant_note"
QUESTION = "newsroom_assistant_question"
STATUS = "is searching the archive…"
LOADING = (
    "Searching the archive…",
    "Reading what was published…",
    "Checking every quote…",
)
STREAMING = "streaming_state_conflict"
"""The error of a message whose stream is open: it can't be changed before that ends."""
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "message_deleted"}
"""Errors after which a message can't be changed any more: another one is posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a message is known by. `part` counts the pieces of a text that was cut."""

    job: str
    kind: str = NOTE
    answer_id: str | None = None
    part: int = 0

    def metadata(self) -> Json:
        payload: Json = {"job": self.job}
        if self.answer_id:
            payload["answer_id"] = self.answer_id
        if self.part:
            payload["part"] = self.part
        return {"event_type": self.kind, "event_payload": payload}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where a job's messages go. Its methods raise Later and Never, where they say nothing else."""

    workspace: Workspace
    channel: str
    thread_ts: str | None

    # --- status ---

    def status(self, text: str = STATUS) -> None:
        """What the thread shows while it waits; "" ends it. Best effort: it is no answer."""
        if self.thread_ts is None:
            return
        try:
            self.workspace.client.assistant_threads_setStatus(
                channel_id=self.channel,
                thread_ts=self.thread_ts,
                status=text,
                loading_messages=list(LOADING) if text else None,
            )
        except TROUBLE as error:
            log.debug("no status in %s: %s", self.channel, error_of(error) or repr(error))

    # --- writing ---

    def post(self, shown: Rendered, stamp: Stamp) -> str:
        """A new message; its ts. Raises SlackApiError for blocks that Slack does not take."""
        with _told():
            told = self.workspace.client.chat_postMessage(
                channel=self.channel,
                thread_ts=self.thread_ts,
                text=shown.text,
                blocks=shown.blocks or None,
                metadata=stamp.metadata(),
                unfurl_links=False,
                unfurl_media=False,
            )
        return str(told["ts"])

    def update(self, ts: str, shown: Rendered, stamp: Stamp) -> str:
        """A message is replaced, also one whose stream never ended; its ts: another where it is
        gone. Raises SlackApiError as `post` does."""
        try:
            self._update(ts, shown, stamp)
        except SlackApiError as error:
            name = error_of(error)
            if name == STREAMING:
                self.stop(ts)
                self._update_stopped(ts, shown, stamp)
            elif name in GONE:
                return self.post(shown, stamp)
            else:
                raise
        return ts

    def _update_stopped(self, ts: str, shown: Rendered, stamp: Stamp) -> None:
        """The stream may not have ended: that says nothing of the blocks. Raises Later."""
        try:
            self._update(ts, shown, stamp)
        except SlackApiError as error:
            if error_of(error) == STREAMING:
                raise Later("the stream is still open") from error
            raise

    def _update(self, ts: str, shown: Rendered, stamp: Stamp) -> None:
        with _told(STREAMING):
            self.workspace.client.chat_update(
                channel=self.channel,
                ts=ts,
                text=shown.text,
                blocks=shown.blocks,
                metadata=stamp.metadata(),
            )

    def change(self, ts: str, shown: Rendered, plain: str, stamp: Stamp) -> None:
        """A message is replaced, and never posted anew. Raises Never where it can't be changed."""
        for each in (shown, Rendered(text=plain)):
            try:
                self._update(ts, each, stamp)
                return
            except SlackApiError as error:
                told, name = meaning(error), error_of(error)
                if name == STREAMING:
                    self.stop(ts)
                    raise Later("the stream was still open") from error
                if name in GONE:
                    raise told from error
        raise Never("Slack takes neither the blocks nor the text")

    def stop(self, ts: str) -> None:
        """Ends a stream as it is, if it has not ended."""
        with suppress(*TROUBLE):  # what comes next says so if it matters
            self.workspace.client.chat_stopStream(channel=self.channel, ts=ts)

    def delete(self, ts: str) -> None:
        """A message that is gone already is no error. Raises Later."""
        try:
            with _told():
                self.workspace.client.chat_delete(channel=self.channel, ts=ts)
        except SlackApiError as error:
            log.warning("the message %s can't be deleted: %s", ts, error_of(error))

    def put(
        self, shown: Rendered, plain: Sequence[str], stamp: Stamp, standing: Sequence[str] = ()
    ) -> list[str]:
        """Shows something, in the messages that stand there for it already and in new ones.

        When Slack does not take the blocks, as pieces of plain text. The ts of every message.
        """
        try:
            return [self._put(shown, stamp, standing[0] if standing else None)]
        except SlackApiError as error:
            log.warning("Slack does not take the blocks (%s): sent as text", error_of(error))
        written = []
        for n, piece in enumerate(plain):
            part = Stamp(job=stamp.job, kind=stamp.kind, answer_id=stamp.answer_id, part=n)
            ts = standing[n] if n < len(standing) else None
            try:
                written.append(self._put(Rendered(text=piece), part, ts))
            except SlackApiError as error:
                raise meaning(error) from error
        return written

    def _put(self, shown: Rendered, stamp: Stamp, ts: str | None) -> str:
        return self.post(shown, stamp) if ts is None else self.update(ts, shown, stamp)

    # --- finding again ---

    def found(self, job: str, since: str, *, streams: bool = True) -> list[str]:
        """The messages of a job that stand in the thread, in the order of their parts.

        Without any, a stream of ours that never ended: a message without metadata that is newer
        than what was asked.
        """
        marked: list[tuple[int, str]] = []
        unfinished: list[str] = []
        for message in self._own(since):
            told = message.get("metadata") or {}
            payload = told.get("event_payload") or {}
            if payload.get("job") == job and told.get("event_type") in (ANSWER, NOTE):
                marked.append((int(payload.get("part") or 0), str(message["ts"])))
            elif streams and not told and message["ts"] > since:
                unfinished.append(str(message["ts"]))
        return [ts for _, ts in sorted(marked)] or unfinished[:1]

    def found_root(self, job: str) -> str | None:
        """The message that says who asked, of a slash command, if it is not long ago."""
        try:
            page = self.workspace.client.conversations_history(
                channel=self.channel, include_all_metadata=True, limit=200
            )
        except TROUBLE as error:
            told = meaning(error)
            if isinstance(told, Later):
                raise told from error
            return None
        for message in page["messages"]:
            told_of = message.get("metadata") or {}
            named = (told_of.get("event_payload") or {}).get("job")
            if told_of.get("event_type") == QUESTION and named == job:
                return str(message["ts"])
        return None

    def _own(self, since: str) -> Iterator[Json]:
        """Our own messages of the thread. Where they can't be read there are none."""
        workspace, cursor = self.workspace, ""
        known = {workspace.bot, workspace.bot_user} - {""}
        try:
            while True:
                page = workspace.client.conversations_replies(
                    channel=self.channel,
                    ts=self.thread_ts or since,
                    oldest=since,
                    inclusive=True,
                    include_all_metadata=True,
                    limit=200,
                    cursor=cursor or None,
                )
                for message in page["messages"]:
                    if known & {message.get("bot_id"), message.get("user")}:
                        yield message
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return
        except SlackApiError as error:
            if error_of(error) not in UNREADABLE:
                raise meaning(error) from error
            log.warning("the thread in %s can't be read: %s", self.channel, error_of(error))
        except TROUBLE as error:
            raise meaning(error) from error


UNREADABLE = {"missing_scope", "thread_not_found", "not_in_channel", "channel_not_found"}
"""Errors that say that a thread can't be read, now or later."""


class _told:
    """Turns what a call raises into Later or Never. Slack's refusal of what was sent passes as it
    is: something else may be taken."""

    def __init__(self, *passing: str) -> None:
        self._passing = passing

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if not isinstance(error, TROUBLE) or error_of(error) in self._passing:
            return
        told = meaning(error)
        if isinstance(told, Later) or told.error in CLOSED | DEAD:
            raise told from error
