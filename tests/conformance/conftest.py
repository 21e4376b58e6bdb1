"""Every registered checker, and the golden tracks of its own exercise."""

from __future__ import annotations

import pytest

from formcheck.events import Event
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.track import PoseTrack
from tests.golden.tracks import golden, golden_names, richest, smoothed, told


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``checker``: each exercise; ``own_clip``: each golden track, for the checker of its exercise."""
    if "exercise" in metafunc.fixturenames and "own_clip" not in metafunc.fixturenames:
        metafunc.parametrize("exercise", exercise_ids())
    if "own_clip" in metafunc.fixturenames:
        metafunc.parametrize("own_clip", golden_names())


@pytest.fixture
def checker(exercise: str) -> type[Checker]:
    """A registered checker."""
    return get_exercise(exercise)


@pytest.fixture
def track(exercise: str) -> PoseTrack:
    """The golden track of the exercise with the most faults, as estimated."""
    return golden(richest(exercise))


@pytest.fixture
def poses(exercise: str) -> PoseTrack:
    """The same as the checker gets to see it."""
    return smoothed(richest(exercise))


@pytest.fixture
def events(exercise: str) -> list[Event]:
    """What a fresh checker makes of them."""
    return list(told(richest(exercise)))
