"""Treadmill running seen from behind: where the feet land under the pelvis, and the trunk's sway."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.by_tag import TAG_SOURCE
from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.run_by_tag import Drop, Stance, TaggedRun
from formcheck.exercises.running import HEIGHT, Landing, RunningChecker, Typical, measure, typical
from formcheck.exercises.verdicts import Reading, judge, not_assessed, state_of
from formcheck.motion.contacts import Cadence, Step, StepRule
from formcheck.motion.points import from_vertical_deg, midpoint, plain
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES, Landmark, Side, of_side
from formcheck.pose.pose import Array
from formcheck.results import Measure, State, Verdict
from formcheck.tag.pelvis import Pelvis
from formcheck.tag.trust import astray

_CAMERA: Final = (
    "Put the camera behind the treadmill, in the middle and level, at hip height, about 3.4 m away, "
    "the whole body in the picture."
)
_NO_TAG: Final = (
    "Body landmarks do not follow the pelvis: their hip line is a guess shaped by the shoulders. "
    "A marker printed and worn on the waistband could show it."
)
_TRUNK_PER_STATURE: Final = 0.288
"""Hip to shoulder, Winter 2009: shoulders at 0.818 and hips at 0.530 of the stature."""

_STANCE_TO_MIDDLE_S: Final = 0.12
"""From contact to the hips' lowest point: half of a stance of about 0.25 s."""

_LOW_BEFORE_TURN_S: Final = (-0.22, 0.06)
_USUAL_LOW_S: Final = -0.08
_JOINTS: Final = ("knee", "ankle", "heel", "foot_index")
_LEAN: Final = 2
_PLACE: Final = {"left": 3, "right": 4}
_VISIBILITY: Final = {"left": 5, "right": 6}
"""Frame values: wave, height, trunk lean, each ankle from the hips' midline, each leg's visibility."""


@dataclass(frozen=True, slots=True)
class RunningRearParams:
    """Limits of running seen from behind. Placements are centimetres outward of the pelvis midline."""

    crossover_limit_cm: float = limit(
        2.2,
        unit="cm",
        low=-5.0,
        high=5.0,
        help="placement of the ankle at mid-stance below which the foot lands on or over the midline",
        source="ours: landmarks read 1.6 cm more than the ankle stands from the midline, so 0.6 true",
    )
    narrow_limit_cm: float = limit(
        4.2,
        unit="cm",
        low=0.0,
        high=8.0,
        help="placement that is surely beside the midline",
        source="ours: read 1.6 cm more than true, so 2.6; preferred step width about 6 cm (Brindle 2014)",
    )
    placement_error_cm: float = limit(
        0.4, unit="cm", low=0.0, high=3.0, help="error band of the mean over both feet", source="ours"
    )
    level_error_cm: float = limit(
        0.75,
        unit="cm",
        low=0.0,
        high=6.0,
        help="further band of a single foot, for a camera that is not quite level",
        source="ours: 1.5 cm for each degree of camera roll, on a camera level to half a degree",
    )
    stature_cm: float = limit(
        170.0,
        unit="cm",
        low=120.0,
        high=220.0,
        help="the runner's height, which turns trunk lengths into centimetres",
        source="ours: 10% of it changes a placement of 3 cm by 3 mm",
    )
    lean_limit_deg: float = limit(
        7.2,
        unit="deg",
        low=2.0,
        high=20.0,
        help="lean of the trunk toward the stance foot that is out of the ordinary",
        source="Bramah 2018: healthy 3.6 +/- 1.8 degrees, two standard deviations above the mean",
    )
    lean_error_deg: float = limit(
        1.3,
        unit="deg",
        low=0.0,
        high=5.0,
        help="error band of the trunk's lean",
        source="ours: mean error 0.5-1.3 degrees on rendered runners",
    )
    tag_drop_limit_deg: float = limit(
        5.5,
        unit="deg",
        low=2.0,
        high=20.0,
        help="drop of the free side of the pelvis at mid-stance, by a tag on the waistband",
        source="ours, between Bramah 2018's healthy 3.7 +/- 1.9 and ITBS 6.5 +/- 2.4 degrees; with the band, less than "
        "4.6 is fine and more than 6.4 a fault",
    )
    tag_error_deg: float = limit(
        0.9,
        unit="deg",
        low=0.0,
        high=10.0,
        help="error band of the tag's drop, beside the steps' own scatter",
        source=TAG_SOURCE,
    )
    least_steps: float = limit(
        4.0,
        unit="steps",
        low=2.0,
        high=100.0,
        help="least contacts of each foot",
        source="ours: Dingenen 2018 averages at least 7 steps; of fewer the band is as wide as they scatter",
    )
    least_visibility: float = limit(
        0.6, unit="1", low=0.0, high=1.0, help="least visibility of a knee and ankle", source="ours"
    )
    most_yaw_deg: float = limit(
        25.0, unit="deg", low=5.0, high=45.0, help="most turn away from a square view from behind", source="ours"
    )


class RunningRear(RunningChecker):
    """Steps from the height difference of the feet; what is judged is read at mid-stance, hips lowest."""

    id = "running_rear"
    version = "3"
    title = "Treadmill running, from behind"
    Params = RunningRearParams
    rule = StepRule(floor=0.15, slowest_spm=135.0, share=0.5)
    width_s = 0.09
    units: ClassVar[Mapping[str, tuple[str, float]]] = {"foot_placement": ("cm", 1.2), "trunk_lean": ("deg", 1.3)}
    about = About(
        movement="Run at an easy, steady pace. Each foot lands under its own hip, the pelvis stays level.",
        dose=Dose("a steady run of at least 10 seconds", per_side=False),
        camera=_CAMERA,
        counts="height difference of the feet",
        measures=(
            ("foot_placement", "cm"),
            ("trunk_lean", "deg"),
            ("pelvic_drop", "deg"),
            ("share_on_midline", "1"),
            ("step_width", "cm"),
        ),
        checks=(
            Check(
                "crossover",
                "Feet land beside the midline",
                "Foot crosses toward the midline",
                "Run as if astride a line: each foot lands on its own side of it.",
                "Souza 2016, Iskandar 2023: foot on or over the midline; the reading is ours",
                _CAMERA,
            ),
            Check(
                "pelvic_drop",
                "Pelvis level",
                "Pelvis drops on the free side",
                "Keep the hips level, as if carrying a tray on the pelvis.",
                "Bramah 2018: healthy 3.7 +/- 1.9, ITBS 6.5 +/- 2.4 degrees",
                _CAMERA,
                tag="back",
            ),
            Check(
                "trunk_lean",
                "Trunk sways little",
                "Trunk sways",
                "Keep the trunk quiet over the pelvis.",
                "Bramah 2018: healthy 3.6 +/- 1.8, injured 4.3 +/- 2.6 degrees, not significant",
                _CAMERA,
            ),
        ),
    )

    def look(self, px: Array, visibility: Array) -> Array:
        xy = plain(px)
        hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
        shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
        wave = sum(xy[of_side(joint, "left")][1] - xy[of_side(joint, "right")][1] for joint in _JOINTS) / len(_JOINTS)
        lean_deg = from_vertical_deg(hips, shoulders)
        place = [xy[of_side("ankle", side)][0] - hips[0] for side in SIDES]
        seen = [min(float(visibility[of_side(joint, side)]) for joint in ("knee", "ankle")) for side in SIDES]
        return np.array([wave, -hips[1], lean_deg, *place, *seen])

    def land(self, step: Step, t: Array, values: Array) -> Landing:
        side: Side = "left" if step.sign > 0 else "right"
        middle_s = _hips_lowest_s(step.t_s, t, values[:, HEIGHT])
        outward = -1.0 if side == "left" else 1.0
        trunk_cm = _TRUNK_PER_STATURE * self.params.stature_cm
        numbers = {
            "foot_placement": outward * trunk_cm * float(np.interp(middle_s, t, values[:, _PLACE[side]])),
            "trunk_lean": outward * float(np.interp(middle_s, t, values[:, _LEAN])),
            "visibility": float(np.interp(middle_s, t, values[:, _VISIBILITY[side]])),
        }
        return Landing(step, side, middle_s - _STANCE_TO_MIDDLE_S, numbers)

    def camera_advice(self, view: View) -> str:
        if view.facing == "unknown" or view.posture != "upright":
            return f"The camera's place could not be told. {_CAMERA}"
        if view.facing != "back":
            return f"The camera does not see your back. {_CAMERA}"
        if abs(view.yaw_deg) > self.params.most_yaw_deg:
            return f"The camera is {abs(view.yaw_deg):.0f} degrees off the middle. {_CAMERA}"
        return ""

    def judge(self, landings: Sequence[Landing], pace: Cadence | None) -> Sequence[Verdict]:
        reason = self._cannot_judge(landings)
        drops = self._drops(landings, reason)
        if reason:
            unseen = {check.id: [not_assessed(check, reason)] for check in self.about.checks}
            return [*unseen["crossover"], *drops, *unseen["trunk_lean"]]
        fit = 1.0 - 0.5 * abs(self.view().yaw_deg) / self.params.most_yaw_deg
        return [
            *(self._crossover(landings, side, fit) for side in SIDES),
            *drops,
            *(self._lean(landings, side, fit) for side in SIDES),
        ]

    def _drops(self, landings: Sequence[Landing], reason: str) -> Sequence[Verdict]:
        """The pelvis by the tag on the waistband; without one, ``reason`` or why landmarks do not show it."""
        check, run = self.about.check("pelvic_drop"), self._tagged(landings)
        if run is None:
            return [not_assessed(check, reason or _NO_TAG)]
        return [self._drop(check, run.drop(side), side) for side in SIDES]

    def _drop(self, check: Check, drop: Drop, side: Side) -> Verdict:
        params = self.params
        if drop.reason:
            return not_assessed(check, drop.reason, side)
        source = source_of(params, "tag_drop_limit_deg")
        reading = Reading(drop.value, "deg", params.tag_drop_limit_deg, drop.error, time_s=drop.time_s, source=source)
        return judge(check, replace(reading, side=side, by="tag"))

    def _tagged(self, landings: Sequence[Landing]) -> TaggedRun | None:
        pelvis = Pelvis.of(self._tags) if landings else None
        if pelvis is None:
            return None
        steps = [Stance(landing.side, landing.t_s + _STANCE_TO_MIDDLE_S) for landing in landings]
        return TaggedRun(pelvis, steps, self.params.tag_error_deg)

    def by_tag(self, landings: Sequence[Landing]) -> tuple[dict[str, Measure], Sequence[dict[str, Measure]]]:
        run = self._tagged(landings)
        if run is None:
            return super().by_tag(landings)
        drops = {side: run.drop(side) for side in SIDES}
        of_run = {
            f"pelvic_drop_{side}": measure(drop.value, "deg", drop.error, by="tag")
            for side, drop in drops.items()
            if not drop.reason
        }
        readable = any(not drop.reason for drop in drops.values())
        values = [run.at(step) if readable else math.nan for step in run.steps]
        error = self.params.tag_error_deg
        return of_run, [
            {"pelvic_drop": measure(value, "deg", error, by="tag")} if math.isfinite(value) else {} for value in values
        ]

    def remarks(self, landings: Sequence[Landing]) -> Sequence[str]:
        run = self._tagged(landings)
        return (*self._gait_remarks(landings), *astray(self._tags), *(run.remarks if run else ()))

    def _gait_remarks(self, landings: Sequence[Landing]) -> Sequence[str]:
        if self._cannot_judge(landings):
            return ()
        left, right = (self._placed(landings, side).value for side in SIDES)
        said = ["Trunk lean toward the stance foot is reported neutrally: it is no sign of good form (Aderem 2015)."]
        if abs(left - right) > 2 * self.params.level_error_cm:
            inner = "left" if left < right else "right"
            said.append(
                f"The {inner} foot lands {abs(left - right):.1f} cm further in than the other. A camera tilted by "
                f"{abs(left - right) / 3:.1f} degrees would look the same: level it to be sure."
            )
        return said

    def more_measures(self, landings: Sequence[Landing]) -> Mapping[str, Measure]:
        placed = {side: self._placed(landings, side) for side in SIDES}
        measures = {
            f"share_on_midline_{side}": Measure(value=round(self._share_on_midline(landings, side), 4), unit="1")
            for side in SIDES
            if placed[side].count
        }
        if all(number.count for number in placed.values()):
            width_cm = placed["left"].value + placed["right"].value
            error_cm = 2 * self.params.placement_error_cm
            measures["step_width"] = Measure(value=round(width_cm, 4), unit="cm", error=error_cm)
        return measures

    def _cannot_judge(self, landings: Sequence[Landing]) -> str:
        """Why the run cannot be judged; empty when it can."""
        if not landings:
            return self.why_no_run()
        advice = self.camera_advice(self.view())
        if advice:
            return advice
        for side in SIDES:
            count = self._placed(landings, side).count
            if count < self.params.least_steps:
                return (
                    f"Only {count} steps of the {side} foot were seen, {self.params.least_steps:.0f} are needed: "
                    "film at least 10 seconds of steady running."
                )
            own = [landing for landing in landings if landing.side == side]
            if not typical(own, "visibility", 0.0).value >= self.params.least_visibility:
                return f"The {side} leg is not seen well enough. {_CAMERA}"
        return ""

    def _placed(self, landings: Sequence[Landing], side: Side) -> Typical:
        own = [landing for landing in landings if landing.side == side]
        return typical(own, "foot_placement", self.params.placement_error_cm)

    def _share_on_midline(self, landings: Sequence[Landing], side: Side) -> float:
        own = np.array([x.numbers["foot_placement"] for x in landings if x.side == side])
        return float(np.mean(own[np.isfinite(own)] < self.params.crossover_limit_cm))

    def _crossover(self, landings: Sequence[Landing], side: Side, fit: float) -> Verdict:
        placed = {each: self._placed(landings, each) for each in SIDES}
        mean_cm = (placed["left"].value + placed["right"].value) / 2
        reading = Reading(
            placed[side].value,
            "cm",
            self.params.crossover_limit_cm,
            placed[side].error + self.params.level_error_cm,
            above=False,
            time_s=placed[side].time_s,
            view_fit=fit,
            side=side,
            reason="The foot lands close to the midline, or the camera is not level.",
        )
        return judge(self.about.check("crossover"), reading, state=self._placement_state(reading, mean_cm))

    def _placement_state(self, foot: Reading, mean_cm: float) -> State:
        """A tilted camera moves both feet to one side, so the mean over both leads and the foot itself follows."""
        params = self.params
        if mean_cm >= params.narrow_limit_cm:
            return "ok" if foot.value > params.crossover_limit_cm else "watch"
        crosses = state_of(foot) == "fault"
        both_cross = mean_cm < params.crossover_limit_cm - params.placement_error_cm
        if crosses or (both_cross and state_of(foot) == "watch"):
            return "fault"
        return "ok" if foot.value > params.narrow_limit_cm + foot.error else "watch"

    def _lean(self, landings: Sequence[Landing], side: Side, fit: float) -> Verdict:
        own = [landing for landing in landings if landing.side == side]
        lean = typical(own, "trunk_lean", self.params.lean_error_deg)
        reading = Reading(
            lean.value,
            "deg",
            self.params.lean_limit_deg,
            lean.error,
            time_s=lean.time_s,
            view_fit=fit,
            side=side,
            reason="More sway than is usual; healthy and injured runners do not differ clearly in it.",
        )
        state = state_of(reading)
        return judge(self.about.check("trunk_lean"), reading, state="watch" if state == "fault" else state)


def _hips_lowest_s(turn_s: float, t: Array, height: Array) -> float:
    """When the hips were lowest around a turn of the feet: mid-stance, as on a spring."""
    low, high = _LOW_BEFORE_TURN_S
    near = np.flatnonzero((t >= turn_s + low) & (t <= turn_s + high) & np.isfinite(height))
    inner = [i for i in near[1:-1] if height[i] <= height[i - 1] and height[i] <= height[i + 1]]
    if not inner:
        return turn_s + _USUAL_LOW_S
    i = min(inner, key=lambda at: float(height[at]))
    bend = height[i - 1] - 2 * height[i] + height[i + 1]
    shift = 0.5 * (height[i - 1] - height[i + 1]) / bend if bend > 0 else 0.0
    return float(t[i] + shift * (t[i] - t[i - 1]))
