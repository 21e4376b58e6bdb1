"""Smoothing takes noise away and nothing else: no delay in recordings, no invention where nobody was seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.pose.pose import Array, Pose
from formcheck.pose.smoothing import OneEuroSmoother, smooth_recording
from formcheck.pose.track import PoseTrack
from tests.pose.conftest import pose_at, track_of


def track_with(t_s: Array, signal: Array) -> PoseTrack:
    """Everything moves with ``signal`` (n,)."""
    points = np.broadcast_to(signal[:, None, None], (len(t_s), 33, 3)).copy()
    return replace(track_of(len(t_s)), t_s=t_s, image_px=points, world_m=points.copy())


def jittered(n: int, fps: float, share: float, seed: int) -> Array:
    random = np.random.default_rng(seed)
    return (np.arange(n) + random.uniform(-share / 2, share / 2, n)) / fps


@settings(max_examples=30, deadline=None)
@given(
    value=st.floats(-1e4, 1e4),
    n=st.integers(0, 50),
    cutoff_hz=st.floats(0.5, 12),
    share=st.floats(0, 0.8),
)
def test_what_does_not_move_stays_where_it_is(value: float, n: int, cutoff_hz: float, share: float) -> None:
    track = track_with(jittered(n, 30, share, 1), np.full(n, value))

    smoothed = smooth_recording(track, cutoff_hz)

    np.testing.assert_allclose(smoothed.image_px, track.image_px, atol=1e-6)


@pytest.mark.parametrize("fps", [15, 30, 60, 240])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_recording_is_smoothed_without_delay(fps: float, share: float) -> None:
    t_s = jittered(int(6 * fps), fps, share, 2)
    track = track_with(t_s, np.sin(2 * np.pi * t_s))

    smoothed = smooth_recording(track, 6.0).image_px[:, 0, 0]

    inside = (t_s > 0.5) & (t_s < 5.5)
    in_phase = smoothed[inside] @ np.sin(2 * np.pi * t_s[inside])
    across = smoothed[inside] @ np.cos(2 * np.pi * t_s[inside])
    delay_s = -np.arctan2(across, in_phase) / (2 * np.pi)
    assert abs(delay_s) < 0.002
    assert np.abs(smoothed - track.image_px[:, 0, 0])[inside].max() < 0.06


def test_the_cutoff_halves_its_own_frequency_and_noise_beyond_it_goes() -> None:
    t_s = np.arange(600) / 60
    at_cutoff = smooth_recording(track_with(t_s, np.sin(2 * np.pi * 4 * t_s)), 4.0).image_px[100:500, 0, 0]
    beyond = smooth_recording(track_with(t_s, np.sin(2 * np.pi * 16 * t_s)), 4.0).image_px[100:500, 0, 0]

    assert np.abs(at_cutoff).max() == pytest.approx(0.5, abs=0.03)
    assert np.abs(beyond).max() < 0.01


def test_the_ends_of_a_movement_are_kept() -> None:
    t_s = np.arange(60) / 30
    track = track_with(t_s, 100 * t_s)

    np.testing.assert_allclose(smooth_recording(track, 5.0).image_px, track.image_px, atol=0.001)


def test_unseen_stays_unseen_and_spoils_nothing_around_it() -> None:
    track = track_of(90)
    image_px = track.image_px.copy()
    image_px[40:44, :] = np.nan
    image_px[60, 7] = np.nan
    image_px[:, 9] = np.nan

    smoothed = smooth_recording(replace(track, image_px=image_px), 5.0)

    np.testing.assert_array_equal(np.isnan(smoothed.image_px), np.isnan(image_px))


@settings(max_examples=30, deadline=None)
@given(n=st.integers(0, 40), seed=st.integers(0, 10_000), lost=st.floats(0, 1))
def test_nan_never_spreads(n: int, seed: int, lost: float) -> None:
    track = track_of(n, seed=seed)
    image_px = track.image_px.copy()
    image_px[np.random.default_rng(seed).random((n, 33)) < lost] = np.nan

    smoothed = smooth_recording(replace(track, image_px=image_px), 4.0)

    np.testing.assert_array_equal(np.isnan(smoothed.image_px), np.isnan(image_px))
    np.testing.assert_array_equal(smoothed.visibility, track.visibility)
    np.testing.assert_array_equal(smoothed.t_s, track.t_s)


def test_a_long_gap_parts_what_was_before_from_what_comes_after() -> None:
    t_s = np.arange(90) / 30
    signal = np.where(t_s < 1.5, 0.0, 100.0)
    image = track_with(t_s, signal)
    points = image.image_px.copy()
    points[40:50] = np.nan
    smoothed = smooth_recording(replace(image, image_px=points), 3.0).image_px

    np.testing.assert_allclose(smoothed[:40], 0, atol=1e-6)
    np.testing.assert_allclose(smoothed[50:], 100, atol=1e-6)


def test_a_short_gap_does_not_part_them() -> None:
    track = track_of(90, seed=3)
    points = track.image_px.copy()
    points[45:48] = np.nan
    whole = smooth_recording(track, 3.0).image_px
    gap = smooth_recording(replace(track, image_px=points), 3.0).image_px

    away = np.r_[0:30, 63:90]
    np.testing.assert_allclose(gap[away], whole[away], atol=1.0)


def test_too_few_frames_or_too_slow_ones_are_left_alone() -> None:
    few, slow = track_of(3), track_of(30, fps=5)

    np.testing.assert_array_equal(smooth_recording(few, 5.0).image_px, few.image_px)
    np.testing.assert_array_equal(smooth_recording(slow, 5.0).image_px, slow.image_px)


def test_the_track_given_is_not_changed() -> None:
    track = track_of()
    before = track.image_px.copy()

    smooth_recording(track, 4.0)

    np.testing.assert_array_equal(track.image_px, before)


@pytest.mark.parametrize("cutoff_hz", [0.0, -1.0, float("nan")])
def test_a_cutoff_has_to_be_positive(cutoff_hz: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        smooth_recording(track_of(), cutoff_hz)


def live(poses: list[Pose]) -> PoseTrack:
    smoother = OneEuroSmoother()
    return PoseTrack.from_poses([smoother(pose) for pose in poses])


def test_live_what_does_not_move_stays_where_it_is() -> None:
    poses = [pose_at(t_s) for t_s in jittered(60, 30, 0.8, 4)]

    np.testing.assert_allclose(live(poses).image_px[-1], poses[0].image_px, atol=1e-9)


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_live_trembling_is_calmed_and_movement_is_followed(fps: int) -> None:
    random = np.random.default_rng(5)
    still = [pose_at(i / fps, (320 + random.normal(0, 1), 240)) for i in range(10 * fps)]
    moving = [pose_at(i / fps, (320 + 100 * np.sin(np.pi * i / fps), 240)) for i in range(10 * fps)]
    settled = slice(fps, None)

    calmed = live(still).image_px[settled, 0, 0]
    followed_px = live(moving).image_px[settled, 0, 0]
    true_px = np.array([pose.image_px[0, 0] for pose in moving])[settled]

    assert calmed.std() < 0.75
    assert np.abs(followed_px - true_px).max() < 15


def test_live_a_landmark_out_of_sight_for_long_starts_anew() -> None:
    nobody = [Pose.nobody(1 + i / 30, (640, 480)) for i in range(30)]
    poses = [pose_at(i / 30) for i in range(30)] + nobody + [pose_at(2.0, (100.0, 240.0))]

    track = live(poses)

    np.testing.assert_array_equal(track.image_px[-1], poses[-1].image_px)
    assert np.isnan(track.image_px[30:60]).all()


def test_live_a_landmark_out_of_sight_for_a_moment_goes_on() -> None:
    poses = [
        *(pose_at(i / 30) for i in range(30)),
        Pose.nobody(1.0, (640, 480)),
        pose_at(1.03, (330.0, 240.0)),
    ]

    back = live(poses).image_px[-1, 0, 0]

    assert poses[0].image_px[0, 0] < back < poses[-1].image_px[0, 0]


def test_live_nan_of_one_landmark_is_not_its_neighbours() -> None:
    hidden = pose_at(1 / 30)
    hidden.image_px[7] = np.nan
    track = live([pose_at(0.0), hidden, pose_at(2 / 30)])

    assert np.isnan(track.image_px[1, 7]).all()
    assert np.isfinite(np.delete(track.image_px[1], 7, axis=0)).all()
    assert np.isfinite(track.image_px[2]).all()


def test_live_poses_and_visibility_are_left_as_they_are() -> None:
    pose = pose_at(0.5, (300.0, 200.0))
    before = pose.image_px.copy()
    smoother = OneEuroSmoother()
    smoother(pose_at(0.4))
    smoothed = smoother(pose)

    np.testing.assert_array_equal(pose.image_px, before)
    np.testing.assert_array_equal(smoothed.visibility, pose.visibility)


def test_live_a_reset_forgets_everything() -> None:
    smoother = OneEuroSmoother()
    smoother(pose_at(0.0))
    smoother.reset()
    pose = pose_at(0.01, (100.0, 100.0))

    np.testing.assert_array_equal(smoother(pose).image_px, pose.image_px)
