"""The tables of a batch, written in the plan's order from the rows of its records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import PurePath
from typing import Final

from formcheck.batch.rows import CHECKS, FAILURES, RECORDINGS, WHO, RowsOf
from formcheck.batch.storage import Storage
from formcheck.export.columns import TABLE_SCHEMA, Column, columns_of
from formcheck.export.tables import AddRows, csv_table, parquet_table

__all__ = ["open_table", "write_tables"]

SCHEMAS: Final = {
    "reps": TABLE_SCHEMA,
    "checks": "formcheck.checks/2",
    "recordings": "formcheck.recordings/1",
    "changes": "formcheck.changes/1",
}
"""Table to the name and version of its columns, which its Parquet file holds."""


def write_tables(storage: Storage, exercises: Iterable[str], rows: Iterable[RowsOf], folder: str = "") -> None:
    """Write reps, recordings and checks as Parquet, reps and failures as CSV, into a folder of the storage.

    Args:
        exercises: whose columns the repetitions' tables have.
        folder: empty, or a name that ends in ``/``.

    Raises:
        NoSpaceError, OutputError: they cannot be written.
    """
    reps = columns_of(exercises, before=WHO)
    with ExitStack() as opened:
        add_reps = [
            open_table(opened, storage, f"{folder}reps.parquet", reps),
            open_table(opened, storage, f"{folder}reps.csv", reps),
        ]
        add_checks = open_table(opened, storage, f"{folder}checks.parquet", CHECKS)
        add_recording = open_table(opened, storage, f"{folder}recordings.parquet", RECORDINGS)
        add_failure = open_table(opened, storage, f"{folder}failures.csv", FAILURES)
        for each in rows:
            add_recording([each.recording])
            add_checks(each.checks)
            for add in add_reps:
                add(each.reps)
            if each.failure:
                add_failure([each.failure])


def open_table(opened: ExitStack, storage: Storage, name: str, columns: Sequence[Column]) -> AddRows:
    """A table of the storage, CSV or Parquet by its name, that is complete when ``opened`` closes."""
    path = opened.enter_context(storage.writing(name))
    if name.endswith(".csv"):
        return opened.enter_context(csv_table(path, columns))
    return opened.enter_context(parquet_table(path, columns, SCHEMAS[PurePath(name).stem]))
