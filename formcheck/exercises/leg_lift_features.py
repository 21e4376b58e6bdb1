"""What a lift of the upper leg, lying on the side, is read from, in the picture of a camera toward the feet.

Leg and pelvis are read in the picture alone: from this side the depth of world landmarks strays by as much as the
faults move the leg. "Out" and "aside" are along the picture toward the feet, "up" is up; all in % of trunk length.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from formcheck.exercises.lift import Lift
from formcheck.motion.points import Point, joint_angle_deg
from formcheck.pose.landmarks import Side, of_side, other
from formcheck.pose.pose import Array

FOOT_SEEN: Final = 0.6
"""Visibility of heel and toes from which the foot's direction is read."""
_READ: Final = ("hip_aside", "shoulder_aside", "ankle_out", "ankle_up", "knee_bend_deg", "foot_up")


def leg_values(
    xy: Sequence[Point], world: Sequence[Point], visibility: Array, scale_px: float, top: Side
) -> dict[str, float]:
    """Numbers of one leg, as the upper one ``top``."""
    hip, knee, ankle, heel, toes, shoulder = (
        xy[of_side(joint, top)] for joint in ("hip", "knee", "ankle", "heel", "foot_index", "shoulder")
    )
    lower_hip, lower_ankle, lower_shoulder = (xy[of_side(joint, other(top))] for joint in ("hip", "ankle", "shoulder"))
    percent = 100.0 / scale_px
    footward = math.copysign(percent, lower_ankle[0] - lower_shoulder[0])
    seen = min(visibility[of_side("heel", top)], visibility[of_side("foot_index", top)]) >= FOOT_SEEN
    joints = (world[of_side(joint, top)] for joint in ("hip", "knee", "ankle"))
    return {
        "hip_aside": footward * (hip[0] - lower_hip[0]),
        "shoulder_aside": footward * (shoulder[0] - lower_shoulder[0]),
        "ankle_out": footward * (ankle[0] - hip[0]),
        "ankle_up": percent * (hip[1] - ankle[1]),
        "knee_up": percent * (hip[1] - knee[1]),
        "knee_bend_deg": 180.0 - joint_angle_deg(hip, knee, ankle),
        "knee_deg": joint_angle_deg(*joints),
        "foot_up": percent * (heel[1] - toes[1]) if seen else math.nan,
        "leg_slope_deg": math.degrees(math.atan2(hip[1] - ankle[1], abs(ankle[0] - hip[0]))),
    }


def features(lift: Lift, top: Side) -> dict[str, float]:
    """What the estimates rest on: each number at the top, and as its change since rest (``NAME_more``)."""
    at_top = {name: lift.at_top(f"{name}_{top}") for name in _READ}
    return at_top | {f"{name}_more": at_top[name] - lift.at_rest(f"{name}_{top}") for name in _READ}
