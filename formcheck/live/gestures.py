"""What a person says with the body: a raised hand, holding still, walking away."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np

from formcheck.motion.scale import torso_px
from formcheck.motion.view import BodyAxes, body_axes, posture_of
from formcheck.pose.landmarks import SIDES, Landmark, Side, of_side, other
from formcheck.pose.pose import Array, Pose

_SEEN: Final = 0.5
_ARM_UP: Final = 0.8
_UPPER_ARM_UP: Final = 0.4
_OTHER_ARM: Final = 0.3
"""Cosines against the vertical: the raised arm, its upper part, and what the other arm stays below."""

_STILL_TORSOS: Final = 0.08
_STILL_MARKS: Final = [
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
    Landmark.LEFT_KNEE,
    Landmark.RIGHT_KNEE,
    Landmark.LEFT_ANKLE,
    Landmark.RIGHT_ANKLE,
]
_TRUNK: Final = _STILL_MARKS[:4]
_FORGIVEN_S: Final = 0.25
_AWAY_TORSOS: Final = 2.0
_UPRIGHT_CHANGE: Final = 0.6


class Held:
    """How long something has been so, forgiving lapses of a quarter of a second."""

    def __init__(self, needed_s: float) -> None:
        self._needed_s = needed_s
        self._since_s = self._seen_s = math.nan

    def update(self, t_s: float, so: bool) -> float:
        """The share of the needed time, 0 to 1."""
        if so:
            self._since_s = t_s if math.isnan(self._since_s) else self._since_s
            self._seen_s = t_s
        elif not t_s - self._seen_s <= _FORGIVEN_S:
            self._since_s = math.nan
        return 0.0 if math.isnan(self._since_s) else min((t_s - self._since_s) / self._needed_s, 1.0)

    @property
    def since_s(self) -> float:
        """When it began; NaN while it is not so."""
        return self._since_s


def raised_hand(pose: Pose) -> Side | None:
    """The one arm that points straight up against gravity, if exactly one does.

    Up is read from the body's posture: a lying person's arms stretched overhead lie along the floor and are not up.
    """
    axes = body_axes(pose) if pose.found else None
    up = None if axes is None else _up(axes)
    if up is None:
        return None
    rises = {side: _arm_rise(pose, side, up) for side in SIDES}
    for side in SIDES:
        upper = _cosine(pose, of_side("shoulder", side), of_side("elbow", side), up)
        alone = not rises[other(side)] > _OTHER_ARM
        if alone and rises[side] > _ARM_UP and upper > _UPPER_ARM_UP and _seen(pose, side):
            return side
    return None


def _up(axes: BodyAxes) -> Array | None:
    """Against gravity, along the camera's axes."""
    posture = posture_of(axes)
    if posture == "upright":
        return axes.head
    if posture == "side_lying":
        return -axes.left if axes.left[1] > 0 else axes.left
    if posture in ("supine", "prone"):
        return axes.chest if posture == "supine" else -axes.chest
    return None


def _arm_rise(pose: Pose, side: Side, up: Array) -> float:
    return _cosine(pose, of_side("shoulder", side), of_side("wrist", side), up)


def _cosine(pose: Pose, start: Landmark, end: Landmark, up: Array) -> float:
    way = pose.world_m[end] - pose.world_m[start]
    length = float(np.linalg.norm(way))
    return float(way @ up) / length if length > 0 else math.nan


def _seen(pose: Pose, side: Side) -> bool:
    joints = (of_side(joint, side) for joint in ("shoulder", "elbow", "wrist"))
    return all(pose.visibility[joint] >= _SEEN for joint in joints)


class Stillness:
    """Whether trunk and legs have stayed where they are, within 8% of the trunk's length."""

    def __init__(self, over_s: float) -> None:
        self._over_s = over_s
        self._poses: deque[tuple[float, Array]] = deque()

    def update(self, pose: Pose) -> float:
        """The share of the time for which nothing has moved, 0 to 1."""
        scale_px = torso_px(pose)
        marks = pose.image_px[_STILL_MARKS, :2]
        if not (scale_px > 0 and np.isfinite(marks).all()):
            self._poses.clear()
            return 0.0
        while self._poses and not np.abs(self._poses[0][1] - marks).max() <= _STILL_TORSOS * scale_px:
            self._poses.popleft()
        self._poses.append((pose.t_s, marks))
        while self._poses[0][0] < pose.t_s - self._over_s:
            self._poses.popleft()
        still_s = pose.t_s - self._poses[0][0]
        return min(still_s / self._over_s * 1.02, 1.0)


class Place:
    """Where the set is done; tells whether the person has left it."""

    def __init__(self) -> None:
        self._hips: Array | None = None
        self._scale_px = self._upright = math.nan

    def left(self, pose: Pose) -> bool:
        """Whether this pose is elsewhere: not in the picture, two trunk lengths away, or up from lying."""
        axes = body_axes(pose) if pose.found and pose.visibility[_TRUNK].min() >= _SEEN else None
        if axes is None:
            return True
        hips = np.mean(pose.image_px[_TRUNK[2:], :2], axis=0)
        if self._hips is None:
            self._hips, self._scale_px, self._upright = hips, torso_px(pose), float(-axes.head[1])
            return False
        inside = bool((hips >= 0).all() and (hips <= np.array(pose.size_px)).all())
        far = float(np.linalg.norm(hips - self._hips)) > _AWAY_TORSOS * self._scale_px
        return not inside or far or self._got_up_or_lay_down(float(-axes.head[1]))

    def _got_up_or_lay_down(self, upright: float) -> bool:
        """Hips lifted over the shoulders of somebody who lies are neither."""
        rose = upright - self._upright
        return rose > _UPRIGHT_CHANGE or (self._upright > _UPRIGHT_CHANGE and rose < -_UPRIGHT_CHANGE)
