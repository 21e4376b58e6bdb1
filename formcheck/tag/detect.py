"""Finds tags in a small grey picture and brings their corners to a tenth of a pixel: all that OpenCV is asked.

Corners come from laying the tag's own picture over the frame (enhanced correlation, Evangelidis and Psarakis 2008):
all its edges count, not four corners alone. At 40 px the angle is then 0.15 degrees off instead of 0.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.tag_seen import Array
from formcheck.tag.design import QUIET_PER_SIDE
from formcheck.tag.solve import SQUARE

__all__ = ["Found", "Grey", "Refinement", "TagDetector", "cells", "grey_of", "read_in_mirror", "square_poses"]

Grey = NDArray[np.uint8]
"""(h, w), 8 bit."""

Refinement = Literal["template", "subpixel", "apriltag"]

_TEMPLATE_PX: Final = 48
_TEMPLATE_MARGIN: Final = QUIET_PER_SIDE / 2
"""Of the quiet zone only the inner half: beyond its edge begins whatever the wearer wears."""

_LEAST_ALIKE: Final = 0.75
"""Correlation of tag and picture below which it is no tag, or mostly hidden; seen well it is 0.9 and more."""

_MOST_SHIFT: Final = 0.25
"""In sides; where corners move farther, laying one over the other went astray."""

_ROUNDS: Final = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 8, 5e-4)
_SMOOTHING_PX: Final = (3, 5)
"""Of the picture: of a large tag only every second pixel is looked at."""
_METHODS: Final = {
    "template": cv2.aruco.CORNER_REFINE_SUBPIX,
    "subpixel": cv2.aruco.CORNER_REFINE_SUBPIX,
    "apriltag": cv2.aruco.CORNER_REFINE_APRILTAG,
}
_HALF_PX: Final = {"template": 0.5, "subpixel": 0.5, "apriltag": 0.0}
"""What turns a corner from the centre of a pixel as its origin to the pixel's own corner, as landmarks have it."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A tag in a picture: its code, and its corners (4, 2) in pixels from the picture's upper left edge.

    ``alike``: correlation with the printed tag once it was laid over, 0 before.
    """

    code: int
    corners_px: Array
    alike: float = 0.0


class TagDetector:
    """Finds the tags of one dictionary, as `formcheck.tag.design.DICTIONARIES` names it."""

    def __init__(self, dictionary: str, refinement: Refinement = "template") -> None:
        parameters = cv2.aruco.DetectorParameters()
        parameters.cornerRefinementMethod = _METHODS[refinement]
        # Of a small slanted tag's cells only the middle is their own; one misread cell is put right. Of 116 frames of a
        # tag of 19 by 30 px these find 102 instead of 17; what is not that tag is told by laying the print over it.
        parameters.perspectiveRemovePixelPerCell = 8
        parameters.perspectiveRemoveIgnoredMarginPerCell = 0.3
        parameters.errorCorrectionRate = 1.0
        self._dictionary = dictionary
        self._refinement = refinement
        self._detector = cv2.aruco.ArucoDetector(_dictionary(dictionary), parameters)

    def find(self, grey: Grey) -> tuple[list[Found], bool]:
        """All tags, and whether anything else looks like the outline of one (it may be a mirrored tag)."""
        corners, codes, rejected = self._detector.detectMarkers(grey)
        shift = _HALF_PX[self._refinement]
        found = [
            Found(int(code), square.reshape(4, 2).astype(float) + shift)
            for square, code in zip(corners, () if codes is None else codes.ravel(), strict=True)
        ]
        return found, len(rejected) > 0

    def refined(self, grey: Grey, found: Found) -> Found | None:
        """The same tag with its corners brought as close as the picture allows; None where it is no such tag."""
        return _laid_over(grey, self._dictionary, found) if self._refinement == "template" else found


def _laid_over(grey: Grey, dictionary: str, found: Found) -> Found | None:
    side_px = float(np.sqrt(cv2.contourArea(found.corners_px.astype(np.float32))))
    template, own = _template(dictionary, found.code, _TEMPLATE_PX)
    start = cv2.getPerspectiveTransform(own, (found.corners_px - 0.5).astype(np.float32))
    try:
        alike, warp = cv2.findTransformECC(
            template,
            grey.astype(np.float32),
            start.astype(np.float32),
            cv2.MOTION_HOMOGRAPHY,
            _ROUNDS,
            None,
            _SMOOTHING_PX[side_px > 1.5 * _TEMPLATE_PX],
        )
    except cv2.error:  # it did not converge: the picture shows too little of the tag
        return None
    corners = cv2.perspectiveTransform(own[None], warp)[0].astype(float) + 0.5
    shift = float(np.abs(corners - found.corners_px).max())
    if alike < _LEAST_ALIKE or shift > _MOST_SHIFT * side_px:
        return None
    return Found(found.code, corners, float(alike))


@cache
def _template(dictionary: str, code: int, side_px: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The tag's picture with some of its quiet zone, and its corners (4, 2) there, on the centres of pixels."""
    drawn_cells = cells(dictionary, code)
    cell_px = side_px // len(drawn_cells)
    side_px = cell_px * len(drawn_cells)
    margin_px = round(_TEMPLATE_MARGIN * side_px)
    square = np.kron(drawn_cells, np.ones((cell_px, cell_px)))
    drawn = np.pad(square, margin_px, constant_values=1.0).astype(np.float32) * 255
    low, high = margin_px - 0.5, margin_px + side_px - 0.5
    corners = np.array([[low, low], [high, low], [high, high], [low, high]], dtype=np.float32)
    return cv2.GaussianBlur(drawn, (0, 0), side_px / 48), corners


def cells(dictionary: str, code: int) -> NDArray[np.float64]:
    """The black square's cells as printed, border and all: 0 black, 1 white."""
    known = _dictionary(dictionary)
    size = known.markerSize + 2
    drawn = cv2.aruco.generateImageMarker(known, code, size, borderBits=1)
    return np.asarray(drawn > 0, dtype=float)


def read_in_mirror(dictionary: str, code: int) -> int | None:
    """The code that a mirror image of the tag is read as, misread cells put right as ever; None for none."""
    inner = cells(dictionary, code)[1:-1, -2:0:-1].astype(np.uint8)
    is_one, other, _ = _dictionary(dictionary).identify(np.ascontiguousarray(inner), 1.0)
    return int(other) if is_one else None


@cache
def _dictionary(name: str) -> Any:
    return cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, f"DICT_{name}"))


def grey_of(part: NDArray[Any], *, red_first: bool, scale: float) -> Grey:
    """A crop as 8-bit grey, ``scale`` times as large."""
    if part.dtype == np.uint16:
        part = (part >> 8).astype(np.uint8)
    part = np.ascontiguousarray(part)
    if part.ndim == 3:
        code = {3: cv2.COLOR_RGB2GRAY if red_first else cv2.COLOR_BGR2GRAY, 4: cv2.COLOR_BGRA2GRAY}[part.shape[2]]
        part = cv2.cvtColor(part, code)
    if scale == 1.0:
        return part
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)


def square_poses(corners_px: Array, focal_px: float, centre_px: tuple[float, float]) -> tuple[Array, Array]:
    """Both poses of a flat square (Collins and Bartoli 2014), each brought to the least error of its corners.

    Returns:
        (2, 3) rotation vectors, tag's axes to camera's, and (2,) root mean square errors in pixels, the better first.
    """
    camera = np.array([[focal_px, 0.0, centre_px[0]], [0.0, focal_px, centre_px[1]], [0.0, 0.0, 1.0]])
    _, turns, moves, _ = cv2.solvePnPGeneric(SQUARE, corners_px, camera, None, flags=cv2.SOLVEPNP_IPPE_SQUARE)
    solved = sorted(_brought_closer(corners_px, camera, turns, moves), key=lambda pair: pair[0])
    return np.array([turn for _, turn in solved]), np.array([error for error, _ in solved])


def _brought_closer(corners_px: Array, camera: Array, turns: Any, moves: Any) -> Iterator[tuple[float, Array]]:
    for turn, move in zip(turns, moves, strict=True):
        turn, move = cv2.solvePnPRefineLM(SQUARE, corners_px, camera, None, turn, move)
        shown, _ = cv2.projectPoints(SQUARE, turn, move, camera, None)
        error = float(np.sqrt(np.mean(np.sum((shown[:, 0] - corners_px) ** 2, axis=1))))
        yield error, turn.ravel()
