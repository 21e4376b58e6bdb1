"""Frames to H.264 in MP4 with PyAV, at a constant frame rate and in one thread, so that it is repeatable."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import av

from .surfaces import ByteImage


class Mp4Writer:
    """Writes RGB frames to a file; use it in a `with` statement."""

    def __init__(self, path: Path, size_px: tuple[int, int], fps: int, crf: int, preset: str = "medium") -> None:
        self._container = av.open(str(path), "w", options={"movflags": "faststart"})
        self._stream = self._container.add_stream("libx264", rate=fps)
        self._stream.width, self._stream.height = size_px
        self._stream.pix_fmt = "yuv420p"
        self._stream.thread_count = 1
        self._stream.options = {"crf": str(crf), "preset": preset, "threads": "1"}

    def __enter__(self) -> Mp4Writer:
        return self

    def write(self, image: ByteImage) -> None:
        """Append one frame."""
        self._container.mux(self._stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
