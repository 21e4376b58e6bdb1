"""What the stretches share: seconds in position, breaks, side, and honesty about what was not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck import score_track
from formcheck.events import SetClosed
from formcheck.exercises.hold_checker import HoldChecker
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.landmarks import Landmark
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.track import PoseTrack
from formcheck.results import SetReport
from tests.golden.tracks import golden, golden_names, said, truth
from tests.streams import between, closed, hidden, run, spliced, unseen

STRETCHES = [e for e in exercise_ids() if issubclass(get_exercise(e), HoldChecker)]
HELD = [name for name in golden_names() if truth(name)["exercise"] in STRETCHES]
ONCE = [name for name in HELD if len(truth(name)["reps"]) == 1]
BROKEN = [name for name in HELD if len(truth(name)["reps"]) == 2]
SECONDS_WITHIN_S = 0.8


def report_of(name: str, track: PoseTrack | None = None, **limits: float) -> SetReport:
    """A sample scored with other limits, or another track by its checker."""
    kind = get_exercise(truth(name)["exercise"])
    return score_track(golden(name) if track is None else track, kind(kind.Params(**limits))).report


def heard(name: str, track: PoseTrack, side: str | None = None) -> SetClosed:
    kind = get_exercise(truth(name)["exercise"])
    checker = kind(side=side)  # type: ignore[arg-type]
    return closed(run(checker, smooth_recording(track, checker.smoothing_hz)))


def test_there_are_stretches_with_and_without_a_break() -> None:
    assert {truth(name)["exercise"] for name in ONCE} == set(STRETCHES)
    assert {truth(name)["exercise"] for name in BROKEN} == set(STRETCHES)


@pytest.mark.parametrize("name", HELD)
def test_seconds_side_and_breaks_are_those_of_the_film(name: str) -> None:
    told = [rep["hold_s"] for rep in truth(name)["reps"]]
    report = report_of(name)
    assert [rep.hold_s for rep in report.reps] == pytest.approx(told, abs=SECONDS_WITHIN_S)
    assert report.holds is not None
    (held,) = report.holds
    assert held.side == report.side == truth(name)["side"]
    assert held.longest_s == pytest.approx(max(told), abs=SECONDS_WITHIN_S)
    assert held.total_s == pytest.approx(sum(told), abs=2 * SECONDS_WITHIN_S)
    assert (held.breaks, held.unseen_s) == (len(told) - 1, 0.0)


@pytest.mark.parametrize("name", HELD)
def test_a_hold_short_of_the_guide_is_told_and_the_dose_not_met(name: str) -> None:
    report = report_of(name)
    hold_time = next(v for v in report.verdicts if v.check == "hold_time")
    assert (hold_time.state, hold_time.above) == ("fault", False)
    assert hold_time.value == pytest.approx(max(rep.hold_s or 0.0 for rep in report.reps), abs=1e-3)
    assert report.faults["hold_time"] == 1
    assert report.reps_complete == 0
    assert report.adherence.items[0].met is False
    assert report.adherence.items[1].done == "not in this recording"
    assert "in one go" in report.summary


@pytest.mark.parametrize("name", ONCE)
def test_a_hold_as_long_as_asked_is_complete_and_meets_the_dose(name: str) -> None:
    report = report_of(name, least_hold_s=5.0)
    (rep,) = report.reps
    assert rep.complete
    assert next(v.state for v in rep.verdicts if v.check == "hold_time") == "ok"
    assert report.adherence.items[0].met is True
    assert report.holds is not None
    assert (report.holds[0].met, report.holds[0].asked_s) == (True, 5.0)


@pytest.mark.parametrize("name", ONCE)
def test_a_film_that_ends_in_position_tells_what_was_held_and_judges_no_more(name: str) -> None:
    (rep,) = truth(name)["reps"]
    report = report_of(name, between(golden(name), 0.0, rep["turn_s"]))
    (hold,) = report.reps
    assert hold.hold_s == pytest.approx(rep["hold_s"] / 2, abs=SECONDS_WITHIN_S)
    assert "at least" in hold.note
    verdict = next(v for v in report.verdicts if v.check == "hold_time")
    assert verdict.state == "not_assessed"
    assert "not all of the hold was seen" in verdict.reason


@pytest.mark.parametrize("name", ONCE)
def test_what_was_not_seen_is_neither_held_nor_a_break(name: str) -> None:
    (rep,) = truth(name)["reps"]
    track = golden(name)
    gone = (track.t_s > rep["turn_s"] - 1.5) & (track.t_s < rep["turn_s"] + 1.5)
    report = report_of(name, unseen(track, gone, list(Landmark)))
    (hold,) = report.reps
    assert hold.measures["unseen"].value == pytest.approx(3.0, abs=0.4)
    assert hold.hold_s == pytest.approx(rep["hold_s"] - 3.0, abs=SECONDS_WITHIN_S)
    assert report.holds is not None
    assert report.holds[0].breaks == 0
    assert "not seen" in report.summary


@pytest.mark.parametrize("name", ONCE)
def test_the_other_side_than_the_one_given_is_not_counted_but_told(name: str) -> None:
    asked = {"left": "right", "right": "left"}[truth(name)["side"]]
    found = heard(name, golden(name), asked)
    assert found.reps == ()
    assert found.holds == ()
    assert any(asked in remark for remark in found.remarks)


@pytest.mark.parametrize("name", HELD)
def test_hidden_legs_hold_nothing(name: str) -> None:
    legs = [mark for mark in Landmark if "KNEE" in mark.name or "ANKLE" in mark.name]
    assert heard(name, hidden(golden(name), legs)).reps == ()


@pytest.mark.parametrize("name", ONCE)
def test_both_sides_in_one_film_are_kept_apart(name: str) -> None:
    track = golden(name)
    both = heard(name, spliced(track, track.mirrored()))
    assert {rep.side for rep in both.reps} == {"left", "right"}
    assert both.side == "both"
    assert both.holds is not None
    assert [held.breaks for held in both.holds] == [0, 0]
    assert [v.side for v in both.verdicts if v.check == "hold_time"] == ["left", "right"]


@pytest.mark.parametrize("exercise", STRETCHES)
def test_nobody_holds_nothing_and_the_report_says_so(exercise: str) -> None:
    name = next(name for name in golden_names() if truth(name)["exercise"] not in STRETCHES)
    report = score_track(golden(name), get_exercise(exercise)()).report
    assert report.holds == ()
    assert report.summary.startswith("No hold of this stretch was seen.")
    assert {v.state for v in report.verdicts} == {"not_assessed"}


@pytest.mark.parametrize("name", HELD)
def test_a_run_of_poses_makes_no_difference_to_how_it_is_chunked(name: str) -> None:
    """The events of the whole film end in the same set, whenever the phase is asked for."""
    kind = get_exercise(truth(name)["exercise"])
    checker, phases = kind(), []
    for pose in smooth_recording(golden(name), kind.smoothing_hz):
        checker.update(pose)
        phases.append(checker.phase())
    assert checker.finish()[-1] == said(name)
    assert set(phases) == {"rest", "hold"}


def test_pigeon_never_judges_the_hips_from_landmarks() -> None:
    tipped = next(name for name in HELD if any("hips_square" in rep["faults"] for rep in truth(name)["reps"]))
    verdict = next(v for v in report_of(tipped).verdicts if v.check == "hips_square")
    assert verdict.state == "not_assessed"
    assert "one hip hides the other" in verdict.reason


def test_a_pigeon_with_hips_high_is_none() -> None:
    name = next(name for name in ONCE if truth(name)["exercise"] == "pigeon_pose")
    assert report_of(name, hips_height_trunks=0.1).holds == ()


def test_an_hour_in_one_hold_is_one_hold() -> None:
    name = next(name for name in ONCE if truth(name)["exercise"] == "hip_flexor_stretch")
    (rep,) = truth(name)["reps"]
    frame = int(np.searchsorted(golden(name).t_s, rep["turn_s"]))
    pose = golden(name)[frame]
    checker = get_exercise("hip_flexor_stretch")()
    for i in range(3600):
        checker.update(replace(pose, t_s=float(i) * 0.3))
    found = closed([*checker.finish()])
    assert found.holds is not None
    assert found.holds[0].total_s == pytest.approx(1079.7, abs=0.5)
