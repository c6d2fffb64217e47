"""The composition root: a home is opened, and an Assistant hands what channels ask to its parts.

`open_assistant` takes the home and gives an Assistant, which every channel talks to. The parts are
made in `parts`, each when it is first needed: a question does not wait for what only ingest uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from assistant import home as homes
from assistant.errors import BadInput
from assistant.home import ServerAddress
from assistant.ingest.report import IngestReport, Progress
from assistant.ledger.answers import ReplyJson
from assistant.ledger.changes import Change, ChangeKind
from assistant.ledger.documents import Relation
from assistant.ledger.gaps import Gap
from assistant.ledger.jobs import Jobs
from assistant.ledger.keys import Key
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post, Posts
from assistant.ledger.workspaces import Workspaces
from assistant.parts import Parts
from assistant.settings import Settings
from assistant.types import (
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
    from assistant.replies import Circumstances
    from assistant.upkeep.audit import Auditor
    from assistant.upkeep.calibrating import Calibrating
    from assistant.upkeep.recall import Recall
    from assistant.upkeep.refreshing import Refreshing
    from assistant.upkeep.standing import AnswerStanding, DocumentStanding
    from assistant.upkeep.watcher import Watcher

__all__ = ["Assistant", "Progress", "open_assistant", "restore", "server_of"]

LEDGER = "ledger.sqlite3"
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

    def close(self) -> None:
        self._parts.close()
        self._ledger.close()

    # --- asking -----------------------------------------------------------------------------------

    def ask(self, question: str, **circumstances: Unpack[Circumstances]) -> Reply:
        """A verified answer or an abstention, kept in the ledger as it is returned."""
        return self._parts.replies.ask(question, **circumstances)

    def stream(self, question: str, **circumstances: Unpack[Circumstances]) -> Iterator[AskEvent]:
        """The events of an answer. The Reply is in the ledger before its event is given."""
        return self._parts.replies.stream(question, **circumstances)

    def moment_of(self, text: str) -> datetime:
        """The end of a day, or an instant exactly, that `as_of` can be. Raises BadInput."""
        from assistant.upkeep.asof import moment

        return moment(text, self.settings.clock())

    def search(self, query: str, k: int, *, audience: Audience = "public") -> tuple[Hit, ...]:
        """The k best passages, best first."""
        return self._parts.retrieve(query, k, Filters(audience=audience))

    def search_documents(
        self,
        query: str,
        k: int,
        audience: Audience = "public",
        history: Sequence[tuple[str, str]] = (),
    ) -> list[tuple[str, float]]:
        """The k best documents by their best passage: (document id, score).

        `history`: what was said before the query, each (role, text).
        """
        from assistant.answering.conversation.search import found, spoken
        from assistant.answering.conversation.standalone import standalone
        from assistant.retrieval.search import documents

        asked, within = standalone(query, history), spoken(query, history)
        filters = Filters(audience=audience)
        return documents(found(self._parts.retrieve, asked, within, k * DEEPER, filters))[:k]

    def answer(self, answer_id: str, audience: Audience = "public") -> ReplyJson:
        """A reply exactly as it was served.

        Raises NotFound for one that isn't there or isn't for this audience, Gone when something
        that it quotes is no longer served.
        """
        return self._parts.replies.get(answer_id, audience)

    def standing(self, answer_id: str, audience: Audience = "public") -> AnswerStanding:
        """How a stored reply stands today: judged again, word for word. Raises as `answer`."""
        reply = self.answer(answer_id, audience)
        return self._parts.standings.answer(reply, audience, self._parts.today())

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
        today = self._parts.today()
        return self._parts.standings.document(document_id, version, audience, today)

    def published(self, limit: int = 100, offset: int = 0) -> tuple[list[Document], bool]:
        """Public fact-checks with verdicts that stand, of so many by id; whether more follow."""
        return self._parts.standings.published(limit, offset, self._parts.today())

    def examples(self, most: int = 5) -> list[str]:
        """Questions that the archive can answer for everybody, at most that many."""
        return self._parts.examples(self._parts.today(), most)

    def recall(
        self,
        document_id: str,
        audience: Audience = "internal",
        limit: int | None = None,
        offset: int = 0,
    ) -> Recall:
        """The answers that show words of a document, newest first, and whether they still hold."""
        return self._parts.recalls(document_id, audience, self._parts.today(), limit, offset)

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
        self._parts.retention.forget_old()

    # --- judging ----------------------------------------------------------------------------------

    def check(
        self, now: datetime | None = None
    ) -> list[tuple[Document, Freshness, tuple[Badge, ...]]]:
        """The freshness of every fact-check that is in force on the day, by id."""
        day = now.astimezone(UTC).date() if now else self._parts.today()
        return self._parts.fact_checks.judged(day)

    def fact_checks(
        self, limit: int, offset: int = 0, audience: Audience = "public"
    ) -> tuple[list[Document], int]:
        """Some of the fact-checks by their titles, and how many there are: nothing is judged."""
        return self._parts.fact_checks.listed(limit, offset, audience)

    def volatility(self, text: str) -> Volatility:
        return self._parts.volatility.judge(text, self._parts.today())

    def verify(self, claim: str, evidence: str) -> Support:
        return self._parts.models.verifier(claim, evidence)

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
        return self._parts.holdings.ingest(targets, kind, audience, progress)

    def withdraw(self, document_id: str, note: str) -> None:
        """Nothing of the document is answered from any longer; its answers say so."""
        self._parts.holdings.withdraw(document_id, note)

    def link(self, document_id: str, relation: Relation, target: str, by: str) -> None:
        """An editor's act: a document supersedes or corrects another, whoever published them.

        Raises NotFound for a document that isn't there, BadInput where it would replace itself.
        """
        self._parts.holdings.link(document_id, relation, target, by)

    def unlink(self, document_id: str, relation: Relation, target: str) -> None:
        """Takes an editor's link back; raises NotFound where there is none."""
        self._parts.holdings.unlink(document_id, relation, target)

    def erase(self, document_id: str) -> None:
        """Takes every word of a document out of every file: for a legal takedown."""
        self._parts.holdings.erase(document_id)

    def reindex(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Builds the indexes anew from the ledger alone; the number of passages."""
        return self._parts.holdings.reindex(progress)

    def backup(self, path: Path | str) -> None:
        """A consistent copy of the ledger, from which everything can be rebuilt."""
        self._ledger.backup(Path(path))

    def restore(self, path: Path | str) -> None:
        """Puts a backup in the place of the ledger; the indexes are rebuilt from it."""
        self._parts.holdings.restore(path)

    # --- keeping answers current ------------------------------------------------------------------

    @property
    def refreshing(self) -> Refreshing:
        """Refreshes of fact-checks: made, looked at, approved or rejected."""
        return self._parts.refreshing

    @property
    def calibrating(self) -> Calibrating:
        """The clock refitted on what became of refreshed fact-checks."""
        return self._parts.calibrating

    @property
    def watcher(self) -> Watcher:
        """Looks at the sources again, and says how they stand."""
        return self._parts.watcher

    @property
    def desk(self) -> Desk:
        """What the editors' desk shows."""
        return self._parts.desk

    @property
    def auditor(self) -> Auditor:
        """Holds every marker of the archive against its source."""
        return self._parts.auditor

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
        """How much is held, and which state of the ledger the indexes hold."""
        return self._parts.holdings.counts()

    def ready(self) -> list[str]:
        """What keeps the assistant from answering; empty when it can."""
        return self._parts.holdings.problems()

    def warm(self) -> None:
        """Makes everything that a question needs, so that the first one doesn't wait for it."""
        self._parts.warm()
