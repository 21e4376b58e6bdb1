"""The set-up check names the one thing to change, by the same rules that judge the set."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.live import wording
from formcheck.live.placement import PlacementCheck, placement_of
from formcheck.motion.view import View, ViewMonitor
from formcheck.pose.pose import Pose
from formcheck.pose.smoothing import smooth_recording
from tests.golden.tracks import cleanest, golden
from tests.streams import between


@cache
def good_view(exercise: str) -> View:
    """The view of the exercise's cleanest sample, as a live camera shows it: 30 times a second."""
    monitor = ViewMonitor()
    for pose in smooth_recording(golden(cleanest(exercise)), 6.0):
        monitor.update(pose)
    return replace(monitor.view(), frame_rate_hz=30.0)


def code(exercise: str, **changes: object) -> str | None:
    """The advice on that view with something changed."""
    view = replace(good_view(exercise), **changes)  # type: ignore[arg-type]
    advice = placement_of(view, get_exercise(exercise)()).advice
    return advice.code if advice else None


@pytest.mark.parametrize("exercise", exercise_ids())
def test_a_good_place_is_green(exercise: str) -> None:
    assert code(exercise) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"found_share": 0.1}, "nobody"),
        ({"brightness": 10.0}, "light"),
        ({"brightness": 40.0}, "light"),
        ({"frame_rate_hz": 6.0}, "too_slow"),
        ({"frame_rate_hz": 15.0}, "slow_camera"),
        ({"height_share": 0.1}, "closer"),
        ({"height_share": 0.25}, "closer"),
        ({"in_frame_share": 0.2}, "whole_body"),
    ],
)
@pytest.mark.parametrize("exercise", exercise_ids())
def test_what_is_wrong_with_the_picture(exercise: str, change: dict[str, object], said: str) -> None:
    assert code(exercise, **change) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [({"elevation_deg": 5.0}, "raise"), ({"in_frame_share": 0.2}, "whole_body"), ({"height_share": 0.1}, "closer")],
)
def test_a_slow_picture_hides_nothing_that_can_be_put_right(change: dict[str, object], said: str) -> None:
    assert code("clamshell", frame_rate_hz=15.0, **change) == said


def test_what_could_not_be_judged_blocks_and_what_could_does_not() -> None:
    squat = get_exercise("single_leg_box_squat")()
    good = good_view(squat.id)
    assert placement_of(replace(good, brightness=10.0), squat).blocked
    assert not placement_of(replace(good, brightness=40.0), squat).blocked
    slow = {rate_hz: placement_of(replace(good, frame_rate_hz=rate_hz), squat) for rate_hz in (6.0, 15.0)}
    assert [(slow[rate_hz].blocked, slow[rate_hz].good_enough) for rate_hz in slow] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("exercise", "change", "said"),
    [
        ("single_leg_box_squat", {"facing": "left", "yaw_deg": 0.0}, "facing_front"),
        ("running_rear", {"facing": "front", "yaw_deg": 0.0}, "facing_back"),
        ("running_side", {"facing": "front", "yaw_deg": 5.0}, "facing_side"),
        ("clamshell", {"elevation_deg": 5.0}, "raise"),
        ("clamshell", {"elevation_deg": 75.0}, "lower"),
        ("clamshell", {"posture": "supine"}, "posture_side_lying"),
        ("single_leg_glute_bridge", {"posture": "upright"}, "posture_supine"),
        ("single_leg_glute_bridge", {"elevation_deg": 8.0}, "raise"),
        ("single_leg_glute_bridge", {"toward_left": 0.1, "toward_chest": 0.7}, "facing_side"),
        ("glute_bridge", {"elevation_deg": 60.0}, "lower"),
        ("glute_bridge", {"facing": "front", "toward_left": 0.1, "toward_head": -0.9}, "facing_side"),
        ("side_lying_hip_abduction", {"elevation_deg": 3.0}, "raise"),
        ("side_lying_hip_abduction", {"facing": "back", "toward_chest": -0.8}, "facing_front"),
        ("side_lying_hip_abduction", {"posture": "supine"}, "posture_side_lying"),
        ("lateral_band_walk", {"facing": "right", "toward_left": -1.0, "yaw_deg": 0.0}, "facing_front"),
        ("lateral_band_walk", {"posture": "supine"}, "posture_upright"),
        ("pigeon_pose", {"toward_left": 0.1}, "facing_side"),
        ("hip_flexor_stretch", {"toward_left": 0.1}, "facing_side"),
        ("figure_four_stretch", {"toward_left": 0.95, "toward_head": 0.0}, "end_feet"),
        ("figure_four_stretch", {"toward_left": 0.8, "toward_head": 0.6}, "end_feet"),
        ("figure_four_stretch", {"toward_left": 0.1, "toward_head": -0.9}, "facing_side"),
    ],
)
def test_where_the_camera_or_the_person_should_be(exercise: str, change: dict[str, object], said: str) -> None:
    assert code(exercise, **change) == said


@pytest.mark.parametrize("exercise", exercise_ids())
def test_wherever_the_camera_stands_the_advice_says_what_to_do(exercise: str) -> None:
    """Never only that it has to be moved, and where the words do not say whereto, the exercise's own do."""
    ways = [("front", 0.9, 0.0), ("back", -0.9, 0.0), ("left", 0.0, 0.9), ("right", 0.0, -0.9)]
    checker = get_exercise(exercise)()
    for (facing, chest, left), head, elevation_deg in product(ways, (-0.8, -0.3, 0.0, 0.3, 0.8), (-10.0, 20.0, 70.0)):
        place = {"facing": facing, "yaw_deg": 0.0, "toward_chest": chest, "toward_left": left, "toward_head": head}
        view = replace(good_view(exercise), elevation_deg=elevation_deg, **place)  # type: ignore[arg-type]
        advice = placement_of(view, checker).advice
        assert (advice is None) == (not checker.camera_advice(view))
        if advice is not None:
            assert advice.code != "camera", place
            assert advice.hint == checker.about.camera


def test_an_unknown_view_still_gets_advice() -> None:
    for exercise in exercise_ids():
        assert placement_of(View(found_share=1.0, in_frame_share=1.0), get_exercise(exercise)()).advice is not None


def test_every_advice_has_words() -> None:
    assert all(text and not text.endswith(".") for text, _ in wording.ADVICE.values())


def test_before_anything_was_looked_at_nobody_is_told_to_move() -> None:
    squat = between(golden("squat_clean_right"), 0.0, 0.4)
    check = PlacementCheck(get_exercise("single_leg_box_squat")())
    advised = [check.update(pose).advice for pose in squat]
    assert {advice.code for advice in advised if advice} == {"looking"}


def test_the_check_follows_the_person_within_two_seconds() -> None:
    check = PlacementCheck(get_exercise("single_leg_box_squat")())
    squat = between(golden("squat_clean_right"), 0.0, 3.0)
    for pose in squat:
        placement = check.update(replace(pose, t_s=pose.t_s + 0.1))
    assert placement.advice is None
    for i in range(75):
        placement = check.update(Pose.nobody(3.2 + i / 25, squat.size_px, 120.0))
    assert placement.advice is not None
    assert placement.advice.code == "nobody"


def test_one_long_wait_is_not_a_slow_camera() -> None:
    """As in a file: what the middle picture waits for the next one tells the rate."""
    check = PlacementCheck(get_exercise("single_leg_box_squat")())
    for pose in between(golden("squat_clean_right"), 0.0, 1.8):
        placement = check.update(replace(pose, t_s=pose.t_s + (1.0 if pose.t_s > 0.3 else 0.0)))
        if pose.t_s > 0.4:
            assert placement.advice is None, pose.t_s


def test_leaving_on_one_side_only_is_told_to_move_over() -> None:
    squat = get_exercise("single_leg_box_squat")()
    poses = list(between(golden("squat_clean_right"), 0.0, 2.0))
    width = poses[0].size_px[0]
    leaning_out = [replace(p, image_px=p.image_px + np.array([0.45 * width, 0.0, 0.0])) for p in poses]
    advice = placement_of(replace(good_view(squat.id), in_frame_share=0.1), squat, leaning_out).advice
    assert advice is not None
    assert advice.code == "middle"
