"""Standard output that ends the command plainly when nothing more can be written to it."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from formcheck.errors import FormcheckError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["CLOSED", "StdoutError", "guard_stdout"]

CLOSED: Final = 141
"""Exit code when the reader closed the pipe: 128 + SIGPIPE, as of any command in a shell."""


class StdoutError(FormcheckError):
    """The disk or device behind stdout takes no more."""


def guard_stdout() -> None:
    """Put a stream in place of ``sys.stdout`` whose failures no library swallows or turns into a code of its own."""
    if sys.stdout is None:  # closed from the start: there is nothing to guard
        return
    was = sys.stdout
    raw = io.BufferedWriter(_Raw(was.fileno(), "wb", closefd=False))
    sys.stdout = io.TextIOWrapper(raw, was.encoding, was.errors, line_buffering=was.isatty())


class _Raw(io.FileIO):
    """After its first failure everything else is let go, so that the last flush does not fail again."""

    _failed = False

    def write(self, data: ReadableBuffer, /) -> int:
        if self._failed:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except BrokenPipeError as error:
            self._failed = True
            raise SystemExit(CLOSED) from error
        except OSError as error:
            self._failed = True
            raise StdoutError(f"stdout cannot be written ({error.strerror}): send it elsewhere") from error
