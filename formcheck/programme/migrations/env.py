"""Runs within the connection that :mod:`formcheck.programme.record_file` hands over."""

from __future__ import annotations

from alembic import context

from formcheck.programme.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter most of a table: Alembic copies it, which needs every constraint to have a name.
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
