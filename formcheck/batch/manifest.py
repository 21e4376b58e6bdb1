"""The manifest: one row a recording, as clinics' spreadsheets write it.

Read in UTF-8 (with or without a BOM), UTF-16 or Windows-1252, with commas, semicolons or tabs, and with empty lines
or Excel's ``sep=;`` before the headings.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar
from unicodedata import normalize

from formcheck.batch.errors import PlanError, Problem

__all__ = ["COLUMNS", "Manifest", "Row", "WrongRow", "one_form", "read_manifest"]

_T = TypeVar("_T")

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "file": ("file", "path", "filename", "recording", "video"),
    "exercise": ("exercise",),
    "side": ("side", "leg"),
    "person": ("person", "personid", "patient", "patientid", "id"),
    "session_date": ("sessiondate", "date", "session"),
    "mirrored": ("mirrored", "mirror"),
    "notes": ("notes", "note", "comment", "comments"),
}
"""What a row can say, and the headings it goes by (case, blanks, ``_`` and ``-`` do not matter)."""

_YES: Final = {"yes", "y", "true", "1", "x"}
_NO: Final = {"", "no", "n", "false", "0"}
_SEPARATOR: Final = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
_SIDES: Final = {"": "auto", "auto": "auto", "left": "left", "l": "left", "right": "right", "r": "right"}


@dataclass(frozen=True, slots=True)
class Row:
    """One recording as the manifest names it; ``line`` is where its row starts, the heading being line 1.

    ``session_date`` is ISO 8601 or empty; ``exercise`` and ``person`` are empty where nothing is said. ``side`` is
    "left", "right", "auto", or empty in a row where it says something else.
    """

    line: int
    file: str
    exercise: str = ""
    side: str = "auto"
    person: str = ""
    session_date: str = ""
    mirrored: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that cannot be right, with what can be read of it; ``faults`` names each thing that is wrong."""

    row: Row
    faults: tuple[str, ...]

    def problem(self, *more: str, exercise: str = "") -> Problem:
        """The row as a problem of the plan, with what else is wrong; ``exercise`` if it can be told."""
        row = self.row
        return Problem(
            where=row.file,
            why="; ".join((*self.faults, *more)),
            line=row.line,
            exercise=exercise,
            side=row.side,
            person=row.person,
            session_date=row.session_date,
            mirrored=row.mirrored,
            notes=row.notes,
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """All rows that can be read, those that cannot, and the headings nobody knows."""

    rows: tuple[Row, ...]
    wrong: tuple[WrongRow, ...] = ()
    unused_columns: tuple[str, ...] = ()


def read_manifest(path: Path) -> Manifest:
    """Read the whole manifest.

    Raises:
        PlanError: it cannot be read at all: missing, empty, in no known encoding, or without a column ``file``.
    """
    text = _text(path)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = _records(reader, path)
    try:
        heading = next(fields for _, fields in lines if _is_heading(fields))
    except StopIteration:
        raise PlanError(f"the manifest '{path}' is empty; its first line names the columns") from None
    places, unused = _places(path, heading)
    rows: list[Row] = []
    wrong: list[WrongRow] = []
    for line, fields in lines:
        if not any(field.strip() for field in fields):
            continue
        row, faults = _row(line, fields, places, len(heading))
        if faults:
            wrong.append(WrongRow(row, faults))
        else:
            rows.append(row)
    return Manifest(tuple(rows), tuple(wrong), unused)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PlanError(f"the manifest '{path}' cannot be read: {error.strerror or error}") from error
    encoding = _encoding(raw)
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PlanError(
            f"the manifest '{path}' is not text in {encoding} (line {line}); save it as CSV in UTF-8"
        ) from error


def _encoding(raw: bytes) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if raw[1:2] == b"\0":
        return "utf-16-le"
    if raw[:1] == b"\0":
        return "utf-16-be"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(text: str) -> str:
    for line in io.StringIO(text, newline=None):
        if told := _SEPARATOR.fullmatch(line.strip()):
            return told[1]
        if line.strip(" ,;\t\n"):
            return max(",;\t", key=line.count)
    return ","


def _is_heading(fields: list[str]) -> bool:
    """Not an empty line, nor the one by which Excel is told what stands between the columns."""
    return any(field.strip() for field in fields) and not fields[0].lower().startswith("sep=")


def _records(reader: Iterator[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it starts on: a quoted field may hold line breaks."""
    start = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PlanError(f"the manifest '{path}' cannot be read from line {start} on: {error}") from error
        yield start, fields
        start = reader.line_num + 1  # type: ignore[attr-defined]


def _places(path: Path, heading: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    known = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}
    places: dict[str, int] = {}
    unused = []
    for place, title in enumerate(heading):
        column = known.get(re.sub(r"[\s_-]", "", title.lower()))
        if column is None:
            unused.append(title.strip())
        elif column in places:
            twice = f"{heading[places[column]]!r}, {title!r}"
            raise PlanError(f"the manifest '{path}' has two columns for {column}: {twice}")
        else:
            places[column] = place
    if "file" not in places:
        raise PlanError(f"the manifest '{path}' has no column 'file'; its first line holds {', '.join(heading)!r}")
    return places, tuple(filter(None, unused))


def _row(line: int, fields: list[str], places: Mapping[str, int], width: int) -> tuple[Row, tuple[str, ...]]:
    """What can be read of a row, and what is wrong with it."""
    said = {column: _field(fields, place) for column, place in places.items()}
    faults: list[str] = []
    if any(field.strip() for field in fields[width:]):
        faults.append(f"it has {len(fields)} fields, the heading {width}")

    def read(column: str, parse: Callable[[str], _T], otherwise: _T) -> _T:
        try:
            return parse(said.get(column, ""))
        except ValueError as error:
            faults.append(str(error))
            return otherwise

    row = Row(
        line=line,
        file=read("file", _file, said["file"]),
        exercise=said.get("exercise", "").strip().lower(),
        side=read("side", _side, ""),
        person=one_form(said.get("person", "").strip()),
        session_date=read("session_date", _iso_date, ""),
        mirrored=read("mirrored", _mirrored, False),
        notes=said.get("notes", "").strip(),
    )
    return row, tuple(faults)


def _field(fields: list[str], place: int) -> str:
    return fields[place] if place < len(fields) else ""


def one_form(text: str) -> str:
    """Text with one code for each letter: an umlaut may be one character or two, and look the same."""
    return normalize("NFC", text)


def _file(name: str) -> str:
    if not name.strip():
        raise ValueError("it names no file")
    if "\0" in name:
        raise ValueError("its file name holds a NUL character")
    return name


def _side(said: str) -> str:
    text = said.strip()
    if text.lower() not in _SIDES:
        raise ValueError(f"unknown side {text!r}; it is left, right or auto")
    return _SIDES[text.lower()]


def _mirrored(said: str) -> bool:
    text = said.strip()
    if text.lower() not in _YES | _NO:
        raise ValueError(f"mirrored is yes or no, not {text!r}")
    return text.lower() in _YES


def _iso_date(said: str) -> str:
    text = said.strip()
    if not text:
        return ""
    try:
        if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text):
            return datetime.strptime(text, "%d.%m.%Y").date().isoformat()
        if len(text) > 10:
            return datetime.fromisoformat(text).date().isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"the session date {text!r} is not of the form 2026-11-20") from None
