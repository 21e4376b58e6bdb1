"""Changes over weeks: "better" only when beyond the error of measurement. Pure functions over entries."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Final

from formcheck.pose.landmarks import SIDES, Side
from formcheck.programme.diary import Diary
from formcheck.programme.entries import Entry, HoldEntry, PainEntry, RunEntry, SetEntry, worst_pain
from formcheck.programme.guide import Guide
from formcheck.trends import Answer, Ends, Good, direction_of, ends_of

__all__ = ["Change", "Point", "Series", "change_of", "series_of"]


@dataclass(frozen=True, slots=True)
class Point:
    """A day's value; ``error``: half-width of its error band, None where none is known."""

    on: date
    value: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity over days. ``good``: the direction in which it gets better."""

    group: str
    name: str
    side: Side | None
    unit: str
    good: Good
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The first days against the last; ``band``: what a change has to exceed to be told."""

    first: float
    last: float
    band: float | None
    answer: Answer
    why: str


@dataclass(frozen=True, slots=True)
class _Quantity:
    name: str
    unit: str
    good: Good
    of: Callable[[Sequence[SetEntry]], tuple[float, float | None] | None]


def change_of(series: Series, guide: Guide) -> Change:
    """What a series has come to: means of the first and of the last days, apart by more than their error or not."""
    ends = ends_of(series.points, guide.trends.sessions)
    answer, why = _answer(ends, series)
    return Change(ends.first, ends.last, ends.band, answer, why)


def _answer(ends: Ends, series: Series) -> tuple[Answer, str]:
    if len(series.points) < 2:
        return "not compared", "one day is no trend"
    if ends.band is None:
        return "not compared", "no error of measurement is known for some of these days"
    rise = ends.last - ends.first
    # A change of pain counts from the least that matters on, any other from beyond its error on.
    most_of_none = ends.band - 1e-9 if series.unit == "of 10" else ends.band + 1e-9
    if rise == 0 or abs(rise) <= most_of_none:
        return "no change", "within the error of measurement"
    return direction_of(rise, series.good), "beyond the error of measurement"


def series_of(diary: Diary) -> list[Series]:
    """Every quantity that the record holds over days, exercise by exercise in the guide's order."""
    found = [*_exercise_series(diary), *_hold_series(diary), *_run_series(diary), *_pain_series(diary)]
    return [series for series in found if series.points]


def _exercise_series(diary: Diary) -> Iterator[Series]:
    for exercise in diary.guide.exercises:
        if exercise.kind != "strength":
            continue
        days = diary.sets_by_day(exercise.id, None, date.max)
        sides: tuple[Side | None, ...] = SIDES if exercise.per_side else (None,)
        for quantity in _QUANTITIES:
            for side in sides:
                yield _series(exercise.title, quantity, side, _of_side(days, side, exercise.per_side))
        if exercise.per_side:
            yield from _asymmetries(exercise.title, days)


def _of_side(
    days: Mapping[date, Sequence[SetEntry]], side: Side | None, per_side: bool
) -> dict[date, list[SetEntry]]:
    return {day: [s for s in sets if not per_side or s.side == side] for day, sets in days.items()}


def _series(group: str, quantity: _Quantity, side: Side | None, days: Mapping[date, Sequence[SetEntry]]) -> Series:
    values = ((day, quantity.of(sets)) for day, sets in days.items() if sets)
    points = tuple(Point(day, *value) for day, value in values if value is not None)
    return Series(group, quantity.name, side, quantity.unit, quantity.good, points)


def _reps(sets: Sequence[SetEntry]) -> tuple[float, float | None]:
    """Complete repetitions; a partial one may have been a complete one, so partial ones are the error."""
    measured = all(s.quality != "by hand" for s in sets)
    return float(sum(s.reps_complete for s in sets)), float(sum(s.reps_partial for s in sets)) if measured else 0.0


def _faults(sets: Sequence[SetEntry]) -> tuple[float, float | None] | None:
    """Share of complete repetitions with a fault; what nobody could judge is the error."""
    judged = [s for s in sets if s.reps_clean is not None and s.reps_complete]
    total = sum(s.reps_complete for s in judged)
    if not total:
        return None
    unsure = sum(s.reps_unsure or 0 for s in judged)
    faulty = total - unsure - sum(s.reps_clean or 0 for s in judged)
    filmed = all(s.quality != "by hand" for s in judged)
    # Half of what is unsure on each side: the true share lies between faulty and faulty + unsure.
    return (faulty + unsure / 2) / total, unsure / 2 / total if filmed else None


def _hold(sets: Sequence[SetEntry]) -> tuple[float, float | None] | None:
    known = [s for s in sets if s.hold_s is not None]
    return _mean_and_error([(s.hold_s or 0.0, s.hold_error_s) for s in known])


def _mean_and_error(values: Sequence[tuple[float, float | None]]) -> tuple[float, float | None] | None:
    if not values:
        return None
    errors = [error for _, error in values]
    known = [error for error in errors if error is not None]
    return fmean(value for value, _ in values), max(known) if len(known) == len(errors) else None


_QUANTITIES: Final = (
    _Quantity("complete reps a day", "reps", "neither", _reps),
    _Quantity("reps with a fault", "share", "down", _faults),
    _Quantity("hold", "s", "up", _hold),
)


def _asymmetries(group: str, days: Mapping[date, Sequence[SetEntry]]) -> Iterator[Series]:
    """Left against right of each measure, on days on which both sides were measured."""
    points: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for day, sets in days.items():
        left, right = (_measured([s for s in sets if s.side == side]) for side in SIDES)
        for name in left.keys() & right.keys():
            (a, a_error), (b, b_error) = left[name], right[name]
            error = None if a_error is None or b_error is None else math.hypot(a_error, b_error)
            points[name].append(Point(day, abs(a - b), error))
    for (measure, unit), found in sorted(points.items()):
        yield Series(group, f"left–right {measure.replace('_', ' ')}", None, unit, "down", tuple(found))


def _measured(sets: Sequence[SetEntry]) -> dict[tuple[str, str], tuple[float, float | None]]:
    values: dict[tuple[str, str], list[tuple[float, float | None]]] = defaultdict(list)
    for entry in sets:
        for name, measure in entry.measures.items():
            if measure.value is not None:
                values[name, measure.unit].append((measure.value, measure.error))
        if entry.hold_s is not None:
            values["hold", "s"].append((entry.hold_s, entry.hold_error_s))
    means = {key: _mean_and_error(found) for key, found in values.items()}
    return {key: mean for key, mean in means.items() if mean is not None}


def _hold_series(diary: Diary) -> Iterator[Series]:
    for exercise in diary.guide.exercises:
        if exercise.kind == "strength":
            continue
        entries = [e for e in diary.all(HoldEntry) if e.exercise == exercise.id]
        for side in (*SIDES, None):
            longest: dict[date, HoldEntry] = {}
            for entry in (e for e in entries if e.side == side):
                longest[entry.on] = max(longest.get(entry.on, entry), entry, key=lambda e: e.seconds)
            points = tuple(Point(day, e.seconds, e.error_s) for day, e in longest.items())
            yield Series(exercise.title, "seconds held", side, "s", "up", points)


def _run_series(diary: Diary) -> Iterator[Series]:
    runs = diary.all(RunEntry)
    minutes = _by_day((run.on, run.minutes) for run in runs if run.minutes is not None)
    points = tuple(Point(day, sum(values), 0.0) for day, values in minutes.items())
    yield Series("Running", "minutes", None, "min", "neither", points)
    measured = tuple(Point(r.on, r.cadence_spm, r.cadence_error_spm) for r in runs if r.cadence_spm is not None)
    yield Series("Running", "cadence", None, "spm", "neither", measured)


def _pain_series(diary: Diary) -> Iterator[Series]:
    # Two days' bands together come to the change that matters.
    error = diary.guide.trends.pain_change / math.sqrt(2)
    kinds: Mapping[str, Sequence[Entry]] = {
        "with strength work": diary.all(SetEntry),
        "with runs": diary.all(RunEntry),
        "of the day": diary.all(PainEntry),
    }
    for name, entries in kinds.items():
        told = ((entry.on, worst_pain(entry)) for entry in entries)
        days = _by_day((day, float(pain)) for day, pain in told if pain is not None)
        points = tuple(Point(day, max(values), error) for day, values in days.items())
        yield Series("Pain", name, None, "of 10", "down", points)


def _by_day(values: Iterable[tuple[date, float]]) -> dict[date, list[float]]:
    days: dict[date, list[float]] = defaultdict(list)
    for day, value in values:
        days[day].append(value)
    return dict(days)
