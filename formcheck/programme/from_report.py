"""From a check's result to entries of the record: one for each side that was worked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from formcheck.errors import SourceError, UsageError
from formcheck.pose.landmarks import SIDES, Side
from formcheck.programme.entries import Entry, HoldEntry, Quality, RunEntry, SetEntry, entry_of, said_as
from formcheck.programme.guide import Exercise, Guide
from formcheck.results import Measure, Rep, SetReport

__all__ = ["RUNNING", "entries_from", "read_report"]

RUNNING: Final = ("running_rear", "running_side")

E = TypeVar("E", SetEntry, RunEntry, HoldEntry)


def read_report(path: Path) -> SetReport:
    """The result that ``formcheck check --json`` wrote. Raises SourceError."""
    try:
        return SetReport.model_validate_json(path.read_bytes())
    except OSError as error:
        why = error.strerror or error
        raise SourceError(f"'{path}' cannot be read ({why}): name a result of formcheck check --json") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise SourceError(f"'{path}' is no result of formcheck check --json ({where}: {first['msg']})") from error


def entries_from(report: SetReport, guide: Guide, on: date, told: Mapping[str, Any]) -> list[Entry]:
    """What a result adds to the record.

    Args:
        report: the scored set.
        guide: names the exercises and the checks that decide whether a repetition is clean.
        on: the day it was done.
        told: what the person adds, such as pain or the band; a name the kind of entry does not have is refused.

    Raises:
        UsageError: nothing was counted, a value cannot be right, or the result says itself what was told.
    """
    if report.exercise in RUNNING:
        return [_run(report, on, told)]
    exercise = guide.exercise(report.exercise)
    if not report.reps:
        raise UsageError("the result holds no repetition: there is nothing to log")
    sides: list[Side | None] = [side for side in SIDES if any(rep.side == side for rep in report.reps)] or [None]
    make = _set if exercise.kind == "strength" else _hold
    return [make(report, exercise, side, on, told) for side in sides]


def _set(report: SetReport, exercise: Exercise, side: Side | None, on: date, told: Mapping[str, Any]) -> Entry:
    reps = [rep for rep in report.reps if rep.side == side]
    complete = [rep for rep in reps if rep.complete]
    faulty = [rep for rep in complete if _faults(rep)]
    clean = [rep for rep in complete if not _faults(rep) and _seen_clean(rep, exercise.must_see)]
    return _entry(
        SetEntry,
        told,
        on=on,
        exercise=report.exercise,
        side=side,
        reps_complete=len(complete),
        reps_partial=len(reps) - len(complete),
        reps_clean=len(clean),
        reps_fault=len(faulty),
        reps_unsure=len(complete) - len(faulty) - len(clean),
        faults=dict(Counter(check for rep in complete for check in _faults(rep))),
        hold_s=_mean([rep.hold_s for rep in complete]),
        hold_error_s=_hold_error(complete),
        lowering_s=_mean([rep.lowering_s for rep in complete]),
        measures=_measures(complete),
        asymmetry=_asymmetry(report),
        quality=_quality(len(complete), len(clean) + len(faulty)),
        provenance=_provenance(report),
    )


def _run(report: SetReport, on: date, told: Mapping[str, Any]) -> Entry:
    gait = report.gait
    if gait is None or not gait.contacts:
        raise UsageError("the result holds no foot contact: there is nothing to log")
    states = [verdict.state for verdict in report.verdicts]
    return _entry(
        RunEntry,
        told,
        on=on,
        cadence_spm=gait.cadence_spm,
        cadence_error_spm=gait.cadence_error_spm,
        faults={check: count for check, count in report.faults.items() if count},
        measures=dict(gait.measures),
        asymmetry=_asymmetry(report),
        quality=_quality(len(states), sum(state != "not_assessed" for state in states)),
        provenance=_provenance(report),
    )


def _hold(report: SetReport, exercise: Exercise, side: Side | None, on: date, told: Mapping[str, Any]) -> Entry:
    """The longest unbroken hold; each return to the position after it is a break."""
    held = next((held for held in report.holds or () if held.side == side), None)
    holds = [rep.hold_s for rep in report.reps if rep.side == side and rep.hold_s is not None]
    judged = [v.state for v in report.verdicts if v.side == side]
    return _entry(
        HoldEntry,
        told,
        on=on,
        exercise=exercise.id,
        side=side,
        seconds=round(max(holds, default=0.0), 1),
        error_s=held.error_s if held else None,
        breaks=max(0, len(holds) - 1),
        faults={check: count for check, count in report.faults.items() if count},
        quality=_quality(len(judged), sum(state != "not_assessed" for state in judged)),
        provenance=_provenance(report),
    )


def _entry(kind: type[E], told: Mapping[str, Any], **seen: Any) -> E:
    """What was seen and what was told; only what was not seen can be told. Raises UsageError."""
    for name in told:
        if seen.get(name) is not None:
            raise UsageError(f"the result says itself what --{said_as(name)} would: leave it out, or log by hand")
        if name not in kind.model_fields:
            raise UsageError(f"--{said_as(name)} does not belong to this result: leave it out")
    return entry_of(kind, **{**seen, **told})


def _faults(rep: Rep) -> list[str]:
    return sorted({v.check for v in rep.verdicts if v.state == "fault"})


def _seen_clean(rep: Rep, must_see: Sequence[str]) -> bool:
    """Whether each check that decides was clear of its limit: unsure is not clean."""
    states = {v.check: v.state for v in rep.verdicts}
    return all(states.get(check) == "ok" for check in must_see)


def _quality(all_of: int, judged: int) -> Quality:
    if not judged:
        return "not judged"
    return "judged" if judged == all_of else "partly judged"


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 4) if known else None


def _hold_error(reps: Sequence[Rep]) -> float | None:
    errors = [v.error for rep in reps for v in rep.verdicts if v.check == "hold_time" and v.error is not None]
    return max(errors, default=None)


def _measures(reps: Sequence[Rep]) -> dict[str, Measure]:
    """Each measure's mean over the repetitions, with its largest error band."""
    found: dict[str, list[Measure]] = {}
    for rep in reps:
        for name, measure in rep.measures.items():
            if measure.value is not None:
                found.setdefault(name, []).append(measure)
    return {name: _over(measures) for name, measures in found.items()}


def _over(measures: Sequence[Measure]) -> Measure:
    errors = [m.error for m in measures]
    known = [error for error in errors if error is not None]
    return Measure(
        value=_mean([m.value for m in measures]),
        unit=measures[0].unit,
        error=max(known) if len(known) == len(errors) else None,
    )


def _asymmetry(report: SetReport) -> tuple[dict[str, Any], ...]:
    return tuple(pair.model_dump() for pair in report.asymmetry)


def _provenance(report: SetReport) -> dict[str, Any]:
    return report.provenance.model_dump(mode="json")
