"""The manifest: one row a recording, as clinics' spreadsheets write it.

Read in UTF-8 (with or without a BOM), UTF-16 or Windows-1252, with commas, semicolons or tabs.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from formcheck.batch.errors import PlanError, Problem

__all__ = ["COLUMNS", "Manifest", "Row", "read_manifest"]

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
_SIDES: Final = {"": "auto", "auto": "auto", "left": "left", "l": "left", "right": "right", "r": "right"}


@dataclass(frozen=True, slots=True)
class Row:
    """One recording as the manifest names it; ``line`` is where its row starts, the heading being line 1.

    ``session_date`` is ISO 8601 or empty; ``exercise`` and ``person`` are empty where nothing is said.
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
class Manifest:
    """All rows that can be read, what is wrong with the others, and the headings nobody knows."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
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
        _, heading = next(lines)
    except StopIteration:
        raise PlanError(f"the manifest '{path}' is empty; its first line names the columns") from None
    places, unused = _places(path, heading)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, fields in lines:
        if not any(field.strip() for field in fields):
            continue
        row = _row(line, fields, places, len(heading))
        (rows if isinstance(row, Row) else problems).append(row)  # type: ignore[arg-type]
    return Manifest(tuple(rows), tuple(problems), unused)


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
    heading = re.split(r"[\r\n]", text, maxsplit=1)[0]
    return max(",;\t", key=heading.count)


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


def _row(line: int, fields: list[str], places: Mapping[str, int], width: int) -> Row | Problem:
    if len(fields) > width and any(field.strip() for field in fields[width:]):
        return Problem(fields[places["file"]], f"it has {len(fields)} fields, the heading {width}", line)
    said = {column: fields[place].strip() if place < len(fields) else "" for column, place in places.items()}
    try:
        return Row(
            line=line,
            file=_file(fields[places["file"]] if places["file"] < len(fields) else ""),
            exercise=said.get("exercise", "").lower(),
            side=_side(said.get("side", "")),
            person=said.get("person", ""),
            session_date=_iso_date(said.get("session_date", "")),
            mirrored=_mirrored(said.get("mirrored", "")),
            notes=said.get("notes", ""),
        )
    except ValueError as error:
        return Problem(said["file"], str(error), line)


def _file(name: str) -> str:
    if not name.strip():
        raise ValueError("it names no file")
    if "\0" in name:
        raise ValueError("its file name holds a NUL character")
    return name


def _side(text: str) -> str:
    if text.lower() not in _SIDES:
        raise ValueError(f"unknown side {text!r}; it is left, right or auto")
    return _SIDES[text.lower()]


def _mirrored(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(f"mirrored is yes or no, not {text!r}")
    return text.lower() in _YES


def _iso_date(text: str) -> str:
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
