"""Faces made unrecognisable in pictures, by the landmarks that were found in them; measuring is over by then.

Where a face is not known to be, more is hidden, never less: the place of a head that was lost grows with time until
it fills the picture, and everybody else is hidden wherever they were seen. What is hidden is averaged into a few
blocks, which lie on the head and move with it, and the blocks are blurred: no filter brings back what was averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array
from formcheck.pose.track import Box, PoseTrack
from formcheck.report.figures import Frames, Picture
from formcheck.video.frame import Frame

__all__ = ["FaceBlur"]

_EARS: Final = [Landmark.LEFT_EAR, Landmark.RIGHT_EAR]
_EYES: Final = [Landmark.LEFT_EYE, Landmark.RIGHT_EYE]
_MOUTH: Final = [Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT]

CROWN_OF_FACE: Final = 0.6
"""How far the head's middle lies toward the crown, in distances from mouth to eyes."""

HEAD_OF_TRUNK: Final = 0.45
HEAD_OF_SHOULDERS: Final = 0.5
HEAD_OF_FACE: Final = 1.8
"""Radius hidden around the head's middle, in trunk lengths, shoulder widths and radii of the face: the largest counts.
A head's own radius is about 0.25, 0.33 and 1.2 of them; the trunk and the shoulders may be foreshortened."""

HEAD_ABOVE_SHOULDERS: Final = 0.45
GUESSED_OF_TRUNK: Final = 0.6
"""Place and radius of a head whose landmarks are missing while shoulders and hips are there, in trunk lengths."""

AROUND_S: Final = 0.1
"""A frame's head is hidden where the frames around it have it too: a landmark that jumps once lets nothing slip."""

GROWTH_PER_S: Final = 5.0
"""Head radii by which the place of a lost head grows in a second: somebody walking off stays inside."""

BLOCKS_IN_HEAD: Final = 4
BLOCKS_IN_PERSON: Final = 24
"""A standing person's face is an eighth of their height: three blocks."""
BLOCKS_IN_FRAME: Final = 16


@dataclass(frozen=True, slots=True)
class _Disc:
    """What is hidden of a picture; ``head_px`` is the radius of the head itself."""

    x: float
    y: float
    radius: float
    head_px: float


class FaceBlur:
    """Hides faces in the pictures of one recording.

    Args:
        track: the poses in pixels of the recording as filmed.
    """

    def __init__(self, track: PoseTrack) -> None:
        self._size_px = track.size_px
        heads = _heads(track.image_px[..., :2])
        known = np.isfinite(heads).all(axis=1)
        self._heads, self._t_s = heads[known], track.t_s[known]
        people = track.info.people
        self._others = people.others_px
        self._only_here = people.box_px if people.seen is None else None

    def frames(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames in order, without faces."""
        return (replace(frame, image=self.hidden(frame.image, frame.t_s)) for frame in frames)

    def fetching(self, frames: Frames) -> Frames:
        """What fetches frames by their times, made to fetch them without faces."""

        def fetch(times_s: Sequence[float]) -> Mapping[float, Picture]:
            return {t_s: self.hidden(picture, t_s) for t_s, picture in frames(times_s).items()}

        return fetch

    def hidden(self, picture: Picture, t_s: float) -> Picture:
        """A copy of the picture (h, w, 3) shown at ``t_s``, of any scale, without faces."""
        scale = picture.shape[1] / self._size_px[0]
        shown = picture.copy()
        if self._only_here is not None:
            # Nobody looked who else is there: all but the named region is hidden.
            shown = _blocks(picture, max(picture.shape[:2]) / BLOCKS_IN_FRAME)
            left, top, right, bottom = _corners(self._only_here, scale)
            shown[top:bottom, left:right] = picture[top:bottom, left:right]
        for box in self._others:
            _hide_box(shown, _corners(box, scale), max(box[2:]) * scale / BLOCKS_IN_PERSON)
        disc = self._disc_at(t_s)
        return _blocks(shown, max(shown.shape[:2]) / BLOCKS_IN_FRAME) if disc is None else _hide(shown, disc, scale)

    def _disc_at(self, t_s: float) -> _Disc | None:
        """Around the heads of the frames about ``t_s``, or of those before and after a gap; None without any."""
        first, last = np.searchsorted(self._t_s, [t_s - AROUND_S, t_s + AROUND_S])
        if first == last:
            first, last = max(0, first - 1), min(len(self._t_s), last + 1)
        if first == last:
            return None
        heads = self._heads[first:last]
        away_s = np.maximum(np.abs(self._t_s[first:last] - t_s) - AROUND_S, 0.0)
        middle = (heads[:, :2].min(axis=0) + heads[:, :2].max(axis=0)) / 2
        reach = np.linalg.norm(heads[:, :2] - middle, axis=1) + heads[:, 2] * (1 + GROWTH_PER_S * away_s)
        return _Disc(float(middle[0]), float(middle[1]), float(reach.max()), float(heads[:, 2].max()))


def _heads(points: Array) -> Array:
    """Middle and radius (n, 3) of the head in each pose, of (n, 33, 2) landmarks; NaN where nothing tells it."""
    face = points[:, Landmark.NOSE : Landmark.MOUTH_RIGHT + 1]
    known: NDArray[np.bool_] = np.asarray(np.isfinite(face).all(axis=2))
    count = np.asarray(known.sum(axis=1))
    middle = np.where(known[..., None], face, 0.0).sum(axis=1) / np.where(count, count, np.nan)[:, None]
    ears, eyes, mouth = (points[:, pair].mean(axis=1) for pair in (_EARS, _EYES, _MOUTH))
    # The face lies in front of the head and low on it.
    centre = (ears + middle) / 2 + CROWN_OF_FACE * (eyes - mouth)
    centre = np.where(np.isfinite(centre), centre, middle)
    spread = np.where(known, np.linalg.norm(face - middle[:, None], axis=2), 0.0).max(axis=1)
    across = points[:, Landmark.LEFT_SHOULDER] - points[:, Landmark.RIGHT_SHOULDER]
    shoulders = (points[:, Landmark.LEFT_SHOULDER] + points[:, Landmark.RIGHT_SHOULDER]) / 2
    spine = shoulders - (points[:, Landmark.LEFT_HIP] + points[:, Landmark.RIGHT_HIP]) / 2
    trunk = np.linalg.norm(spine, axis=1)
    # fmax passes over what is missing.
    sizes = HEAD_OF_FACE * spread, HEAD_OF_TRUNK * trunk, HEAD_OF_SHOULDERS * np.linalg.norm(across, axis=1)
    radius = np.fmax.reduce(sizes)
    guessed = np.column_stack([shoulders + HEAD_ABOVE_SHOULDERS * spine, GUESSED_OF_TRUNK * trunk])
    return np.where((count > 0)[:, None], np.column_stack([centre, radius]), guessed)


def _corners(box: Box, scale: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in whole pixels of a picture of another scale."""
    left, top, width, height = (side * scale for side in box)
    sides = np.floor(left), np.floor(top), np.ceil(left + width), np.ceil(top + height)
    return max(0, int(sides[0])), max(0, int(sides[1])), max(0, int(sides[2])), max(0, int(sides[3]))


def _hide_box(picture: Picture, corners: tuple[int, int, int, int], block_px: float) -> None:
    left, top, right, bottom = corners
    part = picture[top:bottom, left:right]
    if part.size:
        part[:] = _blocks(part, block_px)


def _hide(picture: Picture, disc: _Disc, scale: float) -> Picture:
    """Hides a disc of the picture in place."""
    radius = disc.radius * scale
    x, y = disc.x * scale, disc.y * scale
    left, top, right, bottom = _corners((x - radius, y - radius, 2 * radius, 2 * radius), 1.0)
    part = picture[top:bottom, left:right]
    if part.size:
        inside = np.zeros(part.shape[:2], dtype=np.uint8)
        cv2.circle(inside, (round(x) - left, round(y) - top), int(np.ceil(radius)), 1, cv2.FILLED)
        cv2.copyTo(_blocks(part, 2 * disc.head_px * scale / BLOCKS_IN_HEAD), inside, part)
    return picture


def _blocks(picture: Picture, block_px: float) -> Picture:
    """The picture averaged into blocks of about this size, and blurred from block to block."""
    height, width = picture.shape[:2]
    few = max(1, round(width / block_px)), max(1, round(height / block_px))
    small = cv2.resize(picture, few, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
