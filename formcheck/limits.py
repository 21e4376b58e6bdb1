"""A clinic's or a person's own limits, from one TOML file, checked against what the exercise declares.

The file holds one table for each exercise::

    [single_leg_box_squat]
    knee_limit_deg = 5.0

One more table names the codes of a clinic's own tags, which are looked for when a recording is read::

    [tag]
    dictionary = "APRILTAG_36h11"
    codes = [3, 4]  # front, back
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from formcheck.errors import UsageError
from formcheck.exercises.base import Checker
from formcheck.exercises.declare import Limit, declared
from formcheck.exercises.registry import AUTO, get_exercise
from formcheck.tag.design import TagDesign, design_of_table

__all__ = ["TAG", "limits_for", "params_of", "read_limits", "tables_of", "tag_in"]

TAG: Final = "tag"
"""The table of the tags, among those of the exercises."""


def params_of(checker: type[Checker], limits: Path | Mapping[str, Any] | None) -> Any:
    """The checker's ``Params`` with ``limits`` in force; ``limits`` is a TOML file, a mapping, or None.

    Raises:
        UsageError: the file cannot be read, or a limit is unknown, not a number, or out of its range.
    """
    if isinstance(limits, Path):
        return checker.Params(**read_limits(limits, checker.id))
    return checker.Params(**_checked(checker, limits or {}))


def read_limits(path: Path, exercise_id: str) -> dict[str, float]:
    """The exercise's table of a limits file; empty when the file has none for it. Every table is checked.

    Raises:
        UsageError: the file is missing, unreadable, no TOML, holds something other than tables of exercises, or
            a limit is unknown, not a number, or out of its range.
    """
    return _tables(path, exercise_id).get(exercise_id, {})


def limits_for(exercise_id: str, tables: Mapping[str, Mapping[str, float]]) -> Mapping[str, Any] | None:
    """What :func:`formcheck.scoring.analyse` takes as limits of an exercise: its table; all where it is "auto"."""
    return tables if exercise_id == AUTO else tables.get(exercise_id)


def tables_of(limits: Path | Mapping[str, Any] | None) -> Mapping[str, Mapping[str, float]]:
    """Limits for exercises that nobody knows yet: a TOML file or a mapping, of tables by exercise; all are checked.

    Raises:
        UsageError: as :func:`read_limits`, or an exercise is unknown.
    """
    if isinstance(limits, Path):
        return _tables(limits, "clamshell")
    stray = [name for name, table in (limits or {}).items() if not isinstance(table, Mapping)]
    if stray:
        raise UsageError(f"where the exercise is recognised, limits go by exercise; {stray[0]!r} is none")
    return _checked_tables(limits or {})


def tag_in(limits: Path | Mapping[str, Any] | None) -> TagDesign:
    """The tags that a limits file, or a mapping of tables by exercise, names; the usual ones where it names none.

    Raises:
        UsageError: as :func:`read_limits`, or the table of the tags cannot be right.
    """
    tables = _read(limits, "clamshell") if isinstance(limits, Path) else limits or {}
    return design_of_table(tables[TAG]) if TAG in tables else TagDesign()


def _tables(path: Path, exercise_id: str) -> dict[str, dict[str, float]]:
    return _checked_tables(_read(path, exercise_id))


def _checked_tables(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """The exercises' tables. All are checked: a slip in another would show only when that exercise is scored."""
    if TAG in tables:
        design_of_table(tables[TAG])
    return {name: _checked(get_exercise(name), table) for name, table in tables.items() if name != TAG}


def _read(path: Path, exercise_id: str) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the limits file cannot be read ({error.strerror}): {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the limits file is not valid TOML ({error}): {path}") from error
    stray = [name for name, table in tables.items() if not isinstance(table, dict)]
    if stray:
        raise UsageError(f"limits stand in a table of their exercise, as [{exercise_id}]; {stray[0]!r} stands outside")
    return tables


def _checked(checker: type[Checker], values: Mapping[str, Any]) -> dict[str, float]:
    known = {limit.name: limit for limit in declared(checker.Params)}
    for name in values:
        if name not in known:
            raise UsageError(f"{checker.id} has no limit {name!r}; it has {', '.join(known)}")
    return {name: _in_range(f"{checker.id}: {name}", value, known[name]) for name, value in values.items()}


_MOST_SHOWN: Final = 1e15
"""A whole number may be larger than any float is."""


def _in_range(name: str, value: Any, limit: Limit) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == math.inf:
        raise UsageError(f"{name} must be a number in {limit.unit}, not {value!r}")
    if not limit.low <= value <= limit.high:
        allowed = f"between {limit.low:g} and {limit.high:g} {limit.unit}"
        shown = f"{value:g}" if abs(value) < _MOST_SHOWN else "a number with very many digits"
        raise UsageError(f"{name} = {shown} is out of range; it lies {allowed}")
    return float(value)
