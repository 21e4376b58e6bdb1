"""The camera's focal length, as the tag itself shows it over a set.

A slanted tag's far edge is shorter than its near edge, the more so the wider the camera's angle is. One frame tells
little of that; all frames of a set tell the focal length to about a tenth where the tag is slanted or large, and where
they do not, it stays near what is usual. It matters where a tag moves in the picture: a squat filmed from 30 degrees
aside reads 3.5 degrees off with a focal length that is wrong by three quarters (ours, from rendered people).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.pose.tag_seen import Array
from formcheck.tag.solve import solved

__all__ = ["focal_px"]

_PER_LONG_SIDE: Final = np.geomspace(0.65, 2.2, 12)
_USUAL: Final = 1.0
_USUAL_SPREAD: Final = 0.4
"""Of its logarithm: wide phones have 0.7, cameras that stand farther off 1.0-1.8."""

_STEP: Final = 0.02
"""Of its logarithm: no finer than it can be told, so that poses hold while a recording goes on."""

_FRAMES: Final = 80
_LOOKS: Final = 10.0
"""How many of a film's frames count as independent: what compression does to corners lasts, and a bend all the film."""

_LEAST_PX: Final = 0.03
"""An error of the corners that no film goes below."""


def focal_px(corners_px: Array, turns: Array, long_side_px: float) -> float:
    """The likeliest focal length.

    Args:
        corners_px: (n, 4, 2) from the middle of the picture.
        turns: (n, 2, 3, 3) both poses of each frame, for any focal length.
        long_side_px: of the picture.
    """
    some = np.unique(np.linspace(0, len(turns) - 1, _FRAMES).astype(int))
    cost = [
        _misfit_cost(corners_px[some], turns[some], ratio * long_side_px)
        + 0.5 * (np.log(ratio / _USUAL) / _USUAL_SPREAD) ** 2
        for ratio in _PER_LONG_SIDE
    ]
    likeliest = _lowest(np.log(_PER_LONG_SIDE), np.array(cost))
    return float(np.exp(_STEP * round(likeliest / _STEP))) * long_side_px


def _misfit_cost(corners_px: Array, turns: Array, focal: float) -> float:
    """Negative log likelihood, with a scatter of corners that is not known before."""
    errors_px = solved(corners_px, turns, focal)[1].min(axis=1)
    usual = np.mean(np.minimum(errors_px, 3 * np.median(errors_px)) ** 2)
    return _LOOKS * float(np.log(usual + _LEAST_PX**2))


def _lowest(logs: Array, cost: Array) -> float:
    """Between the values that were tried, by a parabola through the cheapest and its neighbours."""
    i = int(np.clip(cost.argmin(), 1, len(cost) - 2))
    bend, slope, _ = np.polyfit(logs[i - 1 : i + 2] - logs[i], cost[i - 1 : i + 2], 2)
    shift = -slope / (2 * bend) if bend > 0 else 0.0
    return float(logs[i] + np.clip(shift, logs[i - 1] - logs[i], logs[i + 1] - logs[i]))
