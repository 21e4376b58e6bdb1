"""The yardstick: the trunk's length in pixels, learnt at rest and held while moving."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.motion.scale import BodyScale, torso_px
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Pose
from tests.motion.bodies import SIZE_PX, seen


@given(st.floats(20, 800), st.floats(-180, 180), st.floats(-20, 40))
def test_trunk_is_as_long_as_it_looks(px_per_m: float, azimuth_deg: float, elevation_deg: float) -> None:
    pose = seen("upright", azimuth_deg, elevation_deg, px_per_m=px_per_m)
    assert torso_px(pose) == pytest.approx(0.5 * px_per_m * math.cos(math.radians(elevation_deg)))


def test_unseen_trunk_has_no_length() -> None:
    assert math.isnan(torso_px(Pose.nobody(0.0, SIZE_PX)))


def test_unknown_until_a_trunk_was_seen() -> None:
    scale = BodyScale()
    assert math.isnan(scale.update(Pose.nobody(0.0, SIZE_PX), resting=True))
    assert scale.update(seen(t_s=0.1), resting=False) == pytest.approx(75.0)


def test_follows_slowly_at_rest() -> None:
    scale = BodyScale()
    for i in range(20):
        scale.update(seen(t_s=i / 10), resting=True)
    assert scale.update(seen(t_s=2.0, px_per_m=300.0), resting=True) == pytest.approx(75.0)
    for i in range(60):
        held = scale.update(seen(t_s=2.1 + i / 10, px_per_m=300.0), resting=True)
    assert held == pytest.approx(150.0)


def test_does_not_bend_within_a_repetition() -> None:
    scale = BodyScale()
    for i in range(10):
        scale.update(seen(t_s=i / 10), resting=True)
    lengths = [scale.update(seen(t_s=1 + i / 10, px_per_m=90.0), resting=False) for i in range(100)]
    assert set(lengths) == {lengths[0]}


@given(st.integers(0, 2**32 - 1))
def test_single_wrong_poses_do_not_matter(seed: int) -> None:
    random, scale = np.random.default_rng(seed), BodyScale()
    wrong = set(random.choice(100, 30, replace=False).tolist())
    for i in range(100):
        held = scale.update(seen(t_s=i / 10, px_per_m=600.0 if i in wrong else 150.0), resting=True)
    assert held == pytest.approx(75.0)


def test_lost_frames_leave_it_alone() -> None:
    scale = BodyScale()
    scale.update(seen(), resting=True)
    gone = seen(t_s=1.0)
    image_px = gone.image_px.copy()
    image_px[Landmark.LEFT_SHOULDER] = np.nan
    assert scale.update(replace(gone, image_px=image_px), resting=True) == pytest.approx(75.0)


def test_frame_rate_does_not_matter() -> None:
    def after(rate_hz: float) -> float:
        scale = BodyScale()
        times = np.arange(0.0, 4.0, 1 / rate_hz)
        return [scale.update(seen(t_s=t, px_per_m=100 + 10 * t), resting=True) for t in times][-1]

    assert after(60.0) == pytest.approx(after(10.0), rel=0.01)
