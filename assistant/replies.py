"""Replies: asked for, kept as they are returned, and given again while what they quote is served.

Which archive answers is decided here too: the one of now, or the one that stood at an instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from assistant.contract import reply_json
from assistant.errors import Gone, NotFound
from assistant.ledger.answers import ReplyJson, StoredAnswer
from assistant.ledger.conversations import conversation_key
from assistant.ledger.ledger import Ledger
from assistant.ports import UNDERSTOOD, Clock
from assistant.retention import Retention
from assistant.types import Abstention, AskEvent, Audience, Reply

if TYPE_CHECKING:
    from assistant.answering.ask import Asker
    from assistant.upkeep.asof import AsOf


class Circumstances(TypedDict, total=False):
    """Who asks, when and after what. Nothing given: a reader, now, out of the blue.

    `now`: the instant of which the answer is judged; the clock's where None.
    `history`: what was said before, each (role, text).
    `conversation_id`: its questions are remembered, to complete those that follow.
    `as_claim`: the text is a claim to be checked, whatever its form; else its form decides.
    `overheard`: nobody asked the assistant; unless there is an answer nothing is kept.
    `as_of`: from the archive as it stood, and judged on that day unless `now` is another; such an
    answer is no gap and is not remembered in its conversation.
    """

    audience: Audience
    now: datetime | None
    history: Sequence[tuple[str, str]]
    conversation_id: str | None
    as_claim: bool
    overheard: bool
    as_of: datetime | None


class Replies:
    """Safe to call from threads."""

    def __init__(
        self,
        ledger: Ledger,
        retention: Retention,
        *,
        asker: Callable[[], Asker],
        as_of: Callable[[], AsOf],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._retention = retention
        self._asker = asker
        self._as_of = as_of
        self._clock = clock

    def ask(self, question: str, **circumstances: Unpack[Circumstances]) -> Reply:
        *_, reply = self.stream(question, **circumstances)
        assert isinstance(reply, Reply)
        return reply

    def stream(
        self,
        question: str,
        *,
        audience: Audience = "public",
        now: datetime | None = None,
        history: Sequence[tuple[str, str]] = (),
        conversation_id: str | None = None,
        as_claim: bool = False,
        overheard: bool = False,
        as_of: datetime | None = None,
    ) -> Iterator[AskEvent]:
        """The events of an answer. The Reply is in the ledger before its event is given."""
        moment = (now or as_of or self._clock()).astimezone(UTC)
        conversation = conversation_key(audience, conversation_id) if conversation_id else None
        earlier = self._earlier(conversation, history)
        asker = self._as_of().at(as_of) if as_of else self._asker()
        for event in asker.stream(
            question, audience=audience, now=moment, history=earlier, as_claim=as_claim
        ):
            if as_of and isinstance(event, Reply):
                yield self._keep_of_then(event, as_of, audience)
                return
            if isinstance(event, Reply) and not (overheard and event.abstained):
                self.keep(event, audience, conversation)
            yield event

    def get(self, answer_id: str, audience: Audience) -> ReplyJson:
        """A reply exactly as it was served.

        Raises NotFound for one that isn't there or isn't for this audience, Gone when something
        that it quotes is no longer served.
        """
        stored = self._ledger.answers.get(answer_id)
        if audience == "public" and stored.audience != "public":
            raise NotFound(f"no answer {answer_id!r}")
        self._must_stand(stored, audience)
        return stored.reply

    def keep(self, reply: Reply, audience: Audience, conversation: str | None) -> None:
        """What a reader wrote is dated by the clock: on whatever day it was asked for, it is kept
        for the same time."""
        ledger, result, now = self._ledger, reply.result, self._clock()
        understood = reply.standalone or reply.question
        with ledger.noting() as within:  # one wait for the disk, not one for each
            ledger.answers.keep(reply, dict(reply_json(reply)), audience, within, now)
            if conversation:
                ledger.conversations.add(conversation, reply.question, understood, now, within)
            if isinstance(result, Abstention) and result.reason != "out_of_scope":
                reason, confidence = result.reason, result.confidence
                ledger.gaps.add(understood, reason, confidence, now, audience, within)
        self._retention.forget_old()

    def _must_stand(self, stored: StoredAnswer, audience: Audience) -> None:
        for document_id, _version in stored.cites:
            standing = self._ledger.documents.standing(document_id)
            if standing is None or standing.state != "active":
                state = standing.state if standing else "erased"
                note = f": {standing.note}" if standing and standing.note else ""
                raise Gone(f"this answer quoted {document_id!r}, which was {state}{note}")
            if audience == "public" and standing.audience != "public":
                raise Gone("this answer quoted a document that is no longer public")

    def _earlier(
        self, conversation: str | None, history: Sequence[tuple[str, str]]
    ) -> tuple[tuple[str, str], ...]:
        """What was said before: the caller's history, else the conversation's own questions.

        Where both are there, the history says what was asked and the conversation how that was
        understood, so that a follow-up is not read a second time in another way.
        """
        turns = []
        if conversation:
            since = self._retention.remembered_since()
            turns = self._ledger.conversations.turns(conversation, since)
        if not history:
            return tuple((UNDERSTOOD, turn.standalone) for turn in turns)
        known = {turn.question: turn.standalone for turn in turns}
        return tuple(
            (UNDERSTOOD, known[text]) if role == "user" and text in known else (role, text)
            for role, text in history
        )

    def _keep_of_then(self, reply: Reply, as_of: datetime, audience: Audience) -> Reply:
        """As it is returned: made now, and as of then."""
        from assistant.upkeep.asof import dated

        now = self._clock()
        reply = dated(reply, as_of, now)
        with self._ledger.noting() as within:
            self._ledger.answers.keep(reply, dict(reply_json(reply)), audience, within, now)
        self._retention.forget_old()
        return reply
