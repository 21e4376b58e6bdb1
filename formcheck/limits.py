"""A clinic's or a person's own limits, from one TOML file, checked against what the exercise declares.

The file holds one table for each exercise::

    [single_leg_box_squat]
    knee_limit_pct = 5.0
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from formcheck.errors import UsageError
from formcheck.exercises.base import Checker
from formcheck.exercises.declare import Limit, declared
from formcheck.exercises.registry import get_exercise

__all__ = ["params_of", "read_limits"]


def params_of(checker: type[Checker], limits: Path | Mapping[str, Any] | None) -> Any:
    """The checker's ``Params`` with ``limits`` in force; ``limits`` is a TOML file, a mapping, or None.

    Raises:
        UsageError: the file cannot be read, or a limit is unknown, not a number, or out of its range.
    """
    values = read_limits(limits, checker.id) if isinstance(limits, Path) else dict(limits or {})
    known = {limit.name: limit for limit in declared(checker.Params)}
    return checker.Params(**{name: _checked(checker.id, name, value, known) for name, value in values.items()})


def read_limits(path: Path, exercise_id: str) -> dict[str, Any]:
    """The exercise's table of a limits file; empty when the file has none for it.

    Raises:
        UsageError: the file is missing, unreadable, no TOML, or holds something other than tables of exercises.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the limits file cannot be read ({error.strerror}): {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the limits file is not valid TOML ({error}): {path}") from error
    stray = [name for name, table in tables.items() if not isinstance(table, dict)]
    if stray:
        raise UsageError(f"limits stand in a table of their exercise, as [{exercise_id}]; {stray[0]!r} stands outside")
    for name in tables:
        get_exercise(name)  # a mistyped table would silently leave the usual limits in force
    table: dict[str, Any] = tables.get(exercise_id, {})
    return table


def _checked(exercise_id: str, name: str, value: Any, known: Mapping[str, Limit]) -> float:
    if name not in known:
        raise UsageError(f"{exercise_id} has no limit {name!r}; it has {', '.join(known)}")
    limit = known[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"{name} must be a number in {limit.unit}, not {value!r}")
    if not limit.low <= value <= limit.high:
        allowed = f"between {limit.low:g} and {limit.high:g} {limit.unit}"
        raise UsageError(f"{name} = {value:g} is out of range; it lies {allowed}")
    return float(value)
