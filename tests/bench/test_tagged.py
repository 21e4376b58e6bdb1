"""The volume with tags: seen from everywhere that shows one, in every size, worn in every way, split by body."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from bench.cast import BODIES, TEST, TUNE
from bench.plans import bench_clips, every_clip
from bench.series import BenchClip
from bench.tag_places import ELSEWHERE
from bench.tag_wear import CODES, WEARS
from bench.tagged import BAD, CHECKS, PLACES, RUN_WORDS, SET_WORDS, SIZES_PX, TAGGED, WORN, tag_clips
from formcheck.tag.design import DEFAULT
from sample_videos.renderer.plan import RUNNING_REAR

PARTS = (TUNE, TEST)
COUNTS = {TUNE: 8, TEST: 12}
MAIN = ("clamshell", "single_leg_glute_bridge", "single_leg_box_squat", "running_rear")
FRAME_BUDGET = 30_000


@pytest.fixture(scope="module")
def clips() -> list[BenchClip]:
    """The volume as it is made."""
    return tag_clips()


def _measured(clips: list[BenchClip]) -> list[BenchClip]:
    """Those whose tag is to be read."""
    return [clip for clip in clips if clip.name.split("_")[2].startswith("t")]


def test_same_seed_gives_the_same_clips_and_they_come_last(clips: list[BenchClip]) -> None:
    assert tag_clips() == clips
    everything = every_clip()
    assert everything == [*bench_clips(), *clips]
    assert len({clip.name for clip in everything}) == len(everything)


def test_codes_are_the_product_s() -> None:
    assert {"front": DEFAULT.front_id, "back": DEFAULT.back_id} == CODES


@pytest.mark.parametrize("part", PARTS)
def test_columns_of_the_sheets_are_of_one_length(part: str) -> None:
    columns = [SIZES_PX[part], WORN[part], SET_WORDS[part].split(), RUN_WORDS[part].split()]
    columns += [PLACES[exercise][part] for exercise in MAIN]
    assert {len(column) for column in columns} == {COUNTS[part]}


@pytest.mark.parametrize("part", PARTS)
def test_every_exercise_has_its_clips_of_the_part_s_bodies(clips: list[BenchClip], part: str) -> None:
    own = [clip for clip in _measured(clips) if clip.part == part]
    assert Counter(clip.plan.exercise for clip in own) == {e: len(PLACES[e][part]) for e in TAGGED}
    assert all(COUNTS[part] == len(PLACES[exercise][part]) for exercise in MAIN)
    assert {clip.plan.body for clip in own} == set(BODIES[part])


@pytest.mark.parametrize("part", PARTS)
def test_every_place_that_shows_a_tag_is_there(clips: list[BenchClip], part: str) -> None:
    for exercise in TAGGED:
        views = {clip.placing.view for clip in _measured(clips) if (clip.plan.exercise, clip.part) == (exercise, part)}
        assert {there.view for there in ELSEWHERE[exercise].values()} <= views


@pytest.mark.parametrize("part", PARTS)
def test_half_is_clean_and_faults_come_in_three_sizes(part: str) -> None:
    for words in (SET_WORDS[part], RUN_WORDS[part]):
        letters = Counter(words.replace(" ", ""))
        assert set(letters) == set(".mfF")
        assert 0.35 < letters["."] / letters.total() < 0.6
        assert min(letters.values()) >= 2


def test_most_tags_are_large_and_some_are_small(clips: list[BenchClip]) -> None:
    for clip in clips:
        assert all(edge % 4 == 0 and edge <= 1280 for edge in clip.plan.camera.size_px)
    for part in PARTS:
        assert np.mean(np.array(SIZES_PX[part]) >= 35.0) >= 0.7
        assert min(SIZES_PX[part]) < 25.0 < max(SIZES_PX[part])


def test_every_way_of_wearing_is_shown(clips: list[BenchClip]) -> None:
    worn = {clip.wear.removesuffix(" and poster") for clip in clips}
    assert worn == {*WEARS, "none"}
    assert {clip.wear for clip in _measured(clips)} == {*WORN[TUNE], *WORN[TEST]}


def test_tags_are_worn_on_the_face_that_the_camera_sees(clips: list[BenchClip]) -> None:
    for clip in _measured(clips):
        (tag,) = clip.plan.tags
        assert tag.code == CODES[tag.where]
        behind = clip.placing.view == "behind" or clip.plan.exercise == RUNNING_REAR
        assert tag.where == ("back" if behind else "front")


def test_faults_are_the_pelvis_s_alone(clips: list[BenchClip]) -> None:
    for clip in clips:
        told = [rep.faults for rep in clip.plan.reps] or list(clip.plan.run.faults.values() if clip.plan.run else ())
        assert {check for faults in told for check in faults} <= {CHECKS[clip.plan.exercise]}
        assert told


def test_runs_are_long_enough_and_most_begin_with_standing(clips: list[BenchClip]) -> None:
    runs = [clip.plan.run for clip in _measured(clips) if clip.plan.run]
    assert all(run.duration_s * run.cadence_spm / 120.0 >= 8.5 for run in runs)
    assert 0.5 < np.mean([run.stand_s > 0.0 for run in runs]) < 0.8


def test_what_must_not_be_read_is_in_both_parts() -> None:
    for part in PARTS:
        shown = {scene.wear for exercise in MAIN for scene in BAD[exercise][part]}
        assert {"none", "hidden", "mirrored", "on a hand", "upside down", "flutters"} <= shown
    assert {"wrong code", "slides"} <= {scene.wear for exercise in MAIN for scene in BAD[exercise][TEST]}


def test_sheets_differ_between_exercises_and_between_clips(clips: list[BenchClip]) -> None:
    for a, b in pairwise(sorted(_measured(clips), key=lambda clip: clip.name)):
        assert a.plan.camera != b.plan.camera
        assert replace(a.plan, name="") != replace(b.plan, name="")


def test_there_are_not_too_many_frames(clips: list[BenchClip]) -> None:
    assert sum(clip.frames for clip in clips) < FRAME_BUDGET
