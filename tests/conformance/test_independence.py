"""A checker depends on its poses and nothing else: no clock, no global state, no memory without end."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from formcheck.events import ContactSeen, Event, RepClosed, SetClosed
from formcheck.exercises.base import Checker
from formcheck.exercises.calibration import calibrated_event, calibrated_rep
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack
from formcheck.session import Session
from tests.streams import at_rate, plain, run


def test_input_is_not_touched(checker: type[Checker], poses: PoseTrack) -> None:
    kept = {name: getattr(poses, name).copy() for name in ("image_px", "world_m", "visibility", "presence")}
    run(checker(), poses)
    for name, before in kept.items():
        np.testing.assert_array_equal(getattr(poses, name), before)


def test_reset_makes_it_new(checker: type[Checker], poses: PoseTrack, events: list[Event]) -> None:
    used = checker()
    for pose in list(poses)[: len(poses) // 2]:
        used.update(pose)
    used.reset()
    assert plain(run(used, poses)) == plain(events)


def test_reset_keeps_limits_and_side(checker: type[Checker]) -> None:
    params = checker.Params()
    used = checker(params=params, side="left")
    used.reset()
    assert used.params is params
    assert used.side == "left"


def test_two_instances_do_not_meet(checker: type[Checker], poses: PoseTrack, events: list[Event]) -> None:
    one, two = checker(), checker()
    heard_one: list[Event] = []
    heard_two: list[Event] = []
    for pose, mirrored in zip(poses, poses.mirrored(), strict=True):
        heard_one += one.update(pose)
        heard_two += two.update(mirrored)
    heard_one += one.finish()
    heard_two += two.finish()
    assert plain(heard_one) == plain(events)
    assert plain(heard_two) == plain(run(checker(), poses.mirrored()))


def test_looking_on_changes_nothing(checker: type[Checker], poses: PoseTrack, events: list[Event]) -> None:
    watched = checker()
    heard: list[Event] = []
    for i, pose in enumerate(poses):
        heard += watched.update(pose)
        if i % 7 == 0:
            watched.phase()
            watched.live_signals()
            watched.camera_advice(watched.view())
    heard += watched.finish()
    assert plain(heard) == plain(events)


def test_a_session_hears_the_same(checker: type[Checker], poses: PoseTrack, events: list[Event]) -> None:
    session = Session(checker())
    heard = [event for pose in poses for event in session.update(pose)]
    report = session.finish()
    assert plain(heard) == plain([calibrated_event(checker.id, event) for event in events[: len(heard)]])
    closed = events[-1]
    assert isinstance(closed, SetClosed)
    assert report.reps == tuple(calibrated_rep(checker.id, rep) for rep in closed.reps)
    assert [c.time_s for c in report.gait.contacts] == [c.time_s for c in closed.gait.contacts] if closed.gait else True


def test_pickled_midway_it_goes_on(checker: type[Checker], poses: PoseTrack, events: list[Event]) -> None:
    going = checker()
    heard: list[Event] = []
    for i, pose in enumerate(poses):
        if i % 150 == 149:
            going = pickle.loads(pickle.dumps(going))
        heard += going.update(pose)
    heard += going.finish()
    assert plain(heard) == plain(events)


PER_RESULT_BYTES = 3000
"""A repetition or a step with its measures: what the last event will tell has to be kept."""


@pytest.mark.slow
def test_memory_is_bounded_over_an_hour(checker: type[Checker], poses: PoseTrack) -> None:
    """Set after set, with as long a rest after each, in which nobody is seen."""
    loop = list(at_rate(poses, 10.0))
    set_s = loop[-1].t_s - loop[0].t_s + 0.1
    loop += [Pose.nobody(loop[0].t_s + set_s + t_s, poses.size_px) for t_s in np.arange(0.0, set_s - 0.25, 0.5)]
    sets = int(3600 / (2 * set_s)) + 1
    going, results, sizes = checker(), 0, []
    for number in range(sets):
        results += sum(_is_result(e) for pose in loop for e in going.update(_later(pose, 2 * set_s * number)))
        if number in (sets // 6, sets - 1):
            sizes.append((results, len(pickle.dumps(going))))
    (few, early), (many, late) = sizes
    assert many > 4 * few > 0, "the sets have to give results for as long as they go on"
    assert late - early < (many - few) * PER_RESULT_BYTES


def _is_result(event: Event) -> bool:
    return isinstance(event, RepClosed | ContactSeen)


def _later(pose: Pose, seconds: float) -> Pose:
    return replace(pose, t_s=pose.t_s + seconds)
