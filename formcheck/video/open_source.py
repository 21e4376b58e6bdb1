"""One way to open whatever holds frames."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from formcheck.video.bounds import Bounds
from formcheck.video.file_source import FileSource
from formcheck.video.frame import FrameSource, Region
from formcheck.video.image_sequence import ImageSequence

__all__ = ["WORKING_SIDE_PX", "open_source"]

WORKING_SIDE_PX: Final = 1280
"""Longest side for pose estimation: 1080p and 4K become 960x540, 720p stays as it is."""


def open_source(
    path: str | Path,
    *,
    region: Region | None = None,
    max_side_px: int | None = WORKING_SIDE_PX,
    sequence_rate_hz: float = 30.0,
    bounds: Bounds | None = None,
) -> FrameSource:
    """Open a video file, or a folder of images shown at ``sequence_rate_hz``.

    Args:
        path: a local file or folder; addresses are refused.
        region: the part of the picture to read, in pixels of the original.
        max_side_px: frames are shrunk until their longest side fits; None leaves them.
        sequence_rate_hz: images a second, for a folder.
        bounds: the most that is read; None for all there is.

    Raises:
        SourceError: it cannot be read; the message says why and what to do.
        UsageError: the region lies outside the picture.
    """
    if _is_folder(path):
        return ImageSequence(Path(path), sequence_rate_hz, region=region, max_side_px=max_side_px, bounds=bounds)
    return FileSource(path, region=region, max_side_px=max_side_px, bounds=bounds)


def _is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # a closed folder above it: reading it as a file says so
        return False
