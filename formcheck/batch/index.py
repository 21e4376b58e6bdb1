"""The index: one record a planned recording, from which alone, with the stored results, all tables are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from formcheck.batch.errors import Problem
from formcheck.batch.failures import VANISHED, WRONG_ROW
from formcheck.batch.journal import Attempt, identity
from formcheck.batch.plan import Entry
from formcheck.batch.pseudonyms import Names
from formcheck.batch.storage import Storage
from formcheck.batch.store import Keys
from formcheck.errors import UsageError

__all__ = ["Record", "make_index", "read_index", "write_index"]

_NAME: Final = "index.jsonl"


@dataclass(frozen=True, slots=True)
class Record:
    """One planned recording and what became of it; names as tables show them, pseudonyms where asked for.

    Attributes:
        line: of the manifest, None for folders.
        content: sha256 of the recording.
        track, result: keys in the store; empty where it failed.
        duplicate_of: the file that comes earlier and has the same sets.
        kind, reason: why there is no result.
    """

    file: str
    person: str
    exercise: str
    side: str
    session_date: str
    mirrored: bool
    notes: str
    line: int | None
    content: str = ""
    track: str = ""
    result: str = ""
    duplicate_of: str = ""
    kind: str = ""
    reason: str = ""


def make_index(
    entries: Iterable[Entry],
    attempts: Mapping[str, Attempt],
    problems: Iterable[Problem],
    keys: Keys,
    names: Names,
) -> list[Record]:
    """The records of all entries in the plan's order, then of the rows that could not be planned.

    Duplicates are not marked yet: some show only in the results.
    """
    records = [_record(entry, attempts.get(identity(entry, names.secret)), keys, names) for entry in entries]
    return [*records, *(_wrong(problem, names) for problem in problems)]


def _record(entry: Entry, attempt: Attempt | None, keys: Keys, names: Names) -> Record:
    record = Record(
        file=names.file(entry.name),
        person=names.person(entry.person),
        exercise=entry.exercise,
        side=entry.side,
        session_date=entry.session_date,
        mirrored=entry.mirrored,
        notes=names.notes(entry.notes),
        line=entry.line,
    )
    if attempt is None:
        return replace(record, kind=VANISHED, reason="the recording is not there")
    if attempt.failed:
        return replace(record, content=attempt.content, kind=attempt.kind, reason=attempt.reason)
    place = keys.place(attempt.content, entry.exercise, entry.side, entry.mirrored)
    return replace(record, content=attempt.content, track=place.track, result=place.result)


def _wrong(problem: Problem, names: Names) -> Record:
    reason = problem.why if not names.secret else "the row or path cannot be right; the run named it"
    return Record(
        file=names.file(problem.where),
        person=names.person(problem.person),
        exercise=problem.exercise,
        side=problem.side,
        session_date=problem.session_date,
        mirrored=problem.mirrored,
        notes=names.notes(problem.notes),
        line=problem.line,
        kind=WRONG_ROW,
        reason=reason,
    )


def write_index(storage: Storage, records: Iterable[Record], name: str = _NAME) -> None:
    """Keep the index. Raises NoSpaceError, OutputError."""
    storage.write(name, "".join(json.dumps(asdict(record)) + "\n" for record in records).encode())


def read_index(storage: Storage) -> list[Record]:
    """The index of the last run that came to its end. Raises UsageError where none has, or where it is damaged."""
    if not storage.exists(_NAME):
        raise UsageError(f"'{storage.place}' holds no finished batch; run `formcheck batch` to its end first")
    lines = storage.read(_NAME).splitlines()
    try:
        records = [Record(**json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise UsageError(_damaged(storage)) from error
    if not records:
        raise UsageError(_damaged(storage))
    return records


def _damaged(storage: Storage) -> str:
    return f"'{storage.place}/{_NAME}' is damaged; the batch's own command makes it again, from what is stored"
