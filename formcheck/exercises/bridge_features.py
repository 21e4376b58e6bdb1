"""What a single-leg bridge's estimates rest on: readings at the top, oriented by the standing leg."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from formcheck.exercises.lift import Lift, median_of
from formcheck.motion.points import Point, midpoint
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES, Landmark, Side

Features = Mapping[str, float]


def frame_values(xy: Sequence[Point], scale_px: float) -> dict[str, float]:
    """How far the left hip and shoulder lie below the right ones, hips' height, trunk's slope."""
    hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
    shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
    return {
        "left_hip_below": (xy[Landmark.LEFT_HIP][1] - xy[Landmark.RIGHT_HIP][1]) / scale_px,
        "left_shoulder_below": (xy[Landmark.LEFT_SHOULDER][1] - xy[Landmark.RIGHT_SHOULDER][1]) / scale_px,
        "hips_up": (shoulders[1] - hips[1]) / scale_px,
        "trunk_up_deg": math.degrees(math.atan2(shoulders[1] - hips[1], abs(shoulders[0] - hips[0]))),
    }


def features(lift: Lift) -> dict[str, float]:
    """At the top of any lift, two-legged ones too: differences in % of trunk length, slopes in degrees."""
    legs = {f"{name}_{side}": lift.at_top(f"{name}_{side}") for name in ("thigh_deg", "hip_deg") for side in SIDES}
    return {
        "left_hip_below": 100 * lift.at_top("left_hip_below"),
        "left_shoulder_below": 100 * lift.at_top("left_shoulder_below"),
        "hips_up": 100 * lift.at_top("hips_up"),
        "trunk_up": lift.at_top("trunk_up_deg"),
        "lift": 100 * lift.span.amplitude,
        **legs,
    }


def oriented(of_lift: Features, standing: Side) -> dict[str, float]:
    """The same with the free side for left; how far the free hip and shoulder lie below the others."""
    sign = 1 if standing == "right" else -1
    return {
        "hip_below": sign * of_lift["left_hip_below"],
        "shoulder_below": sign * of_lift["left_shoulder_below"],
        "hips_up": of_lift["hips_up"],
        "trunk_up": of_lift["trunk_up"],
        "lift": of_lift["lift"],
        "thigh_up": of_lift[f"thigh_deg_{standing}"],
        "hip_angle": of_lift[f"hip_deg_{standing}"],
    }


def in_set(of_lift: Features, standing: Side, references: Sequence[Features], view: View) -> dict[str, float]:
    """Oriented, with what only the set gives: the change against its two-legged lifts, and the nearer leg."""
    own = oriented(of_lift, standing)
    two_legged = [oriented(reference, standing) for reference in references]
    against = {f"{name}_more": own[name] - median_of([r[name] for r in two_legged]) for name in own}
    return {**own, **against, "standing_leg_near": float((view.toward_left > 0) == (standing == "left"))}
