"""A limits file for every exercise of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from formcheck.exercises.registry import exercise_ids
from formcheck.limits import TAG, read_limits, tag_in
from formcheck.tag.design import DEFAULT

__all__ = ["read_all_limits"]


def read_all_limits(path: Path | None) -> Mapping[str, Mapping[str, float]]:
    """The file's tables by exercise, and that of other tags; none without a file. Raises UsageError."""
    if path is None:
        return {}
    tables: dict[str, Mapping[str, Any]] = {exercise: read_limits(path, exercise) for exercise in exercise_ids()}
    tag = tag_in(path)
    if tag != DEFAULT:
        tables[TAG] = {"dictionary": tag.dictionary, "codes": [tag.front_id, tag.back_id]}
    return {name: table for name, table in tables.items() if table}
