"""Stretches that are held: into the position (the rise), held there (the hold), out of it (the lowering).

Each is written for stretching the right side, except that the pigeon's right leg is the one in front.
"""

from __future__ import annotations

import numpy as np

from ..kinematics import (
    ArmAngles,
    arm_by_angles,
    hip_m,
    knee_between_m,
    leg_reaching,
    shank_length_m,
    thigh_length_m,
)
from ..plan import BoxProp
from ..rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, blend, vector
from ..skeleton import SIDES, Pose
from .base import MAT_THICKNESS_M, SetMotion, mat
from .bridge import SUPINE

WORKING, OTHER = "right", "left"
_LEAST_FORWARD = 0.97  # cosine of the least angle between a hanging arm and one that supports
_WRIST_HEIGHT_M = MAT_THICKNESS_M + 0.11  # over a hand that stands on its fingers


def mat_along_y() -> BoxProp:
    """An exercise mat lying along Y, under somebody who faces -Y."""
    lying = mat(0.0)
    width, depth, height = lying.size_m
    return BoxProp(lying.centre_m, (depth, width, height), lying.colour)


class StretchMotion(SetMotion):
    """Something held on a mat."""

    set_up_s = 1.6
    wind_down_s = 1.4
    lies_down = True
    ground_m = MAT_THICKNESS_M

    @property
    def props(self) -> tuple[BoxProp, ...]:
        return (mat_along_y(),)

    def _straight_m(self, side: str) -> float:
        return thigh_length_m(self.skeleton, side) + shank_length_m(self.skeleton, side)

    def _on_mat_m(self) -> float:
        """Height of a knee or ankle that rests on the mat."""
        return MAT_THICKNESS_M + self.person.flesh.knee_lateral_m

    def _pointed_foot(self, leg: dict[str, FloatArray], side: str, plantar_deg: float) -> FloatArray:
        shank = leg[f"shank_{side}"] @ self.skeleton.neutral[f"shank_{side}"].T
        pointed: FloatArray = shank @ about_x_deg(plantar_deg)
        return pointed


class HipFlexorMotion(StretchMotion):
    """Half-kneeling on the right knee, left foot in front; the hips go forward over it."""

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """How far the hips are in front of a fixed line."""
        return -float((joints_m["left_hip"][1] + joints_m["right_hip"][1]) / 2.0)

    def _hips_m(self, drive: float) -> FloatArray:
        """Middle of the hips: over the knee at rest, in front of it when stretched, on the kneeling thigh's arc."""
        lean = np.radians(2.0 + 24.0 * drive)
        thigh_m = thigh_length_m(self.skeleton, WORKING)
        return np.array([0.0, -thigh_m * np.sin(lean), self._on_mat_m() + thigh_m * np.cos(lean)])

    def _legs(self, pelvis: FloatArray, pelvis_m: FloatArray) -> dict[str, FloatArray]:
        back_hip, front_hip = (hip_m(self.skeleton, side, pelvis, pelvis_m) for side in (WORKING, OTHER))
        knee = np.array([back_hip[0], 0.0, self._on_mat_m()])
        shank_m = shank_length_m(self.skeleton, WORKING)
        ankle = knee + shank_m * vector([0.0, np.cos(0.08), np.sin(0.08)])
        legs = leg_reaching(self.skeleton, WORKING, back_hip, ankle, vector([0.0, -0.6, -1.0]))
        legs[f"foot_{WORKING}"] = self._pointed_foot(legs, WORKING, 38.0)
        ahead_m = 0.98 * thigh_length_m(self.skeleton, OTHER) + 0.10
        front = np.array([front_hip[0] + 0.03, -ahead_m, MAT_THICKNESS_M + self.person.ankle_height_m])
        legs |= leg_reaching(self.skeleton, OTHER, front_hip, front, vector([0.05, -1.0, 0.6]))
        legs[f"foot_{OTHER}"] = about_z_deg(3.0)
        return legs

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        pelvis = about_x_deg(6.0 - 12.0 * drive + 0.8 * self.sway.at(t_s, 1))
        thorax = about_x_deg(5.0 - 4.0 * drive + 0.8 * self.sway.at(t_s, 2))
        arm = self.skeleton.rest_m("thigh_left") - self.skeleton.rest_m("pelvis")
        pelvis_m = self._hips_m(drive) - pelvis @ (arm * np.array([0.0, 1.0, 1.0]))
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": about_x_deg(3.0)} | self._legs(pelvis, pelvis_m)
        on_hips = ArmAngles(-24.0, 42.0, -52.0, 96.0)
        for side in SIDES:
            rotations |= arm_by_angles(self.skeleton, side, thorax, on_hips)
        return Pose(rotations, pelvis_m)


class PigeonMotion(StretchMotion):
    """Right shin across in front, left leg straight behind; the hips sink and the trunk folds a little.

    The fault `hips_square` is how far the pelvis tips onto the side of the front leg, degrees.
    """

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """How far the hips are below a fixed height."""
        return -float((joints_m["left_hip"][2] + joints_m["right_hip"][2]) / 2.0)

    def _pelvis(self, t_s: float, drive: float) -> FloatArray:
        tip_deg = self.schedule.fault("hips_square", t_s) + 0.8 * self.sway.at(t_s, 1)
        return about_y_deg(tip_deg * -1.0) @ about_x_deg(24.0 + 16.0 * drive)

    def _legs(self, pelvis: FloatArray, pelvis_m: FloatArray) -> dict[str, FloatArray]:
        front_hip, back_hip = (hip_m(self.skeleton, side, pelvis, pelvis_m) for side in (WORKING, OTHER))
        floor_m = self._on_mat_m()
        shin = np.array([0.10, -0.30, floor_m])
        legs = leg_reaching(self.skeleton, WORKING, front_hip, shin, self._pole_to_mat(front_hip, shin))
        legs[f"foot_{WORKING}"] = self._pointed_foot(legs, WORKING, 10.0)
        reach_m = 0.99 * self._straight_m(OTHER)
        down_m = back_hip[2] - floor_m
        behind = back_hip + np.array([0.03, float(np.sqrt(reach_m**2 - down_m**2)), -down_m])
        legs |= leg_reaching(self.skeleton, OTHER, back_hip, behind, vector([0.0, -0.1, -1.0]))
        legs[f"foot_{OTHER}"] = self._pointed_foot(legs, OTHER, 62.0)
        return legs

    def _pole_to_mat(self, hip: FloatArray, ankle: FloatArray) -> FloatArray:
        """The way the front knee has to point, forward and out, for it to rest on the mat."""
        lengths = thigh_length_m(self.skeleton, WORKING), shank_length_m(self.skeleton, WORKING)
        low, high = -1.5, 1.5
        for _ in range(20):
            down = (low + high) / 2.0
            knee = knee_between_m(hip, ankle, vector([-0.55, -1.0, -down]), *lengths)
            low, high = (down, high) if knee[2] > self._on_mat_m() else (low, down)
        return vector([-0.55, -1.0, -low])

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        pelvis = self._pelvis(t_s, drive)
        hips_m = np.array([0.0, 0.0, MAT_THICKNESS_M + 0.36 - 0.19 * drive])
        arm = self.skeleton.rest_m("thigh_left") - self.skeleton.rest_m("pelvis")
        pelvis_m = hips_m - pelvis @ (arm * np.array([0.0, 1.0, 1.0]))
        lean_deg = 34.0 + 14.0 * drive + 0.8 * self.sway.at(t_s, 2)
        thorax, head = about_x_deg(lean_deg), about_x_deg(10.0 + 8.0 * drive)
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": head}
        rotations |= self._legs(pelvis, pelvis_m)
        for side in SIDES:
            rotations |= self._arm_on_mat(side, lean_deg, rotations, pelvis_m)
        return Pose(rotations, pelvis_m)

    def _arm_on_mat(
        self, side: str, lean_deg: float, rotations: dict[str, FloatArray], pelvis_m: FloatArray
    ) -> dict[str, FloatArray]:
        """The arm, almost straight, as far forward of hanging as lets its hand rest on the mat."""
        shoulder = self.skeleton.place(Pose(rotations, pelvis_m)).origin_m(f"upper_arm_{side}")
        upper, forearm = f"upper_arm_{side}", f"forearm_{side}"
        arm_m = self.skeleton.length_m(upper, forearm) + self.skeleton.length_m(forearm, f"hand_{side}")
        down = min(float(shoulder[2] - _WRIST_HEIGHT_M) / arm_m, _LEAST_FORWARD)
        flexion_deg = lean_deg + float(np.degrees(np.arccos(down)))
        return arm_by_angles(self.skeleton, side, rotations["thorax"], ArmAngles(flexion_deg, 10.0, 0.0, 4.0))


class FigureFourMotion(StretchMotion):
    """Supine, the right ankle laid over the left thigh and both drawn toward the chest."""

    @property
    def props(self) -> tuple[BoxProp, ...]:
        return (mat(0.24 if self.mirrored else -0.24),)

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """How near the other thigh is to the chest."""
        knee = joints_m[f"{'right' if self.mirrored else 'left'}_knee"]
        shoulder = (joints_m["left_shoulder"] + joints_m["right_shoulder"]) / 2.0
        return -float(np.linalg.norm(knee - shoulder))

    def _pelvis_m(self) -> FloatArray:
        return np.array([-0.50, 0.0, MAT_THICKNESS_M + self.person.flesh.hip_posterior_m])

    def _other_leg(self, drive: float, hip: FloatArray) -> tuple[dict[str, FloatArray], FloatArray]:
        """The leg that is drawn in, and where its knee is."""
        thigh_m, shank_m = thigh_length_m(self.skeleton, OTHER), shank_length_m(self.skeleton, OTHER)
        raised = np.radians(52.0 + 58.0 * drive)  # thigh over the floor, from footward
        bend = np.radians(104.0 - 10.0 * drive)
        knee = hip + thigh_m * np.array([-np.cos(raised), 0.0, np.sin(raised)])
        shank = raised - bend
        ankle = knee + shank_m * np.array([-np.cos(shank), 0.0, np.sin(shank)])
        leg = leg_reaching(self.skeleton, OTHER, hip, ankle, vector([0.3, 0.0, 1.0]))
        flat = about_z_deg(-90.0)
        leg[f"foot_{OTHER}"] = blend(flat, self._pointed_foot(leg, OTHER, 12.0), min(3.0 * drive, 1.0))
        return leg, knee

    def _crossed_leg(
        self, drive: float, hip: FloatArray, other_knee: FloatArray, other_hip: FloatArray
    ) -> dict[str, FloatArray]:
        """The ankle just above the other knee, the own knee turned out."""
        over = other_knee + 0.22 * (other_hip - other_knee) + np.array([-0.02, 0.04, 0.075])
        crossing = min(drive / 0.85, 1.0)
        start = np.array([hip[0] - 0.34, hip[1] + 0.02, MAT_THICKNESS_M + self.person.ankle_height_m])
        lifted = np.array([-0.05, 0.0, 0.12]) * np.sin(np.pi * crossing)
        ankle = start + (over - start) * crossing + lifted
        outward_pole = vector([-0.25, 0.35 + 0.65 * crossing, 1.0 - 0.55 * crossing])
        leg = leg_reaching(self.skeleton, WORKING, hip, ankle, outward_pole)
        leg[f"foot_{WORKING}"] = blend(about_z_deg(-90.0), self._pointed_foot(leg, WORKING, 4.0), crossing)
        return leg

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        pelvis = about_y_deg(-4.0 + 8.0 * drive) @ SUPINE
        pelvis_m = self._pelvis_m()
        hip, other_hip = (hip_m(self.skeleton, side, pelvis, pelvis_m) for side in (WORKING, OTHER))
        leg, other_knee = self._other_leg(drive, other_hip)
        rotations = {"pelvis": pelvis, "thorax": SUPINE, "head": SUPINE @ about_x_deg(8.0 + 2.0 * self.sway.at(t_s, 4))}
        rotations |= leg | self._crossed_leg(drive, hip, other_knee, other_hip)
        for side in SIDES:
            arms = ArmAngles(-4.0 + 36.0 * drive, 22.0 - 24.0 * drive, 0.0, 6.0 + 20.0 * drive)
            rotations |= arm_by_angles(self.skeleton, side, SUPINE, arms)
        return Pose(rotations, pelvis_m)
