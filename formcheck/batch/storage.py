"""Where a batch keeps its files: a folder on this machine, or an address that every node of a cluster reaches."""

from __future__ import annotations

import errno
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from formcheck.atomic import replacing
from formcheck.batch.errors import NoSpaceError
from formcheck.batch.remote import remote
from formcheck.batch.sources import is_url
from formcheck.errors import OutputError, SourceError

__all__ = ["LocalStorage", "Storage", "UrlStorage", "local_copy", "no_space", "open_storage", "telling_full"]

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class Storage(ABC):
    """Files by name, ``/`` between folders; whole or absent, never half-written.

    Plain enough to be sent to another process or machine. All methods raise OutputError where the
    storage refuses, and NoSpaceError where it is full.
    """

    @property
    @abstractmethod
    def place(self) -> str:
        """The folder or address."""

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Whether there is such a file."""

    @abstractmethod
    def names(self, folder: str) -> set[str]:
        """The files below a folder, named from the root of the storage; empty where there is none."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    @abstractmethod
    def writing(self, name: str) -> AbstractContextManager[Path]:
        """Context manager with a local path to write to; it becomes ``name`` when the block ends well."""

    @abstractmethod
    def reading(self, name: str) -> AbstractContextManager[Path]:
        """Context manager with a local path to read ``name`` from."""

    def read(self, name: str) -> bytes:
        """A file's content. Raises FileNotFoundError where there is none."""
        with self.reading(name) as path:
            return path.read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file."""
        with self.writing(name) as path:
            path.write_bytes(content)


@dataclass(frozen=True, slots=True)
class LocalStorage(Storage):
    """A folder of this machine."""

    root: Path

    @property
    def place(self) -> str:
        return str(self.root)

    def exists(self, name: str) -> bool:
        return os.path.isfile(self.root / name)  # noqa: PTH113 - Path's own fails where a name is too long

    def names(self, folder: str) -> set[str]:
        found = set()
        for here, _, files in os.walk(self.root / folder):
            below = os.path.relpath(here, self.root)
            found |= {f"{below}/{file}" for file in files if not file.startswith(".")}
        return found

    def remove(self, name: str) -> None:
        with telling_full(self.root / name, "remove"):
            (self.root / name).unlink(missing_ok=True)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        target = self.root / name
        with telling_full(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as partial:
                yield partial
                _reach_disk(partial)
            _reach_disk(target.parent)

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        yield self.root / name


@dataclass(frozen=True, slots=True)
class UrlStorage(Storage):
    """A place that fsspec knows, such as a bucket; a file appears there when it is complete."""

    url: str

    @property
    def place(self) -> str:
        return self.url

    def exists(self, name: str) -> bool:
        with telling_full(f"{self.url}/{name}", "reach"):
            return remote(self.url).is_file(name)

    def names(self, folder: str) -> set[str]:
        with telling_full(f"{self.url}/{folder}", "reach"):
            return remote(self.url).names(folder)

    def remove(self, name: str) -> None:
        with telling_full(f"{self.url}/{name}", "remove"):
            remote(self.url).remove(name)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
            path = Path(folder) / f"part{Path(name).suffix}"
            yield path
            with telling_full(f"{self.url}/{name}"):
                remote(self.url).put(path, name)

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
            copy = Path(folder) / f"copy{Path(name).suffix}"
            with telling_full(f"{self.url}/{name}", "read"):
                try:
                    remote(self.url).fetch(name, copy)
                except FileNotFoundError:
                    copy.unlink(missing_ok=True)  # whoever opens it is told that there is none
            yield copy


def _reach_disk(path: Path) -> None:
    """Wait until what was written outlives a power cut; the name does so with its folder."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def telling_full(target: str | Path, verb: str = "write") -> Iterator[None]:
    """Errors of the system as OutputError, which says what could not be done; a full disk as NoSpaceError."""
    try:
        yield
    except OutputError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL:
            raise no_space(target) from error
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise no_space(target) from error
        raise OutputError(f"cannot {verb} '{target}': {error.strerror or error}") from error


def no_space(target: str | Path) -> NoSpaceError:
    """The error for a file or folder that there is no room for."""
    return NoSpaceError(
        f"no space left to write '{target}'; make room and give the same command again, it goes on from here"
    )


def open_storage(place: str) -> Storage:
    """The storage at a path or an address."""
    if is_url(place):
        remote(place)
        return UrlStorage(place.rstrip("/"))
    return LocalStorage(Path(place).absolute())


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """A recording as a local file: itself, or a copy that is removed again.

    Raises:
        SourceError: it cannot be fetched.
    """
    if not is_url(path):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
        copy = Path(folder) / f"copy{Path(path).suffix}"
        try:
            remote(path).fetch("", copy)
        except OSError as error:
            raise SourceError(f"cannot fetch '{path}': {error.strerror or error}") from error
        yield copy
