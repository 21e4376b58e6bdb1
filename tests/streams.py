"""What may happen to a track on its way, and what a checker says to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.events import EVENT, Event, SetClosed
from formcheck.exercises.base import Checker
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Pose
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.tag_seen import TAG_WIDTH
from formcheck.pose.track import PoseTrack
from formcheck.results import Verdict

POINTS = ("image_px", "world_m", "visibility", "presence")
LEGS = [mark for mark in Landmark if any(part in mark.name for part in ("KNEE", "ANKLE", "HEEL", "FOOT"))]
TRUNK = [mark for mark in Landmark if any(part in mark.name for part in ("SHOULDER", "HIP"))]


def run(checker: Checker, poses: Iterable[Pose]) -> list[Event]:
    """Every event of a whole stream."""
    events = [event for pose in poses for event in checker.update(pose)]
    return [*events, *checker.finish()]


def heard(checker: type[Checker], track: PoseTrack) -> SetClosed:
    """What a fresh checker makes of a recording, smoothed as recordings are."""
    return closed(run(checker(), smooth_recording(track, checker.smoothing_hz)))


def closed(events: Sequence[Event]) -> SetClosed:
    """The last word on the set."""
    last = events[-1]
    assert isinstance(last, SetClosed)
    return last


def plain(events: Iterable[Event]) -> list[Any]:
    """Events as JSON data."""
    return [EVENT.dump_python(event, mode="json") for event in events]


def verdicts(said: SetClosed) -> list[Verdict]:
    """Every verdict, of repetitions and of the set."""
    return [*(verdict for rep in said.reps for verdict in rep.verdicts), *said.verdicts]


def faults(said: SetClosed) -> set[tuple[str, str | None, tuple[int, ...]]]:
    """Every accusation of the set: check, side, repetitions."""
    return {(v.check, v.side, v.reps) for v in verdicts(said) if v.state == "fault"}


def accused(said: SetClosed) -> set[str]:
    """Checks with a fault anywhere."""
    return {v.check for v in verdicts(said) if v.state == "fault"}


def taken(track: PoseTrack, frames: slice | NDArray[Any]) -> PoseTrack:
    """Some of the frames."""
    values: dict[str, Any] = {name: getattr(track, name)[frames] for name in (*POINTS, "t_s", "brightness")}
    return replace(track, **values, tags=track.tags[frames] if len(track.tags) else track.tags)


def between(track: PoseTrack, start_s: float, end_s: float) -> PoseTrack:
    """The frames from ``start_s`` to before ``end_s``."""
    return taken(track, np.flatnonzero((track.t_s >= start_s) & (track.t_s < end_s)))


def later(track: PoseTrack, seconds: float) -> PoseTrack:
    """The same with the clock put forward."""
    return replace(track, t_s=track.t_s + seconds)


def spliced(first: PoseTrack, second: PoseTrack) -> PoseTrack:
    """One film after the other, a frame apart."""
    second = later(second, first.t_s[-1] - second.t_s[0] + float(np.median(np.diff(first.t_s))))
    values: dict[str, Any] = {
        name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in (*POINTS, "t_s", "brightness")
    }
    return replace(first, **values, tags=np.concatenate([tag_rows(first), tag_rows(second)]))


def tag_rows(track: PoseTrack) -> NDArray[np.float64]:
    """A row a frame, NaN where no tag was seen, also of a track without any."""
    return track.tags if len(track.tags) else np.full((len(track), TAG_WIDTH), np.nan)


def at_times(track: PoseTrack, t_s: NDArray[np.float64]) -> PoseTrack:
    """As a camera would have seen it at other times: linear between frames, the tag as in the nearest one."""

    def read(values: NDArray[np.float64]) -> NDArray[np.float64]:
        columns = values.reshape(len(track), -1)
        columns = np.stack([np.interp(t_s, track.t_s, column) for column in columns.T], axis=1)
        return columns.reshape(len(t_s), *values.shape[1:])

    values: dict[str, Any] = {name: read(getattr(track, name)) for name in (*POINTS, "brightness")}
    nearest = np.abs(t_s[:, None] - track.t_s[None, :]).argmin(axis=1)
    return replace(track, t_s=t_s, **values, tags=track.tags[nearest] if len(track.tags) else track.tags)


def at_rate(track: PoseTrack, rate_hz: float) -> PoseTrack:
    """Filmed at another frame rate."""
    return at_times(track, np.arange(track.t_s[0], track.t_s[-1], 1 / rate_hz))


def jittered(track: PoseTrack, seed: int = 1) -> PoseTrack:
    """Filmed with frames up to 40% of their distance early or late."""
    step_s = float(np.median(np.diff(track.t_s)))
    shifts = np.random.default_rng(seed).uniform(-0.4, 0.4, len(track)) * step_s
    return at_times(track, np.clip(track.t_s + shifts, track.t_s[0], None) + np.arange(len(track)) * 1e-9)


def zoomed(track: PoseTrack, factor: float, shift_px: tuple[float, float] = (0.0, 0.0)) -> PoseTrack:
    """The picture enlarged and moved within a frame that grows with it."""
    image_px = track.image_px * factor
    image_px[..., :2] += shift_px
    width, height = (round(side * factor + 2 * shift) for side, shift in zip(track.size_px, shift_px, strict=True))
    return replace(track, image_px=image_px, size_px=(width, height))


def lost(track: PoseTrack, start_s: float, end_s: float) -> PoseTrack:
    """Nobody was found from ``start_s`` to before ``end_s``."""
    return unseen(track, (track.t_s >= start_s) & (track.t_s < end_s), list(Landmark))


def unseen(track: PoseTrack, frames: NDArray[np.bool_], marks: Sequence[int]) -> PoseTrack:
    """Some landmarks are NaN in some frames."""
    values = {name: getattr(track, name).copy() for name in POINTS}
    for name, array in values.items():
        nothing = np.nan if name in ("image_px", "world_m") else 0.0
        array[np.ix_(np.flatnonzero(frames), np.array(marks, dtype=np.intp))] = nothing
    return replace(track, **values)


def dropouts(track: PoseTrack, share: float, seed: int = 2) -> PoseTrack:
    """Single landmarks are NaN here and there, and now and then the whole person."""
    random = np.random.default_rng(seed)
    gone = random.random(track.visibility.shape) < share
    gone |= (random.random(len(track)) < share / 2)[:, None]
    values = {name: getattr(track, name).copy() for name in POINTS}
    for name, array in values.items():
        array[gone] = np.nan if name in ("image_px", "world_m") else 0.0
    return replace(track, **values)


def hidden(track: PoseTrack, marks: Sequence[int]) -> PoseTrack:
    """Some landmarks are guessed at throughout, none of them seen."""
    visibility = track.visibility.copy()
    visibility[:, list(marks)] = 0.0
    return replace(track, visibility=visibility)


def still(track: PoseTrack, at_s: float, seconds: float = 20.0, seed: int = 3) -> PoseTrack:
    """The person as at one moment, for a while, breathing and swaying a little, under the landmarks' noise."""
    frame = int(np.searchsorted(track.t_s, at_s))
    t_s = np.arange(0.0, seconds, 1 / 25)
    held = taken(track, np.full(len(t_s), frame))
    random = np.random.default_rng(seed)
    size_px = float(np.ptp(track.image_px[frame, :, :2], axis=0).max())
    sway = 0.01 * size_px * np.sin(2 * np.pi * 0.25 * t_s)[:, None, None] * np.array([1.0, 0.3, 0.0])
    image_px = held.image_px + sway + random.normal(0.0, 0.002 * size_px, held.image_px.shape)
    world_m = held.world_m + random.normal(0.0, 0.005, held.world_m.shape)
    return replace(held, t_s=t_s, image_px=image_px, world_m=world_m)
