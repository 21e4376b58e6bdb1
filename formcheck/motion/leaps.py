"""A body that moves farther than a body can: a cut in the film, or another person."""

from __future__ import annotations

from collections import deque
from typing import Final

from formcheck.motion.points import Point, distance, finite, hips_px
from formcheck.pose.pose import Pose

_FARTHEST_TRUNKS: Final = 0.75


class LeapWatch:
    """Watches the middle of the hips; smoothing spreads a cut over several frames, hence the look a little way back."""

    def __init__(self, within_s: float = 0.2) -> None:
        self._within_s = within_s
        self._centres: deque[tuple[float, Point]] = deque()

    def leapt(self, pose: Pose, trunk_px: float) -> bool:
        """Whether the hips came farther than hips can since a moment ago; ``trunk_px`` is the trunk's length."""
        hips = hips_px(pose)
        if not finite(hips):
            return False
        self._centres.append((pose.t_s, hips))
        while self._centres[0][0] < pose.t_s - self._within_s - 1e-9:
            self._centres.popleft()
        if not distance(hips, self._centres[0][1]) > _FARTHEST_TRUNKS * trunk_px:
            return False
        self._centres.clear()
        return True
