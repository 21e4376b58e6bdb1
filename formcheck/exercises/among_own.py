"""A repetition against the better ones of its own set.

Limits on raw readings do not carry from body to body and camera to camera; the change within one person and one
camera does. What is wrong in all repetitions alike shows in no change, only in a blunter reading of each alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from formcheck.exercises.lift import Context, Measured, median_of
from formcheck.exercises.verdicts import Reading
from formcheck.pose.landmarks import Side

_ALL_ALIKE = (
    "No repetition stands out, but all of them read higher than usual, which the camera cannot tell apart from how a "
    "body and its place look: have somebody watch once, or film from the prescribed place."
)
_ALONE = "One repetition alone tells little; two or more can be compared."


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How a repetition is held against its set. All in one unit, larger is worse.

    Attributes:
        change: a reading of which only differences between repetitions of one set mean something.
        alone: a reading of one repetition by itself; NaN where there is none.
        clean: what a clean repetition reads alone.
        most: how far body and camera may put that off.
        alike: how far the changes of repetitions that are alike may lie apart.
        told: a fault of this size, shared by all, is never called fine.
        unit: of all of these.
    """

    change: Callable[[Measured], float]
    alone: Callable[[Measured], float]
    clean: float
    most: float
    alike: float
    told: float
    unit: str = "deg"


def once_a_repetition(read: Callable[[Measured], float]) -> Callable[[Measured], float]:
    """The same reading, taken once for each repetition of a set however often it is asked for."""
    known: dict[int, float] = {}

    def reading(rep: Measured) -> float:
        if rep.index not in known:
            known[rep.index] = read(rep)
        return known[rep.index]

    return reading


def among_own(rep: Measured, context: Context, yard: Yardstick, limit: float, error: float) -> Reading:
    """How far a repetition lies beyond a clean one, ready to be judged.

    Against the best quarter of the set's repetitions, and those like them: the change, and what these read alone
    beyond what body and camera may account for. A single repetition is read alone.
    """
    best = _best_like(rep, context, yard)
    change = _over(rep, best, yard)
    compared = math.isfinite(change)
    shared = median_of([yard.alone(r) for r in (best if compared else [rep])]) - yard.clean
    if not compared:
        return _reading(rep, yard, shared, limit, yard.most, _ALONE)
    unaccounted = shared - min(max(shared, -yard.most), yard.most) if math.isfinite(shared) else 0.0
    value = change + unaccounted
    if shared + yard.most > yard.told and value < limit - error:
        # Not "ok": what all share may be as large as a fault.
        return _reading(rep, yard, shared, limit, max(yard.most, abs(shared - limit)), _ALL_ALIKE)
    return _reading(rep, yard, value, limit, error, "", against_own=True)


def over_best(rep: Measured, context: Context, yard: Yardstick) -> float:
    """The change against the set's best repetitions; NaN where there is nothing to compare."""
    return _over(rep, _best_like(rep, context, yard), yard)


def all_over_best(context: Context, yard: Yardstick) -> dict[int, float]:
    """The same of every repetition of the set, by its index, with each reading taken once."""
    yard = replace(yard, change=once_a_repetition(yard.change))
    best: dict[Side | None, list[Measured]] = {}
    for rep in context.reps:
        if rep.side not in best:
            best[rep.side] = _best_like(rep, context, yard)
    levels = {side: sum(map(yard.change, reps)) / len(reps) if reps else math.nan for side, reps in best.items()}
    return {rep.index: yard.change(rep) - levels[rep.side] for rep in context.reps}


def _over(rep: Measured, best: list[Measured], yard: Yardstick) -> float:
    return yard.change(rep) - sum(map(yard.change, best)) / len(best) if best else math.nan


def _best_like(rep: Measured, context: Context, yard: Yardstick) -> list[Measured]:
    own = [r for r in context.like(rep) if math.isfinite(yard.change(r))]
    return best_of(own, yard) if len(own) > 1 else []


def best_of(own: list[Measured], yard: Yardstick) -> list[Measured]:
    """The best quarter of the repetitions and those that are like them; one is enough of up to four."""
    ordered = sorted(own, key=yard.change)
    most_alike = yard.change(ordered[(len(ordered) - 1) // 4]) + yard.alike
    return [r for r in ordered if yard.change(r) <= most_alike]


def _reading(
    rep: Measured, yard: Yardstick, value: float, limit: float, error: float, reason: str, *, against_own: bool = False
) -> Reading:
    time_s = rep.span.turn_s
    return Reading(value, yard.unit, limit, error, time_s=time_s, reason=reason, side=rep.side, against_own=against_own)
