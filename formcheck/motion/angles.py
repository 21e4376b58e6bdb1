"""Angles of joints over whole series; pure functions, NaN in gives NaN out.

Points are arrays whose last axis holds coordinates (2 in the image: x right, y down; 3 in space). The same for the
single points of one frame, much quicker there: :mod:`formcheck.motion.points`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.pose.pose import Array


def midpoint(a: Array, b: Array) -> Array:
    """Halfway between two points."""
    middle: Array = (np.asarray(a, dtype=float) + np.asarray(b, dtype=float)) / 2
    return middle


def joint_angle_deg(proximal: Array, joint: Array, distal: Array) -> Any:
    """Inner angle at ``joint``, 0-180 degrees; 180 is a straight limb. NaN where two points coincide."""
    u, v = np.asarray(proximal) - np.asarray(joint), np.asarray(distal) - np.asarray(joint)
    norms = np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.where(norms > 0, np.sum(u * v, axis=-1) / norms, np.nan)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def from_vertical_deg(lower: Array, upper: Array) -> Any:
    """Lean of the line from ``lower`` to ``upper`` from the image's vertical, degrees, positive to the right."""
    d = np.asarray(upper, dtype=float) - np.asarray(lower, dtype=float)
    return np.degrees(np.arctan2(d[..., 0], -d[..., 1]))
