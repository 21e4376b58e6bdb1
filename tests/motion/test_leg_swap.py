"""Legs exchanged by the pose model are put right, and right ones are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from bench.accuracy_score import score_clip
from bench.scoring_truth import truths
from formcheck.motion.leg_swap import LegOrder, exchange_legs
from formcheck.pose.landmarks import SIDES, of_side
from formcheck.pose.pose import Pose
from tests.golden.make import CLIPS as CLIP_FILES
from tests.golden.tracks import golden, truth

CLIPS = ("running_side_clean", "running_side_faulty")


def ordered(poses):
    order = LegOrder()
    out = [done for pose in poses for done in order.push(pose)]
    return [*out, *order.finish()], order


def wrong(got, expected):
    return [
        i
        for i, (a, b) in enumerate(zip(got, expected, strict=True))
        if not np.array_equal(a.image_px, b.image_px, equal_nan=True)
    ]


def legs_error_px(poses, clip):
    """(n,) mean distance of both knees, ankles and heels from where the renderer put them."""
    names = truth(clip)["joints"]["names"]
    with np.load(CLIP_FILES / f"{clip}.truth.npz") as stored:
        joints_px = stored["joints_px"] * truth(clip)["joints"]["px_unit"]
    marks = [(of_side(j, s), names.index(f"{s}_{j}")) for j in ("knee", "ankle", "heel") for s in SIDES]
    return np.array(
        [
            np.mean([np.linalg.norm(pose.image_px[mark, :2] - joints_px[i, at]) for mark, at in marks])
            for i, pose in enumerate(poses)
        ]
    )


@pytest.mark.parametrize("clip", CLIPS)
def test_what_the_model_exchanged_is_put_right_and_the_rest_left_alone(clip):
    poses = list(golden(clip))
    got, order = ordered(poses)
    before, after = legs_error_px(poses, clip), legs_error_px(got, clip)
    assert after.mean() < before.mean()
    assert (after - before).max() < 3.0
    assert 0.0 < order.exchanged_share < 0.05


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("start", [40, 95, 160])
@pytest.mark.parametrize("length_s", [0.07, 0.15])
def test_a_short_exchange_is_put_right(clip, start, length_s):
    track = golden(clip)
    poses = list(track)
    end_s = track.t_s[start] + length_s
    given = [exchange_legs(p) if start <= i and p.t_s < end_s else p for i, p in enumerate(poses)]
    right, _ = ordered(poses)
    got, _ = ordered(given)
    assert len(wrong(given, poses)) > 1
    assert len(wrong(got, right)) <= 1


def test_exchanging_twice_changes_nothing():
    pose = golden("running_side_clean")[50]
    twice = exchange_legs(exchange_legs(pose))
    np.testing.assert_array_equal(twice.image_px, pose.image_px)
    np.testing.assert_array_equal(twice.visibility, pose.visibility)


def test_poses_come_back_in_order_and_none_is_lost():
    poses = [Pose.nobody(i / 30, (10, 10)) if i % 7 == 0 else p for i, p in enumerate(golden("running_side_clean"))]
    got, _ = ordered(poses)
    assert [p.t_s for p in got] == [p.t_s for p in poses]


def test_nobody_at_all():
    poses = [Pose.nobody(i / 30, (10, 10)) for i in range(60)]
    assert wrong(ordered(poses)[0], poses) == []


@pytest.mark.parametrize("clip", ["side_tune_12", "side_tune_f05", "side_tune_f11"])
def test_legs_that_pass_each_other_in_slow_film_do_not_bounce_off(clip):
    (truth_of,) = (known for known in truths(part="tune") if known.name == clip)
    scored = score_clip(truth_of)
    told = [pair for pair in scored.contacts if pair.read.side == pair.true.side]
    assert len(told) >= len(truth_of.contacts) - 1
