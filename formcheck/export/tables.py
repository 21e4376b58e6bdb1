"""Writes rows to CSV or Parquet as they come: whole files or none, in little memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from formcheck.atomic import replacing
from formcheck.export.columns import TABLE_SCHEMA, Column
from formcheck.export.rows import Cell, Row

if TYPE_CHECKING:
    import pyarrow

__all__ = ["AddRows", "OpenTable", "csv_table", "harmless", "parquet_table"]

AddRows = Callable[[Iterable[Row]], None]
"""Appends rows. Raises ValueError for a cell whose column the table does not have."""

OpenTable = Callable[[Path, Sequence[Column]], AbstractContextManager[AddRows]]
"""Opens a table at a path. See `csv_table`, `parquet_table`."""

ROWS_A_GROUP: Final = 5_000
"""Rows held in memory before they are written, some 30 MB."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")


@contextmanager
def csv_table(path: Path, columns: Sequence[Column]) -> Iterator[AddRows]:
    """A CSV file with one line of names; yields what appends rows.

    UTF-8, comma, ``\\n``, a point for decimals, ``true`` and ``false``; empty cells are unknown. Text that a
    spreadsheet would take for a formula has an apostrophe before it (`harmless`).

    Raises:
        OutputError: the file cannot be written.
    """
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in columns], lineterminator="\n")
        writer.writeheader()
        yield lambda rows: writer.writerows({name: _text(cell) for name, cell in row.items()} for row in rows)


def _text(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return str(cell).lower()
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would compute; numbers stay as they are.

    Names come from outside, and opening a table must not run anything (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


@contextmanager
def parquet_table(path: Path, columns: Sequence[Column], name: str = TABLE_SCHEMA) -> Iterator[AddRows]:
    """A Parquet file; yields what appends rows, which are written in groups of 5000.

    Args:
        name: name and version of the table's schema; the file's metadata hold it under ``formcheck.schema``.

    Raises:
        OutputError: the file cannot be written.
    """
    from pyarrow import parquet

    schema = _schema(columns, name)
    with replacing(path) as partial, parquet.ParquetWriter(partial, schema, compression="zstd") as writer:
        groups = _Groups(writer, schema)
        yield groups.add
        groups.flush()


class _Groups:
    """Gathers rows and writes them a group at a time."""

    def __init__(self, writer: Any, schema: pyarrow.Schema) -> None:
        self._writer, self._schema = writer, schema
        self._names = frozenset(schema.names)
        self._rows: list[Row] = []

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if unknown := row.keys() - self._names:
                raise ValueError(f"the table has no columns {sorted(unknown)}")
            self._rows.append(row)
            if len(self._rows) == ROWS_A_GROUP:
                self.flush()

    def flush(self) -> None:
        import pyarrow

        if self._rows:
            self._writer.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []


def _schema(columns: Sequence[Column], name: str) -> pyarrow.Schema:
    import pyarrow

    types = {"text": pyarrow.string(), "number": pyarrow.float64(), "count": pyarrow.int64(), "flag": pyarrow.bool_()}
    fields = [pyarrow.field(column.name, types[column.kind]) for column in columns]
    return pyarrow.schema(fields, metadata={"formcheck.schema": name})
