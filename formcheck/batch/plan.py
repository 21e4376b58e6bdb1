"""The plan: every recording with what to score it as, checked whole before any work starts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formcheck.batch.errors import PlanError, Problem
from formcheck.batch.exercise import BY_FOLDER, exercise_of
from formcheck.batch.manifest import Row, read_manifest
from formcheck.batch.sources import Stamp, absolute, is_url, search, stamps_of
from formcheck.errors import UsageError

__all__ = ["Entry", "Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording to score.

    Attributes:
        name: as tables show it.
        path: absolute, or an address.
        side: "left", "right" or "auto".
        session_date: ISO 8601, or empty.
        stamp: None where the file is gone or is no file.
        line: of the manifest.
    """

    name: str
    path: str
    exercise: str
    side: str = "auto"
    person: str = ""
    session_date: str = ""
    mirrored: bool = False
    notes: str = ""
    stamp: Stamp | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, what cannot be right, and what was left out, in words with its count."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    unused_columns: tuple[str, ...] = ()


def make_plan(places: Sequence[str], manifest: Path | None = None, exercise: str = BY_FOLDER) -> Plan:
    """Plan the recordings in ``places``, or those that a manifest names.

    With a manifest, relative names are looked up in ``places`` (folders or addresses), or beside the
    manifest where no place is given. No recording is opened.

    Args:
        exercise: what holds where the manifest says nothing: an id, "folder" for the folder's name, or "auto".

    Raises:
        PlanError: the manifest cannot be read, or there is nothing to plan.
        UsageError: an unknown exercise.
    """
    if exercise != BY_FOLDER:
        exercise_of("", "", exercise)
    plan = _from_manifest(places, manifest, exercise) if manifest else _from_places(places, exercise)
    if not plan.entries and not plan.problems:
        raise PlanError("there is no recording to score; name folders, files, patterns or a manifest")
    return plan


def _from_places(places: Sequence[str], exercise: str) -> Plan:
    result = search(places)
    entries: list[Entry] = []
    problems = list(result.problems)
    for found in result.found:
        try:
            shown = exercise_of("", os.path.dirname(found.path), exercise)  # noqa: PTH120 - addresses too
        except UsageError as error:
            problems.append(Problem(found.name, str(error)))
        else:
            entries.append(Entry(found.name, found.path, shown, stamp=found.stamp))
    return Plan(tuple(entries), tuple(problems), dict(result.skipped))


def _from_manifest(places: Sequence[str], manifest: Path, exercise: str) -> Plan:
    read = read_manifest(manifest)
    problems = list(read.problems)
    entries: list[Entry] = []
    lines: dict[tuple[str, str, str], int] = {}
    located = _located(read.rows, places or [os.path.dirname(absolute(str(manifest)))])  # noqa: PTH120
    for row, (path, stamp) in zip(read.rows, located, strict=True):
        try:
            entry = _entry(row, path, stamp, exercise)
        except UsageError as error:
            problems.append(Problem(row.file, str(error), row.line))
            continue
        first = lines.setdefault((path, entry.exercise, entry.side), row.line)
        if first == row.line:
            entries.append(entry)
        else:
            problems.append(Problem(row.file, f"it repeats line {first}", row.line))
    problems.sort(key=lambda problem: problem.line or 0)
    skipped = _unnamed(places, {path for path, _ in located})
    return Plan(tuple(entries), tuple(problems), skipped, read.unused_columns)


def _located(rows: Sequence[Row], roots: Sequence[str]) -> list[tuple[str, Stamp | None]]:
    """Where each row's recording lies: in the first root that has it, or would, with no stamp, in the first."""
    choices = [_choices(row.file, roots) for row in rows]
    stamps = stamps_of({path for paths in choices for path in paths})
    places = [next((path for path in paths if stamps[path]), paths[0]) for paths in choices]
    return [(path, stamps[path]) for path in places]


def _choices(file: str, roots: Sequence[str]) -> list[str]:
    names = dict.fromkeys((file, file.strip()))  # a blank beside the comma is no part of the name, unless it is
    if is_url(file):
        return list(names)
    return [_joined(root, name) for name in names for root in roots]


def _joined(root: str, name: str) -> str:
    if is_url(root):
        return f"{root.rstrip('/')}/{name}"
    return absolute(os.path.join(root, name))  # noqa: PTH118 - a hundred thousand of them


def _entry(row: Row, path: str, stamp: Stamp | None, exercise: str) -> Entry:
    return Entry(
        name=row.file,
        path=path,
        exercise=exercise_of(row.exercise, os.path.dirname(path), exercise),  # noqa: PTH120
        side=row.side,
        person=row.person,
        session_date=row.session_date,
        mirrored=row.mirrored,
        notes=row.notes,
        stamp=stamp,
        line=row.line,
    )


def _unnamed(places: Sequence[str], named: set[str]) -> dict[str, int]:
    count = sum(found.path not in named for found in search(places).found)
    return {"recordings that no row of the manifest names": count} if count else {}
