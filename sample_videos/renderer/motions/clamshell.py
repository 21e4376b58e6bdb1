"""Clamshell, lying on the left side with the right knee opening.

Feet stay together or part, the pelvis stays stacked or rolls backward. The head lies toward +X and the person
faces -Y, where the camera stands.
"""

from __future__ import annotations

import numpy as np

from ..kinematics import (
    ArmAngles,
    arm_by_angles,
    hip_m,
    knee_between_m,
    leg_through,
    pelvis_from_hip_m,
    shank_length_m,
    thigh_length_m,
)
from ..person import Person
from ..plan import BoxProp, ClipPlan
from ..rotations import FloatArray, about_axis_deg, about_x_deg, about_y_deg, about_z_deg, unit, vector
from ..skeleton import Pose
from .base import MAT_THICKNESS_M, SetMotion, mat
from .setup import Bump, InAndOut

TOP, BOTTOM = "right", "left"
ON_LEFT_SIDE = about_y_deg(90.0)
_FLESH_UNDER_LOAD = 0.85  # soft tissue between two stacked knees or under the hip gives this much
_FOOT_STACK_M = 0.095  # ankle above ankle when the shoes lie on each other
_TRUNK_ROLL_SHARE = 0.5  # how much of a pelvic roll the rib cage follows


class ClamshellMotion(SetMotion):
    """Open the top knee, hold, lower slowly."""

    set_up_s = 3.6
    wind_down_s = 2.0
    lies_down = True
    ground_m = MAT_THICKNESS_M
    hip_flexion_deg = (22.0, 45.0)  # while settling, in position
    knee_flexion_deg = (50.0, 90.0)
    opening_deg = 44.0
    tuck_deg = 0.0  # added to the flexion of both hips

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        super().__init__(person, plan)
        end_s = self.schedule.reps_end_s
        pace = self.pace
        self._bend = InAndOut(0.5 * pace, 1.6 * pace, end_s + 0.5 * pace, 1.2 * pace)
        self._head_lift = Bump(1.3 * pace, 1.6 * pace)
        self._arm_in_front = InAndOut(1.2 * pace, 1.4 * pace, end_s + 0.3 * pace, 1.0 * pace)
        self._foot_shuffle = (
            Bump(0.6 * pace, 0.9 * pace),
            Bump(1.4 * pace, 0.8 * pace),
            Bump(end_s + 0.7 * pace, 0.9 * pace),
        )

    @property
    def props(self) -> tuple[BoxProp, ...]:
        return (mat(0.0),)

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """Distance between the knees."""
        return float(np.linalg.norm(joints_m["left_knee"] - joints_m["right_knee"]))

    def _bottom_hip_m(self) -> FloatArray:
        return np.array([-0.05, 0.0, MAT_THICKNESS_M + _FLESH_UNDER_LOAD * self.person.flesh.hip_lateral_m])

    def _leg_on_mat(self, t_s: float) -> tuple[FloatArray, FloatArray]:
        """Knee and ankle of the bottom leg, bent in the plane of the mat."""
        bend = self._bend.at(t_s)
        hip_deg = self.hip_flexion_deg[0] + (self.hip_flexion_deg[1] - self.hip_flexion_deg[0]) * bend
        hip_deg += self.tuck_deg * self.schedule.drive(t_s)
        knee_deg = self.knee_flexion_deg[0] + (self.knee_flexion_deg[1] - self.knee_flexion_deg[0]) * bend
        hip = self._bottom_hip_m()
        knee_z = MAT_THICKNESS_M + _FLESH_UNDER_LOAD * self.person.flesh.knee_lateral_m
        ankle_z = MAT_THICKNESS_M + self.person.flesh.ankle_lateral_m
        knee = hip + self._along(thigh_length_m(self.skeleton, BOTTOM), hip_deg, knee_z - hip[2])
        ankle = knee + self._along(
            shank_length_m(self.skeleton, BOTTOM), hip_deg - knee_deg, ankle_z - knee_z
        )
        return knee, ankle

    @staticmethod
    def _along(length_m: float, forward_deg: float, rise_m: float) -> FloatArray:
        """A bone of given length, pointing footward, turned forward along the mat and rising by `rise_m`."""
        flat = float(np.sqrt(length_m**2 - rise_m**2))
        turn = np.radians(forward_deg)
        return np.array([-flat * np.cos(turn), -flat * np.sin(turn), rise_m])

    def _pelvis(self, t_s: float) -> FloatArray:
        roll_deg = (
            self.schedule.fault("pelvic_roll", t_s)
            + 0.8 * self.sway.at(t_s, 1)
            + 2.0 * self.schedule.drive(t_s)
        )
        return ON_LEFT_SIDE @ about_z_deg(-roll_deg)

    def _thorax(self, t_s: float) -> FloatArray:
        roll_deg = _TRUNK_ROLL_SHARE * self.schedule.fault("pelvic_roll", t_s) + 0.6 * self.sway.at(t_s, 2)
        return about_y_deg(-self._trunk_rise_deg()) @ ON_LEFT_SIDE @ about_z_deg(-roll_deg)

    def _trunk_rise_deg(self) -> float:
        """Broad shoulders on the mat lift the chest end of the trunk."""
        shoulder = self.skeleton.rest_m("upper_arm_left")
        shoulder_mid_z = MAT_THICKNESS_M + shoulder[0] + 0.5 * self.person.flesh.shoulder_lateral_m
        pelvis_mid_z = self._bottom_hip_m()[2] + self.skeleton.rest_m("thigh_left")[0]
        along_m = shoulder[2] - self.skeleton.rest_m("thigh_left")[2]
        return float(np.degrees(np.arcsin(np.clip((shoulder_mid_z - pelvis_mid_z) / along_m, -0.2, 0.2))))

    def _top_leg(self, t_s: float, top_hip_m: FloatArray) -> dict[str, FloatArray]:
        """Knee swung up about the line from hip to ankle, ankle resting on the other one."""
        bottom_knee, bottom_ankle = self._leg_on_mat(t_s)
        stack_m = 2.0 * _FLESH_UNDER_LOAD * self.person.flesh.knee_lateral_m
        closed_knee = bottom_knee + np.array([0.0, 0.0, stack_m])
        shuffle_m = sum(bump.at(t_s) for bump in self._foot_shuffle) * 0.05
        apart_m = self.schedule.fault("feet_apart", t_s)
        ankle = bottom_ankle + np.array([0.0, 0.5 * apart_m * 0.3, _FOOT_STACK_M + shuffle_m + apart_m])
        axis = unit(ankle - top_hip_m)
        opening_deg = self.opening_deg * self.schedule.drive(t_s)
        closed = closed_knee - top_hip_m
        pole = about_axis_deg(axis, opening_deg) @ (closed - (closed @ axis) * axis)
        if pole[2] < closed[2] - (closed @ axis) * axis[2]:
            pole = about_axis_deg(axis, -opening_deg) @ (closed - (closed @ axis) * axis)
        lengths = thigh_length_m(self.skeleton, TOP), shank_length_m(self.skeleton, TOP)
        knee = knee_between_m(top_hip_m, ankle, pole, *lengths)
        return leg_through(self.skeleton, TOP, top_hip_m, knee, ankle, pole)

    def _arms(self, t_s: float, thorax: FloatArray) -> dict[str, FloatArray]:
        front = self._arm_in_front.at(t_s)
        under_head = ArmAngles(165.0, 5.0, 0.0, 35.0)
        sway_deg = 1.5 * self.sway.at(t_s, 4)
        on_top = ArmAngles(12.0 + 28.0 * front + sway_deg, 2.0 - 38.0 * front, 0.0, 20.0 + 18.0 * front)
        arms = arm_by_angles(self.skeleton, BOTTOM, thorax, under_head)
        return arms | arm_by_angles(self.skeleton, TOP, thorax, on_top)

    def right_pose(self, t_s: float) -> Pose:
        pelvis, thorax = self._pelvis(t_s), self._thorax(t_s)
        bottom_hip = self._bottom_hip_m()
        pelvis_m = pelvis_from_hip_m(self.skeleton, BOTTOM, pelvis, bottom_hip)
        top_hip = hip_m(self.skeleton, TOP, pelvis, pelvis_m)
        head = (
            ON_LEFT_SIDE
            @ about_y_deg(-12.0 - 14.0 * self._head_lift.at(t_s))
            @ about_z_deg(2.0 * self.sway.at(t_s, 5))
        )
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": head}
        knee, ankle = self._leg_on_mat(t_s)
        legs = leg_through(self.skeleton, BOTTOM, bottom_hip, knee, ankle, vector([0.0, -1.0, 0.0]))
        legs |= self._top_leg(t_s, top_hip)
        for side in (BOTTOM, TOP):
            shank = legs[f"shank_{side}"] @ self.skeleton.neutral[f"shank_{side}"].T
            legs[f"foot_{side}"] = shank @ about_x_deg(12.0)
        return Pose(rotations | legs | self._arms(t_s, thorax), pelvis_m)
