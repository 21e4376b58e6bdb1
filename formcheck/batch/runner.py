"""A batch from its plan to its tables; goes on where an earlier run on the same folder was stopped."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from typing import Protocol

from formcheck.batch.engines.base import Engine, Watch
from formcheck.batch.errors import BatchInterruptedError, PlanError, Problem
from formcheck.batch.exports import write_exports
from formcheck.batch.faces import settle_faces
from formcheck.batch.index import Record, make_index, write_index
from formcheck.batch.journal import Attempt, Journal, identity, read_journal
from formcheck.batch.lease import leasing
from formcheck.batch.lock import holding
from formcheck.batch.plan import Entry, Plan, no_such_file
from formcheck.batch.pool import in_order
from formcheck.batch.pseudonyms import PLAIN, Names, keep_names
from formcheck.batch.rows import StoredRows, mark_duplicates, with_recognised
from formcheck.batch.storage import LocalStorage, Storage, UrlStorage
from formcheck.batch.store import Keys, Place, check_format, claim, folder_of, name_of, remove_leftovers
from formcheck.batch.summary.facts import Collected
from formcheck.batch.summary.writing import write_summary
from formcheck.batch.tables import write_tables
from formcheck.batch.twins import waves
from formcheck.batch.work import CANCELLED, Job, Work

__all__ = ["Finished", "Options", "Progress", "run_batch"]


class Progress(Protocol):
    """Is told what happens; see `formcheck.cli.batch_progress`."""

    def planned(self, plan: Plan, to_do: int) -> None:
        """Before the first recording; ``to_do`` of the plan's recordings have no outcome yet."""

    def frames(self, count: int) -> None:
        """So many more frames were read; from any thread."""

    def ended(self, entry: Entry, attempt: Attempt) -> None:
        """One recording more has an outcome."""

    def finishing(self) -> None:
        """All recordings have an outcome, the tables are being made."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for besides its plan; see ``docs/batch.md``."""

    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    face_blur: bool = False
    timeout_s: float = 1800.0
    retry_failed: bool = False
    skip_wrong: bool = False
    names: Names = PLAIN
    table_workers: int = 1


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run left.

    Attributes:
        scored_now: how many recordings this run scored itself.
        unexported: why files of ``--export`` could not be made of their set, with how many.
    """

    records: tuple[Record, ...]
    scored_now: int
    unexported: Mapping[str, int]
    elapsed_s: float

    @property
    def failed(self) -> int:
        """Recordings without a result."""
        return sum(not record.result for record in self.records)

    @property
    def duplicates(self) -> int:
        """Recordings whose content came under another name before."""
        return sum(bool(record.duplicate_of) for record in self.records)


def run_batch(
    plan: Plan, storage: Storage, engine: Engine, model_sha256: str, options: Options, progress: Progress, watch: Watch
) -> Finished:
    """Score what has no outcome yet, then make the index and the tables.

    Raises:
        PlanError: rows or paths cannot be right, and ``options.skip_wrong`` is off.
        BatchInterruptedError: ``watch.stop`` was set before everything had an outcome.
        NoSpaceError, OutputError: the output folder takes no more; what was done is kept.
        UsageError: another run is at work there, or the folder is not ours to go on in.
        ModelError: the pose model is missing or wrong.
        WorkersLostError: no process can be started to score with, or one was killed while the tables were made.
    """
    started_s = time.monotonic()
    keys = Keys.of({entry.exercise for entry in plan.entries}, options.limits, model_sha256)
    with holding_storage(storage):
        check_format(storage, options.names.check)
        run = _Run(plan, storage, keys, options)
        problems = run.problems()
        if problems and not options.skip_wrong:
            raise PlanError(_wrong(len(problems), len(plan.entries) + len(plan.problems)), problems)
        _begin(run)  # nothing was written or removed before
        to_do = run.to_do()
        progress.planned(plan, len(to_do))
        scored = _work_off(run, to_do, engine, progress, watch)
        progress.finishing()
        planned = make_index(run.present(), run.attempts, problems, keys, options.names)
        records = mark_duplicates(with_recognised(planned, storage), storage)
        unwritten = write_outputs(storage, records, options)
    return Finished(tuple(records), scored, unwritten, time.monotonic() - started_s)


def _begin(run: _Run) -> None:
    """Make the folder ours, and ready for what is asked for."""
    storage, options = run.storage, run.options
    keep_names(options.names, run.plan.entries, run.plan.problems)
    claim(storage, options.names.check)
    remove_leftovers(storage)
    if (options.pictures or options.face_blur) and settle_faces(storage, hidden=options.face_blur):
        run.look()


def holding_storage(storage: Storage) -> AbstractContextManager[None]:
    """Keep other runs out of an output folder or address while the block runs."""
    if isinstance(storage, LocalStorage):
        return holding(storage.root)
    return leasing(storage) if isinstance(storage, UrlStorage) else nullcontext()


def _wrong(wrong: int, rows: int) -> str:
    return f"{wrong} of {rows} recordings cannot be planned; nothing was scored (--skip-wrong goes on without them)"


class _Run:
    """What is known of every entry while a batch runs."""

    def __init__(self, plan: Plan, storage: Storage, keys: Keys, options: Options) -> None:
        self.attempts = read_journal(storage)
        self.plan, self.storage, self.options, self.keys = plan, storage, options, keys
        self._ids = {id(entry): identity(entry, options.names.secret) for entry in plan.entries}
        self.look()

    def look(self) -> None:
        """Find out what is stored."""
        kinds = ("result", "track", *self.options.pictures)
        self._stored = {kind: self.storage.names(folder_of(kind)) for kind in kinds}

    def id_of(self, entry: Entry) -> str:
        return self._ids[id(entry)]

    def present(self) -> list[Entry]:
        """The entries whose recording is there, or is not needed any more."""
        return [entry for entry in self.plan.entries if self._within_reach(entry)]

    def problems(self) -> tuple[Problem, ...]:
        """The plan's, and the recordings that are not there and were never scored."""
        gone = [_missing(entry) for entry in self.plan.entries if not self._within_reach(entry)]
        return tuple(sorted((*self.plan.problems, *gone), key=lambda problem: problem.line or 0))

    def to_do(self) -> list[Entry]:
        return [entry for entry in self.present() if not self._has_outcome(entry)]

    def work(self, entry: Entry) -> Work:
        return Work(
            id=self.id_of(entry),
            path=entry.path,
            stamp=entry.stamp,
            exercise=entry.exercise,
            side=entry.side,
            mirrored=entry.mirrored,
            content=self._content(entry),
            film=self._film(entry),
        )

    def _within_reach(self, entry: Entry) -> bool:
        if entry.stamp or self._has_outcome(entry):
            return True
        content = self._content(entry)
        return bool(content) and name_of("track", self.keys.track(content, entry.mirrored)) in self._stored["track"]

    def _content(self, entry: Entry) -> str:
        """The recording's hash, if it is known and the recording has not changed since; "" otherwise."""
        last = self.attempts.get(self.id_of(entry))
        return last.content if last and (entry.stamp is None or entry.stamp == last.stamp) else ""

    def _film(self, entry: Entry) -> bool:
        last = self.attempts.get(self.id_of(entry))
        return last is None or last.film

    def _has_outcome(self, entry: Entry) -> bool:
        last = self.attempts.get(self.id_of(entry))
        if last is None or (entry.stamp is not None and entry.stamp != last.stamp):
            return False
        if last.failed and entry.stamp is not None:
            return not (last.retryable or self.options.retry_failed)
        if not last.content:
            return False
        place = self.keys.place(last.content, entry.exercise, entry.side, entry.mirrored)
        if self._missing_of(place, last, gone=entry.stamp is None):
            return False
        self.attempts[last.id] = replace(last, result=place.result, kind="", reason="")
        return True

    def _missing_of(self, place: Place, last: Attempt, *, gone: bool) -> set[str]:
        """The kinds of files that are asked for, can be made, and are not there."""
        names = place.names(self.options.pictures, film=last.film and not gone)
        missing = {kind for kind, name in names.items() if name not in self._stored[kind]}
        if gone and "track" in missing:  # nothing can be made any more, and the result is what counts
            return missing & {"result"}
        return missing


def _missing(entry: Entry) -> Problem:
    return Problem(
        where=entry.name,
        why=no_such_file(entry.name),
        line=entry.line,
        exercise=entry.exercise,
        side=entry.side,
        person=entry.person,
        session_date=entry.session_date,
        mirrored=entry.mirrored,
        notes=entry.notes,
    )


def _work_off(run: _Run, to_do: list[Entry], engine: Engine, progress: Progress, watch: Watch) -> int:
    """Score everything that is to do; returns how many were scored here and now."""
    entries = {run.id_of(entry): entry for entry in to_do}
    options = run.options
    job = Job(run.storage, run.keys, options.limits, options.pictures, options.face_blur, options.timeout_s)
    done = scored = 0
    with Journal(run.storage) as journal:
        for wave in waves(to_do):
            attempts = engine.run(job, (run.work(entry) for entry in wave), replace(watch, on_frames=progress.frames))
            with closing(attempts):  # type: ignore[type-var]
                for attempt in attempts:
                    if attempt.kind == CANCELLED:
                        continue
                    run.attempts[attempt.id] = attempt
                    journal.add(attempt)
                    done, scored = done + 1, scored + (attempt.scored and not attempt.failed)
                    progress.ended(entries[attempt.id], attempt)
    if done < len(to_do):
        raise BatchInterruptedError(
            f"stopped with {done} of {len(to_do)} recordings done; the same command goes on from here"
        )
    return scored


def write_outputs(storage: Storage, records: list[Record], options: Options) -> Mapping[str, int]:
    """The index, the tables and what else is made of stored results; returns why exports could not be made."""
    write_index(storage, records)
    collected = Collected()
    rows = collected.watching(in_order(StoredRows(storage), records, options.table_workers))
    write_tables(storage, {record.exercise for record in records if record.result}, rows)
    write_summary(storage, collected, reports="report" in options.pictures, workers=options.table_workers)
    return write_exports(storage, records, options.exports, options.table_workers) if options.exports else {}
