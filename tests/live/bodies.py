"""Live sets fed from tracks, and what a person may do in front of the camera besides exercising."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from formcheck.exercises.registry import get_exercise
from formcheck.live.live_set import LiveSet
from formcheck.live.records import Cue, Detail, LiveEvent, LiveState, Reason, StartedBy
from formcheck.live.summary import LiveResult
from formcheck.motion.view import body_axes, posture_of
from formcheck.pose.landmarks import Side, of_side
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack, TrackInfo
from tests.golden.tracks import golden, truth
from tests.streams import at_rate, between

SETS = (
    "squat_valgus",
    "squat_partial_left",
    "clamshell_faulty_left",
    "clamshell_clean_right",
    "bridge_faulty_left",
    "glute_bridge_faulty",
    "band_walk_faulty",
    "abduction_faulty_left",
)
"""One sample of each counted exercise with its faults; one that is not counted throughout, and one without fault."""

RUNS = ("running_rear_clean", "running_rear_crossover_both", "running_side_faulty")

SLOW_HZ = 12.5
_SQUAT = "squat_clean_right"


@dataclass(frozen=True)
class Played:
    """Everything that a live set said about a stream."""

    live: LiveSet
    events: Sequence[LiveEvent]
    states: Sequence[LiveState]

    @property
    def reps(self) -> list[Any]:
        """Repetitions as they were counted."""
        return [event.rep for event in self.events if event.kind == "rep"]

    @property
    def cues(self) -> list[Cue]:
        """What was said."""
        return [event.cue for event in self.events if event.kind == "cue"]

    @property
    def started(self) -> list[tuple[float, StartedBy | None]]:
        """When and by what sets began."""
        return [(e.t_s, e.started_by) for e in self.events if e.kind == "stage" and e.stage == "counting"]

    @property
    def ended(self) -> list[tuple[float, Reason | None]]:
        """When and why they ended by themselves."""
        return [(e.t_s, e.reason) for e in self.events if e.kind == "stage" and e.stage == "ended"]

    def warnings(self) -> list[tuple[float, str]]:
        """When which check was told while the repetition was under way."""
        return [(event.t_s, event.check) for event in self.events if event.kind == "warning"]

    def result(self) -> LiveResult:
        """The set closed and scored."""
        return self.live.finish()


def play(poses: PoseTrack | Iterable[Pose], exercise: str, side: Side | None = None, **settings: Any) -> Played:
    """A whole stream through a live set."""
    track_info = poses.info if isinstance(poses, PoseTrack) else None
    live = LiveSet(get_exercise(exercise)(side=side), track_info or TrackInfo(), **settings)
    events: list[LiveEvent] = []
    states: list[LiveState] = []
    for pose in poses:
        update = live.update(pose)
        events += update.events
        states.append(update.state)
    return Played(live, events, states)


@cache
def played(name: str, detail: Detail = "full") -> Played:
    """A sample as if it happened now, by its own exercise."""
    return play(golden(name), truth(name)["exercise"], detail=detail)


@cache
def squats(reps: int = 2) -> PoseTrack:
    """The first clean squats as a slow camera sees them, with a second and a half of rest behind the last."""
    done = truth(_SQUAT)["reps"]
    return at_rate(between(golden(_SQUAT), 0.0, done[reps - 1]["end_s"] + 1.5), SLOW_HZ)


def with_hand_up(pose: Pose, side: Side = "right", *, along: str = "up") -> Pose:
    """The pose with one arm stretched ``along`` "up" against gravity, or overhead along the body ("head")."""
    axes = body_axes(pose)
    assert axes is not None, "the trunk is seen"
    posture = posture_of(axes)
    up = axes.head if along == "head" or posture == "upright" else axes.chest if posture == "supine" else None
    if up is None:
        up = -axes.left if axes.left[1] > 0 else axes.left
    world, visibility = pose.world_m.copy(), pose.visibility.copy()
    shoulder = world[of_side("shoulder", side)]
    for joint, reach_m in (("elbow", 0.28), ("wrist", 0.54), ("index", 0.62)):
        world[of_side(joint, side)] = shoulder + reach_m * up
        visibility[of_side(joint, side)] = 0.95
    return replace(pose, world_m=world, visibility=visibility)


def hand_up_between(track: PoseTrack, start_s: float, end_s: float, side: Side = "right") -> list[Pose]:
    """The track with a hand up from ``start_s`` to ``end_s``."""
    return [with_hand_up(pose, side) if start_s <= pose.t_s < end_s else pose for pose in track]


def standing_still(track: PoseTrack, at_s: float, seconds: float, from_s: float = 0.0) -> list[Pose]:
    """The person as at one moment, 25 times a second, under a little noise."""
    frame = track[int(np.searchsorted(track.t_s, at_s))]
    random = np.random.default_rng(4)
    times = from_s + np.arange(0.0, seconds, 1 / 25)
    return [
        replace(frame, t_s=float(t_s), image_px=frame.image_px + random.normal(0.0, 0.4, frame.image_px.shape))
        for t_s in times
    ]


def nobody(start_s: float, seconds: float, size_px: tuple[int, int]) -> list[Pose]:
    """An empty room, 25 times a second."""
    return [Pose.nobody(float(t_s), size_px, 120.0) for t_s in start_s + np.arange(1, seconds * 25) / 25]
