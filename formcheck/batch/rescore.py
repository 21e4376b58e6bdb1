"""A batch scored again under other limits, from its stored tracks: no recording is opened.

New results join the old ones in ``results/``, under keys of their own; the new tables, and what changed, go to
a folder of their own. The batch's own tables stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import Event

from formcheck.batch.changes import CHANGES, ChangeCounts, CheckChange, change_rows
from formcheck.batch.errors import BatchInterruptedError
from formcheck.batch.failures import DAMAGED
from formcheck.batch.index import Record, read_index, write_index
from formcheck.batch.pool import in_order
from formcheck.batch.rows import RowsOf, rows_for
from formcheck.batch.runner import holding_storage
from formcheck.batch.storage import Storage
from formcheck.batch.store import Scoring, folder_of, name_of, read_about, remove_leftovers
from formcheck.batch.stored import DamagedError, read_result, read_track
from formcheck.batch.summary.facts import Collected
from formcheck.batch.summary.writing import write_summary
from formcheck.batch.tables import open_table, write_tables
from formcheck.errors import NobodyToScoreError, UsageError
from formcheck.exercises.registry import get_exercise
from formcheck.export.rows import Row
from formcheck.limits import params_of
from formcheck.results import SetReport
from formcheck.scoring import score_track
from formcheck.session import make_checker

__all__ = ["RescoreProgress", "Rescored", "folder_for", "rescore"]


RescoreProgress = Callable[[int, int | None], None]
"""Is told how many recordings are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Rescored:
    """What came of it: where the tables are, how many were scored anew, and what changed per check."""

    folder: str
    recordings: int
    failed: int
    changes: tuple[CheckChange, ...]


@dataclass(frozen=True, slots=True)
class _One:
    """A record's rows under the new limits, and what changed; ``record`` has the new result's key."""

    record: Record
    rows: RowsOf
    changes: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rescore:
    """Scores one record again; can be called in another process."""

    storage: Storage
    limits: Mapping[str, Mapping[str, float]]

    def __call__(self, pair: tuple[Record, Record]) -> _One:
        """``pair``: the record before, and the same with the key of its new result."""
        before, record = pair
        if not record.result:
            return _One(record, rows_for(record, None))
        try:
            report = self._report(record)
        except (DamagedError, NobodyToScoreError) as error:
            failed = replace(record, result="", duplicate_of="", kind=DAMAGED, reason=str(error))
            return _One(failed, rows_for(failed, None))
        changes = () if record.duplicate_of else self._changes(before, report, record.result)
        return _One(record, rows_for(record, report), changes)

    def _report(self, record: Record) -> SetReport:
        name = name_of("result", record.result)
        if self.storage.exists(name):
            try:
                return read_result(self.storage, record.result)
            except DamagedError:
                pass  # it was removed, and is made again
        track = read_track(self.storage, record.track)
        exercise = get_exercise(record.exercise)
        checker = make_checker(exercise, params_of(exercise, self.limits.get(record.exercise)), record.side)
        report = score_track(track, checker, traced=False).report
        self.storage.write(name, (report.to_json() + "\n").encode())
        return report

    def _changes(self, before: Record, report: SetReport, result: str) -> tuple[Row, ...]:
        try:
            return change_rows(before, read_result(self.storage, before.result), report, result)
        except DamagedError:
            return ()


def folder_for(limits_file: Path, limits: Mapping[str, Mapping[str, float]]) -> str:
    """The tables' folder: the limits file's name and a hash of what is in it, so that none is written over."""
    stem = re.sub(r"[^\w.-]+", "-", limits_file.stem).strip("-.") or "limits"
    told = json.dumps({name: dict(table) for name, table in limits.items()}, sort_keys=True)
    return f"rescored/{stem}-{sha256(told.encode()).hexdigest()[:8]}/"


def rescore(
    storage: Storage,
    limits: Mapping[str, Mapping[str, float]],
    folder: str,
    *,
    workers: int,
    stop: Event,
    progress: RescoreProgress | None = None,
) -> Rescored:
    """Score every stored track of a finished batch under ``limits`` and write tables and changes to ``folder``.

    Raises:
        UsageError: the folder holds no finished batch, is another run's at the moment, or a limit is wrong.
        BatchInterruptedError: ``stop`` was set; what was scored is kept.
        NoSpaceError, OutputError: the folder takes no more.
    """
    if read_about(storage) is None:
        raise UsageError(f"'{storage.place}' is no output folder of `formcheck batch`")
    with holding_storage(storage):
        remove_leftovers(storage)
        records = read_index(storage)
        scoring = Scoring.of({record.exercise for record in records if record.result}, limits)
        pairs = list(zip(records, _with_new_keys(records, scoring), strict=True))
        tally, collected = _Tally(len(pairs), stop, progress), Collected()
        with ExitStack() as opened:
            add_changes = [
                open_table(opened, storage, f"{folder}changes.{kind}", CHANGES) for kind in ("csv", "parquet")
            ]

            def rows() -> Iterator[RowsOf]:
                for one in in_order(_Rescore(storage, limits), pairs, workers):
                    tally.add(one)
                    for add in add_changes:
                        add(one.changes)
                    yield one.rows

            exercises = {record.exercise for record in records if record.result}
            write_tables(storage, exercises, collected.watching(rows()), folder)
        changes = tally.changes.by_check()
        reports = _old_reports(storage, pairs)
        write_summary(storage, collected, folder=folder, old_reports=reports, changes=changes, workers=workers)
        write_index(storage, tally.records, f"{folder}index.jsonl")
    return Rescored(folder, len(pairs), tally.failed, changes)


def _old_reports(storage: Storage, pairs: list[tuple[Record, Record]]) -> dict[str, str]:
    """The new results' keys, each with the name of the report that the batch made of the set."""
    there = storage.names(folder_of("report"))
    named = {after.result: name_of("report", before.result) for before, after in pairs if before.result}
    return {result: name for result, name in named.items() if name in there}


def _with_new_keys(records: list[Record], scoring: Scoring) -> Iterator[Record]:
    for record in records:
        result = scoring.result(record.track, record.exercise, record.side) if record.result else ""
        yield replace(record, result=result)


class _Tally:
    """What is counted on the way."""

    def __init__(self, total: int, stop: Event, progress: RescoreProgress | None) -> None:
        self.records: list[Record] = []
        self.changes = ChangeCounts()
        self.failed = 0
        self._total, self._stop, self._progress = total, stop, progress

    def add(self, one: _One) -> None:
        """Raises BatchInterruptedError once a stop was asked for."""
        self.records.append(one.record)
        self.changes.add(one.changes)
        self.failed += not one.record.result
        if self._progress is not None:
            self._progress(len(self.records), self._total)
        if self._stop.is_set():
            raise BatchInterruptedError(
                f"stopped with {len(self.records)} of {self._total} recordings scored again;"
                " the same command goes on from here"
            )
