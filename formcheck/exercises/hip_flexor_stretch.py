"""Half-kneeling hip flexor stretch: one knee on the mat, the other foot in front, the hips pushed forward."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formcheck.exercises.beside import Beside, seen_from_beside, stands_beside, trunk_seen, way
from formcheck.exercises.declare import About, Check, limit
from formcheck.exercises.hold_checker import HoldChecker
from formcheck.exercises.hold_declare import HoldTime, held_error
from formcheck.exercises.position import Asked, HeldOnce, Position
from formcheck.exercises.verdicts import not_assessed
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES, Side, other
from formcheck.pose.pose import Pose
from formcheck.results import Verdict

_TIME: Final = HoldTime(45, 60)
_CAMERA: Final = "Put the camera beside the mat, about 0.8 m high and 2.6 m away, the whole body in the picture."


@dataclass(frozen=True, slots=True)
class HipFlexorStretchParams:
    """Limits of the half-kneeling hip flexor stretch."""

    least_hold_s: float = _TIME.least()
    hold_error_s: float = held_error()
    forward_deg: float = limit(
        15.0,
        unit="deg",
        low=0.0,
        high=45.0,
        help="how far the kneeling thigh leans forward from which the hips are pushed forward",
        source="ours: upright half-kneeling reads 0-8, the stretch 20 and more (rendered people)",
    )


class HipFlexorStretch(HoldChecker):
    """Times how long the hips are in front of the kneeling knee; the side is the kneeling leg's."""

    id = "hip_flexor_stretch"
    version = "1"
    title = "Half-kneeling hip flexor stretch"
    Params = HipFlexorStretchParams
    fall = 10.0
    shown = ("forward", "lean of the kneeling thigh", "deg")
    about = About(
        movement="Kneeling on one knee, the other foot in front; the hips go forward over it, the trunk stays upright. "
        "Held, one leg after the other.",
        dose=_TIME.dose(),
        camera=_CAMERA,
        counts="time with the hips pushed forward over the kneeling leg",
        measures=(("unseen", "s"),),
        checks=(_TIME.check("stretch", _CAMERA),),
    )

    def camera_advice(self, view: View) -> str:
        return "" if seen_from_beside(view) else _CAMERA

    def look(self, pose: Pose, scale_px: float) -> Mapping[Side, Position]:
        if not trunk_seen(pose) or not stands_beside(pose):
            return {side: Position(()) for side in SIDES}
        body = Beside(pose, scale_px)
        return {side: self._position(body, side) for side in SIDES}

    def _position(self, body: Beside, side: Side) -> Position:
        """With the knee of ``side`` on the mat."""
        knee, ankle = body.joint("knee", side), body.joint("ankle", side)
        front_knee, front_ankle = body.joint("knee", other(side)), body.joint("ankle", other(side))
        forward = way(knee[0], front_ankle[0])
        hip = body.joint("hip", side)
        lean_deg = math.degrees(math.atan2(forward * (hip[0] - knee[0]), hip[1] - knee[1]))
        return Position(
            (
                Asked("forward", lean_deg, self.params.forward_deg, 4.0),
                Asked("shank_on_mat", -abs(knee[1] - ankle[1]), -0.40, 0.15),
                Asked("ankle_behind", forward * (knee[0] - ankle[0]), 0.40, 0.2),
                Asked("foot_in_front", forward * (front_ankle[0] - knee[0]), 0.50, 0.15),
                Asked("front_knee_up", front_knee[1] - knee[1], 0.45, 0.2),
                Asked("front_foot_down", -abs(front_ankle[1] - knee[1]), -0.40, 0.15),
                Asked("upright", body.shoulders[1] - body.hips[1], 0.75, 0.15),
            )
        )

    def judge_position(self, check: Check, once: HeldOnce) -> Verdict:
        return not_assessed(check, f"no rule for {check.id}", once.side)
