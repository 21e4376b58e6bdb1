"""Which leg stands in a squat, and whether the other foot is in the air, told from the feet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from formcheck.exercises.lift import Lift
from formcheck.motion.points import Point
from formcheck.pose.landmarks import Landmark, Side, other
from formcheck.pose.pose import Array

_RAISED: Final = 0.45
"""Trunk lengths between the ankles' heights that no two-legged stance shows in perspective."""
_SOLE_SHOWN: Final = 0.03
_FOOT_TILTS: Final = 0.06
"""Trunk lengths that the toes of a lifted foot lie above its heel, and rise against it on the way down."""
_FOOT_AHEAD: Final = 0.20
_FOOT_CAME_FORWARD: Final = 0.25
"""Trunk lengths by which a lifted foot is nearer the camera at the bottom, and comes nearer on the way down; a trunk
that leans over two planted feet shows up to 0.18 and 0.22."""
_TOES_UNEQUAL: Final = 0.07
"""Trunk lengths between the toes' heights; two planted feet show up to 0.03 (rendered people)."""
_MOVES_MORE: Final = 1.4
_MOVES: Final = 0.05
"""A lifted foot moves this many times as far as the standing one, and at least so many trunk lengths."""
_STANDS_AT_REST: Final = 0.60
_STANDS_AT_BOTTOM: Final = 0.58
_STANDS_THROUGHOUT: Final = 0.62
"""Share of the way from the free to the standing foot at which the hips stand: over two feet they begin in the middle,
and only a lean carries them to one side at the bottom."""
_ENOUGH_SIGNS: Final = 2
"""No single sign tells every single-legged squat from every two-legged one (rendered people); two do."""
_ALIKE: Final = 1.25
PLANTED: Final = 0.15
"""Trunk lengths that the standing foot may seem to move; more is a step or a jump."""


def weight_right(xy: Sequence[Point], hips: Point, scale_px: float) -> float:
    """Where the hips stand between the feet: 0 over the left, 1 over the right; NaN with the feet together."""
    left_x, right_x = xy[Landmark.LEFT_ANKLE][0], xy[Landmark.RIGHT_ANKLE][0]
    if abs(left_x - right_x) < 0.2 * scale_px:
        return math.nan
    return (hips[0] - left_x) / (right_x - left_x)


def foot_travel(lift: Lift, side: Side) -> float:
    """How far an ankle moves in the image over the repetition, without the outermost tenths; trunk lengths."""
    ranges = [_range(lift.series(f"{name}_{side}")) for name in ("ankle_up", "ankle_right")]
    return math.hypot(*ranges)


def _range(values: Array) -> float:
    seen = values[np.isfinite(values)]
    if not len(seen):
        return math.nan
    low, high = np.quantile(seen, (0.1, 0.9)).tolist()
    return float(high - low)


def standing_leg(lift: Lift) -> Side:
    """The foot that moves less; where both move alike, the one that the hips lean to."""
    left, right = foot_travel(lift, "left"), foot_travel(lift, "right")
    weight = lift.at_top("weight_right")
    if math.isfinite(weight) and max(left, right) < _ALIKE * min(left, right):
        return "right" if weight > 0.5 else "left"
    return "left" if left < right else "right"


Stance = Literal["one leg", "unsure", "both legs"]


def told_stance(lift: Lift, standing: Side) -> Stance:
    """Whether the other foot is in the air: it hangs high, moves far, or two smaller signs agree; one leaves doubt."""
    free = other(standing)
    raised = lift.at_top(f"ankle_up_{free}") - lift.at_top(f"ankle_up_{standing}")
    if raised > _RAISED or foot_travel(lift, free) > max(0.2 * lift.span.amplitude, 0.12):
        return "one leg"
    signs = sum(_signs(lift, standing, free)) if lift.at_top("from_front") > 0.5 else 0
    if signs >= _ENOUGH_SIGNS:
        return "one leg"
    return "unsure" if signs else "both legs"


def _signs(lift: Lift, standing: Side, free: Side) -> tuple[bool, ...]:
    """What a lifted foot shows to a camera in front: its sole, its way forward, its travel, the hips' balance."""
    travel, free_travel = foot_travel(lift, standing), foot_travel(lift, free)
    toes = lift.at_top(f"tip_up_{free}") - lift.at_top(f"tip_up_{standing}")
    rest, bottom = (
        right if standing == "right" else 1 - right
        for right in (lift.at_rest("weight_right"), lift.at_top("weight_right"))
    )
    return (
        lift.at_top(f"toe_up_{free}") > _SOLE_SHOWN > lift.at_top(f"toe_up_{standing}"),
        _change(lift, f"toe_up_{free}") > _FOOT_TILTS,
        lift.at_top(f"ankle_back_{standing}") - lift.at_top(f"ankle_back_{free}") > _FOOT_AHEAD,
        _change(lift, f"ankle_back_{standing}") - _change(lift, f"ankle_back_{free}") > _FOOT_CAME_FORWARD,
        free_travel > max(_MOVES_MORE * travel, _MOVES),
        abs(toes) > _TOES_UNEQUAL,
        rest > _STANDS_AT_REST,
        bottom > _STANDS_AT_BOTTOM,
        min(rest, bottom) > _STANDS_THROUGHOUT,
    )


def _change(lift: Lift, name: str) -> float:
    """From rest to the turn."""
    return lift.at_top(name) - lift.at_rest(name)
