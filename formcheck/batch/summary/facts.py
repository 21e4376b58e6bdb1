"""What a summary keeps of each recording, taken from the rows that go into the tables, in little memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from statistics import fmean
from sys import intern
from typing import Any, Final

from formcheck.batch.rows import RowsOf
from formcheck.export.columns import measure_column, measures_of
from formcheck.export.rows import Row
from formcheck.report import wording
from formcheck.results import Measure, State

__all__ = ["Check", "Collected", "Counts", "Duplicate", "Failure", "RepCounts", "SetFacts"]

_CHECK, _STATE = "check_", "_state"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many verdicts came to which state."""

    ok: int = 0
    watch: int = 0
    fault: int = 0
    not_assessed: int = 0

    @property
    def total(self) -> int:
        return self.ok + self.watch + self.fault + self.not_assessed

    @property
    def judged(self) -> int:
        return self.ok + self.watch + self.fault

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)))

    @classmethod
    def of(cls, states: Iterable[Any]) -> Counts:
        found = list(states)
        return cls(*(found.count(each.name) for each in fields(Counts)))


@dataclass(frozen=True, slots=True)
class RepCounts:
    """Repetitions of one side. ``faulty`` and ``unsure`` are of the complete ones.

    ``unsure``: no fault, but some check close to its limit or not assessed.
    """

    complete: int = 0
    partial: int = 0
    faulty: int = 0
    unsure: int = 0

    def __add__(self, other: RepCounts) -> RepCounts:
        return RepCounts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(RepCounts)))


@dataclass(frozen=True, slots=True)
class Check:
    """A check's verdict on a whole set; ``reps`` are the repetitions in that state."""

    check: str
    title: str
    side: str | None
    state: State
    value: float | None
    limit: float | None
    error: float | None
    unit: str
    finding: str
    reason: str
    cue: str
    reps: int

    @property
    def name(self) -> str:
        """The check in plain words."""
        return wording.sentence(self.title) or wording.in_words(self.check)

    @property
    def fault(self) -> str:
        """What is wrong, in plain words."""
        return self.finding or self.name


@dataclass(frozen=True, slots=True)
class SetFacts:
    """One scored recording, counted once.

    Attributes:
        result: the key of its stored result.
        reps: repetitions for each side; empty for a run.
        judged: for each check and side, the states of the complete repetitions.
        measures: for each measure and side, its mean over the set with the largest error band.
        advice: what to change about the picture; empty where nothing is.
    """

    file: str
    person: str
    date: str
    exercise: str
    result: str
    summary: str
    running: bool
    contacts: int
    cadence: Measure | None
    view_fits: bool
    advice: str
    reps: Mapping[str | None, RepCounts]
    checks: tuple[Check, ...]
    judged: Mapping[tuple[str, str | None], Counts]
    measures: Mapping[tuple[str, str | None], Measure]

    @property
    def complete(self) -> int:
        """Complete repetitions of both sides."""
        return sum(count.complete for count in self.reps.values())

    @property
    def has_fault(self) -> bool:
        return any(check.state == "fault" for check in self.checks)

    @property
    def has_blind(self) -> bool:
        """Whether some check could not be judged."""
        return any(check.state == "not_assessed" for check in self.checks)


@dataclass(frozen=True, slots=True)
class Failure:
    """A recording without a result."""

    file: str
    person: str
    date: str
    exercise: str
    kind: str
    reason: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A recording whose result was counted under an earlier name."""

    file: str
    person: str
    date: str
    exercise: str
    first: str


@dataclass(slots=True)
class Collected:
    """Takes down what a summary needs of rows on their way into the tables."""

    sets: list[SetFacts] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    made_with: set[tuple[str, ...]] = field(default_factory=set)

    def watching(self, rows: Iterable[RowsOf]) -> Iterator[RowsOf]:
        """The rows as they come."""
        for each in rows:
            self._take(each)
            yield each

    def _take(self, rows: RowsOf) -> None:
        row = rows.recording
        who = (_text(row, "file"), _text(row, "person"), _text(row, "session_date"), _text(row, "exercise"))
        if row["state"] == "failed":
            line = rows.failure.get("line") if rows.failure else None
            known = line if isinstance(line, int) else None
            self.failures.append(Failure(*who, _text(row, "failure"), _text(row, "reason"), known))
        elif row["duplicate_of"]:
            self.duplicates.append(Duplicate(*who, _text(row, "duplicate_of")))
        else:
            made = ("exercise", "checker_version", "params_hash", "model_sha256", "package_version")
            self.made_with.add(tuple(_text(row, name) for name in made))
            self.sets.append(_set(rows))


def _text(row: Row, name: str) -> str:
    return intern(str(row.get(name) or ""))


def _number(row: Row, name: str) -> float | None:
    cell = row.get(name)
    return float(cell) if isinstance(cell, int | float) else None


def _count(row: Row, name: str) -> int:
    return int(_number(row, name) or 0)


def _set(rows: RowsOf) -> SetFacts:
    row = rows.recording
    running = any(each["row"] != "rep" for each in rows.reps)
    complete = [each for each in rows.reps if each["row"] != "rep" or each["complete"]]
    cadence = _number(row, "cadence_spm")
    error = _number(row, "cadence_error_spm")
    return SetFacts(
        file=_text(row, "file"),
        person=_text(row, "person"),
        date=_text(row, "session_date"),
        exercise=_text(row, "exercise"),
        result=_text(row, "recording"),
        summary=_text(row, "summary"),
        running=running,
        contacts=_count(row, "contacts"),
        cadence=Measure(value=cadence, unit="spm", error=error) if running and cadence is not None else None,
        view_fits=bool(row["view_fits"]),
        advice=_text(row, "view_advice"),
        reps={} if running else {side: _rep_counts(own) for side, own in _by_side(rows.reps).items()},
        checks=tuple(map(_check, rows.checks)),
        judged={} if running else dict(_judged(complete)),
        measures=dict(_measures(_text(row, "exercise"), complete)),
    )


def _by_side(reps: Sequence[Row]) -> dict[str | None, list[Row]]:
    found: dict[str | None, list[Row]] = {}
    for rep in reps:
        found.setdefault(_text(rep, "side") or None, []).append(rep)
    return dict(sorted(found.items(), key=lambda pair: pair[0] or ""))


def _rep_counts(reps: Sequence[Row]) -> RepCounts:
    complete = [list(_states(rep).values()) for rep in reps if rep["complete"]]
    faulty = sum("fault" in states for states in complete)
    clean = sum(bool(states) and set(states) == {"ok"} for states in complete)
    return RepCounts(len(complete), len(reps) - len(complete), faulty, len(complete) - faulty - clean)


def _states(rep: Row) -> dict[str, Any]:
    """Check to state, of one repetition."""
    return {
        intern(name.removeprefix(_CHECK).removesuffix(_STATE)): cell
        for name, cell in rep.items()
        if name.startswith(_CHECK) and name.endswith(_STATE) and cell is not None
    }


def _judged(reps: Sequence[Row]) -> Iterator[tuple[tuple[str, str | None], Counts]]:
    for side, own in _by_side(reps).items():
        states = [_states(rep) for rep in own]
        for check in dict.fromkeys(check for each in states for check in each):
            yield (check, side), Counts.of(each.get(check) for each in states)


def _check(row: Row) -> Check:
    state: Any = row["state"]
    return Check(
        check=_text(row, "check"),
        title=_text(row, "title"),
        side=_text(row, "side") or None,
        state=state,
        value=_number(row, "value"),
        limit=_number(row, "limit"),
        error=_number(row, "error"),
        unit=_text(row, "unit"),
        finding=_text(row, "finding"),
        reason=_text(row, "reason"),
        cue=_text(row, "cue"),
        reps=_count(row, "reps_in_state"),
    )


_Found = dict[str, list[Measure]]


def _measures(exercise: str, reps: Sequence[Row]) -> Iterator[tuple[tuple[str, str | None], Measure]]:
    for side, own in _by_side(reps).items():
        found: _Found = {}
        for rep in own:
            for name, measure in _measures_of(exercise, rep):
                found.setdefault(name, []).append(measure)
        for name, measures in found.items():
            yield (name, side), mean_of(measures)


def _measures_of(exercise: str, rep: Row) -> Iterator[tuple[str, Measure]]:
    for name, unit in measures_of(exercise):
        value = _number(rep, measure_column(name, unit))
        if value is not None:
            error = _number(rep, measure_column(name, unit, "_error"))
            yield name, Measure(value=value, unit=unit, error=error)
    others = json.loads(str(rep.get("other_measures") or "{}"))
    for name, told in others.items():
        if told["value"] is not None:
            yield name, Measure(**told)


_DIGITS: Final = 6


def mean_of(measures: Sequence[Measure]) -> Measure:
    """The mean with the largest error band, None where one is unknown: a camera errs alike from one to the next."""
    errors = [m.error for m in measures]
    known = [error for error in errors if error is not None]
    return Measure(
        value=round(fmean(m.value for m in measures if m.value is not None), _DIGITS),
        unit=measures[0].unit,
        error=max(known) if len(known) == len(errors) else None,
    )
