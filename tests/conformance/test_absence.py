"""Where nothing is to be seen nothing is said: no repetition of stillness, no verdict on what is hidden."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from formcheck.exercises.base import Checker
from formcheck.exercises.hold_checker import HoldChecker
from formcheck.exercises.registry import exercise_ids
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack
from tests.golden.tracks import cleanest, golden, golden_names, names_of, richest, said, truth
from tests.streams import (
    LEGS,
    TRUNK,
    accused,
    between,
    closed,
    dropouts,
    faults,
    heard,
    hidden,
    later,
    lost,
    run,
    spliced,
    still,
    unseen,
    verdicts,
    zoomed,
)

ALL = list(Landmark)
GROUPS = {
    "legs": LEGS,
    "trunk": TRUNK,
    "ankles": [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE],
    "feet": [mark for mark in Landmark if "HEEL" in mark.name or "FOOT" in mark.name],
    "left side": [mark for mark in Landmark if "LEFT" in mark.name],
    "right leg": [mark for mark in LEGS if "RIGHT" in mark.name],
    "shoulders": [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER],
    "hips": [Landmark.LEFT_HIP, Landmark.RIGHT_HIP],
}


def test_nobody_gives_nothing(checker: type[Checker]) -> None:
    found = closed(run(checker(), [Pose.nobody(i / 25, (640, 480)) for i in range(250)]))
    assert found.reps == ()
    assert not (found.gait and found.gait.contacts)
    assert {v.check for v in found.verdicts} == {check.id for check in checker.about.checks}
    assert {v.state for v in found.verdicts} == {"not_assessed"}


def test_no_pose_at_all_gives_nothing(checker: type[Checker]) -> None:
    found = closed(run(checker(), []))
    assert found.reps == ()
    assert {v.state for v in found.verdicts} == {"not_assessed"}


def test_one_pose_gives_nothing(checker: type[Checker], poses: PoseTrack) -> None:
    found = closed(run(checker(), [poses[0]]))
    assert found.reps == ()
    assert {v.state for v in found.verdicts} == {"not_assessed"}


def test_what_is_not_assessed_says_why(exercise: str, checker: type[Checker]) -> None:
    for found in (said(richest(exercise)), closed(run(checker(), []))):
        unexplained = [v.check for v in verdicts(found) if v.state == "not_assessed" and not v.reason]
        assert unexplained == []


@pytest.mark.parametrize("group", GROUPS)
def test_missing_landmarks_bring_up_no_new_fault(exercise: str, checker: type[Checker], group: str) -> None:
    track = golden(cleanest(exercise))
    torn = heard(checker, unseen(track, np.full(len(track), True), GROUPS[group]))
    assert accused(torn) <= accused(said(cleanest(exercise)))


@pytest.mark.parametrize("group", GROUPS)
def test_landmarks_missing_for_a_while_bring_up_no_new_fault(exercise: str, checker: type[Checker], group: str) -> None:
    track = golden(cleanest(exercise))
    now_and_then = np.sin(2 * np.pi * track.t_s / 5.0) > 0.6
    torn = heard(checker, unseen(track, now_and_then, GROUPS[group]))
    assert accused(torn) <= accused(said(cleanest(exercise)))


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_random_dropouts_never_accuse(exercise: str, checker: type[Checker], share: float) -> None:
    track = golden(cleanest(exercise))
    whole, torn = said(cleanest(exercise)), heard(checker, dropouts(track, share))
    assert accused(torn) <= accused(whole)
    assert sum(rep.complete for rep in torn.reps) <= sum(rep.complete for rep in whole.reps)


def test_what_is_hidden_is_neither_right_nor_wrong(checker: type[Checker], track: PoseTrack) -> None:
    """Landmarks that MediaPipe guesses at, visibility 0, are no ground for any verdict."""
    found = heard(checker, hidden(track, ALL))
    assert {v.state for v in verdicts(found)} <= {"not_assessed"}


def test_hidden_legs_accuse_nobody(exercise: str, checker: type[Checker]) -> None:
    for name in names_of(exercise):
        half = heard(checker, hidden(golden(name), LEGS))
        assert faults(half) <= faults(said(name)), name


@pytest.mark.parametrize("shown", exercise_ids())
def test_stillness_is_no_rep(checker: type[Checker], shown: str) -> None:
    """Standing and lying still, as before the first repetition of every exercise."""
    name = richest(shown)
    told = truth(name)
    start_s = told["reps"][0]["start_s"] if told.get("reps") else told["contacts"][0]["time_s"]
    found = heard(checker, still(golden(name), start_s - 0.1))
    assert found.reps == ()
    assert not (found.gait and found.gait.contacts)
    assert {v.state for v in found.verdicts} <= {"not_assessed"}


@pytest.mark.parametrize("name", golden_names())
def test_another_exercise_is_not_taken_for_this_one(exercise: str, checker: type[Checker], name: str) -> None:
    if truth(name)["exercise"] == exercise:
        pytest.skip("its own exercise")
    if exercise == "glute_bridge" and "reference_end_s" in truth(name).get("events", {}):
        pytest.skip("begins with a bridge on both feet: tests/exercises/test_glute_bridge.py")
    found = heard(checker, golden(name))
    assert [(rep.turn_s, rep.complete) for rep in found.reps] == []
    assert accused(found) == set()


@pytest.mark.parametrize("step_s", [0.0, -0.04, -10.0])
def test_time_that_does_not_go_on_raises(checker: type[Checker], poses: PoseTrack, step_s: float) -> None:
    going = checker()
    for pose in list(poses)[:50]:
        going.update(pose)
    with pytest.raises(ValueError, match="time"):
        going.update(later(poses, step_s)[49])


def test_a_cut_makes_no_rep(exercise: str, checker: type[Checker]) -> None:
    """From the top of one repetition to the top of another, the camera having moved between."""
    for name in names_of(exercise):
        reps = truth(name).get("reps", [])
        for first, second in itertools.pairwise(reps):
            parts = (
                between(golden(name), 0.0, first["turn_s"]),
                _from_elsewhere(between(golden(name), second["turn_s"], 1e9)),
            )
            alone = [rep for part in parts for rep in heard(checker, part).reps]
            together = heard(checker, spliced(*parts)).reps
            across = [rep for rep in together if rep.start_s < first["turn_s"] < rep.end_s]
            assert [rep.complete for rep in across] in ([], [False]), f"{name}, cut in {first['index']}"
            assert len(together) <= len(alone), f"{name}, cut in {first['index']}"


def _from_elsewhere(track: PoseTrack) -> PoseTrack:
    """The camera stands elsewhere: the person smaller, and a quarter of the picture away."""
    larger = 1.6 if len(track.tags) else 1.0  # samples with a tag have larger pictures, and larger people in them
    return zoomed(track, 0.8, (150.0 * larger, 120.0 * larger))


def test_a_cut_makes_no_step(exercise: str, checker: type[Checker]) -> None:
    for name in names_of(exercise):
        parts = (
            between(golden(name), 0.0, 4.0),
            _from_elsewhere(between(golden(name), 4.3, 1e9)),
        )
        gaits = [heard(checker, track).gait for track in (*parts, spliced(*parts))]
        steps = [len(gait.contacts) if gait else 0 for gait in gaits]
        assert steps[2] <= steps[0] + steps[1], name


def _skip_stretches(checker: type[Checker]) -> None:
    """What is not seen is no break of theirs, and no sample is held as long as the guide asks."""
    if issubclass(checker, HoldChecker):
        pytest.skip("held, not counted: see tests/exercises/test_hold_checker.py")


def test_a_pose_lost_in_a_rep_leaves_it_incomplete(exercise: str, checker: type[Checker]) -> None:
    _skip_stretches(checker)
    for name in names_of(exercise):
        for rep in [rep for rep in truth(name).get("reps", []) if rep["complete"]]:
            whole = said(name).reps
            torn = heard(checker, lost(golden(name), rep["turn_s"], rep["end_s"] + 0.3)).reps
            there = [r for r in torn if rep["start_s"] - 0.5 < r.turn_s < rep["end_s"] + 0.3]
            assert [r.complete for r in there] == [False], f"{name}, repetition {rep['index']}"
            assert sum(r.complete for r in torn) == sum(r.complete for r in whole) - 1, name


def test_a_film_that_ends_in_a_rep_leaves_it_incomplete(exercise: str, checker: type[Checker]) -> None:
    _skip_stretches(checker)
    for name in names_of(exercise):
        complete = [rep for rep in truth(name).get("reps", []) if rep["complete"]]
        for done, rep in enumerate(complete):
            reps = heard(checker, between(golden(name), 0.0, rep["turn_s"] + 0.2)).reps
            assert sum(r.complete for r in reps) == done, f"{name}, repetition {rep['index']}"
