"""The legs of a bridge, on one foot or on two: whether one is held out, how thighs and knees stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from formcheck.exercises.lift import Lift, median_of
from formcheck.motion.points import Point, joint_angle_deg
from formcheck.pose.landmarks import SIDES, Side, of_side
from formcheck.pose.pose import Array

STRAIGHT_DEG: Final = 135.0
"""A knee straighter than this is that of a leg held out."""


def leg_values(xy: Sequence[Point], world: Sequence[Point], visibility: Array, side: Side) -> dict[str, float]:
    """Angles of one leg: knee from world directions, hip and slopes from the image, degrees."""
    shoulder, hip, knee, ankle = (of_side(joint, side) for joint in ("shoulder", "hip", "knee", "ankle"))
    return {
        "knee_deg": joint_angle_deg(world[hip], world[knee], world[ankle]),
        "hip_deg": joint_angle_deg(xy[shoulder], xy[hip], xy[knee]),
        "thigh_deg": _rise_deg(xy[hip], xy[knee]),
        "leg_deg": _rise_deg(xy[hip], xy[ankle]) if visibility[ankle] >= 0.5 else math.nan,
    }


def knees_deg(lift: Lift) -> dict[Side, float]:
    """Both knees' angles over the whole lift, or at its top where only there a leg is straight.

    At the top alone one leg may hide the other, and is then drawn onto it.
    """
    whole: dict[Side, float] = {side: median_of(lift.series(f"knee_deg_{side}")) for side in SIDES}
    if max(whole.values()) > STRAIGHT_DEG:
        return whole
    return {side: lift.at_top(f"knee_deg_{side}") for side in SIDES}


def _rise_deg(start: Point, end: Point) -> float:
    """Slope of a line away from the body against the image's horizontal, degrees, up positive."""
    return math.degrees(math.atan2(start[1] - end[1], abs(end[0] - start[0])))
