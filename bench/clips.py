"""Short films for tests and benches: the beginning of a longer one."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from formcheck.video.open_source import open_source
from formcheck.video.writer import VideoWriter

__all__ = ["shortened"]


def shortened(source: Path, target: Path, seconds_s: float) -> Path:
    """Write the first seconds of ``source`` to ``target``, at its own rate; returns ``target``."""
    with open_source(source) as frames:
        rate_hz = frames.nominal_rate_hz
        with VideoWriter(target, frames.size_px, rate_hz) as film:
            for frame in islice(frames, round(seconds_s * rate_hz)):
                film.write(frame.image, frame.t_s)
    return target
