"""The other exercises of the guide: bones keep their length, faults are as large as commanded, clean is clean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sample_videos.catalogue import CLIPS
from sample_videos.renderer.motions import motion_for
from sample_videos.renderer.motions.band_walk import STANCE_M
from sample_videos.renderer.motions.base import SetMotion
from sample_videos.renderer.person import Person
from sample_videos.renderer.plan import (
    FIGURE_FOUR_STRETCH,
    GLUTE_BRIDGE,
    HIP_FLEXOR_STRETCH,
    LATERAL_BAND_WALK,
    PIGEON_POSE,
    SIDE_LYING_HIP_ABDUCTION,
    ClipPlan,
    SetUp,
)
from sample_videos.renderer.rep_truth import rep_record
from sample_videos.renderer.schedule import Rep

STRETCHES = (PIGEON_POSE, HIP_FLEXOR_STRETCH, FIGURE_FOUR_STRETCH)
EXERCISES = (GLUTE_BRIDGE, SIDE_LYING_HIP_ABDUCTION, LATERAL_BAND_WALK, *STRETCHES)
REP = Rep(0.8, 1.0, 1.2, 0.4)


def _plan(exercise: str, *faults: Mapping[str, float], side: str = "right") -> ClipPlan:
    reps = tuple(replace(REP, faults=each) for each in faults or ({},))
    return replace(CLIPS["squat_clean_right"], exercise=exercise, side=side, reps=reps, set_up=SetUp())


def _motion(person: Person, plan: ClipPlan) -> SetMotion:
    motion = motion_for(person, plan)
    assert isinstance(motion, SetMotion)
    return motion


def _records(person: Person, exercise: str, *faults: Mapping[str, float], side: str = "right") -> list[dict[str, Any]]:
    motion = _motion(person, _plan(exercise, *faults, side=side))
    return [rep_record(motion, i, timed) for i, timed in enumerate(motion.schedule.reps, start=1)]


def _measures(person: Person, exercise: str, **faults: float) -> tuple[dict[str, float], dict[str, float]]:
    """Of a clean repetition and of one with faults."""
    clean, faulty = _records(person, exercise, {}, faults)
    return clean["measures"], faulty["measures"]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_bones_keep_their_length_and_nothing_jumps(person: Person, exercise: str) -> None:
    motion = _motion(person, _plan(exercise, {}, {}))
    joints = [motion.joints_m(float(t)) for t in np.arange(0.0, motion.duration_s, 0.05)]
    for side in ("left", "right"):
        for upper, lower in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow")):
            lengths = [np.linalg.norm(j[f"{side}_{upper}"] - j[f"{side}_{lower}"]) for j in joints]
            assert np.ptp(lengths) < 1e-6
    for joint in joints[0]:
        track = np.stack([j[joint] for j in joints])
        assert np.linalg.norm(np.diff(track, axis=0), axis=1).max() / 0.05 < 3.5, joint


@pytest.mark.parametrize("exercise", EXERCISES)
def test_left_is_the_mirror_image_of_right(person: Person, exercise: str) -> None:
    right, left = (_motion(person, _plan(exercise, side=side)) for side in ("right", "left"))
    t_s = right.schedule.reps[0].turn_s
    assert left.joints_m(t_s)["left_knee"] == pytest.approx(right.joints_m(t_s)["right_knee"] * [-1, 1, 1])
    assert left.joints_m(t_s)["right_wrist"] == pytest.approx(right.joints_m(t_s)["left_wrist"] * [-1, 1, 1])


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("side", ["left", "right"])
def test_hold_and_lowering_are_found(person: Person, exercise: str, side: str) -> None:
    (record,) = _records(person, exercise, {}, side=side)
    assert 1.0 <= record["hold_s"] < 1.8
    assert 0.3 < record["lowering_s"] < 1.2
    assert record["complete"]
    assert record["side"] == side
    assert all(np.isfinite(value) for value in record["measures"].values())


def test_glute_bridge_reaches_the_line_stops_short_of_it_or_goes_past_it(person: Person) -> None:
    clean, short = _measures(person, GLUTE_BRIDGE, hips_short=20.0)
    _, past = _measures(person, GLUTE_BRIDGE, over_extension=18.0)
    assert 165.0 < clean["hip_angle_deg"] < 180.0
    assert clean["hip_angle_deg"] - short["hip_angle_deg"] == pytest.approx(20.0, abs=6.0)
    assert past["hip_angle_deg"] - clean["hip_angle_deg"] == pytest.approx(18.0, abs=6.0)
    assert short["hip_height_m"] < clean["hip_height_m"] < past["hip_height_m"]


def test_glute_bridge_keeps_both_feet_where_they_stand(person: Person) -> None:
    motion = _motion(person, _plan(GLUTE_BRIDGE))
    before, top = motion.joints_m(0.0), motion.joints_m(motion.schedule.reps[0].turn_s)
    for side in ("left", "right"):
        assert top[f"{side}_ankle"] == pytest.approx(before[f"{side}_ankle"], abs=5e-3)


@pytest.mark.parametrize(
    ("check", "size", "measure", "change"),
    [
        ("pelvic_roll", 20.0, "pelvic_roll_deg", 20.0),
        ("lift_height", 20.0, "leg_elevation_deg", -20.0),
        ("leg_drift", 25.0, "leg_drift_deg", 17.5),  # of a leg raised 45 degrees
        ("knee_bent", 30.0, "knee_flexion_deg", 30.0),
        ("toes_up", 40.0, "toes_up_deg", 40.0),
    ],
)
def test_a_lifted_leg_shows_the_fault_it_was_given(
    person: Person, check: str, size: float, measure: str, change: float
) -> None:
    clean, faulty = _measures(person, SIDE_LYING_HIP_ABDUCTION, **{check: size})
    assert faulty[measure] - clean[measure] == pytest.approx(change, abs=5.0)
    assert clean["leg_elevation_deg"] == pytest.approx(45.0, abs=3.0)
    assert abs(clean["pelvic_roll_deg"]) < 4.0
    assert abs(clean["leg_drift_deg"]) < 4.0
    assert clean["knee_flexion_deg"] < 10.0
    assert abs(clean["toes_up_deg"]) < 10.0


def test_band_walk_goes_there_and_back(person: Person) -> None:
    records = _records(person, LATERAL_BAND_WALK, {}, {}, {}, {}, side="left")
    assert [record["side"] for record in records] == ["left", "left", "right", "right"]
    motion = _motion(person, _plan(LATERAL_BAND_WALK, {}, {}, {}, {}))
    ankles = [motion.joints_m(t)["right_ankle"] for t in (0.0, motion.schedule.reps[2].start_s, motion.duration_s)]
    assert ankles[1][0] < ankles[0][0] - 0.3  # to the right
    assert ankles[2] == pytest.approx(ankles[0], abs=5e-3)


def test_one_foot_of_a_band_walk_moves_at_a_time(person: Person) -> None:
    motion = _motion(person, _plan(LATERAL_BAND_WALK, {}, {}))
    for t_s in np.arange(0.0, motion.duration_s, 0.05):
        placed = motion.placement(float(t_s))
        lows = sorted(person.lowest_sole_m(placed, side) for side in ("left", "right"))
        assert lows[0] == pytest.approx(0.0, abs=0.006)


def test_a_step_of_the_band_walk_shows_the_fault_it_was_given(person: Person) -> None:
    clean, together = _measures(person, LATERAL_BAND_WALK, feet_together=0.5)
    _, caved = _measures(person, LATERAL_BAND_WALK, knees_cave=25.0)
    _, swayed = _measures(person, LATERAL_BAND_WALK, trunk_sway=10.0)
    _, upright = _measures(person, LATERAL_BAND_WALK, stance_height=0.05)
    assert clean["feet_least_per_stance"] == pytest.approx(1.0, abs=0.02)
    assert together["feet_at_end_m"] == pytest.approx(0.5 * STANCE_M, abs=0.01)
    assert clean["knees_per_ankles"] > 0.8
    assert caved["knees_per_ankles"] < 0.85 * clean["knees_per_ankles"]
    assert clean["trunk_sway_deg"] < 2.0
    assert swayed["trunk_sway_deg"] == pytest.approx(10.0, abs=3.0)
    assert upright["hips_raised_m"] - clean["hips_raised_m"] == pytest.approx(0.05, abs=0.01)


def test_stretches_go_into_the_position_and_out_of_it(person: Person) -> None:
    for exercise in STRETCHES:
        motion = _motion(person, _plan(exercise))
        timed = motion.schedule.reps[0]
        moved = [motion.movement_m(motion.joints_m(t)) for t in (timed.start_s, timed.turn_s, timed.end_s)]
        assert moved[1] - moved[0] > 0.08, exercise
        assert moved[2] == pytest.approx(moved[0], abs=0.02)


def test_pigeon_rests_on_its_front_knee_and_hands_with_level_hips_unless_told(person: Person) -> None:
    clean, tipped = _measures(person, PIGEON_POSE, hips_square=15.0)
    assert abs(clean["hip_line_tilt_deg"]) < 3.0
    assert tipped["hip_line_tilt_deg"] == pytest.approx(15.0, abs=3.0)
    assert clean["hip_angle_deg"] < 90.0 < clean["other_hip_angle_deg"]
    motion = _motion(person, _plan(PIGEON_POSE))
    joints = motion.joints_m(motion.schedule.reps[0].turn_s)
    assert joints["right_knee"][2] == pytest.approx(0.08, abs=0.03)
    assert joints["left_ankle"][2] == pytest.approx(0.08, abs=0.03)
    assert joints["left_wrist"][2] == pytest.approx(joints["right_wrist"][2], abs=0.03)


def test_hip_flexor_stretch_opens_the_kneeling_hip_over_a_knee_that_stays(person: Person) -> None:
    motion = _motion(person, _plan(HIP_FLEXOR_STRETCH))
    timed = motion.schedule.reps[0]
    before, held = motion.joints_m(timed.start_s), motion.joints_m(timed.turn_s)
    assert held["right_knee"] == pytest.approx(before["right_knee"], abs=0.02)
    assert before["right_hip"][1] - held["right_hip"][1] > 0.1
    assert held["left_ankle"] == pytest.approx(before["left_ankle"], abs=0.02)


def test_figure_four_lays_the_ankle_over_the_other_thigh(person: Person) -> None:
    motion = _motion(person, _plan(FIGURE_FOUR_STRETCH))
    joints = motion.joints_m(motion.schedule.reps[0].turn_s)
    thigh = joints["left_knee"] - joints["left_hip"]
    along = (joints["right_ankle"] - joints["left_hip"]) @ thigh / (thigh @ thigh)
    aside = np.linalg.norm(joints["right_ankle"] - joints["left_hip"] - along * thigh)
    assert 0.6 < along < 1.0
    assert aside < 0.15
