"""Faces in a batch's pictures: where they are to be hidden, no picture of an earlier run that shows one may stay."""

from __future__ import annotations

from typing import Final

from formcheck.batch.storage import Storage
from formcheck.batch.store import folder_of

__all__ = ["settle_faces"]

_HIDDEN: Final = ".faces-hidden"
"""Lies in the output folder while all its pictures were made with faces hidden."""


def settle_faces(storage: Storage, *, hidden: bool) -> None:
    """Make the folder ready for pictures with faces hidden or shown; with the folder's lock held.

    Raises:
        OutputError: the folder takes no change.
    """
    if not hidden:
        storage.remove(_HIDDEN)
    elif not storage.exists(_HIDDEN):
        for name in sorted(storage.names(folder_of("report")) | storage.names(folder_of("overlay"))):
            storage.remove(name)
        storage.write(_HIDDEN, b"")
