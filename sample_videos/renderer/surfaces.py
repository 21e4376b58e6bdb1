"""Floor and wall pictures made from noise, and the soft look of a real camera. RGB, 8 bit."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .plan import Colour

ByteImage = npt.NDArray[np.uint8]
_TILE_PX = 1024
_COARSE_FROM_PX = 16.0
_COARSENING = 8


def _smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], sigma_x: float, sigma_y: float
) -> npt.NDArray[np.float32]:
    coarse = _COARSENING if min(sigma_x, sigma_y) > _COARSE_FROM_PX else 1  # wide blurs cost seconds
    noise = rng.normal(0.0, 1.0, (shape[0] // coarse, shape[1] // coarse)).astype(np.float32)
    blurred: npt.NDArray[np.float32] = np.asarray(
        cv2.GaussianBlur(noise, (0, 0), sigmaX=sigma_x / coarse, sigmaY=sigma_y / coarse), np.float32
    )
    if coarse > 1:
        blurred = np.asarray(cv2.resize(blurred, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
    even: npt.NDArray[np.float32] = blurred / (blurred.std() + 1e-6)
    return even


def boards(colour: Colour, rng: np.random.Generator) -> ByteImage:
    """Wooden floor boards with grain and joints."""
    planks, width = 32, _TILE_PX // 32
    image = np.zeros((_TILE_PX, _TILE_PX, 3), np.float32)
    for i in range(planks):
        shade = np.array(colour, np.float32) * rng.uniform(0.88, 1.06)
        plank = shade + 6.0 * _smooth_noise(rng, (_TILE_PX, width), 1.2, 25.0)[..., None]
        plank[:, :1] *= 0.75
        joint = int(rng.integers(0, _TILE_PX // 2))
        plank[[joint, joint + 1, joint + _TILE_PX // 2 - 2]] *= 0.8
        image[:, i * width : (i + 1) * width] = plank
    return np.clip(image, 0, 255).astype(np.uint8)


def carpet(colour: Colour, rng: np.random.Generator) -> ByteImage:
    """Short pile: fine noise on broad stains of light."""
    fine = _smooth_noise(rng, (_TILE_PX, _TILE_PX), 0.8, 0.8) * 5.0
    broad = _smooth_noise(rng, (_TILE_PX, _TILE_PX), 40.0, 40.0) * 3.0
    return np.clip(np.array(colour, np.float32) + (fine + broad)[..., None], 0, 255).astype(np.uint8)


def tiles(colour: Colour, rng: np.random.Generator) -> ByteImage:
    """Square rubber or stone tiles with darker seams."""
    image = carpet(colour, rng).astype(np.float32)
    step = _TILE_PX // 16
    for line in range(0, _TILE_PX, step):
        image[line : line + 2] *= 0.78
        image[:, line : line + 2] *= 0.78
    return np.clip(image, 0, 255).astype(np.uint8)


FLOORS = {"boards": boards, "carpet": carpet, "tiles": tiles}


def plaster(colour: Colour, rng: np.random.Generator) -> ByteImage:
    """A painted wall with faint unevenness."""
    uneven = 1.5 * _smooth_noise(rng, (_TILE_PX, _TILE_PX), 3.0, 3.0) + 2.5 * _smooth_noise(
        rng, (_TILE_PX, _TILE_PX), 60.0, 60.0
    )
    return np.clip(np.array(colour, np.float32) + uneven[..., None], 0, 255).astype(np.uint8)


def as_filmed(
    image: ByteImage, noise: npt.NDArray[np.int16], blur_px: float = 0.7, gain: float = 1.0
) -> ByteImage:
    """Slight softness, brightness and sensor noise."""
    soft = (cv2.GaussianBlur(image, (0, 0), blur_px) * gain).astype(np.int16)
    filmed: ByteImage = np.clip(soft + noise[..., None], 0, 255).astype(np.uint8)
    return filmed
