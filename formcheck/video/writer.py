"""Films that play in a browser: WebM by OpenCV, MP4 by PyAV where it is installed."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2

from formcheck.atomic import check_writable, replacing
from formcheck.errors import OutputError, UsageError
from formcheck.video.frame import Image

__all__ = ["VideoWriter", "check_video_target"]

MAX_SIDE_PX: Final = 1280
MIN_RATE_HZ: Final = 1.0
MAX_RATE_HZ: Final = 60.0

_PROBE_BYTES: Final = 1 << 16
"""More than a writer holds back before it writes to the disk."""


def check_video_target(path: str | Path) -> None:
    """Find out before the work starts whether a film can be written there.

    Raises:
        UsageError: a suffix other than .webm or .mp4, or .mp4 without PyAV.
        OutputError: the place cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".webm", ".mp4"):
        raise UsageError(f"cannot write '{path}' as a video: name it .webm or .mp4")
    if suffix == ".mp4" and find_spec("av") is None:
        raise UsageError(f"cannot write '{path}': MP4 needs PyAV; name it .webm, or install formcheck[mp4]")
    check_writable(path)


class VideoWriter:
    """Writes frames at a constant rate; absent until it is whole.

    A context manager: the film appears under its name when the block ends well, and nothing
    is left when it does not (Ctrl-C included).

    Args:
        path: ending in .webm (VP8) or .mp4 (H.264).
        size_px: width and height of the pictures that will come; the film is at most
            1280 on its long side, with even sides.
        rate_hz: frames a second of the film; held between 1 and 60.

    Raises:
        UsageError, OutputError: see `check_video_target`; OutputError also when the encoder fails.
    """

    def __init__(self, path: str | Path, size_px: tuple[int, int], rate_hz: float) -> None:
        check_video_target(path)
        self.rate_hz = min(max(rate_hz, MIN_RATE_HZ), MAX_RATE_HZ)
        self.size_px = _film_size(size_px)
        self._path = Path(path)
        self._open_things = ExitStack()
        self._written = 0
        self._start_s: float | None = None
        self._pending: Image | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            partial = opening.enter_context(replacing(self._path))
            encoder = _mp4 if self._path.suffix.lower() == ".mp4" else _webm
            self._encode = opening.enter_context(encoder(partial, self.size_px, self.rate_hz))
            self._open_things = opening.pop_all()
        return self

    def write(self, image: Image, t_s: float) -> None:
        """Show ``image`` (RGB) from ``t_s`` until the next one's time; the film starts at the first's.

        Frames are repeated or left out so that the film keeps true time.
        """
        if self._start_s is None:
            self._start_s = t_s
        self._fill_until(t_s - self._start_s)
        self._pending = image

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._open_things.__exit__(kind, error, trace)
            return
        with self._open_things:
            self._fill_until((self._written + 1) / self.rate_hz)

    def _fill_until(self, film_s: float) -> None:
        """Show the pending picture in every film frame whose middle lies before ``film_s``."""
        frames = math.floor(film_s * self.rate_hz + 0.5) - self._written
        if self._pending is None or frames <= 0:
            return
        film_frame = _fitted(self._pending, self.size_px)
        for _ in range(frames):
            self._encode(film_frame)
        self._written += frames


def _film_size(size_px: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, MAX_SIDE_PX / max(size_px))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in size_px)
    return width, height


def _fitted(image: Image, size_px: tuple[int, int]) -> Image:
    if image.shape[1::-1] == size_px:
        return image
    smaller = image.shape[1] > size_px[0]
    fitted: Image = cv2.resize(image, size_px, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return fitted


@contextmanager
def _webm(partial: Path, size_px: tuple[int, int], rate_hz: float) -> Iterator[Callable[[Image], None]]:
    fourcc = cv2.VideoWriter.fourcc(*"VP80")
    with _stderr_muted():  # OpenCV prints that VP80 is no tag of WebM's, and writes it all the same
        writer = cv2.VideoWriter(str(partial), cv2.CAP_FFMPEG, fourcc, rate_hz, size_px)
    if not writer.isOpened():
        raise OutputError(f"this OpenCV cannot write WebM video ({size_px[0]}x{size_px[1]}, VP8)")
    try:
        yield lambda image: _write_rgb(writer, image)
    finally:
        writer.release()
    _check_room_was_left(partial)


def _write_rgb(writer: cv2.VideoWriter, image: Image) -> None:
    writer.write(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))


def _check_room_was_left(film: Path) -> None:
    """OpenCV says nothing of a disk that is full: where nothing more goes in at a film's end, parts of it are missing.

    Raises OSError, as writing them would have.
    """
    size_bytes = film.stat().st_size
    with film.open("ab") as end:
        end.write(bytes(_PROBE_BYTES))
    os.truncate(film, size_bytes)


@contextmanager
def _mp4(partial: Path, size_px: tuple[int, int], rate_hz: float) -> Iterator[Callable[[Image], None]]:
    import av

    with av.open(str(partial), "w", options={"movflags": "faststart"}) as container:
        rate = Fraction(rate_hz).limit_denominator(1001)
        stream = container.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "23"})
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuv420p"

        def encode(image: Image) -> None:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))

        yield encode
        container.mux(stream.encode(None))


@contextmanager
def _stderr_muted() -> Iterator[None]:
    """Silence native code that prints to file descriptor 2."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
