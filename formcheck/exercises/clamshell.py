"""Clamshell: lying on the side, the top knee opens while the pelvis stays still and the feet together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.exercises.among_own import Yardstick, among_own
from formcheck.exercises.by_tag import TagAngle, settled, tag_error, tag_roll_limit
from formcheck.exercises.declare import About, Check, Dose, limit, source_of
from formcheck.exercises.estimates import estimate
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
from formcheck.motion.points import distance, image_points, joint_angle_deg, plain
from formcheck.motion.segmentation import Counting
from formcheck.motion.view import View, body_axes, posture_of
from formcheck.pose.landmarks import SIDES, Landmark, Side, of_side
from formcheck.pose.pose import Pose
from formcheck.results import Verdict
from formcheck.trace import Signal

_CAMERA: Final = "Put the camera in front of you, about 1.85 m high and 1.75 m away, looking down at you at 45 degrees."

_CLEAN_ROLL_DEG: Final = 2.0
_ALIKE_DEG: Final = 4.0
_TOLD_DEG: Final = 14.0
"""Roll of a clean repetition, how far the readings of repetitions that roll alike lie apart (rendered people), and
the roll over clean that is not to pass for none where all repetitions share it."""

_AT_THE_END: Final = 0.6
"""Share of the camera's direction along the body from which it films head or feet rather than the side."""
_SLOWLY: Final = "guide: lower slowly; the second is ours"


@dataclass(frozen=True, slots=True)
class ClamshellParams:
    """Limits of the clamshell."""

    roll_limit_deg: float = limit(
        6.6,
        unit="deg",
        low=3.0,
        high=30.0,
        help="how much further the pelvis may roll back than in the set's stiller repetitions",
        source="nearest published error: MDC95 6.6 degrees (Andrade 2012); clean repetitions roll 1-4",
    )
    roll_error_deg: float = limit(
        3.0,
        unit="deg",
        low=0.0,
        high=15.0,
        help="error band of that difference",
        source="ours, from rendered people: nine in ten of a body not learnt on lie within",
    )
    roll_alone_error_deg: float = limit(
        8.0,
        unit="deg",
        low=0.0,
        high=20.0,
        help="error band of a repetition's roll read alone; less than that, in all alike, is not told from none",
        source="ours, from rendered people",
    )
    tag_roll_limit_deg: float = tag_roll_limit()
    tag_error_deg: float = tag_error(1.3, "roll")
    least_elevation_deg: float = limit(
        32.0,
        unit="deg",
        low=20.0,
        high=60.0,
        help="a lower camera cannot see the pelvis roll",
        source="ours: from mat height a roll of 10 degrees changes the hips' distance by 1.5%",
    )
    most_elevation_deg: float = limit(
        56.0, unit="deg", low=40.0, high=80.0, help="a steeper camera has not been tried", source="ours"
    )
    feet_limit_ratio: float = limit(
        0.13,
        unit="trunk lengths",
        low=0.05,
        high=0.5,
        help="how far the feet may part",
        source="guide: feet together; ours: clean repetitions read up to 0.10",
    )
    feet_error_ratio: float = limit(
        0.03, unit="trunk lengths", low=0.0, high=0.2, help="error band of the feet's distance", source="ours"
    )
    hold_limit_s: float = hold_limit(10.0)
    hold_error_s: float = hold_error()
    lowering_limit_s: float = lowering_limit(1.0, _SLOWLY)
    lowering_error_s: float = lowering_error()


class Clamshell(RepChecker):
    """Counts by the top knee's height; judges the pelvis by how the upper hip travels with the knee."""

    id = "clamshell"
    version = "3"
    title = "Clamshell"
    Params = ClamshellParams
    counting: ClassVar[Counting] = Counting(enter=0.12, settle_s=0.3)
    shown_from_rest = frozenset({"hip_up_left", "hip_up_right"})
    tag_measure = "pelvic_roll"
    about = About(
        movement="Lie on your side, hips and knees bent about 45 degrees, feet together. Open the top knee "
        "without letting the pelvis roll back, pause 2 s, lower slowly.",
        dose=Dose("3 sets of 15-20 a side; add a band once 3 x 20 is easy", 15, 20, sets=3, hold_s=2.0),
        camera=_CAMERA,
        counts="height of the top knee over the lower one",
        measures=(
            ("pelvic_roll", "deg"),
            ("knee_opening", "trunk lengths"),
            ("feet_apart", "trunk lengths"),
        ),
        checks=(
            Check(
                "pelvic_roll",
                "Pelvis still",
                "Pelvis rolls backward",
                "Keep the top hip stacked over the lower one; open the knee only as far as the pelvis stays still.",
                "ours, from rendered people; nearest published error MDC95 6.6 degrees (Andrade 2012)",
                _CAMERA,
                tag="front",
            ),
            Check(
                "feet_apart",
                "Feet together",
                "Feet part",
                "Keep the heels touching; let only the knee open.",
                "guide",
                _CAMERA,
            ),
            hold_check(_CAMERA, "Pause at the top", "Pause for 2 seconds with the knee open."),
            lowering_check(_CAMERA, "Lower the knee slowly, without letting it drop.", _SLOWLY),
        ),
    )

    def camera_advice(self, view: View) -> str:
        return self._cannot_see_roll(view)

    def look(self, pose: Pose, scale_px: float) -> Snapshot:
        xy = image_points(pose)
        axes = body_axes(pose)
        lying = axes is not None and abs(float(axes.head[1])) < 0.7
        left_down = math.nan if axes is None else float(axes.left[1])
        # The height of one knee over the other is linear where their distance is not: near closing.
        apart = xy[Landmark.LEFT_KNEE][1] - xy[Landmark.RIGHT_KNEE][1]
        knees = float(np.sign(left_down)) * apart / scale_px
        ground = max(xy[Landmark.LEFT_ANKLE][1], xy[Landmark.RIGHT_ANKLE][1])
        values = {
            "left_hip_over": (xy[Landmark.RIGHT_HIP][1] - xy[Landmark.LEFT_HIP][1]) / scale_px * 100,
            "hip_up_left": (ground - xy[Landmark.LEFT_HIP][1]) / scale_px * 100,
            "hip_up_right": (ground - xy[Landmark.RIGHT_HIP][1]) / scale_px * 100,
            "knee_up_left": -xy[Landmark.LEFT_KNEE][1],
            "knee_up_right": -xy[Landmark.RIGHT_KNEE][1],
            "on_side": float(axes is not None and posture_of(axes) == "side_lying"),
            "feet": distance(xy[Landmark.LEFT_ANKLE], xy[Landmark.RIGHT_ANKLE]) / scale_px,
            "left_down": left_down,
            "knee_angle_deg": _straighter_knee_deg(pose),
        }
        return Snapshot(pose.t_s, knees, lying, values)

    def classify(self, lift: Lift) -> Kind:
        if lift.at_rest("knee_angle_deg") > 150:
            return Kind("other", remark="A lift with straight knees is not a clamshell and was not counted.")
        left_down = lift.at_rest("left_down")
        if abs(left_down) < 0.3 or lift.at_rest("on_side") < 0.5:
            return Kind("other", remark="A movement while not lying on the side was not counted.")
        if lift.at_top("feet") - lift.at_rest("feet") > 1.4 * lift.span.amplitude:
            return Kind("other", remark="A movement of the whole leg is not a clamshell and was not counted.")
        return Kind("rep", side="right" if left_down > 0 else "left")

    def timed_by(self, side: Side | None) -> str:
        """The upper knee in the picture of a camera that stands still: the lower one is hidden and guessed."""
        return f"knee_up_{side}"

    def measure(self, lift: Lift, side: Side | None) -> Mapping[str, Number]:
        turn_s, params = lift.span.turn_s, self.params
        feet = lift.at_top("feet") - lift.at_rest("feet")
        roll = estimate(self.id, "roll", self.features(lift, side))
        return {
            "pelvic_roll": Number(roll, "deg", params.roll_alone_error_deg, turn_s),
            "knee_opening": Number(lift.span.amplitude, "trunk lengths", 0.05, turn_s),
            "feet_apart": Number(feet, "trunk lengths", params.feet_error_ratio, turn_s),
        }

    def features(self, lift: Lift, side: Side | None) -> Mapping[str, float]:
        """The upper hip over the feet and over the lower hip, at the top and since rest, % of trunk length."""
        top_hip, sign = f"hip_up_{side or 'left'}", -1 if side == "right" else 1
        over, was_over = (sign * at("left_hip_over") for at in (lift.at_top, lift.at_rest))
        return {
            "hip_up": lift.at_top(top_hip),
            "hips_apart": over,
            "hip_rise": lift.at_top(top_hip) - lift.at_rest(top_hip),
            "hips_parted": over - was_over,
        }

    def judge(self, rep: Measured, context: Context) -> Sequence[Verdict]:
        return (
            self._roll(rep, context),
            self._feet(rep, context.view),
            *tempo_verdicts(self.about, self.params, rep, self.hold_and_lowering_s(rep.span)),
        )

    def tag_angle(self, rep: Measured, context: Context) -> TagAngle | None:
        return context.tagged.roll(rep) if context.tagged else None

    def _feet(self, rep: Measured, view: View) -> Verdict:
        check = self.about.check("feet_apart")
        if abs(view.toward_head) > _AT_THE_END:
            return not_assessed(
                check, f"From the end of the mat one foot hides the other. {_CAMERA}", rep.side, rep.index
            )
        return judge(check, rep.reading("feet_apart", self.params.feet_limit_ratio), rep.index)

    def _roll(self, rep: Measured, context: Context) -> Verdict:
        """By the tag since the set's start, where one is worn."""
        check, angle = self.about.check("pelvic_roll"), self.tag_angle(rep, context)
        return settled(check, rep, angle, self.params, "tag_roll_limit_deg", self._roll_by_landmarks(rep, context))

    def _roll_by_landmarks(self, rep: Measured, context: Context) -> Verdict:
        """Against the set's stiller repetitions; a single one alone."""
        check, params = self.about.check("pelvic_roll"), self.params
        reason = self._cannot_see_roll(context.view)
        if reason:
            return not_assessed(check, reason, rep.side, rep.index)
        reading = among_own(rep, context, self._yardstick(), params.roll_limit_deg, params.roll_error_deg)
        return judge(check, replace(reading, source=source_of(params, "roll_limit_deg")), rep.index)

    def _yardstick(self) -> Yardstick:
        return Yardstick(
            change=lambda rep: estimate(self.id, "roll_change", rep.features),
            alone=lambda rep: rep.value("pelvic_roll"),
            clean=_CLEAN_ROLL_DEG,
            most=self.params.roll_alone_error_deg,
            alike=_ALIKE_DEG,
            told=_TOLD_DEG,
        )

    def _cannot_see_roll(self, view: View) -> str:
        if view.posture != "side_lying":
            return f"You do not seem to lie on your side in most of the film. {_CAMERA}"
        if view.toward_chest < 0.3 or abs(view.toward_head) > 0.4:
            return f"The pelvis can only be judged from in front of you. {_CAMERA}"
        if view.elevation_deg < self.params.least_elevation_deg:
            low = f"The camera is too low to see the pelvis roll ({view.elevation_deg:.0f} degrees above you)."
            return f"{low} {_CAMERA}"
        if view.elevation_deg > self.params.most_elevation_deg:
            return f"The camera is too steep to judge the pelvis ({view.elevation_deg:.0f} degrees). {_CAMERA}"
        return ""

    def signals(self) -> Sequence[Signal]:
        rise, unit = "rise of the top hip", "% of trunk length"
        return [
            *super().signals(),
            *(Signal(f"hip_up_{side}", rise, unit, np.empty(0), side=side) for side in SIDES),
            Signal("feet", "distance between the feet", "trunk lengths", np.empty(0)),
        ]


def _straighter_knee_deg(pose: Pose) -> float:
    """The larger of both knees' inner angles, from world directions."""
    world = plain(pose.world_m)
    return max(joint_angle_deg(*(world[of_side(joint, side)] for joint in ("hip", "knee", "ankle"))) for side in SIDES)
