"""How much film is looked at before saying no: for recordings from people nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.errors import SourceError

__all__ = ["Bounds"]

RATE_SLACK: Final = 1.01
"""Rates are measured from stamps that are rounded to the millisecond."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest recording that is read.

    A header is believed where it says that the film is too large, never where it says that it is small:
    every frame that was decoded is counted.

    Attributes:
        max_duration_s: of film, by its own clock.
        max_frames: decoded or not.
        max_pixels: of one picture.
        max_rate_hz: frames a second.
    """

    max_duration_s: float = 1800.0
    max_frames: int = 120_000
    max_pixels: int = 4096 * 2304
    max_rate_hz: float = 240.0

    def check_picture(self, size_px: tuple[int, int], what: str) -> None:
        """Raises SourceError, with ``what`` in front, for a picture of too many pixels."""
        width, height = size_px
        if width * height > self.max_pixels:
            raise SourceError(
                f"{what}: the picture is {width}x{height} pixels, more than the {self.max_pixels} allowed here;"
                " convert it to 1080p"
            )

    def check_rate(self, rate_hz: float, what: str) -> None:
        """Raises SourceError, with ``what`` in front, for too many frames a second."""
        if rate_hz > self.max_rate_hz * RATE_SLACK:
            raise SourceError(
                f"{what}: it has {rate_hz:.0f} frames a second, more than the {self.max_rate_hz:g} allowed here;"
                " film at 30 to 60"
            )

    def check_length(self, frames: int, duration_s: float, what: str) -> None:
        """Raises SourceError, with ``what`` in front, for a film too long."""
        if frames > self.max_frames:
            raise SourceError(f"{what}: it has more than the {self.max_frames} frames allowed here; cut it to one set")
        if duration_s > self.max_duration_s:
            raise SourceError(
                f"{what}: it is longer than the {self.max_duration_s:g} s allowed here; cut it to one set"
            )
