"""A printed card as a thin sheet: its shape, bent or creased, and where it is at a time.

The card's axes are those of `formcheck.tag`: x to the right for who looks at it, y toward its upper edge, z out of
it. Corners go from the upper left, clockwise. Metres, degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .plan import Colour, TagPlan
from .rotations import FloatArray, about_x_deg, about_z_deg
from .schedule import ramp
from .skeleton import Placement

QUIET_PER_SIDE = 1 / 8
STRIP_PER_SIDE = 1 / 8
MARKER_CELLS = 6
CARD_CELLS = (
    MARKER_CELLS * (1.0 + 2.0 * QUIET_PER_SIDE),
    MARKER_CELLS * (1.0 + 2.0 * QUIET_PER_SIDE + STRIP_PER_SIDE),
)
_GRID = 25  # points along each edge of the sheet
_PROBES = 9  # points along each edge of the black square that are looked for in the picture
_HEM_OFF_M = 0.006
_HEM_WAVE_M = 0.004
_HEM_LEAST_M = 0.004  # of the card is always under the shirt
_HEM_HZ, _FLUTTER_HZ = 0.31, 2.3
_SLIDE_S = 0.4


def half_card_m(tag: TagPlan) -> tuple[float, float, float]:
    """From the code's middle to the card's sides, lower and upper edge."""
    half = tag.side_m * (0.5 + QUIET_PER_SIDE)
    return half, half, half + tag.side_m * STRIP_PER_SIDE


def sheet_m(tag: TagPlan, right: FloatArray, up: FloatArray) -> FloatArray:
    """Points of the sheet in the card's axes, shape (..., 3), from distances along its surface.

    A bend rolls it about its upright axis, a crease folds its lower half off the body.
    """
    half = half_card_m(tag)[0]
    bend = np.radians(tag.bend_deg) / (2.0 * half)
    x, z = (right, np.zeros_like(right)) if tag.bend_deg == 0 else (
        np.sin(bend * right) / bend, (np.cos(bend * right) - 1.0) / bend
    )
    folded, fold = np.minimum(up, 0.0), np.radians(tag.crease_deg)
    y = np.maximum(up, 0.0) + folded * np.cos(fold)
    sheet: FloatArray = np.stack([x, y, z - folded * np.sin(fold)], axis=-1)
    return sheet


def square_m(tag: TagPlan, points: int = 2) -> FloatArray:
    """Points along and within the black square, row by row from its upper left, shape (points, points, 3)."""
    along = np.linspace(-0.5, 0.5, points) * tag.side_m
    right, up = np.meshgrid(along, -along)
    return sheet_m(tag, right, up)


def corners_m(tag: TagPlan) -> FloatArray:
    """Upper left, upper right, lower right, lower left."""
    square = square_m(tag)
    return np.stack([square[0, 0], square[0, 1], square[1, 1], square[1, 0]])


@dataclass(frozen=True)
class Patch:
    """A grid of points with its texture coordinates, rows from the lower edge."""

    points_m: FloatArray
    texture: npt.NDArray[np.float32]
    faces: npt.NDArray[np.int64]


def _patch(points_m: FloatArray) -> Patch:
    rows, columns = points_m.shape[:2]
    u, v = np.meshgrid(np.linspace(0.0, 1.0, columns), np.linspace(0.0, 1.0, rows))
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)
    faces = np.hstack([np.full((len(quads), 1), 4), quads]).ravel()
    texture = np.stack([u, v], axis=-1).reshape(-1, 2).astype(np.float32)
    return Patch(points_m.reshape(-1, 3), texture, faces)


def card_patch(tag: TagPlan) -> Patch:
    """The whole card."""
    side, low, high = half_card_m(tag)
    right, up = np.meshgrid(np.linspace(-side, side, _GRID), np.linspace(-low, high, _GRID))
    return _patch(sheet_m(tag, right, up))


def hem_patch(tag: TagPlan, t_s: float) -> Patch:
    """The shirt over the card's upper part: a wavy strip of cloth a little off it."""
    side, _, high = half_card_m(tag)
    share = tag.hem * np.sin(2.0 * np.pi * _HEM_HZ * t_s)
    edge = min(tag.side_m * (0.5 - share), high - _HEM_LEAST_M)
    right, up = np.meshgrid(np.linspace(-1.5, 1.5, _GRID) * side, np.linspace(edge, 1.5 * high, _GRID))
    cloth = sheet_m(tag, right, up)
    cloth[..., 2] += _HEM_OFF_M + _HEM_WAVE_M * np.sin(right / side * 4.0)
    return _patch(cloth)


@dataclass(frozen=True)
class Card:
    """A tag in its place: fixed to a segment (or to the room, without one) by its centre and axes at rest.

    The columns of `axes` are the card's right, up and out.
    """

    tag: TagPlan
    segment: str | None
    centre_m: FloatArray
    axes: FloatArray
    cloth: Colour
    duration_s: float

    def moved_axes(self, t_s: float) -> FloatArray:
        """The axes at rest with what the card does by itself: sliding and fluttering."""
        slid = self.tag.slide_deg * ramp(t_s, 0.5 * self.duration_s, _SLIDE_S)
        flutter = self.tag.flutter_deg * 0.5 * (1.0 + np.sin(2.0 * np.pi * _FLUTTER_HZ * t_s))
        if slid == 0.0 and flutter == 0.0:
            return self.axes
        return self.axes @ about_z_deg(slid) @ about_x_deg(-float(flutter))

    def rotation(self, placement: Placement, t_s: float) -> FloatArray:
        """World from card."""
        own = self.moved_axes(t_s)
        return own if self.segment is None else placement.rotation(self.segment) @ own

    def points_m(self, placement: Placement, t_s: float, local_m: FloatArray) -> FloatArray:
        """Points given in the card's axes, in the world."""
        rest_m = self.centre_m + self._hung(t_s, local_m)
        return rest_m if self.segment is None else placement.points_m(self.segment, rest_m)

    def _hung(self, t_s: float, local_m: FloatArray) -> FloatArray:
        """Turned with the axes; what flutters hangs from the card's upper edge."""
        top = np.array([0.0, half_card_m(self.tag)[2] if self.tag.flutter_deg else 0.0, 0.0])
        hung: FloatArray = (local_m - top) @ self.moved_axes(t_s).T + self.axes @ top
        return hung

    def corners_m(self, placement: Placement, t_s: float) -> FloatArray:
        """The black square's corners in the world."""
        return self.points_m(placement, t_s, corners_m(self.tag))

    def probes_m(self, placement: Placement, t_s: float) -> FloatArray:
        """Points all over the black square, to ask a picture whether they are seen."""
        return self.points_m(placement, t_s, square_m(self.tag, _PROBES).reshape(-1, 3))
