"""The database: SQLite in WAL mode or PostgreSQL, behind two kinds of session."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from formcheck.errors import UsageError

__all__ = ["Database"]

EXAMPLE: Final = "postgresql+psycopg://user:password@host/formcheck"

BUSY_TIMEOUT_MS: Final = 10_000
STATEMENT_TIMEOUT_MS: Final = 15_000


class Database:
    """Opens sessions; safe to share between threads.

    Errors of the database leave as SQLAlchemy's own (``DBAPIError``, ``TimeoutError``): the app turns them into
    503, workers wait and try again.
    """

    def __init__(self, url: str) -> None:
        self.url = _known(url)
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; its objects stay readable when it is closed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction, committed when the block ends well. On SQLite it is the only writer from its start."""
        writer = self.engine.execution_options(formcheck_writes=True)
        with Session(writer, expire_on_commit=False) as session, session.begin():
            yield session

    def now(self, session: Session) -> datetime:
        """The database server's clock, so that several servers agree on leases."""
        if self.is_sqlite:
            return datetime.now(UTC)
        moment: datetime = session.scalars(select(func.clock_timestamp())).one()
        return moment.astimezone(UTC)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _known(url: str) -> str:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # what they say may hold the password
        raise UsageError(f"FORMCHECK_DATABASE_URL is no database URL, such as {EXAMPLE}") from error
    if "@" in (parsed.host or ""):
        raise UsageError("FORMCHECK_DATABASE_URL holds more than one @: write %40 for one in the password")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise UsageError(f"FORMCHECK_DATABASE_URL names {parsed.get_backend_name()!r}; it is sqlite or postgresql")
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, pool_size=20, pool_timeout=10)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not when the driver thinks so
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a commit that was told of survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that begins as a reader and then writes would fail where another wrote in between.
        writes = connection.get_execution_options().get("formcheck_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    if find_spec("psycopg") is None:
        raise UsageError("psycopg is missing for PostgreSQL: pip install 'formcheck[postgres]'")
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "options": options},
    )
