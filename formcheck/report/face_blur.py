"""Faces made unrecognisable in pictures, by the landmarks that were found in them; measuring is over by then.

Where a face is not known to be, more is hidden, never less: the place of a head that was lost grows with time until
it fills the picture. Where others were seen, or nobody looked for them, all but the scored person's body is hidden:
others are looked for once a second only and may be anywhere in between. What is hidden is averaged into a few blocks,
which lie on the head and move with it, and the blocks are blurred: no filter brings back what was averaged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.pose.track import PoseTrack
from formcheck.report import angles
from formcheck.report.figures import Frames, Picture
from formcheck.video.frame import Frame

__all__ = ["FaceBlur"]

_EARS: Final = [Landmark.LEFT_EAR, Landmark.RIGHT_EAR]
_EYES: Final = [Landmark.LEFT_EYE, Landmark.RIGHT_EYE]
_MOUTH: Final = [Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT]
_TRUNK: Final = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]

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
BLOCKS_IN_FRAME: Final = 16

LIMB_OF_TRUNK: Final = 0.4
SAME_FRAME_S: Final = 0.02


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
        self._track, self._alone = track, track.info.people.seen == 1

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
        shown = picture.copy() if self._alone else self._body_only(picture, t_s, scale)
        disc = self._disc_at(t_s)
        return _blocks(shown, max(shown.shape[:2]) / BLOCKS_IN_FRAME) if disc is None else _hide(shown, disc, scale)

    def _body_only(self, picture: Picture, t_s: float, scale: float) -> Picture:
        """The picture hidden but for the scored person's body, or all of it where nobody was found."""
        shown = _blocks(picture, max(picture.shape[:2]) / BLOCKS_IN_FRAME)
        index = min(int(np.searchsorted(self._track.t_s, t_s - SAME_FRAME_S)), len(self._track) - 1)
        if abs(self._track.t_s[index] - t_s) <= SAME_FRAME_S:
            cv2.copyTo(picture, _body(self._track[index], picture.shape[:2], scale), shown)
        return shown

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


def _body(pose: Pose, shape: tuple[int, ...], scale: float) -> NDArray[np.uint8]:
    """Where the body is: 1 along its sticks, as wide as limbs are, else 0."""
    points = pose.image_px[:, :2] * scale
    mask = np.zeros(shape[:2], dtype=np.uint8)
    width = max(1, round(LIMB_OF_TRUNK * angles.torso_px(pose) * scale))
    trunk = points[_TRUNK]
    if np.isfinite(trunk).all():
        cv2.fillConvexPoly(mask, cv2.convexHull(np.round(trunk).astype(np.int32)), 1)
    for bone in angles.BONES:
        ends = points[list(bone)]
        if np.isfinite(ends).all():
            cv2.polylines(mask, [np.round(ends).astype(np.int32)], False, 1, width)
    return mask


def _hide(picture: Picture, disc: _Disc, scale: float) -> Picture:
    """Hides a disc of the picture in place."""
    radius = disc.radius * scale
    x, y = disc.x * scale, disc.y * scale
    left, top = (max(0, math.floor(side - radius)) for side in (x, y))
    right, bottom = (max(0, math.ceil(side + radius)) for side in (x, y))
    part = picture[top:bottom, left:right]
    if part.size:
        inside = np.zeros(part.shape[:2], dtype=np.uint8)
        cv2.circle(inside, (round(x) - left, round(y) - top), math.ceil(radius), 1, cv2.FILLED)
        cv2.copyTo(_blocks(part, 2 * disc.head_px * scale / BLOCKS_IN_HEAD), inside, part)
    return picture


def _blocks(picture: Picture, block_px: float) -> Picture:
    """The picture averaged into blocks of about this size, and blurred from block to block."""
    height, width = picture.shape[:2]
    few = max(1, round(width / block_px)), max(1, round(height / block_px))
    small = cv2.resize(picture, few, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
