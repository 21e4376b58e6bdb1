"""The tables of a batch, made from its index and its stored results alone, in the plan's order.

No time of a run and no machine's name stands in them: the same recordings give the same bytes, whatever was
interrupted on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from formcheck.batch.index import Record
from formcheck.batch.storage import Storage
from formcheck.batch.store import name_of
from formcheck.errors import FormcheckError
from formcheck.export.columns import Column, columns_of
from formcheck.export.rows import Row, rows_of
from formcheck.export.tables import AddRows, OpenTable, csv_table, parquet_table
from formcheck.results import SetReport, Verdict

__all__ = ["CHECKS", "FAILURES", "RECORDINGS", "DamagedResultError", "read_result", "write_tables"]

_WHO: Final = (Column("file", "text"), Column("person", "text"), Column("session_date", "text"))

RECORDINGS: Final = (
    *_WHO,
    *(Column(name, "text") for name in ("exercise", "side_asked", "side", "notes", "state", "duplicate_of")),
    Column("mirrored", "flag"),
    *(Column(name, "text") for name in ("failure", "reason", "recording", "track", "content_sha256", "summary")),
    *(Column(name, "count") for name in ("reps_complete", "reps_partial", "reps_with_fault", "contacts")),
    *(Column(name, "number") for name in ("cadence_spm", "cadence_error_spm")),
    *(Column(f"checks_{state}", "count") for state in ("ok", "watch", "fault", "not_assessed")),
    Column("view_fits", "flag"),
    Column("view_advice", "text"),
    *(Column(name, "number") for name in ("duration_s", "frame_rate_hz", "found_share")),
    Column("people_seen", "count"),
    *(Column(name, "text") for name in ("checker_version", "params_hash", "model_sha256", "package_version")),
)
"""One row a planned recording, scored or not. ``recording`` is the result's key, as in the other tables."""

CHECKS: Final = (
    *_WHO,
    *(Column(name, "text") for name in ("exercise", "recording", "check", "title", "side", "state")),
    *(Column(name, "number") for name in ("value", "limit", "error")),
    *(Column(name, "text") for name in ("unit", "source", "finding", "reason", "cue")),
    Column("time_s", "number"),
    *(Column(name, "count") for name in ("reps_in_state", "reps_ok", "reps_watch", "reps_fault", "reps_not_assessed")),
)
"""One row a check and side of a scored recording: the verdict on the whole set, and how many repetitions had which."""

FAILURES: Final = (
    Column("line", "count"),
    *_WHO,
    *(Column(name, "text") for name in ("exercise", "failure", "reason")),
)
"""One row a recording without a result. ``line`` is the manifest's."""


class DamagedResultError(FormcheckError):
    """A stored result that cannot be read; it was removed, and the next run makes it again."""


def read_result(storage: Storage, key: str) -> SetReport:
    """A stored result. Raises DamagedResultError, and removes what is damaged so that the next run makes it again."""
    try:
        return SetReport.model_validate_json(storage.read(name_of("result", key)))
    except (OSError, ValueError) as error:
        storage.remove(name_of("result", key))
        raise DamagedResultError("the stored result is damaged or gone; run the batch again") from error


def write_tables(storage: Storage, records: Sequence[Record], folder: str = "") -> None:
    """Write reps, recordings and checks as Parquet, reps and failures as CSV, into a folder of the storage.

    Repetitions and checks of a duplicate stand in the tables once, under the first of its files.

    Raises:
        NoSpaceError, OutputError: they cannot be written.
    """
    exercises = {record.exercise for record in records if record.result}
    reps = columns_of(exercises, before=_WHO)
    with ExitStack() as open_tables:

        def table(name: str, columns: Sequence[Column], opener: OpenTable) -> AddRows:
            path = open_tables.enter_context(storage.writing(f"{folder}{name}"))
            return open_tables.enter_context(opener(path, columns))

        add_reps = [table("reps.parquet", reps, parquet_table), table("reps.csv", reps, csv_table)]
        add_checks = table("checks.parquet", CHECKS, parquet_table)
        add_recording = table("recordings.parquet", RECORDINGS, parquet_table)
        add_failure = table("failures.csv", FAILURES, csv_table)
        for record, report in _with_results(storage, records):
            add_recording([recording_row(record, report)])
            if report is None:
                add_failure([_failure_row(record)])
            elif not record.duplicate_of:
                rows = [_who(record) | row for row in rows_of(report, record.result)]
                for add in add_reps:
                    add(rows)
                add_checks(check_rows(record, report))


def _with_results(storage: Storage, records: Iterable[Record]) -> Iterator[tuple[Record, SetReport | None]]:
    for record in records:
        if not record.result:
            yield record, None
            continue
        try:
            yield record, read_result(storage, record.result)
        except DamagedResultError as error:
            yield replace(record, result="", kind="damaged", reason=str(error)), None


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
        **{f"checks_{state}": states.count(state) for state in ("ok", "watch", "fault", "not_assessed")},
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
        "source": verdict.source or None,
        "finding": verdict.finding or None,
        "reason": verdict.reason or None,
        "cue": verdict.cue or None,
        "time_s": verdict.time_s,
        "reps_in_state": len(verdict.reps),
        **{f"reps_{state}": each.count(state) for state in ("ok", "watch", "fault", "not_assessed")},
    }


def _failure_row(record: Record) -> Row:
    return _who(record) | {
        "line": record.line,
        "exercise": record.exercise or None,
        "failure": record.kind,
        "reason": record.reason,
    }
