"""Single-leg squat down to a box; the knee drifts in by turning about the line from hip to ankle."""

from __future__ import annotations

import numpy as np

from ..kinematics import (
    ArmAngles,
    arm_by_angles,
    hip_m,
    leg_reaching,
    pelvis_from_hip_m,
    shank_length_m,
    thigh_length_m,
)
from ..person import Person
from ..plan import BoxProp, ClipPlan
from ..rotations import IDENTITY, FloatArray, about_x_deg, about_y_deg, about_z_deg, blend, vector
from ..skeleton import SIDES, Pose
from .base import SetMotion
from .setup import InAndOut, arc_m

STANCE, FREE = "right", "left"
_STANCE_HALF_WIDTH_M = 0.085
_STANDING_KNEE_DEG = 7.0
_TOE_OUT_DEG = 6.0
_KNEE_HEADING_DEG = 0.0  # where a well-aligned knee points, outward from straight ahead
_MIDLINE_OVER_FOOT_M = 0.070  # the midline stays this far to the free side of the stance ankle
_TRUNK_RIGHTS_ITSELF = 0.6  # of a pelvic drop, so that the trunk stays upright over it
_FREE_HEEL_CLEARANCE_M = 0.10
_FREE_LEG_REACH = 0.985
_BUTTOCK_BELOW_HIP = 0.95  # of the flesh behind the hip joint, once seated
_BOX_DEPTH_M, _BOX_WIDTH_M, _BOX_BEHIND_ANKLE_M = 0.40, 0.50, 0.17


class SquatMotion(SetMotion):
    """Lower on one leg until the box is touched lightly, press up."""

    set_up_s = 3.4
    wind_down_s = 2.4
    lowers_first = True

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        super().__init__(person, plan)
        end_s = self.schedule.reps_end_s
        pace = self.pace
        self._shift = InAndOut(0.8 * pace, 1.0 * pace, end_s + 0.9 * pace, 0.9 * pace)
        self._lift = InAndOut(1.6 * pace, 1.1 * pace, end_s + 0.1 * pace, 1.0 * pace)
        self._stance_ankle_m = np.array([-_STANCE_HALF_WIDTH_M, 0.0, person.ankle_height_m])
        seat_m = plan.box_height_m + _BUTTOCK_BELOW_HIP * person.flesh.hip_posterior_m
        self._travel_m = self._hip_height_m(_STANDING_KNEE_DEG) - seat_m

    @property
    def props(self) -> tuple[BoxProp, ...]:
        height, centre_y = self.plan.box_height_m, _BOX_BEHIND_ANKLE_M + _BOX_DEPTH_M / 2.0
        x = self._stance_ankle_m[0] + _MIDLINE_OVER_FOOT_M
        centre_x = -x if self.mirrored else x
        return (
            BoxProp((centre_x, centre_y, height / 2.0), (_BOX_WIDTH_M, _BOX_DEPTH_M, height), (150, 112, 76)),
        )

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """How far the pelvis is below a fixed height."""
        return -float((joints_m["left_hip"][2] + joints_m["right_hip"][2]) / 2.0)

    def box_gap_m(self, joints_m: dict[str, FloatArray]) -> float:
        """Clear height between the seat and the box."""
        seat_m = joints_m[f"{self.plan.side}_hip"][2] - _BUTTOCK_BELOW_HIP * self.person.flesh.hip_posterior_m
        return float(seat_m - self.plan.box_height_m)

    def _shank_lean_deg(self, knee_deg: float) -> float:
        return 3.0 + 0.24 * (knee_deg - _STANDING_KNEE_DEG)

    def _hip_offset_m(self, knee_deg: float) -> FloatArray:
        """Hip from ankle in the sagittal plane, for a knee flexion."""
        lean = np.radians(self._shank_lean_deg(knee_deg))
        thigh = np.radians(knee_deg) - lean
        shank_m, thigh_m = shank_length_m(self.skeleton, STANCE), thigh_length_m(self.skeleton, STANCE)
        y = -shank_m * np.sin(lean) + thigh_m * np.sin(thigh)
        z = shank_m * np.cos(lean) + thigh_m * np.cos(thigh)
        return np.array([0.0, y, z])

    def _hip_height_m(self, knee_deg: float) -> float:
        return float(self._stance_ankle_m[2] + self._hip_offset_m(knee_deg)[2])

    def _knee_deg(self, drive: float) -> float:
        """Knee flexion that lowers the hip by a share of the way to the box."""
        goal_m = self._hip_height_m(_STANDING_KNEE_DEG) - drive * self._travel_m
        low, high = _STANDING_KNEE_DEG, 130.0
        for _ in range(20):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self._hip_height_m(middle) > goal_m else (low, middle)
        return low

    def _tilt_deg(self, drive: float) -> float:
        return 3.0 + 27.0 * drive

    def _pelvis(self, t_s: float, drive: float) -> FloatArray:
        drop_deg = self.schedule.fault("pelvic_drop", t_s) + 0.8 * self.sway.at(t_s, 1)
        lean_deg = 0.15 * self.schedule.fault("trunk_lean", t_s)
        return about_y_deg(drop_deg - lean_deg) @ about_x_deg(self._tilt_deg(drive))

    def _thorax(self, t_s: float, drive: float) -> FloatArray:
        lean_deg = (
            self.schedule.fault("trunk_lean", t_s) + 0.8 * self.sway.at(t_s, 2) + 2.0 * self._shift.at(t_s)
        )
        lean_deg += _TRUNK_RIGHTS_ITSELF * self.schedule.fault("pelvic_drop", t_s)
        return about_y_deg(-lean_deg) @ about_x_deg(1.2 * self._tilt_deg(drive))

    def _stance_hip_m(self, t_s: float, drive: float, half_hip_m: float) -> FloatArray:
        hip = self._stance_ankle_m + self._hip_offset_m(self._knee_deg(drive))
        midline_m = self._shift.at(t_s) * (
            self._stance_ankle_m[0] + _MIDLINE_OVER_FOOT_M
        ) + 0.004 * self.sway.at(t_s, 3)
        hip[0] = midline_m - half_hip_m
        hip[1] += 0.004 * self.sway.at(t_s, 4)
        return hip

    def _free_ankle_m(self, t_s: float, free_hip_m: FloatArray) -> FloatArray:
        """On the floor beside the stance foot, or stretched out in front just off the floor."""
        floor = self._stance_ankle_m * np.array([-1.0, 1.0, 1.0])
        reach = _FREE_LEG_REACH * (thigh_length_m(self.skeleton, FREE) + shank_length_m(self.skeleton, FREE))
        z = floor[2] + _FREE_HEEL_CLEARANCE_M + 0.01 * self.sway.at(t_s, 5)
        ahead = np.sqrt(max(reach**2 - (free_hip_m[2] - z) ** 2, 0.0))
        lifted = np.array([free_hip_m[0] + 0.01, free_hip_m[1] - ahead, z])
        return arc_m(floor, lifted, self._lift.at(t_s), 0.04)

    def _free_leg(self, t_s: float, pelvis: FloatArray, pelvis_m: FloatArray) -> dict[str, FloatArray]:
        hip = hip_m(self.skeleton, FREE, pelvis, pelvis_m)
        ankle = self._free_ankle_m(t_s, hip)
        leg = leg_reaching(self.skeleton, FREE, hip, ankle, vector([0.05, -1.0, 0.6]))
        toes_up_deg = float(np.degrees(np.arctan2(hip[1] - ankle[1], hip[2] - ankle[2])))
        lifted = about_z_deg(_TOE_OUT_DEG) @ about_x_deg(-toes_up_deg)
        leg[f"foot_{FREE}"] = blend(about_z_deg(_TOE_OUT_DEG), lifted, self._lift.at(t_s))
        return leg

    def _arms(self, t_s: float, drive: float, thorax: FloatArray) -> dict[str, FloatArray]:
        reach = 0.2 * self._shift.at(t_s) + 0.8 * drive
        arms: dict[str, FloatArray] = {}
        for channel, side in enumerate(SIDES):
            flexion = (
                6.0 + 78.0 * reach + 1.2 * self._tilt_deg(drive) * 0.5 + 2.0 * self.sway.at(t_s, 6 + channel)
            )
            arms.update(
                arm_by_angles(self.skeleton, side, thorax, ArmAngles(flexion, 9.0 - 4.0 * reach, 0.0, 14.0))
            )
        return arms

    def right_pose(self, t_s: float) -> Pose:
        drive = self.schedule.drive(t_s)
        pelvis, thorax = self._pelvis(t_s, drive), self._thorax(t_s, drive)
        half_hip_m = float(self.skeleton.rest_m("thigh_left")[0])
        hip = self._stance_hip_m(t_s, drive, half_hip_m)
        pelvis_m = pelvis_from_hip_m(self.skeleton, STANCE, pelvis, hip)
        swivel_deg = self.schedule.fault("knee_valgus", t_s) + 0.7 * self.sway.at(t_s, 8)
        pole = about_z_deg(swivel_deg - _KNEE_HEADING_DEG) @ np.array([0.0, -1.0, 0.0])
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": about_x_deg(0.45 * self._tilt_deg(drive))}
        rotations |= leg_reaching(self.skeleton, STANCE, hip, self._stance_ankle_m, pole)
        rotations[f"foot_{STANCE}"] = about_z_deg(-_TOE_OUT_DEG) @ IDENTITY
        rotations |= self._free_leg(t_s, pelvis, pelvis_m)
        return Pose(rotations | self._arms(t_s, drive, thorax), pelvis_m)
