"""Stored files in a local folder, or one that several servers mount."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from api.errors import MissingFileError, StorageError, StorageFullError
from api.storage.store import MISSING, checked

__all__ = ["LocalStore"]


class LocalStore:
    """Files below one folder, readable for this user only. See `api.storage.store.Store`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        with _told():
            root.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        final = self._root / checked(key)
        # Lies in the root and not beside the file: its folder may be deleted meanwhile, with all in it.
        partial = self._root / f".{secrets.token_hex(8)}.partial"
        try:
            with _told():
                with open(partial, "xb", opener=_private) as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                partial.replace(final)
                self._sync_folders(final.parent)
        finally:
            partial.unlink(missing_ok=True)

    @contextmanager
    def reading(self, key: str) -> Iterator[BinaryIO]:
        with _told(), (self._root / checked(key)).open("rb") as file:
            yield file

    def size_bytes(self, key: str) -> int:
        with _told():
            return (self._root / checked(key)).stat().st_size

    def fetch(self, key: str, path: Path) -> None:
        with self.reading(key) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)

    def put(self, path: Path, key: str) -> None:
        with path.open("rb") as source, self.writing(key) as target:
            shutil.copyfileobj(source, target, 1 << 20)

    def delete(self, key: str) -> None:
        with _told():
            (self._root / checked(key)).unlink(missing_ok=True)

    def delete_folder(self, key: str) -> None:
        folder = self._root / checked(key)
        with _told():
            while folder.exists():
                try:
                    shutil.rmtree(folder)
                except FileNotFoundError:  # somebody else deletes it too
                    continue
                except OSError as error:
                    if error.errno != errno.ENOTEMPTY:  # a file came in between
                        raise

    def folders(self, key: str) -> list[tuple[str, datetime | None]]:
        root = self._root / checked(key)
        with _told():
            found = [entry for entry in os.scandir(root) if entry.is_dir()] if root.is_dir() else []
            return [(entry.name, datetime.fromtimestamp(entry.stat().st_mtime, UTC)) for entry in found]

    def check(self, need_bytes: int) -> None:
        with _told():
            free = shutil.disk_usage(self._root).free
            if not os.access(self._root, os.W_OK):
                raise PermissionError(errno.EACCES, "it is closed to this user")
        if free < need_bytes:
            raise StorageFullError(
                f"{free // 1_000_000} MB are free and {need_bytes // 1_000_000} MB are needed; make room on the disk"
            )

    def sweep_partials(self, before: datetime) -> None:
        """Remove what uploads left behind whose server was killed."""
        with _told():
            for path in self._root.glob(".*.partial"):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink(missing_ok=True)

    def _sync_folders(self, folder: Path) -> None:
        """A new name is durable once its folder is."""
        while True:
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if folder == self._root:
                return
            folder = folder.parent


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the file system in our own words; never a path, which may stand in a log."""
    try:
        yield
    except FileNotFoundError as error:
        raise MissingFileError(MISSING) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageFullError(f"the disk of the stored files is full ({error.strerror}); make room") from error
        raise StorageError(f"the stored files cannot be reached ({error.strerror}); check the disk") from error
