"""What is true of a run: every foot contact with its placement, shank and knee; cadence; faults per side."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import geometry as geo
from .motions.running import BELT_M, MID_STANCE, RunningMotion
from .skeleton import SIDES

_STEP_S = 0.004
_TOUCH_M = 0.005  # a sole this near the belt is down
_SEARCH_S = 0.06  # touch-down is looked for this long around the planned contact


def _touch_down_s(motion: RunningMotion, side: str, planned_s: float) -> float:
    """First time around a planned contact at which the sole is on the belt."""
    for t_s in np.arange(planned_s - _SEARCH_S, planned_s + _SEARCH_S, _STEP_S):
        sole_m = motion.person.lowest_sole_m(motion.placement(float(t_s)), side)
        if sole_m < BELT_M + _TOUCH_M:
            return float(t_s)
    return planned_s


def _offset_m(joints: geo.Joints, side: str) -> float:
    """Ankle outward of the middle of the hips; negative when it has crossed the midline."""
    outward = 1.0 if side == "left" else -1.0
    return float(outward * (joints[f"{side}_ankle"][0] - geo.middle(joints, "hip")[0]))


def contact_record(motion: RunningMotion, side: str, planned_s: float) -> dict[str, Any]:
    """One entry of `contacts`."""
    contact_s = _touch_down_s(motion, side, planned_s)
    landing = motion.joints_m(contact_s)
    standing = motion.joints_m(planned_s + MID_STANCE * motion.stride_s)
    ahead_m = -(landing[f"{side}_ankle"][1] - landing[f"{side}_hip"][1])
    torso_m = float(np.linalg.norm(geo.middle(landing, "shoulder") - geo.middle(landing, "hip")))
    values = {
        "time_s": contact_s,
        "foot_offset_from_midline_m": _offset_m(standing, side),
        "foot_offset_at_contact_m": _offset_m(landing, side),
        "shank_angle_deg": geo.shank_angle_deg(landing, side),
        "knee_flexion_deg": geo.knee_flexion_deg(landing, side),
        "foot_ahead_of_hip_m": float(ahead_m),
        "foot_ahead_of_hip_per_torso": float(ahead_m / torso_m),
        "mid_stance_pelvic_drop_deg": geo.side_drop_deg(standing, side),
        "mid_stance_trunk_lean_deg": geo.trunk_lean_deg(standing, side),
        "mid_stance_knee_flexion_deg": geo.knee_flexion_deg(standing, side),
        "trunk_forward_lean_deg": geo.trunk_forward_lean_deg(standing),
    }
    return {"side": side} | {name: round(value, 4) for name, value in values.items()}


def gait_record(motion: RunningMotion) -> dict[str, Any]:
    """`contacts`, `cadence_spm` and `faults_by_side` of the truth file."""
    late_s = motion.duration_s - MID_STANCE * motion.stride_s
    contacts = [
        contact_record(motion, side, planned_s)
        for side in SIDES
        for planned_s in motion.contact_times_s(side)
        if 0.0 < planned_s <= late_s
    ]
    faults = {side: dict(motion.run.faults.get(side, {})) for side in SIDES}
    return {
        "contacts": sorted(contacts, key=lambda contact: float(contact["time_s"])),
        "cadence_spm": motion.run.cadence_spm,
        "faults_by_side": faults,
    }
