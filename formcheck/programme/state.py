"""Where a person stands in the guide's programme on a day: a pure function of the record's entries.

No clock, no file: the same entries and the same day give the same state. Each morning is judged by what the days
before have shown; a warning sign counts at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from formcheck.programme.diary import DAY, Diary, days_from, side_counts
from formcheck.programme.entries import Entry, HoldEntry
from formcheck.programme.guide import Exercise, Guide
from formcheck.programme.progressions import Dose, dose_today
from formcheck.programme.readiness import Need, needs
from formcheck.programme.running import CadenceTarget, RunToday, cadence_target, run_today
from formcheck.programme.signs import OpenSign, after_entries, after_night
from formcheck.programme.weaker import WeakerLeg, weaker_leg

__all__ = ["Hold", "Move", "ProgrammeState", "Standing", "StrengthToday", "state_of"]


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one phase to another on a day, and why."""

    on: date
    before: int
    after: int
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The phase at the end of a day, since when, the signs open, and the way there."""

    phase: int
    since: date
    signs: tuple[OpenSign, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class StrengthToday:
    """The strength work of a day; ``rest`` says why there is none."""

    doses: tuple[Dose, ...]
    rest: str
    next_day: date | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch or an area to roll, with the seconds done today by side."""

    exercise: Exercise
    done_s: dict[str, float]


@dataclass(frozen=True, slots=True)
class ProgrammeState:
    """Everything that ``formcheck today`` says.

    Attributes:
        started: the first day of strength work; None before it.
        last_worked: the last one.
        physiotherapist: open signs that are for a physiotherapist; nothing else is prescribed then.
        run: the return to running, in its phase only.
        needs: what the next phase asks for; empty in the last.
    """

    on: date
    started: date | None
    last_worked: date | None
    standing: Standing
    physiotherapist: tuple[OpenSign, ...]
    strength: StrengthToday
    run: RunToday | None
    recovery: tuple[Hold, ...]
    weaker: WeakerLeg
    cadence: CadenceTarget | None
    needs: tuple[Need, ...]


def state_of(entries: Iterable[Entry], guide: Guide, on_date: date) -> ProgrammeState:
    """Where these entries leave a person on ``on_date``, and what the guide prescribes then.

    Entries after ``on_date`` are not looked at. Entries of one day keep their order.
    """
    diary = Diary.of(entries, guide, on_date)
    standing = _standing(diary, on_date)
    urgent = tuple(sign for sign in standing.signs if sign.needs_physiotherapist(guide, on_date))
    phase = guide.phase(standing.phase)
    last = standing.phase == len(guide.phases)
    blocked = _blocked(standing.signs, guide, on_date)
    return ProgrammeState(
        on=on_date,
        started=diary.first_day,
        last_worked=max(diary.strength_days, default=None),
        standing=standing,
        physiotherapist=urgent,
        strength=_strength(diary, phase.strength, on_date, blocked, _noted_today(standing.signs, on_date)),
        run=_run(diary, standing, on_date) if phase.running else None,
        recovery=tuple(
            _hold(diary, guide.exercise(name), on_date) for name in (*guide.recovery.rolling, *guide.recovery.stretches)
        ),
        weaker=weaker_leg(diary, on_date),
        cadence=cadence_target(diary, on_date),
        needs=() if last else _needs_today(diary, standing, on_date),
    )


def _standing(diary: Diary, day: date) -> Standing:
    """Day by day from the first entry; the phase begins with the first strength work."""
    first = min(diary.by_day, default=day)
    standing = Standing(1, diary.first_day or day)
    for each in days_from(first, day):
        standing = _morning(diary, standing, each)
        standing = _entries(diary, standing, each)
    return standing


def _morning(diary: Diary, standing: Standing, day: date) -> Standing:
    """A night later: signs may be over, and the next phase may begin."""
    signs = after_night(diary, standing.signs, day)
    standing = replace(standing, signs=signs)
    if diary.first_day is None or day <= diary.first_day or standing.phase == len(diary.guide.phases):
        return standing
    if day < standing.since + timedelta(weeks=diary.guide.phase(standing.phase).weeks):
        return standing  # the shortest question first: most mornings end here
    asked = needs(diary, standing.phase, standing.since, signs, day - DAY, day - DAY)
    return _moved(standing, day, standing.phase + 1, "all that was asked is done") if _all_met(asked) else standing


def _needs_today(diary: Diary, standing: Standing, day: date) -> tuple[Need, ...]:
    told = day if diary.pain_free(day) is not None else day - DAY
    return needs(diary, standing.phase, standing.since, standing.signs, day, told)


def _all_met(asked: Sequence[Need]) -> bool:
    return all(need.met for need in asked)


def _entries(diary: Diary, standing: Standing, day: date) -> Standing:
    """The day's own entries: a new warning sign sends back a phase, at once and once."""
    signs = after_entries(diary, standing.signs, day)
    fresh = [s for s in signs if s not in standing.signs]
    standing_back = bool(standing.signs)
    standing = replace(standing, signs=signs)
    if not fresh or standing_back or standing.phase == 1:
        return standing
    return _moved(standing, day, standing.phase - 1, fresh[0].sign.words)


def _moved(standing: Standing, day: date, phase: int, why: str) -> Standing:
    return replace(
        standing, phase=phase, since=day, moves=(*standing.moves, Move(day, standing.phase, phase, why))
    )


def _blocked(signs: Sequence[OpenSign], guide: Guide, day: date) -> str:
    urgent = [sign for sign in signs if sign.needs_physiotherapist(guide, day)]
    return f"{urgent[0].sign.words}: see a physiotherapist first" if urgent else ""


def _noted_today(signs: Sequence[OpenSign], day: date) -> str:
    """Why a day on which a warning sign shows has no more strength work; empty when none does."""
    return next((f"{sign.sign.words}, today; rest from it for the day" for sign in signs if sign.since == day), "")


def _strength(diary: Diary, names: Sequence[str], day: date, blocked: str, noted: str) -> StrengthToday:
    doses = tuple(dose_today(diary, diary.guide.exercise(name), day) for name in names)
    if blocked:
        return StrengthToday(doses, blocked, None)
    worked = diary.strength_days
    rest = noted or _rest(diary.guide, worked, day)
    with_today = worked if rest else (*worked, day)
    soon = days_from(day + DAY, day + timedelta(days=14))
    ahead = (each for each in soon if not _rest(diary.guide, with_today, each))
    return StrengthToday(doses, rest, next(ahead, None))


def _rest(guide: Guide, worked: Sequence[date], day: date) -> str:
    """Why a day is one of rest from strength work; empty when it is not."""
    rules = guide.strength
    for back in range(1, rules.rest_days + 1):
        if day - back * DAY in worked:
            return f"you did strength work on {(day - back * DAY).isoformat()}; {_lower(rules.rest)}"
    week = {d for d in worked if day - timedelta(days=7) < d < day}
    if len(week) >= rules.sessions_a_week:
        return f"{rules.sessions_a_week} sessions of strength work in seven days are done"
    return ""


def _lower(words: str) -> str:
    return (words[0].lower() + words[1:]).rstrip(".")


def _run(diary: Diary, standing: Standing, day: date) -> RunToday:
    run = run_today(diary, standing.since, day)
    if not standing.signs:
        return run
    return replace(run, today_minutes=0, why=f"{standing.signs[0].sign.words} is open")


def _hold(diary: Diary, exercise: Exercise, day: date) -> Hold:
    today = [e for e in diary.on(day) if isinstance(e, HoldEntry) and e.exercise == exercise.id]
    done = dict.fromkeys(side_counts((), exercise.per_side, bool), 0.0)
    for entry in today:
        name = entry.side if exercise.per_side else "both"
        if name in done:
            done[name] = max(done[name], entry.seconds)
    return Hold(exercise, done)
