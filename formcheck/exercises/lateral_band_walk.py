"""Lateral band walk: steps to one side and back, the band taut, knees out, trunk quiet, hips low."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.among_own import Yardstick, among_own
from formcheck.exercises.by_tag import TagAngle, TaggedSet
from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot, median_of
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.verdicts import Reading, judge, not_assessed, state_of
from formcheck.motion.points import distance, from_vertical_deg, image_points, midpoint
from formcheck.motion.segmentation import Counting, Motion
from formcheck.motion.view import View, body_axes
from formcheck.pose.landmarks import Landmark, Side
from formcheck.pose.pose import Array, Pose
from formcheck.results import Verdict
from formcheck.tag.pelvis import Pelvis
from formcheck.trace import Signal

_CAMERA: Final = (
    "Put the camera in front of you at hip height, 3.3 to 4.2 m away, so that the whole way there and back is seen."
)
_SOURCE_FEET: Final = "guide: the feet do not come together; ours: 80% of the distance at the start"
_KNEES_ERROR: Final = 0.05
_FACING_LEAST: Final = 0.45
"""How far the line across the body lies along the picture; less is a person seen from the side."""
_STANDS: Final = 0.5
"""Of the leading foot's way out: the most that the other may move meanwhile."""
_CARRIES: Final = 0.35
"""Of the leading foot's way out: the least by which both feet and the hips have moved on when the step is over."""
_STRIDE: Final = 0.45
"""Trunk lengths that one foot rises above the other in walking and running."""
_CLEAN_KNEES_PCT: Final = 10.0
_ALIKE_PCT: Final = 6.0
_TOLD_PCT: Final = 20.0
"""By how much less than the ankles the knees stand apart in line, how far the readings of steps alike differ (rendered
people), and the caving of all steps that is not to pass for none."""
_TAG_ERROR_DEG: Final = 1.7
"""Half-width of the band of the pelvis's drop by a tag, ours."""
_STANDING_UP: Final = (
    "Standing up brings the knees nearer each other in the picture, which cannot be told from caving in: keep the "
    "knees bent."
)


@dataclass(frozen=True, slots=True)
class LateralBandWalkParams:
    """Limits of the lateral band walk."""

    feet_limit_share: float = limit(
        0.80,
        unit="share",
        low=0.3,
        high=1.0,
        help="smallest distance of the ankles after a step, as a share of that at the start of the set",
        source=_SOURCE_FEET,
    )
    feet_error_share: float = limit(
        0.05, unit="share", low=0.0, high=0.4, help="error band of that share", source="ours, from rendered people"
    )
    knees_limit_pct: float = limit(
        13.0,
        unit="% of the ankles' distance",
        low=5.0,
        high=40.0,
        help="how much nearer the knees may come, at the widest of a step, than in the set's better steps",
        source="ours, from rendered people: knees in line stand at 81-100% of the ankles' distance, caving ones at 65%",
    )
    knees_error_pct: float = limit(
        4.0,
        unit="% of the ankles' distance",
        low=0.0,
        high=20.0,
        help="error band of that difference",
        source="ours, from rendered people",
    )
    knees_alone_error_pct: float = limit(
        9.0,
        unit="% of the ankles' distance",
        low=0.0,
        high=30.0,
        help="how far bodies differ; what lies beyond in all steps alike counts",
        source="ours, from rendered people",
    )
    sway_limit_deg: float = limit(
        6.5,
        unit="deg",
        low=2.0,
        high=30.0,
        help="how far the trunk may lean to a side in a step, against the stance between steps",
        source="guide: the trunk does not rock; the degrees are ours",
    )
    sway_error_deg: float = limit(
        2.0, unit="deg", low=0.0, high=10.0, help="error band of that lean", source="ours: mean error 1.1-1.4 degrees"
    )
    height_limit_ratio: float = limit(
        0.065,
        unit="trunk lengths",
        low=0.03,
        high=0.5,
        help="how far the hips may rise above the set's bent stance",
        source="guide: knees slightly bent all the way; ours: standing up by 9 cm reads 0.10, clean steps up to 0.04",
    )
    height_error_ratio: float = limit(
        0.02, unit="trunk lengths", low=0.0, high=0.2, help="error band of that rise", source="ours"
    )
    most_yaw_deg: float = limit(
        25.0, unit="deg", low=5.0, high=60.0, help="turned further, nothing but steps is told", source="ours"
    )


class LateralBandWalk(RepChecker):
    """Counts steps by the ankles' distance, each with the side it goes toward."""

    id = "lateral_band_walk"
    version = "1"
    title = "Lateral band walk"
    Params = LateralBandWalkParams
    tag_measure = "pelvic_drop"
    counting: ClassVar[Counting] = Counting(enter=0.20, leave_share=0.55, min_s=0.3, max_s=10.0, settle_s=0.4)
    complete_share = 0.4
    """Low, since a step that begins with the feet too close goes further than one that begins with the band taut."""
    phases: ClassVar[Mapping[Motion, str]] = {
        Motion.REST: "stance",
        Motion.RISING: "step",
        Motion.TOP: "wide",
        Motion.FALLING: "follow",
    }
    about = About(
        movement="Band around the legs, knees slightly bent, leaning a little forward. Step to the side, let the other "
        "foot follow slowly without the feet coming together; 10-15 steps, then back.",
        dose=Dose("3 sets of 10-15 steps each way", 10, 15, sets=3),
        camera=_CAMERA,
        counts="distance between the feet",
        measures=(
            ("step_width", "trunk lengths"),
            ("feet_before", "trunk lengths"),
            ("feet_after", "trunk lengths"),
            ("knees_per_ankles", "share"),
            ("trunk_sway", "deg"),
            ("hips_raised", "trunk lengths"),
            ("pelvic_drop", "deg"),
        ),
        checks=(
            Check(
                "feet_together",
                "Feet apart, band taut",
                "Feet come together",
                "Stop the trailing foot while the band is still taut; do not let the feet come together.",
                _SOURCE_FEET,
                _CAMERA,
            ),
            Check(
                "knees_cave",
                "Knees over the feet",
                "Knees cave in",
                "Press the knees out against the band, over the feet.",
                "guide: knees in line with the feet; the share is ours",
                _CAMERA,
            ),
            Check(
                "trunk_sway",
                "Trunk quiet",
                "Trunk rocks from side to side",
                "Keep the trunk still and let the hips do the stepping; take smaller steps.",
                "guide: the trunk does not rock; the degrees are ours",
                _CAMERA,
            ),
            Check(
                "stance_height",
                "Knees stay bent",
                "Stands up between steps",
                "Keep the knees slightly bent and the hips at one height all the way.",
                "guide: knees slightly bent; the height is ours",
                _CAMERA,
            ),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return self._cannot_judge(view)

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        xy, axes = image_points(pose), body_axes(pose)
        left, right = xy[Landmark.LEFT_ANKLE], xy[Landmark.RIGHT_ANKLE]
        hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
        shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
        feet = distance(left, right)
        values = {
            "left_x": left[0] / scale_px,
            "right_x": right[0] / scale_px,
            "hips_x": hips[0] / scale_px,
            "left_above": (right[1] - left[1]) / scale_px,
            "knees": distance(xy[Landmark.LEFT_KNEE], xy[Landmark.RIGHT_KNEE]) / feet,
            "lean_deg": from_vertical_deg(hips, shoulders),
            "hips_up": (midpoint(left, right)[1] - hips[1]) / scale_px,
        }
        across = axes is not None and float(axes.head[1]) < -0.55 and abs(float(axes.left[0])) > _FACING_LEAST
        return Snapshot(pose.t_s, abs(left[0] - right[0]) / scale_px, across, values)

    def classify(self, lift: Lift) -> Kind:
        out = {side: lift.at_top(f"{side}_x") - _at_start(lift, f"{side}_x") for side in ("left", "right")}
        leading: Side = "left" if abs(out["left"]) > abs(out["right"]) else "right"
        trailing: Side = "right" if leading == "left" else "left"
        way = out[leading]
        if not abs(out[trailing]) < _STANDS * abs(way):
            return Kind("other", remark="A movement of both feet at once is no step and was not counted.")
        lowest, highest = _extremes(lift.series("left_above"))
        if highest - lowest > _STRIDE:
            return Kind("other", remark="A stride with the foot lifted high is no step of the band walk.")
        followed = ("left_x", "right_x", "hips_x") if lift.span.closed else (f"{leading}_x", "hips_x")
        onward = [(_at_end(lift, name) - _at_start(lift, name)) / way for name in followed]
        if not min(onward) > _CARRIES:
            return Kind("other", remark="A foot that went out and came back is no step and was not counted.")
        return Kind("rep", side=leading)

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        params, turn_s = self.params, lift.span.turn_s
        after = lift.times_s() >= turn_s
        feet, feet_s = _least(lift.counts()[after], lift.times_s()[after])
        sway, sway_s = _least(-np.abs(lift.series("lean_deg") - lift.at_rest("lean_deg")), lift.times_s())
        raised = lift.at_top("hips_up") - lift.at_rest("hips_up")
        return {
            "step_width": Number(lift.span.peak, "trunk lengths", 0.05, turn_s),
            "feet_before": Number(lift.span.rest, "trunk lengths", 0.05, lift.span.start_s),
            "feet_after": Number(feet, "trunk lengths", 0.05, feet_s),
            "knees_per_ankles": Number(lift.at_top("knees"), "share", _KNEES_ERROR, turn_s),
            "trunk_sway": Number(-sway, "deg", params.sway_error_deg, sway_s),
            "hips_raised": Number(raised, "trunk lengths", params.height_error_ratio, turn_s),
        }

    def tagged(self, pelvis: Pelvis, reps: Sequence[Measured], references: Sequence[Measured]) -> TaggedSet:
        return TaggedSet(pelvis, reps, references, _TAG_ERROR_DEG, _one_foot_up, leads=True)

    def tag_angle(self, rep: Measured, context: Context) -> TagAngle | None:
        """Measured only: the guide asks nothing of the pelvis here."""
        return context.tagged.drop(rep, lying=False) if context.tagged else None

    def features(self, lift: Lift, side: Side | None) -> Mapping[str, float]:
        """Lean and height in the stance before the step, and their extremes in it."""
        lean_low, lean_high = _extremes(lift.series("lean_deg"))
        return {
            "lean_rest": lift.at_rest("lean_deg"),
            "lean_low": lean_low,
            "lean_high": lean_high,
            "height_rest": lift.at_rest("hips_up"),
            "height_top": lift.at_top("hips_up"),
        }

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        reason = self._cannot_judge(context.view)
        if reason:
            return tuple(not_assessed(check, reason, rep.side, rep.index) for check in self.about.checks)
        check, height = self.about.check, self._height(rep, context)
        return (
            judge(check("feet_together"), self._feet(rep, context), rep.index),
            self._knees(rep, context, bent=state_of(height) == "ok"),
            judge(check("trunk_sway"), self._sway(rep, context), rep.index),
            judge(check("stance_height"), height, rep.index),
        )

    def _feet(self, rep: Measured, context: Context) -> Reading:
        params, after = self.params, rep.numbers["feet_after"]
        share = after.value / _stance(context.reps)
        return Reading(
            share,
            "share",
            params.feet_limit_share,
            params.feet_error_share,
            above=False,
            time_s=after.time_s,
            side=rep.side,
        )

    def _knees(self, rep: Measured, context: Context, *, bent: bool) -> Verdict:
        """Against the set's better steps, and what all of them show beyond how bodies differ."""
        check, params = self.about.check("knees_cave"), self.params
        if not bent:
            return not_assessed(check, _STANDING_UP, rep.side, rep.index)
        both_ways = replace(context, reps=tuple(replace(r, side=rep.side) for r in context.reps))
        reading = among_own(rep, both_ways, self._knees_yard(), params.knees_limit_pct, params.knees_error_pct)
        return judge(check, replace(reading, source=source_of(params, "knees_limit_pct")), rep.index)

    def _knees_yard(self) -> Yardstick:
        def nearer(rep: Measured) -> float:
            return 100.0 * (1.0 - rep.value("knees_per_ankles"))

        return Yardstick(
            change=nearer,
            alone=nearer,
            clean=_CLEAN_KNEES_PCT,
            most=self.params.knees_alone_error_pct,
            alike=_ALIKE_PCT,
            told=_TOLD_PCT,
            unit="% of the ankles' distance",
        )

    def _sway(self, rep: Measured, context: Context) -> Reading:
        params, found = self.params, rep.features
        upright = median_of([r.features["lean_rest"] for r in context.reps])
        sway = max(found["lean_high"] - upright, upright - found["lean_low"])
        return Reading(
            sway,
            "deg",
            params.sway_limit_deg,
            params.sway_error_deg,
            time_s=rep.numbers["trunk_sway"].time_s,
            side=rep.side,
        )

    def _height(self, rep: Measured, context: Context) -> Reading:
        params = self.params
        heights = sorted(r.features["height_rest"] for r in context.reps)
        low = median_of(heights[: (len(heights) + 1) // 2])
        return Reading(
            rep.features["height_top"] - low,
            "trunk lengths",
            params.height_limit_ratio,
            params.height_error_ratio,
            time_s=rep.span.turn_s,
            side=rep.side,
            source=source_of(params, "height_limit_ratio"),
        )

    def _cannot_judge(self, view: View) -> str:
        if view.posture != "upright":
            return f"You do not seem to stand in most of the film. {_CAMERA}"
        if view.facing != "front" or abs(view.yaw_deg) > self.params.most_yaw_deg:
            return f"Steps can be judged only from in front of you. {_CAMERA}"
        return ""

    def signals(self) -> Sequence[Signal]:
        lean = Signal("lean_deg", "lean of the trunk to the picture's right", "deg", np.empty(0))
        return [*super().signals(), lean]


def _stance(reps: Sequence[Measured]) -> float:
    """The feet's distance at the start of the set, or that at which most steps begin where it is larger."""
    before = [rep.value("feet_before") for rep in reps]
    ordered = sorted(before)
    return max(before[0], median_of(ordered[len(ordered) // 2 :]))


def _one_foot_up(rep: Measured) -> tuple[float, float]:
    """While the leading foot is in the air."""
    span = rep.span
    return span.start_s + 0.35 * (span.turn_s - span.start_s), span.start_s + 0.75 * (span.turn_s - span.start_s)


def _at_start(lift: Lift, name: str) -> float:
    """Median of what was seen just ahead of the step, however little: steps follow one another closely."""
    values = [frame.values.get(name, math.nan) for frame in lift.before]
    return median_of([value for value in values if math.isfinite(value)])


def _at_end(lift: Lift, name: str) -> float:
    """Median over the last tenth of a second of the repetition, at least its last frame."""
    last_s = lift.frames[-1].t_s - 0.1
    return median_of([frame.values.get(name, math.nan) for frame in lift.frames if frame.t_s >= last_s])


def _extremes(values: Array) -> tuple[float, float]:
    """The smallest and the largest value; NaN where nothing was seen."""
    seen = values[np.isfinite(values)]
    return (float(seen.min()), float(seen.max())) if len(seen) else (math.nan, math.nan)


def _least(values: Array, times_s: Array) -> tuple[float, float]:
    """The smallest value and its time; NaN where nothing was seen."""
    if not np.isfinite(values).any():
        return math.nan, math.nan
    at = int(np.nanargmin(values))
    return float(values[at]), float(times_s[at])
