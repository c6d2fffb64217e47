"""What a chat channel does with the archive beside asking: work, threads, workspaces.

JSON in and out, like every operation: the channel runs in the process that holds the home, or in
another that a running server works for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from typing_extensions import TypedDict

from assistant.channels.operations import EventSink, claim_of, question_of
from assistant.contract import event_json, reason_json
from assistant.ledger.changes import Change, ChangeKind
from assistant.ledger.posts import Post
from assistant.shapes import ReasonJson, ReplyJson
from assistant.types import AbstentionReason, Audience, RevisionKind, State

if TYPE_CHECKING:
    from assistant.answering.questions.grouping import GapGroup
    from assistant.upkeep.docket import Due
    from assistant.wiring import Assistant

Json: TypeAlias = dict[str, Any]


class JobJson(TypedDict):
    """See `assistant.ledger.jobs.Job`."""

    key: str
    queue: str
    lane: str
    at: str
    attempts: int
    body: Json
    notes: Json


class DueLineJson(TypedDict):
    """A fact-check that carries a notice, and how many answers rest on it."""

    document_id: str
    audience: Audience
    title: str
    checked_on: str | None
    state: State
    answers: int
    reasons: list[ReasonJson]


class GapLineJson(TypedDict):
    """A question that the archive could not answer; `count` puts those that ask the same together.

    `reason` is why the first of them could not be answered.
    """

    question: str
    count: int
    last_asked: str
    reason: AbstentionReason


class ChangeLineJson(TypedDict):
    """What became of a fact-check; see `assistant.ledger.changes.Change`."""

    at: str
    kind: ChangeKind
    document_id: str
    audience: Audience
    title: str
    url: str | None
    revision: RevisionKind | None
    """As what an editor published it: an update is no correction."""


class DeskSummaryJson(TypedDict):
    """What a chat's home tab shows. `due` is null while the first round is still being made."""

    due: list[DueLineJson] | None
    due_total: int
    gaps: list[GapLineJson]
    gaps_total: int
    changes: list[ChangeLineJson]
    examples: list[str]


def chat_ask(
    assistant: Assistant,
    *,
    question: str,
    audience: Audience,
    conversation_id: str,
    as_claim: bool = False,
    overheard: bool = False,
    emit: EventSink | None = None,
) -> ReplyJson:
    """Asks, and gives each event as it comes: evidence, each verified claim, the reply.

    Of what was `overheard`, said in a thread to nobody, only an answer is kept. Raises BadInput
    when the question can't be used.
    """
    data: object = None
    for event in assistant.stream(
        (claim_of if as_claim else question_of)(question),
        audience=audience,
        conversation_id=conversation_id,
        as_claim=as_claim,
        overheard=overheard,
    ):
        name, data = event_json(event)
        if emit:
            emit(name, cast("dict[str, object]", data))
    return cast("ReplyJson", data)


def job_add(assistant: Assistant, *, key: str, queue: str, lane: str, body: Json) -> bool:
    """Takes work in; it is on the disk when this returns. False for what was taken before."""
    return assistant.jobs.add(key, queue, lane, body, assistant.settings.clock())


def job_next(
    assistant: Assistant, *, queue: str, worker: str, skip: Sequence[str] = ()
) -> JobJson | None:
    """The next job, which is this worker's now; None when there is none."""
    job = assistant.jobs.next(queue, worker, skip)
    if job is None:
        return None
    return {
        "key": job.key,
        "queue": job.queue,
        "lane": job.lane,
        "at": job.at,
        "attempts": job.attempts,
        "body": job.body,
        "notes": job.notes,
    }


def job_note(assistant: Assistant, *, key: str, notes: Json) -> None:
    """Keeps how far a job has come."""
    assistant.jobs.note(key, notes)


def job_end(assistant: Assistant, *, key: str, reason: str | None = None) -> None:
    """A job is done; with a reason, it has failed for good."""
    assistant.jobs.end(key, reason)


def job_put_back(assistant: Assistant, *, key: str) -> None:
    """A job waits to be tried again."""
    assistant.jobs.put_back(key)


def job_workers(assistant: Assistant) -> list[str]:
    """Who is working on something, or was when it crashed."""
    return assistant.jobs.workers()


def job_free(assistant: Assistant, *, worker: str) -> int:
    """What a worker that is no more had in hand waits again."""
    return assistant.jobs.free(worker)


def post_add(
    assistant: Assistant,
    *,
    team: str,
    channel: str,
    ts: str,
    thread_ts: str,
    answer_id: str | None = None,
) -> None:
    """Remembers a message of the assistant's own; its thread hears of what changed meanwhile."""
    post = Post(team=team, channel=channel, ts=ts, thread_ts=thread_ts, answer_id=answer_id)
    assistant.posted(post)


def readers_of(assistant: Assistant, *, document_ids: Sequence[str]) -> dict[str, Audience | None]:
    """Who may read each document now; null for one that isn't there."""
    return {each: assistant.audience_of(each) for each in document_ids}


def thread_known(assistant: Assistant, *, team: str, channel: str, thread_ts: str) -> bool:
    """Whether the assistant has answered in a thread."""
    return assistant.posts.knows(team, channel, thread_ts)


def workspace_put(assistant: Assistant, *, workspace_id: str, installation: Json) -> None:
    assistant.workspaces.put(workspace_id, installation, assistant.settings.clock())


def workspace_get(assistant: Assistant, *, workspace_id: str) -> Json | None:
    return assistant.workspaces.get(workspace_id)


def workspace_delete(assistant: Assistant, *, workspace_id: str) -> None:
    assistant.workspaces.delete(workspace_id)


def desk_summary(
    assistant: Assistant, *, audience: Audience = "public", most: int = 10
) -> DeskSummaryJson:
    """What is due, what was asked in vain, what has changed, and questions that can be asked.

    What is due and what readers asked is the newsroom's own matter: for others both are empty.
    """
    summary: DeskSummaryJson = {
        "due": [],
        "due_total": 0,
        "gaps": [],
        "gaps_total": 0,
        "changes": [_change_line(each) for each in assistant.changes(most, audience=audience)],
        "examples": assistant.examples(),
    }
    if audience == "internal":
        docket = assistant.desk.docket(audience)
        known = docket.progress.last is not None
        summary["due"] = [_due(each) for each in docket.due[:most]] if known else None
        summary["due_total"] = len(docket.due)
        gaps = [each for each in assistant.desk.gaps(audience) if each.state != "answered"]
        summary["gaps"] = [_gap_line(each) for each in gaps[:most]]
        summary["gaps_total"] = len(gaps)
    return summary


def _due(due: Due) -> DueLineJson:
    checked = due.checked
    return {
        "document_id": checked.document_id,
        "audience": checked.audience,
        "title": checked.title,
        "checked_on": None if checked.checked_on is None else str(checked.checked_on),
        "state": checked.freshness.state,
        "answers": due.reach,
        "reasons": [reason_json(each) for each in checked.freshness.reasons],
    }


def _gap_line(group: GapGroup) -> GapLineJson:
    return {
        "question": group.question,
        "count": group.count,
        "last_asked": group.last_asked,
        "reason": cast("AbstentionReason", group.reasons[0]),
    }


def _change_line(change: Change) -> ChangeLineJson:
    return {
        "at": change.at,
        "kind": change.kind,
        "document_id": change.document_id,
        "audience": change.audience,
        "title": str(change.body["title"]),
        "url": change.body.get("url"),
        "revision": (change.body.get("revision") or {}).get("kind"),
    }


BY_NAME: Mapping[str, Callable[..., object]] = {
    operation.__name__: operation
    for operation in (
        chat_ask,
        desk_summary,
        job_add,
        job_end,
        job_free,
        job_next,
        job_note,
        job_put_back,
        job_workers,
        post_add,
        readers_of,
        thread_known,
        workspace_delete,
        workspace_get,
        workspace_put,
    )
}
"""The operations that another process may have the server run for it."""
