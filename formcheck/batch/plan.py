"""The plan: every recording with what to score it as, checked whole before any work starts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from formcheck.batch.errors import PlanError, Problem
from formcheck.batch.exercise import BY_FOLDER, exercise_of
from formcheck.batch.manifest import Row, WrongRow, read_manifest
from formcheck.batch.sources import Stamp, absolute, is_url, search, stamps_of
from formcheck.errors import UsageError

__all__ = ["Entry", "Plan", "make_plan", "no_such_file"]


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
    """What is to be done, what cannot be right, and what was left out, in words with its count.

    ``namesakes`` are persons whose names differ only by case: they are taken for different people.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    unused_columns: tuple[str, ...] = ()
    namesakes: tuple[tuple[str, ...], ...] = ()


def make_plan(places: Sequence[str], manifest: Path | None = None, exercise: str = BY_FOLDER, *, out: str = "") -> Plan:
    """Plan the recordings in ``places``, or those that a manifest names.

    With a manifest, relative names are looked up in ``places`` (folders or addresses), or beside the
    manifest where no place is given. No recording is opened.

    Args:
        exercise: what holds where the manifest says nothing: an id, "folder" for the folder's name, or "auto".
        out: where results go; nothing in it is a recording, unless the manifest names it.

    Raises:
        PlanError: the manifest cannot be read, or there is nothing to plan.
        UsageError: an unknown exercise.
    """
    if exercise != BY_FOLDER:
        exercise_of("", "", exercise)
    plan = _from_manifest(places, manifest, exercise, out) if manifest else _from_places(places, exercise, out)
    if not plan.entries and not plan.problems:
        raise PlanError(f"there is no recording to score{_left_out(plan)}; name folders, files, patterns or a manifest")
    return plan


def _left_out(plan: Plan) -> str:
    told = ", ".join(f"{count} {what}" for what, count in sorted(plan.skipped.items()))
    return f" (left out: {told})" if told else ""


def _from_places(places: Sequence[str], exercise: str, out: str) -> Plan:
    result = search(places, out)
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


def _from_manifest(places: Sequence[str], manifest: Path, exercise: str, out: str) -> Plan:
    read = read_manifest(manifest)
    problems: list[Problem] = []
    entries: list[Entry] = []
    lines: dict[tuple[str, str, str], int] = {}
    roots = places or [os.path.dirname(absolute(str(manifest)))]  # noqa: PTH120
    rows = [*(WrongRow(row, ()) for row in read.rows), *read.wrong]
    located = _located([each.row for each in rows], roots)
    for each, (path, stamp) in zip(rows, located, strict=True):
        try:
            entry = _entry(each.row, path, stamp, exercise)
        except UsageError as error:
            problems.append(each.problem(str(error), *_missing(each.row, stamp)))
            continue
        first = lines.setdefault((path, entry.exercise, entry.side), entry.line or 0)
        if each.faults:
            problems.append(each.problem(*_missing(each.row, stamp), exercise=entry.exercise))
        elif first != entry.line:
            problems.append(each.problem(f"it repeats line {first}", exercise=entry.exercise))
        else:
            entries.append(entry)
    problems.sort(key=lambda problem: problem.line or 0)
    skipped = _unnamed(places, {path for path, _ in located}, out)
    people = {each.row.person for each in rows}
    return Plan(tuple(entries), tuple(problems), skipped, read.unused_columns, _namesakes(people))


def _missing(row: Row, stamp: Stamp | None) -> tuple[str, ...]:
    return () if stamp or not row.file.strip() else (no_such_file(row.file),)


def no_such_file(name: str) -> str:
    """What is wrong with a name that nothing goes by."""
    windows = "\\" in name and os.sep == "/"
    hint = "; its name holds \\, which parts folders on Windows only: write / instead" if windows else ""
    return f"there is no such file, or it cannot be read{hint}"


def _namesakes(people: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    alike: dict[str, list[str]] = {}
    for person in sorted(people):
        alike.setdefault(" ".join(person.casefold().split()), []).append(person)
    return tuple(tuple(some) for some in alike.values() if len(some) > 1)


def _located(rows: Sequence[Row], roots: Sequence[str]) -> list[tuple[str, Stamp | None]]:
    """Where each row's recording lies: in the first root that has it, or would, with no stamp, in the first."""
    choices = [_choices(row.file, roots) for row in rows]
    stamps = stamps_of({path for paths in choices for path in paths})
    places = [next((path for path in paths if stamps[path]), paths[0]) for paths in choices]
    return [(path, stamps[path]) for path in places]


def _choices(file: str, roots: Sequence[str]) -> list[str]:
    said = (file, file.strip())  # a blank beside the comma is no part of the name, unless it is
    names = dict.fromkeys([*said, *(normalize(form, name) for form in ("NFC", "NFD") for name in said)])
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


def _unnamed(places: Sequence[str], named: set[str], out: str) -> dict[str, int]:
    count = sum(found.path not in named for found in search(places, out).found)
    return {"recordings that no row of the manifest names": count} if count else {}
