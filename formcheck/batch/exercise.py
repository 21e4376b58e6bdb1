"""Which exercise a recording shows: the one place that decides it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from formcheck.errors import UsageError
from formcheck.exercises.registry import AUTO, exercise_ids, get_exercise

__all__ = ["AUTO", "BY_FOLDER", "exercise_of"]

BY_FOLDER: Final = "folder"


def exercise_of(said: str, folder: str, default: str = BY_FOLDER) -> str:
    """The exercise id of a recording, or "auto" where its movement is to tell.

    Args:
        said: the manifest's word for it; empty when it says nothing.
        folder: path of the recording's folder, whose nearest part that names an exercise counts.
        default: what holds where nothing is said: an exercise id, "auto", or "folder".

    Raises:
        UsageError: unknown, or not told.
    """
    named = said or (by_folder(folder) if default == BY_FOLDER else default)
    if not named:
        raise UsageError("nothing says which exercise it shows; name it in the manifest, a folder, or by --exercise")
    return AUTO if named == AUTO else _known(_as_id(named))


@lru_cache(maxsize=4096)
def by_folder(folder: str) -> str:
    """The nearest folder's exercise, such as in ``anna/Clamshell/2026-11``; empty when no part names one."""
    ids = exercise_ids()
    for part in reversed(PurePath(folder).parts):
        if (name := _as_id(part)) in ids:
            return name
    return ""


def _as_id(name: str) -> str:
    """``Running side`` and ``running-side`` are ``running_side``."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


@lru_cache(maxsize=256)
def _known(name: str) -> str:
    return get_exercise(name).id
