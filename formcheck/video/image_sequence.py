"""A folder of images, shown at a steady rate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import SourceError, UsageError
from formcheck.video.bounds import Bounds
from formcheck.video.frame import FrameSource, Region, check_size
from formcheck.video.sniff import picture_size

__all__ = ["ImageSequence"]

SUFFIXES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})


class ImageSequence(FrameSource):
    """The images of a folder in natural order (2 before 10); other files are passed over.

    An image that cannot be decoded counts as a dropped frame and takes its time.

    Raises:
        SourceError: no images, none readable, a size out of range, or images of different sizes.
        UsageError: a rate that is not a positive number.
    """

    def __init__(
        self,
        folder: Path,
        rate_hz: float,
        *,
        region: Region | None = None,
        max_side_px: int | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        super().__init__(region, max_side_px, bounds)
        if not 0.0 < rate_hz <= 1000.0:
            raise UsageError(f"the sequence's frame rate is {rate_hz:g}; give one above 0 and up to 1000")
        self._what = f"cannot read '{folder}'"
        self._paths = _images_of(folder, self._what)
        self.nominal_rate_hz = rate_hz
        self.frames_expected = len(self._paths)
        self.clock = "index"
        self.dropped_frames = 0
        self.size_px = self._first_size()

    def close(self) -> None:
        """Nothing is held open between images."""

    def _first_size(self) -> tuple[int, int]:
        for path in self._paths:
            picture = self._decoded(path)
            if picture is not None:
                size_px = (picture.shape[1], picture.shape[0])
                check_size(size_px, self._what)
                return size_px
        raise SourceError(f"{self._what}: none of its {len(self._paths)} images can be decoded")

    def _ticks(self) -> Iterator[tuple[int, float]]:
        for index, path in enumerate(self._paths):
            picture = self._decoded(path)
            if picture is None:
                self.dropped_frames += 1
                continue
            if picture.shape[1::-1] != self.size_px:
                raise SourceError(
                    f"{self._what}: image {index + 1} of {len(self._paths)} is"
                    f" {picture.shape[1]}x{picture.shape[0]}, the first {self.size_px[0]}x{self.size_px[1]};"
                    " all must have one size"
                )
            self._picture = picture
            yield index, index / self.nominal_rate_hz

    def _part(self, box: tuple[int, int, int, int]) -> NDArray[Any]:
        x, y, width, height = box
        return self._picture[y : y + height, x : x + width]

    def _decoded(self, path: Path) -> NDArray[Any] | None:
        """The picture as 8-bit BGR, upright by its EXIF mark; None where it cannot be decoded."""
        try:
            content = np.fromfile(path, dtype=np.uint8)
        except OSError as error:
            raise SourceError(f"{self._what}: {error.strerror} for one of its images") from error
        size_px = picture_size(content[: 1 << 18].tobytes())
        if size_px is not None:
            check_size(size_px, self._what)
        return cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None


def _images_of(folder: Path, what: str) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if _is_image(path)]
    except OSError as error:
        raise SourceError(f"{what}: {error.strerror}; check who may read it") from error
    if not found:
        raise SourceError(f"{what}: the folder holds no images ({', '.join(sorted(SUFFIXES))})")
    return sorted(found, key=_natural)


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorting key: digits by their value, the rest by letter."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
