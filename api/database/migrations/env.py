"""How Alembic runs here: on the connection that `api.database.migrate` hands over, within its transaction.

A new migration: change ``tables.py``, then ``python -m api.database.migrations 0002 "what changes"``, then read it.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from api.database.tables import Base, UtcDateTime


def _written(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    return "UtcDateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_written,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
