"""Brings the database to the newest version when a server or worker starts, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from api.database.engine import Database

__all__ = ["config_for", "migrate"]

_LOCK: Final = 0x666F726D  # any number that is ours


def migrate(database: Database) -> None:
    """Run the missing migrations in one transaction; whoever comes second waits and finds nothing to do."""
    if database.is_sqlite:
        _make_folder(database)
    engine = database.engine.execution_options(formcheck_writes=True)
    with engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config_for(connection), "head")


def _make_folder(database: Database) -> None:
    path = database.engine.url.database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def config_for(connection: Connection) -> Config:
    """Alembic on this connection, within its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
