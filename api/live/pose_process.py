"""The process that decodes pictures and estimates poses: strangers' bytes and native code stay out of the server.

One thread receives, several look; each session has an estimator of its own, which follows its person and its tag. A
session never has more than one picture here, so everybody who asks gets a turn before anybody gets two.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

from formcheck.tag.design import DEFAULT
from formcheck.workers.confine import confine, end_with_parent
from formcheck.workers.settings import WorkerSettings

if TYPE_CHECKING:
    from formcheck.pose.mediapipe_estimator import PoseEstimator
    from formcheck.pose.pose import Pose
    from formcheck.pose.track import TrackInfo
    from formcheck.tag.finder import TagFinder

__all__ = ["Answer", "Forget", "Look", "Ready", "main"]

DEFECT: Final = "not_looked_at"


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is loaded; ``info`` says how poses are made here."""

    info: TrackInfo


@dataclass(frozen=True, slots=True)
class Look:
    """A picture of a session, with its capture stamp in seconds; ``ticket`` comes back with the answer."""

    ticket: int
    session: str
    t_s: float
    picture: bytes


@dataclass(frozen=True, slots=True)
class Forget:
    """The session is over."""

    session: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The pose in a picture, or the code of why it was not looked at (see `api.live.messages.SkipCode`)."""

    ticket: int
    seen: Pose | str


def main(pipe: Connection, settings: WorkerSettings) -> None:
    """Serve until the pipe closes. Everything heavy is imported after the limits are set."""
    confine(settings)
    end_with_parent()
    looker = _Looker(pipe)
    gc.freeze()  # the collector need not look through what was loaded
    threads = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    with ThreadPoolExecutor(threads, thread_name_prefix="look") as pool:
        while (order := _next(pipe)) is not None:
            work: Callable[[Any], None] = looker.look if isinstance(order, Look) else looker.forget
            pool.submit(work, order)


def _next(pipe: Connection) -> Look | Forget | None:
    try:
        order: Look | Forget = pipe.recv()
    except EOFError:
        return None
    return order


class _Looker:
    def __init__(self, pipe: Connection) -> None:
        from formcheck.pose.mediapipe_estimator import PoseEstimator
        from formcheck.pose.model_store import find_model
        from formcheck.tag.finder import TagFinder
        from formcheck.video.frame import Frame
        from formcheck.video.still import StillError, read_still

        self._pipe, self._sending = pipe, threading.Lock()
        self._eyes: dict[str, tuple[PoseEstimator, TagFinder]] = {}
        self._opening = threading.Lock()
        self._read, self._refused, model = read_still, StillError, find_model()
        self._open = partial(PoseEstimator, model)
        self._finder, self._frame = TagFinder, Frame
        with self._open() as first:
            self._send(Ready(replace(first.info, tag_dictionary=DEFAULT.dictionary)))

    def look(self, order: Look) -> None:
        try:
            seen: Pose | str = self._seen(order)
        except self._refused as error:
            seen = error.fault
        except Exception:  # the process boundary: a defect costs a picture and who was followed, not everybody's sets
            seen = DEFECT
            self.forget(Forget(order.session))
        self._send(Answer(order.ticket, seen))

    def _seen(self, order: Look) -> Pose:
        still = self._read(order.picture)
        estimator, tags = self._eyes_of(order.session)
        pose = estimator.estimate(still.image, order.t_s, still.size_px, still.brightness)
        whole = (0.0, 0.0, float(still.size_px[0]), float(still.size_px[1]))
        return tags.see(pose, self._frame(0, order.t_s, still.image, still.size_px, still.brightness, whole))

    def forget(self, order: Forget) -> None:
        with self._opening:
            eyes = self._eyes.pop(order.session, None)
        if eyes is not None:
            eyes[0].close()

    def _eyes_of(self, session: str) -> tuple[PoseEstimator, TagFinder]:
        with self._opening:  # opening redirects a file descriptor of the whole process
            if session not in self._eyes:
                self._eyes[session] = (self._open(), self._finder())
            return self._eyes[session]

    def _send(self, thing: Ready | Answer) -> None:
        with self._sending:
            self._pipe.send(thing)
