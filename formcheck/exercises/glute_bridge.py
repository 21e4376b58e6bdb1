"""Glute bridge: on the back, both feet flat, the hips rise to a straight line and come down slowly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.among_own import Yardstick, among_own
from formcheck.exercises.bridge_features import frame_values
from formcheck.exercises.bridge_legs import STRAIGHT_DEG, knees_deg, leg_values
from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot, median_of
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.tempo import (
    hold_check,
    hold_error,
    hold_limit,
    lowering_check,
    lowering_error,
    lowering_limit,
    tempo_verdicts,
)
from formcheck.exercises.verdicts import judge, not_assessed
from formcheck.motion.points import image_points, midpoint, plain
from formcheck.motion.segmentation import Counting
from formcheck.motion.view import View, body_axes
from formcheck.pose.landmarks import SIDES, Landmark, Side
from formcheck.pose.pose import Pose
from formcheck.results import Verdict
from formcheck.trace import Signal

_CAMERA: Final = "Put the camera beside you, about 0.5 m high and 2.5 m away, so that it sees shoulder, hip and knee."
_PLANTED: Final = 0.25
"""Trunk lengths that feet on the floor may seem to move while the hips rise."""
_CLEAN_DEG: Final = 177.0
_ALIKE_DEG: Final = 4.0
_TOLD_DEG: Final = 15.0
"""What a full lift's angle of shoulder, hip and knee reads, how far the readings of lifts that are alike lie apart
(rendered people), and the shortfall that is not to pass for none where all repetitions share it."""


@dataclass(frozen=True, slots=True)
class GluteBridgeParams:
    """Limits of the glute bridge."""

    short_limit_deg: float = limit(
        7.0,
        unit="deg",
        low=3.0,
        high=40.0,
        help="how far the line of shoulder, hip and knee may stay short of the set's higher lifts",
        source="guide: a straight line; the degrees are ours",
    )
    short_error_deg: float = limit(
        3.0, unit="deg", low=0.0, high=15.0, help="error band of that difference", source="ours, from rendered people"
    )
    line_error_deg: float = limit(
        8.0,
        unit="deg",
        low=0.0,
        high=30.0,
        help="error band of one lift's line read alone; less, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    past_limit_deg: float = limit(
        186.5,
        unit="deg",
        low=175.0,
        high=215.0,
        help="angle of shoulder, hip and knee, as the picture shows it, from which the lower back does the work",
        source="guide: a line, the lower back does not do the work; ours: straight ones read 169 to 184 degrees",
    )
    past_error_deg: float = limit(
        2.5, unit="deg", low=0.0, high=15.0, help="error band of that angle", source="ours, from rendered people"
    )
    hold_limit_s: float = hold_limit()
    hold_error_s: float = hold_error()
    lowering_limit_s: float = lowering_limit()
    lowering_error_s: float = lowering_error()
    least_side: float = limit(
        0.85,
        unit="share",
        low=0.3,
        high=1.0,
        help="how squarely the camera has to stand beside the body, 1 for exactly",
        source="ours",
    )
    most_elevation_deg: float = limit(
        35.0, unit="deg", low=10.0, high=80.0, help="a steeper camera bends the line", source="ours"
    )


class GluteBridge(RepChecker):
    """Counts by the hips' height; judges the line of shoulder, hip and knee."""

    id = "glute_bridge"
    version = "1"
    title = "Glute bridge"
    Params = GluteBridgeParams
    counting: ClassVar[Counting] = Counting(enter=0.11, settle_s=0.3)
    complete_share = 0.25
    """Low, since hips that stop short are a fault of a whole repetition, not a part of one."""
    about = About(
        movement="Lie on your back, knees bent, both feet flat and hip-width apart. Lift until shoulder, hip and knee "
        "form a line, hold 2 s, lower in 3-4 s.",
        dose=Dose("3 sets of 15", 15, 15, 3, 2.0, 3.0, 4.0, per_side=False),
        camera=_CAMERA,
        counts="height of the hips",
        measures=(("hip_angle", "deg"), ("hip_lift", "trunk lengths")),
        checks=(
            Check(
                "hips_short",
                "Hips fully up",
                "Hips not fully up",
                "Squeeze the glutes and lift until shoulder, hip and knee form a straight line.",
                "guide: straight line; 165 degrees is ours",
                _CAMERA,
            ),
            Check(
                "over_extension",
                "Lower back at rest",
                "Hips past the line",
                "Stop where shoulder, hip and knee form a line; keep the ribs down and let the glutes do the work, "
                "not the lower back.",
                "guide: the lower back does not do the work; the degrees are ours",
                _CAMERA,
            ),
            hold_check(_CAMERA),
            lowering_check(_CAMERA),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return self._cannot_see_line(view)

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        xy = image_points(pose)
        world = plain(pose.world_m)
        shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
        hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
        axes = body_axes(pose)
        on_back = axes is not None and abs(float(axes.head[1])) < 0.7 and float(axes.chest[1]) < -0.25
        values = frame_values(xy, scale_px)
        values["left_near"] = math.nan if axes is None else -float(axes.left[2])
        feet = midpoint(xy[Landmark.LEFT_ANKLE], xy[Landmark.RIGHT_ANKLE])
        values |= {"feet_x": feet[0] / scale_px, "feet_y": feet[1] / scale_px}
        for side in SIDES:
            values |= {f"{name}_{side}": value for name, value in leg_values(xy, world, pose.visibility, side).items()}
        values["straighter_deg"] = max(values["knee_deg_left"], values["knee_deg_right"])
        return Snapshot(pose.t_s, (shoulders[1] - hips[1]) / scale_px, on_back, values)

    def classify(self, lift: Lift) -> Kind:
        straight = knees_deg(lift)
        if not all(math.isfinite(angle) for angle in straight.values()):
            return Kind("other", remark="A lift whose legs were not seen was not counted.")
        if _feet_travel(lift) > _PLANTED:
            return Kind("other", remark="A lift during which the feet moved is no bridge and was not counted.")
        # Seen from the side the legs may be exchanged from frame to frame: one of them is straight all the same.
        if max(*straight.values(), median_of(lift.series("straighter_deg"))) > STRAIGHT_DEG:
            return Kind("other", remark="A lift with a leg held out is not a bridge on both feet and was not counted.")
        return Kind("rep", remark="Both legs work in this exercise: the side given was not used." if self.side else "")

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        params, turn_s = self.params, lift.span.turn_s
        return {
            "hip_angle": Number(_hip_angle_deg(lift), "deg", params.line_error_deg, turn_s),
            "hip_lift": Number(lift.span.amplitude, "trunk lengths", 0.03, turn_s),
        }

    def features(self, lift: Lift, side: Side | None) -> Mapping[str, float]:
        near = _near(lift)
        return {
            "trunk_up": lift.at_top("trunk_up_deg"),
            "thigh_up": lift.at_top(f"thigh_deg_{near}"),
            "hip_angle": lift.at_top(f"hip_deg_{near}"),
            "hips_up": 100 * lift.at_top("hips_up"),
            "lift": 100 * lift.span.amplitude,
        }

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        return (
            self._short(rep, context),
            self._past(rep, context),
            *tempo_verdicts(self.about, self.params, rep, self.hold_and_lowering_s(rep.span)),
        )

    def _short(self, rep: Measured, context: Context) -> Verdict:
        check, params = self.about.check("hips_short"), self.params
        reason = self._cannot_see_line(context.view)
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        yard = Yardstick(
            change=_short_deg,
            alone=_short_deg,
            clean=180.0 - _CLEAN_DEG,
            most=params.line_error_deg,
            alike=_ALIKE_DEG,
            told=_TOLD_DEG,
        )
        # A lift past the line is no measure of the others.
        past_deg = params.past_limit_deg - params.past_error_deg
        own = tuple(r for r in context.reps if r.index == rep.index or r.value("hip_angle") < past_deg)
        reading = among_own(rep, replace(context, reps=own), yard, params.short_limit_deg, params.short_error_deg)
        return judge(check, replace(reading, source=source_of(params, "short_limit_deg")), rep.index)

    def _past(self, rep: Measured, context: Context) -> Verdict:
        check, params = self.about.check("over_extension"), self.params
        reason = self._cannot_see_line(context.view)
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        angle = replace(rep.reading("hip_angle", params.past_limit_deg), error=params.past_error_deg)
        return judge(check, replace(angle, source=source_of(params, "past_limit_deg")), rep.index)

    def _cannot_see_line(self, view: View) -> str:
        if view.posture != "supine":
            return f"You do not seem to lie on your back in most of the film. {_CAMERA}"
        if abs(view.toward_left) < self.params.least_side:
            return f"The line of the hips shows only from the side. {_CAMERA}"
        if view.elevation_deg > self.params.most_elevation_deg:
            return f"From above ({view.elevation_deg:.0f} degrees) the line of the hips is bent. {_CAMERA}"
        return ""

    def signals(self) -> Sequence[Signal]:
        title = "angle shoulder, hip, knee"
        sides = (Signal(f"hip_deg_{side}", title, "deg", np.empty(0), side=side) for side in SIDES)
        return [*super().signals(), *sides]


def _short_deg(rep: Measured) -> float:
    """What is missing to a straight line."""
    return 180.0 - rep.value("hip_angle")


def _feet_travel(lift: Lift) -> float:
    """How far the feet are elsewhere at the top than at rest, trunk lengths."""
    return math.hypot(*(lift.at_top(name) - lift.at_rest(name) for name in ("feet_x", "feet_y")))


def _near(lift: Lift) -> Side:
    """The leg that is nearer the camera: the other is hidden behind it and guessed."""
    return "left" if lift.at_top("left_near") > 0 else "right"


def _hip_angle_deg(lift: Lift) -> float:
    """Angle of shoulder, hip and knee from the slopes of trunk and thigh; beyond 180 the hips are past the line."""
    return 180.0 + lift.at_top("trunk_up_deg") - lift.at_top(f"thigh_deg_{_near(lift)}")
