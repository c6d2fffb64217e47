"""The ledger's tables. Every change here comes with a migration; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text))

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),  # active, removed, withdrawn, erased
    Column("note", Text),
    Column("fingerprint", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("url_key", Text),
    Column("publisher_key", Text),
)
Index("ix_documents_publisher_key", documents.c.publisher_key)
Index("ix_documents_fingerprint", documents.c.fingerprint)
Index("ix_documents_url_key", documents.c.url_key)

versions = Table(
    "versions",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("content", Text, nullable=False),  # JSON: all of a Content but its text
    Column("retrieved_on", Text, nullable=False),
    Column("written", Integer, nullable=False, server_default="0"),  # the generation; see writing
)

links = Table(
    "links",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), primary_key=True),
    Column("relation", Text, primary_key=True),  # supersedes, corrects
    Column("target", Text, primary_key=True),  # a document's id, or a canonical URL
    Column("set_by", Text),  # the editor who said so; null: the document's own metadata
)
"""What a document replaces: by its newest metadata or an editor's act, never by a sentence."""
Index("ix_links_target", links.c.target)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading_path", Text, nullable=False),  # JSON list
    Column("sentences", Text, nullable=False),  # JSON: start, end, start, end, ...
    ForeignKeyConstraint(["document_id", "version"], ["versions.document_id", "versions.version"]),
    sqlite_autoincrement=True,  # an id is never used again, not even after an erasure
)
Index("ix_passages_document_id_version", passages.c.document_id, passages.c.version)

pending = Table(
    "pending",
    metadata,
    Column("document_id", Text, primary_key=True),
)
"""Documents whose passages the indexes may not yet hold as the ledger has them."""

places = Table(
    "places",
    metadata,
    Column("root", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),
)
Index("ix_places_document_id", places.c.document_id)

quarantine = Table(
    "quarantine",
    metadata,
    Column("root", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("reply", Text, nullable=False),  # the JSON of the contract
    Column("kind", Text, nullable=False, server_default="answer"),  # answer, abstention
    Column("state", Text),  # of an answer's freshness as it was served
    Column("kept_at", Text),  # by the clock, whatever day it was asked for
)
Index("ix_answers_created_at", answers.c.created_at)
Index("ix_answers_kept_at", answers.c.kept_at)
Index(
    "ix_answers_served",  # what is asked of very many answers at once, without their words
    answers.c.id,
    answers.c.audience,
    answers.c.kind,
    answers.c.state,
    answers.c.created_at,
    answers.c.kept_at,
)

answer_citations = Table(
    "answer_citations",
    metadata,
    Column("answer_id", Text, ForeignKey("answers.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("hop", Integer, nullable=False),  # 1: quoted; 2: reached through a marker
)
Index("ix_answer_citations_document_id", answer_citations.c.document_id)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", Text, ForeignKey("answers.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("helpful", Integer, nullable=False),
    Column("comment", Text),
    Column("reason", Text),  # what was wrong, in the words of the contract
)
Index("ix_feedback_answer_id", feedback.c.answer_id)

gaps = Table(
    "gaps",
    metadata,
    Column("key", Text, primary_key=True),
    Column("audience", Text, primary_key=True),
    Column("question", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_asked", Text, nullable=False),
    Column("last_asked", Text, nullable=False),
    Column("assignee", Text),  # the editor who takes care of it
    Column("answered_by", Text),  # the id of the document that answers it now
)

turns = Table(
    "turns",
    metadata,
    Column("conversation", Text, primary_key=True),  # a hash: the id itself is the reader's
    Column("n", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("standalone", Text, nullable=False),  # the question as it was understood
)
"""What a reader asked in a conversation, so that the next question can lean on it."""
Index("ix_turns_at", turns.c.at)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("scope", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("widget", Integer, nullable=False),
    Column("origins", Text, nullable=False),  # JSON list
    Column("rate_limit", Integer),  # questions a minute; the setting's when null
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
)

jobs = Table(
    "jobs",
    metadata,
    Column("key", Text, primary_key=True),  # what is to be done, so that it is taken once
    Column("queue", Text, nullable=False),
    Column("lane", Text, nullable=False),  # one at a time in a lane, in the order of arrival
    Column("n", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, working, done, failed
    Column("worker", Text),
    Column("attempts", Integer, nullable=False),
    Column("body", Text),  # JSON; gone when the job is
    Column("notes", Text),  # JSON: how far it is
    Column("reason", Text),  # why it failed
)
Index("ix_jobs_state_queue_n", jobs.c.state, jobs.c.queue, jobs.c.n)

posts = Table(
    "posts",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("ts", Text, primary_key=True),
    Column("thread_ts", Text, nullable=False),
    Column("answer_id", Text, ForeignKey("answers.id")),
    Column("at", Text, nullable=False),
)
"""Messages with which the assistant answered in a thread; their words are the answer's."""
Index("ix_posts_thread", posts.c.team, posts.c.channel, posts.c.thread_ts)
Index("ix_posts_answer_id", posts.c.answer_id)

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("installation", Text, nullable=False),  # JSON, with its token
)
"""Where the assistant was installed by others than its owner."""

noted = Table(
    "noted",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),  # of freshness; or withdrawn
    Column("notice", Integer, nullable=False),
    Column("checked_on", Text),
)
"""How each fact-check was last seen to stand: a change is what differs from it."""

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("kind", Text, nullable=False),  # stale, corrected, withdrawn, refreshed, changed
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),  # JSON: why, as the rules said it
    sqlite_autoincrement=True,  # feed readers know an entry by its id
)
Index("ix_changes_document_id", changes.c.document_id)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("written", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("url_key", Text),
    Column("publisher_key", Text),
    Column("links", Text, nullable=False),  # JSON: [relation, target, set_by] each
    sqlite_autoincrement=True,
)
"""What stood when: a row for each change of what is served of a document, or of its links."""
Index("ix_history_document_id", history.c.document_id)

figures = Table(
    "figures",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # JSON of a Figure
    ForeignKeyConstraint(["document_id", "version"], ["versions.document_id", "versions.version"]),
)
"""The figures that each version gives, by what they measure."""

figure_words = Table(
    "figure_words",
    metadata,
    Column("word", Text, primary_key=True),  # a unit and a word of the metric
    Column("document_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    ForeignKeyConstraint(
        ["document_id", "version", "n"], ["figures.document_id", "figures.version", "figures.n"]
    ),
)
"""By which words a figure is found: figures that share none are never compared."""
Index("ix_figure_words_document_id_version", figure_words.c.document_id, figure_words.c.version)

watched = Table(
    "watched",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("next_at", Text),  # when to look again; null: at the next look
    Column("body", Text, nullable=False),  # JSON: how it was found to stand
)
"""Sources that are looked at again, by their canonical URL."""
Index("ix_watched_next_at", watched.c.next_at)

captures = Table(
    "captures",
    metadata,
    Column("url_key", Text, ForeignKey("watched.url_key"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("written", Integer, nullable=False),  # the ledger's generation, as of a version
    Column("digest", Text, nullable=False),  # of the normalised text
    Column("text", Text),  # null where a document's version holds it
    Column("document_id", Text),
    Column("version", Integer),
)
"""What a watched source said, once for each time that its words changed."""

erased_pages = Table(
    "erased_pages",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256 of a canonical URL
)
"""Pages whose words were erased with a document: they are not looked at again."""

refreshes = Table(
    "refreshes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("version", Integer, nullable=False),  # the one that is refreshed
    Column("state", Text, nullable=False),  # working, proposed, published, rejected, failed
    Column("outcome", Text),  # confirmed, updated, corrected, withdrawn, failed
    Column("at", Text, nullable=False),
    Column("ended_at", Text),
    Column("worker", Text),
    Column("body", Text, nullable=False),  # JSON: what was found, and what is proposed
)
Index("ix_refreshes_document_id", refreshes.c.document_id)

refresh_keys = Table(
    "refresh_keys",
    metadata,
    Column("key", Text, primary_key=True),  # an Idempotency-Key, with whose it is
    Column("refresh_id", Text, ForeignKey("refreshes.id"), nullable=False),
)
"""Which refresh each key led to: kept for as long as the refresh is."""
Index("ix_refresh_keys_refresh_id", refresh_keys.c.refresh_id)

revisions = Table(
    "revisions",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),  # the new one
    Column("replaces", Integer, nullable=False),  # the one that it took the place of
    Column("kind", Text, nullable=False),  # confirmed, updated, corrected
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),  # public
    Column("refresh_id", Text),
    ForeignKeyConstraint(["document_id", "version"], ["versions.document_id", "versions.version"]),
)
"""Why a version took the place of another, where an editor said so: the public note."""

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),  # the class of volatility
    Column("p_mutable", Float, nullable=False),
    Column("tau_days", Float, nullable=False),
    Column("age_days", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What became of fact-checks that were refreshed: what the clock is recalibrated on."""

calibrations = Table(
    "calibrations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("body", Text, nullable=False),  # JSON: what holds in the place of the priors
    sqlite_autoincrement=True,
)
