"""Single points in plain numbers: for one frame many times quicker than arrays of two or three.

A point is a sequence of coordinates: x right and y down in the image, or x, y, z in space. NaN in gives NaN out.
For series of points see :mod:`formcheck.motion.angles`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul, sub

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose

__all__ = [
    "Point",
    "Vector",
    "cross",
    "distance",
    "dot",
    "finite",
    "from_horizontal_deg",
    "from_vertical_deg",
    "frontal_plane_projection_deg",
    "hips_px",
    "image_points",
    "joint_angle_deg",
    "midpoint",
    "minus",
    "plain",
    "plus",
    "shoulders_px",
    "times",
    "unit",
    "vector",
]

Point = Sequence[float]
Vector = tuple[float, float, float]


def plain(points: Array) -> list[list[float]]:
    """The rows of an array (n, k) as points."""
    rows: list[list[float]] = points.tolist()
    return rows


def image_points(pose: Pose) -> list[list[float]]:
    """All landmarks in the image, x and y in pixels, by landmark."""
    return plain(pose.image_px[:, :2])


def hips_px(pose: Pose) -> tuple[float, float]:
    """Halfway between the hips in the image."""
    left, right = plain(pose.image_px[Landmark.LEFT_HIP : Landmark.RIGHT_HIP + 1, :2])
    return midpoint(left, right)


def shoulders_px(pose: Pose) -> tuple[float, float]:
    """Halfway between the shoulders in the image."""
    left, right = plain(pose.image_px[Landmark.LEFT_SHOULDER : Landmark.RIGHT_SHOULDER + 1, :2])
    return midpoint(left, right)


def finite(point: Point) -> bool:
    """Whether all coordinates are known."""
    return all(map(math.isfinite, point))


def midpoint(a: Point, b: Point) -> tuple[float, float]:
    """Halfway between two points of the image."""
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def distance(a: Point, b: Point) -> float:
    """Between two points of the image, in their unit."""
    dx, dy = a[0] - b[0], a[1] - b[1]
    return math.sqrt(dx * dx + dy * dy)


def from_vertical_deg(lower: Point, upper: Point) -> float:
    """Lean of the line from ``lower`` to ``upper`` from the image's vertical, degrees, positive to the right."""
    return math.degrees(math.atan2(upper[0] - lower[0], -(upper[1] - lower[1])))


def from_horizontal_deg(left: Point, right: Point) -> float:
    """Slope of the line from ``left`` to ``right`` in the image, degrees, positive when ``right`` is lower."""
    return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


def frontal_plane_projection_deg(hip: Point, knee: Point, ankle: Point, medial_x: float) -> float:
    """Frontal plane projection angle (FPPA): how far the knee caves in, degrees, valgus positive.

    The angle between thigh line and shank line in the image, as in Herrington 2014.
    ``medial_x`` is +1 when the body's midline lies to the image's right of this leg, else -1.
    """
    thigh_deg = math.degrees(math.atan2(knee[0] - hip[0], knee[1] - hip[1]))
    shank_deg = math.degrees(math.atan2(ankle[0] - knee[0], ankle[1] - knee[1]))
    return medial_x * (thigh_deg - shank_deg)


def joint_angle_deg(proximal: Point, joint: Point, distal: Point) -> float:
    """Inner angle at ``joint``, 0-180 degrees; 180 is a straight limb. NaN where two points coincide."""
    u, v = list(map(sub, proximal, joint)), list(map(sub, distal, joint))
    lengths = math.sqrt(dot(u, u)) * math.sqrt(dot(v, v))
    if not lengths > 0:
        return math.nan
    return math.degrees(math.acos(max(-1.0, min(1.0, dot(u, v) / lengths))))


def vector(coordinates: Point) -> Vector:
    """Three coordinates as a direction in space."""
    x, y, z = coordinates
    return x, y, z


def plus(a: Point, b: Point) -> Vector:
    """Sum of two directions in space."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def minus(a: Point, b: Point) -> Vector:
    """From ``b`` to ``a`` in space."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def times(factor: float, v: Vector) -> Vector:
    """A direction in space made longer."""
    return factor * v[0], factor * v[1], factor * v[2]


def dot(a: Point, b: Point) -> float:
    """Scalar product."""
    product: float = sum(map(mul, a, b))
    return product


def cross(a: Vector, b: Vector) -> Vector:
    """Vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def unit(v: Vector) -> Vector:
    """Of length 1; NaN for the null vector."""
    x, y, z = v
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length) if length > 0 else (math.nan, math.nan, math.nan)
