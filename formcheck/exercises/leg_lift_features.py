"""What a lift of the upper leg, lying on the side, is read from: leg, pelvis and foot of one frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from formcheck.exercises.lift import Lift
from formcheck.motion.points import Point, Vector, cross, dot, joint_angle_deg, minus, times, unit, vector
from formcheck.motion.view import BodyAxes
from formcheck.pose.landmarks import Landmark, Side, of_side, other
from formcheck.pose.pose import Array

FOOT_SEEN: Final = 0.8
"""Visibility of heel and toes from which the foot's direction is read."""
_DOWN: Final = (0.0, 1.0, 0.0)


def leg_values(
    xy: Sequence[Point], world: Sequence[Point], visibility: Array, axes: BodyAxes | None, scale_px: float, top: Side
) -> dict[str, float]:
    """Numbers of the upper leg ``top``, were it the one above; degrees, or trunk lengths in the picture."""
    hip, knee, ankle = (of_side(joint, top) for joint in ("hip", "knee", "ankle"))
    lower_hip, lower_ankle = (of_side(joint, other(top)) for joint in ("hip", "ankle"))
    shoulder, lower_shoulder = of_side("shoulder", top), of_side("shoulder", other(top))
    footward = math.copysign(1.0, xy[lower_ankle][0] - xy[lower_shoulder][0])
    in_picture = {
        "hip_aside": footward * (xy[hip][0] - xy[lower_hip][0]) / scale_px * 100,
        "shoulder_over": (xy[lower_shoulder][1] - xy[shoulder][1]) / scale_px * 100,
        "shoulder_aside": footward * (xy[shoulder][0] - xy[lower_shoulder][0]) / scale_px * 100,
        "ankle_out": footward * (xy[ankle][0] - xy[hip][0]) / scale_px * 100,
        "ankle_up_pct": (xy[hip][1] - xy[ankle][1]) / scale_px * 100,
        "knee_out": footward * (xy[knee][0] - xy[hip][0]) / scale_px * 100,
        "knee_up_pct": (xy[hip][1] - xy[knee][1]) / scale_px * 100,
        "foot_out": footward * (xy[of_side("foot_index", top)][0] - xy[of_side("heel", top)][0]) / scale_px * 100,
        "foot_up": (xy[of_side("heel", top)][1] - xy[of_side("foot_index", top)][1]) / scale_px * 100,
        "foot_seen": float(min(visibility[of_side("foot_index", top)], visibility[of_side("heel", top)])),
        "ankle_up": (xy[hip][1] - xy[ankle][1]) / scale_px,
        "knee_up": (xy[hip][1] - xy[knee][1]) / scale_px,
        "lower_ankle_up": (xy[lower_hip][1] - xy[lower_ankle][1]) / scale_px,
        "hip_over": (xy[lower_hip][1] - xy[hip][1]) / scale_px * 100,
        "hip_up": (xy[lower_ankle][1] - xy[hip][1]) / scale_px * 100,
        "leg_slope_deg": math.degrees(math.atan2(xy[hip][1] - xy[ankle][1], abs(xy[ankle][0] - xy[hip][0]))),
        "knee_px_deg": joint_angle_deg(xy[hip], xy[knee], xy[ankle]),
        "leg_px": math.dist(xy[hip], xy[knee]) / scale_px + math.dist(xy[knee], xy[ankle]) / scale_px,
    }
    in_space = {"knee_deg": joint_angle_deg(world[hip], world[knee], world[ankle])}
    if axes is not None:
        in_space |= _in_space(world, visibility, axes, top)
    return in_picture | in_space


def _in_space(world: Sequence[Point], visibility: Array, axes: BodyAxes, top: Side) -> dict[str, float]:
    """Directions against the trunk's own: the side that lies above, the chest, the head."""
    sign = 1.0 if top == "left" else -1.0
    above, chest, head = (
        times(sign, vector(axes.left.tolist())),
        vector(axes.chest.tolist()),
        vector(axes.head.tolist()),
    )
    hip, knee, ankle, toes, heel = (of_side(j, top) for j in ("hip", "knee", "ankle", "foot_index", "heel"))
    leg = unit(minus(vector(world[ankle]), vector(world[hip])))
    thigh = unit(minus(vector(world[knee]), vector(world[hip])))
    shank = unit(minus(vector(world[ankle]), vector(world[knee])))
    foot = minus(vector(world[toes]), vector(world[heel]))
    seen = min(visibility[toes], visibility[heel]) >= FOOT_SEEN
    return {
        "leg_up_deg": _asin_deg(dot(leg, above)),
        "thigh_up_deg": _asin_deg(dot(thigh, above)),
        "leg_forward_deg": _asin_deg(dot(leg, chest)),
        "thigh_forward_deg": _asin_deg(dot(thigh, chest)),
        "toes_up_deg": _turn_deg(foot, shank, chest, above) if seen else math.nan,
        "hips_turn_deg": _turned_deg(world, head, chest, sign, Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
        "shoulders_turn_deg": _turned_deg(world, head, chest, sign, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    }


def _turn_deg(way: Vector, about: Vector, ahead: Vector, up: Vector) -> float:
    """Turn of a direction about an axis, from ahead toward up."""
    across = [unit(minus(v, times(dot(v, about), about))) for v in (ahead, up)]
    return math.degrees(math.atan2(dot(way, across[1]), dot(way, across[0])))


def _turned_deg(
    world: Sequence[Point], head: Vector, chest: Vector, sign: float, left: Landmark, right: Landmark
) -> float:
    """How far the line between two joints leans back about the spine, against down in the picture."""
    line = times(sign, minus(vector(world[left]), vector(world[right])))
    level = unit(cross(head, _DOWN))
    back = times(-1.0 if dot(level, chest) > 0 else 1.0, level)
    up = unit(minus(times(-1.0, _DOWN), times(-dot(_DOWN, head), head)))
    return math.degrees(math.atan2(dot(line, back), dot(line, up)))


def _asin_deg(sine: float) -> float:
    return math.degrees(math.asin(max(-1.0, min(1.0, sine)))) if math.isfinite(sine) else math.nan


def features(lift: Lift, top: Side) -> dict[str, float]:
    """Each of the upper leg's numbers at the top and as its change since rest."""
    ending = f"_{top}"
    names = [name.removesuffix(ending) for name in lift.frames[0].values if name.endswith(ending)]
    at_top = {name: lift.at_top(name + ending) for name in names}
    return at_top | {f"{name}_more": at_top[name] - lift.at_rest(name + ending) for name in names}
