"""True quantities of a repetition, by exercise: mostly at its turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import geometry as geo
from .camera import Camera
from .motions.band_walk import STANCE_M, BandWalkMotion
from .motions.base import SetMotion
from .motions.bridge import BridgeMotion
from .motions.clamshell import ClamshellMotion
from .motions.glute_bridge import GluteBridgeMotion
from .motions.hip_abduction import HipAbductionMotion
from .motions.squat import SquatMotion
from .motions.stretches import StretchMotion
from .rotations import FloatArray, angle_between_deg
from .skeleton import OTHER_SIDE

STEP_S = 0.01  # grid on which repetitions are traced
TOUCH_M = 0.005  # seat this near the box counts as touching


@dataclass(frozen=True)
class Traced:
    """A repetition sampled on the time grid."""

    t_s: FloatArray
    joints: tuple[dict[str, FloatArray], ...]
    movement_m: FloatArray


def without_faults(motion: SetMotion) -> SetMotion:
    """The same person doing the same set without errors, sway and all."""
    clean = tuple(replace(rep, faults={}) for rep in motion.plan.reps)
    twin = type(motion)(motion.person, replace(motion.plan, reps=clean))
    twin.lift_m = motion.lift_m
    return twin


def _image_fppa_deg(joints: geo.Joints, side: str, camera: Camera) -> float:
    """Projection angle in the picture."""
    names = [f"{side}_hip", f"{side}_knee", f"{side}_ankle", f"{OTHER_SIDE[side]}_hip"]
    pixels = camera.project_px(np.stack([joints[name] for name in names])) * np.array([1.0, -1.0])
    return geo.projection_angle_deg(
        pixels[0], pixels[1], pixels[2], float(np.sign(pixels[3, 0] - pixels[0, 0]))
    )


def _frontal_fppa_deg(joints: geo.Joints, side: str) -> float:
    """Projection angle on the person's frontal plane (world X-Z)."""
    hip, knee, ankle = (joints[f"{side}_{joint}"][[0, 2]] for joint in ("hip", "knee", "ankle"))
    medial = np.sign(joints[f"{OTHER_SIDE[side]}_hip"][0] - joints[f"{side}_hip"][0])
    return geo.projection_angle_deg(hip, knee, ankle, float(medial))


def squat_measures(motion: SquatMotion, traced: Traced, turn: int) -> dict[str, float]:
    """Knee, pelvis and trunk at the bottom, the worst knee down and up, and how the box was met."""
    side, camera, at_turn = motion.plan.side, motion.plan.camera, traced.joints[turn]
    clean = without_faults(motion).joints_m(float(traced.t_s[turn]))
    fppa = np.array([_image_fppa_deg(joints, side, camera) for joints in traced.joints])
    gap = np.array([motion.box_gap_m(joints) for joints in traced.joints])
    return {
        "knee_flexion_deg": geo.knee_flexion_deg(at_turn, side),
        "fppa_image_deg": float(fppa[turn]),
        "fppa_frontal_deg": _frontal_fppa_deg(at_turn, side),
        "fppa_image_over_clean_deg": float(fppa[turn]) - _image_fppa_deg(clean, side, camera),
        "fppa_image_standing_deg": float(fppa[0]),
        "fppa_image_descent_max_deg": float(fppa[: turn + 1].max()),
        "fppa_image_ascent_max_deg": float(fppa[turn:].max()),
        "knee_medial_offset_m": geo.knee_medial_offset_m(at_turn, side),
        "pelvic_drop_deg": geo.side_drop_deg(at_turn, side),
        "trunk_lean_deg": geo.trunk_lean_deg(at_turn, side),
        "trunk_forward_lean_deg": geo.trunk_forward_lean_deg(at_turn),
        "box_gap_m": float(gap.min()),
        "box_touch_s": float((gap < TOUCH_M).sum() * STEP_S),
    }


def clamshell_measures(
    motion: ClamshellMotion, traced: Traced, turn: int
) -> dict[str, float]:
    """Pelvic roll and opening from the repetition's own start."""
    top, first, at_turn = motion.plan.side, traced.joints[0], traced.joints[turn]
    thighs = [joints[f"{top}_knee"] - joints[f"{top}_hip"] for joints in (first, at_turn)]
    return {
        "pelvic_roll_deg": geo.hip_line_roll_deg(at_turn, top) - geo.hip_line_roll_deg(first, top),
        "thigh_turn_deg": angle_between_deg(thighs[0], thighs[1]),
        "knee_gap_m": geo.distance_m(at_turn, "knee"),
        "knee_gap_closed_m": geo.distance_m(first, "knee"),
        "feet_gap_m": geo.distance_m(at_turn, "ankle") - geo.distance_m(first, "ankle"),
        "hip_flexion_deg": 180.0 - geo.hip_angle_deg(first, OTHER_SIDE[top]),
        "knee_flexion_deg": geo.knee_flexion_deg(first, OTHER_SIDE[top]),
    }


def bridge_measures(motion: BridgeMotion, traced: Traced, turn: int) -> dict[str, float]:
    """Hip line, pelvis and free leg at the top."""
    side, at_turn = motion.plan.side, traced.joints[turn]
    free = OTHER_SIDE[side]
    drop_deg = geo.side_drop_deg(at_turn, side)
    stance_thigh = geo.elevation_deg(at_turn[f"{side}_hip"], at_turn[f"{side}_knee"])
    over_reference = {}
    if motion.reference is not None:
        reference = motion.joints_m(motion.events()["reference_top_s"])
        over_reference["pelvic_drop_over_reference_deg"] = drop_deg - geo.side_drop_deg(reference, side)
    return over_reference | {
        "hip_angle_deg": geo.hip_angle_deg(at_turn, side),
        "pelvic_drop_deg": drop_deg,
        "hip_height_m": motion.movement_m(at_turn) - motion.ground_m,
        "free_leg_elevation_deg": geo.elevation_deg(at_turn[f"{free}_hip"], at_turn[f"{free}_ankle"]),
        "stance_thigh_elevation_deg": stance_thigh,
        "free_leg_over_stance_thigh_deg": geo.elevation_deg(at_turn[f"{free}_hip"], at_turn[f"{free}_ankle"])
        - stance_thigh,
        "free_knee_flexion_deg": geo.knee_flexion_deg(at_turn, free),
    }


def glute_bridge_measures(motion: GluteBridgeMotion, traced: Traced, turn: int) -> dict[str, float]:
    """Line from shoulder to knee at the top; beyond 180 the hips are past it."""
    at_turn = traced.joints[turn]
    return {
        "hip_angle_deg": geo.hip_angle_past_line_deg(at_turn, motion.plan.side),
        "hip_height_m": motion.movement_m(at_turn) - motion.ground_m,
        "knee_flexion_deg": geo.knee_flexion_deg(at_turn, motion.plan.side),
    }


def hip_abduction_measures(motion: HipAbductionMotion, traced: Traced, turn: int) -> dict[str, float]:
    """The lifted leg at the top: how high, how far forward, how straight, where its toes point; the pelvis."""
    side, first, at_turn = motion.plan.side, traced.joints[0], traced.joints[turn]
    drift = [geo.forward_deg(joints, side) for joints in (first, at_turn)]
    return {
        "leg_elevation_deg": geo.elevation_deg(at_turn[f"{side}_hip"], at_turn[f"{side}_ankle"]),
        "pelvic_roll_deg": geo.hip_line_roll_deg(at_turn, side) - geo.hip_line_roll_deg(first, side),
        "leg_drift_deg": drift[1] - drift[0],
        "knee_flexion_deg": geo.knee_flexion_deg(at_turn, side),
        "toes_up_deg": geo.toes_up_deg(at_turn, side),
    }


def band_walk_measures(motion: BandWalkMotion, traced: Traced, turn: int) -> dict[str, float]:
    """Feet, knees and trunk of one step; heights against the bent stance at its start."""
    first, at_turn = traced.joints[0], traced.joints[turn]
    widths = np.array([motion.movement_m(joints) for joints in traced.joints])
    leans = [abs(geo.trunk_lean_deg(joints, "left")) for joints in traced.joints]
    return {
        "step_width_m": float(widths.max()),
        "feet_at_end_m": float(widths[-1]),
        "feet_least_per_stance": float(widths.min()) / STANCE_M,
        "knees_per_ankles": geo.distance_m(at_turn, "knee") / geo.distance_m(at_turn, "ankle"),
        "trunk_sway_deg": float(max(leans)),
        "hips_raised_m": float(geo.middle(at_turn, "hip")[2] - geo.middle(first, "hip")[2]),
    }


def stretch_measures(motion: StretchMotion, traced: Traced, turn: int) -> dict[str, float]:
    """The position held: hip of the stretched side, tilt of the hip line."""
    side, at_turn = motion.plan.side, traced.joints[turn]
    return {
        "hip_angle_deg": geo.hip_angle_deg(at_turn, side),
        "other_hip_angle_deg": geo.hip_angle_deg(at_turn, OTHER_SIDE[side]),
        "hip_line_tilt_deg": geo.side_drop_deg(at_turn, OTHER_SIDE[side]),
    }


def measures(motion: SetMotion, traced: Traced, turn: int) -> dict[str, float]:
    """All true quantities of a repetition of this movement."""
    for kind, measured in _MEASURED.items():
        if isinstance(motion, kind):
            found: dict[str, float] = measured(motion, traced, turn)
            return found
    raise TypeError(f"no measures for {type(motion).__name__}")


_MEASURED: dict[type, Any] = {
    SquatMotion: squat_measures,
    HipAbductionMotion: hip_abduction_measures,
    ClamshellMotion: clamshell_measures,
    GluteBridgeMotion: glute_bridge_measures,
    BridgeMotion: bridge_measures,
    BandWalkMotion: band_walk_measures,
    StretchMotion: stretch_measures,
}
"""The first that fits holds: a special case stands before what it is made from."""
