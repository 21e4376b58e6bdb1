"""A camera, a stream or a file in a camera's place: the newest frame, whenever somebody asks for one."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import SourceError
from formcheck.video.frame import Frame, FrameSource, check_size
from formcheck.video.open_source import WORKING_SIDE_PX, open_source
from formcheck.video.shrink import mean_grey, shrink, to_rgb

__all__ = ["Camera", "CameraSource", "FileAsCamera", "open_camera"]

RECONNECT_EVERY_S: Final = 1.0
FAILED_READS: Final = 10
"""So many reads that fail one after the other mean that the camera is gone."""


class Capture(Protocol):
    """What is used of `cv2.VideoCapture`."""

    def isOpened(self) -> bool: ...  # noqa: N802
    def read(self) -> tuple[bool, Any]: ...
    def release(self) -> None: ...


class Camera(Protocol):
    """Gives frames one at a time. A context manager.

    Attributes:
        connected: whether pictures can come at present.
        ended: no more will ever come.
        dropped_frames: frames that came and were overtaken by newer ones before anybody asked.
    """

    @property
    def connected(self) -> bool: ...
    @property
    def ended(self) -> bool: ...
    @property
    def dropped_frames(self) -> int: ...
    def frame(self, timeout_s: float) -> Frame | None:
        """The newest frame not given before; None when none came within ``timeout_s``."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_camera(name: str, *, fast: bool = False) -> Camera:
    """A camera by number ("0"), a stream by address, or a video file played as if it were filmed now.

    Args:
        fast: a file only: every frame, as quickly as they are asked for.

    Raises:
        SourceError: it cannot be opened; the message says why and what to do.
    """
    if name.isdecimal():
        return CameraSource(int(name))
    if "://" in name:
        return CameraSource(name)
    return FileAsCamera(Path(name), fast=fast)


class _Newest:
    """One place for the newest picture, filled by one thread and emptied by another."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: Any = None
        self.overtaken = 0

    def put(self, item: Any) -> None:
        with self._changed:
            self.overtaken += self._item is not None
            self._item = item
            self._changed.notify()

    def take(self, timeout_s: float) -> Any:
        with self._changed:
            if self._item is None:
                self._changed.wait(timeout_s)
            item, self._item = self._item, None
            return item


class CameraSource:
    """A camera or stream, read by a thread of its own; frames are stamped by a monotonic clock as they come.

    A camera that goes away is opened again every second until it is back; ``connected`` tells.

    Args:
        camera: number or address.
        open_capture: opens it; OpenCV by default.

    Raises:
        SourceError: it cannot be opened at the start.
    """

    ended = False

    def __init__(self, camera: int | str, open_capture: Callable[[int | str], Capture] | None = None) -> None:
        self._camera = camera
        self._open_capture = open_capture or _open_capture
        self._newest = _Newest()
        self._stopping = threading.Event()
        self._index = 0
        self._capture = self._opened()
        if self._capture is None:
            raise SourceError(why_not(camera))
        self.connected = True
        self._thread = threading.Thread(target=self._read_on, name="camera", daemon=True)
        self._thread.start()

    @property
    def dropped_frames(self) -> int:
        return self._newest.overtaken

    def frame(self, timeout_s: float) -> Frame | None:
        """The newest frame not given before; None when none came within ``timeout_s``."""
        taken = self._newest.take(timeout_s)
        if taken is None:
            return None
        stamp_s, picture = taken
        self._index += 1
        return _frame(self._index - 1, stamp_s, picture)

    def close(self) -> None:
        """Let go of the camera."""
        self._stopping.set()
        self._thread.join(timeout=5.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> Capture | None:
        """The camera, once it has given a picture; None where it gives none."""
        capture = self._open_capture(self._camera)
        if capture.isOpened() and capture.read()[0]:
            return capture
        capture.release()
        return None

    def _read_on(self) -> None:
        failed = 0
        while not self._stopping.is_set():
            done, picture = self._capture.read() if self._capture else (False, None)
            if done:
                failed = 0
                self._newest.put((time.monotonic(), picture))
                continue
            failed += 1
            if self._capture is None or failed >= FAILED_READS:
                self._reconnect()
                failed = 0
        if self._capture is not None:
            self._capture.release()

    def _reconnect(self) -> None:
        if self._capture is not None:
            self._capture.release()
        self.connected = False
        self._stopping.wait(RECONNECT_EVERY_S)
        self._capture = None if self._stopping.is_set() else self._opened()
        self.connected = self._capture is not None


class FileAsCamera:
    """A video file shown at its own pace, as a camera would; or, ``fast``, every frame as it is asked for.

    Frames carry the file's own times.

    Raises:
        SourceError: the file cannot be read.
    """

    connected = True

    def __init__(self, path: Path, *, fast: bool = False) -> None:
        self._source: FrameSource = open_source(path, max_side_px=WORKING_SIDE_PX)
        self._frames: Iterator[Frame] = iter(self._source)
        self._fast = fast
        self._newest = _Newest()
        self._stopping = threading.Event()
        self._ended = False
        self._error: SourceError | None = None
        self._thread: threading.Thread | None = None

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def dropped_frames(self) -> int:
        return self._newest.overtaken

    def frame(self, timeout_s: float) -> Frame | None:
        """The newest frame not given before. Raises SourceError where the file turns out unreadable."""
        if self._fast:
            frame = next(self._frames, None)
            self._ended = frame is None
            return frame
        if self._thread is None:
            self._thread = threading.Thread(target=self._play, name="camera", daemon=True)
            self._thread.start()
        taken: Frame | None = self._newest.take(timeout_s)
        if taken is None and self._error is not None:
            raise self._error
        if taken is None and not self._thread.is_alive():
            self._ended = True
        return taken

    def close(self) -> None:
        """Let go of the file."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _play(self) -> None:
        began_s = time.monotonic()
        try:
            for frame in self._frames:
                if self._stopping.wait(max(0.0, began_s + frame.t_s - time.monotonic())):
                    return
                self._newest.put(frame)
        except SourceError as error:
            self._error = error


def why_not(camera: int | str) -> str:
    """Why a camera cannot be opened, as far as can be told, and what to do."""
    if isinstance(camera, str):
        return f"no picture comes from the camera at {_without_password(camera)}; check the address and that it is on"
    if Path("/dev").is_dir() and os.name == "posix" and _is_linux() and not Path(f"/dev/video{camera}").exists():
        others = _cameras_here()
        there = f"there is {', '.join(others)}" if others else "none is connected"
        return f"there is no camera {camera} ({there}); connect it, or name another with --camera"
    return f"camera {camera} gives no picture; another program may be using it: close that, or name another camera"


def _is_linux() -> bool:
    return os.uname().sysname == "Linux"


def _cameras_here() -> list[str]:
    names = sorted(path.name.removeprefix("video") for path in Path("/dev").glob("video[0-9]*"))
    return [f"camera {name}" for name in names]


def _without_password(address: str) -> str:
    return re.sub(r"//[^/@]*@", "//", address)


def _open_capture(camera: int | str) -> Capture:
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        capture: Capture = cv2.VideoCapture(camera)
        return capture
    finally:
        cv2.utils.logging.setLogLevel(before)


def _frame(index: int, stamp_s: float, picture: NDArray[Any]) -> Frame:
    height, width = picture.shape[:2]
    check_size((width, height), "cannot use the camera")
    small = shrink(picture, WORKING_SIDE_PX)
    image = np.ascontiguousarray(to_rgb(small))
    original = None if small is picture else picture
    return Frame(index, stamp_s, image, (width, height), mean_grey(image), (0, 0, width, height), original)
