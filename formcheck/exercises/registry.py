"""All exercises there are: ours and third parties', found through the same entry points."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from formcheck.errors import UsageError
from formcheck.exercises.base import Checker

GROUP: Final = "formcheck.exercises"
"""Entry-point group; the entry's name is the exercise id."""

AUTO: Final = "auto"
"""Stands where an exercise is named and nobody knows which: it is recognised from the movement."""


def exercise_ids() -> tuple[str, ...]:
    """Ids of all exercises, sorted. Raises UsageError when two packages claim the same id."""
    return tuple(sorted(_entries()))


def get_exercise(exercise_id: str) -> type[Checker]:
    """The checker of an exercise.

    Raises:
        UsageError: unknown id (the message names the known ones), or an entry that is no checker of that id.
    """
    entries = _entries()
    if exercise_id not in entries:
        raise UsageError(_unknown(exercise_id, sorted(entries)))
    try:
        checker = entries[exercise_id].load()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the exercise {exercise_id!r} cannot be loaded ({error}); reinstall its package") from error
    if not (isinstance(checker, type) and issubclass(checker, Checker) and checker.id == exercise_id):
        raise UsageError(f"the installed exercise {exercise_id!r} is not a formcheck Checker of that id; remove it")
    return checker


@cache
def _entries() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        known = found.get(entry.name)
        if known is not None and known.value != entry.value:
            raise UsageError(f"two installed packages both provide the exercise {entry.name!r}; remove one")
        found[entry.name] = entry
    return found


def _unknown(exercise_id: str, known: list[str]) -> str:
    close = difflib.get_close_matches(exercise_id, known, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    return f"unknown exercise {exercise_id!r}.{meant} Known: {', '.join(known)}"
