"""At which level an exercise is done, and what its dose asks. Pure functions over the diary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from formcheck.programme.diary import DAY, Diary, fits_gear, gear_not_told, side_counts
from formcheck.programme.entries import SetEntry, said_as
from formcheck.programme.guide import After, Exercise, Level

__all__ = ["Dose", "clean_dose_met", "dose_today", "level_of"]


@dataclass(frozen=True, slots=True)
class Dose:
    """What one exercise asks today.

    Attributes:
        level: how it is done now.
        following: the next level, None at the last.
        done: sets of complete repetitions today, by side.
        ready_except_easy: everything the next level asks for is there but the person's word that it was easy.
        ask: what the sets of the last day do not tell of what they were done with; else they earn the next level.
    """

    exercise: Exercise
    level: Level
    following: Level | None
    done: dict[str, int]
    ready_except_easy: bool
    ask: str = ""

    @property
    def complete(self) -> bool:
        """Whether today's dose is met on every side."""
        return all(count >= (self.exercise.sets or 0) for count in self.done.values())


def dose_today(diary: Diary, exercise: Exercise, day: date) -> Dose:
    """The dose of one exercise on a day; the level stands from the days before."""
    index = level_of(diary, exercise, day - DAY)
    following = exercise.levels[index + 1] if index + 1 < len(exercise.levels) else None
    before = diary.sets_by_day(exercise.id, None, day - DAY)
    waiting = following is not None and any(
        _earned(exercise, following.after, exercise.levels[index], sets, word_for_easy=False)
        for sets in before.values()
    )
    low = exercise.reps_low or 0
    done = side_counts(
        diary.sets_by_day(exercise.id, day, day).get(day, ()), exercise.per_side, lambda s: s.reps_complete >= low
    )
    ask = _gear_asked(exercise, exercise.levels[index], following, before)
    return Dose(exercise, exercise.levels[index], following, done, waiting, ask)


def _gear_asked(
    exercise: Exercise, present: Level, following: Level | None, before: Mapping[date, Sequence[SetEntry]]
) -> str:
    """What to log with the sets, where the last day's are enough for the next level but do not tell it."""
    if following is None or not before:
        return ""
    day, sets = list(before.items())[-1]
    silent = {name: None for s in sets for name in gear_not_told(s, present.gear)}
    bare = Level(words=present.words, source=present.source)
    if not silent or not _earned(exercise, following.after, bare, sets, word_for_easy=False):
        return ""
    options = ", ".join(f"--{said_as(name)}" for name in silent)
    return (
        f"{exercise.title}: the sets of {day.isoformat()} do not say what they were done with; log the next ones "
        f"with {options}, so that the next step can be told: {following.words}"
    )


def clean_dose_met(exercise: Exercise, sets: Sequence[SetEntry]) -> bool:
    """Whether one day's sets meet the dose on every side with clean repetitions alone."""
    low, asked = exercise.reps_low or 0, exercise.sets or 0
    counts = side_counts(sets, exercise.per_side, lambda s: (s.reps_clean or 0) >= low)
    return all(count >= asked for count in counts.values())


def level_of(diary: Diary, exercise: Exercise, last: date) -> int:
    """The level earned by the end of ``last``: one step for each day that earns one."""
    level = 0
    for sets in diary.sets_by_day(exercise.id, None, last).values():
        if level + 1 < len(exercise.levels) and _earned(
            exercise, exercise.levels[level + 1].after, exercise.levels[level], sets, word_for_easy=True
        ):
            level += 1
    return level


def _earned(
    exercise: Exercise, after: After | None, present: Level, sets: Sequence[SetEntry], *, word_for_easy: bool
) -> bool:
    """Whether one day's sets at the present level earn the next."""
    if after is None:
        return False
    counts = side_counts(
        (s for s in sets if fits_gear(s, present.gear)),
        exercise.per_side,
        lambda s: (s.reps_clean or 0) >= after.reps and _easy_enough(s, after, word_for_easy),
    )
    return all(count >= after.sets for count in counts.values())


def _easy_enough(entry: SetEntry, after: After, word_for_easy: bool) -> bool:
    return not after.easy or entry.easy is True or (entry.easy is None and not word_for_easy)
