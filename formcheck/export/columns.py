"""The columns of a table of repetitions: the same for every exercise, recording and month.

Units stand in the names. A table for several exercises has the columns of each; what a row's exercise does not
measure stays empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from formcheck.exercises.registry import get_exercise

__all__ = ["TABLE_SCHEMA", "Column", "check_column", "columns_of", "has_column", "measure_column", "measures_of"]

TABLE_SCHEMA: Final = "formcheck.reps/2"
"""Name and version of the table; a column that goes or changes its meaning makes a new version."""

Kind = Literal["text", "number", "count", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``text``, ``number`` (float), ``count`` (int) or ``flag`` (bool); all may be empty."""

    name: str
    kind: Kind


_HEAD: Final = (
    Column("schema", "text"),
    Column("recording", "text"),
    Column("exercise", "text"),
    Column("row", "text"),
    Column("side", "text"),
    Column("index", "count"),
    Column("complete", "flag"),
    Column("start_s", "number"),
    Column("turn_s", "number"),
    Column("end_s", "number"),
    Column("hold_s", "number"),
    Column("lowering_s", "number"),
    Column("contacts", "count"),
    Column("cadence_spm", "number"),
    Column("cadence_error_spm", "number"),
    Column("note", "text"),
)
_TAIL: Final = (
    Column("other_measures", "text"),
    Column("view_fits", "flag"),
    Column("checker_version", "text"),
    Column("params_hash", "text"),
    Column("model_sha256", "text"),
    Column("package_version", "text"),
)

_CHECK_PARTS: Final[Mapping[str, Kind]] = {
    "state": "text",
    "value": "number",
    "limit": "number",
    "error": "number",
    "unit": "text",
    "reason": "text",
    "measured_by": "text",
}

_UNIT_SUFFIXES: Final[Mapping[str, str]] = {
    "% of trunk length": "_pct_trunk_length",
    "trunk lengths": "_trunk_lengths",
    "1": "",
}


def columns_of(exercises: Iterable[str], before: Iterable[Column] = ()) -> tuple[Column, ...]:
    """The columns for rows of these exercises, always in the same order.

    Args:
        exercises: ids; their order does not matter.
        before: the caller's own columns, such as who and when, put in front.

    Raises:
        UsageError: an exercise is unknown.
    """
    ids = sorted(set(exercises))
    measures = [column for known in ids for column in _measure_columns(known)]
    checks = [column for known in ids for check in get_exercise(known).about.checks for column in _of_check(check.id)]
    return tuple(dict.fromkeys([*before, *_HEAD, *measures, *checks, *_TAIL]))


def has_column(exercise: str, measure: str, unit: str) -> bool:
    """Whether the exercise's measure has a column of its own."""
    return (measure, unit) in measures_of(exercise)


def measures_of(exercise: str) -> tuple[tuple[str, str], ...]:
    """Names and units of the measures that have columns of their own, as the exercise declares them.

    Raises UsageError for an unknown exercise.
    """
    return get_exercise(exercise).about.measures


def measure_column(measure: str, unit: str, part: Literal["", "_error"] = "") -> str:
    """The name of a measure's column, or of its error band's, which has the same unit."""
    return f"{measure}{part}{_UNIT_SUFFIXES.get(unit, f'_{unit}')}"


def check_column(check: str, part: str) -> str:
    """The name of one of a check's columns; ``part`` is state, value, limit, error, unit, reason or measured_by."""
    return f"check_{check}_{part}"


def _measure_columns(exercise: str) -> list[Column]:
    names = measures_of(exercise)
    return [Column(measure_column(name, unit, part), "number") for name, unit in names for part in ("", "_error")]


def _of_check(check: str) -> list[Column]:
    return [Column(check_column(check, part), kind) for part, kind in _CHECK_PARTS.items()]
