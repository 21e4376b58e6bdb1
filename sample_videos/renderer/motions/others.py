"""Movements that are none of the exercises, for recordings in which nothing may be counted."""

from __future__ import annotations

import numpy as np

from ..kinematics import hip_m, leg_reaching, leg_through, shank_length_m, thigh_length_m
from ..person import Person
from ..plan import BoxProp, ClipPlan
from ..rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, blend, vector
from ..skeleton import SIDES, Pose, outward
from .bridge import FOOT_HALF_WIDTH_M, KNEE_POLE, BridgeMotion
from .clamshell import TOP, ClamshellMotion
from .glute_bridge import NEVER
from .running import Keys, RunningMotion
from .setup import InAndOut
from .squat import SquatMotion

_FEET_HALF_WIDTH_M = 0.13
_DROP_DEG_PER_M = 60.0


class TwoLegSquatMotion(SquatMotion):
    """Down to the box and up on both legs; with long holds, sitting down and standing up.

    The fault `weight_shift` is how far the hips go to one side at the bottom, metres; the other side drops with it.
    """

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        tilt_deg = self._tilt_deg(drive)
        shift_m = self.schedule.fault("weight_shift", t_s)
        pelvis = about_y_deg(_DROP_DEG_PER_M * shift_m) @ about_x_deg(tilt_deg)
        thorax = about_x_deg(1.2 * tilt_deg + 1.5 * self.sway.at(t_s, 2))
        hips_m = self._stance_ankle_m + self._hip_offset_m(self._knee_deg(drive))
        hips_m[0] = 0.008 * self.sway.at(t_s, 3) - shift_m
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
        return NEVER


class KneeTuckMotion(ClamshellMotion):
    """Side-lying, both knees drawn toward the chest together and back; the feet stay stacked."""

    opening_deg = 0.0
    tuck_deg = 42.0


class MarchingBridgeMotion(TwoLegBridgeMotion):
    """Hips lifted once on both legs and kept up, one foot after the other lifted from the floor."""

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        super().__init__(person, plan)
        pace = self.pace
        self._up = InAndOut(0.3 * pace, 1.4 * pace, self.schedule.reps_end_s + 0.1 * pace, 1.4 * pace)

    def _lifted(self, t_s: float) -> float:
        return self._up.at(t_s)

    def right_pose(self, t_s: float) -> Pose:
        level = super().right_pose(t_s)
        rotations = dict(level.rotations)
        for i, timed in enumerate(self.schedule.reps):
            if timed.start_s <= t_s <= timed.end_s:
                side = SIDES[i % 2]
                hip = hip_m(self.skeleton, side, rotations["pelvis"], level.pelvis_m)
                rotations |= self._raised_leg(side, hip, timed.drive(t_s))
        return Pose(rotations, level.pelvis_m)

    def _raised_leg(self, side: str, hip: FloatArray, fraction: float) -> dict[str, FloatArray]:
        """From the floor to an upright thigh with the shank level."""
        floor = np.array([self._foot_x_m, -outward(side) * FOOT_HALF_WIDTH_M, self._ankle_z_m()])
        thigh_m, shank_m = thigh_length_m(self.skeleton, side), shank_length_m(self.skeleton, side)
        raised = hip + np.array([-0.9 * shank_m, 0.0, 0.9 * thigh_m])
        leg = leg_reaching(self.skeleton, side, hip, floor + (raised - floor) * fraction, KNEE_POLE)
        level_foot = leg[f"shank_{side}"] @ self.skeleton.neutral[f"shank_{side}"].T
        leg[f"foot_{side}"] = blend(about_z_deg(-90.0), level_foot, fraction)
        return leg


class WalkingMotion(RunningMotion):
    """Walking on the treadmill: one foot is always on the belt."""

    stance_end = 0.62
    lowest_phase = 0.06

    def _hip_keys(self) -> Keys:
        return [(0.0, 27), (0.12, 22), (0.50, -10), (0.62, -2), (0.85, 30)]

    def _knee_keys(self) -> Keys:
        return [(0.0, 5), (0.14, 17), (0.40, 5), (0.62, 38), (0.73, 60), (0.96, 4)]

    _ANKLE_KEYS: Keys = ((0.0, 2), (0.10, -4), (0.45, 10), (0.62, -14), (0.80, 2))
