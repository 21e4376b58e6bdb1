"""Faces made unrecognisable in pictures, by the landmarks that were found in them; measuring is over by then.

Where a face is not known to be, more is hidden, never less: a frame in which nobody was found is hidden whole, and
so is everybody else's place. Pictures are averaged into blocks, which nothing can undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array
from formcheck.pose.track import Box, PoseTrack
from formcheck.report.figures import Frames, Picture
from formcheck.video.frame import Frame

__all__ = ["FaceBlur"]

FACE: Final = slice(Landmark.NOSE, Landmark.MOUTH_RIGHT + 1)
SAME_FRAME_S: Final = 0.02

HEAD_OF_TRUNK: Final = 0.4
HEAD_OF_SHOULDERS: Final = 0.5
HEAD_OF_FACE: Final = 1.8
"""Radius hidden around the face's middle, in trunk lengths, shoulder widths and radii of the face: the largest counts.
A head's own radius is about 0.25, 0.33 and 1.2 of them; the trunk and the shoulders may be foreshortened."""

BLOCKS_IN_HEAD: Final = 4
BLOCKS_IN_PERSON: Final = 24
"""A standing person's face is an eighth of their height: three blocks."""
BLOCKS_IN_FRAME: Final = 16


class FaceBlur:
    """Hides faces in the pictures of one recording.

    Args:
        track: the poses in pixels of the recording as filmed.
    """

    def __init__(self, track: PoseTrack) -> None:
        self._track = track
        self._found = track.found
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
        index = self._index_at(t_s)
        if index is None:
            return _blocks(picture, max(picture.shape[:2]) / BLOCKS_IN_FRAME)
        scale = np.array(picture.shape[1::-1]) / self._track.size_px
        shown = picture.copy()
        if self._only_here is not None:
            shown = _blocks(picture, max(picture.shape[:2]) / BLOCKS_IN_FRAME)
            _copy(picture, shown, _corners(self._only_here, scale))
        for box in self._others:
            _hide(shown, _corners(box, scale), max(box[2:]) * float(scale.max()) / BLOCKS_IN_PERSON)
        head = _head(self._track.image_px[index, :, :2])
        _hide(shown, _corners(head, scale), head[2] * float(scale.max()) / BLOCKS_IN_HEAD)
        return shown

    def _index_at(self, t_s: float) -> int | None:
        """The frame at ``t_s``, if a person was found in it."""
        index = int(np.searchsorted(self._track.t_s, t_s - SAME_FRAME_S))
        return index if index < len(self._track) and self._found[index] else None


def _head(points: Array) -> Box:
    """A square around the head of one pose, (33, 2) in pixels."""
    face = points[FACE]
    middle = np.nanmean(face, axis=0)
    shoulders = points[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    hips = points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    sizes = (
        HEAD_OF_FACE * np.nanmax(np.linalg.norm(face - middle, axis=1)),
        HEAD_OF_TRUNK * np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0)),
        HEAD_OF_SHOULDERS * np.linalg.norm(shoulders[0] - shoulders[1]),
    )
    radius = float(np.nanmax(sizes))
    return float(middle[0]) - radius, float(middle[1]) - radius, 2 * radius, 2 * radius


def _corners(box: Box, scale: Array) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in whole pixels of a picture of another scale."""
    left, top = np.floor(np.array(box[:2]) * scale).astype(int)
    right, bottom = np.ceil((np.array(box[:2]) + box[2:]) * scale).astype(int)
    return max(0, int(left)), max(0, int(top)), max(0, int(right)), max(0, int(bottom))


def _hide(picture: Picture, corners: tuple[int, int, int, int], block_px: float) -> None:
    left, top, right, bottom = corners
    part = picture[top:bottom, left:right]
    if part.size:
        part[:] = _blocks(part, block_px)


def _copy(source: Picture, target: Picture, corners: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = corners
    target[top:bottom, left:right] = source[top:bottom, left:right]


def _blocks(picture: Picture, block_px: float) -> Picture:
    height, width = picture.shape[:2]
    few = max(1, round(width / block_px)), max(1, round(height / block_px))
    small = cv2.resize(picture, few, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
