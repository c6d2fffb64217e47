"""The ledger as one thing: its parts share a database, and a transaction joins them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from assistant.ledger import database
from assistant.ledger.answers import Answers
from assistant.ledger.changes import Changes
from assistant.ledger.conversations import Conversations
from assistant.ledger.documents import Documents
from assistant.ledger.feedback import FeedbackBook
from assistant.ledger.figures import Figures
from assistant.ledger.gaps import Gaps
from assistant.ledger.generations import Generations
from assistant.ledger.jobs import Jobs
from assistant.ledger.keys import Keys
from assistant.ledger.labels import Labels
from assistant.ledger.lineage import Lineage
from assistant.ledger.places import Places
from assistant.ledger.posts import Posts
from assistant.ledger.rated import RatedClaims
from assistant.ledger.refreshes import Refreshes
from assistant.ledger.revisions import Revisions
from assistant.ledger.watched import Watched
from assistant.ledger.workspaces import Workspaces


class Ledger:
    """Opened on a SQLite file; raises HomeUnusable when that can't be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = database.open_engine(path)
        self.documents = Documents(self._engine)
        self.figures = Figures(self._engine)
        self.lineage = Lineage(self._engine)
        self.rated = RatedClaims(self._engine)
        self.places = Places(self._engine)
        self.answers = Answers(self._engine)
        self.feedback = FeedbackBook(self._engine)
        self.gaps = Gaps(self._engine)
        self.conversations = Conversations(self._engine)
        self.keys = Keys(self._engine)
        self.generations = Generations(self._engine)
        self.jobs = Jobs(self._engine)
        self.posts = Posts(self._engine)
        self.workspaces = Workspaces(self._engine)
        self.changes = Changes(self._engine)
        self.watched = Watched(self._engine)
        self.revisions = Revisions(self._engine)
        self.refreshes = Refreshes(self._engine)
        self.labels = Labels(self._engine)

    @property
    def writes(self) -> int:
        """Counts up when what was judged before may hold no longer: a document was written, a
        watched source was found to have changed, or refreshes taught how soon answers change."""
        return self.documents.writes + self.watched.writes + self.labels.writes

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of it or nothing. A full or read-only disk raises HomeUnusable."""
        try:
            with database.writing(self._engine) as connection:
                yield connection
        finally:
            self.documents.forget_cache()

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A transaction of what readers do. No document changes, so nothing read is forgotten."""
        with database.writing(self._engine) as connection:
            yield connection

    def checkpoint(self) -> None:
        """Leaves nothing that was deleted in the write-ahead log either."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")

    def backup(self, target: Path) -> None:
        database.backup(self.path, target)

    def restore(self, source: Path) -> None:
        """Puts a backup in this ledger's place, also while it is being read."""
        self._engine.dispose()
        database.restore(source, self.path)
        database.migrate(self._engine)
        self.documents.forget_cache()
        self.watched.forget_cache()
        self.labels.forget_cache()

    def close(self) -> None:
        self._engine.dispose()
