"""A limits file for every exercise of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from formcheck.exercises.registry import exercise_ids
from formcheck.limits import read_limits

__all__ = ["read_all_limits"]


def read_all_limits(path: Path | None) -> Mapping[str, Mapping[str, float]]:
    """Exercise to its limits in the file; nothing without one. Raises UsageError, as `formcheck.limits`."""
    if path is None:
        return {}
    tables = {exercise: read_limits(path, exercise) for exercise in exercise_ids()}
    return {exercise: table for exercise, table in tables.items() if table}
