"""Which leg is weaker, as far as the record tells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from formcheck.pose.landmarks import SIDES, Side
from formcheck.programme.diary import Diary
from formcheck.programme.entries import SetEntry, WeakerEntry

__all__ = ["WeakerLeg", "weaker_leg"]


@dataclass(frozen=True, slots=True)
class WeakerLeg:
    """The weaker leg and why; side None: the record does not tell."""

    side: Side | None
    why: str
    known_by: Literal["measured", "said", "unknown"]


@dataclass(frozen=True, slots=True)
class _Leg:
    """Faults a repetition of one leg, and the share that nobody could judge."""

    reps: int
    share: float
    unsure: float


def weaker_leg(diary: Diary, day: date) -> WeakerLeg:
    """By faults a repetition in the last weeks; else by the person's own word; else unknown."""
    rule = diary.guide.weaker
    left, right = (_leg(diary, day, side) for side in SIDES)
    if min(left.reps, right.reps) >= rule.least_reps:
        apart = abs(left.share - right.share)
        if apart >= rule.least_share and apart > math.hypot(left.unsure, right.unsure):
            side: Side = "left" if left.share > right.share else "right"
            return WeakerLeg(side, _why(left, right, rule.days), "measured")
    said = diary.all(WeakerEntry, None, day)
    if said:
        return WeakerLeg(said[-1].side, f"you said so on {said[-1].on.isoformat()}", "said")
    return WeakerLeg(None, _unknown(left, right, rule.least_reps, rule.days), "unknown")


def _leg(diary: Diary, day: date, side: Side) -> _Leg:
    since = day - timedelta(days=diary.guide.weaker.days)
    ways = {exercise.id for exercise in diary.guide.exercises if exercise.unit == "steps"}  # a way is no leg
    sides = [s for s in diary.all(SetEntry, since, day) if s.side == side and s.exercise not in ways]
    sets = [s for s in sides if s.reps_clean is not None]
    reps = sum(s.reps_complete for s in sets)
    if not reps:
        return _Leg(0, 0.0, 1.0)
    unsure = sum(s.reps_unsure or 0 for s in sets)
    faulty = reps - unsure - sum(s.reps_clean or 0 for s in sets)
    return _Leg(reps, faulty / reps, unsure / reps)


def _why(left: _Leg, right: _Leg, days: int) -> str:
    return (
        f"in the last {days} days {left.share:.0%} of the left leg's judged repetitions had a fault, "
        f"{right.share:.0%} of the right leg's"
    )


def _unknown(left: _Leg, right: _Leg, least: int, days: int) -> str:
    if min(left.reps, right.reps) < least:
        return f"the record holds fewer than {least} judged repetitions of each leg in the last {days} days"
    return "the record shows no difference between the legs that could be measured"
