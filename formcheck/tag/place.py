"""Where on the picture the hips are, and how long the trunk is there: the yardstick for where a tag may be worn."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.motion.points import hips_px
from formcheck.motion.scale import torso_px
from formcheck.pose.pose import Array, Pose

__all__ = ["hips_and_trunk_px"]

_TRUNKS_PER_BODY: Final = 4.0
"""Of the longer side of the body's box, where the trunk is seen from its end."""


def hips_and_trunk_px(pose: Pose) -> tuple[Array, float]:
    """The middle of the hips (2,), and the trunk's length as it would be seen from the side."""
    body_px = float(np.ptp(pose.image_px[:, :2], axis=0).max())
    return np.array(hips_px(pose)), max(torso_px(pose), body_px / _TRUNKS_PER_BODY)
