"""Movements that are no exercise, set-ups at another pace, and a camera that is not perfect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sample_videos.catalogue import CLIPS
from sample_videos.renderer.motions import motion_for
from sample_videos.renderer.motions.base import SetMotion
from sample_videos.renderer.motions.bridge import BridgeMotion
from sample_videos.renderer.motions.running import BELT_M
from sample_videos.renderer.person import Person
from sample_videos.renderer.plan import (
    KNEE_TUCK,
    MARCHING_BRIDGE,
    SIDE_LEG_RAISE,
    STANDING,
    TWO_LEG_BRIDGE,
    TWO_LEG_SQUAT,
    WALKING,
    ClipPlan,
    RunPlan,
    SetUp,
)
from sample_videos.renderer.rep_truth import rep_record
from sample_videos.renderer.schedule import Rep
from sample_videos.renderer.surfaces import as_filmed
from sample_videos.renderer.truth import truth_record

SQUAT, CLAMSHELL, BRIDGE, RUN = (
    CLIPS[name] for name in ("squat_clean_right", "clamshell_clean_right", "bridge_clean_right", "running_rear_clean")
)
ONE_REP = (Rep(1.0, 0.4, 1.8, 0.5),)


def _showing(plan: ClipPlan, shows: str) -> ClipPlan:
    return replace(plan, shows=shows, reps=ONE_REP, set_up=SetUp(1.0, 1.0, False))


def _set(person: Person, plan: ClipPlan) -> SetMotion:
    motion = motion_for(person, plan)
    assert isinstance(motion, SetMotion)
    return motion


def _top(motion: SetMotion) -> dict[str, np.ndarray]:
    return motion.joints_m(motion.schedule.reps[0].turn_s)


def _before(motion: SetMotion) -> dict[str, np.ndarray]:
    return motion.joints_m(motion.schedule.reps[0].start_s)


@pytest.mark.parametrize("shows", [TWO_LEG_SQUAT, STANDING])
def test_two_leg_squat_keeps_both_feet_where_they_stand(person: Person, shows: str) -> None:
    motion = _set(person, _showing(SQUAT, shows))
    before, bottom = _before(motion), _top(motion)
    assert before["left_hip"][2] - bottom["left_hip"][2] > 0.2
    for side in ("left", "right"):
        assert bottom[f"{side}_ankle"] == pytest.approx(before[f"{side}_ankle"], abs=1e-3)
    assert bool(motion.props) == (shows == TWO_LEG_SQUAT)


def test_side_leg_raise_lifts_a_straight_leg(person: Person) -> None:
    motion = _set(person, _showing(CLAMSHELL, SIDE_LEG_RAISE))
    before, top = _before(motion), _top(motion)
    assert top["right_ankle"][2] - before["right_ankle"][2] > 0.3
    thigh, shank = top["right_knee"] - top["right_hip"], top["right_ankle"] - top["right_knee"]
    cosine = thigh @ shank / np.linalg.norm(thigh) / np.linalg.norm(shank)
    assert np.degrees(np.arccos(cosine)) < 15.0


def test_two_leg_bridge_lifts_the_hips_with_both_feet_down(person: Person) -> None:
    motion = _set(person, _showing(BRIDGE, TWO_LEG_BRIDGE))
    before, top = _before(motion), _top(motion)
    assert motion.movement_m(top) - motion.movement_m(before) > 0.1
    for side in ("left", "right"):
        assert top[f"{side}_ankle"] == pytest.approx(before[f"{side}_ankle"], abs=5e-3)


def test_a_shifted_two_leg_squat_goes_to_one_side_at_the_bottom_only(person: Person) -> None:
    level = _set(person, _showing(SQUAT, TWO_LEG_SQUAT))
    shifted = _set(
        person, replace(_showing(SQUAT, TWO_LEG_SQUAT), reps=(replace(ONE_REP[0], faults={"weight_shift": 0.05}),))
    )
    aside = [_top(motion)["right_hip"][0] for motion in (shifted, level)]
    assert aside[0] - aside[1] == pytest.approx(-0.05, abs=0.01)
    assert _before(shifted)["right_hip"] == pytest.approx(_before(level)["right_hip"])
    for side in ("left", "right"):
        assert _top(shifted)[f"{side}_ankle"] == pytest.approx(_top(level)[f"{side}_ankle"], abs=1e-3)


def test_knee_tuck_draws_both_knees_up_together(person: Person) -> None:
    motion = _set(person, _showing(CLAMSHELL, KNEE_TUCK))
    before, top = _before(motion), _top(motion)
    for side in ("left", "right"):
        assert before[f"{side}_knee"][1] - top[f"{side}_knee"][1] > 0.1  # forward, which is -Y
    gaps = [np.linalg.norm(joints["left_knee"] - joints["right_knee"]) for joints in (before, top)]
    assert gaps[1] == pytest.approx(gaps[0], abs=0.02)


def test_marching_bridge_keeps_the_hips_up_and_lifts_one_foot_after_the_other(person: Person) -> None:
    plan = replace(_showing(BRIDGE, MARCHING_BRIDGE), reps=ONE_REP * 2)
    motion = _set(person, plan)
    first, second = (motion.joints_m(timed.turn_s) for timed in motion.schedule.reps)
    between = motion.joints_m(motion.schedule.reps[1].start_s)
    assert motion.movement_m(between) - motion.movement_m(motion.joints_m(0.0)) > 0.1
    for joints in (first, second):
        assert motion.movement_m(joints) == pytest.approx(motion.movement_m(between), abs=0.02)
    assert first["left_ankle"][2] - between["left_ankle"][2] > 0.2
    assert first["right_ankle"] == pytest.approx(between["right_ankle"], abs=5e-3)
    assert second["right_ankle"][2] - between["right_ankle"][2] > 0.2


def test_walking_always_has_a_foot_on_the_belt_and_running_does_not(person: Person) -> None:
    def highest_of_the_lower_sole(plan: ClipPlan) -> float:
        motion = motion_for(person, plan)
        times_s = np.linspace(1.0, 2.2, 60)
        return max(
            min(person.lowest_sole_m(motion.placement(float(t)), side) for side in ("left", "right")) for t in times_s
        )

    walk = replace(RUN, shows=WALKING, run=RunPlan(4.0, 112.0, (0.05, 0.05)))
    assert highest_of_the_lower_sole(walk) < BELT_M + 0.005
    assert highest_of_the_lower_sole(RUN) > BELT_M + 0.01


def test_truth_of_another_movement_has_no_repetitions(person: Person) -> None:
    plan = _showing(SQUAT, TWO_LEG_SQUAT)
    record = truth_record(motion_for(person, plan), plan)
    assert record["shows"] == TWO_LEG_SQUAT
    assert record["reps"] == []


@pytest.mark.parametrize("plan", [SQUAT, CLAMSHELL, BRIDGE])
def test_pace_and_waiting_move_the_first_repetition(person: Person, plan: ClipPlan) -> None:
    usual = _set(person, plan).schedule.set_up_s
    brisk = _set(person, replace(plan, set_up=SetUp(0.5, 1.5))).schedule.set_up_s
    assert brisk == pytest.approx(0.5 * usual + 1.5)


def test_bridge_without_a_reference_lift_says_nothing_against_one(person: Person) -> None:
    plan = replace(BRIDGE, reps=ONE_REP, set_up=SetUp(reference_lift=False))
    motion = motion_for(person, plan)
    assert isinstance(motion, BridgeMotion)
    assert "reference_top_s" not in motion.events()
    measures = rep_record(motion, 1, motion.schedule.reps[0])["measures"]
    assert "pelvic_drop_over_reference_deg" not in measures
    resting_m = motion.movement_m(motion.joints_m(0.0))
    highest_m = max(motion.movement_m(motion.joints_m(t)) for t in np.arange(0.0, motion.schedule.set_up_s, 0.05))
    assert highest_m - resting_m < 0.01


def test_gain_darkens_the_picture() -> None:
    grey = np.full((8, 8, 3), 200, np.uint8)
    quiet = np.zeros((8, 8), np.int16)
    assert as_filmed(grey, quiet, gain=0.5).mean() == pytest.approx(100.0, abs=1.0)
