"""Files at an address, by fsspec: whatever a driver raises comes out as OSError, for callers to put into words."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.errors import UsageError

__all__ = ["Remote", "remote"]

_DRIVERS: Final = (
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("aiohttp.client_exceptions", "ClientError"),
)
"""Errors of drivers that are no OSError: no credentials, no such host, a refusal that nobody translated."""


@dataclass(frozen=True, slots=True)
class Remote:
    """What lies at and below an address; names are from there, and empty for the address itself.

    All methods raise OSError: FileNotFoundError where there is no such file, and others where it cannot be reached.
    """

    fs: Any
    root: str

    def details(self, name: str = "", maxdepth: int | None = None) -> dict[str, dict[str, Any]]:
        """Addresses of all files there, the address itself if it is one, with what the driver tells of them."""
        with _as_os_errors():
            self.fs.invalidate_cache()
            found: dict[str, dict[str, Any]] = self.fs.find(self._path(name), maxdepth=maxdepth, detail=True)
            return {str(self.fs.unstrip_protocol(path)): info for path, info in sorted(found.items())}

    def names(self, folder: str) -> set[str]:
        """The files below a folder."""
        with _as_os_errors():
            self.fs.invalidate_cache()
            return {str(path)[len(self.root) + 1 :] for path in self.fs.find(self._path(folder))}

    def is_file(self, name: str) -> bool:
        """Whether there is such a file. fsspec's own ``isfile`` says no to whatever goes wrong."""
        try:
            with _as_os_errors():
                return bool(self.fs.info(self._path(name))["type"] == "file")
        except FileNotFoundError:
            return False

    def read(self, name: str) -> bytes:
        """A file's content, as it is now."""
        with _as_os_errors():
            self.fs.invalidate_cache()
            return bytes(self.fs.cat_file(self._path(name)))

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to this machine."""
        with _as_os_errors(), self.fs.open(self._path(name), "rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)

    def put(self, source: Path, name: str) -> None:
        """Copy a file from this machine; it appears when it is complete."""
        with _as_os_errors():
            self.fs.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
            self.fs.put_file(str(source), self._path(name))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        if self.is_file(name):
            with _as_os_errors():
                self.fs.rm_file(self._path(name))

    @property
    def address(self) -> str:
        """The address as listings begin with it."""
        return str(self.fs.unstrip_protocol(self.root))

    @property
    def folder(self) -> Path | None:
        """The folder, where the address is one of this machine's, such as ``file:///srv``."""
        protocols = (self.fs.protocol,) if isinstance(self.fs.protocol, str) else self.fs.protocol
        return Path(self.root) if "file" in protocols else None

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}" if name else self.root


def remote(url: str) -> Remote:
    """What lies at an address.

    Raises:
        UsageError: fsspec or what it needs for such addresses is not installed, or it knows no such address.
    """
    try:
        import fsspec

        fs, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        scheme = url.partition("://")[0]
        install = f"pip install 'formcheck[{'s3' if scheme == 's3' else 'cluster'}]'"
        raise UsageError(f"addresses of the kind {scheme}:// cannot be read here ({error}); {install}") from error
    return Remote(fs, str(root).rstrip("/"))


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except _foreign_errors() as error:
        if isinstance(error, OSError):
            raise
        raise OSError(" ".join(str(error).split()) or type(error).__name__) from error


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Of the drivers that are loaded; which others there are does not matter."""
    return tuple(getattr(sys.modules[module], name) for module, name in _DRIVERS if module in sys.modules)
