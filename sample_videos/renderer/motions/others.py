"""Movements that are none of the exercises, for recordings in which nothing may be counted."""

from __future__ import annotations

import numpy as np

from ..kinematics import hip_m, leg_reaching, leg_through, shank_length_m, thigh_length_m
from ..plan import BoxProp
from ..rotations import FloatArray, about_x_deg, about_z_deg, vector
from ..skeleton import SIDES, Pose, outward
from .bridge import BridgeMotion
from .clamshell import TOP, ClamshellMotion
from .running import Keys, RunningMotion
from .setup import InAndOut
from .squat import SquatMotion

_FEET_HALF_WIDTH_M = 0.13
_NEVER = InAndOut(1e6, 1.0, 2e6, 1.0)


class TwoLegSquatMotion(SquatMotion):
    """Down to the box and up on both legs; with long holds, sitting down and standing up."""

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        tilt_deg = self._tilt_deg(drive)
        pelvis = about_x_deg(tilt_deg)
        thorax = about_x_deg(1.2 * tilt_deg + 1.5 * self.sway.at(t_s, 2))
        hips_m = self._stance_ankle_m + self._hip_offset_m(self._knee_deg(drive))
        hips_m[0] = 0.008 * self.sway.at(t_s, 3)
        arm = self.skeleton.rest_m("thigh_left") - self.skeleton.rest_m("pelvis")
        pelvis_m = hips_m - pelvis @ (arm * np.array([0.0, 1.0, 1.0]))
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": about_x_deg(0.45 * tilt_deg)}
        for side in SIDES:
            hip = hip_m(self.skeleton, side, pelvis, pelvis_m)
            ankle = np.array([outward(side) * _FEET_HALF_WIDTH_M, 0.0, self._stance_ankle_m[2]])
            pole = vector([0.2 * outward(side), -1.0, 0.0])
            rotations |= leg_reaching(self.skeleton, side, hip, ankle, pole)
            rotations[f"foot_{side}"] = about_z_deg(8.0 * outward(side))
        return Pose(rotations | self._arms(t_s, drive, thorax), pelvis_m)


class StandingMotion(TwoLegSquatMotion):
    """Standing, perhaps bending the knees, with nothing around."""

    @property
    def props(self) -> tuple[BoxProp, ...]:
        return ()


class SideLegRaiseMotion(ClamshellMotion):
    """Side-lying, the straight top leg lifted instead of the knee opened."""

    hip_flexion_deg = (10.0, 16.0)
    knee_flexion_deg = (12.0, 20.0)

    def _top_leg(self, t_s: float, top_hip_m: FloatArray) -> dict[str, FloatArray]:
        reach_m = 0.995 * (thigh_length_m(self.skeleton, TOP) + shank_length_m(self.skeleton, TOP))
        raised = np.radians(-6.0 + 38.0 * self.schedule.drive(t_s))
        ankle = top_hip_m + reach_m * np.array([-np.cos(raised), -0.05, np.sin(raised)])
        knee = top_hip_m + (ankle - top_hip_m) * 0.51 + np.array([0.0, -0.02, 0.0])
        return leg_through(self.skeleton, TOP, top_hip_m, knee, ankle, vector([0.0, -1.0, 0.0]))


class TwoLegBridgeMotion(BridgeMotion):
    """Glute bridges with both feet on the floor."""

    def _extending(self, end_s: float) -> InAndOut:
        return _NEVER


class WalkingMotion(RunningMotion):
    """Walking on the treadmill: one foot is always on the belt."""

    stance_end = 0.62
    lowest_phase = 0.06

    def _hip_keys(self) -> Keys:
        return [(0.0, 27), (0.12, 22), (0.50, -10), (0.62, -2), (0.85, 30)]

    def _knee_keys(self) -> Keys:
        return [(0.0, 5), (0.14, 17), (0.40, 5), (0.62, 38), (0.73, 60), (0.96, 4)]

    _ANKLE_KEYS: Keys = ((0.0, 2), (0.10, -4), (0.45, 10), (0.62, -14), (0.80, 2))
