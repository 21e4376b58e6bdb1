"""Side-lying hip abduction: the straight upper leg is lifted, toes forward, the pelvis stacked."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.among_own import Yardstick, all_over_best, among_own, over_best
from formcheck.exercises.by_tag import TagAngle, settled, tag_error, tag_roll_limit
from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.estimates import estimate
from formcheck.exercises.leg_lift_features import features, leg_values
from formcheck.exercises.lift import Context, Kind, Lift, Measured, Number, Snapshot
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
from formcheck.motion.points import image_points, plain
from formcheck.motion.segmentation import Counting
from formcheck.motion.view import View, body_axes, posture_of
from formcheck.pose.landmarks import SIDES, Side
from formcheck.pose.pose import Pose
from formcheck.results import Verdict
from formcheck.trace import Signal

_CAMERA: Final = (
    "Put the camera in front of you, 40 degrees toward your feet, 1.35 m high and 2.3 m away, looking down at you."
)
_FOOT_UNSEEN: Final = f"The foot is not seen well enough to tell knee and toes apart. {_CAMERA}"
_ELSEWHERE: Final = (
    "The leg was lifted lower or further forward than in your other repetitions, which turns knee and foot in the "
    "picture; the camera cannot tell a bend or a turn apart from that."
)
_BENT: Final = "The knee bends more than in your other repetitions, which turns the foot as well: mend that first."
_UNBENT_DEG: Final = 110.0
"""A knee more bent than this at the top is no lift of a straight leg."""
_GUIDE_DEG: Final = 45.0
_STRAIGHT_RATIO: Final = 1.3
"""A straight leg's foot rises about twice as far as its knee; where the knee opens over resting feet, less far."""


@dataclass(frozen=True, slots=True)
class SideLyingHipAbductionParams:
    """Limits of the side-lying hip abduction."""

    roll_limit_deg: float = limit(
        6.6,
        unit="deg",
        low=3.0,
        high=30.0,
        help="how much further the pelvis may roll back than in the set's stiller repetitions",
        source="ours, from rendered people; nearest published error: MDC95 6.6 degrees (Andrade 2012)",
    )
    roll_error_deg: float = limit(
        4.0, unit="deg", low=0.0, high=15.0, help="error band of that difference", source="ours, from rendered people"
    )
    roll_alone_error_deg: float = limit(
        7.0,
        unit="deg",
        low=0.0,
        high=25.0,
        help="error band of a repetition's roll read alone; less, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    tag_roll_limit_deg: float = tag_roll_limit()
    tag_error_deg: float = tag_error(1.7, "roll")
    low_limit_deg: float = limit(
        8.0,
        unit="deg",
        low=3.0,
        high=30.0,
        help="how much lower the leg may stay than in the set's higher repetitions",
        source="guide: about 45 degrees; the difference is ours",
    )
    low_error_deg: float = limit(
        3.0, unit="deg", low=0.0, high=15.0, help="error band of that difference", source="ours, from rendered people"
    )
    low_alone_error_deg: float = limit(
        6.0,
        unit="deg",
        low=0.0,
        high=25.0,
        help="error band of the leg's height read alone; less, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    drift_limit_deg: float = limit(
        6.0,
        unit="deg",
        low=3.0,
        high=40.0,
        help="how much further forward the leg may drift than in the set's straighter repetitions",
        source="guide: the leg does not drift forward; the degrees are ours",
    )
    drift_error_deg: float = limit(
        2.5, unit="deg", low=0.0, high=15.0, help="error band of that difference", source="ours, from rendered people"
    )
    drift_alone_error_deg: float = limit(
        6.0,
        unit="deg",
        low=0.0,
        high=25.0,
        help="error band of the drift read alone; less, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    bent_limit_deg: float = limit(
        18.0,
        unit="deg",
        low=5.0,
        high=60.0,
        help="how much further the knee may bend than in the set's straighter repetitions",
        source="guide: leg straight; the degrees are ours",
    )
    bent_error_deg: float = limit(
        7.0, unit="deg", low=0.0, high=20.0, help="error band of that difference", source="ours, from rendered people"
    )
    bent_alone_error_deg: float = limit(
        8.0,
        unit="deg",
        low=0.0,
        high=30.0,
        help="error band of the knee read alone; less, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    toes_limit_deg: float = limit(
        26.0,
        unit="deg",
        low=10.0,
        high=80.0,
        help="how much further the toes may turn up than in the set's better repetitions",
        source="guide: toes forward; the degrees are ours",
    )
    toes_error_deg: float = limit(
        8.0, unit="deg", low=0.0, high=30.0, help="error band of that difference", source="ours, from rendered people"
    )
    toes_alone_error_deg: float = limit(
        14.0,
        unit="deg",
        low=0.0,
        high=45.0,
        help="error band of the toes' direction read alone; less, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    hold_limit_s: float = hold_limit()
    hold_error_s: float = hold_error()
    lowering_limit_s: float = lowering_limit()
    lowering_error_s: float = lowering_error()
    least_elevation_deg: float = limit(
        16.0, unit="deg", low=5.0, high=60.0, help="a lower camera cannot tell roll and drift apart", source="ours"
    )
    most_elevation_deg: float = limit(
        55.0, unit="deg", low=30.0, high=80.0, help="a steeper camera has not been tried", source="ours"
    )


@dataclass(frozen=True, slots=True)
class _Learnt:
    """A check held against the set: its estimate, the limits' stem, and what is known of clean repetitions (degrees).

    ``clean``: what a clean repetition reads; ``alike``: how far the readings of like ones lie apart; ``told``: what all
    share and is not to pass for none.
    """

    estimate: str
    stem: str
    clean: float
    alike: float
    told: float


_LEARNT: Final = {
    "pelvic_roll": _Learnt("roll", "roll", 3.0, 4.0, 15.0),
    "lift_height": _Learnt("low", "low", 1.0, 4.0, 13.0),
    "leg_drift": _Learnt("drift", "drift", 0.0, 4.0, 12.0),
    "knee_bent": _Learnt("bend", "bent", 6.0, 6.0, 15.0),
    "toes_up": _Learnt("toes", "toes", -2.0, 10.0, 28.0),
}
_OF_THE_LEG: Final = ("lift_height", "leg_drift")
_TURNED_BY_THE_LEG: Final = ("knee_bent", "toes_up")
"""Where the leg is, and the checks that a leg lifted lower or further forward than the others' turns in the picture."""


class SideLyingHipAbduction(RepChecker):
    """Counts by the upper foot's height over its hip; judges leg and pelvis among the set's lifts."""

    id = "side_lying_hip_abduction"
    version = "1"
    title = "Side-lying hip abduction"
    Params = SideLyingHipAbductionParams
    counting: ClassVar[Counting] = Counting(enter=0.25, settle_s=0.3)
    tag_measure = "pelvic_roll"
    complete_share = 0.35
    """Low, since a leg that stays low is a fault of a whole repetition, not a part of one."""
    about = About(
        movement="Lie on your side, the upper leg straight and in line with the body, toes forward. Lift it to about "
        "45 degrees without rolling back, hold 2 s, lower in 3-4 s.",
        dose=Dose("3 sets of 12-15 a side", 12, 15, 3, 2.0, 3.0, 4.0),
        camera=_CAMERA,
        counts="height of the upper foot over its hip",
        measures=(
            ("pelvic_roll", "deg"),
            ("leg_elevation", "deg"),
            ("leg_drift", "deg"),
            ("knee_flexion", "deg"),
            ("toes_up", "deg"),
            ("lift", "trunk lengths"),
        ),
        checks=(
            Check(
                "pelvic_roll",
                "Pelvis still",
                "Pelvis rolls backward",
                "Keep the top hip stacked over the lower one; lift only as far as the pelvis stays still.",
                "guide: the hip does not roll back; ours, from rendered people",
                _CAMERA,
                tag="front",
            ),
            Check(
                "lift_height",
                "Leg high enough",
                "Leg not lifted high enough",
                "Lift the leg to about 45 degrees.",
                "guide: about 45 degrees; what may be missing is ours",
                _CAMERA,
            ),
            Check(
                "leg_drift",
                "Leg in line with the body",
                "Leg drifts forward",
                "Keep the leg in line with the body, or a little behind it.",
                "guide: the leg does not drift forward; the degrees are ours",
                _CAMERA,
            ),
            Check(
                "knee_bent",
                "Knee straight",
                "Knee bends",
                "Keep the knee of the lifted leg straight.",
                "guide: leg straight; the degrees are ours",
                _CAMERA,
            ),
            Check(
                "toes_up",
                "Toes forward",
                "Toes turn to the ceiling",
                "Point the toes forward, not to the ceiling; lead with the heel.",
                "guide: toes forward; the degrees are ours",
                _CAMERA,
            ),
            hold_check(_CAMERA),
            lowering_check(_CAMERA),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return self._cannot_see_leg(view)

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        xy, world, axes = image_points(pose), plain(pose.world_m), body_axes(pose)
        left_down = math.nan if axes is None else float(axes.left[1])
        lying = axes is not None and abs(float(axes.head[1])) < 0.7 and abs(left_down) > 0.3
        values = {"left_down": left_down, "on_side": float(axes is not None and posture_of(axes) == "side_lying")}
        for side in SIDES:
            found = leg_values(xy, world, pose.visibility, scale_px, side)
            values |= {f"{name}_{side}": value for name, value in found.items()}
        count = values[f"ankle_up_{'right' if left_down > 0 else 'left'}"] if math.isfinite(left_down) else math.nan
        return Snapshot(pose.t_s, count / 100.0, lying, values)

    def classify(self, lift: Lift) -> Kind:
        left_down = lift.at_rest("left_down")
        if not abs(left_down) > 0.3 or lift.at_rest("on_side") < 0.5:
            return Kind("other", remark="A movement while not lying on the side was not counted.")
        top: Side = "right" if left_down > 0 else "left"
        ankle, knee = (lift.at_top(name) - lift.at_rest(name) for name in (f"ankle_up_{top}", f"knee_up_{top}"))
        if not lift.at_top(f"knee_deg_{top}") > _UNBENT_DEG or ankle < _STRAIGHT_RATIO * knee:
            return Kind("other", remark="A lift with the knee bent is not one of a straight leg and was not counted.")
        return Kind("rep", side=top)

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        turn_s, params = lift.span.turn_s, self.params
        found = self.features(lift, side)
        read = {learnt.estimate: estimate(self.id, learnt.estimate, found) for learnt in _LEARNT.values()}
        return {
            "pelvic_roll": Number(read["roll"], "deg", params.roll_alone_error_deg, turn_s),
            "leg_elevation": Number(_GUIDE_DEG - read["low"], "deg", params.low_alone_error_deg, turn_s),
            "leg_drift": Number(read["drift"], "deg", params.drift_alone_error_deg, turn_s),
            "knee_flexion": Number(read["bend"], "deg", params.bent_alone_error_deg, turn_s),
            "toes_up": Number(read["toes"], "deg", params.toes_alone_error_deg, turn_s),
            "lift": Number(lift.span.amplitude, "trunk lengths", 0.05, turn_s),
        }

    def features(self, lift: Lift, side: Side | None) -> Mapping[str, float]:
        return features(lift, side or "left")

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        elsewhere = self._elsewhere(context)
        return (
            self._roll(rep, context, elsewhere),
            *(self._among_own(check, rep, context, elsewhere) for check in _LEARNT if check != "pelvic_roll"),
            *tempo_verdicts(self.about, self.params, rep, self.hold_and_lowering_s(rep.span)),
        )

    def tag_angle(self, rep: Measured, context: Context) -> TagAngle | None:
        return context.tagged.roll(rep) if context.tagged else None

    def _roll(self, rep: Measured, context: Context, elsewhere: Collection[int]) -> Verdict:
        """By the tag since the set's start, where one is worn."""
        check, angle = self.about.check("pelvic_roll"), self.tag_angle(rep, context)
        by_landmarks = self._among_own(check.id, rep, context, elsewhere)
        return settled(check, rep, angle, self.params, "tag_roll_limit_deg", by_landmarks)

    def _among_own(self, check_id: str, rep: Measured, context: Context, elsewhere: Collection[int]) -> Verdict:
        """Against the set's better repetitions; what all share as far as it shows in one alone."""
        check, learnt, params = self.about.check(check_id), _LEARNT[check_id], self.params
        if check_id not in _OF_THE_LEG:
            alike = tuple(r for r in context.reps if r.index == rep.index or r.index not in elsewhere)
            context = replace(context, reps=alike)
        reason = self._cannot_see_leg(context.view) or self._cannot_tell(check_id, rep, context, rep.index in elsewhere)
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        limit_name = f"{learnt.stem}_limit_deg"
        limit_deg, error_deg = getattr(params, limit_name), getattr(params, f"{learnt.stem}_error_deg")
        reading = among_own(rep, context, self._yardstick(learnt), limit_deg, error_deg)
        return judge(check, replace(reading, source=source_of(params, limit_name)), rep.index)

    def _yardstick(self, learnt: _Learnt) -> Yardstick:
        return Yardstick(
            change=lambda r: estimate(self.id, f"{learnt.estimate}_change", r.features),
            alone=lambda r: estimate(self.id, learnt.estimate, r.features),
            clean=learnt.clean,
            most=getattr(self.params, f"{learnt.stem}_alone_error_deg"),
            alike=learnt.alike,
            told=learnt.told,
        )

    def _cannot_tell(self, check_id: str, rep: Measured, context: Context, elsewhere: bool) -> str:
        if check_id not in _TURNED_BY_THE_LEG:
            return ""
        if not math.isfinite(rep.value("toes_up")):
            return _FOOT_UNSEEN
        if elsewhere:
            return _ELSEWHERE
        bent = over_best(rep, context, self._yardstick(_LEARNT["knee_bent"]))
        clear_deg = self.params.bent_limit_deg - self.params.bent_error_deg
        return _BENT if check_id == "toes_up" and bent > clear_deg else ""

    def _elsewhere(self, context: Context) -> frozenset[int]:
        """The repetitions whose leg was lifted lower, or further forward, than in the set's better ones."""
        low, drift = (all_over_best(context, self._yardstick(_LEARNT[name])) for name in ("lift_height", "leg_drift"))
        return frozenset(i for i in low if low[i] > self.params.low_limit_deg or drift[i] > self.params.drift_limit_deg)

    def _cannot_see_leg(self, view: View) -> str:
        params = self.params
        if view.posture != "side_lying":
            return f"You do not seem to lie on your side in most of the film. {_CAMERA}"
        if view.toward_chest < 0.35 or not -0.8 < view.toward_head < 0.1:
            return f"The leg can only be judged from in front of you and toward your feet. {_CAMERA}"
        if view.elevation_deg < params.least_elevation_deg:
            return f"The camera is too low ({view.elevation_deg:.0f} degrees above you). {_CAMERA}"
        if view.elevation_deg > params.most_elevation_deg:
            return f"The camera is too steep ({view.elevation_deg:.0f} degrees above you). {_CAMERA}"
        return ""

    def signals(self) -> Sequence[Signal]:
        slope = "slope of the upper leg"
        return [
            *super().signals(),
            *(Signal(f"leg_slope_deg_{side}", slope, "deg", np.empty(0), side=side) for side in SIDES),
        ]
