"""Faces in a batch's pictures: where they are to be hidden, no picture of an earlier run that shows one may stay."""

from __future__ import annotations

from typing import Final

from formcheck.batch.storage import Storage
from formcheck.batch.store import folder_of

__all__ = ["settle_faces"]

_HIDDEN: Final = ".faces-hidden"
"""Lies in the output folder while all its pictures were made with faces hidden."""

_WITH_PICTURES: Final = (folder_of("report"), folder_of("overlay"), "people")
_SUMMARY: Final = "summary.html"


def settle_faces(storage: Storage, *, hidden: bool) -> bool:
    """Make the folder ready for pictures with faces hidden or shown; with the folder's lock held.

    Pages that show pictures, or lead to them, go with them: this run makes them anew. What says that all faces are
    hidden is written last, so that a run that is stopped here leaves the rest to the next.

    Returns:
        Whether earlier pictures were removed.

    Raises:
        OutputError: the folder takes no change.
    """
    if not hidden:
        storage.remove(_HIDDEN)
        return False
    if storage.exists(_HIDDEN):
        return False
    for name in (_SUMMARY, *sorted(set().union(*(storage.names(folder) for folder in _WITH_PICTURES)))):
        storage.remove(name)
    storage.write(_HIDDEN, b"")
    return True
