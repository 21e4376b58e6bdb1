"""Single-leg box squat: on one leg down to a box and up again, the knee over the second toe."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.among_own import Yardstick, among_own
from formcheck.exercises.by_tag import TagAngle, settled, tag_error
from formcheck.exercises.calibration import calibrated_value
from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.estimates import estimate
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot, median_of
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.squat_stance import PLANTED, foot_travel, standing_leg, told_stance, weight_right
from formcheck.exercises.tempo import lowering_check, lowering_verdict
from formcheck.exercises.verdicts import Reading, judge, not_assessed
from formcheck.motion.points import (
    Point,
    from_horizontal_deg,
    from_vertical_deg,
    frontal_plane_projection_deg,
    image_points,
    midpoint,
)
from formcheck.motion.segmentation import Counting, Motion
from formcheck.motion.view import View, body_axes
from formcheck.pose.landmarks import SIDES, Landmark, Side, of_side, other
from formcheck.pose.pose import Pose
from formcheck.results import Verdict
from formcheck.trace import Signal

_CAMERA: Final = "Put the camera in front of you at hip height, 3.3 to 4.2 m away, and face it squarely."
_LEAST_VISIBILITY: Final = 0.5
_KNEE_ERROR_PCT: Final = 2.5
_ALIKE_DEG: Final = 5.0
_TOLD_DEG: Final = 15.0
"""A camera half a hand to the side shifts the knee by 2-4% of the trunk; readings of like repetitions differ by that
many degrees; caving of the third size, shared by all, is not to pass for none (rendered people)."""
_TOLD_BY_SET: Final = 2
_STANDS_FROM: Final = 1.3
"""Hips over the lower foot, trunk lengths: standing 1.6 and more, kneeling 1.0 (rendered people)."""
_UNSURE: Final = (
    "A squat was not counted, since it could not be told whether the other foot was in the air: hold it well forward."
)
_FPPA_SOURCE: Final = "ok < 8, fault >= 13 degrees: control mean + 1 SD (Herrington 2014; Ghulam 2021), ours"


@dataclass(frozen=True, slots=True)
class SingleLegBoxSquatParams:
    """Limits of the single-leg box squat."""

    knee_limit_deg: float = limit(
        4.5,
        unit="deg",
        low=2.0,
        high=30.0,
        help="how much further the knee may cave in than in the set's straighter repetitions, as projection angle",
        source="ours: beyond limit and band it stands at 7.5, so that the 8 degrees by which healthy and painful knees "
        "differ (Herrington 2014) are told; SEM 2-4 (Gwynne & Curran 2014)",
    )
    knee_error_deg: float = limit(
        3.0,
        unit="deg",
        low=0.0,
        high=15.0,
        help="error band of that difference",
        source="ours, from rendered people: nine in ten of a body not learnt on lie within",
    )
    fppa_clean_deg: float = limit(
        -5.0,
        unit="deg",
        low=-20.0,
        high=10.0,
        help="frontal plane projection angle of a straight knee in the picture",
        source="ours, from rendered people: -21 to 4, depending on where the camera stands",
    )
    fppa_spread_deg: float = limit(
        12.0,
        unit="deg",
        low=0.0,
        high=25.0,
        help="how far body and camera may put that off; what lies beyond in all repetitions alike counts",
        source="ours, from rendered people; beyond both lie 7 degrees, and the fault at 13 (Herrington 2014)",
    )
    fppa_error_deg: float = limit(
        6.0, unit="deg", low=0.0, high=20.0, help="error band of the projection angle", source="ours"
    )
    most_yaw_deg: float = limit(
        20.0, unit="deg", low=5.0, high=45.0, help="turned further, the knee is not judged", source="ours"
    )
    lean_limit_deg: float = limit(
        8.0, unit="deg", low=3.0, high=40.0, help="sideways lean of the trunk against standing", source="ours"
    )
    lean_offset_deg: float = limit(
        3.5,
        unit="deg",
        low=0.0,
        high=10.0,
        help="the most that the straighter repetitions' lean is taken for the camera's and landmarks' own",
        source="ours, from rendered people: a set's clean repetitions share an offset of up to 4 degrees",
    )
    lean_error_deg: float = limit(
        2.0, unit="deg", low=0.0, high=10.0, help="its error band", source="ours: mean error 1.1-1.4 degrees"
    )
    tag_drop_limit_deg: float = limit(
        5.5,
        unit="deg",
        low=2.0,
        high=30.0,
        help="how far the free side of the pelvis may have sunk since standing, by a tag on the waistband",
        source="ours: with the band, less than 4 degrees is fine and more than 7 a fault",
    )
    tag_error_deg: float = tag_error(1.3, "drop")
    drop_limit_deg: float = limit(
        9.0, unit="deg", low=6.0, high=30.0, help="the free side of the pelvis sinks against standing", source="ours"
    )
    drop_error_deg: float = limit(
        3.0,
        unit="deg",
        low=0.0,
        high=10.0,
        help="its error band; less than limit minus error cannot be told from none",
        source="ours: the hip line drifts 2-4 degrees with depth",
    )
    sit_limit_s: float = limit(
        2.0, unit="s", low=0.3, high=10.0, help="longest touch of the box", source="guide: touch lightly; ours"
    )
    sit_error_s: float = limit(0.4, unit="s", low=0.0, high=2.0, help="its error band", source="ours")
    lowering_limit_s: float = limit(
        1.0, unit="s", low=0.0, high=10.0, help="shortest way down", source="guide: lower slowly; the second is ours"
    )
    lowering_error_s: float = limit(0.2, unit="s", low=0.0, high=2.0, help="its error band", source="ours")


class SingleLegBoxSquat(RepChecker):
    """Counts by the hips' depth over the standing foot; the knee is judged among the set."""

    id = "single_leg_box_squat"
    version = "3"
    title = "Single-leg box squat"
    Params = SingleLegBoxSquatParams
    counting: ClassVar[Counting] = Counting(enter=0.075, min_s=0.8)
    lowers_first = True
    tag_measure = "pelvic_drop"
    phases: ClassVar[Mapping[Motion, str]] = {
        Motion.REST: "rest",
        Motion.RISING: "lower",
        Motion.TOP: "bottom",
        Motion.FALLING: "rise",
    }
    about = About(
        movement="Stand on one leg before an 18-20 in box, the free leg forward. Lower slowly, touch the box lightly, "
        "press up again, the knee over the second toe all the way.",
        dose=Dose("3 sets of 8-10 a side", 8, 10, sets=3),
        camera=_CAMERA,
        counts="depth of the hips over the standing foot",
        measures=(
            ("knee_medial", "% of trunk length"),
            ("knee_medial_descent", "% of trunk length"),
            ("knee_medial_ascent", "% of trunk length"),
            ("fppa", "deg"),
            ("trunk_lean", "deg"),
            ("pelvic_drop", "deg"),
            ("depth", "trunk lengths"),
        ),
        checks=(
            Check(
                "knee_valgus",
                "Knee over the second toe",
                "Knee drifts inward",
                "Raise the box, slow down, keep the knee over the second toe.",
                f"{_FPPA_SOURCE}; knee medial to the big toe (Ageberg 2010)",
                _CAMERA,
            ),
            Check(
                "trunk_lean",
                "Trunk upright sideways",
                "Trunk leans to the side",
                "Keep both shoulders level and the trunk upright over the standing leg.",
                "ours; women with ITB syndrome lean more (Aderem & Louw 2015)",
                _CAMERA,
            ),
            Check(
                "pelvic_drop",
                "Pelvis level",
                "Pelvis drops on the free side",
                "Keep the waistband level; press the standing hip out and up.",
                "ours; landmarks cannot tell less than 6 degrees",
                _CAMERA,
                tag="front",
            ),
            Check(
                "box_touch",
                "Light touch of the box",
                "Sits down on the box",
                "Touch the box lightly and press up at once; do not sit down.",
                "guide: touch lightly; the seconds are ours",
                _CAMERA,
            ),
            lowering_check(_CAMERA, "Lower slowly, then press up.", "guide: lower slowly; the second is ours"),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return _not_in_front(view, self.params.most_yaw_deg)

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        xy = image_points(pose)
        hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
        shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
        floor = max(xy[Landmark.LEFT_ANKLE][1], xy[Landmark.RIGHT_ANKLE][1])
        axes = body_axes(pose)
        upright = axes is not None and float(axes.head[1]) < -0.6
        values = {
            "from_front": math.nan if axes is None else float(-axes.chest[2] > 0.85),
            "weight_right": weight_right(xy, hips, scale_px),
            "lean_deg": from_vertical_deg(hips, shoulders),
            "trunk_right": (shoulders[0] - hips[0]) / scale_px * 100,
            "left_hip_low": (xy[Landmark.LEFT_HIP][1] - xy[Landmark.RIGHT_HIP][1]) / scale_px * 100,
            "hip_line_deg": from_horizontal_deg(xy[Landmark.RIGHT_HIP], xy[Landmark.LEFT_HIP]),
        }
        for side in SIDES:
            values |= {f"{name}_{side}": value for name, value in _leg_values(pose, xy, side, scale_px).items()}
        return Snapshot(pose.t_s, (hips[1] - floor) / scale_px, upright, values)

    def classify(self, lift: Lift) -> Kind:
        if lift.span.rest > -_STANDS_FROM:
            return Kind("other", remark="A dip that did not begin standing was not counted.")
        stance = standing_leg(lift)
        if foot_travel(lift, stance) > PLANTED:
            return Kind("other", remark="A dip while the standing foot moved was not counted.")
        told = told_stance(lift, stance)
        if told == "both legs":
            return Kind("other", remark="A squat on both legs was not counted.")
        if told == "unsure" and not self._stood_on(stance):
            return Kind("other", remark=_UNSURE)
        return Kind("rep", side=stance)

    def _stood_on(self, stance: Side) -> bool:
        """Whether most of the set's repetitions so far, and two at least, were told to be on that leg."""
        same = sum(rep.side == stance for rep in self._reps)
        return same >= _TOLD_BY_SET and 2 * same > len(self._reps)

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        params, stance = self.params, side or "left"
        knee, knee_s = _deepest_drift(lift, stance)
        descent, _ = _deepest_drift(lift, stance, until_s=lift.span.turn_s)
        ascent, _ = _deepest_drift(lift, stance, from_s=lift.span.turn_s)
        fppa = lift.at_top(f"fppa_{stance}")
        sign = 1 if stance == "left" else -1
        lean = lift.at_top("lean_deg") - lift.at_rest("lean_deg")
        drop = -sign * (lift.at_top("hip_line_deg") - lift.at_rest("hip_line_deg"))
        turn_s = lift.span.turn_s
        return {
            "knee_medial": Number(knee, "% of trunk length", _KNEE_ERROR_PCT, knee_s),
            "knee_medial_descent": Number(descent, "% of trunk length", _KNEE_ERROR_PCT, knee_s),
            "knee_medial_ascent": Number(ascent, "% of trunk length", _KNEE_ERROR_PCT, knee_s),
            "fppa": Number(fppa, "deg", params.fppa_error_deg, turn_s),
            "trunk_lean": Number(sign * lean, "deg", params.lean_error_deg, turn_s),
            "pelvic_drop": Number(drop, "deg", params.drop_error_deg, turn_s),
            "depth": Number(lift.span.amplitude, "trunk lengths", 0.03, turn_s),
        }

    def features(self, lift: Lift, side: Side | None) -> Mapping[str, float]:
        """At the bottom, % of trunk length: how far inward of the foot knee and hips stand, and how the trunk leans."""
        stance = side or "left"
        inward, free_low = (-1, -1) if stance == "left" else (1, 1)
        return {
            "knee_inward": lift.at_top(f"knee_medial_{stance}"),
            "hips_inward": lift.at_top(f"hips_medial_{stance}"),
            "trunk_inward": inward * lift.at_top("trunk_right"),
            "free_hip_low": free_low * lift.at_top("left_hip_low"),
        }

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        params, about = self.params, self.about
        hold_s, lowering_s = self.hold_and_lowering_s(rep.span)
        touch = Reading(hold_s, "s", params.sit_limit_s, params.sit_error_s, time_s=rep.span.turn_s, side=rep.side)
        return (
            self._knee(rep, context),
            self._lean(rep, context),
            self._drop(rep, context),
            judge(about.check("box_touch"), touch, rep.index),
            lowering_verdict(
                about.check("lowering_time"), rep, lowering_s, params.lowering_limit_s, params.lowering_error_s
            ),
        )

    def _knee(self, rep: Measured, context: Context) -> Verdict:
        """Against the set's straighter repetitions, and what all of them show beyond body and camera."""
        check, params = self.about.check("knee_valgus"), self.params
        reason = _not_in_front(context.view, params.most_yaw_deg)
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        reading = among_own(rep, context, self._yardstick(), params.knee_limit_deg, params.knee_error_deg)
        shown_s = rep.numbers["knee_medial"].time_s
        return judge(check, replace(reading, time_s=shown_s, source=source_of(params, "knee_limit_deg")), rep.index)

    def _yardstick(self) -> Yardstick:
        return Yardstick(
            change=lambda rep: estimate(self.id, "fppa_change", rep.features),
            alone=lambda rep: calibrated_value(self.id, "fppa", rep.value("fppa")),
            clean=self.params.fppa_clean_deg,
            most=self.params.fppa_spread_deg,
            alike=_ALIKE_DEG,
            told=_TOLD_DEG,
        )

    def _reading(self, rep: Measured, name: str, limit_name: str) -> Reading:
        return rep.reading(name, getattr(self.params, limit_name), source=source_of(self.params, limit_name))

    def _lean(self, rep: Measured, context: Context) -> Verdict:
        check, params = self.about.check("trunk_lean"), self.params
        reason = _not_in_front(context.view, params.most_yaw_deg)
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        reading = self._reading(rep, "trunk_lean", "lean_limit_deg")
        own = context.level(rep, lambda r: r.value("trunk_lean"), size=abs)
        offset = min(max(own, -params.lean_offset_deg), params.lean_offset_deg) if math.isfinite(own) else 0.0
        return judge(check, replace(reading, value=abs(reading.value - offset)), rep.index)

    def tag_angle(self, rep: Measured, context: Context) -> TagAngle | None:
        return context.tagged.drop(rep, lying=False) if context.tagged else None

    def _drop(self, rep: Measured, context: Context) -> Verdict:
        """By the tag since the set's start, where one is worn."""
        check, angle = self.about.check("pelvic_drop"), self.tag_angle(rep, context)
        return settled(check, rep, angle, self.params, "tag_drop_limit_deg", self._drop_by_landmarks(rep, context.view))

    def _drop_by_landmarks(self, rep: Measured, view: View) -> Verdict:
        check, params, number = self.about.check("pelvic_drop"), self.params, rep.numbers["pelvic_drop"]
        reason = _not_in_front(view, params.most_yaw_deg)
        if not reason and number.value < params.drop_limit_deg - params.drop_error_deg:
            reason = "No video without a marker shows this; ask somebody to watch your waistband."
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        return judge(check, self._reading(rep, "pelvic_drop", "drop_limit_deg"), rep.index)

    def signals(self) -> Sequence[Signal]:
        sides: Sequence[Side] = (self.side,) if self.side else SIDES
        title, unit = "knee inward of the foot", "% of trunk length"
        return [
            *super().signals(),
            *(Signal(f"knee_medial_{side}", title, unit, np.empty(0), side=side) for side in sides),
            Signal("lean_deg", "sideways lean of the trunk", "deg", np.empty(0)),
        ]


def _leg_values(pose: Pose, xy: Sequence[Point], side: Side, scale_px: float) -> dict[str, float]:
    """One leg in the image of a camera in front: the midline lies to the image's right of the right leg."""
    hip, knee, ankle = (of_side(joint, side) for joint in ("hip", "knee", "ankle"))
    medial_x = 1.0 if xy[of_side("hip", other(side))][0] > xy[hip][0] else -1.0
    seen = min(float(pose.visibility[knee]), float(pose.visibility[ankle])) >= _LEAST_VISIBILITY
    hips_x, _ = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
    return {
        "hips_medial": medial_x * (hips_x - xy[ankle][0]) / scale_px * 100 if seen else math.nan,
        "knee_medial": medial_x * (xy[knee][0] - xy[ankle][0]) / scale_px * 100 if seen else math.nan,
        "fppa": frontal_plane_projection_deg(xy[hip], xy[knee], xy[ankle], medial_x) if seen else math.nan,
        "ankle_up": -xy[ankle][1] / scale_px,
        "ankle_right": xy[ankle][0] / scale_px,
        "ankle_back": float(pose.image_px[ankle, 2]) / scale_px,
        "tip_up": -xy[of_side("foot_index", side)][1] / scale_px,
        "toe_up": (xy[of_side("heel", side)][1] - xy[of_side("foot_index", side)][1]) / scale_px,
    }


def _deep(lift: Lift, from_s: float, until_s: float) -> NDArray[np.bool_]:
    """(n,) which frames lie deeper than 40% of the repetition, between two times."""
    t, depth = lift.times_s(), lift.counts() - lift.span.rest
    return (depth > 0.4 * lift.span.amplitude) & (t >= from_s - 1e-9) & (t <= until_s + 1e-9)


def _deepest_drift(lift: Lift, side: Side, from_s: float = -math.inf, until_s: float = math.inf) -> tuple[float, float]:
    """The knee's largest lasting drift inward and when: upper tenth of the deep frames."""
    drift = lift.series(f"knee_medial_{side}")
    deep = _deep(lift, from_s, until_s)
    if not math.isfinite(median_of(drift[deep])):
        return math.nan, lift.span.turn_s
    value = float(np.nanquantile(drift[deep], 0.9))
    nearest = int(np.nanargmin(np.where(deep, np.abs(drift - value), np.nan)))
    return value, float(lift.times_s()[nearest])


def _not_in_front(view: View, most_yaw_deg: float) -> str:
    if view.facing != "front" or abs(view.yaw_deg) > most_yaw_deg:
        seen = "" if view.facing == "unknown" else f"; the camera sees your {view.facing}"
        return f"This shows only squarely from in front{seen}, turned {abs(view.yaw_deg):.0f} degrees. {_CAMERA}"
    return ""
