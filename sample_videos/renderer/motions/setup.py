"""Getting into place and out of it: channels from 0 (before) to 1 (in position) and back to 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rotations import FloatArray
from ..schedule import ramp


@dataclass(frozen=True)
class InAndOut:
    """A channel that eases in at one time and out at another (seconds)."""

    in_start_s: float
    in_s: float
    out_start_s: float
    out_s: float

    def at(self, t_s: float) -> float:
        """0 before, 1 in position, 0 after."""
        return ramp(t_s, self.in_start_s, self.in_s) - ramp(t_s, self.out_start_s, self.out_s)


@dataclass(frozen=True)
class Bump:
    """A channel that rises and falls once, like lifting the head to look and laying it down again."""

    start_s: float
    duration_s: float

    def at(self, t_s: float) -> float:
        """0 outside, 1 in the middle."""
        share = min(max((t_s - self.start_s) / self.duration_s, 0.0), 1.0)
        return float((1.0 - np.cos(2.0 * np.pi * share)) / 2.0)


def arc_m(start_m: FloatArray, goal_m: FloatArray, fraction: float, height_m: float) -> FloatArray:
    """A point on its way between two places, lifted in the middle."""
    lifted = np.array([0.0, 0.0, height_m * np.sin(np.pi * fraction)])
    point: FloatArray = start_m + (goal_m - start_m) * fraction + lifted
    return point
