"""Figure-4 stretch: on the back, one ankle over the other thigh, both drawn toward the chest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formcheck.exercises.beside import Beside, off_segment, trunk_seen, way
from formcheck.exercises.declare import About, Check, limit
from formcheck.exercises.hold_checker import HoldChecker
from formcheck.exercises.hold_declare import HoldTime, held_error
from formcheck.exercises.position import Asked, HeldOnce, Position
from formcheck.exercises.verdicts import not_assessed
from formcheck.motion.points import distance
from formcheck.motion.view import View, body_axes
from formcheck.pose.landmarks import SIDES, Side, other
from formcheck.pose.pose import Pose
from formcheck.results import Verdict

_TIME: Final = HoldTime(45, 60)
_CAMERA: Final = (
    "Put the camera diagonally at the foot end, on the side of the leg whose ankle is crossed, about 1.3 m high and "
    "2.2 m away, the whole body in the picture."
)
_FROM_THE_FEET: Final = 0.05
"""Share of the way to the feet in the direction to the camera, 0.3-0.6 as read from there, 0.1 and more in the hold:
square from the side legs that cross are mixed up."""
_FROM_THE_SIDE: Final = 0.45


@dataclass(frozen=True, slots=True)
class FigureFourStretchParams:
    """Limits of the figure-4 stretch."""

    least_hold_s: float = _TIME.least()
    hold_error_s: float = held_error()
    ankle_height_trunks: float = limit(
        0.40,
        unit="trunk lengths",
        low=0.1,
        high=1.0,
        help="height of the crossed ankle over the hips from which it lies on a raised thigh",
        source="ours",
    )
    ankle_off_trunks: float = limit(
        0.42,
        unit="trunk lengths",
        low=0.1,
        high=0.8,
        help="distance of the crossed ankle from the other thigh up to which it lies on it",
        source="ours",
    )
    drawn_in_trunks: float = limit(
        -0.10,
        unit="trunk lengths",
        low=-0.6,
        high=0.5,
        help="how far the other knee is headward of the hips from which the thigh is drawn in",
        source="ours",
    )


class FigureFourStretch(HoldChecker):
    """Times how long the crossed ankle lies on the drawn-in thigh; the side is the crossed leg's."""

    id = "figure_four_stretch"
    version = "1"
    title = "Figure-4 stretch"
    Params = FigureFourStretchParams
    fall = 0.4
    shown = ("ankle_height", "height of the crossed ankle over the hips", "trunk lengths")
    about = About(
        movement="On the back: one ankle over the other knee, and both legs drawn toward the chest. Held, one leg "
        "after the other.",
        dose=_TIME.dose(),
        camera=_CAMERA,
        counts="time with the ankle on the other thigh, which is drawn in",
        measures=(("unseen", "s"),),
        checks=(_TIME.check("stretch", _CAMERA),),
    )

    def camera_advice(self, view: View) -> str:
        return "" if _fits(view.toward_left, view.toward_head) else _CAMERA

    def look(self, pose: Pose, scale_px: float) -> Mapping[Side, Position]:
        axes = body_axes(pose) if trunk_seen(pose) else None
        if axes is None or not _fits(-float(axes.left[2]), -float(axes.head[2])):
            return {side: Position(()) for side in SIDES}
        body = Beside(pose, scale_px)
        on_back = Asked("on_back", -float(axes.chest[1]), 0.5, 0.2)
        near: Side = "left" if axes.left[2] < 0 else "right"
        return {near: self._position(body, near, on_back), other(near): _FAR}

    def _position(self, body: Beside, side: Side, on_back: Asked) -> Position:
        """With the ankle of ``side`` over the other thigh."""
        params, hips, shoulders = self.params, body.hips, body.shoulders
        hip, knee, foot = (body.joint(name, other(side)) for name in ("hip", "knee", "ankle"))
        ankle = body.joint("ankle", side)
        headward = way(hips[0], shoulders[0])
        along, off = off_segment(ankle, hip, knee)
        return Position(
            (
                Asked("ankle_height", ankle[1] - hips[1], params.ankle_height_trunks, 0.2),
                on_back,
                Asked("ankle_on_thigh", -off, -params.ankle_off_trunks, 0.15),
                Asked("ankle_near_knee", along, 0.45, 0.2),
                Asked("drawn_in", headward * (knee[0] - hips[0]), params.drawn_in_trunks, 0.15),
                Asked("crossed", distance(foot, knee) - distance(ankle, knee), 0.2, 0.2),
            )
        )

    def judge_position(self, check: Check, once: HeldOnce) -> Verdict:
        return not_assessed(check, f"no rule for {check.id}", once.side)


def _fits(toward_left: float, toward_head: float) -> bool:
    """Whether the camera stands diagonally at the foot end; unknown is no."""
    return abs(toward_left) >= _FROM_THE_SIDE and toward_head <= -_FROM_THE_FEET


_FAR: Final = Position((Asked("near", -1.0, 0.0, 0.25),))
"""The leg away from the camera is not told to be crossed: it would be told from the near one's too often."""
