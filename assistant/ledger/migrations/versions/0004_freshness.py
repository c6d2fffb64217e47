"""What freshness needs: history, figures, watched sources, refreshes, their notes and labels."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _order_of_versions()
    op.add_column("links", sa.Column("set_by", sa.Text(), nullable=True))
    _keeping()
    _history()
    _figures()
    _watched()
    _refreshes()
    _labels()


def _order_of_versions() -> None:
    """Versions that are there already come before all that will be written, in their order."""
    op.add_column(
        "versions", sa.Column("written", sa.Integer(), server_default="0", nullable=False)
    )
    op.execute("update versions set written = rowid - (select max(rowid) + 1 from versions)")


def _keeping() -> None:
    """How long an answer has been kept, told by the clock and not by the day it was asked for."""
    op.add_column("answers", sa.Column("kept_at", sa.Text(), nullable=True))
    op.execute("update answers set kept_at = created_at")
    op.create_index("ix_answers_kept_at", "answers", ["kept_at"], unique=False)
    served = ["id", "audience", "kind", "state", "created_at", "kept_at"]
    op.create_index("ix_answers_served", "answers", served, unique=False)


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=True),
        sa.Column("publisher_key", sa.Text(), nullable=True),
        sa.Column("links", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_history_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_history_document_id", "history", ["document_id"], unique=False)
    _versions_that_stood()
    _what_was_removed()


def _versions_that_stood() -> None:
    """Each version has stood since it was retrieved; what it replaced, its own metadata says."""
    said = (
        "select json_group_array(json_array(relation, target, null)) from ("
        "select 'supersedes' relation, value target from json_each(v.content, '$.supersedes') "
        "union all select 'corrects', value from json_each(v.content, '$.corrects'))"
    )
    known = (
        "select json_group_array(json_array(relation, target, set_by)) from links "
        "where document_id = d.id"
    )
    op.execute(
        "insert into history (document_id, at, written, version, state, audience, kind, url_key, "
        "publisher_key, links) select v.document_id, v.retrieved_on, v.written, v.version, "
        "case when v.version = d.version and d.state != 'removed' then d.state else 'active' end, "
        "d.audience, d.kind, d.url_key, d.publisher_key, "
        f"case when v.version = d.version then ({known}) else ({said}) end "
        "from versions v join documents d on d.id = v.document_id order by v.written"
    )


def _what_was_removed() -> None:
    """When is not known: at the latest that anything came in."""
    op.execute(
        "insert into history (document_id, at, written, version, state, audience, kind, url_key, "
        "publisher_key, links) select h.document_id, (select max(retrieved_on) from versions), 0, "
        "h.version, d.state, h.audience, h.kind, h.url_key, h.publisher_key, h.links "
        "from history h join documents d on d.id = h.document_id and d.version = h.version "
        "where d.state = 'removed'"
    )


def _figures() -> None:
    op.create_table(
        "figures",
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id", "version"],
            ["versions.document_id", "versions.version"],
            name=op.f("fk_figures_document_id_version"),
        ),
        sa.PrimaryKeyConstraint("document_id", "version", "n", name=op.f("pk_figures")),
    )
    op.create_table(
        "figure_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id", "version", "n"],
            ["figures.document_id", "figures.version", "figures.n"],
            name=op.f("fk_figure_words_document_id_version_n"),
        ),
        sa.PrimaryKeyConstraint(
            "word", "document_id", "version", "n", name=op.f("pk_figure_words")
        ),
    )
    op.create_index(
        "ix_figure_words_document_id_version",
        "figure_words",
        ["document_id", "version"],
        unique=False,
    )


def _watched() -> None:
    op.create_table(
        "watched",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_watched")),
    )
    op.create_index("ix_watched_next_at", "watched", ["next_at"], unique=False)
    op.create_table(
        "captures",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["url_key"], ["watched.url_key"], name=op.f("fk_captures_url_key")),
        sa.PrimaryKeyConstraint("url_key", "n", name=op.f("pk_captures")),
    )
    op.create_table(
        "erased_pages",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erased_pages")),
    )


def _refreshes() -> None:
    op.create_table(
        "refreshes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_refreshes_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refreshes")),
    )
    op.create_index("ix_refreshes_document_id", "refreshes", ["document_id"], unique=False)
    op.create_table(
        "refresh_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("refresh_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["refresh_id"], ["refreshes.id"], name=op.f("fk_refresh_keys_refresh_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_refresh_keys")),
    )
    op.create_index("ix_refresh_keys_refresh_id", "refresh_keys", ["refresh_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("refresh_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id", "version"],
            ["versions.document_id", "versions.version"],
            name=op.f("fk_revisions_document_id_version"),
        ),
        sa.PrimaryKeyConstraint("document_id", "version", name=op.f("pk_revisions")),
    )


def _labels() -> None:
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("p_mutable", sa.Float(), nullable=False),
        sa.Column("tau_days", sa.Float(), nullable=False),
        sa.Column("age_days", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
        sqlite_autoincrement=True,
    )
