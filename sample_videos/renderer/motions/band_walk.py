"""Lateral band walk: knees a little bent, step to the side, the trailing foot follows; there and back.

A repetition is one step: the leading foot goes out (the rise), stands wide (the hold), the trailing foot follows
(the lowering). The first half of the steps goes toward the right, the rest back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kinematics import ArmAngles, arm_by_angles, hip_m, leg_reaching, shank_length_m, thigh_length_m
from ..person import Person
from ..plan import ClipPlan
from ..rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, vector
from ..schedule import TimedRep, ramp
from ..skeleton import OTHER_SIDE, SIDES, Pose, outward
from .base import SetMotion
from .setup import InAndOut

STANCE_M = 0.28  # between the ankles at rest: hip-width, so that the band is taut
_STEP_M = 0.22
_KNEE_DEG = 44.0
_STANDING_KNEE_DEG = 6.0
_FORWARD_LEAN_DEG = 14.0
_CLEARANCE_M = 0.035
_TOE_OUT_DEG = 10.0
_TRUNK_FOLLOWS = 0.59  # the line from hips to shoulders leans by this share of the rib cage's lean
_KNEE_OUT_DEG = 22.0


@dataclass(frozen=True)
class Step:
    """Ankles along X before and after one step, and how far apart they are at its widest."""

    timed: TimedRep
    leading: str
    before_m: dict[str, float]
    wide_m: dict[str, float]
    after_m: dict[str, float]


class BandWalkMotion(SetMotion):
    """Steps to the right, then as many to the left."""

    set_up_s = 2.0
    wind_down_s = 1.6

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        super().__init__(person, plan)
        self._sink = InAndOut(0.6 * self.pace, 1.0 * self.pace, self.schedule.reps_end_s + 0.2, 1.0 * self.pace)
        self._steps = self._laid_out()

    def side_of(self, index: int) -> str:
        """The side a step goes toward."""
        there = index <= (len(self.schedule.reps) + 1) // 2
        return self.plan.side if there else OTHER_SIDE[self.plan.side]

    def movement_m(self, joints_m: dict[str, FloatArray]) -> float:
        """Distance between the ankles."""
        return float(abs(joints_m["left_ankle"][0] - joints_m["right_ankle"][0]))

    def _laid_out(self) -> list[Step]:
        """Where the feet stand before, in and after every step, for a walk that begins to the right."""
        there = (len(self.schedule.reps) + 1) // 2
        apart_m = STANCE_M
        middle_m = 0.5 * (there * _STEP_M) - 0.5 * _STEP_M  # the way there and back lies around the room's middle
        feet = {side: middle_m + outward(side) * apart_m / 2.0 for side in SIDES}
        steps = []
        for i, timed in enumerate(self.schedule.reps):
            leading = "right" if i < there else "left"
            wide = dict(feet)
            wide[leading] = feet[OTHER_SIDE[leading]] + outward(leading) * (STANCE_M + _STEP_M * timed.rep.amplitude)
            share = timed.rep.faults.get("feet_together", 1.0)
            after = dict(wide)
            after[OTHER_SIDE[leading]] = wide[leading] - outward(leading) * STANCE_M * share
            steps.append(Step(timed, leading, feet, wide, after))
            feet = after
        return steps

    def _ankles_m(self, t_s: float) -> dict[str, FloatArray]:
        """Both ankles now; the foot on its way is off the floor."""
        x = self._steps[0].before_m if self._steps else {s: outward(s) * STANCE_M / 2.0 for s in SIDES}
        ankles = {side: np.array([x[side], 0.0, self.person.ankle_height_m]) for side in SIDES}
        for step in self._steps:
            if t_s < step.timed.start_s:
                break
            trailing, rep = OTHER_SIDE[step.leading], step.timed.rep
            out = ramp(t_s, step.timed.start_s, rep.rise_s)
            follow = ramp(t_s, step.timed.hold_end_s, rep.lower_s)
            for side, share in ((step.leading, out), (trailing, follow)):
                begin, goal = step.before_m[side], step.after_m[side]
                height_m = self.person.ankle_height_m + _CLEARANCE_M * np.sin(np.pi * share)
                ankles[side] = np.array([begin + (goal - begin) * share, 0.0, height_m])
        return ankles

    def _hips_height_m(self, t_s: float) -> float:
        """Hip centres over the floor: the legs' length at their bend when the feet are at rest."""
        bend_deg = _STANDING_KNEE_DEG + (_KNEE_DEG - _STANDING_KNEE_DEG) * self._sink.at(t_s)
        thigh_m, shank_m = thigh_length_m(self.skeleton, "left"), shank_length_m(self.skeleton, "left")
        reach = float(np.sqrt(thigh_m**2 + shank_m**2 + 2.0 * thigh_m * shank_m * np.cos(np.radians(bend_deg))))
        aside_m = STANCE_M / 2.0 - float(self.skeleton.rest_m("thigh_left")[0])
        height_m = self.person.ankle_height_m + float(np.sqrt(reach**2 - aside_m**2))
        return height_m + self.schedule.fault("stance_height", t_s) + 0.003 * self.sway.at(t_s, 1)

    def _leading_sign(self, t_s: float) -> float:
        """+1 toward the left, -1 toward the right, by the step of the moment."""
        begun = [step for step in self._steps if step.timed.start_s <= t_s]
        return outward(begun[-1].leading) if begun else outward("right")

    def right_pose(self, t_s: float) -> Pose:
        ankles = self._ankles_m(t_s)
        sink = self._sink.at(t_s)
        sway_deg = self._leading_sign(t_s) * self.schedule.fault("trunk_sway", t_s) + 0.8 * self.sway.at(t_s, 2)
        sway_deg /= _TRUNK_FOLLOWS
        pelvis = about_x_deg(3.0 + (_FORWARD_LEAN_DEG - 3.0) * sink)
        thorax = about_y_deg(sway_deg) @ about_x_deg(3.0 + 1.1 * (_FORWARD_LEAN_DEG - 3.0) * sink)
        middle_x = float(ankles["left"][0] + ankles["right"][0]) / 2.0
        hips_m = np.array([middle_x, 0.05 + 0.06 * sink, self._hips_height_m(t_s)])
        arm = self.skeleton.rest_m("thigh_left") - self.skeleton.rest_m("pelvis")
        pelvis_m = hips_m - pelvis @ (arm * np.array([0.0, 1.0, 1.0]))
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": about_x_deg(4.0)}
        cave_deg = self.schedule.fault("knees_cave", t_s)
        for side in SIDES:
            hip = hip_m(self.skeleton, side, pelvis, pelvis_m)
            heading = about_z_deg(outward(side) * (_KNEE_OUT_DEG - cave_deg)) @ vector([0.0, -1.0, 0.0])
            rotations |= leg_reaching(self.skeleton, side, hip, ankles[side], heading)
            rotations[f"foot_{side}"] = about_z_deg(outward(side) * _TOE_OUT_DEG)
            arms = ArmAngles(38.0 * sink, 16.0, -30.0, 20.0 + 75.0 * sink)
            rotations |= arm_by_angles(self.skeleton, side, thorax, arms)
        return Pose(rotations, pelvis_m)
