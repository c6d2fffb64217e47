"""The product's side of the benchmark, through its composition root."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from assistant.errors import BadInput
from assistant.types import Hit, Reply
from assistant.wiring import open_assistant
from evals.homes import settings


class Ours:
    """An archive in the home `folder`, held until it is closed."""

    def __init__(self, folder: Path) -> None:
        self._open = ExitStack()
        self._assistant = self._open.enter_context(
            open_assistant(settings(folder), command="bench")
        )

    def ingest(self, target: Path) -> int:
        """Brings in a file or mirrors a folder; the number of passages that this adds."""
        before = self.passages()
        self._assistant.ingest([str(target)])
        return self.passages() - before

    def passages(self) -> int:
        return int(self._assistant.counts()["passages"] or 0)

    def search(self, question: str, k: int) -> Sequence[Hit]:
        return self._assistant.search(question, k)

    def ask(self, question: str) -> Reply:
        return self._assistant.ask(question)

    def check(self) -> int:
        """Judges every fact-check; how many there are."""
        return len(self._assistant.check())

    def search_documents(self, question: str, k: int) -> list[tuple[str, float]]:
        try:
            return self._assistant.search_documents(question, k)
        except BadInput:  # a query without a word finds nothing
            return []

    def warm(self) -> None:
        self._assistant.warm()

    def close(self) -> None:
        self._open.close()
