"""A page with a camera, as the server sees it: a WebSocket client that speaks the live protocol."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.live.messages import frame_message
from formcheck.pose.pose import Pose

CLOCK_MS = 1_764_000_000_000.0
"""What a page's clock says at the start."""


class Page:
    """One connection; ``heard`` is everything that was said besides the answers to frames."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []
        self.seq = -1

    def say(self, **message: Any) -> None:
        """Send a message."""
        self.socket.send(json.dumps(message))

    def hello(self, exercise: str = "clamshell", **fields: Any) -> dict[str, Any]:
        """Begin; the first answer."""
        self.say(**{"kind": "hello", "protocol": "formcheck.live/1", "exercise": exercise, **fields})
        return self.next()

    def next(self, timeout_s: float = 20.0) -> dict[str, Any]:
        """The next message, whatever it is."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout_s))
        return message

    def until(self, *kinds: str, timeout_s: float = 20.0) -> dict[str, Any]:
        """The next message of these kinds; what comes before it is kept in ``heard``."""
        while (message := self.next(timeout_s))["kind"] not in kinds:
            self.heard.append(message)
        return message

    def answer(self, seq: int) -> dict[str, Any]:
        """The answer to a frame."""
        while (message := self.until("update", "skipped"))["seq"] != seq:
            self.heard.append(message)
        return message

    def frame(self, t_s: float, picture: bytes, seq: int | None = None) -> dict[str, Any]:
        """Send a picture; its answer."""
        self.seq = self.seq + 1 if seq is None else seq
        self.socket.send(frame_message(self.seq, CLOCK_MS + 1000 * t_s, picture))
        return self.answer(self.seq)

    def pose(self, pose: Pose, later_s: float = 0.0) -> dict[str, Any]:
        """Send landmarks; their answer."""
        self.seq += 1
        self.say(**landmarks(pose, self.seq, later_s))
        return self.answer(self.seq)

    def play(self, poses: Iterable[Pose], later_s: float = 0.0) -> list[dict[str, Any]]:
        """Send one pose after the other until the set is over; the updates."""
        updates = []
        for pose in poses:
            updates.append(self.pose(pose, later_s))
            assert updates[-1]["kind"] == "update", updates[-1]
            if updates[-1]["state"]["stage"] == "ended":
                break
        return updates

    def summary(self) -> dict[str, Any]:
        """The last message."""
        return self.until("summary")

    def stop(self) -> dict[str, Any]:
        """End the set; its summary."""
        self.say(kind="stop")
        return self.summary()

    def close_code(self) -> int | None:
        """With which code the server closes, once everything it says is read."""
        with suppress(ConnectionClosed):
            while True:
                self.heard.append(self.next())
        return self.socket.close_code


@contextmanager
def page(url: str, **options: Any) -> Iterator[Page]:
    """Connect to the server at ``url``."""
    address = url.replace("http", "ws", 1) + "/v1/live"
    with connect(address, max_size=None, compression=None, **options) as socket:
        yield Page(socket)


def landmarks(pose: Pose, seq: int, later_s: float = 0.0) -> dict[str, Any]:
    """A pose as a page sends it."""
    width, height = pose.size_px
    body = {
        "image": (pose.image_px / (width, height, width)).tolist(),
        "world": pose.world_m.tolist(),
        "visibility": pose.visibility.tolist(),
        "presence": pose.presence.tolist(),
    }
    return {
        "kind": "landmarks",
        "seq": seq,
        "t_ms": CLOCK_MS + 1000 * (pose.t_s + later_s),
        "size_px": list(pose.size_px),
        "brightness": None if np.isnan(pose.brightness) else pose.brightness,
        "body": body if pose.found else None,
    }


def events(updates: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Every event of a kind."""
    return [event for update in updates for event in update["events"] if event["kind"] == kind]
