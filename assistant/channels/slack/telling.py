"""Telling a thread something once, whatever restarts in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.channels import operations_chat
from assistant.channels.operations_chat import JobJson
from assistant.channels.session import Session
from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.delivery import Stamp, Thread
from assistant.channels.slack.work import Notes
from assistant.channels.slack.workspaces import Workspaces


def thread_of(workspaces: Workspaces, body: Any) -> Thread:
    """The thread that a job's body names."""
    workspace = workspaces.get(body["team"])
    return Thread(workspace=workspace, channel=body["channel"], thread_ts=body["thread_ts"])


def tell_once(
    session: Session, thread: Thread, job: JobJson, notes: Notes, shown: Callable[[], Rendered]
) -> None:
    """What an earlier try has posted is found by its metadata, and what was noted is done."""
    if notes.get("ts"):
        return
    body = job["body"]
    found: list[str] = []
    if job["attempts"] > 1:
        found = thread.found(job["key"], body["thread_ts"], streams=False)
    message = shown()
    written = found or thread.put(message, [message.text], Stamp(job=job["key"]))
    notes.keep(ts=written[0])
    session.call(
        operations_chat.post_add,
        team=body["team"],
        channel=thread.channel,
        ts=written[0],
        thread_ts=body["thread_ts"],
    )
