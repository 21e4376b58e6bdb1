"""The person's own yardstick: trunk length in pixels, learnt at rest."""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import Final

from formcheck.motion.points import distance, hips_px, shoulders_px
from formcheck.pose.pose import Pose

_SAMPLE_EVERY_S: Final = 0.1
_KEPT_SAMPLES: Final = 60


def torso_px(pose: Pose) -> float:
    """Distance from the hips' to the shoulders' midpoint in the image, pixels."""
    return distance(shoulders_px(pose), hips_px(pose))


class BodyScale:
    """Running median of the trunk's length while the person rests; held during a repetition.

    Leaning toward the camera shortens the trunk in the image; a yardstick that changed within a
    repetition would bend the very signal it scales.
    """

    def __init__(self) -> None:
        self._lengths_px: deque[float] = deque(maxlen=_KEPT_SAMPLES)
        self._sampled_s = -math.inf
        self._median_px = math.nan

    def update(self, pose: Pose, *, resting: bool) -> float:
        """The yardstick in pixels after this pose; NaN until a trunk was seen."""
        due = pose.t_s - self._sampled_s >= _SAMPLE_EVERY_S - 1e-6
        if (due and resting) or not self._lengths_px:
            length_px = torso_px(pose)
            if math.isfinite(length_px) and length_px > 0:
                self._lengths_px.append(length_px)
                self._sampled_s = pose.t_s
                self._median_px = median(self._lengths_px)
        return self._median_px
