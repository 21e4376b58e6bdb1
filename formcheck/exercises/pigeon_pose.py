"""Pigeon pose: one shin across in front, the other leg straight behind, the hips sunk toward the mat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from formcheck.exercises.beside import Beside, seen_from_beside, stands_beside, trunk_seen, way
from formcheck.exercises.by_tag import TagAngle
from formcheck.exercises.declare import About, Check, limit, source_of
from formcheck.exercises.hold_by_tag import hips_tilt
from formcheck.exercises.hold_checker import HoldChecker
from formcheck.exercises.hold_declare import HoldTime, held_error
from formcheck.exercises.position import Asked, HeldOnce, Position
from formcheck.exercises.verdicts import Reading, judge, not_assessed
from formcheck.motion.points import joint_angle_deg
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES, Side, other
from formcheck.pose.pose import Pose
from formcheck.results import Measure, Verdict
from formcheck.tag.pelvis import Pelvis
from formcheck.tag.trust import astray, trust_in

_TIME: Final = HoldTime(60, 90)
_CAMERA: Final = "Put the camera beside the mat, about 0.7 m high and 2.6 m away, the whole body in the picture."
_NOT_FROM_LANDMARKS: Final = (
    "From landmarks alone a hip that lifts cannot be told in this pose: beside the mat one hip hides the other."
)


@dataclass(frozen=True, slots=True)
class PigeonPoseParams:
    """Limits of the pigeon pose."""

    least_hold_s: float = _TIME.least()
    hold_error_s: float = held_error()
    hips_height_trunks: float = limit(
        0.31,
        unit="trunk lengths",
        low=0.1,
        high=1.0,
        help="height of the hips over front knee and back ankle up to which they have sunk",
        source="ours, from rendered people",
    )
    tag_tilt_limit_deg: float = limit(
        10.0,
        unit="deg",
        low=3.0,
        high=40.0,
        help="how much higher one hip may be than the other, by a tag on the waistband",
        source="guide: neither hip lifts; the degrees are ours",
    )
    tag_error_deg: float = limit(
        2.0,
        unit="deg",
        low=0.0,
        high=10.0,
        help="error band of that, beside what a card off the middle adds",
        source="ours",
    )


class PigeonPose(HoldChecker):
    """Times how long the hips are down between the folded leg and the straight one; the side is the front leg's."""

    id = "pigeon_pose"
    version = "1"
    title = "Pigeon pose"
    Params = PigeonPoseParams
    fall = 0.12
    shown = ("hips_sunk", "height of the hips over the mat, downward", "trunk lengths")
    about = About(
        movement="One shin across in front, the other leg straight behind; the hips sink and stay square, neither "
        "lifts. Held, one leg after the other.",
        dose=_TIME.dose(),
        camera=_CAMERA,
        counts="time with the hips down between the folded leg and the straight one",
        measures=(("unseen", "s"), ("hips_tilt", "deg")),
        checks=(
            _TIME.check("pose", _CAMERA),
            Check(
                "hips_square",
                "Hips square",
                "One hip lifts",
                "Keep your hips square: neither hip lifts.",
                "guide",
                _CAMERA,
                tag="back",
            ),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return "" if seen_from_beside(view) else _CAMERA

    def look(self, pose: Pose, scale_px: float) -> Mapping[Side, Position]:
        if not trunk_seen(pose) or not stands_beside(pose):
            return {side: Position(()) for side in SIDES}
        body = Beside(pose, scale_px)
        return {side: self._position(body, side) for side in SIDES}

    def _position(self, body: Beside, side: Side) -> Position:
        """With the leg of ``side`` folded in front."""
        hips, knee, ankle = body.hips, body.joint("knee", side), body.joint("ankle", side)
        back_hip, back_knee, back_ankle = (body.joint(name, other(side)) for name in ("hip", "knee", "ankle"))
        forward = way(back_knee[0], knee[0])
        floor = (knee[1] + back_ankle[1]) / 2  # one is nearer to the camera than the hips, the other further
        return Position(
            (
                Asked("hips_sunk", floor - hips[1], -self.params.hips_height_trunks, 0.08),
                Asked("knee_behind", forward * (hips[0] - back_knee[0]), 0.45, 0.15),
                Asked("shank_behind", forward * (back_knee[0] - back_ankle[0]), 0.30, 0.2),
                Asked("back_straight", joint_angle_deg(back_hip, back_knee, back_ankle), 130.0, 15.0),
                Asked("knee_in_front", forward * (knee[0] - hips[0]), 0.20, 0.15),
                Asked("shin_flat", -abs(knee[1] - ankle[1]), -0.40, 0.15),
                Asked("shin_folded", -forward * (ankle[0] - knee[0]), -0.30, 0.2),
            )
        )

    def judge_position(self, check: Check, once: HeldOnce) -> Verdict:
        angle, params = self._tilt(once), self.params
        if angle is None or not angle.told:
            return not_assessed(check, angle.reason if angle else _NOT_FROM_LANDMARKS, once.side)
        reading = Reading(angle.value, "deg", params.tag_tilt_limit_deg, angle.error, time_s=angle.time_s, by="tag")
        return judge(check, replace(reading, side=once.side, source=source_of(params, "tag_tilt_limit_deg")))

    def measures(self, once: HeldOnce) -> Mapping[str, Measure]:
        angle = self._tilt(once)
        return {"hips_tilt": angle.number().measure()} if angle and angle.told else {}

    def tag_remarks(self) -> Sequence[str]:
        pelvis = Pelvis.of(self._tags)
        return (*astray(self._tags), *(trust_in(pelvis).remarks if pelvis else ()))

    def _tilt(self, once: HeldOnce) -> TagAngle | None:
        """What the tag shows of the hips in a hold; None without one."""
        pelvis = Pelvis.of(self._tags)
        return hips_tilt(pelvis, once.hold, self.params.tag_error_deg) if pelvis else None
