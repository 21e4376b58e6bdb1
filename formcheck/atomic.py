"""Outputs that are whole or absent: written beside the target under a temporary name, then renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from formcheck.errors import OutputError

__all__ = [
    "PARTIAL_TAG",
    "Writer",
    "check_writable",
    "remove_partials",
    "replacing",
    "write_all",
    "write_bytes",
    "write_text",
]

PARTIAL_TAG: Final = secrets.token_hex(6)
"""In the names of all temporary files of this process, so that they can be told apart if it is killed."""

Writer = Callable[[Path], object]
"""Writes one output to the path it is given."""


@contextmanager
def replacing(target: str | Path) -> Iterator[Path]:
    """Yield a temporary path to write to; it becomes ``target`` when the block ends well.

    The temporary name lies in the target's directory and keeps its suffix, so that writers that
    choose a format by suffix choose the right one. Whatever leaves the block early (an error,
    Ctrl-C) removes the temporary file and leaves an older target as it was. A symbolic link is
    followed, not replaced.

    Raises:
        OutputError: the file cannot be written or renamed, the block wrote nothing, or the target is a folder, a
            device or read-only.
    """
    final = Path(target).resolve()
    partial = _partial_name(final)
    try:
        _refuse(target, final)
        yield partial
        partial.replace(final)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        partial.unlink(missing_ok=True)


def write_text(target: str | Path, text: str) -> None:
    """Write ``text`` as UTF-8 with ``\\n`` line ends. Raises OutputError."""
    write_bytes(target, text.encode("utf-8"))


def write_bytes(target: str | Path, data: bytes) -> None:
    """Write ``data``. Raises OutputError."""
    with replacing(target) as partial:
        partial.write_bytes(data)


def write_all(writers: Mapping[Path, Writer]) -> None:
    """Write every output to a temporary name, then rename them all; after an error there is none.

    Raises:
        OutputError: see `replacing`.
    """
    with ExitStack() as renamed_at_the_end:
        for path, write in writers.items():
            write(renamed_at_the_end.enter_context(replacing(path)))


def remove_partials(folder: Path, tag: str) -> None:
    """Remove the temporary files in ``folder`` of a process that was killed, by its `PARTIAL_TAG`."""
    for partial in folder.glob(f".formcheck-{tag}-*"):
        partial.unlink(missing_ok=True)


def check_writable(target: str | Path) -> None:
    """Find out before the work starts whether ``target`` can be written, by writing a probe beside it.

    Raises:
        OutputError: the folder is missing or closed, or the target is a folder, a device or read-only.
    """
    try:
        final = Path(target).resolve()
        _refuse(target, final)
        probe = _partial_name(final)
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise _cannot_write(target, error) from error


def _refuse(target: str | Path, final: Path) -> None:
    if final.is_dir():
        raise OutputError(f"cannot write '{target}': it is a folder; name a file in it")
    if final.exists() and not final.is_file():
        raise OutputError(f"cannot write '{target}': it is not an ordinary file")
    if final.exists() and not os.access(final, os.W_OK):
        raise OutputError(f"cannot write '{target}': it is read-only; change that or name another file")
    if not final.parent.is_dir():
        raise OutputError(f"cannot write '{target}': there is no folder '{final.parent}'; create it first")


def _partial_name(final: Path) -> Path:
    # The target's own name is left out: it may already be as long as the file system allows.
    return final.with_name(f".formcheck-{PARTIAL_TAG}-{secrets.token_hex(4)}.partial{final.suffix}")


def _cannot_write(target: str | Path, error: OSError) -> OutputError:
    return OutputError(f"cannot write '{target}': {error.strerror or error}; choose another place")
