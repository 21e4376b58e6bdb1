"""What is no part of the movement does not change what is said of it: frame rate, mirror, place and size."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from formcheck.events import Event, SetClosed
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import get_exercise
from formcheck.pose.landmarks import other
from formcheck.pose.track import PoseTrack
from tests.golden.tracks import golden, said, truth
from tests.streams import at_rate, closed, heard, jittered, plain, run, verdicts, zoomed

TURN_WITHIN_S = 0.25
CADENCE_WITHIN_SPM = 1.0

RETIMED: dict[str, Callable[[PoseTrack], PoseTrack]] = {
    "15 fps": lambda track: at_rate(track, 15.0),
    "30 fps": lambda track: at_rate(track, 30.0),
    "60 fps": lambda track: at_rate(track, 60.0),
    "jittered": jittered,
}


FROM_HEAD_END = "bridge_tag_head_end_right"
"""Filmed from where only the tag tells: by landmarks the hips' height is noisy there, and known to be."""


@pytest.fixture
def weak_from_head_end(request: pytest.FixtureRequest, own_clip: str, retimed: str) -> None:
    """Known and not mended: from the head end the first lift and a top depend on the frames' times."""
    if own_clip == FROM_HEAD_END and (request.node.originalname, retimed) in _WEAK:
        request.applymarker(pytest.mark.xfail(strict=True, reason="a bridge from the head end, by noisy landmarks"))


_WEAK = {
    ("test_same_reps_at_any_frame_rate", "15 fps"),
    ("test_same_reps_at_any_frame_rate", "jittered"),
    ("test_no_ok_becomes_a_fault_at_another_frame_rate", "jittered"),
}


@cache
def said_when(retimed: str, name: str) -> SetClosed:
    """What is said of the same movement sampled in another way in time."""
    return heard(get_exercise(truth(name)["exercise"]), RETIMED[retimed](golden(name)))


@pytest.mark.usefixtures("weak_from_head_end")
@pytest.mark.parametrize("retimed", RETIMED)
def test_same_reps_at_any_frame_rate(own_clip: str, retimed: str) -> None:
    before, after = said(own_clip), said_when(retimed, own_clip)
    assert [(r.side, r.complete) for r in after.reps] == [(r.side, r.complete) for r in before.reps]
    turns = [(r.turn_s, s.turn_s) for r, s in zip(before.reps, after.reps, strict=True)]
    assert [pair for pair in turns if abs(pair[0] - pair[1]) > TURN_WITHIN_S] == []


@pytest.mark.parametrize("retimed", RETIMED)
def test_same_steps_at_any_frame_rate(own_clip: str, retimed: str) -> None:
    before, after = said(own_clip).gait, said_when(retimed, own_clip).gait
    assert (before is None) == (after is None)
    if before and after:
        assert before.cadence_spm is not None
        assert after.cadence_spm == pytest.approx(before.cadence_spm, abs=CADENCE_WITHIN_SPM)
        assert abs(len(after.contacts) - len(before.contacts)) <= 2


@pytest.mark.usefixtures("weak_from_head_end")
@pytest.mark.parametrize("retimed", RETIMED)
def test_no_ok_becomes_a_fault_at_another_frame_rate(own_clip: str, retimed: str) -> None:
    before, after = _states(said(own_clip)), _states(said_when(retimed, own_clip))
    turned = {key: (state, after.get(key)) for key, state in before.items()}
    assert {key: pair for key, pair in turned.items() if set(pair) == {"ok", "fault"}} == {}


def _states(whole: SetClosed) -> dict[tuple[str, str | None, tuple[int, ...]], str]:
    of_reps: dict[tuple[str, str | None, tuple[int, ...]], str] = {
        (v.check, v.side, v.reps): v.state for rep in whole.reps for v in rep.verdicts
    }
    of_the_set: dict[tuple[str, str | None, tuple[int, ...]], str] = {
        (v.check, v.side, ()): v.state for v in whole.verdicts
    }
    return of_reps | of_the_set


def test_a_mirror_swaps_the_sides_and_nothing_else(
    checker: type[Checker], poses: PoseTrack, events: list[Event]
) -> None:
    seen = plain(events)
    mirrored = plain(run(checker(), poses.mirrored()))
    assert_alike(_canonical(swapped(mirrored)), _canonical(seen))


def test_the_side_that_is_given_is_the_side_that_is_told(checker: type[Checker], poses: PoseTrack) -> None:
    for side in ("left", "right"):
        told = closed(run(checker(side=side), poses))
        assert {rep.side for rep in told.reps} <= ({side} if checker.about.dose.per_side else {None})


@pytest.mark.parametrize(
    ("factor", "shift_px"), [(2.0, (0.0, 0.0)), (0.5, (0.0, 0.0)), (1.0, (233.0, 71.0)), (1.3, (40.0, 400.0))]
)
def test_place_and_size_in_the_picture_do_not_matter(
    checker: type[Checker], poses: PoseTrack, events: list[Event], factor: float, shift_px: tuple[float, float]
) -> None:
    assert_alike(plain(run(checker(), zoomed(poses, factor, shift_px))), plain(events))


def swapped(data: Any) -> Any:
    """JSON data with the words left and right exchanged."""
    text = re.sub(r"(?<![a-z])(left|right)(?![a-z])", lambda word: other(word[0]), json.dumps(data))  # type: ignore[arg-type]
    return json.loads(text)


def _canonical(events: list[Any]) -> list[Any]:
    """Verdicts of the left side come first in a report: sorted, their order says nothing."""
    for event in events:
        if event["kind"] == "set":
            event["verdicts"].sort(key=lambda verdict: (verdict["check"], verdict["side"] or ""))
            event["remarks"].sort()
    return events


def assert_alike(got: Any, expected: Any, at: str = "") -> None:
    """The same JSON data but for the last digits of its numbers."""
    if isinstance(expected, dict):
        assert got.keys() == expected.keys(), at
        for key in expected:
            assert_alike(got[key], expected[key], f"{at}.{key}")
    elif isinstance(expected, list):
        assert len(got) == len(expected), at
        for i, (a, b) in enumerate(zip(got, expected, strict=True)):
            assert_alike(a, b, f"{at}[{i}]")
    elif isinstance(expected, float):
        assert got == pytest.approx(expected, rel=1e-3, abs=2e-3), at
    else:
        assert got == expected, at


def test_alike_means_alike() -> None:
    assert_alike({"a": [1.0, "x"]}, {"a": [1.0005, "x"]})
    with pytest.raises(AssertionError):
        assert_alike({"a": [1.0]}, {"a": [1.1]})


def test_swapping_twice_is_nothing() -> None:
    data = {"side": "left", "cadence_right": 3.0, "camera": "you face left"}
    assert swapped(data) == {"side": "right", "cadence_left": 3.0, "camera": "you face right"}
    assert swapped(swapped(data)) == data


def test_golden_tracks_are_judged_at_all(own_clip: str) -> None:
    """Otherwise the properties above would hold of silence."""
    whole = said(own_clip)
    assert whole.reps or (whole.gait and whole.gait.contacts)
    assert {v.state for v in verdicts(whole)} & {"ok", "watch", "fault"}
