"""What the assistant does for its callers: one function per operation, JSON in and out.

The command line prints what these return, HTTP sends it, and a command whose home is held by a
running server has the server run the very same function. So every argument and every result is
a JSON value; only `progress` is a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from assistant.contract import (
    check_json,
    document_json,
    fact_check_json,
    gap_json,
    hit_json,
    reply_json,
    verify_json,
    volatility_json,
)
from assistant.errors import BadInput, NotFound, TooLarge
from assistant.settings import parse_instant
from assistant.shapes import (
    CheckJson,
    DocumentJson,
    FactChecksJson,
    GapsJson,
    HitsJson,
    IngestJson,
    KeyJson,
    KeyListedJson,
    RankedDocumentJson,
    ReplyJson,
    StatusJson,
    VerifyJson,
    VolatilityJson,
)
from assistant.types import Audience, Kind, Scope

if TYPE_CHECKING:
    from assistant.wiring import Assistant, Progress

MAX_QUESTION = 4_000
"""Code points. A question is a sentence or a paragraph, not a document."""
MAX_POST = 40_000
"""Code points of a post in which a claim is to be found: as long as a message in Slack can be."""
MAX_HITS = 1_000
WITHDRAWN = "The newsroom withdrew this document."
"""What readers are told of a withdrawal without a note of its own."""

Turns = Sequence[tuple[str, str]]
ProgressSink: TypeAlias = Callable[[int, int, str], None]
"""(done, total, name of what is being read)"""
EventSink: TypeAlias = Callable[[str, Mapping[str, object]], None]
"""(name, data) of an event of an answer, as `contract.event_json` gives them."""


# --- asking ---------------------------------------------------------------------------------------


def ask(
    assistant: Assistant,
    *,
    question: str,
    audience: Audience = "public",
    now: str | None = None,
    history: Turns = (),
    conversation_id: str | None = None,
    as_claim: bool = False,
    as_of: str | None = None,
) -> ReplyJson:
    """A verified answer or an abstention. Raises BadInput when the question can't be used.

    `as_claim`: the text, a sentence or a pasted post, is a claim to be checked.
    `as_of`: a day or an instant; the archive answers as it stood then.
    """
    reply = assistant.ask(
        claim_of(question) if as_claim else question_of(question),
        audience=audience,
        now=instant_of(now),
        history=history_of(history),
        conversation_id=conversation_id,
        as_claim=as_claim,
        as_of=moment_of(assistant, as_of),
    )
    return reply_json(reply)


def moment_of(assistant: Assistant, text: str | None) -> datetime | None:
    """The instant as of which the archive is asked. Raises BadInput, also for one to come."""
    return None if text is None else assistant.moment_of(text)


def question_of(text: str) -> str:
    """The question, when it is one. Raises BadInput or TooLarge."""
    _must_be_short(text, MAX_QUESTION, "the question", "ask one short question")
    if not text.strip():
        raise BadInput("the question is empty; ask something")
    return text


def claim_of(text: str) -> str:
    """The text with the claim in it. Raises BadInput or TooLarge."""
    _must_be_short(text, MAX_POST, "the post", "paste the sentence that makes the claim")
    if not text.strip():
        raise BadInput("there is no claim; paste a sentence or a post")
    return text


def _must_be_short(text: str, most: int, what: str, instead: str) -> None:
    if len(text) > most:
        raise TooLarge(f"{what} has {len(text):,} characters; at most {most:,} are read: {instead}")
    _must_be_unicode(text, what)


def history_of(turns: Turns) -> tuple[tuple[str, str], ...]:
    """Earlier turns, oldest first; `agent` is another name of `assistant`. Raises BadInput."""
    for _, text in turns:
        _must_be_unicode(text, "an earlier turn")
    return tuple((_role(role), text) for role, text in turns)


def _must_be_unicode(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"{what} is not valid Unicode; send it as UTF-8") from error


def _role(name: str) -> str:
    role = {"agent": "assistant"}.get(name, name)
    if role not in ("user", "assistant"):
        raise BadInput(f"{name!r} is no role in a conversation; use 'user' or 'assistant'")
    return role


def instant_of(text: str | None) -> datetime | None:
    """A date or an instant. Raises BadInput."""
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no date; write it like 2026-01-29") from error


def answer(
    assistant: Assistant, *, answer_id: str, audience: Audience = "public"
) -> Mapping[str, object]:
    """A reply exactly as it was stored. Raises NotFound, or Gone with a note."""
    return assistant.answer(answer_id, audience)


def served(
    assistant: Assistant, *, answer_id: str, audience: Audience = "public"
) -> tuple[bool, str | None]:
    """Whether an answer is still served as it was; the note on why not."""
    try:
        assistant.answer(answer_id, audience)
    except NotFound as gone:
        return False, str(gone)
    return True, None


def feedback(
    assistant: Assistant,
    *,
    answer_id: str,
    helpful: bool,
    comment: str | None = None,
    reason: str | None = None,
) -> None:
    assistant.feedback(answer_id, helpful, comment, reason)


# --- searching and reading ------------------------------------------------------------------------


def search(
    assistant: Assistant, *, query: str, k: int = 10, audience: Audience = "public"
) -> HitsJson:
    """The k best passages, best first."""
    hits = assistant.search(question_of(query), _k(k), audience=audience)
    return {"hits": [hit_json(hit) for hit in hits]}


def search_documents(
    assistant: Assistant,
    *,
    query: str,
    k: int = 10,
    audience: Audience = "public",
    history: Turns = (),
) -> list[RankedDocumentJson]:
    """The k best documents, best first, for a query that may go on from earlier turns."""
    asked, before = question_of(query), history_of(history)
    found = assistant.search_documents(asked, _k(k), audience, before)
    return [{"document_id": document_id, "score": score} for document_id, score in found]


def _k(k: int) -> int:
    if not 1 <= k <= MAX_HITS:
        raise BadInput(f"k is {k}; it can be 1 to {MAX_HITS:,}")
    return k


def document(
    assistant: Assistant,
    *,
    document_id: str,
    version: int | None = None,
    audience: Audience = "public",
) -> DocumentJson:
    return document_json(assistant.document(document_id, version, audience))


def check(
    assistant: Assistant, *, now: str | None = None, audience: Audience = "internal"
) -> list[CheckJson]:
    """The freshness of every fact-check that the audience may read."""
    return [
        check_json(document, freshness, badges)
        for document, freshness, badges in assistant.check(instant_of(now))
        if audience == "internal" or document.audience == "public"
    ]


def fact_checks(
    assistant: Assistant, *, limit: int, offset: int = 0, audience: Audience = "public"
) -> FactChecksJson:
    """A page of the fact-checks by their titles, not judged."""
    found, total = assistant.fact_checks(limit, offset, audience)
    return {"items": [fact_check_json(document) for document in found], "total": total}


def volatility(assistant: Assistant, *, text: str) -> VolatilityJson:
    return volatility_json(assistant.volatility(question_of(text)))


def verify(assistant: Assistant, *, claim: str, evidence: str) -> VerifyJson:
    if not claim.strip() or not evidence.strip():
        raise BadInput("both a claim and evidence are needed to verify the one by the other")
    return verify_json(assistant.verify(claim, evidence))


def gaps(
    assistant: Assistant, *, limit: int = 100, offset: int = 0, audience: Audience = "internal"
) -> GapsJson:
    """Questions that the archive could not answer, the most asked first."""
    found = assistant.gaps(limit + 1, offset, audience)
    items = [gap_json(gap) for gap in found[:limit]]
    return {"items": items, "next_cursor": str(offset + limit) if len(found) > limit else None}


# --- keeping the archive --------------------------------------------------------------------------


def ingest(
    assistant: Assistant,
    *,
    targets: Sequence[str],
    kind: Kind | None = None,
    audience: Audience = "public",
    progress: ProgressSink | None = None,
) -> IngestJson:
    """Mirrors folders and files, brings in URLs. What can't be read is quarantined."""
    report = assistant.ingest(targets, kind=kind, audience=audience, progress=_relay(progress))
    done: IngestJson = {
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "quarantined": [{"path": q.path, "reason": q.reason} for q in report.quarantined],
    }
    if report.left_out:
        done["left_out"] = report.left_out
    return done


def withdraw(assistant: Assistant, *, document_id: str, note: str = WITHDRAWN) -> dict[str, str]:
    assistant.withdraw(document_id, note)
    return {"withdrawn": document_id}


def erase(assistant: Assistant, *, document_id: str) -> dict[str, str]:
    assistant.erase(document_id)
    return {"erased": document_id}


def reindex(assistant: Assistant, *, progress: ProgressSink | None = None) -> dict[str, int]:
    """Builds the indexes anew from the ledger alone."""
    return {"passages": assistant.reindex(_relay(progress))}


def backup(assistant: Assistant, *, path: str) -> dict[str, str]:
    assistant.backup(path)
    return {"backup": path}


def restore(assistant: Assistant, *, path: str) -> dict[str, str]:
    """Puts a backup in the place of the ledger, and rebuilds the indexes from it."""
    assistant.restore(path)
    return {"restored": path}


def _relay(sink: ProgressSink | None) -> Callable[[Progress], None] | None:
    if sink is None:
        return None
    return lambda progress: sink(progress.done, progress.total, progress.name)


# --- keys and state -------------------------------------------------------------------------------


def keys_create(
    assistant: Assistant,
    *,
    scope: Scope,
    audience: Audience = "public",
    widget: bool = False,
    origins: Sequence[str] = (),
    limit: int | None = None,
) -> KeyJson:
    """A new key. Its secret is given this once; the ledger keeps only its hash.

    Raises BadInput for a widget key that names no site, or may do more than a widget does.
    """
    key_id, secret = assistant.create_key(
        scope, audience, widget=widget, origins=origins, rate_limit=limit
    )
    return {"id": key_id, "key": secret}


def keys_list(assistant: Assistant) -> list[KeyListedJson]:
    keys = assistant.keys()
    return [
        {
            "id": key.id,
            "scope": key.scope,
            "audience": key.audience,
            "widget": key.widget,
            "origins": list(key.origins),
            "limit": key.rate_limit,
            "created_at": key.created_at,
            "revoked_at": key.revoked_at,
        }
        for key in keys
    ]


def keys_revoke(assistant: Assistant, *, key_id: str) -> dict[str, str]:
    assistant.revoke_key(key_id)
    return {"revoked": key_id}


def status(assistant: Assistant) -> StatusJson:
    """What the home holds, and what keeps it from being ready."""
    return {"counts": dict(assistant.counts()), "problems": list(assistant.ready())}


BY_NAME: Mapping[str, Callable[..., object]] = {
    operation.__name__: operation
    for operation in (
        answer,
        ask,
        backup,
        check,
        document,
        erase,
        fact_checks,
        feedback,
        gaps,
        ingest,
        keys_create,
        keys_list,
        keys_revoke,
        reindex,
        restore,
        search,
        search_documents,
        status,
        verify,
        volatility,
        withdraw,
    )
}
"""The operations that a command may have the server run for it."""
