"""A film for Chromium's fake camera, and a line to the server that can be cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np

CAMERA_HZ = 30
"""At which Chromium plays a film of JPEGs, over and over."""


def camera_film(
    target: Path, clip: Path, start_s: float, end_s: float, *, still_s: float = 0.0, empty_s: float = 0.0
) -> Path:
    """Part of a clip at its own pace, after its first picture stood for a while, and with nobody there afterwards."""
    frames, rate_hz = _frames(clip)
    times_s = np.arange(start_s, end_s, 1 / CAMERA_HZ)
    shown = [frames[min(round(t * rate_hz), len(frames) - 1)] for t in times_s]
    shown = [shown[0]] * round(still_s * CAMERA_HZ) + shown
    shown += [np.full_like(shown[0], 90)] * round(empty_s * CAMERA_HZ)
    target.write_bytes(b"".join(cv2.imencode(".jpg", frame)[1].tobytes() for frame in shown))
    return target


def _frames(clip: Path) -> tuple[list[np.ndarray], float]:
    film = cv2.VideoCapture(str(clip))
    rate_hz = film.get(cv2.CAP_PROP_FPS)
    frames = []
    while (read := film.read())[0]:
        frames.append(read[1])
    return frames, rate_hz


class Line:
    """A way to the server through a port of its own; `cut` it, and it can be had again with `mend`."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._whole = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Nothing goes through any more."""
        with self._lock:
            self._whole = False
            for pair in self._pairs:
                for end in pair:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New connections go through."""
        self._whole = True

    def close(self) -> None:
        """For good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                with self._lock:
                    if not self._whole:
                        here.close()
                        continue
                    there = socket.create_connection(("127.0.0.1", self._to))
                    self._pairs.append((here, there))
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the server at ``url``."""
    line = Line(int(url.rpartition(":")[2]))
    try:
        yield line
    finally:
        line.close()
