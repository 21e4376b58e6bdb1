"""The pelvis's directions over a set, as the tag on the waistband shows them.

`TagRecord` gathers what was seen; `Pelvis` is what it amounts to: for every frame with a tag, where the person's left
hip points along the camera's axes (x right, y down, z away), and how sure that is.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.view import body_axes
from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.pose.tag_seen import TAG_WIDTH, Face
from formcheck.tag.focal import focal_px
from formcheck.tag.place import hips_and_trunk_px
from formcheck.tag.resolve import Resolved, resolve, turns_of
from formcheck.tag.solve import Solver

__all__ = ["Pelvis", "TagRecord"]

_ALIKE, _FACE = TAG_WIDTH - 2, TAG_WIDTH - 1
_AXES: Final = slice(TAG_WIDTH, TAG_WIDTH + 9)
_HIPS: Final = slice(TAG_WIDTH + 9, TAG_WIDTH + 11)
_WRISTS: Final = slice(TAG_WIDTH + 11, TAG_WIDTH + 15)
_TRUNK: Final = TAG_WIDTH + 15
_TIME: Final = TAG_WIDTH + 16
_SIZE: Final = slice(TAG_WIDTH + 17, TAG_WIDTH + 19)
_ROW: Final = TAG_WIDTH + 19

CORNER_SD_PX: Final = 0.3
"""By how much a tag's length and width are off, for as long as it stays where it is. Ours, from rendered people: 0.15
to 0.3 px for plain tags of 40 to 60 px, twice that for small or blurred ones."""

_READ_ALIKE, _CLEAR_ALIKE, _LESS_ALIKE = 0.82, 0.87, 0.03
"""How much like the print a tag is that is read, and one that is seen clearly; and how much less like it than usual one
that is partly covered. Ours, from rendered people: below 0.8 poses are off by 4 to 20 degrees, from 0.9 on as little as
ever."""

_SACRUM_SLOPE_DEG: Final = 20.0
"""A card on the back looks that much higher than the trunk's own back does: the sacrum slopes. Ours, from rendered
people: 17 to 42 degrees."""

_ELSEWHERE_TRUNKS: Final = 0.65
"""Seen from the hips, a worn tag moves by 0.15 trunk lengths in a deep squat, and 0.5 when somebody turns over."""


class TagRecord:
    """What was seen of a tag through a set, 300 bytes a frame with one; of frames without, only how many."""

    def __init__(self) -> None:
        self._rows = array("d")
        self._first_s = math.nan
        self._last_s = math.nan
        self._frames = 0
        self.solver = Solver()

    def __len__(self) -> int:
        return len(self._rows) // _ROW

    def add(self, pose: Pose) -> None:
        """Take the next pose, the person's own left and right."""
        self._frames += 1
        self._first_s = pose.t_s if math.isnan(self._first_s) else self._first_s
        self._last_s = pose.t_s
        axes = body_axes(pose) if pose.tag is not None else None
        if pose.tag is None or axes is None:
            return
        xy = pose.image_px[:, :2]
        hips, trunk_px = hips_and_trunk_px(pose)
        wrists = [xy[Landmark.LEFT_WRIST], xy[Landmark.RIGHT_WRIST]]
        directions = [axes.left, axes.head, axes.chest]
        row = np.concatenate([pose.tag.row(), *directions, hips, *wrists, [trunk_px, pose.t_s], pose.size_px])
        self._rows.frombytes(row.tobytes())

    def rows(self) -> Array:
        """(n, columns) all of it."""
        return np.frombuffer(self._rows).reshape(-1, _ROW).copy()

    @property
    def frame_s(self) -> float:
        """Usual time from frame to frame; NaN before the second."""
        return (self._last_s - self._first_s) / (self._frames - 1) if self._frames > 1 else math.nan

    @property
    def frames(self) -> int:
        """How many frames there were, with a tag or without."""
        return self._frames


def _alike_at_least(rows: Array, least: float) -> NDArray[np.bool_]:
    """(n,) frames without those in which something covers part of the tag, so that its corners are a guess."""
    alike = rows[:, _ALIKE]
    usual = float(np.median(alike)) if len(rows) else 0.0
    enough: NDArray[np.bool_] = alike >= min(least, usual - _LESS_ALIKE)
    return enough


def _in_its_place(rows: Array) -> Array:
    """Without the frames in which another tag of that code, elsewhere, was taken for it."""
    middles = rows[:, 2:10].reshape(-1, 4, 2).mean(axis=1)
    off = (middles - rows[:, _HIPS]) / rows[:, _TRUNK, None]
    away = np.hypot(*(off - np.median(off, axis=0)).T) if len(rows) else np.empty(0)
    kept: Array = rows[away < _ELSEWHERE_TRUNKS]
    return kept


@dataclass(frozen=True, eq=False)
class Pelvis:
    """The tag of a set, resolved.

    Attributes:
        face: which of both cards is read: the one seen in most frames.
        rows: (n, columns) what was seen of it, as `TagRecord` gathers it.
        frames: how many frames the set has, with the tag or without; ``frame_s`` apart.
        solver: remembers what was solved of the recording before.
    """

    face: Face
    rows: Array
    frames: int
    frame_s: float
    solver: Solver

    @classmethod
    def of(cls, record: TagRecord) -> Pelvis | None:
        """The tag that was worn; None where none of the right pair was seen the right way round."""
        rows = record.rows()
        rows = rows[rows[:, 1] == 0]
        front, back = (rows[rows[:, _FACE] == number] for number in (1, 2))
        face: Face = "front" if len(front) >= len(back) else "back"
        own = front if face == "front" else back
        own = _in_its_place(own[_alike_at_least(own, _READ_ALIKE)])
        return cls(face, own, record.frames, record.frame_s, record.solver) if len(own) else None

    @cached_property
    def t_s(self) -> Array:
        """(n,) times of the frames in which it was seen."""
        times: Array = self.rows[:, _TIME]
        return times

    @cached_property
    def resolved(self) -> Resolved:
        """One pose of the tag for each frame, with the focal length that the set shows."""
        turns, errors_px = self._both
        clear = _alike_at_least(self.rows, _CLEAR_ALIKE)
        return resolve(self.t_s, turns, errors_px, self._expected, self.tilt_sd_deg, clear)

    @cached_property
    def _both(self) -> tuple[Array, Array]:
        """(n, 2, 3, 3) both poses of each frame and (n, 2) how badly each fits."""
        return self.solver.poses(self.t_s, self._from_middle_px, self._found_turns, self.focal_px)

    @cached_property
    def focal_px(self) -> float:
        """The camera's, likeliest by all frames."""
        return focal_px(self._from_middle_px, self._found_turns, float(self.rows[0, _SIZE].max()))

    @property
    def _found_turns(self) -> Array:
        """(n, 2, 3, 3) both poses as they were found, with a usual focal length."""
        return turns_of(self.rows[:, 10:16].reshape(-1, 2, 3))

    @property
    def _from_middle_px(self) -> Array:
        """(n, 4, 2) corners, from the middle of the picture."""
        from_middle: Array = self.corners_px - self.rows[:, None, _SIZE] / 2
        return from_middle

    @property
    def _expected(self) -> Array:
        """(n, 3) where the card looks by what landmarks tell of the trunk."""
        if self.face == "front":
            return self.chest
        slope = math.radians(_SACRUM_SLOPE_DEG)
        return math.sin(slope) * self.head - math.cos(slope) * self.chest

    @cached_property
    def tilt_sd_deg(self) -> Array:
        """(n,) how far the tag's tilt is off.

        The more, the smaller it is, the more squarely it faces the camera, and the less its corners fit a flat square.
        """
        rays = np.concatenate([self._from_middle_px.mean(axis=1), np.full((len(self.rows), 1), self.focal_px)], axis=1)
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        squarely = np.einsum("ni,ni->n", self._both[0][:, 0, :, 2], rays)
        slant = np.sqrt(np.maximum(1 - squarely**2, 0.0))
        misfit_px = float(np.median(self._both[1].min(axis=1)))
        off = math.hypot(CORNER_SD_PX, misfit_px) / self.side_px
        sd: Array = np.degrees(off / np.maximum(slant, np.sqrt(off)))
        return sd

    @property
    def left(self) -> Array:
        """(n, 3) the person's left as landmarks have it; ``head`` and ``chest`` alike."""
        return self._axes[:, 0]

    @property
    def head(self) -> Array:
        return self._axes[:, 1]

    @property
    def chest(self) -> Array:
        return self._axes[:, 2]

    @property
    def _axes(self) -> Array:
        axes: Array = self.rows[:, _AXES].reshape(-1, 3, 3)
        return axes

    @cached_property
    def upright(self) -> float:
        """How far the card's upper edge points to the head: 1 worn as it should be, -1 upside down."""
        return float(np.median(np.einsum("ni,ni->n", self.resolved.turns[:, :, 1], self.head)))

    def left_of_tag(self, turn: Array) -> Array:
        """(3,) where a tag turned so has the person's left."""
        sign = (1.0 if self.face == "front" else -1.0) * (1.0 if self.upright > 0 else -1.0)
        direction: Array = sign * turn[:, 0]
        return direction

    @cached_property
    def hips_px(self) -> Array:
        """(n, 2) the middle of the hips in the picture; ``trunk_px`` (n,) the trunk's length there."""
        hips: Array = self.rows[:, _HIPS]
        return hips

    @cached_property
    def trunk_px(self) -> Array:
        lengths: Array = self.rows[:, _TRUNK]
        return lengths

    @cached_property
    def wrists_px(self) -> Array:
        """(n, 2, 2) left and right wrist in the picture."""
        wrists: Array = self.rows[:, _WRISTS].reshape(-1, 2, 2)
        return wrists

    @cached_property
    def corners_px(self) -> Array:
        """(n, 4, 2) in pixels of the original frame."""
        corners: Array = self.rows[:, 2:10].reshape(-1, 4, 2)
        return corners

    @cached_property
    def side_px(self) -> Array:
        """(n,) longest edge of the tag in the picture."""
        edges = np.linalg.norm(self.corners_px - np.roll(self.corners_px, 1, axis=1), axis=2)
        longest: Array = edges.max(axis=1)
        return longest

    def within(self, from_s: float, to_s: float) -> NDArray[np.bool_]:
        """(n,) which frames lie between two times."""
        inside: NDArray[np.bool_] = (self.t_s >= from_s - 1e-9) & (self.t_s <= to_s + 1e-9)
        return inside
