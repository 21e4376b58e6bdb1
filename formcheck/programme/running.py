"""The return to running: weeks counted from its first day, minutes that grow by no more than the guide's share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from formcheck.programme.diary import DAY, Diary, days_from
from formcheck.programme.entries import RunEntry
from formcheck.programme.guide import Running

__all__ = ["CadenceTarget", "RunToday", "cadence_target", "run_today"]


@dataclass(frozen=True, slots=True)
class CadenceTarget:
    """One's own measured cadence and what to aim for."""

    own_spm: float
    error_spm: float | None
    measured_on: date
    low_spm: int
    high_spm: int


@dataclass(frozen=True, slots=True)
class RunToday:
    """What running asks on a day.

    Attributes:
        week: of the return to running, from 1; a week that was not run as planned is run again.
        week_minutes: the most of this week.
        done_minutes: run this week so far, before and on the day.
        today_minutes: to run on this day; 0 for none.
        why: why there is none.
        again: why the week is run again; empty when it is run for the first time.
        most_km: the most kilometres of this week; None where a run of the last running week has no distance.
        ask: what the record does not tell.
    """

    week: int
    first_day: date
    week_minutes: int
    done_minutes: float
    runs_done: int
    today_minutes: int
    why: str
    again: str = ""
    most_km: float | None = None
    ask: str = ""


@dataclass(frozen=True, slots=True)
class _Week:
    number: int
    first_day: date
    minutes: float
    empty: int = 0
    most_km: float | None = None
    again: str = ""


def run_today(diary: Diary, since: date, day: date) -> RunToday:
    """The running of ``day`` in a return to running that began on ``since``."""
    rules = diary.guide.running
    week = _Week(1, since, rules.first_week_minutes)
    while week.first_day + timedelta(days=7) <= day:
        week = _following(diary, week, rules)
    return _today(diary, week, day, rules)


def cadence_target(diary: Diary, day: date) -> CadenceTarget | None:
    """The target from the last measured cadence; None when none was measured."""
    measured = [run for run in diary.all(RunEntry, None, day) if run.cadence_spm is not None]
    if not measured or measured[-1].cadence_spm is None:
        return None
    last, own = measured[-1], measured[-1].cadence_spm
    low, high = (round(own * (1 + pct / 100)) for pct in diary.guide.cadence.increase_pct)
    return CadenceTarget(own, last.cadence_error_spm, last.on, low, high)


def _runs(diary: Diary, first: date, last: date) -> list[RunEntry]:
    """The runs of these days: those with minutes, where a day has any; its others tell of the same, as a film does."""
    found = []
    for day in days_from(first, last):
        entries = diary.runs_on(day)
        found += [run for run in entries if run.minutes is not None] or entries[:1]
    return found


def _following(diary: Diary, week: _Week, rules: Running) -> _Week:
    """The week after: one further when this one was run in full and without pain, else the same again."""
    first = week.first_day + timedelta(days=7)
    runs = _runs(diary, week.first_day, first - DAY)
    if not runs:
        empty = week.empty + 1
        if empty >= rules.restart_after_weeks:
            return _Week(1, first, rules.first_week_minutes, empty, again=f"{empty} weeks went by without a run")
        return _Week(week.number, first, week.minutes, empty, week.most_km, "no run was logged last week")
    growth = 1 + rules.most_increase_pct / 100
    done = sum(run.minutes or 0.0 for run in runs)
    km = [run.km for run in runs if run.km is not None]
    again = _why_again(diary, week, runs, rules)
    most = growth * min(done, week.minutes) if done else week.minutes
    return _Week(
        week.number + (not again),
        first,
        min(week.minutes, most) if again else most,
        most_km=growth * sum(km) if len(km) == len(runs) else None,
        again=again,
    )


def _why_again(diary: Diary, week: _Week, runs: Sequence[RunEntry], rules: Running) -> str:
    """Why a week with these runs is no step forward; empty when it is one."""
    if any(diary.pain_with(run) for run in runs):
        return "a run of last week had pain"
    hurt = [day for day in days_from(week.first_day, week.first_day + timedelta(days=6)) if _hurts(diary, day)]
    if hurt:
        return f"there was pain on {hurt[0].isoformat()}"
    if any(diary.pain_with(run) is None or run.minutes is None for run in runs):
        return "the record does not tell minutes and pain of each run of last week"
    if len(runs) < rules.runs_a_week:
        return f"{len(runs)} of {rules.runs_a_week} runs were logged last week"
    return ""


def _hurts(diary: Diary, day: date) -> bool:
    return diary.pain_free(day) is False


def _today(diary: Diary, week: _Week, day: date, rules: Running) -> RunToday:
    runs = _runs(diary, week.first_day, day)
    done = sum(run.minutes or 0.0 for run in runs)
    ask = _not_told(diary, week, runs)
    why = _why_none(diary, runs, done, week, day, rules) or ("the record does not tell enough" if ask else "")
    left = rules.runs_a_week - len(runs)
    today = 0 if why else math.floor((week.minutes - done) / left + 1e-9)
    if not why and today < 1:
        why = "less than a minute is left of this week's running"
    km = None if week.most_km is None else math.floor(10 * week.most_km) / 10
    minutes = math.floor(week.minutes + 1e-9)
    return RunToday(week.number, week.first_day, minutes, done, len(runs), today, why, week.again, km, ask)


def _why_none(
    diary: Diary, runs: Sequence[RunEntry], done: float, week: _Week, day: date, rules: Running
) -> str:
    if diary.runs_on(day):
        return "today's run is done"
    if _hurts(diary, day):
        return "there was pain today, and running is for days without it"
    if any(diary.runs_on(day - n * DAY) for n in range(1, rules.rest_days + 1)):
        return "a rest day follows a run"
    if len(runs) >= rules.runs_a_week:
        return f"this week's {rules.runs_a_week} runs are done"
    if done >= week.minutes:
        return "this week's minutes are run"
    return ""


def _not_told(diary: Diary, week: _Week, runs: Sequence[RunEntry]) -> str:
    """What a run of this week or the one before lacks for the sum of minutes to be known."""
    before = _runs(diary, week.first_day - timedelta(days=7), week.first_day - DAY)
    for run in (*before, *runs):
        if run.minutes is None:
            told = f"formcheck log run --minutes N --date {run.on.isoformat()}"
            return f"the run of {run.on.isoformat()} has no minutes in the record ({told})"
    for run in (*before, *runs):
        if diary.pain_with(run) is None:
            told = f"formcheck log pain LEVEL --date {run.on.isoformat()}"
            return f"the run of {run.on.isoformat()} has no pain level in the record (the day's worst: {told})"
    return ""
