"""The band walk: steps each way apart, no step where a foot comes back, nobody accused of caving who stands up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.exercises.lateral_band_walk import LateralBandWalk
from formcheck.motion.view import View
from formcheck.pose.track import PoseTrack
from tests.golden.tracks import said, smoothed, truth
from tests.streams import closed, run, taken

FAULTY, CLEAN = "band_walk_faulty", "band_walk_clean"


def test_each_way_has_verdicts_of_its_own() -> None:
    states = {(v.check, v.side): v.state for v in said(FAULTY).verdicts}
    assert states["feet_together", "left"] == states["trunk_sway", "left"] == states["knees_cave", "right"] == "fault"
    assert states["feet_together", "right"] == states["trunk_sway", "right"] == states["knees_cave", "left"] == "ok"


def test_the_side_asked_for_counts_the_steps_that_way_only() -> None:
    whole = closed(run(LateralBandWalk(side="left"), smoothed(FAULTY)))
    assert [rep.side for rep in whole.reps] == ["left"] * 4
    assert any("right" in remark for remark in whole.remarks)


def _out_and_back(track: PoseTrack, start_s: float, turn_s: float) -> PoseTrack:
    """The way out of a step, and the same backward, with rest before and after."""
    before = np.flatnonzero(track.t_s <= start_s)[-20:]
    out = np.flatnonzero((track.t_s > start_s) & (track.t_s <= turn_s))
    frames = np.concatenate([before, out, out[::-1], before[::-1]])
    return replace(
        taken(track, frames), t_s=track.t_s[0] + np.arange(len(frames)) * float(np.median(np.diff(track.t_s)))
    )


def test_a_foot_that_comes_back_is_no_step() -> None:
    step = truth(CLEAN)["reps"][0]
    whole = closed(run(LateralBandWalk(), _out_and_back(smoothed(CLEAN), step["start_s"], step["turn_s"])))
    assert whole.reps == ()
    assert "came back" in " ".join(whole.remarks)


def test_standing_up_is_not_called_caving() -> None:
    stood_up = next(i for i, rep in enumerate(truth(FAULTY)["reps"]) if "stance_height" in rep["faults"])
    verdicts = {v.check: v for v in said(FAULTY).reps[stood_up].verdicts}
    assert verdicts["stance_height"].state == "fault"
    assert verdicts["knees_cave"].state == "not_assessed"
    assert "keep the knees bent" in verdicts["knees_cave"].reason


def test_a_step_that_begins_with_the_feet_close_is_not_accused_of_it() -> None:
    narrow = next(i for i, rep in enumerate(truth(FAULTY)["reps"]) if "feet_together" in rep["faults"])
    after = {v.check: v.state for v in said(FAULTY).reps[narrow + 1].verdicts}
    assert after["feet_together"] == "ok"


def test_only_from_in_front() -> None:
    checker = LateralBandWalk()
    front = View(posture="upright", facing="front", yaw_deg=5.0)
    assert checker.camera_advice(front) == ""
    for wrong in (replace(front, yaw_deg=35.0), replace(front, facing="back"), replace(front, facing="left")):
        assert "in front" in checker.camera_advice(wrong)
