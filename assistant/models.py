"""The models that the settings name, each loaded when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import Unavailable
from assistant.made import made
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answering.conversation.rewriting import ModelRewriter
    from assistant.answering.generating.breaker import Breaker
    from assistant.answering.generating.chat import Chat
    from assistant.answering.generating.generative import Generative
    from assistant.answering.sentences.choosing import SentenceVectors
    from assistant.answering.sentences.extractive import Extractive
    from assistant.ports import Entailment, Reranker, SupportJudge, Vectors
    from assistant.retrieval.encoder import Encoder
    from assistant.retrieval.model import EmbeddingModel
    from assistant.retrieval.query_encoder import QueryEncoder


class Models:
    """Safe to share between threads. A question loads the small encoder of queries alone."""

    def __init__(self, settings: Settings) -> None:
        self.making = threading.RLock()
        self._settings = settings
        self._folder = settings.home / "models"

    @made
    def embedding(self) -> EmbeddingModel:
        from assistant.retrieval.model import resolve

        return resolve(self._settings.embedding_model)

    @made
    def encoder(self) -> Encoder:
        from assistant.retrieval.encoder import Encoder

        return Encoder(self.embedding)

    @made
    def query_encoder(self) -> QueryEncoder:
        from assistant.retrieval.query_encoder import open_query_encoder

        return open_query_encoder(self._folder, self.embedding)

    @made
    def reranker(self) -> Reranker | None:
        """The cross-encoder that ranks passages again, where the settings name one."""
        from assistant.retrieval.cross_encoder import Reranker

        name = self._settings.reranker_model
        return Reranker(name) if name else None

    @made
    def entailment(self) -> Entailment | None:
        """The NLI model that the judge of support hears as well, where the settings name one."""
        from assistant.retrieval.cross_encoder import Entailment

        name = self._settings.support_model
        return Entailment(name) if name else None

    @made
    def support(self) -> SupportJudge:
        """The judge inside a question: by words, and the NLI model where there is one."""
        from assistant.answering.support.judge import Judge, judge, remembering

        return remembering(Judge(entailment=self.entailment)) if self.entailment else judge

    @made
    def verifier(self) -> SupportJudge:
        """The judge that is asked for itself: it takes the time to look at vectors as well."""
        from assistant.answering.support.judge import Judge

        def embed(texts: Sequence[str]) -> Vectors:
            return self.query_encoder(texts)  # what is quoted whole doesn't wait for it

        return Judge(embed=embed, entailment=self.entailment)

    def export(self) -> None:
        """Writes what encodes queries, if it isn't there, so that no question waits for it."""
        from assistant.retrieval.query_encoder import is_exported

        if not is_exported(self._folder, self.embedding):
            self.encoder.export(self._folder / self.embedding.fingerprint)

    @made
    def chat(self) -> Chat | None:
        """The chat model, where the settings name one."""
        from assistant.answering.generating.chat import Chat

        settings = self._settings
        if not settings.chat_model:
            return None
        return Chat(
            settings.chat_model,
            base_url=settings.chat_base_url,
            api_key=settings.chat_api_key,
            breaker=self.breaker,
        )

    @made
    def breaker(self) -> Breaker:
        """One for all that ask the chat model: a dead server is dead for each of them."""
        from assistant.answering.generating.breaker import Breaker

        return Breaker()

    @made
    def vectors(self) -> SentenceVectors:
        """Sentences that were encoded for one question, kept for the next."""
        from assistant.answering.sentences.choosing import SentenceVectors

        return SentenceVectors(lambda texts: self.query_encoder(texts))

    @made
    def extractive(self) -> Extractive:
        """Composes without a chat model: the default, and what stands in for one."""
        from assistant.answering.sentences.extractive import Extractive

        return Extractive(self.vectors)

    @made
    def composer(self) -> Generative | None:
        """Composes answers with the chat model, where the settings name one."""
        from assistant.answering.generating.chat import Chat
        from assistant.answering.generating.generative import Generative, Prices, answer_tokens

        settings = self._settings
        if not settings.chat_model:
            return None
        chat = Chat(
            settings.chat_model,
            base_url=settings.chat_base_url,
            api_key=settings.chat_api_key,
            timeout_s=settings.chat_seconds,
            max_tokens=answer_tokens(settings.chat_tokens),
            retries=1,
            breaker=self.breaker,
        )
        prices = settings.chat_prices
        return Generative(
            chat=chat,
            otherwise=self.extractive,
            support=self.support,
            tokens=settings.chat_tokens,
            prices=Prices(tokens_in=prices[0], tokens_out=prices[1]) if prices else None,
        )

    @made
    def rewriter(self) -> ModelRewriter | None:
        from assistant.answering.conversation.rewriting import ModelRewriter

        return ModelRewriter(chat=self.chat) if self.chat else None

    def warm(self) -> None:
        """Loads what a question needs."""
        self.query_encoder, self.reranker, self.support  # noqa: B018
        if self.chat and self.composer:
            with suppress(Unavailable):  # each question says so; asking goes on by rules
                self.chat.prepare()
                self.composer.chat.prepare()
