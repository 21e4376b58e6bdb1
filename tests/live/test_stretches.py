"""A stretch in front of the camera: a ring that fills with the seconds held, and what was held said aloud."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck import score_track
from formcheck.exercises.registry import get_exercise
from formcheck.live import wording
from formcheck.live.coach import TempoWatch
from formcheck.live.live_set import HOLD_STILL_S
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Pose
from tests.golden.tracks import golden, truth
from tests.live.bodies import nobody, play
from tests.streams import at_rate

NAME = "flexor_clean_left"


def test_the_ring_fills_toward_the_guides_seconds() -> None:
    live = play(at_rate(golden(NAME), 25.0), "hip_flexor_stretch")
    tempos = [state.tempo for state in live.states if state.tempo is not None]
    assert {(tempo.kind, tempo.goal_s) for tempo in tempos} == {("hold", 45.0)}
    assert max(tempo.passed_s for tempo in tempos) > 3.0


@pytest.mark.parametrize("name", ["pigeon_clean_right", "figure_clean_right"])
def test_who_goes_straight_into_the_stretch_loses_nothing_of_it(name: str) -> None:
    """Nobody lies quite still in it; the ring shows the seconds since it began, not since the set did."""
    live = play(at_rate(golden(name), 25.0), truth(name)["exercise"])
    ((started_s, by),) = live.started
    hold = truth(name)["reps"][0]
    assert by == "movement"
    assert started_s < hold["start_s"] + 4.5
    assert [cue.text for cue in live.cues if cue.kind == "start"] == [wording.STARTED]
    assert next(state.tempo for state in live.states if state.tempo).passed_s >= HOLD_STILL_S - 0.1


def test_who_folds_forward_in_the_stretch_has_not_left() -> None:
    name = "pigeon_clean_right"
    folds_s = truth(name)["reps"][0]["start_s"] + 4.0
    track = at_rate(golden(name), 25.0)
    live = play([_folded(pose) if pose.t_s > folds_s else pose for pose in track], truth(name)["exercise"])
    assert live.ended == []
    assert live.reps[0].hold_s == pytest.approx(truth(name)["reps"][0]["hold_s"], abs=1.0)


def test_who_leaves_in_the_middle_of_a_hold_has_left() -> None:
    track = [pose for pose in at_rate(golden(NAME), 25.0) if pose.t_s < 9.0]
    live = play([*track, *nobody(9.0, 18.0, track[0].size_px)], "hip_flexor_stretch")
    assert [reason for _, reason in live.ended] == ["walked_away"]


def _folded(pose: Pose) -> Pose:
    """The trunk laid forward over the leg."""
    world = pose.world_m.copy()
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    shoulders = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    forward = np.sign(world[Landmark.NOSE][0] - world[hips, 0].mean())
    world[shoulders] += world[hips].mean(axis=0) - world[shoulders].mean(axis=0) + [0.5 * forward, 0.0, 0.0]
    return replace(pose, world_m=world)


@pytest.mark.parametrize("name", [NAME, "pigeon_clean_right", "figure_clean_right"])
def test_what_was_held_is_said_and_summed_up(name: str) -> None:
    live = play(at_rate(golden(name), 25.0), truth(name)["exercise"])
    (rep,) = live.reps
    assert not rep.complete
    assert any(cue.text == f"Held for {rep.hold_s:.0f} seconds" for cue in live.cues)
    assert live.states[-1].count_word == "holds"
    result = live.result()
    assert result.analysis is not None
    report = result.analysis.report
    assert report.holds is not None
    assert report.holds[0].longest_s == pytest.approx(truth(name)["reps"][0]["hold_s"], abs=1.0)
    assert report == score_track(result.analysis.track, get_exercise(report.exercise)()).report


def test_a_hold_that_was_too_short_is_called_a_hold_and_said_in_sentences() -> None:
    live = play(at_rate(golden(NAME), 25.0), "hip_flexor_stretch")
    (mend,) = live.result().summary.to_mend
    assert mend.text.endswith("(hold 1)")
    (held,) = [cue for cue in live.cues if cue.kind == "count"]
    assert held.hint.startswith("Held for")


def test_a_long_hold_is_ticked_off_in_tens() -> None:
    watch = TempoWatch(get_exercise("hip_flexor_stretch").about)
    beeps = [(t_s, wish.beep) for t_s in range(50) for wish in watch.update(float(t_s), "hold")[1]]
    assert beeps == [(10, "tick"), (20, "tick"), (30, "tick"), (40, "tick"), (45, "done")]
