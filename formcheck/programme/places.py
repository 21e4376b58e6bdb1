"""Where a record lies, what belongs to it, and how it is made to be gone. Needs no database library."""

from __future__ import annotations

import glob
import os
import sys
from pathlib import Path
from typing import Final

from formcheck.errors import OutputError, SourceError

__all__ = [
    "APPLICATION_ID",
    "BACKUP_MARK",
    "HEADER",
    "belonging_to",
    "copies_of",
    "delete_record",
    "is_record",
    "record_path",
    "refuse_record",
]

APPLICATION_ID: Final = int.from_bytes(b"FmCk")
"""Stands in the file's header, so that another program's database is never taken for a record."""

HEADER: Final = b"SQLite format 3\x00"
BACKUP_MARK: Final = ".backup-"


def record_path(named: Path | None) -> Path:
    """The record that is meant: named, else FORMCHECK_RECORD, else in the user's own data folder, which is made.

    Links are followed: what is opened, copied and deleted is the file itself, and not its other name.

    Raises:
        OutputError: the folder does not exist or cannot be made.
    """
    chosen = named or (Path(text) if (text := os.environ.get("FORMCHECK_RECORD")) else None)
    path = (chosen or _data_folder() / "formcheck" / "record.db").expanduser().resolve()
    if chosen is None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise OutputError(f"'{path.parent}' cannot be made ({why}): name a file with --record") from error
    if not path.parent.is_dir():
        raise OutputError(f"there is no folder '{path.parent}' for the record: create it first")
    return path


def _data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def is_record(head: bytes) -> bool:
    """Whether a file that begins with these 100 bytes is a record."""
    return head.startswith(HEADER) and int.from_bytes(head[68:72]) == APPLICATION_ID


def belonging_to(path: Path) -> list[Path]:
    """The record's files that are there: itself, its write-ahead log, and the copies made before migrations."""
    beside = [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
    unfinished = sorted(path.parent.glob(f".{glob.escape(path.name)}-*.partial*"))
    return [file for file in (*beside, *copies_of(path), *unfinished) if file.exists()]


def copies_of(path: Path) -> list[Path]:
    """The copies made before migrations, oldest first."""
    return sorted(path.parent.glob(f"{glob.escape(path.name + BACKUP_MARK)}*"))


def refuse_record(target: Path) -> None:
    """Keep a record from being overwritten by something else's output. Raises OutputError."""
    if target.is_file() and is_record(_head(target)):
        raise OutputError(f"'{target}' is a record of formcheck and would be overwritten: name another file")


def delete_record(path: Path) -> list[Path]:
    """Remove everything that belongs to a record; a damaged one too. Returns what was removed.

    Raises:
        SourceError: there is no record, or the file is something else.
        OutputError: a file cannot be removed.
    """
    found = belonging_to(path)
    if not found:
        raise SourceError(f"there is no record at '{path}': nothing was deleted")
    if path.exists() and not _may_be_record(path):
        raise SourceError(f"'{path}' is not a record of formcheck: nothing was deleted")
    for file in found:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"'{file}' cannot be deleted ({error.strerror}): delete it yourself") from error
    return found


def _may_be_record(path: Path) -> bool:
    """A record, or what a cut left of one."""
    if not path.is_file():
        return False
    head = _head(path)
    return is_record(head) or (len(head) < 100 and HEADER.startswith(head[: len(HEADER)]))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)
