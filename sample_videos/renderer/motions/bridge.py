"""Single-leg glute bridge: supine, right foot planted, left leg stretched out.

A two-leg reference lift comes first. The head lies toward +X; the left side is toward -Y, so that a camera
there has the free leg in front.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kinematics import ArmAngles, arm_by_angles, hip_m, leg_reaching, shank_length_m, thigh_length_m
from ..person import Person
from ..plan import BoxProp, ClipPlan
from ..rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, blend, vector
from ..schedule import Phase
from ..skeleton import SIDES, Pose, outward
from .base import MAT_THICKNESS_M, SetMotion, mat
from .setup import InAndOut, arc_m

STANCE, FREE = "right", "left"
SUPINE = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])  # left -> -Y, back -> -Z, head -> +X
_RESTING_PITCH_DEG = -3.0
_TOP_HIP_ANGLE_DEG = 174.0
_FREE_LEG_ELEVATION_DEG = 15.0
_SHORT_PER_PITCH = 1.6  # degrees of hip angle lost per degree of trunk pitch
FOOT_HALF_WIDTH_M = 0.095
KNEE_POLE = vector([-0.3, 0.0, 1.0])


@dataclass(frozen=True)
class ReferenceLift:
    """The two-leg bridge that shows this person level (seconds)."""

    start_s: float = 0.6
    rise_s: float = 1.2
    hold_s: float = 1.2
    lower_s: float = 1.6

    def at_pace(self, pace: float) -> ReferenceLift:
        """The same lift, slower or brisker."""
        return ReferenceLift(*(pace * s for s in (self.start_s, self.rise_s, self.hold_s, self.lower_s)))

    @property
    def end_s(self) -> float:
        """Hips back on the mat."""
        return self.start_s + self.rise_s + self.hold_s + self.lower_s

    def drive(self, t_s: float) -> float:
        """0 to 1 and back."""
        top_s, down_s = self.start_s + self.rise_s, self.start_s + self.rise_s + self.hold_s
        if t_s < top_s:
            return Phase(self.start_s, self.rise_s, 0.0, 1.0).drive(t_s)
        return Phase(down_s, self.lower_s, 1.0, 0.0).drive(t_s)


class BridgeMotion(SetMotion):
    """Lift the hips on one leg, hold, lower slowly."""

    set_up_s = 7.0
    wind_down_s = 2.0
    lies_down = True
    ground_m = MAT_THICKNESS_M
    shows_reference = True

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        lifts_first = self.shows_reference and plan.set_up.reference_lift
        self.reference = ReferenceLift().at_pace(plan.set_up.pace) if lifts_first else None
        if self.reference is None:
            self.set_up_s -= ReferenceLift().end_s
        super().__init__(person, plan)
        self._extend = self._extending(self.schedule.reps_end_s)
        self._shoulder_rest_m = self.skeleton.rest_m("thorax") + np.array([0.0, 0.02, 0.03])
        self._shoulder_m = np.array([0.0, 0.0, MAT_THICKNESS_M + person.flesh.shoulder_posterior_m])
        self._top_pitch_deg = self._pitch_for_line()
        self._foot_x_m = self._knee_x_m(self._top_pitch_deg) + 0.03

    @property
    def props(self) -> tuple[BoxProp, ...]:
        return (mat(0.28 if self.mirrored else -0.28),)

    def _extending(self, end_s: float) -> InAndOut:
        """The free leg off the floor, after the reference lift and until the last repetition's end."""
        start_s = self.reference.end_s if self.reference else 0.0
        pace = self.pace
        return InAndOut(start_s + 0.4 * pace, 1.3 * pace, end_s + 0.2 * pace, 1.3 * pace)

    def events(self) -> dict[str, float]:
        reference = self.reference
        if reference is None:
            return super().events()
        top_s = reference.start_s + reference.rise_s + reference.hold_s / 2.0
        times = {
            "reference_start_s": reference.start_s,
            "reference_top_s": top_s,
            "reference_end_s": reference.end_s,
        }
        return super().events() | times

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """Height of the middle of the hips."""
        return float((joints_m["left_hip"][2] + joints_m["right_hip"][2]) / 2.0)

    def _pelvis_m(self, trunk: FloatArray) -> FloatArray:
        """Pelvis origin when the trunk pivots on the shoulder blades."""
        arm = self._shoulder_rest_m - self.skeleton.rest_m("pelvis")
        origin: FloatArray = self._shoulder_m - trunk @ arm
        return origin

    def _trunk(self, pitch_deg: float) -> FloatArray:
        trunk: FloatArray = about_y_deg(pitch_deg) @ SUPINE
        return trunk

    def _ankle_z_m(self) -> float:
        return MAT_THICKNESS_M + self.person.ankle_height_m

    def _hip_middle_m(self, pitch_deg: float) -> FloatArray:
        trunk = self._trunk(pitch_deg)
        origin = self._pelvis_m(trunk)
        hips = [hip_m(self.skeleton, side, trunk, origin) for side in SIDES]
        middle: FloatArray = (hips[0] + hips[1]) / 2.0
        return middle

    def _thigh_elevation_deg(self, pitch_deg: float) -> float:
        """Elevation of the thigh when the shank stands upright."""
        knee_z = self._ankle_z_m() + shank_length_m(self.skeleton, STANCE)
        rise = (knee_z - self._hip_middle_m(pitch_deg)[2]) / thigh_length_m(self.skeleton, STANCE)
        return float(np.degrees(np.arcsin(np.clip(rise, -1.0, 1.0))))

    def _knee_x_m(self, pitch_deg: float) -> float:
        along = thigh_length_m(self.skeleton, STANCE) * np.cos(
            np.radians(self._thigh_elevation_deg(pitch_deg))
        )
        return float(self._hip_middle_m(pitch_deg)[0] - along)

    def _hip_angle_deg(self, pitch_deg: float) -> float:
        """Shoulder-hip-knee angle from the side, for an upright shank."""
        hip = self._hip_middle_m(pitch_deg)
        trunk = self._trunk(pitch_deg)
        shoulder_rest = self.skeleton.rest_m("upper_arm_left") * np.array([0.0, 1.0, 1.0])
        shoulder = self._pelvis_m(trunk) + trunk @ (shoulder_rest - self.skeleton.rest_m("pelvis"))
        trunk_deg = np.degrees(np.arctan2(hip[2] - shoulder[2], shoulder[0] - hip[0]))
        return float(180.0 + trunk_deg - self._thigh_elevation_deg(pitch_deg))

    def _pitch_for_line(self) -> float:
        """Trunk pitch at which shoulder, hip and knee almost line up."""
        low, high = 5.0, 45.0
        for _ in range(40):
            middle = (low + high) / 2.0
            short = self._hip_angle_deg(middle) < _TOP_HIP_ANGLE_DEG
            low, high = (middle, high) if short else (low, middle)
        return low

    def _lifted(self, t_s: float) -> float:
        """Share of the way up that the hips are."""
        reference = self.reference.drive(t_s) if self.reference else 0.0
        return max(self.schedule.drive(t_s), reference)

    def _pitch_deg(self, t_s: float) -> float:
        """Trunk pitch; of the angle that short hips miss, part is lost at the trunk, part at the thigh."""
        drive = self._lifted(t_s)
        short_deg = self.missing_deg(t_s) / _SHORT_PER_PITCH
        steady_deg = 0.4 * self.sway.at(t_s, 1) * drive
        return (
            _RESTING_PITCH_DEG + (self._top_pitch_deg - _RESTING_PITCH_DEG) * drive - short_deg + steady_deg
        )

    def missing_deg(self, t_s: float) -> float:
        """Hip angle missing now."""
        return self.schedule.fault("hips_short", t_s)

    def _pelvis(self, t_s: float, trunk: FloatArray, drop_deg: float) -> FloatArray:
        turned: FloatArray = trunk @ about_z_deg(drop_deg)
        return turned

    def _planted_leg(self, side: str, hip: FloatArray) -> dict[str, FloatArray]:
        ankle = np.array([self._foot_x_m, -outward(side) * FOOT_HALF_WIDTH_M, self._ankle_z_m()])
        leg = leg_reaching(self.skeleton, side, hip, ankle, KNEE_POLE)
        leg[f"foot_{side}"] = about_z_deg(-90.0)
        return leg

    def _free_leg(self, t_s: float, hip: FloatArray) -> dict[str, FloatArray]:
        """From the floor to stretched out, and there at a steady elevation."""
        elevation_deg = (
            _FREE_LEG_ELEVATION_DEG + self.schedule.fault("free_leg_height", t_s) + 1.5 * self.sway.at(t_s, 3)
        )
        elevation = np.radians(elevation_deg)
        reach = 0.998 * (thigh_length_m(self.skeleton, FREE) + shank_length_m(self.skeleton, FREE))
        stretched = hip + reach * np.array([-np.cos(elevation), 0.0, np.sin(elevation)])
        floor = np.array([self._foot_x_m, -outward(FREE) * FOOT_HALF_WIDTH_M, self._ankle_z_m()])
        fraction = self._extend.at(t_s)
        leg = leg_reaching(self.skeleton, FREE, hip, arc_m(floor, stretched, fraction, 0.06), KNEE_POLE)
        pointing = leg[f"shank_{FREE}"] @ self.skeleton.neutral[f"shank_{FREE}"].T @ about_x_deg(12.0)
        leg[f"foot_{FREE}"] = blend(about_z_deg(-90.0), pointing, fraction)
        return leg

    def right_pose(self, t_s: float) -> Pose:
        trunk = self._trunk(self._pitch_deg(t_s))
        drop_deg = self.schedule.fault("pelvic_drop", t_s) + 0.9 * self.sway.at(t_s, 2) * self.schedule.drive(
            t_s
        )
        pelvis = self._pelvis(t_s, trunk, drop_deg)
        pelvis_m = self._pelvis_m(trunk)
        head = SUPINE @ about_x_deg(8.0) @ about_z_deg(2.0 * self.sway.at(t_s, 4))
        rotations = {"pelvis": pelvis, "thorax": trunk @ about_z_deg(0.2 * drop_deg), "head": head}
        rotations |= self._planted_leg(STANCE, hip_m(self.skeleton, STANCE, pelvis, pelvis_m))
        rotations |= self._free_leg(t_s, hip_m(self.skeleton, FREE, pelvis, pelvis_m))
        for side in SIDES:
            rotations |= arm_by_angles(self.skeleton, side, SUPINE, ArmAngles(-4.0, 22.0, 0.0, 6.0))
        return Pose(rotations, pelvis_m)
