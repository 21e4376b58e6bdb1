"""Side-lying hip abduction, lying on the left side: the straight right leg is lifted, toes forward.

The head lies toward +X and the person faces -Y, as in the clamshell.
"""

from __future__ import annotations

import numpy as np

from ..kinematics import leg_through, shank_length_m, thigh_length_m
from ..rotations import FloatArray, about_axis_deg, unit, vector
from .clamshell import TOP, ClamshellMotion

_RESTING_DEG = -6.0
_TOP_DEG = 45.0
_STRAIGHT_KNEE_DEG = 5.0
_FORWARD_DEG = 2.0


class HipAbductionMotion(ClamshellMotion):
    """Lift the straight top leg, hold, lower slowly; the bottom leg is bent for a broader base."""

    hip_flexion_deg = (8.0, 28.0)
    knee_flexion_deg = (10.0, 62.0)

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """Height of the top ankle over the middle of the hips."""
        ankle = joints_m[f"{self.plan.side}_ankle"]
        return float(ankle[2] - (joints_m["left_hip"][2] + joints_m["right_hip"][2]) / 2.0)

    def _top_leg(self, t_s: float, top_hip_m: FloatArray) -> dict[str, FloatArray]:
        drive, fault = self.schedule.drive(t_s), self.schedule.fault
        raised_deg = _RESTING_DEG + (_TOP_DEG - _RESTING_DEG) * drive - fault("lift_height", t_s)
        raised = np.radians(raised_deg + 0.8 * self.sway.at(t_s, 6))
        forward = np.radians(_FORWARD_DEG + fault("leg_drift", t_s) + 0.8 * self.sway.at(t_s, 7))
        flat = np.cos(raised)
        along = vector([-flat * np.cos(forward), -flat * np.sin(forward), np.sin(raised)])
        toes_forward = vector([0.0, -1.0, 0.0])
        pole = about_axis_deg(along, fault("toes_up", t_s)) @ (toes_forward - (toes_forward @ along) * along)
        return self._bent(top_hip_m, along, unit(pole), _STRAIGHT_KNEE_DEG + fault("knee_bent", t_s))

    def _bent(self, hip: FloatArray, along: FloatArray, pole: FloatArray, knee_deg: float) -> dict[str, FloatArray]:
        """The leg with its ankle in a direction from the hip, the knee bent toward `pole`."""
        thigh_m, shank_m = thigh_length_m(self.skeleton, TOP), shank_length_m(self.skeleton, TOP)
        knee = np.radians(knee_deg)
        reach_m = float(np.sqrt(thigh_m**2 + shank_m**2 + 2.0 * thigh_m * shank_m * np.cos(knee)))
        off = float(np.arcsin(shank_m * np.sin(knee) / reach_m))  # thigh from the line hip to ankle
        knee_m = hip + thigh_m * (np.cos(off) * along + np.sin(off) * pole)
        return leg_through(self.skeleton, TOP, hip, knee_m, hip + reach_m * along, pole)
