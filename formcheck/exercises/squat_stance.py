"""Which leg stands in a squat, and whether the other foot is in the air, told from the feet."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from formcheck.exercises.rep_checker import Lift
from formcheck.pose.landmarks import Landmark, Side, other
from formcheck.pose.pose import Array

_RAISED: Final = 0.45
"""Trunk lengths between the ankles' heights that no two-legged stance shows in perspective."""
_WEIGHT_ON_ONE_LEG: Final = 0.64
"""Share of the way from the free to the standing foot at which the hips balance on one leg."""
_FOOT_TILTS: Final = 0.04
"""Trunk lengths by which the toes of a lifted foot rise against its heel on the way down."""
_FOOT_AHEAD: Final = 0.15
_FOOT_CAME_FORWARD: Final = 0.06
"""Trunk lengths by which a lifted foot is nearer the camera at the bottom, and comes nearer on the way down."""
PLANTED: Final = 0.15
"""Trunk lengths that the standing foot may seem to move; more is a step or a jump."""


def weight_right(xy: Array, hips: Array, scale_px: float) -> float:
    """Where the hips stand between the feet: 0 over the left, 1 over the right; NaN with the feet together."""
    left_x, right_x = float(xy[Landmark.LEFT_ANKLE, 0]), float(xy[Landmark.RIGHT_ANKLE, 0])
    if abs(left_x - right_x) < 0.2 * scale_px:
        return math.nan
    return (float(hips[0]) - left_x) / (right_x - left_x)


def foot_travel(lift: Lift, side: Side) -> float:
    """How far an ankle moves in the image over the repetition, without the outermost tenths; trunk lengths."""
    ranges = [_range(lift.series(f"{name}_{side}")) for name in ("ankle_up", "ankle_right")]
    return math.hypot(*ranges)


def _range(values: Array) -> float:
    seen = values[np.isfinite(values)]
    return float(np.quantile(seen, 0.9) - np.quantile(seen, 0.1)) if len(seen) else math.nan


def on_one_leg(lift: Lift, stance: Side, free_travel: float) -> bool:
    """Whether the other foot is in the air: it moves, hangs high, shows its sole, or carries no weight."""
    free = other(stance)
    raised = lift.at_top(f"ankle_up_{free}") - lift.at_top(f"ankle_up_{stance}")
    if raised > _RAISED or free_travel > max(0.2 * lift.span.amplitude, 0.12):
        return True
    if lift.at_top("from_front") < 0.5:
        return False
    sole_shown = lift.at_top(f"toe_up_{free}") > 0.03 and lift.at_top(f"toe_up_{stance}") < 0.03
    tilted = _change(lift, f"toe_up_{free}") > _FOOT_TILTS
    ahead = lift.at_top(f"ankle_back_{stance}") - lift.at_top(f"ankle_back_{free}")
    came = _change(lift, f"ankle_back_{stance}") - _change(lift, f"ankle_back_{free}")
    forward = ahead > _FOOT_AHEAD or came > _FOOT_CAME_FORWARD
    weight = lift.at_top("weight_right") if stance == "right" else 1 - lift.at_top("weight_right")
    return sole_shown or tilted or forward or weight > _WEIGHT_ON_ONE_LEG


def _change(lift: Lift, name: str) -> float:
    """From rest to the turn."""
    return lift.at_top(name) - lift.at_rest(name)
