"""Landmark tracks of the sample clips, made once by :mod:`tests.golden.make`, and their truth."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from formcheck.events import Event, SetClosed
from formcheck.exercises.registry import get_exercise
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from tests.golden.make import CLIPS, GOLDEN
from tests.streams import closed, run


def golden_names() -> list[str]:
    """Every golden track, sorted."""
    return sorted(path.stem for path in GOLDEN.glob("*.npz"))


@cache
def golden(name: str) -> PoseTrack:
    """The track as estimated."""
    return load_track(GOLDEN / f"{name}.npz")


@cache
def smoothed(name: str) -> PoseTrack:
    """The track as the clip's own checker gets to see it."""
    return smooth_recording(golden(name), get_exercise(truth(name)["exercise"]).smoothing_hz)


@cache
def truth(name: str) -> dict[str, Any]:
    """The clip's truth file."""
    found: dict[str, Any] = json.loads((CLIPS / f"{name}.truth.json").read_text(encoding="utf-8"))
    return found


@cache
def told(name: str) -> tuple[Event, ...]:
    """Every event of the clip's own checker over the whole track."""
    return tuple(run(get_exercise(truth(name)["exercise"])(), smoothed(name)))


def said(name: str) -> SetClosed:
    """What the clip's own checker makes of the whole track in the end."""
    return closed(told(name))


def names_of(exercise: str) -> list[str]:
    """The golden tracks of an exercise."""
    return [name for name in golden_names() if truth(name)["exercise"] == exercise]


def richest(exercise: str) -> str:
    """The golden track of an exercise with the most faults in it."""
    return max(names_of(exercise), key=_faults)


def cleanest(exercise: str) -> str:
    """The golden track of an exercise with the fewest."""
    return min(names_of(exercise), key=_faults)


def _faults(name: str) -> int:
    told = truth(name)
    per_side = told.get("faults_by_side", {}).values()
    return sum(len(rep["faults"]) for rep in told.get("reps", [])) + sum(len(side) for side in per_side)
