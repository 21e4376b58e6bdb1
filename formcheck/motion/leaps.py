"""A body that moves farther than a body can: a cut in the film, or another person."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from formcheck.motion.points import Point, distance, finite, hips_px
from formcheck.pose.pose import Pose

FARTHEST_TRUNKS: Final = 0.75
"""The middle of the hips comes no farther than so many trunk lengths in a moment."""

_MOMENT_S: Final = 0.2 + 1e-9
"""A frame of exactly 0.2 s ago counts."""


class LeapWatch:
    """Watches the middle of the hips; smoothing spreads a cut over several frames, hence the look a little way back."""

    def __init__(self, within_s: float = _MOMENT_S) -> None:
        self._within_s = within_s
        self._centres: deque[tuple[float, Point]] = deque()

    def moved_px(self, pose: Pose) -> float:
        """How far the hips came since a moment ago; NaN where they are not seen."""
        hips = hips_px(pose)
        if not finite(hips):
            return math.nan
        self._centres.append((pose.t_s, hips))
        while self._centres[0][0] < pose.t_s - self._within_s:
            self._centres.popleft()
        return distance(hips, self._centres[0][1])

    def forget(self) -> None:
        """What comes is compared with nothing before."""
        self._centres.clear()
