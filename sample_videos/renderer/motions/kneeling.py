"""Kneeling on both knees: a way into other positions, and no stretch of the guide."""

from __future__ import annotations

import numpy as np

from ..kinematics import ArmAngles, arm_by_angles, hip_m, leg_reaching, shank_length_m, thigh_length_m
from ..rotations import FloatArray, about_x_deg, vector
from ..skeleton import SIDES, Pose, outward
from .stretches import StretchMotion

_KNEES_HALF_WIDTH_M = 0.11


class KneelingMotion(StretchMotion):
    """Upright on both knees; each repetition sits back onto the heels and folds forward, as in the child's pose."""

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """How far the hips are below a fixed height."""
        return -float((joints_m["left_hip"][2] + joints_m["right_hip"][2]) / 2.0)

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        thigh_m = np.mean([thigh_length_m(self.skeleton, side) for side in SIDES])
        back = np.radians(62.0 * drive)
        hips_m = np.array([0.0, thigh_m * np.sin(back), self._on_mat_m() + thigh_m * np.cos(back)])
        pelvis = about_x_deg(2.0 + 66.0 * drive + 0.8 * self.sway.at(t_s, 1))
        thorax = about_x_deg(3.0 + 80.0 * drive + 0.8 * self.sway.at(t_s, 2))
        arm = self.skeleton.rest_m("thigh_left") - self.skeleton.rest_m("pelvis")
        pelvis_m = hips_m - pelvis @ (arm * np.array([0.0, 1.0, 1.0]))
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": about_x_deg(4.0 + 60.0 * drive)}
        for side in SIDES:
            rotations |= self._leg(side, hip_m(self.skeleton, side, pelvis, pelvis_m))
            arms = ArmAngles(8.0 + 142.0 * drive, 10.0, 0.0, 12.0)
            rotations |= arm_by_angles(self.skeleton, side, thorax, arms)
        return Pose(rotations, pelvis_m)

    def _leg(self, side: str, hip: FloatArray) -> dict[str, FloatArray]:
        """The shank on the mat, the knee where it stays."""
        aside_m = _KNEES_HALF_WIDTH_M * outward(side)
        shank_m = shank_length_m(self.skeleton, side)
        ankle = np.array([aside_m, shank_m, self._on_mat_m() + 0.02])
        leg = leg_reaching(self.skeleton, side, hip, ankle, vector([0.0, -0.8, -1.0]))
        leg[f"foot_{side}"] = self._pointed_foot(leg, side, 45.0)
        return leg
