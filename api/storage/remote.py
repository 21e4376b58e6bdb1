"""Stored files at an fsspec URL: S3-compatible storage, or anything else fsspec knows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec

from api.errors import MissingFileError, StorageError
from api.storage.store import MISSING, checked

__all__ = ["RemoteStore"]


class RemoteStore:
    """Files below one URL. See `api.storage.store.Store`.

    A file is written to a local temporary file first and sent when it is whole: nothing half comes to lie there.
    """

    def __init__(self, url: str, options: dict[str, object]) -> None:
        try:
            self._files, self._root = fsspec.url_to_fs(url, use_listings_cache=False, **options)
        except (ImportError, ValueError) as error:
            raise StorageError(f"FORMCHECK_STORAGE_URL names a place that cannot be used here ({error})") from error
        self._errors: tuple[type[Exception], ...] = (OSError, *_foreign_errors())

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        with self._told(), tempfile.NamedTemporaryFile(prefix="formcheck-") as file:
            yield cast("BinaryIO", file)
            file.flush()
            self.put(Path(file.name), key)

    @contextmanager
    def reading(self, key: str) -> Iterator[BinaryIO]:
        with self._told(), self._files.open(self._path(key), "rb", block_size=1 << 20) as file:
            yield file

    def size_bytes(self, key: str) -> int:
        with self._told():
            return int(self._files.size(self._path(key)))

    def fetch(self, key: str, path: Path) -> None:
        with self._told():
            self._files.get_file(self._path(key), str(path))

    def put(self, path: Path, key: str) -> None:
        with self._told():
            self._files.makedirs(self._path(key).rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(path), self._path(key))

    def delete(self, key: str) -> None:
        with self._told():
            if self._files.exists(self._path(key)):
                self._files.rm_file(self._path(key))

    def delete_folder(self, key: str) -> None:
        with self._told():
            for path in self._files.find(self._path(key)):
                self._files.rm_file(path)
            if self._files.exists(self._path(key)):  # kinds of storage that know folders
                self._files.rm(self._path(key), recursive=True)

    def folders(self, key: str) -> list[tuple[str, datetime | None]]:
        with self._told():
            if not self._files.exists(self._path(key)):
                return []
            listed = self._files.ls(self._path(key), detail=True)
            return [(self._name(entry), self._changed(entry)) for entry in listed if entry["type"] == "directory"]

    def check(self, need_bytes: int) -> None:
        """Room cannot be asked about at most of these places; whether they answer can."""
        with self._told():
            self._files.exists(self._path("analyses"))

    def _path(self, key: str) -> str:
        return f"{self._root}/{checked(key)}"

    def _name(self, entry: dict[str, Any]) -> str:
        return str(entry["name"]).rstrip("/").rpartition("/")[2]

    def _changed(self, entry: dict[str, Any]) -> datetime | None:
        """Object stores know no folders: the newest file in it tells."""
        times = [
            info["LastModified"] if "LastModified" in info else info.get("created")
            for info in self._files.find(entry["name"], detail=True).values()
        ]
        known = [time.astimezone(UTC) for time in times if isinstance(time, datetime)]
        return max(known, default=None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise MissingFileError(MISSING) from error
        except self._errors as error:
            raise StorageError(f"the stored files cannot be reached ({type(error).__name__}); try again") from error


def _foreign_errors() -> tuple[type[Exception], ...]:
    """What S3's client raises when it does not even reach the server."""
    try:
        exceptions = import_module("botocore.exceptions")
    except ImportError:
        return ()
    return (exceptions.BotoCoreError,)
