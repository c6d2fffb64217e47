"""Alembic's entry: runs the migrations on the connection that the ledger hands over."""

from alembic import context

from assistant.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # a migration that fails leaves nothing behind
)
with context.begin_transaction():
    context.run_migrations()
