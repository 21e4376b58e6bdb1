"""What is true of every repetition: times by the movement of its own joints, measures at the turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import geometry as geo
from .camera import Camera
from .motions.base import SetMotion
from .motions.bridge import BridgeMotion
from .motions.clamshell import ClamshellMotion
from .motions.squat import SquatMotion
from .rotations import FloatArray, angle_between_deg
from .schedule import COMPLETE_FROM, TimedRep
from .skeleton import OTHER_SIDE

STEP_S = 0.01  # grid on which times are found
ONSET_SHARE = 0.05  # a movement has begun, and is over, at this share of its own amplitude
HOLD_SHARE = 0.90  # held while at least this share of the repetition's peak
TOUCH_M = 0.005  # seat this near the box counts as touching


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


@dataclass(frozen=True)
class Traced:
    """A repetition sampled on the time grid."""

    t_s: FloatArray
    joints: tuple[dict[str, FloatArray], ...]
    movement_m: FloatArray


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


def squat_measures(motion: SquatMotion, traced: Traced, turn: int, times: RepTimes) -> dict[str, float]:
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
    motion: ClamshellMotion, traced: Traced, turn: int, times: RepTimes
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


def bridge_measures(motion: BridgeMotion, traced: Traced, turn: int, times: RepTimes) -> dict[str, float]:
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


def _measures(motion: SetMotion, traced: Traced, turn: int, times: RepTimes) -> dict[str, float]:
    if isinstance(motion, SquatMotion):
        return squat_measures(motion, traced, turn, times)
    if isinstance(motion, ClamshellMotion):
        return clamshell_measures(motion, traced, turn, times)
    if isinstance(motion, BridgeMotion):
        return bridge_measures(motion, traced, turn, times)
    raise TypeError(f"no measures for {type(motion).__name__}")


def rep_record(motion: SetMotion, index: int, timed: TimedRep) -> dict[str, Any]:
    """One entry of `reps` in the truth file."""
    traced = trace(motion, timed)
    times = rep_times(traced, timed.turn_s)
    turn = int(np.argmin(np.abs(traced.t_s - timed.turn_s)))
    return {
        "index": index,
        "side": motion.plan.side,
        "start_s": round(times.start_s, 2),
        "turn_s": round(timed.turn_s, 2),
        "end_s": round(times.end_s, 2),
        "hold_s": round(times.hold_end_s - times.hold_start_s, 2),
        "lowering_s": round(times.lowering_s(motion.lowers_first), 2),
        "complete": timed.rep.amplitude >= COMPLETE_FROM,
        "amplitude": timed.rep.amplitude,
        "faults": dict(timed.rep.faults),
        "measures": {name: round(value, 3) for name, value in _measures(motion, traced, turn, times).items()},
    }
