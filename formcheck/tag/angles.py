"""Angles of the pelvis as changes from where it was at a start, degrees.

The tag is never pinned on quite straight, so its own axes are not the pelvis's. Its turn since the start is the
pelvis's turn all the same, whatever its place; what has to be known is how the pelvis lay at the start, and
of that only where its left, its head and its front pointed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.pose.tag_seen import Array
from formcheck.tag.pelvis import Pelvis

__all__ = ["Start", "mean_turn", "roll_deg", "start_of", "twist_deg", "unit"]


_AXIS_KNOWN_DEG: Final = 10.0
"""A turn of that size tells the body's long axis as well as landmarks and card do. Ours, from rendered people."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The pelvis at a start, along the camera's axes.

    Attributes:
        turn: (3, 3) the tag's axes in the camera's.
        left, head, chest: (3,) unit vectors, square to each other; the left is the card's own.
        spine: (3,) the body's long axis as landmarks have it, however the card is pinned.
    """

    turn: Array
    left: Array
    head: Array
    chest: Array
    spine: Array


def mean_turn(turns: Array) -> Array:
    """(3, 3) the rotation nearest to all of (n, 3, 3)."""
    u, _, vt = np.linalg.svd(turns.sum(axis=0))
    nearest: Array = u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt
    return nearest


def start_of(pelvis: Pelvis, from_s: float, to_s: float) -> Start | None:
    """How the pelvis lay between two times; None where no tag was seen then."""
    inside = pelvis.within(from_s, to_s)
    if not inside.any():
        return None
    turn = mean_turn(pelvis.resolved.turns[inside])
    left = pelvis.left_of_tag(turn)
    spine = unit(np.median(pelvis.head[inside], axis=0))
    head = unit(spine - (spine @ left) * left)
    return Start(turn, left, head, np.cross(left, head), spine)


def roll_deg(turn: Array, start: Start) -> float:
    """The part of a rotation (3, 3) that is about the body's long axis, right-handed.

    At first that axis is halfway between where landmarks have the trunk and what is square to the card's left, each of
    which is off by 10 degrees and more; the further the pelvis has turned, the more the turn's own axis counts.
    """
    axis = unit(start.head + start.spine)
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]) / 2
    own = skew / max(float(np.linalg.norm(skew)), 1e-9)
    about_deg = float(twist_deg(turn[None], axis)[0])
    return float(twist_deg(turn[None], unit(_AXIS_KNOWN_DEG * axis + about_deg * own))[0])


def unit(vector: Array) -> Array:
    """Of length one."""
    scaled: Array = vector / np.linalg.norm(vector)
    return scaled


def twist_deg(turns: Array, axis: Array) -> Array:
    """(n,) the part of rotations (n, 3, 3) that is about an axis (3,), right-handed."""
    w = np.sqrt(np.maximum(0.0, 1 + np.trace(turns, axis1=1, axis2=2))) / 2
    skew = np.stack([turns[:, 2, 1] - turns[:, 1, 2], turns[:, 0, 2] - turns[:, 2, 0], turns[:, 1, 0] - turns[:, 0, 1]])
    along = axis @ skew / (4 * np.maximum(w, 1e-9))
    angle: Array = np.degrees(2 * np.arctan2(along, w))
    return angle
