"""Which of a square's two poses is the true one, frame by frame, settled over time.

Seen nearly face-on, a small square fits two poses about equally well. What tells them apart: the fit itself, that a
body does not leap from one to the other, and where the landmarks say the pelvis faces. All three are costs (negative
log likelihoods); the cheapest way through all frames is taken (Viterbi 1967), and how much dearer the other pose would
be in each frame says how sure it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.tag_seen import Array

__all__ = ["SURE_MARGIN", "Resolved", "between_deg", "resolve", "turns_of"]

SURE_MARGIN: Final = 4.6
"""Odds of a hundred to one, as a natural logarithm: below, the other pose has to be reckoned with."""

_LEAST_PX: Final = 0.1
_MISFITS: Final = 3.0
"""Scatter of a corner in compressed film, or, where it is more, so many times the usual error of the pose that fits
better: a card that fits neither pose, since it is creased, tells little by fitting one of them less badly."""

_FIT_TOLD: Final = 6.0
"""How many frames' fits a film is worth: what misleads one, a crease or compression, misleads the next."""

_STILL_DEG: Final = 2.0
_SWIFT_DEG_PER_S: Final = 60.0
_SWIFT_FOR_S: Final = 0.5
"""How far a reading scatters, and how fast and for how long a pelvis turns at most while running."""

_LEAP_COST_MOST: Final = 25.0
_FACING_SD_DEG: Final = 15.0
_FACING_TOLD: Final = 3.0
"""How far landmarks may be off about where the tag faces (ours, from rendered people: 4 to 25 degrees), and how often
over a film they tell it anew: what puts them off, a belly's slope for one, does so in every frame alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """One pose for each frame.

    Attributes:
        turns: (n, 3, 3) rotations from the tag's axes to the camera's.
        others: (n, 3, 3) the poses that were not taken.
        margin: (n,) how much dearer the cheapest way through the other pose is, in natural logarithms of odds.
    """

    turns: Array
    others: Array
    margin: Array


def turns_of(rotations: Array) -> Array:
    """(..., 3, 3) matrices of rotation vectors (..., 3)."""
    angle = np.linalg.norm(rotations, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(rotations / np.maximum(angle[..., 0], 1e-12), -1, 0)
    zero = np.zeros_like(x)
    skew = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    matrices: Array = np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * (skew @ skew)
    return matrices


def between_deg(one: Array, two: Array) -> Array:
    """Angle of the rotation from one matrix to the other, (..., 3, 3) each."""
    cosine = (np.einsum("...ij,...ij->...", one, two) - 1) / 2
    angle: Array = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return angle


def resolve(
    t_s: Array, turns: Array, errors_px: Array, faces: Array, tilt_sd_deg: Array, clear: NDArray[np.bool_]
) -> Resolved:
    """Choose one of both poses in every frame.

    Args:
        t_s: (n,) times, increasing.
        turns: (n, 2, 3, 3) both poses.
        errors_px: (n, 2) how badly each fits, root mean square of the corners.
        faces: (n, 3) unit vector along which landmarks expect the tag to look, along the camera's axes; NaN: unknown.
        tilt_sd_deg: (n,) how far the tilt of either pose may be off.
        clear: (n,) whether all of the tag is seen, in one frame at least. Where something covers a corner both poses
            may come out the same, and the way through would change from one to the other there: of such a frame the
            pose nearer to the last clear one is taken.
    """
    own = _fit_cost(errors_px[clear]) + _facing_cost(turns[clear], faces[clear])
    best, margin = _chosen(own, _leap_cost(t_s[clear], turns[clear], tilt_sd_deg[clear]))
    before = np.maximum(np.cumsum(clear) - 1, 0)
    likely = turns[clear][np.arange(len(best)), best][before]
    taken = np.where(clear, best[before], np.argmin(between_deg(turns, likely[:, None]), axis=1))
    frames = np.arange(len(t_s))
    return Resolved(turns[frames, taken], turns[frames, 1 - taken], margin[before])


def _chosen(own: Array, leap: Array) -> tuple[NDArray[np.intp], Array]:
    """(n,) which pose is taken, and (n,) by what margin."""
    forward, backward = _cheapest(own, leap), _cheapest(own[::-1], leap[::-1].swapaxes(1, 2))[::-1]
    through = forward + backward - own
    return np.argmin(through, axis=1), np.abs(through[:, 0] - through[:, 1])


def _fit_cost(errors_px: Array) -> Array:
    """(n, 2); the scatter of corners is not known: where both poses fit badly, neither is much the better."""
    usual_px = max(_LEAST_PX, _MISFITS * float(np.median(errors_px.min(axis=1))))
    cost = 2 * np.log(errors_px**2 + usual_px**2)
    told: Array = (cost - cost.min(axis=1, keepdims=True)) * min(1.0, _FIT_TOLD / len(cost))
    return told


def _facing_cost(turns: Array, faces: Array) -> Array:
    cosine = np.clip(np.einsum("nki,ni->nk", turns[..., 2], faces), -1, 1)
    cost = 0.5 * (np.degrees(np.arccos(cosine)) / _FACING_SD_DEG) ** 2
    told: Array = np.nan_to_num(cost, nan=0.0) * min(1.0, _FACING_TOLD / len(turns))
    return told


def _leap_cost(t_s: Array, turns: Array, tilt_sd_deg: Array) -> Array:
    """(n - 1, 2, 2) from each pose of a frame to each of the next."""
    apart = between_deg(turns[:-1, :, None], turns[1:, None, :])
    swift = _SWIFT_DEG_PER_S * np.minimum(np.diff(t_s), _SWIFT_FOR_S)
    usual = np.sqrt(_STILL_DEG**2 + swift**2 + tilt_sd_deg[:-1] ** 2 + tilt_sd_deg[1:] ** 2)[:, None, None]
    cost: Array = np.minimum(0.5 * (apart / usual) ** 2, _LEAP_COST_MOST)
    return cost


def _cheapest(own: Array, leap: Array) -> Array:
    """(n, 2) the cheapest way from the first frame to each pose of each frame, its own cost among it."""
    costs = np.empty_like(own)
    here = (0.0, 0.0)
    steps = [(0.0, math.inf, math.inf, 0.0), *leap.reshape(-1, 4).tolist()]
    for i, ((a, b), (aa, ab, ba, bb)) in enumerate(zip(own.tolist(), steps, strict=True)):
        here = (min(here[0] + aa, here[1] + ba) + a, min(here[0] + ab, here[1] + bb) + b)
        costs[i] = here
    return costs
