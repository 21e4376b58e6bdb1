"""The pose process as seen from the server: started when first needed, started again when it ends."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from typing import Final, cast

import structlog

from api.live.pose_process import DEFECT, Answer, Forget, Look, Ready, main
from formcheck.errors import FormcheckError
from formcheck.pose.pose import Pose
from formcheck.pose.track import TrackInfo
from formcheck.workers.settings import WorkerSettings

__all__ = ["PoseService"]

MIB: Final = 1 << 20
BASE_MEMORY: Final = 900 * MIB
MEMORY_EACH: Final = 150 * MIB
"""Measured: 240 MB with the first estimator, 80 MB for each further one, and room for a picture."""

START_S: Final = 60.0
LOOK_S: Final = 5.0
"""A picture takes 11 ms; waiting behind everybody else's is counted in."""

_log = structlog.get_logger()


class PoseService:
    """Estimates poses for up to ``people`` at once; safe to share between threads.

    A process that ends, or does not answer, is replaced; pictures under way then are told as not looked at, and
    whoever was followed is found anew.
    """

    def __init__(self, people: int) -> None:
        self._memory = BASE_MEMORY + people * MEMORY_EACH
        self._changing = threading.Lock()
        self._process: _Process | None = None
        self._stopped = False

    def info(self) -> TrackInfo:
        """How poses are made; starts the process where none runs. Raises FormcheckError when it cannot start."""
        return self._running().info

    def look(self, session: str, picture: bytes, t_s: float) -> Pose | str:
        """The pose in a picture, or the code of why it was not looked at. Raises FormcheckError when none can be."""
        process = self._running()
        try:
            return process.look(session, picture, t_s)
        except LateError:
            _log.warning("pose_process_late")
            process.kill()
            return DEFECT

    def forget(self, session: str) -> None:
        """Free what the session's estimator holds."""
        process = self._process
        if process is not None:
            process.send(Forget(session))

    def stop(self) -> None:
        """End the process; there will be no other."""
        with self._changing:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _running(self) -> _Process:
        with self._changing:
            if self._stopped:
                raise FormcheckError("the server is being stopped")
            if self._process is None or not self._process.alive:
                self._process = _Process(WorkerSettings(memory=self._memory))
            return self._process


class _Process:
    """One process, spawned and never forked, with a thread that hands out its answers."""

    def __init__(self, settings: WorkerSettings) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, settings), name="formcheck-poses", daemon=True)
        self._process.start()
        theirs.close()
        self._sending, self._tickets = threading.Lock(), itertools.count()
        self._waiting: dict[int, Future[Pose | str]] = {}
        self.info = self._made_ready()
        self.alive = True
        threading.Thread(target=self._receive, name="poses", daemon=True).start()
        _log.info("pose_process_started", pid=self._process.pid)

    def look(self, session: str, picture: bytes, t_s: float) -> Pose | str:
        """Raises LateError."""
        ticket, answer = next(self._tickets), Future[Pose | str]()
        self._waiting[ticket] = answer
        if not self.send(Look(ticket, session, t_s, picture)):
            self._waiting.pop(ticket, None)
            return DEFECT
        return answer.result(LOOK_S)

    def send(self, order: Look | Forget) -> bool:
        """Whether it was taken."""
        try:
            with self._sending:
                self._pipe.send(order)
        except OSError:
            return False
        return self.alive

    def kill(self) -> None:
        self.alive = False
        self._process.kill()

    def _made_ready(self) -> TrackInfo:
        try:
            if self._pipe.poll(START_S):
                return cast("Ready", self._pipe.recv()).info
        except (EOFError, OSError):
            pass  # it ended while it loaded
        self._process.kill()
        raise FormcheckError("the pose process did not start; `formcheck doctor` looks for the reason")

    def _receive(self) -> None:
        try:
            while True:
                answer: Answer = self._pipe.recv()
                if (waiting := self._waiting.pop(answer.ticket, None)) is not None:
                    waiting.set_result(answer.seen)
        except (EOFError, OSError):
            self._ended()

    def _ended(self) -> None:
        self.alive = False
        self._process.join()
        _log.info("pose_process_ended", code=self._process.exitcode)
        with self._sending:
            self._pipe.close()
        for ticket in list(self._waiting):
            if (waiting := self._waiting.pop(ticket, None)) is not None:
                waiting.set_result(DEFECT)
