"""Every committed sample is counted exactly, each fault that was put in is found, and nobody clean is accused.

The tracks were made from the clips by ``python -m tests.golden.make``; one clip of each exercise goes the whole
way, from the film through the real pose model.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from formcheck import score, score_track
from formcheck.exercises.hold_checker import HoldChecker
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.model_store import ModelFile
from formcheck.results import Rep, SetReport, Verdict
from tests.golden.make import CLIPS, made_from, sha256
from tests.golden.tracks import golden, golden_names, names_of, richest, truth

NAMES = golden_names()
HELD = [name for name in NAMES if issubclass(get_exercise(truth(name)["exercise"]), HoldChecker)]
"""Stretches, whose seconds are tests/exercises/test_hold_checker.py's."""
COUNTED = [name for name in NAMES if truth(name).get("reps") and name not in HELD]
RUNS = [name for name in NAMES if truth(name).get("contacts")]
TURN_WITHIN_S = 0.5
CADENCE_WITHIN_SPM = 1.0

SMALLEST_FAULT = {"knee_valgus": 10.0}
"""Faults put in smaller than this lie within the error band and may be ``watch``."""

FOUND = {"fault": {"fault"}, "small": {"fault", "watch"}}


@cache
def report_of(name: str) -> SetReport:
    """The sample scored from its track, side to be found."""
    return score_track(golden(name), get_exercise(truth(name)["exercise"])()).report


def matched(name: str) -> list[tuple[dict[str, Any], Rep]]:
    """Each repetition that was performed with the one reported nearest to it in time."""
    reps = report_of(name).reps
    pairs = [(told, min(reps, key=lambda rep: abs(rep.turn_s - told["turn_s"]))) for told in truth(name)["reps"]]
    return [(told, rep) for told, rep in pairs if abs(rep.turn_s - told["turn_s"]) <= TURN_WITHIN_S]


def test_tracks_were_made_from_the_committed_clips() -> None:
    assert made_from() == {path.stem: sha256(path) for path in CLIPS.glob("*.mp4")}, (
        "clips changed: run `python -m tests.golden.make`"
    )


def _side(name: str, told: str) -> str | None:
    """The side that was told to the renderer; none where both legs work, and it says only where the head lies."""
    both_legs = truth(name)["reps"] and not get_exercise(truth(name)["exercise"]).about.dose.per_side
    return None if both_legs else told


@pytest.mark.parametrize("name", COUNTED)
def test_repetitions_are_exact(name: str) -> None:
    performed = [(_side(name, rep["side"]), rep["complete"]) for rep in truth(name)["reps"]]
    assert [(rep.side, rep.complete) for rep in report_of(name).reps] == performed


@pytest.mark.parametrize("name", COUNTED)
def test_turns_are_where_they_were(name: str) -> None:
    assert len(matched(name)) == len(truth(name)["reps"])


@pytest.mark.parametrize("name", NAMES)
def test_side_is_found(name: str) -> None:
    report, told = report_of(name), truth(name)
    if report.exercise == "running_side":
        assert report.side in (told["side"], "both")
    elif {rep["side"] for rep in told["reps"]} == {"left", "right"}:
        assert report.side == "both"
    else:
        assert report.side == _side(name, told["side"])


@pytest.mark.parametrize("name", COUNTED)
def test_each_fault_of_each_repetition_is_found(name: str) -> None:
    missed = []
    for told, rep in matched(name):
        for verdict in [v for v in rep.verdicts if v.check in told["faults"]]:
            size = told["faults"][verdict.check]
            small = "small" if size < SMALLEST_FAULT.get(verdict.check, 0.0) else "fault"
            if verdict.state not in FOUND[small] | {"not_assessed"}:
                missed.append(f"rep {rep.index}: {verdict.check} of {size} is {_said(verdict)}")
    assert missed == []


@pytest.mark.parametrize("name", COUNTED)
def test_no_clean_repetition_is_accused(name: str) -> None:
    accused = [
        f"rep {rep.index}: {_said(verdict)}"
        for told, rep in matched(name)
        for verdict in rep.verdicts
        if verdict.state == "fault" and verdict.check not in told["faults"]
    ]
    assert accused == []


@pytest.mark.parametrize("name", COUNTED)
def test_the_set_is_judged_by_its_repetitions(name: str) -> None:
    report = report_of(name)
    for verdict in report.verdicts:
        own = [rep for rep in report.reps if rep.side == verdict.side]
        states = [v.state for rep in own for v in rep.verdicts if v.check == verdict.check]
        assert (verdict.state == "fault") == ("fault" in states), verdict.check


@pytest.mark.parametrize("name", RUNS)
def test_cadence_is_within_a_step(name: str) -> None:
    gait = report_of(name).gait
    assert gait is not None
    assert gait.cadence_spm == pytest.approx(truth(name)["cadence_spm"], abs=CADENCE_WITHIN_SPM)


@pytest.mark.parametrize("name", RUNS)
def test_nearly_every_contact_is_found_and_none_is_made_up(name: str) -> None:
    gait, told = report_of(name).gait, truth(name)["contacts"]
    assert gait is not None
    assert len(told) - 4 <= len(gait.contacts) <= len(told) + 2


NEUTRAL = {("running_side", "cadence"), ("running_rear", "trunk_lean")}
"""Reported, never called a fault: where the guide and the evidence part, a remark is all that is due."""

NOT_FOR_LANDMARKS = {
    ("running_side", "knee_flexion_at_contact"),
    ("pigeon_pose", "hips_square"),
    ("single_leg_box_squat", "pelvic_drop"),
}
"""What landmarks cannot tell at the sizes put in, and no sample with a tag shows; there it is "not assessed"."""


@pytest.mark.parametrize("name", RUNS)
def test_faults_of_running_are_found_on_their_side(name: str) -> None:
    faults, report = truth(name)["faults_by_side"], report_of(name)
    missed = [
        _said(verdict)
        for verdict in report.verdicts
        if verdict.check in _put_in(faults, verdict.side)
        and (verdict.state == "ok" or (verdict.state == "watch" and (report.exercise, verdict.check) not in NEUTRAL))
    ]
    assert missed == []


@pytest.mark.parametrize("name", RUNS)
def test_nobody_who_runs_well_is_accused(name: str) -> None:
    faults = truth(name)["faults_by_side"]
    accused = [
        _said(verdict)
        for verdict in report_of(name).verdicts
        if verdict.state == "fault" and verdict.check not in _put_in(faults, verdict.side)
    ]
    assert accused == []


def _put_in(faults: dict[str, dict[str, float]], side: str | None) -> set[str]:
    sides = [side] if side else list(faults)
    return {check for each in sides for check in faults.get(each, {})}


def _said(verdict: Verdict) -> str:
    band = f"{verdict.value} +/- {verdict.error} against {verdict.limit} {verdict.unit}"
    return f"{verdict.check} {verdict.side} {verdict.state} ({band})"


def test_every_fault_is_found_somewhere() -> None:
    """A check that never finds its fault in any sample would pass every test above by abstaining."""
    put_in, found = set(), set()
    for name in NAMES:
        told, report = truth(name), report_of(name)
        exercise = report.exercise
        put_in |= {(exercise, check) for rep in told.get("reps", []) for check in rep["faults"]}
        put_in |= {(exercise, check) for side in told.get("faults_by_side", {}).values() for check in side}
        found |= {(exercise, check) for check, count in report.faults.items() if count}
    assert put_in - found == NEUTRAL | NOT_FOR_LANDMARKS


@pytest.mark.slow
@pytest.mark.parametrize("exercise", exercise_ids())
def test_a_film_goes_the_whole_way(exercise: str, model: ModelFile) -> None:
    """Film, real model, report: the same as from the track that was made of it."""
    name = min(names_of(exercise), key=lambda name: len(golden(name)) * math.prod(golden(name).size_px))
    filmed = score(CLIPS / f"{name}.mp4", exercise=exercise)
    stored = report_of(name)
    assert filmed.provenance.model_sha256 == model.sha256
    assert [(r.side, r.complete) for r in filmed.reps] == [(r.side, r.complete) for r in stored.reps]
    assert [(v.check, v.side, v.state) for v in filmed.verdicts] == [
        (v.check, v.side, v.state) for v in stored.verdicts
    ]
    if filmed.gait and stored.gait:
        assert filmed.gait.cadence_spm == pytest.approx(stored.gait.cadence_spm, abs=0.5)


def test_the_richest_samples_hold_faults() -> None:
    assert all("faulty" in richest(e) or "valgus" in richest(e) for e in exercise_ids())
