"""What the web needs: conversations, limits of keys, care for gaps, figures for charts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("answers", sa.Column("kind", sa.Text(), server_default="answer", nullable=False))
    op.add_column("answers", sa.Column("state", sa.Text(), nullable=True))
    op.execute(
        "update answers set kind = json_extract(reply, '$.kind'), "
        "state = json_extract(reply, '$.freshness.state')"
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"], unique=False)
    op.add_column("feedback", sa.Column("reason", sa.Text(), nullable=True))
    op.create_index("ix_feedback_answer_id", "feedback", ["answer_id"], unique=False)
    op.add_column("gaps", sa.Column("assignee", sa.Text(), nullable=True))
    op.add_column("gaps", sa.Column("answered_by", sa.Text(), nullable=True))
    op.add_column("keys", sa.Column("rate_limit", sa.Integer(), nullable=True))
    op.create_table(
        "turns",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("standalone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "n", name=op.f("pk_turns")),
    )
    op.create_index("ix_turns_at", "turns", ["at"], unique=False)
