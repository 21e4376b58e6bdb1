"""Pictures with a tag pasted in at a known pose, and a person whose hips it is worn at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from formcheck.pose.landmarks import Landmark
from formcheck.pose.pose import Array, Pose
from formcheck.tag.design import DEFAULT, QUIET_PER_SIDE, STRIP_PER_SIDE
from formcheck.tag.detect import cells
from formcheck.video.frame import Frame, Image

SIZE_PX = (1280, 720)
FOCAL_PX = 1280.0
CELL_PX = 40
FINER = 4
FACING = np.diag([1.0, -1.0, -1.0])
"""The tag's axes in the camera's where it faces the camera squarely, upright."""


def turned(x_deg: float = 0.0, y_deg: float = 0.0, z_deg: float = 0.0) -> Array:
    """A rotation about the tag's own x, then its y, then its z axis, on from facing the camera."""
    turn = FACING
    for axis, angle in zip(np.eye(3), (x_deg, y_deg, z_deg), strict=True):
        turn = turn @ cv2.Rodrigues(axis * np.radians(angle))[0]
    return turn


@dataclass(frozen=True)
class Worn:
    """A card in front of the camera: its pose, the middle of its tag in the picture, its size when seen squarely."""

    rotation: Array
    at_px: tuple[float, float] = (640.0, 400.0)
    side_px: float = 48.0
    code: int = DEFAULT.front_id
    dictionary: str = DEFAULT.dictionary

    def seen_px(self, points: Array) -> Array:
        """Where points (n, 3) of the card, in sides from its middle, appear."""
        ray = np.array([(self.at_px[0] - SIZE_PX[0] / 2), (self.at_px[1] - SIZE_PX[1] / 2), FOCAL_PX])
        shown = points @ self.rotation.T + ray / self.side_px
        pixels: Array = shown[:, :2] / shown[:, 2:] * FOCAL_PX + np.array(SIZE_PX) / 2
        return pixels

    @property
    def corners_px(self) -> Array:
        """Of the black square."""
        return self.seen_px(np.array([[-0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, -0.5, 0], [-0.5, -0.5, 0]]))


def card_picture(worn: Worn) -> Image:
    """The printed card, seen squarely."""
    square = np.kron(cells(worn.dictionary, worn.code), np.ones((CELL_PX, CELL_PX)))
    quiet, strip = (round(share * len(square)) for share in (QUIET_PER_SIDE, STRIP_PER_SIDE))
    drawn = np.pad(square, ((quiet + strip, quiet), (quiet, quiet)), constant_values=1.0)
    return (30 + 215 * drawn).astype(np.uint8)


def pasted(picture: Image, worn: Worn) -> Image:
    """The picture with the card drawn in, its edges as soft as a lens makes them."""
    card = card_picture(worn)
    side = CELL_PX * len(cells(worn.dictionary, worn.code))
    height, width = card.shape
    middle = np.array([width / 2, height - QUIET_PER_SIDE * side - side / 2])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)
    points = np.column_stack([(corners - middle) / side * (1, -1), np.zeros(4)])
    shown = worn.seen_px(points)
    low = np.maximum(np.floor(shown.min(axis=0)).astype(int) - 6, 0)
    high = np.minimum(np.ceil(shown.max(axis=0)).astype(int) + 6, SIZE_PX)
    warp = cv2.getPerspectiveTransform(
        (corners - 0.5).astype(np.float32), ((shown - low) * FINER - 0.5).astype(np.float32)
    )
    patch = np.repeat(np.repeat(picture[low[1] : high[1], low[0] : high[0]], FINER, 0), FINER, 1)
    colours = np.repeat(card[..., None], 3, axis=2)
    cv2.warpPerspective(colours, warp, patch.shape[1::-1], dst=patch, borderMode=cv2.BORDER_TRANSPARENT)
    patch = cv2.GaussianBlur(patch, (0, 0), 0.7 * FINER)
    drawn = picture.copy()
    drawn[low[1] : high[1], low[0] : high[0]] = cv2.resize(patch, high - low, interpolation=cv2.INTER_AREA)
    return drawn


def room(seed: int = 0) -> Image:
    """Something to look at that is no tag, with the noise of a sensor."""
    random = np.random.default_rng(seed)
    patches = random.integers(60, 170, (9, 16, 3), dtype=np.uint8)
    walls = cv2.resize(patches, SIZE_PX, interpolation=cv2.INTER_LINEAR).astype(float)
    return np.clip(walls + random.normal(0, 3, walls.shape), 0, 255).astype(np.uint8)


def person(t_s: float, hips_px: tuple[float, float] = (640.0, 420.0), trunk_px: float = 200.0) -> Pose:
    """Somebody upright whose hips are there."""
    image_px = np.zeros((33, 3))
    image_px[:, :2] = hips_px
    for shoulder in (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER):
        image_px[shoulder, 1] -= trunk_px
    for ankle in (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE):
        image_px[ankle, 1] += 1.5 * trunk_px
    seen = np.full(33, 0.9)
    return Pose(t_s, image_px, image_px / 400, seen, seen.copy(), SIZE_PX, 100.0)


def frame_of(image: Image, index: int = 0, rate_hz: float = 30.0) -> Frame:
    """A frame as a source gives it."""
    return Frame(index, index / rate_hz, image, SIZE_PX, 100.0, (0, 0, *SIZE_PX))


def flipped(image: Image) -> Image:
    """As a mirror shows it."""
    return np.ascontiguousarray(image[:, ::-1])


def moved(worn: Worn, x_px: float, y_px: float) -> Worn:
    """The card elsewhere in the picture."""
    return replace(worn, at_px=(worn.at_px[0] + x_px, worn.at_px[1] + y_px))
