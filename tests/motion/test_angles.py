"""Angles over series are those of the single points in each frame."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formcheck.motion import angles, points
from formcheck.pose.pose import Array

FRAMES = 4
COORDINATE = st.one_of(st.floats(-1000, 1000, allow_nan=False), st.just(float("nan")))
SERIES_2D = arrays(float, (FRAMES, 3, 2), elements=COORDINATE)
SERIES_3D = arrays(float, (FRAMES, 3, 3), elements=COORDINATE)


@given(st.one_of(SERIES_2D, SERIES_3D))
def test_joint_angles(series: Array) -> None:
    each = [points.joint_angle_deg(*frame) for frame in series.tolist()]
    np.testing.assert_allclose(angles.joint_angle_deg(*np.moveaxis(series, 1, 0)), each, atol=1e-5)


@given(SERIES_2D)
def test_leans_from_the_vertical(series: Array) -> None:
    lower, upper, _ = np.moveaxis(series, 1, 0)
    each = [points.from_vertical_deg(a, b) for a, b, _ in series.tolist()]
    turns = (angles.from_vertical_deg(lower, upper) - each + 180) % 360 - 180
    np.testing.assert_allclose(turns, np.where(np.isnan(each), np.nan, 0.0), atol=1e-9)


@given(SERIES_2D)
def test_midpoints(series: Array) -> None:
    a, b, _ = np.moveaxis(series, 1, 0)
    each = [points.midpoint(first, second) for first, second, _ in series.tolist()]
    np.testing.assert_array_equal(angles.midpoint(a, b), each)
