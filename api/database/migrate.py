"""Brings the database to the newest version when a server or worker starts, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from api.database.engine import Database
from formcheck.errors import FormcheckError, UsageError

__all__ = ["config_for", "migrate", "open_database", "unanswered"]

_LOCK: Final = 0x666F726D  # any number that is ours


def open_database(url: str) -> Database:
    """The database at ``url``, brought to the newest version.

    Raises:
        UsageError: the URL cannot be right, or a newer version of formcheck made the database.
        FormcheckError: it does not answer, or cannot be written.
    """
    database = Database(url)
    try:
        migrate(database)
    except FormcheckError:
        database.dispose()
        raise
    except DBAPIError as error:
        database.dispose()
        raise unanswered(error) from error
    return database


def unanswered(error: DBAPIError) -> FormcheckError:
    """The same in one line for people, without the password: drivers do not tell it."""
    reason = str(error.orig).strip().splitlines()[0]
    return FormcheckError(f"the database does not answer ({reason}); see FORMCHECK_DATABASE_URL")


def migrate(database: Database) -> None:
    """Run the missing migrations in one transaction; whoever comes second waits and finds nothing to do.

    Raises:
        UsageError: a newer version of formcheck made the database.
        FormcheckError: the folder of the database cannot be made.
        DBAPIError: the database does not answer, or cannot be written.
    """
    if database.is_sqlite:
        _make_folder(database)
    engine = database.engine.execution_options(formcheck_writes=True)
    with engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        try:
            command.upgrade(config_for(connection), "head")
        except CommandError as error:  # it stands at a revision that is not known here
            raise UsageError(
                "the database was made by a newer version of formcheck; install that version or a later one"
            ) from error


def _make_folder(database: Database) -> None:
    path = database.engine.url.database
    if path and path != ":memory:":
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise FormcheckError(
                f"the folder of the database cannot be made ({error.strerror}); see FORMCHECK_DATA_DIR"
            ) from error


def config_for(connection: Connection) -> Config:
    """Alembic on this connection, within its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
