"""A camera that is missing, busy, unplugged and back; a file that plays as one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.errors import SourceError
from formcheck.video import camera_source
from formcheck.video.camera_source import CameraSource, FileAsCamera, open_camera, why_not


class Plug:
    """A camera's cable: pictures come while it is in; counts how often the camera was opened."""

    def __init__(self) -> None:
        self.in_ = threading.Event()
        self.in_.set()
        self.opened = 0
        self.released = 0

    def open(self, camera: int | str) -> FakeCapture:
        self.opened += 1
        return FakeCapture(self)


class FakeCapture:
    """Stands in for the hardware that a test machine has not."""

    def __init__(self, plug: Plug) -> None:
        self._plug = plug
        self._open = plug.in_.is_set()

    def isOpened(self) -> bool:  # noqa: N802
        return self._open

    def read(self) -> tuple[bool, Any]:
        time.sleep(0.005)
        if not self._plug.in_.is_set():
            self._open = False
        return (True, np.full((480, 640, 3), 90, dtype=np.uint8)) if self._open else (False, None)

    def release(self) -> None:
        self._plug.released += 1


def eventually(happened: Callable[[], bool]) -> bool:
    """Whether it happens within ten seconds."""
    until_s = time.monotonic() + 10
    while not happened() and time.monotonic() < until_s:
        time.sleep(0.01)
    return happened()


def test_frames_are_stamped_as_they_come() -> None:
    with CameraSource(0, Plug().open) as camera:
        frames = [camera.frame(5.0) for _ in range(5)]
    stamps = [frame.t_s for frame in frames if frame is not None]
    assert len(stamps) == 5
    assert all(later > earlier for earlier, later in pairwise(stamps))
    assert abs(stamps[-1] - time.monotonic()) < 60


def test_the_newest_frame_wins() -> None:
    with CameraSource(0, Plug().open) as camera:
        assert camera.frame(5.0) is not None
        assert eventually(lambda: camera.dropped_frames >= 5)
        before_s = time.monotonic()
        frame = camera.frame(5.0)
    assert frame is not None
    assert frame.t_s > before_s - 1.0


def test_unplugged_and_plugged_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_source, "RECONNECT_EVERY_S", 0.02)
    plug = Plug()
    with CameraSource(0, plug.open) as camera:
        assert camera.frame(5.0) is not None
        plug.in_.clear()
        assert eventually(lambda: not camera.connected)
        while camera.frame(0.05) is not None:
            pass
        plug.in_.set()
        assert eventually(lambda: camera.connected)
        assert camera.frame(5.0) is not None
    assert plug.opened > 1
    assert plug.released >= plug.opened - 1


def test_a_camera_that_gives_no_picture_is_told_at_once() -> None:
    plug = Plug()
    plug.in_.clear()
    with pytest.raises(SourceError, match="camera"):
        CameraSource(0, plug.open)
    assert plug.released == 1


def test_a_missing_camera_is_told_in_one_line() -> None:
    with pytest.raises(SourceError) as error:
        open_camera("93")
    assert "camera 93" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_address_is_told_without_its_password() -> None:
    assert "secret" not in why_not("rtsp://me:secret@10.0.0.1/stream")


def test_a_file_plays_every_frame_when_fast(samples: Path) -> None:
    with FileAsCamera(samples / "running_side_clean.mp4", fast=True) as camera:
        frames = 0
        while camera.frame(0.1) is not None:
            frames += 1
        assert camera.ended
    assert (frames, camera.dropped_frames) == (300, 0)


def test_a_file_plays_at_its_own_pace(samples: Path) -> None:
    began_s = time.monotonic()
    with FileAsCamera(samples / "running_side_clean.mp4") as camera:
        times: list[float] = []
        while len(times) < 20:
            frame = camera.frame(5.0)
            assert frame is not None
            times.append(frame.t_s)
            assert time.monotonic() - began_s >= frame.t_s
    assert times == sorted(set(times))


def test_a_file_that_is_none_is_told_before_anything_else(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        open_camera(str(tmp_path / "missing.mp4"))
