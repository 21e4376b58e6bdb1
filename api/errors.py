"""Errors of the server that are nobody's input: it says so, waits, and goes on when they are over."""

from __future__ import annotations

from formcheck.errors import FormcheckError

__all__ = ["MissingFileError", "StorageError", "StorageFullError"]


class StorageError(FormcheckError):
    """The stored files cannot be reached, read or written."""


class StorageFullError(StorageError):
    """There is no room left for more files."""


class MissingFileError(StorageError):
    """A stored file is not there."""
