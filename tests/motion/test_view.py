"""The camera's place is read back from a body turned by known angles."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.motion.view import View, ViewMonitor, body_axes, posture_of
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Pose
from tests.motion.bodies import POSTURES, SIZE_PX, camera_axes, seen

LYING = [name for name in POSTURES if name != "upright"]
YAW = st.floats(-180, 180)


def watched(*poses: Pose) -> View:
    """The view after some poses."""
    monitor = ViewMonitor()
    for pose in poses:
        monitor.update(pose)
    return monitor.view()


@given(st.sampled_from(list(POSTURES)), YAW, st.floats(-30, 60))
def test_axes_are_the_bodys_axes_in_the_camera(lying: str, azimuth_deg: float, elevation_deg: float) -> None:
    axes = body_axes(seen(lying, azimuth_deg, elevation_deg))
    assert axes is not None
    expected = camera_axes(lying, azimuth_deg, elevation_deg).T
    np.testing.assert_allclose([axes.left, axes.head, axes.chest], expected, atol=1e-9)


@given(YAW, st.floats(-15, 35))
def test_upright_is_upright_from_all_around(azimuth_deg: float, elevation_deg: float) -> None:
    assert watched(seen("upright", azimuth_deg, elevation_deg)).posture == "upright"


@given(YAW, st.floats(-15, 35))
def test_yaw_and_elevation_are_read_back(azimuth_deg: float, elevation_deg: float) -> None:
    view = watched(seen("upright", azimuth_deg, elevation_deg))
    centre = {"front": 0.0, "left": 90.0, "back": 180.0, "right": -90.0}[view.facing]
    assert math.remainder(centre + view.yaw_deg - azimuth_deg, 360.0) == pytest.approx(0.0, abs=1e-6)
    assert abs(view.yaw_deg) <= 45.0 + 1e-6
    assert view.elevation_deg == pytest.approx(elevation_deg, abs=1e-6)


@pytest.mark.parametrize(
    ("azimuth_deg", "facing"),
    [(0, "front"), (30, "front"), (-60, "right"), (80, "left"), (170, "back"), (-140, "back")],
)
def test_the_side_of_the_body_that_is_seen(azimuth_deg: float, facing: str) -> None:
    assert watched(seen("upright", azimuth_deg)).facing == facing


@given(st.sampled_from(LYING), st.floats(-30, 30), st.floats(5, 50))
def test_lying_postures_and_their_elevation(lying: str, azimuth_deg: float, elevation_deg: float) -> None:
    """From beside a person who lies on back or belly, from the chest of one who lies on the side."""
    view = watched(seen(lying, azimuth_deg, elevation_deg))
    assert view.posture == POSTURES[lying]
    assert view.elevation_deg == pytest.approx(elevation_deg, abs=1e-6)


@given(st.sampled_from(["supine", "prone"]), st.floats(-30, 30), st.floats(5, 50))
def test_lying_is_told_from_the_other_side_as_well(lying: str, azimuth_deg: float, elevation_deg: float) -> None:
    assert watched(seen(lying, 180 + azimuth_deg, elevation_deg)).posture == lying


@given(st.sampled_from(list(POSTURES)), YAW, st.floats(-10, 35))
def test_a_mirror_turns_left_into_right(lying: str, azimuth_deg: float, elevation_deg: float) -> None:
    pose = seen(lying, azimuth_deg, elevation_deg)
    view, mirrored = watched(pose), watched(pose.mirrored())
    assert mirrored.posture == view.posture
    assert mirrored.toward_left == pytest.approx(-view.toward_left, abs=1e-9)
    assert mirrored.toward_chest == pytest.approx(view.toward_chest, abs=1e-9)
    assert mirrored.elevation_deg == pytest.approx(view.elevation_deg, abs=1e-6, nan_ok=True)


@given(st.floats(-40, 40), st.floats(0, 25), st.integers(0, 2**32 - 1))
def test_noise_and_single_wrong_poses_do_not_matter(azimuth_deg: float, elevation_deg: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    poses = [seen("upright", azimuth_deg, elevation_deg, i / 25, random.normal(0.0, 0.01, (33, 3))) for i in range(150)]
    for i in range(10, 150, 5):
        poses[i] = seen("supine", 90.0, 10.0, i / 25)
    view = watched(*poses)
    assert view.posture == "upright"
    assert view.yaw_deg + {"front": 0.0, "left": 90.0, "right": -90.0}[view.facing] == pytest.approx(azimuth_deg, abs=4)
    assert view.elevation_deg == pytest.approx(elevation_deg, abs=4)


def test_nothing_seen_is_nothing_known() -> None:
    assert watched() == View()
    nobody = watched(*(Pose.nobody(i / 25, SIZE_PX) for i in range(25)))
    assert (nobody.posture, nobody.facing, nobody.found_share) == ("unknown", "unknown", 0.0)


def test_a_body_without_a_trunk_has_no_axes() -> None:
    pose = seen()
    world = pose.world_m.copy()
    world[Landmark.LEFT_HIP] = np.nan
    assert body_axes(replace(pose, world_m=world)) is None
    assert body_axes(replace(pose, world_m=np.zeros((33, 3)))) is None


def test_hanging_upside_down_is_no_posture() -> None:
    axes = body_axes(seen())
    assert axes is not None
    assert posture_of(replace(axes, head=-axes.head, chest=-axes.chest)) == "unknown"


def test_shares_of_found_and_inside() -> None:
    outside = replace(seen(t_s=0.2), image_px=seen().image_px + np.array([400.0, 0.0, 0.0]))
    poses = [seen(t_s=0.0), seen(t_s=0.1), outside, Pose.nobody(0.3, SIZE_PX)]
    view = watched(*poses)
    assert view.found_share == pytest.approx(0.75)
    assert view.in_frame_share == pytest.approx(2 / 3)
    assert view.brightness == 120.0


def test_height_is_the_share_of_the_frame() -> None:
    pose = seen(px_per_m=100.0)
    assert watched(pose).height_share == pytest.approx((0.66 + 0.84) * 100.0 / 480)


@pytest.mark.parametrize("rate_hz", [10.0, 25.0, 59.94])
def test_frame_rate_is_the_usual_distance_of_frames(rate_hz: float) -> None:
    times = [i / rate_hz for i in range(50) if i not in (7, 20, 21)]
    view = watched(*(seen(t_s=t) for t in times))
    assert view.frame_rate_hz == pytest.approx(rate_hz)
    assert view.duration_s == pytest.approx(times[-1])


def test_memory_is_bounded() -> None:
    monitor, sizes = ViewMonitor(), []
    for i in range(2400):
        monitor.update(seen(t_s=i / 10))
        sizes.append(len(pickle.dumps(monitor)) if i % 600 == 599 else 0)
    assert sizes[-1] <= sizes[1199] + 64
