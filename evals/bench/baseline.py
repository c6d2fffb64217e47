"""The plain pipeline of LangChain's own retrieval tutorial, as it stands there, and fixed.

RecursiveCharacterTextSplitter with 1,000 characters and 200 of overlap, HuggingFaceEmbeddings on
all-MiniLM-L6-v2 in float32, Chroma in a folder. The weights are those that this product uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.retrieval.model import resolve, stay_offline

_CHUNK, _OVERLAP = 1000, 200
_BATCH = 5000
"""Chroma takes at most some 5,400 records at once."""


class Baseline:
    """An archive as LangChain and Chroma keep it in `folder`."""

    def __init__(self, folder: Path) -> None:
        stay_offline()
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings

        embeddings = HuggingFaceEmbeddings(
            model_name=str(resolve().path), model_kwargs={"device": "cpu"}
        )
        self._store: Any = Chroma(
            collection_name="documents",
            embedding_function=embeddings,
            persist_directory=str(folder),
        )

    def ingest(self, file: Path) -> int:
        """Brings in a JSON Lines file of documents; the number of chunks."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        chunks = splitter.split_documents(list(_documents(file)))
        for start in range(0, len(chunks), _BATCH):
            self._store.add_documents(chunks[start : start + _BATCH])
        return len(chunks)

    def search(self, question: str, k: int) -> Sequence[Any]:
        found: Sequence[Any] = self._store.similarity_search(question, k=k)
        return found

    def search_documents(self, question: str, k: int) -> list[tuple[str, float]]:
        """Documents by their nearest chunk: (document id, minus the distance)."""
        best: dict[str, float] = {}
        for chunk, distance in self._store.similarity_search_with_score(question, k=4 * k):
            best.setdefault(chunk.metadata["id"], -float(distance))
        return list(best.items())[:k]

    def close(self) -> None:
        """Chroma writes as it goes; nothing is left to be done."""


def _documents(file: Path) -> Iterator[Any]:
    from langchain_core.documents import Document

    with file.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = f"{row['title']}\n{row['text']}"
            yield Document(page_content=text, metadata={"id": str(row["_id"])})
