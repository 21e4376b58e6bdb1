"""Video files through OpenCV's FFmpeg, with their true times."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import SourceError
from formcheck.video.bounds import Bounds
from formcheck.video.frame import Clock, FrameSource, Region, check_size, whole_pixels
from formcheck.video.sniff import HEAD_BYTES, film_size, is_cut_short, refusal, why_unreadable

__all__ = ["FileSource"]

# Only containers that carry their own pictures: no playlists, no pictures, no devices. FFmpeg
# guesses by content, so a playlist named .mp4 would otherwise open whatever files it lists;
# restricting protocols alone does not stop that.
FORMATS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,yuv4mpegpipe"
CAPTURE_ENVIRONMENT: Final = {
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": f"protocol_whitelist;file|format_whitelist;{FORMATS}",
}
CHECKED_FRAMES: Final = 12
MAX_FAILED_READS: Final = 300
DEFAULT_RATE_HZ: Final = 30.0
MAX_RATE_HZ: Final = 1000.0
MAX_FRAMES_BELIEVED: Final = 10_000_000

_opening = threading.Lock()


class FileSource(FrameSource):
    """A video file: true container times from zero, upright pictures, sound passed over.

    What a file is decides, not what it is called. A file that was cut off or damaged is read as
    far as it goes; ``dropped_frames`` counts what is missing.

    Raises:
        SourceError: an address, missing, unreadable, not a video, nothing in it can be decoded, or more than
            ``bounds`` allow.
        UsageError: the region lies outside the picture.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        region: Region | None = None,
        max_side_px: int | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        super().__init__(region, max_side_px, bounds)
        self._what = f"cannot read '{path}'"
        self._path = _checked(path, self._what)
        self._check_size(film_size(self._path))
        stamps = self._first_stamps()
        self._capture = _open(self._path)
        self._quarter_turns = round(self._capture.get(cv2.CAP_PROP_ORIENTATION_META) / 90) % 4
        self._capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
        self.size_px = self._upright_size()
        check_size(self.size_px, self._what)
        if not callable(region):
            whole_pixels(region, self.size_px)
        self.dropped_frames = 0
        self.clock = "container" if _is_rising(stamps) else "index"
        declared_hz = self._capture.get(cv2.CAP_PROP_FPS)
        self.nominal_rate_hz = _rate_of(stamps, declared_hz)
        self.frames_expected = self._declared_frames(declared_hz)
        self._check_bounds()

    def close(self) -> None:
        self._capture.release()

    def _first_stamps(self) -> list[float]:
        """Times of the first frames, by a look of its own: whether they rise decides the clock."""
        capture = _open(self._path)
        try:
            self._check_size(_size_of(capture))
            stamps = list(islice(_stamps(capture), CHECKED_FRAMES))
        finally:
            capture.release()
        if not stamps:
            raise SourceError(f"{self._what}: {why_unreadable(self._path)}")
        return stamps

    def _check_size(self, size_px: tuple[int, int] | None) -> None:
        if size_px is None or min(size_px) <= 0:  # unknown; so far, or because it cannot be read at all
            return
        check_size(size_px, self._what)
        if self.bounds is not None:
            self.bounds.check_picture(size_px, self._what)

    def _check_bounds(self) -> None:
        if self.bounds is not None:
            frames = self.frames_expected or 0
            self.bounds.check_rate(self.nominal_rate_hz, self._what)
            self.bounds.check_length(frames, frames / self.nominal_rate_hz, self._what)

    def _upright_size(self) -> tuple[int, int]:
        width, height = _size_of(self._capture)
        return (height, width) if self._quarter_turns % 2 else (width, height)

    def _declared_frames(self, declared_hz: float) -> int | None:
        declared = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        if declared_hz > 2 * self.nominal_rate_hz:  # some AVI files count ticks of a finer clock
            declared *= self.nominal_rate_hz / declared_hz
        return round(declared) if 0 < declared < MAX_FRAMES_BELIEVED else None

    def _ticks(self) -> Iterator[tuple[int, float]]:
        clock = _Clock(self.clock, self.nominal_rate_hz)
        read = failed = 0
        while failed <= MAX_FAILED_READS:
            if not self._capture.grab():
                failed += 1  # damage: the decoder finds its feet again at the next whole frame
                continue
            self.dropped_frames += failed
            failed = 0
            index = read + self.dropped_frames
            t_s = clock.time_of(index, self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0)
            self.clock = clock.kind
            yield index, t_s
            read += 1
        self._count_missing(read)

    def _count_missing(self, read: int) -> None:
        missing = (self.frames_expected or 0) - read
        if missing > self.dropped_frames and (self.dropped_frames or is_cut_short(self._path)):
            self.dropped_frames = missing

    def _part(self, box: tuple[int, int, int, int]) -> NDArray[Any]:
        done, picture = self._capture.retrieve()
        if not done:
            raise SourceError(f"{self._what}: a frame was decoded but cannot be shown; re-export it as MP4")
        x, y, width, height = box
        # A view turned upright, cropped and turned back: nothing is copied before it is small.
        upright = np.rot90(picture, -self._quarter_turns)[y : y + height, x : x + width]
        part: NDArray[Any] = np.rot90(upright, self._quarter_turns)
        return part

    def _upright(self, part: NDArray[Any]) -> NDArray[Any]:
        return np.rot90(part, -self._quarter_turns)


class _Clock:
    """Times from zero, always rising: the container's ("container"), or frame number / rate ("index").

    ``kind`` turns to "index" as soon as a time had to be made up.
    """

    def __init__(self, kind: Clock, rate_hz: float) -> None:
        self.kind = kind
        self._by_number = kind == "index"
        self._step_s = 1.0 / rate_hz
        self._zero_s: float | None = None
        self._last_s = -math.inf

    def time_of(self, index: int, stamp_s: float) -> float:
        """The time of frame ``index`` whose container says ``stamp_s``.

        A stamp that stands still or jumps back in mid-clip gets one nominal step; later stamps go
        on from there.
        """
        if self._by_number:
            return index * self._step_s
        if self._zero_s is None:
            self._zero_s = stamp_s
        if not stamp_s - self._zero_s > self._last_s:
            self.kind = "index"
            self._zero_s = stamp_s - (self._last_s + self._step_s)
        self._last_s = stamp_s - self._zero_s
        return self._last_s


def _checked(path: str | Path, what: str) -> Path:
    """The absolute path of a file that may be a video (FFmpeg reads more into a relative one)."""
    if "://" in str(path):
        raise SourceError(f"{what}: it is a network address; download the recording and give the file")
    try:
        full = Path(path).resolve(strict=True)
        if not full.is_file():
            raise SourceError(f"{what}: it is neither a file nor a folder")
        with full.open("rb") as file:
            reason = refusal(file.read(HEAD_BYTES))
    except FileNotFoundError as error:
        raise SourceError(f"{what}: there is no such file; check the path") from error
    except PermissionError as error:
        raise SourceError(f"{what}: it may not be read by this user; change its permissions") from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{what}: {error}") from error
    if reason is not None:
        raise SourceError(f"{what}: {reason}")
    return full


def _open(path: Path) -> cv2.VideoCapture:
    """Open with one decoding thread, or two where cores are free beside inference."""
    threads = 2 if (os.cpu_count() or 1) > 2 else 1
    with _opening, _environment(CAPTURE_ENVIRONMENT), _opencv_muted():
        return cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, threads])


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    """OpenCV takes FFmpeg's options from the environment alone; put it back as it was."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _opencv_muted() -> Iterator[None]:
    """OpenCV's warnings name the file; the error that we raise says more."""
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)


def _size_of(capture: cv2.VideoCapture) -> tuple[int, int]:
    return round(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), round(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))


def _stamps(capture: cv2.VideoCapture) -> Iterator[float]:
    """Container times in seconds; read after the frame they are its own."""
    failed = 0
    while failed <= MAX_FAILED_READS and capture.isOpened():
        if capture.grab():
            yield capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
        else:
            failed += 1


def _is_rising(stamps: list[float]) -> bool:
    return all(math.isfinite(stamp) for stamp in stamps) and all(b > a for a, b in pairwise(stamps))


def _rate_of(stamps: list[float], declared_hz: float) -> float:
    """Frames a second as the first stamps show them, else as declared, else a guess."""
    if len(stamps) > 1 and _is_rising(stamps):
        return 1.0 / median(b - a for a, b in pairwise(stamps))
    return declared_hz if 1.0 <= declared_hz <= MAX_RATE_HZ else DEFAULT_RATE_HZ
