"""A body on a mat seen from beside it: joints in trunk lengths, x to the right and y up, NaN where only guessed."""

from __future__ import annotations

import math
from typing import Final

from formcheck.motion.points import Point, image_points, midpoint
from formcheck.motion.view import View, body_axes
from formcheck.pose.landmarks import SIDES, Side, of_side
from formcheck.pose.pose import Pose

SEEN: Final = 0.3
"""Visibility below which a joint is a guess."""
BESIDE: Final = 0.6
"""Share of the body's left or right in the direction to the camera, from which on it stands beside."""


class Beside:
    """The joints of one pose. ``scale_px`` is the trunk's length."""

    def __init__(self, pose: Pose, scale_px: float) -> None:
        self._points = image_points(pose)
        self._visibility = pose.visibility.tolist()
        self._scale_px = scale_px
        self.hips = midpoint(self.joint("hip", "left"), self.joint("hip", "right"))
        self.shoulders = midpoint(self.joint("shoulder", "left"), self.joint("shoulder", "right"))

    def joint(self, name: str, side: Side) -> tuple[float, float]:
        """A joint of one side."""
        mark = of_side(name, side)
        if self._visibility[mark] < SEEN:
            return math.nan, math.nan
        x, y = self._points[mark]
        return x / self._scale_px, -y / self._scale_px


def stands_beside(pose: Pose) -> bool:
    """Whether the camera sees this pose from the side; unknown is no."""
    axes = body_axes(pose)
    return axes is not None and abs(float(axes.left[2])) >= BESIDE


def seen_from_beside(view: View) -> bool:
    """The same of a whole recording."""
    return math.isfinite(view.toward_left) and abs(view.toward_left) >= BESIDE


def way(from_x: float, to_x: float) -> float:
    """+1 or -1: which way along the picture one point lies from another; NaN where one is not known."""
    return math.copysign(1.0, to_x - from_x) if math.isfinite(to_x - from_x) else math.nan


def off_segment(point: Point, start: Point, end: Point) -> tuple[float, float]:
    """How far along a segment the nearest point of its line is (0 start, 1 end), and the distance to the segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if not length > 0:
        return math.nan, math.nan
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length**2
    if not math.isfinite(along):
        return math.nan, math.nan
    inside = min(1.0, max(0.0, along))
    return along, math.hypot(point[0] - start[0] - inside * dx, point[1] - start[1] - inside * dy)


TRUNK: Final = (*(of_side(joint, side) for joint in ("shoulder", "hip") for side in SIDES),)


def trunk_seen(pose: Pose) -> bool:
    """Whether shoulders and hips were seen; everything is measured by them."""
    return pose.found and min(pose.visibility[list(TRUNK)].tolist()) >= SEEN
