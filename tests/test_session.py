"""The loop that everybody runs: poses in, events out, and a report that says how it came to be."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest

from formcheck.events import SetClosed
from formcheck.exercises.base import Checker
from formcheck.exercises.calibration import calibrated_event
from formcheck.exercises.declare import declared, params_hash
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.limits import params_of
from formcheck.pose.pose import Pose
from formcheck.pose.track import People, PoseTrack, TrackInfo
from formcheck.results import SetReport
from formcheck.session import Session, make_checker
from tests.golden.tracks import richest, smoothed
from tests.streams import at_rate, lost


def ran(checker: Checker, track: PoseTrack, info: TrackInfo | None = None) -> tuple[SetReport, Session]:
    """A whole track through a session."""
    session = Session(checker, info or track.info, smoothing="as said")
    for pose in track:
        session.update(pose)
    return session.finish(), session


@pytest.fixture(params=exercise_ids())
def checker(request: pytest.FixtureRequest) -> Checker:
    """A fresh checker of each exercise."""
    return get_exercise(request.param)()


@pytest.fixture
def track(checker: Checker) -> PoseTrack:
    """A track of its exercise."""
    return smoothed(richest(checker.id))


def test_the_report_is_about_the_set(checker: Checker, track: PoseTrack) -> None:
    report, _ = ran(checker, track)
    assert (report.exercise, report.title) == (checker.id, checker.title)
    assert report.reps_complete == sum(rep.complete for rep in report.reps)
    assert report.reps_partial == sum(not rep.complete for rep in report.reps)
    assert set(report.faults) <= {check.id for check in checker.about.checks}
    assert report.adherence.text == checker.about.dose.text
    assert report.summary
    assert report.view.prescribed == checker.about.camera
    assert report.view.fits == (not checker.camera_advice(checker.view()))
    assert "not medical advice" in report.disclaimer


def test_the_report_says_how_it_came_to_be(checker: Checker, track: PoseTrack) -> None:
    report, _ = ran(checker, track)
    provenance = report.provenance
    assert provenance.package_version == version("formcheck")
    assert (provenance.checker, provenance.checker_version) == (checker.id, checker.version)
    assert provenance.params == {limit.name: limit.default for limit in declared(checker.Params)}
    assert provenance.params_hash == params_hash(checker.params)
    assert provenance.model_sha256 == track.info.model_sha256 != ""
    assert (provenance.model_name, provenance.estimator) == (track.info.model_name, track.info.estimator)
    assert (provenance.smoothing, provenance.mirrored, provenance.clock) == (
        "as said",
        False,
        track.info.clock,
    )


def test_other_limits_show_in_the_provenance() -> None:
    squat = get_exercise("single_leg_box_squat")
    strict = squat(params=params_of(squat, {"lean_limit_deg": 3.0}))
    track = smoothed(richest(squat.id))
    usual, changed = ran(squat(), track)[0], ran(strict, track)[0]
    assert changed.provenance.params["lean_limit_deg"] == 3.0
    assert changed.provenance.params_hash != usual.provenance.params_hash
    assert {v.limit for v in changed.verdicts if v.check == "trunk_lean"} == {3.0}


def test_the_trace_has_an_entry_for_each_frame(checker: Checker, track: PoseTrack) -> None:
    _, session = ran(checker, track)
    trace = session.trace()
    np.testing.assert_array_equal(trace.t_s, track.t_s)
    assert len(trace.phases) == len(track)
    assert trace.signals
    for signal in trace.signals:
        assert signal.values.shape == track.t_s.shape, signal.name
        assert np.isfinite(signal.values).mean() > 0.5, signal.name
        assert signal.title, signal.name
        assert signal.unit, signal.name


def test_the_trace_has_limits_of_known_checks(checker: Checker, track: PoseTrack) -> None:
    _, session = ran(checker, track)
    checks = {check.id for check in checker.about.checks}
    assert {signal.limit.check for signal in session.trace().signals if signal.limit} <= checks


def test_an_empty_session_is_a_report_of_nothing(checker: Checker) -> None:
    session = Session(checker)
    report = session.finish()
    assert (report.reps, report.reps_complete, report.view.found_share) == ((), 0, 0.0)
    assert {verdict.state for verdict in report.verdicts} == {"not_assessed"}
    assert len(session.trace().t_s) == 0
    assert SetReport.model_validate_json(report.to_json()) == report


def test_a_mirrored_recording_is_put_right(checker: Checker, track: PoseTrack) -> None:
    straight, _ = ran(checker, track)
    mirrored, _ = ran(type(checker)(), track.mirrored(), replace(track.info, mirrored=True))
    assert mirrored.provenance.mirrored
    assert mirrored.side == straight.side
    assert [(r.side, r.turn_s) for r in mirrored.reps] == [(r.side, r.turn_s) for r in straight.reps]
    assert [(v.check, v.side, v.state) for v in mirrored.verdicts] == [
        (v.check, v.side, v.state) for v in straight.verdicts
    ]


def test_who_was_scored_is_told(checker: Checker, track: PoseTrack) -> None:
    people = People(seen=2, scored="the larger of 2", box_px=(1.0, 2.0, 3.0, 4.0), others_px=((5.0, 6.0, 7.0, 8.0),))
    report, _ = ran(checker, track, replace(track.info, people=people, dropped_frames=3))
    assert (report.people.seen, report.people.scored) == (2, "the larger of 2")
    assert (report.people.box_px, report.people.others_px) == (people.box_px, people.others_px)
    assert report.view.dropped_frames == 3


@pytest.mark.parametrize("harm", ["slow", "dark", "seldom seen"])
def test_a_picture_that_is_too_bad_is_not_judged(checker: Checker, track: PoseTrack, harm: str) -> None:
    harmed = {
        "slow": at_rate(track, 8.0),
        "dark": replace(track, brightness=np.full(len(track), 5.0)),
        "seldom seen": lost(track, 0.0, track.t_s[-1] * 0.7),
    }[harm]
    report, _ = ran(checker, harmed)
    states = {v.state for v in [*report.verdicts, *(v for rep in report.reps for v in rep.verdicts)]}
    assert states == {"not_assessed"}
    assert not report.view.fits
    assert report.view.advice
    assert sum(report.faults.values()) == 0


def test_time_has_to_go_on(checker: Checker, track: PoseTrack) -> None:
    session = Session(checker)
    session.update(track[1])
    with pytest.raises(ValueError, match="time"):
        session.update(track[0])


def test_events_pass_through_with_their_measures_calibrated(checker: Checker, track: PoseTrack) -> None:
    session, direct = Session(type(checker)()), checker
    for pose in track:
        assert session.update(pose) == [calibrated_event(checker.id, event) for event in direct.update(pose)]
    assert isinstance(direct.finish()[-1], SetClosed)


def test_a_frame_without_a_person_is_a_frame(checker: Checker) -> None:
    session = Session(checker)
    assert list(session.update(Pose.nobody(0.0, (640, 480)))) == []
    assert len(session.trace().t_s) == 1


@pytest.mark.parametrize(("side", "given"), [("left", "left"), ("right", "right"), ("auto", None)])
def test_the_side_is_given_or_found(side: str, given: str | None) -> None:
    assert make_checker(get_exercise("clamshell"), None, side).side == given
