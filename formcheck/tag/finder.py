"""Looks for the tag near the hips of the person who is followed, frame by frame."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.pose import Array, Pose
from formcheck.pose.tag_seen import TagSeen
from formcheck.tag.design import DEFAULT, TagDesign
from formcheck.tag.detect import Found, Grey, Refinement, TagDetector, grey_of, square_poses
from formcheck.tag.place import hips_and_trunk_px
from formcheck.video.frame import Frame

__all__ = ["FOCAL_PER_LONG_SIDE", "TagFinder"]

FOCAL_PER_LONG_SIDE: Final = 1.0
"""Focal length of a camera that nobody calibrated, in longer sides of the picture: phones have 0.75-0.9, cameras that
stand farther off 1.0-1.4. With it both poses are found in each frame; `formcheck.tag.focal` then tells it from all."""

SEARCH_EVERY_S: Final = 0.25
SELDOM_S: Final = 0.7
SELDOM_AFTER_S: Final = 3.0
MIRROR_EVERY: Final = 4
"""Between two looks until a tag was seen, and once none was for some seconds; of how many of them one is at the mirror
image too. Looking is dear enough to be noticed otherwise."""

_AT_ONCE_S: Final = 0.15
_STILL_ALIKE: Final = 0.93
"""For how long the place where a tag must be by now is good enough to lay the print there at once, without finding the
tag anew, and how much like it the picture must then be."""

_COVERED_S: Final = 0.8
_SURELY_ALIKE: Final = 0.85
"""How long a tag is followed under a hand or a thigh that leaves little of it to be seen, and how much like the print
the picture is where that is enough."""

FORGET_S: Final = 2.0
"""A tag unseen for longer is looked for now and then only, as at first."""

LOOK_AROUND_S: Final = 1.0
"""Between two looks all around the hips while a tag is followed."""

_REACH_TRUNKS: Final = 0.8
"""How far from the middle of the hips a worn tag may be, in trunk lengths."""

_SEARCH_PX: Final = 400
"""Width to which the search area is shrunk: a 10 cm tag is then 40 to 50 px wide."""

_FOLLOW_SIDES: Final = 1.4
"""How far around the last place is looked: a tag that went farther is searched for."""

_FOLLOW_PX: Final = 52
_LAID_PX: Final = 72
"""Larger tags are made that small before the print is laid over them."""

_ENLARGED: Final = 2.0
"""The shortest edge of a tag is brought to that size to be read, but enlarged no more than that."""


class TagFinder:
    """Finds the tag of one recording; frames come in order, each with its pose.

    Args:
        design: which codes are looked for, in which dictionary.
    """

    def __init__(self, design: TagDesign = DEFAULT, refinement: Refinement = "template") -> None:
        self.design = design
        self._detector = TagDetector(design.dictionary, refinement)
        self._last: TagSeen | None = None
        self._moving_px_per_s = np.zeros((4, 2))
        self._last_s = -math.inf
        self._at_s = -math.inf
        self._looked_s = -math.inf
        self._searched_s = -math.inf
        self._first_s = math.inf
        self._searches = 0

    def see(self, pose: Pose, frame: Frame) -> Pose:
        """The pose with the tag that is worn, if it is seen."""
        tag = self._find(pose, frame)
        return pose if tag is None else replace(pose, tag=tag)

    def _find(self, pose: Pose, frame: Frame) -> TagSeen | None:
        if not pose.found or not self._is_time(pose.t_s):
            return None
        self._looked_s, self._first_s = pose.t_s, min(self._first_s, pose.t_s)
        picture = _Picture(frame)
        hips, trunk_px = hips_and_trunk_px(pose)
        found = self._best(picture, hips, _REACH_TRUNKS * trunk_px, pose.t_s)
        if found is not None and found.face is not None:
            self._remember(found, pose.t_s)
        return found

    def _best(self, picture: _Picture, hips: Array, reach: float, t_s: float) -> TagSeen | None:
        """Where it was last, seen through what covers part of it, or anywhere near the hips."""
        around = t_s - self._searched_s >= LOOK_AROUND_S  # what is followed may be a poster that came in the way
        found = self._search(picture, hips, reach, t_s) if around else None
        found = found or self._at_once(picture, hips, reach, t_s) or self._follow(picture, hips, reach)
        if found is not None:
            self._last_s = t_s if found.face else self._last_s
            return found
        covered = self._through_cover(picture, hips, reach, t_s)
        return covered or (None if around else self._search_anew(picture, hips, reach, t_s))

    def _search_anew(self, picture: _Picture, hips: Array, reach: float, t_s: float) -> TagSeen | None:
        found = self._search(picture, hips, reach, t_s)
        self._last_s = t_s if found is not None and found.face else self._last_s
        return found

    def _remember(self, found: TagSeen, t_s: float) -> None:
        last, passed_s = self._last, t_s - self._at_s
        near = last is not None and last.mirrored == found.mirrored and passed_s < _COVERED_S
        self._moving_px_per_s = (found.corners_px - last.corners_px) / passed_s if near and last else np.zeros((4, 2))
        self._last, self._at_s = found, t_s

    def _through_cover(self, picture: _Picture, hips: Array, reach: float, t_s: float) -> TagSeen | None:
        """A tag that is partly covered is found no more; it is followed by what is left of it.

        For a while where little is left, for as long as may be where most is: a dark trouser leg over the white rim.
        """
        found = self._expected(picture, hips, reach, t_s) if t_s - self._last_s <= _COVERED_S else None
        if found is not None and found.alike >= _SURELY_ALIKE:
            self._last_s = t_s
        return found

    def _at_once(self, picture: _Picture, hips: Array, reach: float, t_s: float) -> TagSeen | None:
        """A tag that was seen in the frame before, where it must be by now."""
        found = self._expected(picture, hips, reach, t_s) if t_s - self._at_s <= _AT_ONCE_S else None
        return found if found is not None and found.alike >= _STILL_ALIKE else None

    def _expected(self, picture: _Picture, hips: Array, reach: float, t_s: float) -> TagSeen | None:
        """The last tag with its print laid where it must be by now."""
        if self._last is None:
            return None
        expected = self._last.corners_px + self._moving_px_per_s * (t_s - self._at_s)
        if np.abs(expected.mean(axis=0) - hips).max() > reach:
            return None
        return self._solved(picture, Found(self._last.code, expected), self._last.mirrored)

    def _is_time(self, t_s: float) -> bool:
        often = self._last is not None or t_s - self._first_s < SELDOM_AFTER_S
        every_s = SEARCH_EVERY_S if often else SELDOM_S
        return t_s - self._last_s <= FORGET_S or t_s - self._looked_s >= every_s - 1e-6

    def _follow(self, picture: _Picture, hips: Array, reach: float) -> TagSeen | None:
        """Look where it was last."""
        if self._last is None:
            return None
        centre, side_px = self._last.corners_px.mean(axis=0), _side_px(self._last.corners_px)
        if np.abs(centre - hips).max() > reach:
            return None
        scale = min(_ENLARGED, _FOLLOW_PX / _shortest_px(self._last.corners_px))
        return self._look(picture, centre, _FOLLOW_SIDES * side_px, scale, self._last.mirrored)

    def _search(self, picture: _Picture, hips: Array, reach: float, t_s: float) -> TagSeen | None:
        """Look all around the hips, in the picture and in its mirror image."""
        self._searched_s = t_s
        self._searches += 1
        mirrored = None if self._searches % MIRROR_EVERY == 1 else False
        return self._look(picture, hips, reach, min(_ENLARGED, _SEARCH_PX / (2 * reach)), mirrored)

    def _look(
        self, picture: _Picture, centre: Array, reach: float, scale: float, mirrored: bool | None
    ) -> TagSeen | None:
        """The best tag within ``reach``; ``mirrored`` None looks for both kinds."""
        grey, corner = picture.grey(centre, reach, scale)
        if min(grey.shape) < 8:
            return None
        others = True
        found: list[Found] = []
        if not mirrored:
            found, others = self._detector.find(grey)
        in_mirror = bool(mirrored) or (mirrored is None and not found and others)
        if in_mirror:
            found, _ = self._detector.find(np.ascontiguousarray(grey[:, ::-1]))
        if not found:
            return None
        middle = np.array([grey.shape[1], grey.shape[0]]) / 2
        best = min(found, key=lambda each: (self.design.face_of(each.code) is None, _off(each, middle)))
        corners_px = best.corners_px
        if in_mirror:
            corners_px = _flipped(corners_px, grey.shape[1])
        return self._solved(picture, Found(best.code, corners_px / scale + corner), in_mirror)

    def _solved(self, picture: _Picture, found: Found, in_mirror: bool) -> TagSeen | None:
        """Corners brought closer on the full resolution, in pixels of the original frame, and both poses."""
        side_px = _side_px(found.corners_px)
        scale = min(1.0, _LAID_PX / side_px)
        grey, corner = picture.grey(found.corners_px.mean(axis=0), 0.85 * side_px, scale)
        near, wide = (found.corners_px - corner) * scale, grey.shape[1]
        if in_mirror:
            grey, near = np.ascontiguousarray(grey[:, ::-1]), _flipped(near, wide)
        refined = self._detector.refined(grey, Found(found.code, near))
        if refined is None:
            return None
        near = _flipped(refined.corners_px, wide) if in_mirror else refined.corners_px
        corners_px = near / scale + corner
        width, height = picture.size_px
        readable = _flipped(corners_px, width) if in_mirror else corners_px
        focal_px = FOCAL_PER_LONG_SIDE * max(width, height)
        rotations, errors_px = square_poses(readable, focal_px, (width / 2, height / 2))
        face = self.design.face_of(found.code)
        return TagSeen(found.code, face, in_mirror, corners_px, rotations, errors_px, refined.alike).on_grid()


class _Picture:
    """A frame in its full resolution, cropped in pixels of the original."""

    def __init__(self, frame: Frame) -> None:
        self.size_px = frame.size_px
        self._red_first = frame.original is None
        self._pixels: NDArray[Any] = frame.image if frame.original is None else frame.original
        left, top, width, _ = frame.box_px
        self._origin = np.array([left, top])
        self._per_px = self._pixels.shape[1] / width

    def grey(self, centre: Array, reach: float, scale: float) -> tuple[Grey, Array]:
        """The square around ``centre`` as grey, ``scale`` times the original, and its upper left corner."""
        height, width = self._pixels.shape[:2]
        at, half = (centre - self._origin) * self._per_px, reach * self._per_px
        low = np.clip(np.floor(at - half), 0, (width, height)).astype(int)
        high = np.clip(np.ceil(at + half), 0, (width, height)).astype(int)
        part = self._pixels[low[1] : high[1], low[0] : high[0]]
        if part.size == 0:
            return np.zeros((0, 0), np.uint8), self._origin
        return grey_of(part, red_first=self._red_first, scale=scale / self._per_px), low / self._per_px + self._origin


def _side_px(corners_px: Array) -> float:
    """Mean length of the four sides."""
    return float(np.hypot(*(corners_px - np.roll(corners_px, 1, axis=0)).T).mean())


def _shortest_px(corners_px: Array) -> float:
    return float(np.hypot(*(corners_px - np.roll(corners_px, 1, axis=0)).T).min())


def _off(found: Found, middle: Array) -> float:
    return float(np.hypot(*(found.corners_px.mean(axis=0) - middle)))


def _flipped(corners_px: Array, width: float) -> Array:
    flipped = corners_px.copy()
    flipped[:, 0] = width - flipped[:, 0]
    return flipped
