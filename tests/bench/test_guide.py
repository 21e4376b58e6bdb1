"""The clips of the guide's other counted exercises: repeatable, split by body, each fault in both sizes."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.faults import SIZES
from bench.guide import GUIDE, LETTERS, NEAR_MISSES, SHEETS, guide_clips
from bench.guide_places import REFUSED
from bench.placing import FORBIDDEN
from bench.series import BenchClip
from sample_videos.renderer.plan import LATERAL_BAND_WALK


@pytest.fixture(scope="module")
def clips() -> list[BenchClip]:
    """All of them as they are made."""
    return guide_clips()


def _part(clips: list[BenchClip], part: str) -> list[BenchClip]:
    return [clip for clip in clips if clip.part == part]


def test_same_seed_gives_the_same_clips(clips: list[BenchClip]) -> None:
    assert guide_clips() == clips
    assert [clip.plan.camera for clip in guide_clips(seed=8)] != [clip.plan.camera for clip in clips]


def test_names_are_unique_and_tell_exercise_and_part(clips: list[BenchClip]) -> None:
    assert len({clip.name for clip in clips}) == len(clips)
    for clip in clips:
        assert clip.name.startswith(f"{GUIDE[clip.plan.exercise]}_{clip.part}_")


@pytest.mark.parametrize("what", ["body", "outfit", "camera"])
def test_parts_share_no_body_outfit_or_camera(clips: list[BenchClip], what: str) -> None:
    tune, test = ([getattr(clip.plan, what) for clip in _part(clips, part)] for part in ("tune", "test"))
    assert tune
    assert test
    assert not any(thing in test for thing in tune)


def test_letters_name_every_check_that_is_faulted(clips: list[BenchClip]) -> None:
    for exercise, letters in LETTERS.items():
        assert set(letters.values()) == set(SIZES[exercise])


@pytest.mark.parametrize("part", ["tune", "test"])
def test_every_fault_comes_moderate_or_severe_in_each_part(clips: list[BenchClip], part: str) -> None:
    found = Counter(
        (clip.plan.exercise, fault.check) for clip in _part(clips, part) for faults in clip.intended for fault in faults
    )
    planned = {(exercise, check) for exercise, letters in LETTERS.items() for check in letters.values()}
    assert planned - set(found) == set()


def test_refused_views_are_of_the_exercise(clips: list[BenchClip]) -> None:
    refused = [clip for clip in clips if clip.placing.place == FORBIDDEN]
    assert {clip.plan.exercise for clip in refused} == set(GUIDE)
    for clip in refused:
        assert clip.placing.view in {view.view for view in REFUSED[clip.plan.exercise]}


def test_negatives_show_something_else(clips: list[BenchClip]) -> None:
    for clip in clips:
        assert clip.negative == (not clip.intended)
        if clip.negative:
            assert clip.plan.shows != clip.plan.exercise
            assert clip.plan.shows in {
                miss.shows for misses in NEAR_MISSES[clip.plan.exercise].values() for miss in misses
            }


def test_steps_go_both_ways() -> None:
    for words in SHEETS[LATERAL_BAND_WALK].values():
        assert all(len(word) == 8 for word in words.split())
