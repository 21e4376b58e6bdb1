"""Real people, counted by eye: repetitions and sides as they were, and nothing where nothing was done."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from formcheck import score_track
from formcheck.errors import UnrecognisedError
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.extract import extract
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from formcheck.recognition import recognise
from formcheck.results import SetReport

TRACKS = Path(__file__).resolve().parents[2] / "shared" / "tracks"
CLIPS = TRACKS.parent / "clips"
TOP_WITHIN_S = 0.35
CADENCE_WITHIN_SPM = 1.0

pytestmark = pytest.mark.skipif(not TRACKS.is_dir(), reason="../shared with the tracks of real people is not here")


def _seen() -> dict[str, dict[str, Any]]:
    if not TRACKS.is_dir():
        return {}
    seen: dict[str, dict[str, Any]] = json.loads((TRACKS / "tracks.json").read_text(encoding="utf-8"))
    return seen


SEEN = _seen()
OURS = [name for name, seen in SEEN.items() if seen["exercise"] in exercise_ids()]
COUNTED = [name for name in OURS if "reps" in SEEN[name]]
STEPPED = [name for name in OURS if "steps" in SEEN[name]]
RUNS = [name for name in OURS if "cadence_spm" in SEEN[name]]


@cache
def report_of(name: str, exercise: str) -> SetReport:
    """A track scored by an exercise, side to be found."""
    return score_track(load_track(TRACKS / f"{name}.npz"), get_exercise(exercise)()).report


def own_report(name: str) -> SetReport:
    """A track scored by its own exercise."""
    return report_of(name, SEEN[name]["exercise"])


@pytest.mark.parametrize("name", COUNTED)
def test_repetitions_are_counted_as_by_eye(name: str) -> None:
    reps = own_report(name).reps
    assert [rep.complete for rep in reps] == [True] * SEEN[name]["reps"]


@pytest.mark.parametrize("name", [name for name in COUNTED if "tops_s" in SEEN[name]])
def test_tops_are_where_they_were_seen(name: str) -> None:
    tops_s = [rep.turn_s for rep in own_report(name).reps]
    assert tops_s == pytest.approx(SEEN[name]["tops_s"], abs=TOP_WITHIN_S)


@pytest.mark.parametrize("name", [name for name in COUNTED if "side" in SEEN[name]])
def test_side_is_found(name: str) -> None:
    report = own_report(name)
    assert {report.side, *(rep.side for rep in report.reps)} == {SEEN[name]["side"]}


WAYS = {"bandwalk_A": ["left", "left", "right", "right"]}
"""The sides that the steps go toward, as the notes have it."""


@pytest.mark.parametrize("name", STEPPED)
def test_steps_are_counted_each_way_as_by_eye(name: str) -> None:
    report = own_report(name)
    assert [rep.complete for rep in report.reps] == [True] * SEEN[name]["steps"]
    assert [rep.side for rep in report.reps] == WAYS[name]
    assert report.side == "both"


@pytest.mark.parametrize("name", RUNS)
def test_cadence_is_as_measured_in_the_pixels(name: str) -> None:
    gait = own_report(name).gait
    assert gait is not None
    assert gait.cadence_spm == pytest.approx(SEEN[name]["cadence_spm"], abs=CADENCE_WITHIN_SPM)


@pytest.mark.parametrize("exercise", exercise_ids())
@pytest.mark.parametrize("name", SEEN)
def test_what_is_another_exercise_is_none(name: str, exercise: str) -> None:
    if SEEN[name]["exercise"] == exercise:
        pytest.skip("its own exercise")
    report = report_of(name, exercise)
    assert [(rep.turn_s, rep.complete) for rep in report.reps] == []
    assert [verdict.check for verdict in report.verdicts if verdict.state == "fault"] == []
    if not (name in RUNS and exercise.startswith("running")):
        assert not (report.gait and report.gait.contacts)


def test_running_seen_from_the_side_has_no_step_width() -> None:
    report = report_of("run_side_left_male", "running_rear")
    assert {verdict.state for verdict in report.verdicts} == {"not_assessed"}
    assert report.gait is not None
    for contact in report.gait.contacts:
        assert {name: measure.value for name, measure in contact.measures.items() if measure.value is not None} == {}


def test_view_from_the_side_does_not_judge_the_knee() -> None:
    knee = [v for v in own_report("pistol_box_side").verdicts if v.check == "knee_valgus"]
    assert [v.state for v in knee] == ["not_assessed"]
    assert "front" in knee[0].reason


@pytest.fixture(scope="module")
def outdoors() -> PoseTrack:
    """A woman walks through, a man stands, raises his arms and jumps from a wall."""
    clip = CLIPS / "two_people_outdoors" / "demo.mp4"
    if not clip.exists():
        pytest.skip("../shared/clips with the recordings of real people is not here")
    return extract(clip)


@pytest.mark.slow
@pytest.mark.parametrize("exercise", exercise_ids())
def test_two_people_who_do_no_exercise(outdoors: PoseTrack, exercise: str) -> None:
    report = score_track(outdoors, get_exercise(exercise)()).report
    assert report.reps == ()
    assert not (report.gait and report.gait.contacts)
    assert [verdict.check for verdict in report.verdicts if verdict.state == "fault"] == []
    assert report.people.seen == 2


@pytest.mark.parametrize("name", SEEN)
def test_each_is_recognised_as_what_it_shows_or_as_nothing(name: str) -> None:
    track = load_track(TRACKS / f"{name}.npz")
    if SEEN[name]["exercise"] is None:
        with pytest.raises(UnrecognisedError, match="none of the exercises"):
            recognise(track)
    else:
        assert recognise(track).exercise == SEEN[name]["exercise"]
