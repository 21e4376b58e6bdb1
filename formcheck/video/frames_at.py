"""Single frames of a recording, by their times."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from formcheck.video.bounds import Bounds
from formcheck.video.frame import Image
from formcheck.video.open_source import open_source

__all__ = ["frames_at"]


def frames_at(
    path: str | Path,
    times_s: Iterable[float],
    *,
    max_side_px: int | None = None,
    sequence_rate_hz: float = 30.0,
    bounds: Bounds | None = None,
) -> dict[float, Image]:
    """For each time the RGB image of the first frame at or after it; times past the end are left out.

    The recording is read from its start on the same clock as scoring did: seeking by time is
    not exact on variable frame rates. Frames in between are decoded but not converted.

    Raises:
        SourceError: the recording cannot be read.
    """
    with open_source(path, max_side_px=max_side_px, sequence_rate_hz=sequence_rate_hz, bounds=bounds) as source:
        return {t_s: frame.image for t_s, frame in source.at(times_s)}
