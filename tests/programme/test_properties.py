"""Whatever a record holds: the state is one function of it, and never careless."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formcheck.programme.diary import Diary
from formcheck.programme.entries import Entry, HoldEntry, PainEntry, RunEntry, SetEntry, SignEntry, WeakerEntry
from formcheck.programme.guide import load_guide
from formcheck.programme.running import run_today
from formcheck.programme.state import ProgrammeState, state_of

GUIDE = load_guide()
FIRST = date(2026, 1, 5)
STRENGTH = [e for e in GUIDE.exercises if e.kind == "strength"]
TIMED = [e.id for e in GUIDE.exercises if e.kind != "strength"]

days = st.integers(0, 120).map(lambda n: FIRST + timedelta(days=n))
pains = st.none() | st.sampled_from([0, 0, 0, 0, 1, 2, 3, 5, 8])
sides = st.sampled_from(["left", "right"])


@st.composite
def sets(draw: st.DrawFn) -> SetEntry:
    complete = draw(st.integers(0, 25))
    clean = draw(st.none() | st.integers(0, complete))
    return SetEntry(
        on=draw(days),
        exercise=draw(st.sampled_from(STRENGTH)).id,
        side=draw(st.none() | sides),
        reps_complete=complete,
        reps_clean=clean,
        easy=draw(st.none() | st.booleans()),
        band=draw(st.none() | st.sampled_from(["none", "light"])),
        pain_during=draw(pains),
        pain_after=draw(pains),
    )


runs = st.builds(
    RunEntry,
    on=days,
    minutes=st.none() | st.floats(1, 90),
    km=st.none() | st.floats(0.5, 20),
    cadence_spm=st.none() | st.floats(140, 200),
    pain_during=pains,
)
others = st.one_of(
    st.builds(PainEntry, on=days, pain=st.integers(0, 4)),
    st.builds(HoldEntry, on=days, exercise=st.sampled_from(TIMED), side=sides, seconds=st.floats(0, 120)),
    st.builds(SignEntry, on=days, sign=st.sampled_from([s.id for s in GUIDE.signs]), over=st.booleans()),
    st.builds(WeakerEntry, on=days, side=sides),
)
records = st.lists(st.one_of(sets(), sets(), runs, others), max_size=50)


@st.composite
def diligent(draw: st.DrawFn) -> tuple[list[Entry], list[ProgrammeState]]:
    """A person who does what the state says on most days, without pain but for chosen days; and runs as told or not."""
    entries: list[Entry] = []
    states: list[ProgrammeState] = []
    bad = draw(st.sets(st.integers(0, 110), max_size=3))
    lazy = draw(st.sets(st.integers(0, 110), max_size=10))
    too_much = draw(st.floats(0.5, 2.0))
    for n in range(110):
        day = FIRST + timedelta(days=n)
        pain = 6 if n in bad else 0
        state = state_of(entries, GUIDE, day)
        states.append(state)
        if n not in lazy:
            if not state.strength.rest:
                for dose in state.strength.doses:
                    for side in ("left", "right") if dose.exercise.per_side else (None,):
                        high = dose.exercise.reps_high or 0
                        done = SetEntry(
                            on=day,
                            exercise=dose.exercise.id,
                            side=side,
                            reps_complete=high,
                            reps_clean=high,
                            pain_during=0,
                        )
                        entries += [done] * (dose.exercise.sets or 0)
            if state.run is not None and state.run.today_minutes:
                entries.append(RunEntry(on=day, minutes=too_much * state.run.today_minutes, pain_during=pain))
        entries.append(PainEntry(on=day, pain=pain))
    return entries, states


@given(records, days)
def test_the_same_record_gives_the_same_state(entries: list[Entry], day: date) -> None:
    assert state_of(entries, GUIDE, day) == state_of(list(entries), GUIDE, day)


@given(records, days)
def test_what_comes_after_the_day_is_not_looked_at(entries: list[Entry], day: date) -> None:
    until = [entry for entry in entries if entry.on <= day]
    assert state_of(entries, GUIDE, day) == state_of(until, GUIDE, day)


@given(records, days)
def test_days_are_what_orders_a_record(entries: list[Entry], day: date) -> None:
    """Logged late, it counts on its day; entries of one day keep their order."""
    assert state_of(sorted(entries, key=lambda e: e.on), GUIDE, day) == state_of(entries, GUIDE, day)


@given(records, days)
def test_strength_work_is_never_asked_for_on_the_day_after_strength_work(entries: list[Entry], day: date) -> None:
    worked = {entry.on for entry in entries if isinstance(entry, SetEntry) and entry.on <= day}
    strength = state_of(entries, GUIDE, day).strength
    if day - timedelta(days=1) in worked:
        assert strength.rest
    if strength.next_day is not None:
        assert strength.next_day - timedelta(days=1) not in worked
        assert strength.next_day > day


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(diligent())
def test_who_does_what_is_asked_is_never_led_too_fast(lived: tuple[list[Entry], list[ProgrammeState]]) -> None:
    entries, states = lived
    worked = {entry.on for entry in entries if isinstance(entry, SetEntry)}
    assert worked
    assert not {day for day in worked if day + timedelta(days=1) in worked}
    for before, after in pairwise(states):
        assert after.standing.phase <= before.standing.phase + 1
        if set(before.standing.signs) & set(after.standing.signs):
            assert after.standing.phase <= before.standing.phase, "never forward while a warning sign is open"
        if after.standing.signs:
            assert after.run is None or after.run.today_minutes == 0
        if before.run and after.run and after.run.week == before.run.week + 1:
            week = [e for e in entries if isinstance(e, RunEntry) and 0 <= (e.on - before.run.first_day).days < 7]
            assert all(run.pain_during == 0 for run in week), "a week forward was one without pain"


@given(st.lists(runs, max_size=40), st.integers(0, 17))
def test_a_week_of_running_never_asks_for_over_a_tenth_more_than_the_last(some: list[RunEntry], weeks: int) -> None:
    diary = Diary.of(some, GUIDE, date.max)
    asked = [run_today(diary, FIRST, FIRST + timedelta(weeks=n)) for n in range(weeks + 1)]
    growth = 1 + GUIDE.running.most_increase_pct / 100
    first = GUIDE.running.first_week_minutes
    for before, after in pairwise(asked):
        ran = sum(
            run.minutes or 0.0
            for run in diary.all(RunEntry, before.first_day, before.first_day + timedelta(days=6))
        )
        restarted = after.week == 1 and "weeks went by" in after.again
        # Whole minutes are asked for, rounded down: a week's own rounding is the most that can be on top.
        assert (restarted and after.week_minutes == first) or after.week_minutes <= growth * (before.week_minutes + 1)
        if ran and not restarted:
            assert after.week_minutes <= growth * ran + 1e-6
