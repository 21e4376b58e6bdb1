"""A person who follows `formcheck today` for twelve weeks, as a story with a few lines of script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from formcheck.programme.entries import Entry, HoldEntry, PainEntry, RunEntry, SetEntry
from formcheck.programme.guide import Guide
from formcheck.programme.progressions import Dose
from formcheck.programme.state import ProgrammeState, state_of
from formcheck.results import Measure

FIRST_MONDAY = date(2026, 1, 5)
WEEKS = 12


def monday(week: int) -> date:
    """The Monday of a week of the story, from 1."""
    return FIRST_MONDAY + timedelta(weeks=week - 1)


def lived(guide: Guide, last: date) -> list[Entry]:
    """The record of the person at the end of ``last``: each day does what that morning's state prescribes."""
    entries: list[Entry] = []
    for offset in range((last - FIRST_MONDAY).days + 1):
        day = FIRST_MONDAY + timedelta(days=offset)
        entries += list(_day(state_of(entries, guide, day), day))
    return entries


def _day(state: ProgrammeState, day: date) -> Iterator[Entry]:
    week = (day - FIRST_MONDAY).days // 7 + 1
    if not state.strength.rest:
        for dose in state.strength.doses:
            yield from _sets(dose, week, day)
    if state.run is not None and state.run.today_minutes:
        yield _run(state, week, day)
    for hold in state.recovery if day.weekday() == 6 else ():
        low = hold.exercise.seconds[0] if hold.exercise.seconds else 0.0
        for side in ("left", "right"):
            yield HoldEntry(on=day, exercise=hold.exercise.id, side=side, seconds=low)
    yield PainEntry(on=day, pain=_pain(day, week))


def _pain(day: date, week: int) -> int:
    """2 in the first week, 1 in the second, none from the third; the evening of the painful run 3, the next day 1."""
    if week < 3:
        return 3 - week
    return {monday(10) + timedelta(days=2): 3, monday(10) + timedelta(days=3): 1}.get(day, 0)


def _sets(dose: Dose, week: int, day: date) -> Iterator[Entry]:
    exercise = dose.exercise
    level = exercise.levels.index(dose.level)
    high = exercise.reps_high or 0
    for _ in range(exercise.sets or 0):
        for side in ("left", "right") if exercise.per_side else (None,):
            faulty = 4 if week == 1 and side == "left" else 0
            yield SetEntry(
                on=day,
                exercise=exercise.id,
                side=side,
                reps_complete=high,
                reps_clean=high - faulty,
                reps_fault=faulty,
                reps_unsure=0,
                faults={exercise.must_see[0]: faulty} if faulty else {},
                hold_s=1.4 + 0.08 * week,
                hold_error_s=0.3,
                measures={"pelvic_roll": Measure(value=9.0 - week / 2, unit="% of trunk length", error=1.2)},
                quality="judged",
                easy=week % 3 != 0,
                band="light",
                band_at="ankles" if level else "knees",
                weight_kg=0.7,
                box_cm=40.0 if level else 48.0,
                pain_during=1 if week == 1 else 0,
            )


def _run(state: ProgrammeState, week: int, day: date) -> RunEntry:
    """The second run of week 10 hurts; the first one of week 9 was filmed."""
    assert state.run is not None
    hurts = day == monday(10) + timedelta(days=2)
    filmed = week == 9 and state.run.runs_done == 0
    return RunEntry(
        on=day,
        minutes=state.run.today_minutes,
        km=round(state.run.today_minutes / 6, 2),
        pain_during=4 if hurts else 0,
        cadence_spm=163.0 if filmed else None,
        cadence_error_spm=0.7 if filmed else None,
    )
