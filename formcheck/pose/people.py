"""Who is in the picture, whose set it is, and whether a track stayed with that person.

A survey (`PeopleSurvey`) looks at a single frame for everybody in it, now and then; these functions link what
was seen into people. A size is the longer side of a person's box: it changes little when somebody lies down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.pose.track import Box, People, PoseTrack

__all__ = ["Person", "Scene", "Sighting", "distinct", "followed", "jumps", "link", "region_of"]

_SHOWN: Final = 0.5
"""Visibility from which a landmark counts for its person's box."""

_FEWEST_SHOWN: Final = 4
_SAME_SHARE: Final = 0.7
_REACH_SIZES: Final = 0.5
_REACH_SIZES_PER_S: Final = 2.0
_REACH_SIZES_MOST: Final = 2.5
_SIZE_RATIO_MOST: Final = 2.5
_REAL_SIGHTINGS: Final = 2
_REAL_SHARE: Final = 1 / 3
_JUMP_SIZES: Final = 0.4
_JUMP_SIZES_PER_S: Final = 2.0
_ELSEWHERE_SIZES: Final = 0.5
_LOST_SHARE_MOST: Final = 0.2
_MARGIN_SIZES: Final = 0.25


@dataclass(frozen=True, slots=True)
class Sighting:
    """One person seen in one frame.

    Attributes:
        box_px: around the landmarks that are shown.
        confidence: mean of visibility times presence, 0 to 1.
    """

    box_px: Box
    confidence: float
    pose: Pose

    @classmethod
    def of(cls, pose: Pose) -> Self:
        """The sighting that a found pose is."""
        confidence = float(np.mean(pose.visibility * pose.presence))
        return cls(_box(pose.image_px, pose.visibility), confidence, pose)


def distinct(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Largest first, without those that lie within a larger one: a leftover limb, or somebody twice."""
    kept: list[Sighting] = []
    for sighting in sorted(sightings, key=lambda s: -s.box_px[2] * s.box_px[3]):
        if all(_shared_area(sighting.box_px, larger.box_px) < _SAME_SHARE for larger in kept):
            kept.append(sighting)
    return kept


@dataclass(frozen=True, slots=True)
class Person:
    """Sightings of one person, in order of time."""

    sightings: tuple[Sighting, ...]

    @property
    def box_px(self) -> Box:
        """Around all sightings."""
        return _union([s.box_px for s in self.sightings])

    @property
    def size_px(self) -> float:
        """Median over the sightings."""
        return float(np.median([_size(s.box_px) for s in self.sightings]))

    @property
    def movement(self) -> float:
        """How much the landmarks move against the hips, in sizes: what tells exercising from standing by."""
        bodies = np.array([_about_hips(s.pose) / _size(s.box_px) for s in self.sightings])
        return float(np.mean(np.std(bodies, axis=0)))


@dataclass(frozen=True, slots=True)
class Scene:
    """Everybody who was really there.

    Attributes:
        people: the one whose set it is comes first; empty when nobody was seen.
        size_px: of the frames.
    """

    people: tuple[Person, ...]
    size_px: tuple[int, int]

    @property
    def summary(self) -> People:
        """What results say about it."""
        if not self.people:
            return People(seen=0, scored="nobody")
        first, *others = self.people
        return People(
            seen=len(self.people),
            scored=_in_words(self.people, self.size_px),
            box_px=first.box_px,
            others_px=tuple(other.box_px for other in others),
        )


def link(surveys: Sequence[tuple[float, Sequence[Sighting]]], size_px: tuple[int, int]) -> Scene:
    """Everybody seen in the surveys (time, sightings), linked by place and size; ghosts are left out.

    Somebody is real who was seen twice or in a third of the surveys. The set is that of the person who is
    largest, most central, most often seen and moves most.
    """
    tracks: list[list[Sighting]] = []
    for _, sightings in surveys:
        _assign(tracks, sightings)
    enough = min(_REAL_SIGHTINGS, max(1, math.ceil(len(surveys) * _REAL_SHARE)))
    people = [Person(tuple(track)) for track in tracks if len(track) >= enough]
    return Scene(tuple(sorted(people, key=lambda p: -_claim(p, people, size_px))), size_px)


def _assign(tracks: list[list[Sighting]], sightings: Sequence[Sighting]) -> None:
    """Give each sighting to the nearest person within reach, nearest pairs first; the rest are new people."""
    pairs = sorted(
        (distance, t, s)
        for t, track in enumerate(tracks)
        for s, sighting in enumerate(sightings)
        if (distance := _distance_sizes(track[-1], sighting)) <= _reach_sizes(track[-1], sighting)
    )
    taken_tracks: set[int] = set()
    taken: set[int] = set()
    for _, t, s in pairs:
        if t not in taken_tracks and s not in taken:
            tracks[t].append(sightings[s])
            taken_tracks.add(t)
            taken.add(s)
    tracks.extend([sighting] for s, sighting in enumerate(sightings) if s not in taken)


def _reach_sizes(before: Sighting, after: Sighting) -> float:
    sizes = sorted((_size(before.box_px), _size(after.box_px)))
    if sizes[1] > _SIZE_RATIO_MOST * sizes[0]:
        return 0.0
    passed_s = after.pose.t_s - before.pose.t_s
    return min(_REACH_SIZES + _REACH_SIZES_PER_S * passed_s, _REACH_SIZES_MOST)


def _distance_sizes(one: Sighting, two: Sighting) -> float:
    return _moved_sizes(one.box_px, two.box_px)


def _claim(person: Person, people: Sequence[Person], size_px: tuple[int, int]) -> float:
    """How likely it is this person's set, as a product of shares."""
    size = person.size_px / max(p.size_px for p in people)
    often = len(person.sightings) / max(len(p.sightings) for p in people)
    movement = person.movement / (max(p.movement for p in people) or 1.0)
    return size * often * (1 + _centrality(person, size_px)) * (1 + movement)


def _centrality(person: Person, size_px: tuple[int, int]) -> float:
    """1 in the middle of the frame's width, 0 at its edge."""
    centre = float(np.median([_centre(s.box_px)[0] for s in person.sightings]))
    return 1 - min(abs(2 * centre / size_px[0] - 1), 1.0)


def _in_words(people: Sequence[Person], size_px: tuple[int, int]) -> str:
    first = people[0]
    if len(people) == 1:
        return "the only person"
    if first.size_px >= max(p.size_px for p in people):
        which = "the largest"
    elif first.movement >= max(p.movement for p in people):
        which = "the one moving most"
    else:
        which = "the one seen best"
    x = float(np.median([_centre(s.box_px)[0] for s in first.sightings])) / size_px[0]
    where = "left of centre" if x < 0.4 else "right of centre" if x > 0.6 else "in the middle"
    return f"{which} of {len(people)}, {where}"


def followed(track: PoseTrack, scene: Scene) -> bool:
    """Whether ``track`` is of the scene's first person throughout.

    It is not when it jumps, when it is elsewhere at a time that person was sighted, or when it lost a person
    who was sighted in more than a fifth of the sightings.
    """
    if not scene.people or jumps(track).size:
        return False
    sightings = scene.people[0].sightings
    found = track.found
    lost = 0
    for sighting in sightings:
        frame = int(np.argmin(np.abs(track.t_s - sighting.pose.t_s)))
        if not found[frame]:
            lost += 1
        elif _distance_sizes(sighting, Sighting.of(track[frame])) > _ELSEWHERE_SIZES:
            return False
    return lost <= _LOST_SHARE_MOST * len(sightings)


def jumps(track: PoseTrack) -> Array:
    """Times at which the tracked box moved more than a body can from one frame to the next."""
    frames = np.flatnonzero(track.found)
    boxes = [_box(track.image_px[i], track.visibility[i]) for i in frames]
    times = [
        track.t_s[after]
        for before, after, old, new in zip(frames, frames[1:], boxes, boxes[1:], strict=False)
        if _moved_sizes(old, new) > _JUMP_SIZES + _JUMP_SIZES_PER_S * (track.t_s[after] - track.t_s[before])
    ]
    return np.array(times, dtype=float)


def region_of(person: Person, size_px: tuple[int, int]) -> Box:
    """The part of the frame, in whole pixels, that holds all of the person's sightings and a margin."""
    left, top, width, height = person.box_px
    margin = _MARGIN_SIZES * person.size_px
    right, bottom = min(left + width + margin, size_px[0]), min(top + height + margin, size_px[1])
    left, top = max(left - margin, 0.0), max(top - margin, 0.0)
    x, y = math.floor(left), math.floor(top)
    return (float(x), float(y), float(math.ceil(right) - x), float(math.ceil(bottom) - y))


def _box(image_px: Array, visibility: Array) -> Box:
    shown = visibility > _SHOWN
    points = image_px[shown if shown.sum() >= _FEWEST_SHOWN else slice(None), :2]
    (left, top), (right, bottom) = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    return (float(left), float(top), float(right - left), float(bottom - top))


def _union(boxes: Sequence[Box]) -> Box:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return (left, top, right - left, bottom - top)


def _shared_area(box: Box, other: Box) -> float:
    """How much of ``box`` lies within ``other``, 0 to 1."""
    width = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    height = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    return max(width, 0.0) * max(height, 0.0) / max(box[2] * box[3], 1.0)


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2] / 2, box[1] + box[3] / 2)


def _size(box: Box) -> float:
    return max(box[2], box[3], 1.0)


def _moved_sizes(before: Box, after: Box) -> float:
    return math.dist(_centre(before), _centre(after)) / max(_size(before), _size(after))


def _about_hips(pose: Pose) -> Array:
    hips = (pose.image_px[Landmark.LEFT_HIP, :2] + pose.image_px[Landmark.RIGHT_HIP, :2]) / 2
    about: Array = pose.image_px[:, :2] - hips
    return about
