"""Text, panels and bars on RGB frames, readable on dark and light footage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]
Mask = NDArray[np.float32]
Colour = tuple[int, int, int]

PANEL: Final[Colour] = (16, 20, 26)
PANEL_OPACITY: Final = 0.68
LINE_SPACING: Final = 1.28


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in its look; ``size_px`` is the font's."""

    text: str
    size_px: int
    colour: Colour = (255, 255, 255)
    bold: bool = False

    @property
    def width_px(self) -> int:
        return int(_font(self.size_px, self.bold).getlength(self.text)) + 1

    @property
    def height_px(self) -> int:
        return int(self.size_px * LINE_SPACING)


def wrap(line: Line, width_px: int, most: int) -> list[Line]:
    """Break a line at spaces to fit a width, into at most ``most`` lines; what is left out shows as "…"."""
    lines: list[str] = []
    for word in line.text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _of(line, longer).width_px <= width_px:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + " …"]
    return [_of(line, _shortened(line, text, width_px)) for text in lines]


def _of(line: Line, text: str) -> Line:
    return Line(text, line.size_px, line.colour, line.bold)


def _shortened(line: Line, text: str, width_px: int) -> str:
    while len(text) > 1 and _of(line, text).width_px > width_px:
        text = text.removesuffix("…").rstrip()[:-1] + "…"
    return text


def panel(image: Picture, x: int, y: int, width: int, height: int, edge: Colour | None = None) -> None:
    """A dark see-through ground with round corners; ``edge`` colours its left side."""
    radius = max(2, min(width, height) // 10)
    _blend(image, _rounded(width, height, radius), x, y, PANEL, PANEL_OPACITY)
    if edge is not None:
        bar = max(3, radius)
        _blend(image, np.ones((height, bar), dtype=np.float32), x, y, edge, 1.0)


def write(image: Picture, line: Line, x: int, y: int) -> None:
    """Write a line with its top left corner at (x, y)."""
    _blend(image, _stamp(line.text, line.size_px, line.bold), x, y, line.colour, 1.0)


def fill(image: Picture, x: int, y: int, width: int, height: int, colour: Colour, opacity: float = 1.0) -> None:
    """A filled box."""
    if width > 0 and height > 0:
        _blend(image, np.ones((height, width), dtype=np.float32), x, y, colour, opacity)


def _blend(image: Picture, mask: Mask, x: int, y: int, colour: Colour, opacity: float) -> None:
    """Lay a colour on the picture through a mask; what falls outside the picture is cut off."""
    left, top = max(0, x), max(0, y)
    right, bottom = min(image.shape[1], x + mask.shape[1]), min(image.shape[0], y + mask.shape[0])
    if left >= right or top >= bottom:
        return
    part = image[top:bottom, left:right]
    weight = opacity * mask[top - y : bottom - y, left - x : right - x, None]
    part[:] = (part + weight * (np.array(colour, dtype=np.float32) - part) + 0.5).astype(np.uint8)


@lru_cache(maxsize=16)
def _font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(get_data_path()) / "fonts" / "ttf" / name), size_px)


@lru_cache(maxsize=512)
def _stamp(text: str, size_px: int, bold: bool) -> Mask:
    font = _font(size_px, bold)
    stamp = Image.new("L", (int(font.getlength(text)) + 2, int(size_px * LINE_SPACING)))
    ImageDraw.Draw(stamp).text((0, 0), text, fill=255, font=font)
    return np.asarray(stamp, dtype=np.float32) / np.float32(255)


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: int) -> Mask:
    shape = Image.new("L", (width, height))
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, width - 1, height - 1), radius, fill=255)
    return np.asarray(shape, dtype=np.float32) / np.float32(255)
