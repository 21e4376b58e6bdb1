"""Which way the pelvis's left pointed at the start, when the tag is not worn quite in the middle.

When somebody squats or lifts the hips, the pelvis tilts about its own left-right axis by 25 to 40 degrees. A tag
worn 5 degrees round the waist (1.5 cm) shows 2 to 3 degrees of that as a drop of one hip, the same in every
repetition. So the heading is weighed: how likely is a card off the middle by so much, against how likely are
repetitions that all drop alike. Two-legged lifts are level by themselves and settle it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.pose.tag_seen import Array
from formcheck.tag.angles import Start, unit

__all__ = ["Lifted", "Placed", "level_left", "level_left_of", "level_lift_deg", "up_of_lying", "weighed"]

_OFF_MOST_DEG: Final = 30.0
_STEP_DEG: Final = 0.5
_LEVEL_SD_DEG: Final = 1.5
_REFERENCE_SD_DEG: Final = 1.0
_LEVEL_SHARE: Final = 0.6
"""How often a repetition is level, and within what scatter, by what is known before it was seen."""

_ALL_LEVEL, _ALL_ALIKE, _MIXED = 0.35, 0.25, 0.4
"""How often nothing drops in a set, every repetition alike, or some do: who drops once is likely to drop again, so that
many repetitions that drop alike do not prove a card off the middle."""

_DROPS_DEG: Final = (-3.0, 30.0)
"""Otherwise the free side drops by anything in between; it seldom rises."""

_LOOKS_UP: Final = 0.7
_NEVER: Final = 1e-6

_OFF_LEVEL_SD_DEG: Final = {"left": 4.0, "camera": 2.0, "spine": 10.0}
"""How far from level the card's left, the camera's own right and the trunk of somebody on the back are."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The pelvis (3, 3 rotation of the tag) at the turn of a movement.

    ``free`` is 1 where the left side is free to drop, -1 where the right one is, 0 where neither is (two legs).
    """

    turn: Array
    free: int


@dataclass(frozen=True, slots=True)
class Lifted:
    """How far the left of the pelvis rose since the start, degrees, and its standard deviation."""

    value: float
    sd: float


def weighed(start: Start, up: Array, placed: Sequence[Placed], off_sd_deg: float) -> list[Lifted]:
    """For each movement how far the left has risen, over all headings weighed by how likely they are.

    Args:
        start: the pelvis at the start, its left as the tag has it.
        up: (3,) points up.
        off_sd_deg: how far from the middle cards are worn, as a standard deviation.
    """
    headings = np.arange(-_OFF_MOST_DEG, _OFF_MOST_DEG + _STEP_DEG, _STEP_DEG)
    level = level_left(start, up)
    angles = np.radians(headings)[:, None]
    lefts = np.cos(angles) * level + np.sin(angles) * np.cross(up, level)
    since = np.array([each.turn @ start.turn.T for each in placed])
    lifts = _slopes_deg(np.einsum("iab,hb->hia", since, lefts) @ up)
    logs = -0.5 * (headings / off_sd_deg) ** 2
    free = np.array([each.free for each in placed])
    logs += np.log(_normal(lifts[:, free == 0], _REFERENCE_SD_DEG) + _NEVER).sum(axis=1)
    logs += _drops_log((-free * lifts)[:, free != 0])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    means = weights @ lifts
    spreads = np.sqrt(weights @ (lifts - means) ** 2)
    return [Lifted(float(mean), float(sd)) for mean, sd in zip(means, spreads, strict=True)]


def up_of_lying(start: Start) -> Array:
    """(3,) up, for somebody who lies on the back: as square as can be to what is level then.

    That is the card's left, the camera's right (it stands level, but looks down by who knows how much), and the trunk
    as landmarks have it, the least sure of the three.
    """
    level = (("left", start.left), ("camera", np.array([1.0, 0.0, 0.0])), ("spine", start.spine))
    scatter = sum(np.outer(way, way) / _OFF_LEVEL_SD_DEG[name] ** 2 for name, way in level)
    up: Array = np.linalg.eigh(scatter)[1][:, 0]
    return up if up @ start.chest > 0 else -up


def level_left(start: Start, up: Array) -> Array:
    """The start's left, brought level."""
    return level_left_of(start.turn, start.left, up)


def level_left_of(turn: Array, left: Array, up: Array) -> Array:
    """(3,) the left, brought level, of a card turned so (3, 3), whose own left is roughly ``left``.

    Of somebody upright it is square to where the card looks: so it does not matter how far the card is turned in its
    own plane, which on a sloping belly or sacrum points its left edge forward or back. Of somebody on the back the card
    looks up, and its own left has to do.
    """
    looks = turn[:, 2]
    if abs(looks @ up) > _LOOKS_UP:
        return unit(left - (left @ up) * up)
    beside = unit(np.cross(up, looks))
    return beside if beside @ left > 0 else -beside


def level_lift_deg(start: Start, up: Array, turn: Array) -> float:
    """How far a left that was level at the start has risen, for a card worn in the middle."""
    return float(_slopes_deg(turn @ start.turn.T @ level_left(start, up) @ up))


def _slopes_deg(rise: Array) -> Array:
    slopes: Array = np.degrees(np.arcsin(np.clip(rise, -1, 1)))
    return slopes


def _drops_log(drops_deg: Array) -> Array:
    """(h,) log likelihood of the drops (h, n) of a set's repetitions."""
    low, high = _DROPS_DEG
    count = drops_deg.shape[1]
    if not count:
        return np.zeros(len(drops_deg))
    level = _normal(drops_deg, _LEVEL_SD_DEG)
    anything = ((drops_deg > low) & (drops_deg < high)) / (high - low)
    mixed = _LEVEL_SHARE * level + (1 - _LEVEL_SHARE) * anything + _NEVER
    about_mean = _normal(drops_deg - drops_deg.mean(axis=1, keepdims=True), _LEVEL_SD_DEG)
    any_mean = anything.min(axis=1) * _LEVEL_SD_DEG * np.sqrt(2 * np.pi / count)
    together = _ALL_LEVEL * level.prod(axis=1) + _ALL_ALIKE * about_mean.prod(axis=1) * any_mean
    likelihood: Array = np.log(together + _MIXED * mixed.prod(axis=1))
    return likelihood


def _normal(values: Array, sd: float) -> Array:
    density: Array = np.exp(-0.5 * (values / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
    return density
