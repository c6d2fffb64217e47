"""The composition root: the one place where the parts are made and handed to each other.

`open_assistant` takes the home and gives an Assistant, which every channel talks to. Each part is
made when it is first needed: a question does not wait for what only ingest uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import home as homes
from assistant.contract import reply_json
from assistant.errors import BadInput, Gone, NotFound
from assistant.home import ServerAddress
from assistant.ingest.report import IngestReport, Progress
from assistant.ledger.answers import ReplyJson, StoredAnswer
from assistant.ledger.changes import Change, ChangeKind
from assistant.ledger.conversations import conversation_key
from assistant.ledger.gaps import Gap
from assistant.ledger.jobs import Jobs
from assistant.ledger.keys import Key
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post, Posts
from assistant.ledger.workspaces import Workspaces
from assistant.parts import Parts
from assistant.ports import UNDERSTOOD
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    AskEvent,
    Audience,
    Badge,
    Document,
    Filters,
    Freshness,
    Hit,
    Kind,
    Reply,
    Scope,
    Support,
    Volatility,
)

if TYPE_CHECKING:
    from assistant.desk import Desk
    from assistant.standing import AnswerStanding, DocumentStanding

__all__ = ["Assistant", "Progress", "open_assistant", "restore", "server_of"]

LEDGER = "ledger.sqlite3"
FORGET_EVERY = timedelta(hours=1)
DEEPER = 4
"""Passages searched for each document that a ranking of documents asks for."""


@contextmanager
def open_assistant(
    settings: Settings, *, wait_s: float = 2.0, command: str = "ask"
) -> Iterator[Assistant]:
    """The archive of a home, held for the length of the block.

    Raises HomeHeld when another process holds it for longer than `wait_s` seconds, HomeUnusable
    when it can't be read or written, BadInput for a store that is not supported yet.
    """
    for name in ("database_url", "chroma_url"):
        if getattr(settings, name):  # better refused than kept somewhere else in silence
            raise BadInput(f"ASSISTANT_{name.upper()} is not supported yet; unset it")
    with homes.owned(settings.home, command, wait_s):
        assistant = Assistant(settings)
        try:
            yield assistant
        finally:
            assistant.close()


def server_of(settings: Settings) -> ServerAddress | None:
    """Where the server that holds the home listens; None when none does."""
    return homes.server_of(settings.home)


def restore(settings: Settings, path: Path | str) -> None:
    """Puts a backup in the place of a home's ledger. The indexes are rebuilt from it."""
    with open_assistant(settings, command="restore") as assistant:
        assistant.restore(path)


class Assistant:
    """Everything that a channel can ask for. Safe to call from threads; one writer at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._ledger = Ledger(settings.home / LEDGER)
        self._parts = Parts(settings, self._ledger)
        self._forgot: datetime | None = None

    def close(self) -> None:
        self._parts.close()
        self._ledger.close()

    # --- asking -----------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        audience: Audience = "public",
        now: datetime | None = None,
        history: Sequence[tuple[str, str]] = (),
        conversation_id: str | None = None,
        as_claim: bool = False,
    ) -> Reply:
        """A verified answer or an abstention, kept in the ledger as it is returned."""
        events = self.stream(
            question,
            audience=audience,
            now=now,
            history=history,
            conversation_id=conversation_id,
            as_claim=as_claim,
        )
        *_, reply = events
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
    ) -> Iterator[AskEvent]:
        """The events of an answer. The Reply is in the ledger before its event is given.

        `as_claim`: the text is a claim to be checked, whatever its form; else its form decides.
        `overheard`: nobody asked the assistant; unless there is an answer nothing is kept.
        """
        moment = (now or self.settings.clock()).astimezone(UTC)
        conversation = conversation_key(audience, conversation_id) if conversation_id else None
        earlier = self._earlier(conversation, history)
        for event in self._parts.asker.stream(
            question, audience=audience, now=moment, history=earlier, as_claim=as_claim
        ):
            if isinstance(event, Reply) and not (overheard and event.abstained):
                self._keep(event, audience, conversation)
            yield event

    def _earlier(
        self, conversation: str | None, history: Sequence[tuple[str, str]]
    ) -> tuple[tuple[str, str], ...]:
        """What was said before: the caller's history, else the conversation's own questions.

        Where both are there, the history says what was asked and the conversation how that was
        understood, so that a follow-up is not read a second time in another way.
        """
        turns = []
        if conversation:
            turns = self._ledger.conversations.turns(conversation, self._remembered_since())
        if not history:
            return tuple((UNDERSTOOD, turn.standalone) for turn in turns)
        known = {turn.question: turn.standalone for turn in turns}
        return tuple(
            (UNDERSTOOD, known[text]) if role == "user" and text in known else (role, text)
            for role, text in history
        )

    def search(self, query: str, k: int, *, audience: Audience = "public") -> tuple[Hit, ...]:
        """The k best passages, best first."""
        return self._parts.retrieve(query, k, Filters(audience=audience))

    def search_documents(
        self, query: str, k: int, audience: Audience = "public"
    ) -> list[tuple[str, float]]:
        """The k best documents by their best passage: (document id, score)."""
        from assistant.retrieval.search import documents

        hits = self._parts.retrieve(query, k * DEEPER, Filters(audience=audience))
        return documents(hits)[:k]

    def answer(self, answer_id: str, audience: Audience = "public") -> ReplyJson:
        """A reply exactly as it was served.

        Raises NotFound for one that isn't there or isn't for this audience, Gone when something
        that it quotes is no longer served.
        """
        stored = self._ledger.answers.get(answer_id)
        if audience == "public" and stored.audience != "public":
            raise NotFound(f"no answer {answer_id!r}")
        self._must_stand(stored, audience)
        return stored.reply

    def standing(self, answer_id: str, audience: Audience = "public") -> AnswerStanding:
        """How a stored reply stands today: judged again, word for word. Raises as `answer`."""
        today = _day(self.settings.clock())
        return self._parts.standings.answer(self.answer(answer_id, audience), audience, today)

    def document(
        self, document_id: str, version: int | None = None, audience: Audience = "public"
    ) -> Document:
        return self._ledger.documents.get(document_id, version, audience)

    def audience_of(self, document_id: str) -> Audience | None:
        """Who may read a document now; None for one that isn't there."""
        standing = self._ledger.documents.standing(document_id)
        return standing.audience if standing else None

    def document_standing(
        self, document_id: str, version: int | None = None, audience: Audience = "public"
    ) -> DocumentStanding:
        """A version with what the archive links it to, judged today. Raises as `document`."""
        today = _day(self.settings.clock())
        return self._parts.standings.document(document_id, version, audience, today)

    def published(self, limit: int = 100, offset: int = 0) -> tuple[list[Document], bool]:
        """Public fact-checks with verdicts that stand, of so many by id; whether more follow."""
        today = _day(self.settings.clock())
        return self._parts.standings.published(limit, offset, today)

    def examples(self, most: int = 5) -> list[str]:
        """Questions that the archive can answer for everybody, at most that many."""
        return self._parts.examples(_day(self.settings.clock()), most)

    def document_answers(self, document_id: str) -> list[ReplyJson]:
        """The stored replies that quote any version of a document, newest first."""
        if self._ledger.documents.standing(document_id) is None:
            raise NotFound(f"no document {document_id!r}")
        answers = self._ledger.answers
        return [answers.get(each).reply for each in answers.of_document(document_id)]

    # --- what readers asked and said --------------------------------------------------------------

    def feedback(
        self,
        answer_id: str,
        helpful: bool,
        comment: str | None = None,
        reason: str | None = None,
    ) -> None:
        now = self.settings.clock()
        self._ledger.feedback.add(answer_id, helpful, comment, now, reason)

    def gaps(self, limit: int = 100, offset: int = 0, audience: Audience = "internal") -> list[Gap]:
        """Questions that the archive could not answer, the most asked first."""
        self.forget_old()
        return self._ledger.gaps.most_asked(limit, offset, audience)

    def forget_old(self) -> None:
        """Deletes what readers wrote once its time is over; looks for it at most once an hour."""
        now = self.settings.clock()
        if self._forgot and timedelta() <= now - self._forgot < FORGET_EVERY:
            return
        self._forgot = now
        questions = now - timedelta(days=self.settings.questions_kept_days)
        ledger = self._ledger
        gone = ledger.gaps.forget_before(questions) + ledger.feedback.forget_before(questions)
        gone += ledger.conversations.forget_before(self._remembered_since())
        gone += ledger.jobs.forget_before(questions)
        if gone:
            ledger.checkpoint()

    # --- judging ----------------------------------------------------------------------------------

    def check(
        self, now: datetime | None = None
    ) -> list[tuple[Document, Freshness, tuple[Badge, ...]]]:
        """The freshness of every fact-check that is in force on the day, by id."""
        from assistant.freshness.clocks import in_force

        day = _day(now or self.settings.clock())
        checks = self._ledger.documents.active("internal", "fact_check")
        return [
            (document, *self._parts.freshness.document(document, day))
            for document in checks
            if in_force(document, day)
        ]

    def fact_checks(
        self, limit: int, offset: int = 0, audience: Audience = "public"
    ) -> tuple[list[Document], int]:
        """Some of the fact-checks by their titles, and how many there are: nothing is judged."""
        documents = self._ledger.documents
        served = [
            each
            for each in documents.listed(audience)
            if each.state == "active" and each.kind == "fact_check"
        ]
        page = served[offset : offset + limit]
        return [documents.version(each.id, each.version) for each in page], len(served)

    def volatility(self, text: str) -> Volatility:
        model = self._parts.volatility
        return model.judge(text, _day(self.settings.clock()))

    def verify(self, claim: str, evidence: str) -> Support:
        from assistant.answering.support import judge

        return judge(claim, evidence)

    # --- what became of what was checked ----------------------------------------------------------

    def keep_chronicle(self, patience_s: float = 0.0) -> int:
        """Notes which fact-checks have changed since the last look, and who must be told of it.

        How many changes. Waits so long at most for the day's round of all fact-checks.
        """
        return self._parts.chronicle.keep(patience_s)

    def changes(
        self,
        limit: int = 100,
        offset: int = 0,
        audience: Audience = "public",
        kinds: tuple[ChangeKind, ...] = (),
    ) -> list[Change]:
        """What became of fact-checks, the newest first."""
        return self._ledger.changes.newest(limit, offset, audience, kinds)

    # --- chat threads -----------------------------------------------------------------------------

    @property
    def jobs(self) -> Jobs:
        """What was asked in chats and what threads must be told, each taken once."""
        return self._ledger.jobs

    def posted(self, post: Post) -> None:
        """Remembers a message; its thread hears of what became of its answer meanwhile."""
        self._parts.chronicle.posted(post)

    @property
    def posts(self) -> Posts:
        """In which threads the assistant answered."""
        return self._ledger.posts

    @property
    def workspaces(self) -> Workspaces:
        """The chat workspaces where it was installed."""
        return self._ledger.workspaces

    # --- keeping the archive ----------------------------------------------------------------------

    def ingest(
        self,
        targets: Sequence[str],
        *,
        kind: Kind | None = None,
        audience: Audience = "public",
        progress: Callable[[Progress], None] | None = None,
    ) -> IngestReport:
        """Mirrors folders and files, brings in URLs. What can't be read is quarantined."""
        from assistant.ingest.sources import Options
        from assistant.retrieval.query_encoder import is_exported

        with self._parts.catalog.writing():
            parts = self._parts
            if not is_exported(parts.models, parts.model):  # now, so that no question waits for it
                parts.encoder.export(parts.models / parts.model.fingerprint)
            return parts.sync.ingest(targets, Options(kind=kind, audience=audience), progress)

    def withdraw(self, document_id: str, note: str) -> None:
        """Nothing of the document is answered from any longer; its answers say so."""
        told = partial(self._parts.chronicle.withdrawn, document_id, note)
        self._parts.catalog.withdraw(document_id, note, told)

    def erase(self, document_id: str) -> None:
        """Takes every word of a document out of every file: for a legal takedown."""
        from assistant.erasure import Offered, without_document
        from assistant.ledger import writing

        ledger = self._ledger
        if ledger.documents.standing(document_id) is None:
            raise NotFound(f"no document {document_id!r}")
        with self._parts.catalog.writing():
            offered = Offered.by(ledger.documents.versions(document_id))
            cut = partial(without_document, document_id=document_id, offered=offered)
            posts = ledger.posts.of_document(document_id)
            with ledger.transaction() as connection:
                ledger.answers.rewrite(connection, document_id, cut, offered.questions)
                ledger.gaps.erase(connection, offered.holds)
                ledger.conversations.erase(connection, offered.holds)
                self._parts.chronicle.erased(document_id, posts, connection)
                writing.erase(connection, document_id)
            self._parts.catalog.reindex()
            ledger.documents.compact()

    def reindex(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Builds the indexes anew from the ledger alone; the number of passages."""
        report = progress or (lambda _: None)
        return self._parts.catalog.reindex(
            lambda done, total: report(Progress(done=done, total=total, name="reindex"))
        )

    def backup(self, path: Path | str) -> None:
        """A consistent copy of the ledger, from which everything can be rebuilt."""
        self._ledger.backup(Path(path))

    def restore(self, path: Path | str) -> None:
        with self._parts.catalog.writing():
            self._ledger.restore(Path(path))
            self._parts.catalog.recover()

    # --- the desk ---------------------------------------------------------------------------------

    @cached_property
    def desk(self) -> Desk:
        """What the editors' desk shows."""
        from assistant.desk import Desk

        return Desk(self._ledger, self._parts.rounds, self.settings.clock, self.forget_old)

    # --- keys and state ---------------------------------------------------------------------------

    def create_key(
        self,
        scope: Scope,
        audience: Audience = "public",
        *,
        widget: bool = False,
        origins: Sequence[str] = (),
        rate_limit: int | None = None,
    ) -> tuple[str, str]:
        """(id, secret); the secret is given this once."""
        key, secret = self._ledger.keys.create(
            scope,
            audience,
            self.settings.clock(),
            widget=widget,
            origins=origins,
            rate_limit=rate_limit,
        )
        return key.id, secret

    def keys(self) -> list[Key]:
        return self._ledger.keys.all()

    def revoke_key(self, key_id: str) -> None:
        self._ledger.keys.revoke(key_id, self.settings.clock())

    def authenticate(self, secret: str) -> Key:
        return self._ledger.keys.authenticate(secret)

    def counts(self) -> dict[str, int | str | None]:
        counts: dict[str, int | str | None] = dict(self._ledger.documents.counts())
        counts["answers"] = self._ledger.answers.count()
        counts["quarantined"] = self._ledger.places.count_quarantined()
        counts["ledger_generation"] = self._ledger.generations.current()
        counts["index_generation"] = self._parts.catalog.index.generation()
        return counts

    def ready(self) -> list[str]:
        """What keeps the assistant from answering; empty when it can."""
        problems = []
        if self._ledger.generations.pending():
            problems.append("the indexes lag behind the ledger; wait, or run `assistant reindex`")
        if not self._ledger.documents.counts()["documents"]:
            problems.append("the archive is empty; run `assistant ingest FOLDER`")
        return problems

    def warm(self) -> None:
        """Makes everything that a question needs, so that the first one doesn't wait for it."""
        self._parts.warm()

    def _keep(self, reply: Reply, audience: Audience, conversation: str | None) -> None:
        """What a reader wrote is dated by the clock: on whatever day it was asked for, it is kept
        for the same time."""
        ledger, result, now = self._ledger, reply.result, self.settings.clock()
        understood = reply.standalone or reply.question
        with ledger.noting() as within:  # one wait for the disk, not one for each
            ledger.answers.keep(reply, dict(reply_json(reply)), audience, within)
            if conversation:
                ledger.conversations.add(conversation, reply.question, understood, now, within)
            if isinstance(result, Abstention) and result.reason != "out_of_scope":
                reason, confidence = result.reason, result.confidence
                ledger.gaps.add(understood, reason, confidence, now, audience, within)
        self.forget_old()

    def _remembered_since(self) -> datetime:
        """What was asked in a conversation before this instant is neither read nor kept."""
        return self.settings.clock() - timedelta(days=self.settings.conversations_kept_days)

    def _must_stand(self, stored: StoredAnswer, audience: Audience) -> None:
        for document_id, _version in stored.cites:
            standing = self._ledger.documents.standing(document_id)
            if standing is None or standing.state != "active":
                state = standing.state if standing else "erased"
                note = f": {standing.note}" if standing and standing.note else ""
                raise Gone(f"this answer quoted {document_id!r}, which was {state}{note}")
            if audience == "public" and standing.audience != "public":
                raise Gone("this answer quoted a document that is no longer public")


def _day(moment: datetime) -> date:
    """The day in UTC: one instant is one day, wherever it is asked."""
    return moment.astimezone(UTC).date()
