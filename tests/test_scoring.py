"""The way in for files, tracks, batches and library users."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import formcheck
from formcheck import analyse, score, score_track
from formcheck.errors import NobodyToScoreError, SourceError, UsageError
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.pose import Pose
from formcheck.pose.store import save_track
from formcheck.pose.track import PoseTrack
from tests.golden.tracks import golden, richest

CLAM = richest("clamshell")
MISSING = Path("no such film.mp4")


def test_the_library_names_its_ways_in() -> None:
    assert {"Analysis", "analyse", "score", "score_track"} <= set(formcheck.__all__)
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        _ = formcheck.scores


@pytest.mark.parametrize("exercise", exercise_ids())
def test_a_track_in_memory_and_on_disk_score_the_same(exercise: str, tmp_path: Path) -> None:
    track = golden(richest(exercise))
    save_track(track, tmp_path / "set.npz")
    assert score(tmp_path / "set.npz", exercise=exercise) == score(track, exercise=exercise)


@pytest.mark.parametrize("exercise", exercise_ids())
def test_scoring_twice_gives_the_same(exercise: str) -> None:
    track = golden(richest(exercise))
    assert score(track, exercise).to_json() == score(track, exercise).to_json()


def test_a_recording_is_smoothed_and_says_so() -> None:
    checker = get_exercise("clamshell")
    report = score(golden(CLAM), exercise="clamshell")
    assert f"{checker.smoothing_hz:g} Hz" in report.provenance.smoothing


def test_the_analysis_keeps_the_poses_as_recorded() -> None:
    track = golden(CLAM)
    analysis = analyse(track, exercise="clamshell")
    np.testing.assert_array_equal(analysis.track.image_px, track.image_px)
    assert len(analysis.trace.t_s) == len(track)


def test_mirrored_swaps_the_sides() -> None:
    track = golden(CLAM)
    assert score(track, exercise="clamshell").side == "left"
    assert score(track.mirrored(), exercise="clamshell").side == "right"
    assert score(track.mirrored(), exercise="clamshell", mirrored=True).side == "left"
    assert score(track, exercise="clamshell", mirrored=True).side == "right"


def test_a_track_that_knows_it_is_mirrored_needs_no_word() -> None:
    track = golden(CLAM).mirrored()
    track = replace(track, info=replace(track.info, mirrored=True))
    assert score(track, exercise="clamshell").side == "left"


def test_the_side_given_is_the_side_told() -> None:
    assert score(golden(CLAM), exercise="clamshell", side="right").side == "right"


def test_limits_come_from_a_file_or_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "limits.toml").write_text("[clamshell]\nhold_limit_s = 9.0\n", encoding="utf-8")
    by_file = score(golden(CLAM), exercise="clamshell", limits=tmp_path / "limits.toml")
    by_mapping = score(golden(CLAM), exercise="clamshell", limits={"hold_limit_s": 9.0})
    assert by_file == by_mapping
    assert by_file.faults["hold_time"] == by_file.reps_complete


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exercise": "clamshel"}, "Did you mean 'clamshell'"),
        ({"exercise": "clamshell", "side": "both"}, "unknown side 'both'"),
        ({"exercise": "clamshell", "limits": {"hold_limit_s": 99.0}}, "out of range"),
        ({"exercise": "clamshell", "limits": {"hold": 1.0}}, "has no limit"),
    ],
)
def test_wrong_options_are_found_before_the_film_is_opened(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        score(MISSING, **options)  # type: ignore[arg-type]


def test_a_missing_film_is_a_source_error() -> None:
    with pytest.raises(SourceError):
        score(MISSING, exercise="clamshell")


@pytest.mark.parametrize("exercise", exercise_ids())
def test_nobody_cannot_be_scored(exercise: str) -> None:
    nobody = PoseTrack.from_poses([Pose.nobody(i / 25, (640, 480)) for i in range(50)])
    with pytest.raises(NobodyToScoreError, match="no person"):
        score(nobody, exercise=exercise)
    with pytest.raises(NobodyToScoreError):
        score_track(PoseTrack.from_poses([]), get_exercise(exercise)())


@pytest.mark.parametrize("exercise", exercise_ids())
def test_a_single_frame_is_scored_as_nothing(exercise: str) -> None:
    track = golden(richest(exercise))
    report = score(PoseTrack.from_poses([track[10]], track.info), exercise=exercise)
    assert report.reps == ()
    assert {verdict.state for verdict in report.verdicts} == {"not_assessed"}
