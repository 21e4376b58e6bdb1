"""The clips of the stretches: repeatable, split by body, with breaks, half-way movements and what is none."""

from __future__ import annotations

import pytest

from bench.cast import TEST, TUNE
from bench.holds import HOLDS, NEGATIVES, SHEETS, hold_clips
from bench.placing import EDGE, FAR, FORBIDDEN, NEAR, PRESCRIBED
from bench.plans import bench_clips
from bench.series import BenchClip
from sample_videos.renderer.plan import FIGURE_FOUR_STRETCH, PIGEON_POSE


@pytest.fixture(scope="module")
def clips() -> list[BenchClip]:
    """All of them as they are made."""
    return hold_clips()


def test_same_seed_gives_the_same_clips(clips: list[BenchClip]) -> None:
    assert hold_clips() == clips
    assert [clip.plan.camera for clip in hold_clips(seed=8)] != [clip.plan.camera for clip in clips]


def test_they_are_in_the_bench_under_names_of_their_own(clips: list[BenchClip]) -> None:
    names = [clip.name for clip in bench_clips()]
    assert len(names) == len(set(names))
    assert {clip.name for clip in clips} <= set(names)
    assert all(clip.name.startswith(f"{HOLDS[clip.plan.exercise]}_{clip.part}_") for clip in clips)


@pytest.mark.parametrize("what", ["body", "outfit", "camera"])
def test_parts_share_no_body_outfit_or_camera(clips: list[BenchClip], what: str) -> None:
    tune, test = ([getattr(c.plan, what) for c in clips if c.part == part] for part in (TUNE, TEST))
    assert tune
    assert test
    assert not any(thing in test for thing in tune)


@pytest.mark.parametrize("exercise", HOLDS)
@pytest.mark.parametrize("part", [TUNE, TEST])
def test_each_part_has_its_sets_and_negatives(clips: list[BenchClip], exercise: str, part: str) -> None:
    own = [c for c in clips if c.plan.exercise == exercise and c.part == part]
    assert sum(not c.negative for c in own) == len(SHEETS[part])
    assert [c.plan.shows for c in own if c.negative] == list(NEGATIVES[exercise][part])


def test_holds_last_some_seconds_and_half_way_movements_are_none(clips: list[BenchClip]) -> None:
    reps = [rep for clip in clips if not clip.negative for rep in clip.plan.reps]
    whole, half_way = ([rep for rep in reps if (rep.amplitude == 1.0) is full] for full in (True, False))
    assert all(4.0 <= rep.hold_s <= 12.0 for rep in whole)
    assert half_way
    assert all(rep.amplitude < 0.5 and not rep.faults for rep in half_way)


def test_only_pigeons_tip_their_hips_and_some_do_not(clips: list[BenchClip]) -> None:
    tipped = {clip.plan.exercise for clip in clips for rep in clip.plan.reps if rep.faults}
    assert tipped == {PIGEON_POSE}
    level = [c for c in clips if c.plan.exercise == PIGEON_POSE and not c.negative and not c.intended[-1]]
    assert {clip.part for clip in level} == {TUNE, TEST}


def test_cameras_are_near_or_at_the_edge_of_their_place(clips: list[BenchClip]) -> None:
    for clip in clips:
        placing = clip.placing
        off = {"height_m": abs(placing.height_off_m), "roll_deg": abs(placing.roll_deg)}
        limits = FAR if placing.place == EDGE else NEAR
        assert all(value <= limits[key] for key, value in off.items()), clip.name
        if placing.place == PRESCRIBED:
            assert abs(placing.yaw_off_deg) <= NEAR["yaw_deg"]
        if placing.place == FORBIDDEN:
            assert abs(placing.yaw_off_deg) >= 89.0


def test_the_figure_four_is_filmed_from_the_crossed_legs_side(clips: list[BenchClip]) -> None:
    for clip in clips:
        if clip.plan.exercise == FIGURE_FOUR_STRETCH and clip.placing.place != FORBIDDEN and not clip.negative:
            x, y, _ = clip.plan.camera.pos_m
            assert y > 0, clip.name
            assert (x < 0) == (clip.plan.side == "right"), clip.name
