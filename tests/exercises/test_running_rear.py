"""Running from behind: where the feet land, what a tilted camera does, and what landmarks cannot tell."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from formcheck.exercises.running_rear import RunningRear
from tests.golden.tracks import golden, names_of, truth
from tests.streams import between, heard


def answers(said, check):
    return {v.side: v for v in said.verdicts if v.check == check}


def rolled(track, degrees):
    """The same run through a camera turned about its line of sight."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    image_px = track.image_px.copy()
    centre = np.array(track.size_px) / 2
    image_px[..., :2] = (image_px[..., :2] - centre) @ np.array([[c, s], [-s, c]]) + centre
    return replace(track, image_px=image_px)


@pytest.fixture(scope="module")
def clean():
    return heard(RunningRear, golden("running_rear_clean"))


@pytest.fixture(scope="module")
def faulty():
    return heard(RunningRear, golden("running_rear_faulty"))


@pytest.mark.parametrize("clip", names_of("running_rear"))
def test_steps_are_those_of_the_truth(clip):
    gait = heard(RunningRear, golden(clip)).gait
    told = truth(clip)
    assert gait.cadence_spm == pytest.approx(told["cadence_spm"], abs=1.0)
    assert abs(len(gait.contacts) - len(told["contacts"])) <= 1
    begins_s = told["contacts"][0]["time_s"] - 0.06  # who stands first is given a step too early
    for contact in (c for c in gait.contacts[1:-1] if c.time_s > begins_s):
        assert min(abs(contact.time_s - t["time_s"]) for t in told["contacts"] if t["side"] == contact.side) < 0.06


@pytest.mark.parametrize("clip", names_of("running_rear"))
def test_feet_on_the_midline_are_found_and_no_others(clip):
    said = answers(heard(RunningRear, golden(clip)), "crossover")
    expected = {side for side, faults in truth(clip)["faults_by_side"].items() if "crossover" in faults}
    assert {side for side, v in said.items() if v.state == "fault"} == expected


def test_a_clean_runner_is_not_accused(clean):
    assert {v.state for v in clean.verdicts} == {"ok", "not_assessed"}


def test_pelvic_drop_is_never_guessed(clean, faulty):
    for said in (clean, faulty):
        verdict = answers(said, "pelvic_drop")[None]
        assert (verdict.state, verdict.value) == ("not_assessed", None)
        assert "marker" in verdict.reason


def test_lean_toward_the_stance_foot_is_reported_and_never_a_fault(clean, faulty):
    lean = answers(faulty, "trunk_lean")
    assert lean["right"].value > 2 * lean["left"].value
    assert {v.state for v in lean.values()} <= {"ok", "watch"}
    assert any("neutrally" in remark for remark in clean.remarks)


@pytest.mark.parametrize("degrees", [-3.0, -1.5, 1.5, 3.0])
def test_a_tilted_camera_accuses_nobody(degrees):
    said = heard(RunningRear, rolled(golden("running_rear_clean"), degrees))
    assert "fault" not in {v.state for v in answers(said, "crossover").values()}


def test_a_tilted_camera_leaves_the_step_width(clean):
    said = heard(RunningRear, rolled(golden("running_rear_clean"), 3.0))
    width = said.gait.measures["step_width"].value
    assert width == pytest.approx(clean.gait.measures["step_width"].value, abs=0.5)
    assert any("tilted" in remark for remark in said.remarks)


def test_share_of_contacts_on_the_midline(faulty):
    measures = faulty.gait.measures
    assert measures["share_on_midline_right"].value == 1.0
    assert measures["share_on_midline_left"].value == 0.0


def test_fewer_than_four_steps_a_side_are_not_judged():
    said = heard(RunningRear, between(golden("running_rear_faulty"), 0.0, 2.6))
    assert {v.state for v in said.verdicts} == {"not_assessed"}
    assert "4 are needed" in said.verdicts[0].reason


@pytest.mark.parametrize("clip", names_of("running_side"))
def test_the_side_view_is_not_judged(clip):
    said = heard(RunningRear, golden(clip))
    assert {v.state for v in said.verdicts} == {"not_assessed"}
    told = said.gait.cadence_spm
    assert told is None or told == pytest.approx(truth(clip)["cadence_spm"], abs=1.0)
