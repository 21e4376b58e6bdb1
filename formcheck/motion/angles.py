"""Angles and lengths of joints in the image or in space; pure functions, NaN in gives NaN out.

Points are arrays whose last axis holds coordinates (2 in the image: x right, y down; 3 in space).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.pose.pose import Array


def midpoint(a: Array, b: Array) -> Array:
    """Halfway between two points."""
    middle: Array = (np.asarray(a, dtype=float) + np.asarray(b, dtype=float)) / 2
    return middle


def distance(a: Array, b: Array) -> Any:
    """Euclidean distance, in the points' unit."""
    return np.linalg.norm(np.asarray(a, dtype=float) - np.asarray(b, dtype=float), axis=-1)


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


def from_horizontal_deg(left: Array, right: Array) -> Any:
    """Slope of the line from ``left`` to ``right`` in the image, degrees, positive when ``right`` is lower."""
    d = np.asarray(right, dtype=float) - np.asarray(left, dtype=float)
    return np.degrees(np.arctan2(d[..., 1], d[..., 0]))


def frontal_plane_projection_deg(hip: Array, knee: Array, ankle: Array, medial_x: float) -> float:
    """Frontal plane projection angle (FPPA): how far the knee caves in, degrees, valgus positive.

    The angle between thigh line and shank line in the image, as in Herrington 2014.
    ``medial_x`` is +1 when the body's midline lies to the image's right of this leg, else -1.
    """
    thigh, shank = np.asarray(knee) - np.asarray(hip), np.asarray(ankle) - np.asarray(knee)
    thigh_deg = np.degrees(np.arctan2(thigh[0], thigh[1]))
    shank_deg = np.degrees(np.arctan2(shank[0], shank[1]))
    return float(medial_x * (thigh_deg - shank_deg))
