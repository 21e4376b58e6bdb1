"""The interface of stored files, and the choice of where they lie.

A key is a path of our own making, such as ``analyses/<id>/source-1``; nothing a client sends is ever part of one.
A file is whole or absent: it appears under its key when its writing ended well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

__all__ = ["MISSING", "Store", "checked", "open_store"]

MISSING: Final = "a stored file is missing; it was deleted, or another storage is configured"

_KEY: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9]+)?(/[a-z0-9_-]+(\.[a-z0-9]+)?)*")


class Store(Protocol):
    """Files by key.

    Every method raises `StorageError` when the place cannot be reached, `StorageFullError` when there is no
    room and `MissingFileError` when the file is not there.
    """

    def writing(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Write a file; it lies durably under ``key`` once the block ended well, and nothing does otherwise."""

    def reading(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Read a file; it can be sought in."""

    def size_bytes(self, key: str) -> int:
        """Size of a file."""

    def fetch(self, key: str, path: Path) -> None:
        """Copy a file to a local path."""

    def put(self, path: Path, key: str) -> None:
        """Copy a local file to ``key``."""

    def delete(self, key: str) -> None:
        """Remove one file; none there is fine."""

    def delete_folder(self, key: str) -> None:
        """Remove everything below ``key``; nothing there is fine."""

    def folders(self, key: str) -> Iterable[tuple[str, datetime | None]]:
        """Names of the folders right below ``key``, and when each last changed where that is known."""

    def check(self, need_bytes: int) -> None:
        """Find out whether files can be written and ``need_bytes`` have room, where that can be known."""


def open_store(url: str, options: dict[str, object]) -> Store:
    """The store at a folder or at an fsspec URL.

    Raises:
        StorageError: there is no such kind of place, or the folder cannot be made.
    """
    if "://" not in url:
        from api.storage.local import LocalStore

        return LocalStore(Path(url))
    from api.storage.remote import RemoteStore

    return RemoteStore(url, options)


def checked(key: str) -> str:
    """``key``, when it is one of ours. Raises ValueError, for that is a fault of the program."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a stored file")
    return key
