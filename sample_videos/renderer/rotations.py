"""Rotation matrices (3 x 3, acting on column vectors) and unit vectors. Angles in degrees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
VectorLike = FloatArray | Sequence[float]

IDENTITY: FloatArray = np.eye(3)
MIRROR_X: FloatArray = np.diag([-1.0, 1.0, 1.0])
_TINY = 1e-12


def vector(values: VectorLike) -> FloatArray:
    """Copy three numbers into a float array."""
    return np.array(values, dtype=np.float64)


def unit(values: VectorLike) -> FloatArray:
    """Scale a vector to length one; a zero vector stays zero."""
    array = vector(values)
    return array / (float(np.linalg.norm(array)) + _TINY)


def cross_matrix(axis: FloatArray) -> FloatArray:
    """Matrix K with K @ v = axis x v."""
    x, y, z = axis
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])


def about_axis_deg(axis: VectorLike, angle_deg: float) -> FloatArray:
    """Right-handed turn about an arbitrary axis (Rodrigues' formula)."""
    k = cross_matrix(unit(axis))
    angle = np.radians(angle_deg)
    turn: FloatArray = IDENTITY + np.sin(angle) * k + (1.0 - np.cos(angle)) * (k @ k)
    return turn


def about_x_deg(angle_deg: float) -> FloatArray:
    """Turn about +X: positive leans an upright person forward."""
    return about_axis_deg((1.0, 0.0, 0.0), angle_deg)


def about_y_deg(angle_deg: float) -> FloatArray:
    """Turn about +Y: positive leans an upright person to their left."""
    return about_axis_deg((0.0, 1.0, 0.0), angle_deg)


def about_z_deg(angle_deg: float) -> FloatArray:
    """Turn about +Z: positive turns an upright person to their left."""
    return about_axis_deg((0.0, 0.0, 1.0), angle_deg)


def carrying(start: VectorLike, goal: VectorLike) -> FloatArray:
    """Smallest rotation that carries direction `start` onto `goal` (not for opposite directions)."""
    a, b = unit(start), unit(goal)
    k = cross_matrix(np.cross(a, b))
    return IDENTITY + k + k @ k / (1.0 + float(a @ b) + _TINY)


def angle_of_deg(rotation: FloatArray) -> float:
    """Size of a rotation, 0 to 180 degrees."""
    cosine = (float(np.trace(rotation)) - 1.0) / 2.0
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def blend(start: FloatArray, goal: FloatArray, fraction: float) -> FloatArray:
    """Rotation `fraction` of the way from `start` to `goal` along the shortest arc."""
    step = start.T @ goal
    angle_deg = angle_of_deg(step)
    if angle_deg < 1e-6 or fraction == 0.0:
        return start
    axis = vector([step[2, 1] - step[1, 2], step[0, 2] - step[2, 0], step[1, 0] - step[0, 1]])
    return start @ about_axis_deg(axis, angle_deg * fraction)


def mirrored(rotation: FloatArray) -> FloatArray:
    """The same rotation seen in a mirror standing in the plane x = 0."""
    return MIRROR_X @ rotation @ MIRROR_X


def angle_between_deg(a: VectorLike, b: VectorLike) -> float:
    """Unsigned angle between two directions."""
    return float(np.degrees(np.arccos(np.clip(unit(a) @ unit(b), -1.0, 1.0))))


def turn_of_deg(rotation: FloatArray) -> FloatArray:
    """Axis times angle in degrees, 0 to 180 (by the quaternion: Bar-Itzhack 2000, of a true rotation)."""
    a, b, c = rotation
    k = np.array(
        [
            [a[0] - b[1] - c[2], b[0] + a[1], c[0] + a[2], c[1] - b[2]],
            [b[0] + a[1], b[1] - a[0] - c[2], c[1] + b[2], a[2] - c[0]],
            [c[0] + a[2], c[1] + b[2], c[2] - a[0] - b[1], b[0] - a[1]],
            [c[1] - b[2], a[2] - c[0], b[0] - a[1], a[0] + b[1] + c[2]],
        ]
    )
    quaternion = np.linalg.eigh(k)[1][:, -1]
    quaternion = quaternion * (1.0 if quaternion[3] >= 0.0 else -1.0)
    sine = float(np.linalg.norm(quaternion[:3]))
    angle = 2.0 * np.degrees(np.arctan2(sine, quaternion[3]))
    turn: FloatArray = quaternion[:3] / max(sine, _TINY) * angle
    return turn
