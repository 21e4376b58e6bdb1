"""Single-leg glute bridge: one foot down, the other leg out; the pelvis rises level."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot, median_of
from formcheck.exercises.rep_checker import RepChecker
from formcheck.exercises.tempo import HOLD_SOURCE, LOWERING_SOURCE, hold_verdict, lowering_verdict
from formcheck.exercises.verdicts import Reading, judge, not_assessed, state_of
from formcheck.motion.angles import joint_angle_deg, midpoint
from formcheck.motion.segmentation import Counting, usual_amplitude
from formcheck.motion.view import View, body_axes
from formcheck.pose.landmarks import SIDES, Landmark, Side, of_side, other
from formcheck.pose.pose import Array, Pose
from formcheck.results import Verdict
from formcheck.trace import LimitLine, Signal

_CAMERA: Final = (
    "Put the camera beside you, about 1.95 m high and 1.85 m away, looking down at 45 degrees, "
    "and start the film with one two-legged bridge."
)
_SIDE_CAMERA: Final = "Put the camera beside you, so that it sees shoulder, hip and knee in one line."


@dataclass(frozen=True, slots=True)
class SingleLegGluteBridgeParams:
    """Limits of the single-leg glute bridge."""

    drop_limit_deg: float = limit(
        10.0,
        unit="deg",
        low=3.0,
        high=30.0,
        help="how far the free side of the pelvis may sink against the person's own two-legged bridge",
        source="fault > 10 degrees: MDC95 6.6 (Andrade 2012) and the endurance test's stop rule",
    )
    drop_error_deg: float = limit(
        8.0,
        unit="deg",
        low=0.0,
        high=15.0,
        help="error band of the sag against the two-legged bridge",
        source="ours: a level bridge reads within 2 hundredths of a trunk length of the two-legged one",
    )
    uneven_limit_deg: float = limit(
        6.6,
        unit="deg",
        low=3.0,
        high=30.0,
        help="how far one repetition may sink against the most level ones of the same set",
        source="MDC95 6.6 degrees (Andrade 2012), read as ours from rendered people",
    )
    uneven_error_deg: float = limit(
        1.5, unit="deg", low=0.0, high=10.0, help="its error band", source="ours: repetitions spread by 0.5-1.2 degrees"
    )
    hips_limit_deg: float = limit(
        165.0,
        unit="deg",
        low=120.0,
        high=180.0,
        help="least hip angle at the top",
        source="guide: a straight line; ours",
    )
    hips_error_deg: float = limit(
        4.0,
        unit="deg",
        low=0.0,
        high=30.0,
        help="error band of the hip angle",
        source="ours: mean error 3.3 degrees with its offset removed",
    )
    lift_limit_pct: float = limit(
        78.0,
        unit="% of your own lift",
        low=30.0,
        high=100.0,
        help="least height of the hips against the set's higher repetitions",
        source="guide: a straight line; ours, from rendered people: 10 degrees short reads 75, 20 degrees 72-65",
    )
    lift_error_pct: float = limit(
        6.0,
        unit="% of your own lift",
        low=0.0,
        high=30.0,
        help="its error band",
        source="ours: clean repetitions of a set spread by 4",
    )
    free_leg_limit_deg: float = limit(
        12.0,
        unit="deg",
        low=5.0,
        high=60.0,
        help="how far the free leg may leave the range from level with the floor to level with the other thigh",
        source="guide: free leg parallel; the degrees are ours",
    )
    free_leg_error_deg: float = limit(
        5.0, unit="deg", low=0.0, high=30.0, help="error band of the free leg's slope", source="ours"
    )
    hold_limit_s: float = limit(1.5, unit="s", low=0.0, high=30.0, help="shortest pause at the top", source=HOLD_SOURCE)
    hold_error_s: float = limit(0.3, unit="s", low=0.0, high=2.0, help="error band of the pause", source="ours")
    lowering_limit_s: float = limit(1.5, unit="s", low=0.0, high=10.0, help="shortest lowering", source=LOWERING_SOURCE)
    lowering_error_s: float = limit(0.25, unit="s", low=0.0, high=2.0, help="error band of the lowering", source="ours")
    least_elevation_deg: float = limit(
        26.0, unit="deg", low=10.0, high=60.0, help="a lower camera cannot see the far hip sink", source="ours"
    )


class SingleLegGluteBridge(RepChecker):
    """Counts by the hips' height; judges the pelvis against the person's own two-legged bridge."""

    id = "single_leg_glute_bridge"
    version = "1"
    title = "Single-leg glute bridge"
    Params = SingleLegGluteBridgeParams
    counting: ClassVar[Counting] = Counting(enter=0.11, settle_s=0.3)
    complete_share = 0.42
    """Low, since hips that stop short are a fault of a whole repetition, not a part of one."""
    about = About(
        movement="Lie on your back, one foot flat, the other leg out in line with the thigh. Lift until shoulder, "
        "hip and knee form a line, hips level, hold 2 s, lower in 3-4 s.",
        dose=Dose("3 sets of 10-12 a side, weaker leg first", 10, 12, 3, 2.0, 3.0, 4.0),
        camera=_CAMERA,
        counts="height of the hips",
        checks=(
            Check(
                "pelvic_drop",
                "Pelvis level",
                "Pelvis drops on the free side",
                "Press through the heel on the floor and lift the hip of the free leg level with the other.",
                "fault > 10 degrees: stop rule of the endurance test; noise < 6.6 (MDC95: Andrade 2012)",
                _CAMERA,
            ),
            Check(
                "hips_short",
                "Hips fully up",
                "Hips not fully up",
                "Squeeze the glute and lift until shoulder, hip and knee form a straight line.",
                "guide: straight line; 165 degrees is ours",
                _SIDE_CAMERA,
            ),
            Check(
                "free_leg_height",
                "Free leg in line",
                "Free leg out of line",
                "Hold the free leg straight and still, in line with the other thigh.",
                "guide: free leg parallel; the degrees are ours",
                _SIDE_CAMERA,
            ),
            Check(
                "hold_time",
                "Hold at the top",
                "Hold too short",
                "Hold the top for 2 seconds.",
                HOLD_SOURCE,
                _SIDE_CAMERA,
            ),
            Check(
                "lowering_time",
                "Slow lowering",
                "Lowering too fast",
                "Take 3-4 seconds to lower.",
                LOWERING_SOURCE,
                _SIDE_CAMERA,
            ),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return _cannot_see_drop(view, self.params.least_elevation_deg)

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        xy = pose.image_px[:, :2]
        shoulders = midpoint(xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER])
        hips = midpoint(xy[Landmark.LEFT_HIP], xy[Landmark.RIGHT_HIP])
        height = float(shoulders[1] - hips[1]) / scale_px
        axes = body_axes(pose)
        on_back = axes is not None and abs(float(axes.head[1])) < 0.7 and float(axes.chest[1]) < -0.25
        values = {"left_hip_below": float(xy[Landmark.LEFT_HIP, 1] - xy[Landmark.RIGHT_HIP, 1]) / scale_px}
        for side in SIDES:
            values |= {f"{name}_{side}": value for name, value in _leg_values(pose, side).items()}
        return Snapshot(pose.t_s, height, on_back, values)

    def classify(self, lift: Lift) -> Kind:
        straight = {side: lift.at_top(f"knee_deg_{side}") for side in SIDES}
        if not all(math.isfinite(angle) for angle in straight.values()):
            return Kind("other", remark="A lift whose legs were not seen was not counted.")
        free: Side = "left" if straight["left"] > straight["right"] else "right"
        if straight[free] < 135:
            return Kind("reference", remark="A two-legged bridge was taken as the reference and not counted.")
        if straight[other(free)] > 135:
            return Kind("other", remark="A lift with both legs straight was not counted.")
        return Kind("rep", side=other(free))

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        params, turn_s = self.params, lift.span.turn_s
        stance: Side = side or "left"
        free_leg = _free_leg_excess_deg(lift.at_top(f"leg_deg_{other(stance)}"), lift.at_top(f"thigh_deg_{stance}"))
        return {
            **_hip_below(lift.at_top("left_hip_below"), side, turn_s),
            "hip_angle": Number(lift.at_top(f"hip_deg_{stance}"), "deg", params.hips_error_deg, turn_s),
            "hip_lift": Number(lift.span.amplitude, "trunk lengths", 0.03, turn_s),
            "free_leg": Number(free_leg, "deg", params.free_leg_error_deg, turn_s),
        }

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        params, about = self.params, self.about
        hold_s, lowering_s = self.hold_and_lowering_s(rep.span)
        return (
            self._drop(rep, context),
            self._hips(rep, context),
            self._free_leg(rep, context.view),
            hold_verdict(about.check("hold_time"), rep, hold_s, params.hold_limit_s, params.hold_error_s),
            lowering_verdict(
                about.check("lowering_time"), rep, lowering_s, params.lowering_limit_s, params.lowering_error_s
            ),
        )

    def _drop(self, rep: Measured, context: Context) -> Verdict:
        check, params = self.about.check("pelvic_drop"), self.params
        reason = _cannot_see_drop(context.view, params.least_elevation_deg)
        if reason or rep.side is None:
            return not_assessed(check, reason, rep.side, rep.index)
        against_own = self._uneven(rep, context)
        if state_of(against_own) == "fault":
            return judge(check, against_own, rep.index)
        drop_deg = _drop_deg(rep, context)
        if not math.isfinite(drop_deg):
            missing = "There was no two-legged bridge to compare with. Start the set with one, the camera unmoved."
            return not_assessed(check, missing, rep.side, rep.index)
        reading = Reading(
            drop_deg, "deg", params.drop_limit_deg, params.drop_error_deg, time_s=rep.span.turn_s, side=rep.side
        )
        if state_of(reading) == "watch" or drop_deg < -params.drop_limit_deg:
            return not_assessed(check, _CANNOT_TELL, rep.side, rep.index)
        return judge(check, reading, rep.index)

    def _uneven(self, rep: Measured, context: Context) -> Reading:
        """Sag against the more level half of the set's complete repetitions of the same side.

        In hundredths of a trunk length: how many degrees that is differs by half from body to body.
        """
        params, pct_per_degree = self.params, 100 * _per_degree(rep, context.view)
        level = context.level(rep, lambda r: _sag(r) if r.value("free_leg") < _LEG_IN_LINE_DEG else math.nan)
        return Reading(
            100 * (_sag(rep) - level),
            "% of trunk length",
            params.uneven_limit_deg * pct_per_degree,
            params.uneven_error_deg * pct_per_degree,
            time_s=rep.span.turn_s,
            side=rep.side,
            source=source_of(params, "uneven_limit_deg"),
            against_own=True,
        )

    def _hips(self, rep: Measured, context: Context) -> Verdict:
        check, view = self.about.check("hips_short"), context.view
        if abs(view.toward_left) < 0.6 or abs(view.toward_head) > 0.6:
            return not_assessed(
                check, f"The line of the hips shows only from the side. {_SIDE_CAMERA}", rep.side, rep.index
            )
        against_own = self._share_of_lift(rep, context)
        if state_of(against_own) == "fault":
            return judge(check, against_own, rep.index)
        return judge(check, rep.reading("hip_angle", self.params.hips_limit_deg, above=False), rep.index)

    def _share_of_lift(self, rep: Measured, context: Context) -> Reading:
        """Height of the hips against the higher half of the set's repetitions and reference lifts."""
        lifts = [r.value("hip_lift") for r in (*context.reps, *context.references) if r.complete]
        share_pct = 100 * rep.value("hip_lift") / usual_amplitude(lifts)
        params, time_s = self.params, rep.span.turn_s
        unit = "% of your own lift"
        return Reading(
            share_pct,
            unit,
            params.lift_limit_pct,
            params.lift_error_pct,
            above=False,
            time_s=time_s,
            side=rep.side,
            source=source_of(params, "lift_limit_pct"),
        )

    def _free_leg(self, rep: Measured, view: View) -> Verdict:
        check = self.about.check("free_leg_height")
        if abs(view.toward_left) < 0.6 or abs(view.toward_head) > 0.4:
            return not_assessed(
                check, f"The free leg's height shows only from the side. {_SIDE_CAMERA}", rep.side, rep.index
            )
        return judge(check, rep.reading("free_leg", self.params.free_leg_limit_deg), rep.index)

    def signals(self) -> Sequence[Signal]:
        params, title = self.params, "angle shoulder, hip, knee"
        line = LimitLine("hips_short", params.hips_limit_deg, params.hips_error_deg, above=False)
        sides = (Signal(f"hip_deg_{side}", title, "deg", np.empty(0), line, side) for side in SIDES)
        return [*super().signals(), *sides]


def _leg_values(pose: Pose, side: Side) -> dict[str, float]:
    """Angles of one leg: knee from world directions, hip and slopes from the image, degrees."""
    xy, world = pose.image_px[:, :2], pose.world_m
    shoulder, hip, knee, ankle = (of_side(joint, side) for joint in ("shoulder", "hip", "knee", "ankle"))
    return {
        "knee_deg": float(joint_angle_deg(world[hip], world[knee], world[ankle])),
        "hip_deg": float(joint_angle_deg(xy[shoulder], xy[hip], xy[knee])),
        "thigh_deg": _rise_deg(xy[hip], xy[knee]),
        "leg_deg": _rise_deg(xy[hip], xy[ankle]) if pose.visibility[ankle] >= 0.5 else math.nan,
    }


def _rise_deg(start: Array, end: Array) -> float:
    """Slope of a line away from the body against the image's horizontal, degrees, up positive."""
    return float(np.degrees(np.arctan2(start[1] - end[1], abs(end[0] - start[0]))))


def _free_leg_excess_deg(leg_deg: float, thigh_deg: float) -> float:
    """How far the free leg leaves the range from level with the floor to level with the other thigh."""
    if not math.isfinite(leg_deg):
        return math.nan
    return max(leg_deg - max(thigh_deg, 0.0), min(thigh_deg, 0.0) - leg_deg, 0.0)


_CANNOT_TELL: Final = (
    "Landmarks cannot tell this from a level pelvis; only a repetition that sags more than your others can be told."
)
_CLEAN_OFFSET: Final = -0.010
"""Trunk lengths by which a level single-legged bridge reads above the two-legged one (rendered people)."""
_PER_DEGREE_FREE_LEG_NEAR: Final = 0.0030
_PER_DEGREE_STANDING_LEG_NEAR: Final = 0.0052
"""Trunk lengths per degree of sag at 45 degrees of camera elevation (rendered people: 0.0017-0.0041, 0.0053)."""
_LEG_IN_LINE_DEG: Final = 6.0
"""A free leg lifted higher takes its hip along: such a repetition is no yardstick for the others."""


def _per_degree(rep: Measured, view: View) -> float:
    """Trunk lengths of hip difference per degree of sag."""
    standing_leg_near = (view.toward_left > 0) == (rep.side == "left")
    return _PER_DEGREE_STANDING_LEG_NEAR if standing_leg_near else _PER_DEGREE_FREE_LEG_NEAR


def _hip_below(left_below: float, side: Side | None, time_s: float) -> dict[str, Number]:
    """How far the free hip lies below the other in the image; of a two-legged lift, the left one."""
    if side is None:
        return {"left_hip_below": Number(left_below, "trunk lengths", 0.01, time_s)}
    below = left_below if side == "right" else -left_below
    return {"free_hip_below": Number(below, "trunk lengths", 0.01, time_s)}


def _sag(rep: Measured) -> float:
    """How far the free hip lies below the other in the image at the top, trunk lengths; grows with sag."""
    return rep.value("free_hip_below")


def _drop_deg(rep: Measured, context: Context) -> float:
    """Sag of the free side in degrees, against the two-legged bridge of the same set; NaN without one."""
    sign = 1 if rep.side == "right" else -1
    references = [sign * r.value("left_hip_below") for r in context.references]
    if not references:
        return math.nan
    return (_sag(rep) - median_of(references) - _CLEAN_OFFSET) / _per_degree(rep, context.view)


def _cannot_see_drop(view: View, least_elevation_deg: float) -> str:
    if view.posture != "supine":
        return f"You do not seem to lie on your back in most of the film. {_CAMERA}"
    if abs(view.toward_left) < 0.5 or abs(view.toward_head) > 0.4:
        return f"The pelvis can only be judged from beside you. {_CAMERA}"
    if view.elevation_deg < least_elevation_deg:
        low = f"The camera is too low to see the far hip sink ({view.elevation_deg:.0f} degrees above you)."
        return f"{low} {_CAMERA}"
    return ""
