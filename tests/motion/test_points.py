"""Angles and lengths of single points: known triangles, and what turning, moving and enlarging must not change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formcheck.motion.points import (
    cross,
    distance,
    dot,
    from_horizontal_deg,
    from_vertical_deg,
    frontal_plane_projection_deg,
    joint_angle_deg,
    midpoint,
    unit,
)
from formcheck.pose.pose import Array

COORDINATE = st.floats(-1000, 1000, allow_nan=False)
ANGLE = st.floats(-179, 179)
POINTS_2D = arrays(float, (3, 2), elements=COORDINATE)
POINTS_3D = arrays(float, (3, 3), elements=COORDINATE)
VECTOR = st.tuples(COORDINATE, COORDINATE, COORDINATE)
SHIFT = arrays(float, 2, elements=COORDINATE)


def turned(points: Array, angle_deg: float) -> Array:
    """Turned in the image about the origin."""
    a = math.radians(angle_deg)
    seen: Array = points @ np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    return seen


def along(angle_deg: float, length: float = 100.0) -> Array:
    """A vector from the vertical (up), leaning right by an angle."""
    a = math.radians(angle_deg)
    return np.array([length * math.sin(a), -length * math.cos(a)])


def apart(points: Array) -> bool:
    """No two of three points so close that an angle between them is rounding."""
    return all(np.linalg.norm(points[i] - points[i - 1]) > 1.0 for i in range(3))


def test_midpoint_is_halfway() -> None:
    np.testing.assert_array_equal(midpoint(np.array([0.0, 2.0]), np.array([4.0, -2.0])), [2.0, 0.0])


@given(POINTS_2D)
def test_midpoint_is_as_far_from_both(points: Array) -> None:
    middle = midpoint(points[0], points[1])
    assert distance(points[0], middle) == pytest.approx(distance(points[1], middle), abs=1e-6)


def test_distance_of_a_known_triangle() -> None:
    assert distance(np.array([0.0, 0.0]), np.array([3.0, 4.0])) == pytest.approx(5.0)


@given(POINTS_2D)
def test_distance_is_a_metric(points: Array) -> None:
    a, b, c = points
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 1e-6


@pytest.mark.parametrize(
    ("distal", "angle_deg"),
    [((0, 1), 90.0), ((1, 0), 0.0), ((-1, 0), 180.0), ((1, 1), 45.0), ((-1, 1), 135.0)],
)
def test_joint_angle_of_known_triangles(distal: tuple[float, float], angle_deg: float) -> None:
    angle = joint_angle_deg(np.array([1.0, 0.0]), np.zeros(2), np.array(distal, dtype=float))
    assert angle == pytest.approx(angle_deg)


@given(POINTS_3D)
def test_angles_of_a_triangle_sum_to_a_half_turn(points: Array) -> None:
    assume(apart(points))
    a, b, c = points
    total = joint_angle_deg(a, b, c) + joint_angle_deg(b, c, a) + joint_angle_deg(c, a, b)
    assert total == pytest.approx(180.0, abs=1e-3)


@given(POINTS_2D, ANGLE, SHIFT, st.floats(0.1, 10.0))
def test_joint_angle_does_not_depend_on_the_view(points: Array, angle_deg: float, shift: Array, factor: float) -> None:
    assume(apart(points))
    seen = turned(points, angle_deg) * factor + shift
    assert joint_angle_deg(*seen) == pytest.approx(joint_angle_deg(*points), abs=1e-3)


@given(POINTS_2D)
def test_joint_angle_is_the_same_from_either_end_and_in_a_mirror(points: Array) -> None:
    assume(apart(points))
    a, b, c = points
    assert joint_angle_deg(a, b, c) == pytest.approx(joint_angle_deg(c, b, a), abs=1e-6)
    assert joint_angle_deg(*(points * [-1.0, 1.0])) == pytest.approx(joint_angle_deg(a, b, c), abs=1e-6)


def test_joint_angle_where_points_coincide_is_unknown() -> None:
    point = np.array([1.0, 2.0])
    assert math.isnan(joint_angle_deg(point, point, np.zeros(2)))


def test_unseen_points_give_unknown_values() -> None:
    unseen, seen = np.full(2, np.nan), np.array([1.0, 2.0])
    assert math.isnan(joint_angle_deg(unseen, seen, np.zeros(2)))
    assert math.isnan(distance(unseen, seen))
    assert math.isnan(from_vertical_deg(unseen, seen))
    assert math.isnan(from_horizontal_deg(unseen, seen))
    assert math.isnan(frontal_plane_projection_deg(unseen, seen, np.zeros(2), 1.0))


@given(ANGLE)
def test_lean_is_read_back(angle_deg: float) -> None:
    foot = np.array([320.0, 240.0])
    assert from_vertical_deg(foot, foot + along(angle_deg)) == pytest.approx(angle_deg, abs=1e-6)


@given(st.floats(-89, 89))
def test_slope_is_lower_on_the_right_when_positive(angle_deg: float) -> None:
    right = np.array([math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))])
    assert from_horizontal_deg(np.zeros(2), right) == pytest.approx(angle_deg, abs=1e-6)
    assert (right[1] > 0) == (angle_deg > 0)


@given(st.floats(-40, 40), st.floats(-40, 40))
def test_projection_angle_is_thigh_against_shank(thigh_deg: float, shank_deg: float) -> None:
    """Leans counted from the ankle up, the midline to the right: the knee caves in when the thigh leans away."""
    knee = np.array([100.0, 300.0])
    hip, ankle = knee + along(thigh_deg), knee - along(shank_deg)
    angle = frontal_plane_projection_deg(hip, knee, ankle, medial_x=1.0)
    assert angle == pytest.approx(shank_deg - thigh_deg, abs=1e-6)


def test_a_knee_that_caves_in_is_valgus_on_either_leg() -> None:
    """In front of the camera the right leg is at the image's left, its midline to the image's right."""
    hip, ankle = np.array([0.0, 0.0]), np.array([0.0, 80.0])
    inward, outward = np.array([10.0, 40.0]), np.array([-10.0, 40.0])
    assert frontal_plane_projection_deg(hip, inward, ankle, medial_x=1.0) > 0
    assert frontal_plane_projection_deg(hip, outward, ankle, medial_x=1.0) < 0
    assert frontal_plane_projection_deg(hip, outward, ankle, medial_x=-1.0) > 0


@given(POINTS_2D, SHIFT, st.floats(0.1, 10.0))
def test_projection_angle_does_not_depend_on_place_and_size(points: Array, shift: Array, factor: float) -> None:
    assume(apart(points))
    hip, knee, ankle = points
    before = frontal_plane_projection_deg(hip, knee, ankle, 1.0)
    hip, knee, ankle = points * factor + shift
    after = frontal_plane_projection_deg(hip, knee, ankle, 1.0)
    assert math.remainder(after - before, 360.0) == pytest.approx(0.0, abs=1e-3)


@given(VECTOR, VECTOR)
def test_a_vector_product_stands_square_on_both(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    (ax, ay, az), (bx, by, bz) = a, b
    square = cross((ax, ay, az), (bx, by, bz))
    np.testing.assert_allclose(square, np.cross(a, b), atol=1e-6)
    assert dot(square, a) == pytest.approx(0.0, abs=1e-2)


def test_a_unit_vector_is_one_long_and_the_null_vector_has_none() -> None:
    assert unit((2.0, 3.0, 6.0)) == pytest.approx((2 / 7, 3 / 7, 6 / 7))
    assert all(map(math.isnan, unit((0.0, 0.0, 0.0))))
