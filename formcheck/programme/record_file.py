"""A person's record: one SQLite file, opened whole or not at all.

Needs the extra ``programme`` (SQLAlchemy, Alembic); everything else of the programme works without it.

- Every change is one transaction in write-ahead logging; two processes wait for each other.
- A new file is made complete under a temporary name and then given its own: it is there whole or not at all.
- An older file is migrated after a copy of it was made beside it; a newer one is refused untouched.
- Where nothing can be written, on a full disk or a closed folder, what is there can still be read and exported.
- The file is for its owner alone (mode 0600), its copies and the temporary one too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import URL, Connection, Engine, create_engine, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from formcheck.errors import OutputError, SourceError, UsageError
from formcheck.programme.entries import KINDS, Entry
from formcheck.programme.places import APPLICATION_ID, BACKUP_MARK, HEADER, copies_of, is_record
from formcheck.programme.tables import ROWS, VERSION, LogRow

__all__ = ["Logged", "RecordFile", "fingerprint_of"]

BUSY_S: Final = 15.0
HEAD_BYTES: Final = 100
CLOSED: Final = ("SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_FULL")
"""SQLite's errors where nothing can be made beside the file."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Entries that were logged together."""

    logged_at: datetime
    entries: tuple[Entry, ...]


def fingerprint_of(data: bytes) -> str:
    """What tells one result from another."""
    return hashlib.sha256(data).hexdigest()


class RecordFile:
    """A record that was found readable and of this version.

    ``sealed``: why nothing can be written; empty where it can.

    Raises (all methods): SourceError, the file cannot be read; OutputError, it cannot be written.
    """

    def __init__(self, path: Path, sealed: str = "") -> None:
        self.path = path
        self._sealed = sealed
        self._engine = _engine_of(path, sealed=bool(sealed))

    @classmethod
    def open(cls, path: Path) -> RecordFile:
        """The record at ``path``, made new where there is none, brought up to date where it is older.

        Raises:
            SourceError: damaged, cut short, of a newer version, or not a record at all; it is left as it was.
            OutputError: it cannot be made or brought up to date.
        """
        with _told(path):
            if not path.exists():
                _make(path)
            record = cls(path, _look_at(path))
            record._bring_up_to_date()
        return record

    def entries(self) -> list[Entry]:
        """Every entry, in the order in which it was logged."""
        return [entry for logged in self.logs() for entry in logged.entries]

    def logs(self) -> list[Logged]:
        """Everything logged, oldest first."""
        with _told(self.path), _understood(self.path), Session(self._engine) as session:
            logs = session.scalars(select(LogRow).order_by(LogRow.id)).all()
            found: dict[int, list[Entry]] = {log.id: [] for log in logs}
            for kind, row in ROWS.items():
                for one in session.scalars(select(row).order_by(row.id)):
                    found[one.log_id].append(_entry(kind, one))
            return [Logged(log.logged_at, tuple(found[log.id])) for log in logs]

    def add(self, entries: Sequence[Entry], today: date, fingerprint: str | None = None) -> None:
        """Log entries together, all or none.

        Raises:
            UsageError: one lies in the future, or the same result is in the record already.
        """
        for entry in entries:
            if entry.on > today:
                raise UsageError(f"{entry.on.isoformat()} lies in the future: log it on the day, or mend --date")
        with _told(self.path), self._writing() as session:
            if fingerprint is not None and _known(session, fingerprint):
                raise UsageError("this result is in the record already; --again logs it once more")
            log = LogRow(
                logged_at=datetime.now(UTC).replace(tzinfo=None),
                package_version=version("formcheck"),
                fingerprint=fingerprint,
            )
            session.add(log)
            session.flush()
            for entry in entries:
                session.add(ROWS[entry.kind](log_id=log.id, **_columns(entry)))
                session.flush()  # keeps the order within a log

    def undo(self) -> Logged | None:
        """Take back what was logged last; None when there is nothing."""
        with _told(self.path), _understood(self.path), self._writing() as session:
            log = session.scalars(select(LogRow).order_by(LogRow.id.desc()).limit(1)).first()
            if log is None:
                return None
            taken = [
                _entry(kind, one)
                for kind, row in ROWS.items()
                for one in session.scalars(select(row).where(row.log_id == log.id).order_by(row.id))
            ]
            session.delete(log)
            return Logged(log.logged_at, tuple(taken))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        if self._sealed:
            raise _complaint(self.path, self._sealed)
        with self._engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with (
            self._changing() as connection,
            Session(connection, join_transaction_mode="create_savepoint") as session,
        ):
            yield session
            session.commit()

    def _bring_up_to_date(self) -> None:
        with self._engine.connect() as connection:
            at = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if at == VERSION:
            return
        # Only now: Alembic takes a third of a second to import.
        from formcheck.programme.migrating import known_versions, migrate

        if at not in known_versions():
            raise SourceError(
                f"the record '{self.path}' was written by a newer formcheck: update formcheck; the file is untouched"
            )
        if self._sealed:
            raise _complaint(self.path, self._sealed)
        _back_up(self.path, at)
        with self._changing() as connection:
            migrate(connection)


def _columns(entry: Entry) -> dict[str, Any]:
    return {**entry.model_dump(mode="json", exclude={"kind"}), "on": entry.on}


def _entry(kind: str, row: Any) -> Entry:
    entry = KINDS[kind]
    try:
        return entry.model_validate({name: getattr(row, name) for name in entry.model_fields if name != "kind"})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "its counts"
        raise ValueError(f"row {row.id} of {row.__tablename__}, {where}: {first['msg']}") from error


def _known(session: Session, fingerprint: str) -> bool:
    return session.scalars(select(LogRow.id).where(LogRow.fingerprint == fingerprint)).first() is not None


def _engine_of(path: Path, *, sealed: bool = False) -> Engine:
    """An engine whose transactions are SQLite's own, also around changes of tables; sealed: for reading alone."""
    # Built from its parts: in a text, a '?' or '%' of the path would mean something else.
    address = URL.create("sqlite", database=str(path))
    if sealed:
        address = URL.create("sqlite", database=path.as_uri(), query={"immutable": "1", "uri": "true"})
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def _settle(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would leave changes of tables out
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _make(path: Path) -> None:
    """Make a record complete under a temporary name, then give it its own; another process may be first."""
    from formcheck.programme.migrating import migrate

    partial = path.with_name(f".{path.name}-{secrets.token_hex(6)}.partial")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with closing(sqlite3.connect(partial)) as connection:
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        with _engine_of(partial).connect().execution_options(writing=True) as engine, engine.begin():
            migrate(engine)
        with closing(sqlite3.connect(partial)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        _name(partial, path)
    finally:
        for leftover in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


def _name(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)  # unlike a rename it never replaces what another process has just made
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not path.exists():
            partial.rename(path)


def _look_at(path: Path) -> str:
    """Refuse what is no whole record, before anything opens it for writing; returns why it can only be read, if so.

    Raises:
        SourceError: it is no whole record.
    """
    if not path.is_file():
        raise SourceError(f"the record '{path}' is not an ordinary file: name another with --record")
    head = _head(path)
    if len(head) < HEAD_BYTES:
        raise SourceError(_damaged(path, "it is cut short"))
    if not head.startswith(HEADER):
        raise SourceError(f"'{path}' is not a record of formcheck: name another file with --record")
    if not is_record(head):
        raise SourceError(f"'{path}' is another program's database: name another file with --record")
    if not _reaches_its_end(path):
        raise SourceError(_damaged(path, "it is cut short"))
    answer, sealed = _checked(path)
    if answer != "ok":
        raise SourceError(_damaged(path, answer))
    return sealed


def _checked(path: Path) -> tuple[str, str]:
    """SQLite's own word on the file, and why it can only be read, empty where it can be written.

    Even to read, SQLite makes its write-ahead log beside the file. Where it cannot, and no log holds what the file
    lacks, the file is whole as it lies there, and is read without one.
    """
    try:
        return _quick_check(str(path)), ""
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(CLOSED) or _log_holds_something(path):
            raise
        return _quick_check(f"{path.as_uri()}?immutable=1"), str(error)


def _quick_check(address: str) -> str:
    with closing(sqlite3.connect(address, timeout=BUSY_S, uri=address.startswith("file:"))) as connection:
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])


def _log_holds_something(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _reaches_its_end(path: Path) -> bool:
    """Whether all pages that the header counts are there; SQLite itself reads a missing end as zeros.

    As long as there is a write-ahead log, the end may be in it and not yet in the file.
    """
    head = _head(path)
    page_bytes = 65_536 if head[16:18] == b"\x00\x01" else int.from_bytes(head[16:18])
    whole = path.stat().st_size >= page_bytes * int.from_bytes(head[28:32])
    return whole or _log_holds_something(path)


def _damaged(path: Path, how: str) -> str:
    copies = copies_of(path)
    rescue = f"an older copy is '{copies[-1]}'" if copies else "take it from your own backup"
    return f"the record '{path}' is damaged ({' '.join(how.split())}): {rescue}, or choose another with --record"


def _back_up(path: Path, revision: str) -> None:
    """A whole copy beside the record, taken while others may be reading or writing."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    copy = path.with_name(f"{path.name}{BACKUP_MARK}{stamp}-from-{revision}-{secrets.token_hex(3)}.db")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's and the system's complaints as one line that says what to do."""
    try:
        yield
    except IntegrityError as error:
        if "fingerprint" in str(error.orig):
            raise UsageError("this result is in the record already; --again logs it once more") from error
        raise OutputError(f"the record '{path}' refuses this entry ({error.orig}): nothing was written") from error
    except (DBAPIError, sqlite3.Error) as error:
        raise _complaint(path, str(getattr(error, "orig", error))) from error
    except OSError as error:
        why = error.strerror or error
        raise OutputError(f"the record '{path}' cannot be opened ({why}): choose another with --record") from error


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    """A value that no formcheck has written is damage as well, though SQLite finds the file whole."""
    try:
        yield
    except ValueError as error:
        raise SourceError(_damaged(path, f"a value cannot be read: {error}")) from error


def _complaint(path: Path, said: str) -> SourceError | OutputError:
    if "locked" in said or "busy" in said:
        return OutputError(f"the record '{path}' is in use by another process: nothing was written; try again")
    if "full" in said or "disk I/O" in said:
        return OutputError(f"the record '{path}' cannot be written ({said}): nothing was lost; make room and try again")
    if "readonly" in said or "unable to open" in said:
        return OutputError(f"the record '{path}' cannot be written ({said}): choose another with --record")
    return SourceError(_damaged(path, said))
