"""Treadmill running: joint curves over the stride, each stance foot set on the belt by inverse kinematics.

Phase 0 of a leg is its contact. Curves follow the shape of textbook sagittal kinematics at about 3 m/s
(thigh about 42 degrees forward to 20 behind, knee about 15 at contact, 40 in stance and 95 in swing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..kinematics import (
    ArmAngles,
    LegAngles,
    arm_by_angles,
    hip_m,
    leg_by_angles,
    leg_reaching,
    shank_length_m,
    thigh_length_m,
)
from ..person import Person
from ..plan import BoxProp, ClipPlan, RunPlan
from ..rotations import FloatArray, about_x_deg, about_y_deg, about_z_deg, blend
from ..schedule import ramp
from ..skeleton import SIDES, Pose, outward
from .base import Motion

BELT_M = 0.16
STANCE_END = 0.36  # toe-off, share of the stride
MID_STANCE = 0.17
_BOUNCE_M = 0.016
_VAULT_M_PER_DEG = 0.0022  # an over-stride vaults over the planted foot instead of sinking into it
_PELVIS_TURN_DEG = 6.0
_SWING_ABDUCTION_DEG = 4.0
_PELVIS_SHARE = 0.39  # how much of a pelvic tilt the line from hips to shoulders follows
_FOOT_TURN_OUT_DEG = 5.0
_SWING_CLEARANCE_M = 0.015
_SETTLE_STEPS = 60
_STARTING_S = 0.4  # from standing to running
_STANDING_REACH = 0.985
_STANDING_HALF_WIDTH_M = 0.09
_SLACK_M = 0.010  # kept from the full length of the leg at contact

Keys = Sequence[tuple[float, float]]


def periodic(keys: Keys, phase: float) -> float:
    """Smooth periodic curve through (phase, value) keys: cubic Hermite, level at its extremes."""
    x = np.array([key[0] for key in keys])
    y = np.array([key[1] for key in keys])
    x, y = np.concatenate([x - 1.0, x, x + 1.0]), np.tile(y, 3)
    step, rise = np.diff(x), np.diff(y)
    secant = rise / step
    same_way = secant[:-1] * secant[1:] > 0.0
    harmonic = 2.0 * secant[:-1] * secant[1:] / np.where(same_way, secant[:-1] + secant[1:], 1.0)
    slope = np.concatenate([[0.0], np.where(same_way, harmonic, 0.0), [0.0]])
    i = int(np.clip(np.searchsorted(x, phase % 1.0, side="right") - 1, 0, len(step) - 1))
    u = (phase % 1.0 - x[i]) / step[i]
    smooth = u * u * (3.0 - 2.0 * u)
    start_push = u * (1.0 - u) ** 2 * step[i] * slope[i]
    end_push = u * u * (u - 1.0) * step[i] * slope[i + 1]
    return float(y[i] + rise[i] * smooth + start_push + end_push)


class RunningMotion(Motion):
    """Steady running on the spot."""

    ground_m = BELT_M
    stance_end = STANCE_END
    lowest_phase = 0.18  # of the right leg's stride, when the pelvis is lowest

    def __init__(self, person: Person, plan: ClipPlan) -> None:
        super().__init__(person, plan)
        if plan.run is None:
            raise ValueError(f"clip {plan.name} is a running clip without a RunPlan")
        self.run: RunPlan = plan.run
        self.stride_s = 120.0 / self.run.cadence_spm
        self._pelvis_height_m = 0.0
        self._pelvis_height_m = self._height_for_belt()

    @property
    def duration_s(self) -> float:
        return self.run.stand_s + self.run.duration_s

    @property
    def mirrored(self) -> bool:
        return False

    @property
    def props(self) -> tuple[BoxProp, ...]:
        rail, belt = (88, 90, 96), (26, 26, 29)
        deck = BoxProp((0.0, 0.0, BELT_M / 2.0), (0.52, 1.7, BELT_M), belt)
        sides = [BoxProp((x, 0.0, 0.09), (0.10, 1.7, 0.19), rail) for x in (-0.31, 0.31)]
        posts = [BoxProp((x, -0.90, 0.65), (0.05, 0.05, 1.2), rail) for x in (-0.36, 0.36)]
        console = BoxProp((0.0, -0.92, 1.22), (0.80, 0.08, 0.26), (34, 34, 38))
        return (deck, *sides, *posts, console)

    def phase(self, side: str, t_s: float) -> float:
        """Share of the stride since the contact of a side; the right foot lands first, after any standing."""
        return ((t_s - self.run.stand_s) / self.stride_s + (0.5 if side == "left" else 0.0)) % 1.0

    def contact_times_s(self, side: str) -> list[float]:
        """Planned contacts inside the clip."""
        first = self.run.stand_s + (self.stride_s / 2.0 if side == "left" else 0.0)
        return [float(t) for t in np.arange(first, self.duration_s, self.stride_s)]

    def _hip_keys(self) -> Keys:
        over = self.run.over_stride_deg
        return [
            (0.0, 23 + 0.6 * over),
            (0.12, 17),
            (0.33, -18),
            (0.42, -20),
            (0.62, 10),
            (0.80, 42),
            (0.92, 34 + 0.5 * over),
        ]

    def _knee_keys(self) -> Keys:
        over, stiff = self.run.over_stride_deg, self.run.stiff_knee_deg
        contact = max(15 - 0.6 * over - stiff, 1.0)
        before = max(19 - 0.5 * over - stiff, 2.0)
        return [
            (0.0, contact),
            (0.14, 40 - 0.6 * stiff),
            (0.32, 22),
            (0.41, 32),
            (0.64, 96),
            (0.82, 62),
            (0.94, before),
        ]

    _ANKLE_KEYS: Keys = ((0.0, 4), (0.17, 21), (0.35, -14), (0.55, -8), (0.80, 4))

    def _support(self, t_s: float) -> float:
        """+1 in the middle of right stance, -1 in the middle of left stance."""
        return float(np.cos(2.0 * np.pi * (self.phase("right", t_s) - MID_STANCE)))

    def _of_side(self, pair: tuple[float, float], support: float) -> float:
        """Value of the side that carries, times how fully it carries; positive for right stance."""
        return pair[1] * max(support, 0.0) - pair[0] * max(-support, 0.0)

    def _pelvis(self, t_s: float) -> FloatArray:
        support = self._support(t_s)
        drop_deg = self._of_side(self.run.pelvic_drop_deg, support) + 0.4 * self.sway.at(t_s, 1)
        turn_deg = _PELVIS_TURN_DEG * np.cos(2.0 * np.pi * self.phase("right", t_s))
        return about_y_deg(drop_deg) @ about_x_deg(self.run.forward_lean_deg) @ about_z_deg(turn_deg)

    def _thorax(self, t_s: float) -> FloatArray:
        support = self._support(t_s)
        drop_deg = self._of_side(self.run.pelvic_drop_deg, support)
        wanted_deg = self._of_side(self.run.trunk_lean_deg, support) + 0.5 * self.sway.at(t_s, 2)
        lean_deg = (wanted_deg + _PELVIS_SHARE * drop_deg) / (1.0 - _PELVIS_SHARE)
        turn_deg = -1.2 * _PELVIS_TURN_DEG * np.cos(2.0 * np.pi * self.phase("right", t_s))
        return about_y_deg(-lean_deg) @ about_x_deg(self.run.forward_lean_deg) @ about_z_deg(turn_deg)

    def _pelvis_m(self, t_s: float) -> FloatArray:
        size_m = _BOUNCE_M - _VAULT_M_PER_DEG * self.run.over_stride_deg
        bounce_m = -size_m * np.cos(4.0 * np.pi * (self.phase("right", t_s) - self.lowest_phase))
        drift = [0.006 * self.sway.at(t_s, 3), 0.012 * self.sway.at(t_s, 4), self._pelvis_height_m + bounce_m]
        return np.array(drift)

    def _swing_angles(self, side: str, t_s: float) -> LegAngles:
        phase = self.phase(side, t_s)
        return LegAngles(
            hip_flexion_deg=periodic(self._hip_keys(), phase) + self.run.forward_lean_deg,
            knee_flexion_deg=periodic(self._knee_keys(), phase),
            ankle_dorsiflexion_deg=periodic(self._ANKLE_KEYS, phase),
        )

    def _free_leg(self, side: str, t_s: float) -> Pose:
        """The leg as the joint curves have it, hanging from a pelvis that only leans forward."""
        trunk = about_x_deg(self.run.forward_lean_deg)
        leg = leg_by_angles(self.skeleton, side, trunk, self._swing_angles(side, t_s))
        return Pose({"pelvis": trunk} | leg, self._pelvis_m(t_s))

    def _height_for_belt(self) -> float:
        """Pelvis height at which the whole of stance is within reach of the belt."""
        lows = []
        for since_s in np.linspace(0.0, self.stance_end * self.stride_s, _SETTLE_STEPS):
            placed = self.skeleton.place(self._free_leg("right", self.run.stand_s + float(since_s)))
            lows.append(self.person.lowest_sole_m(placed, "right"))
        return BELT_M - float(np.max(lows)) - _SLACK_M

    def _lateral_m(self, side: str, phase: float) -> float:
        """Ankle's distance outward from the pelvis midline: as planned in stance, wider in swing."""
        half = self.run.step_half_width_m[0 if side == "left" else 1]
        hip_half = float(self.skeleton.rest_m("thigh_left")[0])
        swing = ramp(phase, self.stance_end, 0.22) - ramp(phase, 0.80, 0.20)
        return half + (max(hip_half, half + 0.03) - half) * swing

    def _belt_correction_m(self, side: str, phase: float, sole_m: float) -> float:
        """How far to lift the foot: exactly onto the belt in stance, at least clear of it in swing."""
        gap = BELT_M - sole_m
        swing = ramp(phase, self.stance_end - 0.02, 0.10) - ramp(phase, 0.955, 0.045)
        lift_clear = max(gap + _SWING_CLEARANCE_M, 0.0)
        return gap * (1.0 - swing) + lift_clear * swing

    def _leg(self, side: str, t_s: float, pelvis: FloatArray, pelvis_m: FloatArray) -> dict[str, FloatArray]:
        phase = self.phase(side, t_s)
        curve = self._free_leg(side, t_s)
        placed = self.skeleton.place(curve)
        ankle = np.array(placed.origin_m(f"foot_{side}"))
        ankle[0] = pelvis_m[0] + outward(side) * self._lateral_m(side, phase)
        ankle[2] += self._belt_correction_m(side, phase, self.person.lowest_sole_m(placed, side))
        hip = hip_m(self.skeleton, side, pelvis, pelvis_m)
        thigh = placed.rotation(f"thigh_{side}") @ self.skeleton.neutral[f"thigh_{side}"].T
        forward = -thigh[:, 1] + np.array([0.04 * outward(side), 0.0, 0.0])
        leg = leg_reaching(self.skeleton, side, hip, self._within_reach_m(side, hip, ankle), forward)
        leg[f"foot_{side}"] = (
            about_z_deg(outward(side) * _FOOT_TURN_OUT_DEG) @ curve.rotations[f"foot_{side}"]
        )
        return leg

    def _within_reach_m(self, side: str, hip: FloatArray, ankle: FloatArray) -> FloatArray:
        longest = 0.998 * (thigh_length_m(self.skeleton, side) + shank_length_m(self.skeleton, side))
        distance = float(np.linalg.norm(ankle - hip))
        reached: FloatArray = hip + (ankle - hip) * min(1.0, longest / distance)
        return reached

    def _arms(self, t_s: float, thorax: FloatArray) -> dict[str, FloatArray]:
        arms: dict[str, FloatArray] = {}
        base = ArmAngles(shoulder_abduction_deg=10.0, shoulder_rotation_deg=-14.0, elbow_flexion_deg=92.0)
        for side in SIDES:
            swing_deg = -6.0 + 30.0 * np.cos(2.0 * np.pi * (self.phase(side, t_s) - 0.5))
            arms |= arm_by_angles(self.skeleton, side, thorax, replace(base, shoulder_flexion_deg=swing_deg))
        return arms

    def right_pose(self, t_s: float) -> Pose:
        running = ramp(t_s, self.run.stand_s - _STARTING_S, _STARTING_S) if self.run.stand_s else 1.0
        if running >= 1.0:
            return self._running_pose(t_s)
        standing, goal = self._standing_pose(t_s), self._running_pose(t_s)
        turns = {name: blend(turn, goal.rotations[name], running) for name, turn in standing.rotations.items()}
        return Pose(turns, standing.pelvis_m + (goal.pelvis_m - standing.pelvis_m) * running)

    def _standing_pose(self, t_s: float) -> Pose:
        """Upright and still on the belt, feet under the hips."""
        trunk = about_x_deg(2.0 + 0.3 * self.sway.at(t_s, 1))
        legs_m = thigh_length_m(self.skeleton, "left") + shank_length_m(self.skeleton, "left")
        ankle_m = BELT_M + self.person.ankle_height_m
        arm = self.skeleton.rest_m("thigh_left") - self.skeleton.rest_m("pelvis")
        sway_m = 0.003 * np.array([self.sway.at(t_s, 3), self.sway.at(t_s, 4), 0.0])
        pelvis_m = np.array([0.0, 0.0, ankle_m + _STANDING_REACH * legs_m]) + sway_m
        pelvis_m = pelvis_m - trunk @ (arm * np.array([0.0, 1.0, 1.0]))
        rotations = {"pelvis": trunk, "thorax": trunk, "head": about_x_deg(2.0)}
        for side in SIDES:
            hip = hip_m(self.skeleton, side, trunk, pelvis_m)
            foot = np.array([outward(side) * _STANDING_HALF_WIDTH_M, 0.0, ankle_m])
            rotations |= leg_reaching(self.skeleton, side, hip, foot, np.array([0.0, -1.0, 0.0]))
            rotations[f"foot_{side}"] = about_z_deg(outward(side) * _FOOT_TURN_OUT_DEG)
            rotations |= arm_by_angles(self.skeleton, side, trunk, ArmAngles(4.0, 10.0, 0.0, 14.0))
        return Pose(rotations, pelvis_m)

    def _running_pose(self, t_s: float) -> Pose:
        pelvis, thorax, pelvis_m = self._pelvis(t_s), self._thorax(t_s), self._pelvis_m(t_s)
        rotations = {"pelvis": pelvis, "thorax": thorax, "head": about_x_deg(2.0)}
        for side in SIDES:
            rotations |= self._leg(side, t_s, pelvis, pelvis_m)
        return Pose(rotations | self._arms(t_s, thorax), pelvis_m)
