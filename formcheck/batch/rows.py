"""Rows of a batch's tables from a record and its result.

No time of a run and no machine's name stands in them: the same recordings give the same rows, whatever was
interrupted on the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, get_args

from formcheck.batch.failures import DAMAGED
from formcheck.batch.index import Record
from formcheck.batch.storage import Storage
from formcheck.batch.stored import DamagedError, read_result
from formcheck.exercises.registry import AUTO
from formcheck.export.columns import Column
from formcheck.export.rows import Row, rows_of
from formcheck.pose.landmarks import SIDES
from formcheck.results import SetReport, State, Verdict

__all__ = [
    "CHECKS",
    "FAILURES",
    "RECORDINGS",
    "STATES",
    "WHO",
    "RowsOf",
    "StoredRows",
    "mark_duplicates",
    "rows_for",
    "with_recognised",
]

STATES: Final[tuple[State, ...]] = get_args(State)

WHO: Final = (Column("file", "text"), Column("person", "text"), Column("session_date", "text"))

RECORDINGS: Final = (
    *WHO,
    *(Column(name, "text") for name in ("exercise", "side_asked", "side", "notes", "state", "duplicate_of")),
    Column("mirrored", "flag"),
    *(Column(name, "text") for name in ("failure", "reason", "recording", "track", "content_sha256", "summary")),
    *(Column(name, "count") for name in ("reps_complete", "reps_partial", "reps_with_fault", "contacts")),
    *(Column(name, "number") for name in ("cadence_spm", "cadence_error_spm")),
    *(Column(f"checks_{state}", "count") for state in STATES),
    Column("view_fits", "flag"),
    Column("view_advice", "text"),
    *(Column(name, "number") for name in ("duration_s", "frame_rate_hz", "found_share")),
    Column("people_seen", "count"),
    *(Column(name, "text") for name in ("checker_version", "params_hash", "model_sha256", "package_version")),
)
"""One row a planned recording, scored or not. ``recording`` is the result's key, as in the other tables."""

CHECKS: Final = (
    *WHO,
    *(Column(name, "text") for name in ("exercise", "recording", "check", "title", "side", "state")),
    *(Column(name, "number") for name in ("value", "limit", "error")),
    *(Column(name, "text") for name in ("unit", "measured_by", "source", "finding", "reason", "cue")),
    Column("time_s", "number"),
    *(Column(name, "count") for name in ("reps_in_state", *(f"reps_{state}" for state in STATES))),
)
"""One row a check and side of a scored recording: the verdict on the whole set, and how many repetitions had which."""

FAILURES: Final = (
    Column("line", "count"),
    *WHO,
    *(Column(name, "text") for name in ("exercise", "failure", "reason")),
)
"""One row a recording without a result. ``line`` is the manifest's."""


def with_recognised(records: Iterable[Record], storage: Storage) -> list[Record]:
    """The records, those of recognised recordings under the exercise that they were scored as."""
    return [_recognised(record, storage) if record.exercise == AUTO else record for record in records]


def _recognised(record: Record, storage: Storage) -> Record:
    if not record.result:
        return record
    try:
        return replace(record, exercise=read_result(storage, record.result).exercise)
    except DamagedError as error:
        return _damaged(record, error)


def mark_duplicates(records: Iterable[Record], storage: Storage) -> list[Record]:
    """The records, those marked as duplicates whose sets another one holds.

    The same recording may be asked for with a side and without, under two names, or with its exercise recognised:
    what counts is the track, the exercise, and the sides that were found. The first holds them, or else one that was
    found to hold both sides.
    """
    known = list(records)
    asked: dict[tuple[str, str], set[str]] = {}
    for record in known:
        asked.setdefault((record.track, record.exercise), set()).add(record.result)
    sides: dict[int, tuple[str, ...]] = {}
    for number, record in enumerate(known):
        if record.result:
            try:
                sides[number] = _sides(record, storage, several=len(asked[record.track, record.exercise]) > 1)
            except DamagedError as error:
                known[number] = _damaged(record, error)
    first: dict[tuple[str, str, str], int] = {}
    for number in sorted(sides, key=lambda number: -len(sides[number])):
        record = known[number]
        held = {first.setdefault((record.track, record.exercise, side), number) for side in sides[number]}
        known[number] = replace(record, duplicate_of="" if number in held else known[min(held)].file)
    return known


def _sides(record: Record, storage: Storage, *, several: bool) -> tuple[str, ...]:
    """The sides that were found; looked up only where the same recording has several results."""
    if not several:
        return ("",)
    found = read_result(storage, record.result).side
    return SIDES if found == "both" else (found or "",)


def _damaged(record: Record, error: DamagedError) -> Record:
    return replace(record, result="", kind=DAMAGED, reason=str(error))


@dataclass(frozen=True, slots=True)
class RowsOf:
    """What one record puts into each table; lists that are empty put nothing."""

    recording: Row
    reps: tuple[Row, ...] = ()
    checks: tuple[Row, ...] = ()
    failure: Row | None = None


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Makes the rows of a record from what the storage holds; can be called in another process."""

    storage: Storage

    def __call__(self, record: Record) -> RowsOf:
        """The rows; of a record whose result is damaged, those of a failure."""
        if not record.result:
            return rows_for(record, None)
        try:
            return rows_for(record, read_result(self.storage, record.result))
        except DamagedError as error:
            return rows_for(_damaged(record, error), None)


def rows_for(record: Record, report: SetReport | None) -> RowsOf:
    """The rows of a record; repetitions and checks of a duplicate stand under the first of its files alone."""
    recording = recording_row(record, report)
    if report is None:
        return RowsOf(recording, failure=_failure_row(record))
    if record.duplicate_of:
        return RowsOf(recording)
    reps = tuple(_who(record) | row for row in rows_of(report, record.result))
    return RowsOf(recording, reps, tuple(check_rows(record, report)))


def _who(record: Record) -> Row:
    return {"file": record.file, "person": record.person or None, "session_date": record.session_date or None}


def recording_row(record: Record, report: SetReport | None) -> Row:
    """A row of `RECORDINGS`."""
    row = _who(record) | {
        "exercise": record.exercise or None,
        "side_asked": record.side or None,
        "mirrored": record.mirrored,
        "notes": record.notes or None,
        "state": "scored" if report else "failed",
        "duplicate_of": record.duplicate_of or None,
        "failure": record.kind or None,
        "reason": record.reason or None,
        "recording": record.result or None,
        "track": record.track or None,
        "content_sha256": record.content or None,
    }
    return row | (_of_result(report) if report else {})


def _of_result(report: SetReport) -> Row:
    states = [verdict.state for verdict in report.verdicts]
    faulty = sum(any(verdict.state == "fault" for verdict in rep.verdicts) for rep in report.reps)
    made = report.provenance
    gait: Row = {}
    if report.gait:
        gait = {
            "contacts": len(report.gait.contacts),
            "cadence_spm": report.gait.cadence_spm,
            "cadence_error_spm": report.gait.cadence_error_spm,
        }
    return gait | {
        "side": report.side,
        "summary": report.summary,
        "reps_complete": report.reps_complete,
        "reps_partial": report.reps_partial,
        "reps_with_fault": faulty,
        **{f"checks_{state}": states.count(state) for state in STATES},
        "view_fits": report.view.fits,
        "view_advice": " ".join(report.view.advice) or None,
        "duration_s": report.view.duration_s,
        "frame_rate_hz": report.view.frame_rate_hz,
        "found_share": report.view.found_share,
        "people_seen": report.people.seen,
        "checker_version": made.checker_version,
        "params_hash": made.params_hash,
        "model_sha256": made.model_sha256 or None,
        "package_version": made.package_version,
    }


def check_rows(record: Record, report: SetReport) -> list[Row]:
    """Rows of `CHECKS`."""
    return [_check_row(record, report, verdict) for verdict in report.verdicts]


def _check_row(record: Record, report: SetReport, verdict: Verdict) -> Row:
    each = [
        own.state
        for rep in report.reps
        for own in rep.verdicts
        if own.check == verdict.check and (own.side or rep.side) == (verdict.side or own.side or rep.side)
    ]
    return _who(record) | {
        "exercise": report.exercise,
        "recording": record.result,
        "check": verdict.check,
        "title": verdict.title,
        "side": verdict.side,
        "state": verdict.state,
        "value": verdict.value,
        "limit": verdict.limit,
        "error": verdict.error,
        "unit": verdict.unit or None,
        "measured_by": None if verdict.value is None else verdict.measured_by,
        "source": verdict.source or None,
        "finding": verdict.finding or None,
        "reason": verdict.reason or None,
        "cue": verdict.cue or None,
        "time_s": verdict.time_s,
        "reps_in_state": len(verdict.reps),
        **{f"reps_{state}": each.count(state) for state in STATES},
    }


def _failure_row(record: Record) -> Row:
    return _who(record) | {
        "line": record.line,
        "exercise": record.exercise or None,
        "failure": record.kind,
        "reason": record.reason,
    }
