"""Legs that the pose model confuses in the side view, told apart again by how they move.

Seen from the side one leg covers the other twice a stride, and the model may come out of that with
left and right exchanged. The vector from one leg to the other turns steadily through the stride (as the
feet pass each other, the swinging one is the higher), so an exchange reverses it from one frame to the
next. Readings of the recent frames (each as given or exchanged) are followed side by side; the one that goes on most
like it went before is right. Going on counts, and not only staying near: legs that pass each other and legs
that bounce off each other are equally near.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose

_LEFT: Final = (Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE, Landmark.LEFT_HEEL, Landmark.LEFT_FOOT_INDEX)
_RIGHT: Final = (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE, Landmark.RIGHT_HEEL, Landmark.RIGHT_FOOT_INDEX)
_EXCHANGE: Final = np.arange(len(Landmark))
_EXCHANGE[list(_LEFT + _RIGHT)] = _RIGHT + _LEFT

_DOUBT_PER_S: Final = 2.5
"""Cost, in trunk lengths a second, of holding that the model is wrong: it is right most of the time."""

_LONGEST_STEP_S: Final = 0.07
"""Between frames further apart than this the legs turn too far to tell an exchange."""

_FOLLOWED: Final = 8
"""Readings that are followed side by side."""

_VELOCITY_OVER_S: Final = 0.1
_CARRIED_ON: Final = 0.8
"""Time over which the legs' velocity is averaged, and the share of it with which they are expected to go on; these
give 458 of 464 contacts of rendered runs with their sides, expecting them to stay gave 401 or fewer."""


def exchange_legs(pose: Pose) -> Pose:
    """The same pose with left and right swapped from the knees down."""
    return replace(
        pose,
        image_px=pose.image_px[_EXCHANGE],
        world_m=pose.world_m[_EXCHANGE],
        visibility=pose.visibility[_EXCHANGE],
        presence=pose.presence[_EXCHANGE],
    )


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """One reading of the recent frames: ``signs`` of the frames not yet decided (-1 exchanged)."""

    cost: float
    signs: tuple[int, ...]
    t_s: float
    apart: Array
    velocity: Array


class LegOrder:
    """Gives each pose back ``lag_s`` later with its legs put right. Memory is ``lag_s`` of poses."""

    def __init__(self, lag_s: float = 0.4) -> None:
        self._lag_s = lag_s
        self._waiting: deque[Pose] = deque()
        self._hypotheses: list[_Hypothesis] = []
        self._decided = 0
        self._exchanged = 0

    @property
    def exchanged_share(self) -> float:
        """Share of the decided frames whose legs were exchanged."""
        return self._exchanged / self._decided if self._decided else 0.0

    def push(self, pose: Pose) -> list[Pose]:
        """Take the next pose; returns those that are decided by it."""
        self._waiting.append(pose)
        self._weigh(pose.t_s, _apart(pose))
        return self._decide(pose.t_s - self._lag_s)

    def finish(self) -> list[Pose]:
        """The stream ended or was cut: the poses still waiting; the next one is compared with nothing."""
        poses = self._decide(float("inf"))
        self._hypotheses = []
        return poses

    def _weigh(self, t_s: float, apart: Array) -> None:
        if not self._hypotheses or t_s - self._hypotheses[0].t_s > _LONGEST_STEP_S:
            self._begin(t_s, apart)
        elif not np.isfinite(apart).all():
            self._hypotheses = [replace(h, signs=(*h.signs, h.signs[-1] if h.signs else 1)) for h in self._hypotheses]
        else:
            extended = [_extended(h, sign, t_s, sign * apart) for h in self._hypotheses for sign in (1, -1)]
            self._hypotheses = sorted(extended, key=lambda h: h.cost)[:_FOLLOWED]

    def _begin(self, t_s: float, apart: Array) -> None:
        """Nothing to compare with: believe the model."""
        before = self._signs()
        if not np.isfinite(apart).all():
            t_s, apart = -np.inf, np.zeros_like(apart)
        self._hypotheses = [_Hypothesis(0.0, (*before, 1), t_s, apart, np.zeros_like(apart))]

    def _signs(self) -> tuple[int, ...]:
        return min(self._hypotheses, key=lambda h: h.cost).signs if self._hypotheses else ()

    def _decide(self, until_s: float) -> list[Pose]:
        count = sum(pose.t_s <= until_s for pose in self._waiting)
        signs = self._signs()[:count]
        poses = [self._waiting.popleft() for _ in range(count)]
        self._hypotheses = [replace(h, signs=h.signs[count:]) for h in self._hypotheses]
        self._decided += count
        self._exchanged += sum(sign < 0 for sign in signs)
        return [exchange_legs(pose) if sign < 0 else pose for pose, sign in zip(poses, signs, strict=True)]


def _extended(before: _Hypothesis, sign: int, t_s: float, apart: Array) -> _Hypothesis:
    """The hypothesis carried on by one frame; ``apart`` is already read with ``sign``."""
    elapsed_s = t_s - before.t_s
    moved = apart - before.apart
    surprise = float(np.linalg.norm(moved - _CARRIED_ON * elapsed_s * before.velocity))
    doubt = _DOUBT_PER_S * elapsed_s if sign < 0 else 0.0
    newer = 1 - math.exp(-elapsed_s / _VELOCITY_OVER_S)
    velocity = before.velocity + newer * (moved / elapsed_s - before.velocity)
    return _Hypothesis(before.cost + surprise + doubt, (*before.signs, sign), t_s, apart, velocity)


def _apart(pose: Pose) -> Array:
    """Left minus right of knee, ankle, heel and toes, in trunk lengths, flat; NaN where unseen.

    Heights count double, since they keep the legs apart while one passes the other.
    """
    px = pose.image_px[:, :2]
    hips = px[Landmark.LEFT_HIP] + px[Landmark.RIGHT_HIP]
    shoulders = px[Landmark.LEFT_SHOULDER] + px[Landmark.RIGHT_SHOULDER]
    torso = float(np.linalg.norm(shoulders - hips)) / 2
    if not torso > 0:
        return np.full(2 * len(_LEFT), np.nan)
    apart: Array = (px[list(_LEFT)] - px[list(_RIGHT)]) * (1.0, 2.0) / torso
    return apart.ravel()
