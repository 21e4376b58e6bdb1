"""What other limits changed: each check of each recording before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from formcheck.batch.index import Record
from formcheck.batch.rows import STATES, WHO, check_rows
from formcheck.export.columns import Column
from formcheck.export.rows import Row
from formcheck.results import SetReport

__all__ = ["CHANGES", "ChangeCounts", "CheckChange", "change_rows"]

_COMPARED: Final = ("state", "value", "limit", *(f"reps_{state}" for state in STATES))

CHANGES: Final = (
    *WHO,
    *(Column(name, "text") for name in ("exercise", "check", "title", "side")),
    Column("changed", "flag"),
    *(Column(f"state_{when}", "text") for when in ("before", "after")),
    *(Column(f"{name}_{when}", "number") for name in ("value", "limit") for when in ("before", "after")),
    *(Column(f"{name}_{when}", "count") for name in _COMPARED[3:] for when in ("before", "after")),
    Column("unit", "text"),
    *(Column(f"recording_{when}", "text") for when in ("before", "after")),
)
"""One row a check and side of each recording. ``changed``: its state, or any repetition's, is another."""


@dataclass(frozen=True, slots=True)
class CheckChange:
    """One check over all recordings: sets and repetitions in each state, before and after.

    ``sets`` and ``reps`` map a state to its numbers before and after; ``changed`` counts recordings.
    """

    exercise: str
    check: str
    recordings: int
    changed: int
    sets: dict[str, tuple[int, int]]
    reps: dict[str, tuple[int, int]]


def change_rows(record: Record, before: SetReport, after: SetReport, result_after: str) -> tuple[Row, ...]:
    """Rows of `CHANGES`; a check that only one of the two results has is empty on the other side."""
    old = {(row["check"], row["side"]): row for row in check_rows(record, before)}
    new = {(row["check"], row["side"]): row for row in check_rows(record, after)}
    return tuple(_change(record, old.get(key), new.get(key), result_after) for key in dict.fromkeys([*old, *new]))


def _change(record: Record, old: Row | None, new: Row | None, result_after: str) -> Row:
    known = new or old or {}
    same = {
        name: known[name] for name in ("file", "person", "session_date", "exercise", "check", "title", "side", "unit")
    }
    compared: Row = {}
    for name in _COMPARED:
        compared[f"{name}_before"] = old[name] if old else None
        compared[f"{name}_after"] = new[name] if new else None
    judged = ("state", *_COMPARED[3:])
    changed = any(compared[f"{name}_before"] != compared[f"{name}_after"] for name in judged)
    keys: Row = {"recording_before": record.result, "recording_after": result_after}
    return same | {"changed": changed} | compared | keys


class ChangeCounts:
    """Counts rows of `CHANGES` as they come, for each exercise and check."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Count these rows too."""
        for row in rows:
            count = self._counts.setdefault((str(row["exercise"]), str(row["check"])), Counter())
            count["rows"] += 1
            count["changed"] += bool(row["changed"])
            for when in ("before", "after"):
                count[f"set {row[f'state_{when}']} {when}"] += 1
                for state in STATES:
                    count[f"reps {state} {when}"] += int(row[f"reps_{state}_{when}"] or 0)

    def by_check(self) -> tuple[CheckChange, ...]:
        """What was counted, in the order of names."""
        return tuple(_summed(exercise, check, count) for (exercise, check), count in sorted(self._counts.items()))


def _summed(exercise: str, check: str, count: Counter[str]) -> CheckChange:
    def pair(what: str) -> tuple[int, int]:
        return count[f"{what} before"], count[f"{what} after"]

    return CheckChange(
        exercise=exercise,
        check=check,
        recordings=count["rows"],
        changed=count["changed"],
        sets={state: pair(f"set {state}") for state in STATES},
        reps={state: pair(f"reps {state}") for state in STATES},
    )
