"""One run at a time on an output folder; the lock dies with the process that holds it, however that dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from formcheck.errors import OutputError, UsageError

__all__ = ["LOCK_NAME", "holding"]

LOCK_NAME: Final = ".lock"


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold the folder's lock while the block runs. The file stays; only a living process's hold on it counts.

    Raises:
        UsageError: another run holds it; the message names its process and machine.
        OutputError: the lock file cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK_NAME).open("a+b")
    except OSError as error:
        raise OutputError(f"cannot write in '{folder}': {error.strerror or error}; choose another folder") from error
    with file:
        if not _take(file):
            raise UsageError(f"another run is at work in '{folder}' ({_holder(file)}); wait for it or stop it")
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
        file.flush()
        yield


def _take(file: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 20)  # beyond what is written, which others may read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder(file: BinaryIO) -> str:
    file.seek(0)
    try:
        known = json.loads(file.read())
        return f"process {known['pid']} on {known['host']}"
    except (ValueError, KeyError, TypeError):
        return "just starting"
