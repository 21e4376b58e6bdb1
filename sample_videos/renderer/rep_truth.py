"""What is true of every repetition: times by the movement of its own joints, measures at the turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .measures import STEP_S, Traced, measures
from .motions.base import SetMotion
from .schedule import COMPLETE_FROM, TimedRep

ONSET_SHARE = 0.05  # a movement has begun, and is over, at this share of its own amplitude
HOLD_SHARE = 0.90  # held while at least this share of the repetition's peak


@dataclass(frozen=True)
class RepTimes:
    """Seconds from the start of the clip."""

    start_s: float
    hold_start_s: float
    hold_end_s: float
    end_s: float

    def lowering_s(self, lowers_first: bool) -> float:
        """Down to the hold for a squat, from the hold to rest for a lift."""
        return self.hold_start_s - self.start_s if lowers_first else self.end_s - self.hold_end_s


def trace(motion: SetMotion, timed: TimedRep) -> Traced:
    """Follow the joints through one repetition."""
    t_s = np.arange(timed.start_s, timed.end_s + STEP_S / 2.0, STEP_S)
    joints = tuple(motion.joints_m(float(t)) for t in t_s)
    return Traced(t_s, joints, np.array([motion.movement_m(frame) for frame in joints]))


def _span(above: Any, centre: int) -> tuple[int, int]:
    """First and last index of the run of True that contains `centre`."""
    below = np.flatnonzero(~above)
    before, after = below[below < centre], below[below > centre]
    first = int(before[-1]) + 1 if len(before) else 0
    last = int(after[0]) - 1 if len(after) else len(above) - 1
    return first, last


def rep_times(traced: Traced, turn_s: float) -> RepTimes:
    """Onset, hold and return of one repetition, by its own amplitude from the line between its two ends."""
    ends = np.interp(traced.t_s, traced.t_s[[0, -1]], traced.movement_m[[0, -1]])
    excursion = traced.movement_m - ends
    share = excursion / excursion.max()
    centre = int(np.argmin(np.abs(traced.t_s - turn_s)))
    first, last = _span(share >= ONSET_SHARE, centre)
    hold_first, hold_last = _span(share >= HOLD_SHARE, centre)
    t = traced.t_s
    return RepTimes(float(t[first]), float(t[hold_first]), float(t[hold_last]), float(t[last]))


def rep_record(motion: SetMotion, index: int, timed: TimedRep) -> dict[str, Any]:
    """One entry of `reps` in the truth file."""
    traced = trace(motion, timed)
    times = rep_times(traced, timed.turn_s)
    turn = int(np.argmin(np.abs(traced.t_s - timed.turn_s)))
    return {
        "index": index,
        "side": motion.side_of(index),
        "start_s": round(times.start_s, 2),
        "turn_s": round(timed.turn_s, 2),
        "end_s": round(times.end_s, 2),
        "hold_s": round(times.hold_end_s - times.hold_start_s, 2),
        "lowering_s": round(times.lowering_s(motion.lowers_first), 2),
        "complete": timed.rep.amplitude >= COMPLETE_FROM,
        "amplitude": timed.rep.amplitude,
        "faults": dict(timed.rep.faults),
        "measures": {name: round(value, 3) for name, value in measures(motion, traced, turn).items()},
    }
