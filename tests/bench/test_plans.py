"""The clips of the first volume: repeatable, balanced, within their ranges, and split by body."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest

from bench.faults import GRADES, SIZES
from bench.placing import EDGE, FAR, FORBIDDEN, NEAR, PRESCRIBED
from bench.plans import COUNTS, NEGATIVES, first_volume
from bench.series import SHORT, BenchClip

EXERCISES = tuple(SHORT)
FRAME_BUDGET = 70_000
FIRST_VOLUME_SHA256 = "930ea92419eb134a0909f40f77af983aae9576781a6128897e192260ecf98dcc"


@pytest.fixture(scope="module")
def clips() -> list[BenchClip]:
    """The first volume as it is made."""
    return first_volume()


def _part(clips: list[BenchClip], part: str) -> list[BenchClip]:
    return [clip for clip in clips if clip.part == part]


def test_same_seed_gives_the_same_clips(clips: list[BenchClip]) -> None:
    assert first_volume() == clips


def _as_text(clip: BenchClip) -> str:
    plan = clip.plan
    who = (plan.name, plan.exercise, plan.side, plan.seed, plan.fps, plan.body.name, plan.outfit.name, plan.room.name)
    how = (plan.camera, plan.box_height_m, plan.crf, plan.sensor, plan.set_up, plan.shows, plan.reps, plan.run)
    return " ".join(str(part) for part in (*who, *how, clip.placing, clip.grades(), clip.negative))


def test_clips_are_those_whose_data_are_kept(clips: list[BenchClip]) -> None:
    text = "\n".join(_as_text(clip) for clip in clips)
    assert hashlib.sha256(text.encode()).hexdigest() == FIRST_VOLUME_SHA256


def test_another_seed_gives_others(clips: list[BenchClip]) -> None:
    others = first_volume(seed=8)
    assert [clip.name for clip in others] != []
    assert all(a.plan.camera != b.plan.camera for a, b in zip(clips, others, strict=True))


def test_there_are_enough_clips_and_not_too_many_frames(clips: list[BenchClip]) -> None:
    assert len(clips) >= 200
    assert sum(clip.negative for clip in clips) >= 15
    assert sum(clip.frames for clip in clips) < FRAME_BUDGET


def test_names_are_unique_and_tell_exercise_and_part(clips: list[BenchClip]) -> None:
    assert len({clip.name for clip in clips}) == len(clips)
    for clip in clips:
        assert clip.name.startswith(f"{SHORT[clip.plan.exercise]}_{clip.part}_")


@pytest.mark.parametrize("what", ["body", "outfit", "camera"])
def test_parts_share_no_body_outfit_or_camera(clips: list[BenchClip], what: str) -> None:
    tune, test = ([getattr(clip.plan, what) for clip in _part(clips, part)] for part in ("tune", "test"))
    assert tune
    assert test
    assert not any(thing in test for thing in tune)


def test_four_of_ten_clips_are_for_tuning(clips: list[BenchClip]) -> None:
    share = len(_part(clips, "tune")) / len(clips)
    assert 0.35 < share < 0.45


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("part", ["tune", "test"])
def test_each_part_has_the_planned_clips_of_each_exercise(clips: list[BenchClip], exercise: str, part: str) -> None:
    mine = [clip for clip in _part(clips, part) if clip.plan.exercise == exercise]
    assert sum(not clip.negative for clip in mine) == COUNTS[exercise][part]
    assert sum(clip.negative for clip in mine) == len(NEGATIVES[exercise][part])


@pytest.mark.parametrize("exercise", EXERCISES)
def test_cameras_stand_where_they_are_said_to_stand_in_their_shares(clips: list[BenchClip], exercise: str) -> None:
    places = Counter(clip.placing.place for clip in clips if clip.plan.exercise == exercise and not clip.negative)
    shares = {place: count / places.total() for place, count in places.items()}
    expected = {PRESCRIBED: 0.65, EDGE: 0.20, FORBIDDEN: 0.15}
    assert shares == pytest.approx(expected, abs=0.04)


def _deviations(clip: BenchClip) -> dict[str, float]:
    placing = clip.placing
    return {
        "height_m": abs(placing.height_off_m),
        "distance": abs(placing.distance_ratio - 1.0),
        "yaw_deg": abs(placing.yaw_off_deg),
        "roll_deg": abs(placing.roll_deg),
    }


def test_prescribed_cameras_are_near_and_edge_cameras_between_near_and_far(clips: list[BenchClip]) -> None:
    for clip in clips:
        off = _deviations(clip)
        beyond = [key for key, value in off.items() if value > NEAR[key]]
        if clip.placing.place == PRESCRIBED:
            assert beyond == [], clip.name
        if clip.placing.place == EDGE:
            assert beyond, clip.name
            assert all(off[key] <= FAR[key] for key in off), clip.name


def test_recorded_height_and_roll_are_the_cameras(clips: list[BenchClip]) -> None:
    for clip in clips:
        assert clip.plan.camera.roll_deg == pytest.approx(clip.placing.roll_deg, abs=0.01)
    squats = [c for c in clips if SHORT[c.plan.exercise] == "squat" and c.placing.place != FORBIDDEN]
    for clip in squats:
        hip_height_m = 0.56 * clip.plan.body.stature_m
        assert clip.plan.camera.pos_m[2] - hip_height_m == pytest.approx(clip.placing.height_off_m, abs=0.002)


def test_refused_views_are_far_from_the_prescribed_one(clips: list[BenchClip]) -> None:
    refused = [clip for clip in clips if clip.placing.place == FORBIDDEN]
    assert len(refused) >= 20
    for clip in refused:
        turned = abs(clip.placing.yaw_off_deg) >= 30.0
        low = clip.plan.camera.pos_m[2] <= 0.7
        assert turned or low, clip.name


def test_people_rooms_and_rates_vary(clips: list[BenchClip]) -> None:
    bodies = {clip.plan.body.name: clip.plan.body for clip in clips}
    assert len(bodies) >= 8
    assert {body.sex for body in bodies.values()} == {"female", "male"}
    statures = sorted(body.stature_m for body in bodies.values())
    assert statures[0] == 1.50
    assert statures[-1] == 1.95
    assert len({clip.plan.room.name for clip in clips}) >= 4
    rates = {clip.plan.fps for clip in clips}
    assert min(rates) == 15
    assert max(rates) == 60
    for exercise in EXERCISES:
        sides = Counter(clip.plan.side for clip in clips if clip.plan.exercise == exercise)
        assert len(sides) == (1 if SHORT[exercise] == "rear" else 2)


def test_every_check_is_faulted_in_every_size_in_the_test_part(clips: list[BenchClip]) -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    for clip in _part(clips, "test"):
        faults = [fault for faults in clip.intended for fault in faults]
        faults += [fault for side in clip.intended_by_side.values() for fault in side.values()]
        found.update((clip.plan.exercise, fault.check, fault.grade) for fault in faults)
    missing = [
        (exercise, check, grade)
        for exercise in EXERCISES
        for check in SIZES[exercise]
        for grade in GRADES
        if not found[exercise, check, grade]
    ]
    assert missing == []


def test_about_half_of_the_repetitions_are_clean_and_a_tenth_partial(clips: list[BenchClip]) -> None:
    reps = [pair for clip in clips for pair in zip(clip.plan.reps, clip.intended, strict=False)]
    partial = np.mean([rep.amplitude < 0.7 for rep, _ in reps])
    clean = np.mean([not faults for rep, faults in reps if rep.amplitude >= 0.7])
    assert partial == pytest.approx(0.10, abs=0.05)
    assert clean == pytest.approx(0.50, abs=0.10)


def test_partial_repetitions_carry_no_fault(clips: list[BenchClip]) -> None:
    for clip in clips:
        for rep, faults in zip(clip.plan.reps, clip.intended, strict=False):
            assert {fault.check for fault in faults} == set(rep.faults)
            assert rep.amplitude >= 0.7 or not faults


def test_most_bridges_begin_with_the_reference_lift(clips: list[BenchClip]) -> None:
    bridges = [clip for clip in clips if SHORT[clip.plan.exercise] == "bridge" and not clip.negative]
    share = np.mean([clip.plan.set_up.reference_lift for clip in bridges])
    assert 0.6 < share < 0.9


def test_any_beginning_of_the_list_is_balanced_over_exercises_and_parts(clips: list[BenchClip]) -> None:
    for length in range(20, 175, 5):
        beginning = clips[:length]
        counts = Counter(clip.plan.exercise for clip in beginning)
        assert max(counts.values()) - min(counts.values()) <= 1
        tune = len(_part(beginning, "tune")) / length
        assert 0.25 < tune < 0.55


def test_negatives_show_no_repetition_of_the_exercise(clips: list[BenchClip]) -> None:
    for clip in clips:
        if clip.negative:
            assert clip.plan.shows != clip.plan.exercise
            assert bool(clip.plan.shows) or not clip.plan.reps
        else:
            assert clip.plan.shows == ""
            assert clip.plan.reps or clip.plan.run
