"""A frame with its true time, and what every source of frames promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import SourceError, UsageError
from formcheck.pose.track import Box
from formcheck.video.bounds import Bounds
from formcheck.video.shrink import mean_grey, shrink, shrunk_size, to_rgb

__all__ = ["Clock", "Frame", "FrameSource", "Image", "Region", "check_size"]

Image = NDArray[np.uint8]
"""(h, w, 3) RGB, 8 bit."""

Region = Box | Callable[[float], Box]
"""The part of the picture to look at: a box in original pixels, or a box for each time in seconds."""

Clock = Literal["container", "index"]

MIN_SIDE_PX: Final = 64
MAX_SIDE_PX: Final = 8192
MAX_PIXELS: Final = 8192 * 4608
"""A little above 8K UHD: one such frame takes 113 MB as RGB."""

SAME_TIME_S: Final = 5e-4
"""Half a millisecond: containers store times to the millisecond at worst, and 240 fps is 4.2 ms apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a recording.

    Attributes:
        index: number of the frame in its source, from 0; undecodable frames leave a gap.
        t_s: true time since the first frame, seconds; strictly increasing.
        image: (h, w, 3) RGB, 8 bit; the part ``box_px`` of the original, possibly shrunk.
        size_px: width and height of the original picture, upright.
        brightness: mean grey level of ``image``, 0-255.
        box_px: x, y, width, height of what ``image`` shows, in pixels of the original.
        original: where ``image`` is shrunk, the same part in full resolution as it was decoded (blue first, grey,
            any depth), upright; to be cropped before anything is done with it. None where ``image`` will do.
    """

    index: int
    t_s: float
    image: Image
    size_px: tuple[int, int]
    brightness: float
    box_px: Box
    original: NDArray[Any] | None = None


class FrameSource(ABC):
    """Frames of one recording, to be read once from first to last, then closed.

    Attributes:
        size_px: width and height of the original picture, upright.
        nominal_rate_hz: frames a second as declared or as first seen; true times are in the frames.
        frames_expected: a guess at how many frames there are, for progress; None where unknown.
        clock: "container" for true timestamps, "index" where frame number / rate had to stand in.
        dropped_frames: frames that could not be decoded; complete when reading has ended.
        region: what the frames show; None for the whole picture.
        bounds: the most that is read; None for all there is.
    """

    size_px: tuple[int, int]
    nominal_rate_hz: float
    frames_expected: int | None
    clock: Clock
    dropped_frames: int
    _what: str

    def __init__(self, region: Region | None, max_side_px: int | None, bounds: Bounds | None = None) -> None:
        self.region = region
        self.bounds = bounds
        self._max_side_px = max_side_px

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order. Raises SourceError where the recording turns out unreadable."""
        return (self._frame(index, t_s) for index, t_s in self._bounded_ticks())

    @property
    def image_size_px(self) -> tuple[int, int]:
        """Width and height of the whole picture as the frames show it, shrunk: for films made from them."""
        return shrunk_size(self.size_px, self._max_side_px)

    def at(self, times_s: Iterable[float]) -> Iterator[tuple[float, Frame]]:
        """For each time, in order, the first frame at or after it; times past the end yield nothing."""
        wanted = sorted(set(times_s), reverse=True)
        for index, t_s in self._bounded_ticks():
            if wanted and wanted[-1] <= t_s + SAME_TIME_S:
                frame = self._frame(index, t_s)
                while wanted and wanted[-1] <= t_s + SAME_TIME_S:
                    yield wanted.pop(), frame
            if not wanted:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of the recording; harmless when already closed."""

    def _bounded_ticks(self) -> Iterator[tuple[int, float]]:
        for index, t_s in self._ticks():
            if self.bounds is not None:
                self.bounds.check_length(index + 1, t_s, self._what)
            yield index, t_s

    @abstractmethod
    def _ticks(self) -> Iterator[tuple[int, float]]:
        """Advance frame by frame; yields number and time, without converting the picture."""

    @abstractmethod
    def _part(self, box: tuple[int, int, int, int]) -> NDArray[Any]:
        """The part x, y, w, h of the current picture, as decoded but cropped (BGR, grey, any depth)."""

    def _upright(self, part: NDArray[Any]) -> NDArray[Any]:
        """The picture turned upright, as a view; most sources decode upright already."""
        return part

    def _frame(self, index: int, t_s: float) -> Frame:
        box = whole_pixels(self.region(t_s) if callable(self.region) else self.region, self.size_px)
        part = self._part(box)
        small = shrink(part, self._max_side_px)
        image = np.ascontiguousarray(to_rgb(np.ascontiguousarray(self._upright(small))))
        original = None if small is part else self._upright(part)
        return Frame(index, t_s, image, self.size_px, mean_grey(image), box, original)


def whole_pixels(region: Box | None, size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """The region on whole pixels and inside the picture.

    Raises:
        UsageError: less than 64 pixels of it lie inside.
    """
    width, height = size_px
    if region is None:
        return 0, 0, width, height
    left, top = max(0, round(region[0])), max(0, round(region[1]))
    right, bottom = min(width, round(region[0] + region[2])), min(height, round(region[1] + region[3]))
    if min(right - left, bottom - top) < MIN_SIDE_PX:
        raise UsageError(
            f"the region {','.join(f'{value:g}' for value in region)} holds less than {MIN_SIDE_PX} pixels"
            f" of the {width}x{height} picture; give x,y,width,height in pixels of the recording"
        )
    return left, top, right - left, bottom - top


def check_size(size_px: tuple[int, int], what: str) -> None:
    """Refuse pictures nobody can be seen in, and those whose frames would not fit in memory.

    Raises:
        SourceError: with ``what`` in front.
    """
    width, height = size_px
    if min(width, height) < MIN_SIDE_PX:
        raise SourceError(f"{what}: the picture is {width}x{height} pixels; at least 64x64 are needed")
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise SourceError(f"{what}: the picture is {width}x{height} pixels; convert it to 4K or smaller")
