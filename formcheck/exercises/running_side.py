"""Treadmill running seen from the side: over-striding, cadence, knee at contact, trunk lean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.declare import About, Check, Dose, limit
from formcheck.exercises.running import Landing, RunningChecker, Typical, typical
from formcheck.exercises.verdicts import Reading, judge, not_assessed, state_of
from formcheck.motion.contacts import Cadence, Step, StepRule, exchanged
from formcheck.motion.leg_swap import LegOrder
from formcheck.motion.points import Point, from_vertical_deg, midpoint, plain
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES, Landmark, Side, of_side, other
from formcheck.pose.pose import Array, Pose
from formcheck.results import Measure, State, Verdict

_CAMERA: Final = (
    "Put the camera level beside the treadmill, square to it, at hip height, about 3.4 m away, "
    "the whole body in the picture."
)
_LANDS_AFTER_S: Final = 0.03
_DOUBT_S: Final = 0.015
"""From the foot furthest ahead to its contact, while it already swings back, and how far that may be out.
Rendered runners 0.021-0.032 s, a real one about 0.045 s."""

_MOST_EXCHANGED: Final = 0.25
_KNEE_TOO_FAST: Final = (
    "The knee bends too fast at contact for a video to tell a straight landing from a soft one, "
    "and healthy and injured runners differ by less."
)
_READ: Final = ("shank_angle", "foot_ahead", "knee_flexion", "visibility")
_FIRST_READ: Final = {"left": 4, "right": 8}
"""Frame values: wave, height, direction of the toes, trunk lean, then those of `_READ` for each leg."""


@dataclass(frozen=True, slots=True)
class RunningSideParams:
    """Limits of running seen from the side."""

    shank_limit_deg: float = limit(
        11.0,
        unit="deg",
        low=5.0,
        high=30.0,
        help="shank ahead of the vertical at contact beyond which the foot lands too far ahead",
        source="ours, from rendered runners: landmarks read 4-6 degrees less than true, so 15 to 17",
    )
    shank_error_deg: float = limit(
        2.5,
        unit="deg",
        low=0.0,
        high=10.0,
        help="error band of the shank's angle, to which the doubt about the moment of contact is added",
        source="ours: mean error on rendered runners",
    )
    foot_limit_ratio: float = limit(
        0.505,
        unit="trunk lengths",
        low=0.3,
        high=1.2,
        help="ankle ahead of the hips at contact, the second vote on over-striding",
        source="ours, from rendered runners: shank 8 degrees ahead reads 0.30-0.48, 15 0.51-0.57, 25 0.74-0.87",
    )
    foot_error_ratio: float = limit(
        0.025, unit="trunk lengths", low=0.0, high=0.3, help="error band of that distance", source="ours"
    )
    knee_limit_deg: float = limit(
        5.4,
        unit="deg",
        low=0.0,
        high=20.0,
        help="least knee flexion at contact",
        source="Bramah 2018: healthy 10.2 +/- 4.8, one standard deviation below the mean; injured 6.0 +/- 4.9",
    )
    knee_error_deg: float = limit(
        15.0,
        unit="deg",
        low=0.0,
        high=30.0,
        help="error band of the near knee's flexion",
        source="ours, from rendered runners: nine in ten contacts are read within 15 degrees",
    )
    cadence_low_spm: float = limit(
        170.0,
        unit="spm",
        low=120.0,
        high=220.0,
        help="lower end of the cadence range, a remark and never a fault",
        source="guide: 170-180; evidence supports one's own cadence + 5-10% (Heiderscheit 2011)",
    )
    lean_limit_deg: float = limit(
        10.0,
        unit="deg",
        low=5.0,
        high=40.0,
        help="most forward lean of the trunk, as landmarks read it",
        source="ours: the guide gives no number; landmarks read 5 degrees less than the trunk leans, so 15 true",
    )
    lean_error_deg: float = limit(
        3.0, unit="deg", low=0.0, high=10.0, help="error band of the trunk's forward lean", source="ours"
    )
    least_visibility: float = limit(
        0.6,
        unit="1",
        low=0.0,
        high=1.0,
        help="least visibility of hip, knee and ankle for a leg to be judged",
        source="ours: a covered far leg is drawn onto the near one at 0.42-0.58",
    )
    most_yaw_deg: float = limit(
        30.0, unit="deg", low=5.0, high=45.0, help="most turn away from a square side view", source="ours"
    )
    least_contacts: float = limit(
        5.0, unit="contacts", low=2.0, high=50.0, help="least contacts of a leg for it to be judged", source="ours"
    )


class RunningSide(RunningChecker):
    """Steps from the fore-aft distance of the ankles; what is judged is read at contact."""

    id = "running_side"
    version = "2"
    title = "Treadmill running, from the side"
    Params = RunningSideParams
    rule = StepRule(floor=0.35, slowest_spm=120.0, low_after=(0.2, 0.75))
    width_s = 0.045
    units: ClassVar[Mapping[str, tuple[str, float]]] = {
        "shank_angle": ("deg", 2.5),
        "foot_ahead": ("trunk lengths", 0.06),
        "knee_flexion": ("deg", 6.0),
        "trunk_forward_lean": ("deg", 3.0),
    }
    about = About(
        movement="Run at an easy, steady pace. The foot lands under a bent knee, close to below the hip.",
        dose=Dose("cadence 170-180 steps a minute, or 5-10% above your own", per_side=False),
        camera=_CAMERA,
        counts="fore-aft distance of the ankles",
        measures=(
            ("shank_angle", "deg"),
            ("foot_ahead", "trunk lengths"),
            ("knee_flexion", "deg"),
            ("trunk_forward_lean", "deg"),
        ),
        checks=(
            Check(
                "over_stride",
                "Foot lands under the body",
                "Foot lands too far ahead",
                "Take quicker, shorter steps, so that the foot lands under the hip and not out in front.",
                "ours, from rendered runners; side-view measure",
                _CAMERA,
            ),
            Check(
                "cadence",
                "Cadence",
                "Cadence off target",
                "Try 5-10% more steps a minute than your own at the same speed, a metronome helps.",
                "guide: 170-180; Heiderscheit 2011: own cadence + 5-10%",
                _CAMERA,
            ),
            Check(
                "knee_flexion_at_contact",
                "Soft knee at contact",
                "Knee too straight at landing",
                "Land on a slightly bent knee: shorter steps let it bend.",
                "Bramah 2018: healthy 10.2 +/- 4.8, injured 6.0 +/- 4.9 degrees",
                _CAMERA,
            ),
            Check(
                "trunk_forward_lean",
                "Trunk forward lean",
                "Trunk leans far forward",
                "Run tall: lean a little from the ankles, not from the waist.",
                "ours: the guide gives no number",
                _CAMERA,
            ),
        ),
    )

    def reset(self) -> None:
        super().reset()
        self._legs = LegOrder()

    def in_order(self, pose: Pose) -> Iterable[Pose]:
        return self._legs.push(pose)

    def last_in_order(self) -> Iterable[Pose]:
        return self._legs.finish()

    def look(self, px: Array, visibility: Array) -> Array:
        xy = plain(px)
        hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
        shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
        toes = sum(xy[of_side("foot_index", side)][0] - xy[of_side("heel", side)][0] for side in SIDES)
        lean_deg = from_vertical_deg(hips, shoulders)
        wave = xy[Landmark.LEFT_ANKLE][0] - xy[Landmark.RIGHT_ANKLE][0]
        legs = [number for side in SIDES for number in _leg(xy, visibility, hips, side)]
        return np.array([wave, -hips[1], toes, lean_deg, *legs])

    def land(self, step: Step, t: Array, values: Array) -> Landing | None:
        ahead = float(np.sign(np.nanmedian(values[:, 2]))) if np.isfinite(values[:, 2]).any() else math.nan
        if not abs(ahead) > 0:
            return None
        side: Side = "left" if step.sign * ahead > 0 else "right"
        t_s = step.t_s + _LANDS_AFTER_S
        first = _FIRST_READ[side]
        leg = [values[:, first + i] for i in range(len(_READ))]
        shank, foot, knee, visibility = (float(np.interp(t_s, t, series)) for series in leg)
        doubts = {name: _doubt(t_s, t, series) for name, series in zip(_READ[:3], leg[:3], strict=True)}
        around = values[np.abs(t - t_s) <= 0.18, 3]
        lean = float(np.mean(around[np.isfinite(around)])) if np.isfinite(around).any() else math.nan
        numbers = {
            "shank_angle": ahead * shank,
            "foot_ahead": ahead * foot,
            "knee_flexion": ahead * knee,
            "visibility": visibility,
            "trunk_forward_lean": ahead * lean,
        }
        return Landing(step, side, t_s, numbers, doubts)

    def put_right(self, landings: Sequence[Landing]) -> Sequence[Landing]:
        flips = exchanged([landing.step for landing in landings])
        return [
            replace(x, side=other(x.side), step=replace(x.step, sign=-x.step.sign)) if flip else x
            for x, flip in zip(landings, flips, strict=True)
        ]

    def camera_advice(self, view: View) -> str:
        if view.facing == "unknown" or view.posture != "upright":
            return f"The camera's place could not be told. {_CAMERA}"
        if view.facing in ("front", "back"):
            return f"The camera sees your {view.facing}, not your side. {_CAMERA}"
        if abs(view.yaw_deg) > self.params.most_yaw_deg:
            return f"The camera is {abs(view.yaw_deg):.0f} degrees off a square side view. {_CAMERA}"
        return ""

    def judge(self, landings: Sequence[Landing], pace: Cadence | None) -> Sequence[Verdict]:
        view = self.view()
        reason = self.camera_advice(view) if landings else self.why_no_run()
        if reason:
            unseen = [not_assessed(check, reason) for check in self.about.checks if check.id != "cadence"]
            return [unseen[0], self._cadence(landings, pace), *unseen[1:]]
        near: Side = "left" if view.facing == "left" else "right"
        fit = 1.0 - 0.5 * abs(view.yaw_deg) / self.params.most_yaw_deg
        return [
            *(self._over_stride(landings, side, near, fit) for side in SIDES),
            self._cadence(landings, pace),
            *(self._knee(landings, side, near, fit) for side in SIDES),
            self._lean(landings, fit),
        ]

    def remarks(self, landings: Sequence[Landing]) -> Sequence[str]:
        exchanges = any(exchanged([landing.step for landing in self._landings]))
        if landings and (exchanges or self._legs.exchanged_share > 0.02):
            return ("The pose model confused left and right leg for a while; that was put right by their rhythm.",)
        return ()

    def more_measures(self, landings: Sequence[Landing]) -> Mapping[str, Measure]:
        lean = typical(landings, "trunk_forward_lean", self.params.lean_error_deg)
        if not lean.count:
            return {}
        return {"trunk_forward_lean": Measure(value=round(lean.value, 4), unit="deg", error=round(lean.error, 4))}

    def _over_stride(self, landings: Sequence[Landing], side: Side, near: Side, fit: float) -> Verdict:
        check, params = self.about.check("over_stride"), self.params
        own = [landing for landing in landings if landing.side == side]
        shank = typical(own, "shank_angle", params.shank_error_deg)
        foot = typical(own, "foot_ahead", params.foot_error_ratio)
        reason = self._cannot_judge(own, shank, side == near)
        if not reason and side != near:
            reason = _far_leg("leg", side)
        if reason:
            return not_assessed(check, reason, side)
        watch = "The shank's angle and the foot's place do not both clear their limits."
        by_shank = _reading(shank, params.shank_limit_deg, fit, side, watch)
        by_foot = replace(_reading(foot, params.foot_limit_ratio, fit, side, watch), unit="trunk lengths")
        state = _both(state_of(by_shank), state_of(by_foot))
        shown = by_foot if state_of(by_shank) != state and state_of(by_foot) == state else by_shank
        return judge(check, shown, state=state)

    def _knee(self, landings: Sequence[Landing], side: Side, near: Side, fit: float) -> Verdict:
        check, params = self.about.check("knee_flexion_at_contact"), self.params
        own = [landing for landing in landings if landing.side == side]
        knee = typical(own, "knee_flexion", params.knee_error_deg)
        reason = self._cannot_judge(own, knee, side == near)
        if not reason and side != near:
            reason = _far_leg("knee", side)
        if reason:
            return not_assessed(check, reason, side)
        reading = replace(_reading(knee, params.knee_limit_deg, fit, side, ""), above=False)
        if state_of(reading) == "watch":
            return not_assessed(check, _KNEE_TOO_FAST, side)
        return judge(check, reading)

    def _cannot_judge(self, own: Sequence[Landing], number: Typical, near: bool) -> str:
        """Why a leg cannot be judged; empty when it can."""
        if self._legs.exchanged_share > _MOST_EXCHANGED:
            return f"Left and right leg could not be told apart. {_CAMERA}"
        if number.count < self.params.least_contacts:
            return "Too few contacts of this leg were seen: film at least 10 seconds of steady running."
        if typical(own, "visibility", 0.0).value >= self.params.least_visibility:
            return ""
        if near:
            return f"The leg is not seen well enough. {_CAMERA}"
        return "The far leg is covered: film the other side as well."

    def _cadence(self, landings: Sequence[Landing], pace: Cadence | None) -> Verdict:
        check, params = self.about.check("cadence"), self.params
        if pace is None:
            short = "Too few steady steps for a cadence: film at least 10 seconds of steady running."
            return not_assessed(check, short if landings else self.why_no_run())
        low, high = round(1.05 * pace.spm), round(1.10 * pace.spm)
        remark = f"The guide's range is 170-180; evidence supports 5-10% above your own, that is {low}-{high}."
        reading = Reading(
            pace.spm, "spm", params.cadence_low_spm, pace.error_spm, above=False, time_s=landings[0].t_s, reason=remark
        )
        return judge(check, reading, state="ok" if state_of(reading) == "ok" else "watch")

    def _lean(self, landings: Sequence[Landing], fit: float) -> Verdict:
        check, params = self.about.check("trunk_forward_lean"), self.params
        lean = typical(landings, "trunk_forward_lean", params.lean_error_deg)
        if lean.count < params.least_contacts:
            return not_assessed(check, "The trunk was not seen for long enough: film 10 seconds of steady running.")
        return judge(check, _reading(lean, params.lean_limit_deg, fit, None, "Reported neutrally: no limit is proven."))


def _leg(xy: Sequence[Point], visibility: Array, hips: Point, side: Side) -> tuple[float, float, float, float]:
    """Shank's angle from the vertical, ankle from the hips, knee's signed flexion (x to the right), visibility."""
    hip, knee, ankle = (xy[of_side(joint, side)] for joint in ("hip", "knee", "ankle"))
    shank_deg = math.degrees(math.atan2(ankle[0] - knee[0], ankle[1] - knee[1]))
    thigh_deg = math.degrees(math.atan2(knee[0] - hip[0], knee[1] - hip[1]))
    seen = min(float(visibility[of_side(joint, side)]) for joint in ("hip", "knee", "ankle"))
    return shank_deg, ankle[0] - hips[0], thigh_deg - shank_deg, seen


def _doubt(t_s: float, t: Array, series: Array) -> float:
    """Half of what a number changes while the contact may be."""
    early, late = np.interp([t_s - _DOUBT_S, t_s + _DOUBT_S], t, series)
    return abs(float(late - early)) / 2


def _reading(number: Typical, limit_value: float, fit: float, side: Side | None, reason: str) -> Reading:
    return Reading(
        number.value, "deg", limit_value, number.error, time_s=number.time_s, view_fit=fit, side=side, reason=reason
    )


def _both(first: State, second: State) -> State:
    """Two votes: a fault needs one sure and the other not against it, likewise ok."""
    votes = {first, second}
    if "fault" in votes and "ok" in votes:
        return "watch"
    return "fault" if "fault" in votes else "ok" if "ok" in votes else "watch"


def _far_leg(part: str, side: Side) -> str:
    return f"The {side} {part} is too uncertain from the other side: film the {side} side as well."
