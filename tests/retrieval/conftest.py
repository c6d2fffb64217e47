"""A small archive, and a tiny embedding model that is made here."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant.ports import Vectors
from assistant.retrieval.analysis import embedded_text
from assistant.types import Audience, Content, Document, Kind, PartialDate, Passage, Section, Span

DIMENSION = 64


def embed(texts: Sequence[str]) -> Vectors:
    """Hashed bags of words: texts that share words are near, rows of length 1."""
    rows = np.full((len(texts), DIMENSION), 1e-3, dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split():
            row[int(hashlib.sha256(word.strip(".,?").encode()).hexdigest(), 16) % DIMENSION] += 1
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@dataclass
class Archive:
    """Documents of one passage each; ids count from 1."""

    documents: dict[str, Document] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)

    def add(
        self,
        text: str,
        *,
        title: str = "A title",
        audience: Audience = "public",
        kind: Kind = "source_document",
        published: str | None = None,
    ) -> Passage:
        number = len(self.passages) + 1
        span = Span(start=0, end=len(text))
        content = Content(
            kind=kind,
            title=title,
            text=text,
            sections=(Section(span=span, heading_path=("Heading",)),),
            published_on=PartialDate(value=published, origin="row") if published else None,
        )
        document = Document(
            id=f"d{number}",
            version=1,
            audience=audience,
            content=content,
            retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
        )
        passage = Passage(
            id=number,
            document_id=document.id,
            version=1,
            span=span,
            text=text,
            heading_path=("Heading",),
        )
        self.documents[document.id] = document
        self.passages.append(passage)
        return passage

    def vectors(self, passages: Sequence[Passage] | None = None) -> Vectors:
        chosen = self.passages if passages is None else passages
        return embed(
            [
                embedded_text(self.documents[p.document_id].title, p.heading_path, p.text)
                for p in chosen
            ]
        )

    def hydrate(self, ids: Sequence[int]) -> list[Passage]:
        return [passage for passage in self.passages if passage.id in set(ids)]


@pytest.fixture
def archive() -> Archive:
    """Ten public and two internal documents on four subjects."""
    archive = Archive()
    archive.add("Measles cases fell to 120 in 2023.", kind="fact_check", published="2023-11-05")
    archive.add("Measles vaccine reached nine in ten children.", published="2022")
    archive.add("Sea level rose 3.7 mm a year.", kind="fact_check", published="2021-06")
    archive.add("Glaciers lost ice every year since 1990.", published="2024-02-01")
    archive.add("Unemployment fell to 3.9 percent in March.", published="2024-03-08")
    archive.add("Wages rose faster than prices.", kind="fact_check")
    archive.add("Turnout in the election was 66 percent.", published="2020-11")
    archive.add("Postal ballots were counted twice in an audit.", kind="fact_check")
    archive.add("A wind farm powers 40,000 homes.", title="Wind farms")
    archive.add("Prices of eggs doubled.", title="Groceries")
    archive.add("Internal memo on measles cases.", audience="internal", kind="fact_check")
    archive.add("Internal memo on glaciers.", audience="internal", published="2024-02-01")
    return archive


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two small layers with random weights."""
    return make_model(tmp_path_factory.mktemp("model") / "tiny", seed=7)


def make_model(folder: Path, seed: int) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Normalize, Pooling, Transformer
        from transformers import BertConfig, BertModel, BertTokenizerFast

        letters = [chr(code) for code in range(33, 127)]
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
        vocabulary += [f"##{letter}" for letter in letters]
        bert = folder.with_name(folder.name + "-bert")
        bert.mkdir(parents=True)
        (bert / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
        BertTokenizerFast(vocab=str(bert / "vocab.txt")).save_pretrained(bert)
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=128,
        )
        BertModel(config).save_pretrained(bert)
        steps = Transformer(str(bert), max_seq_length=96)
        pooling = Pooling(32, pooling_mode="mean")
        model = SentenceTransformer(modules=[steps, pooling, Normalize()], device="cpu")
        model.save(str(folder))
    return folder
